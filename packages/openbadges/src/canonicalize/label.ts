// Canonical labels and the order of lines (RDFC-1.0, sections 4.4 and 4.6), for statements whose blank
// nodes all differ in their first-degree hashes. Others go to the reference.
import { hashHex } from '#crypto'
import type { HashName } from '../crypto/types.ts'
import { objectTerm, predicateOf, type Statement, type Statements, type Subject, subjectTerm } from './statements.ts'
import { compareUnits } from './text.ts'

/** The canonical text, or the statements with provisional labels when some blank nodes look alike. */
export type Labelled = { text: string } | { lookAlike: string }

type Compare = (a: string, b: string) => number

/** Canonical N-Quads in the order of UTF-16 units, as rdf-canonize gives them. */
export function canonicalText(statements: Statements, hash: HashName): Labelled {
  if (statements.hasGraphs) return canonicalTextIn(statements, hash, compareUnits)
  for (const subject of statements.named) sortStatements(subject)
  for (const subject of statements.blank) sortStatements(subject)
  const labels = labelsFor(statements, hash, null)
  if (labels === null) return { lookAlike: provisionalText(statements) }

  const named = statements.named
  sortBy(named, (a, b) => isBefore(a.name as string, b.name as string))
  let text = ''
  for (const subject of named) text = addLines(text, '<', subject.name as string, subject.statements, labels)
  const blank = statements.blank
  if (blank.length === 1) text = addLines(text, '_', labels[0]!, blank[0]!.statements, labels)
  else {
    const order: Subject[] = []
    for (const subject of blank) order[numberOfLabel(labels[subject.name as number]!)] = subject
    for (const number of labelOrder(blank.length)) {
      const subject = order[number]!
      text = addLines(text, '_', labels[subject.name as number]!, subject.statements, labels)
    }
  }
  return { text }
}

/** The same for any comparison of texts and with named graphs: slower, line by line. */
export function canonicalTextIn(statements: Statements, hash: HashName, compare: Compare): Labelled {
  const labels = labelsFor(statements, hash, compare)
  if (labels === null) return { lookAlike: provisionalText(statements) }
  const lines: string[] = []
  eachStatement(statements, ({ name }, { open, object, close, graph }) => {
    const from = typeof name === 'number' ? `_${labels[name]!}` : `<${name}`
    const to = typeof object === 'number' ? labels[object]! : object
    lines.push(`${from}${open}${to}${graph < 0 ? close : `${close.slice(0, -3)} _${labels[graph]!} .\n`}`)
  })
  lines.sort(compare)
  return { text: lines.join('') }
}

/**
 * Labels by the order of first-degree hashes; null when two are equal. They begin at the colon, since the
 * underscore belongs to what stands before it.
 */
function labelsFor(statements: Statements, hash: HashName, compare: Compare | null): string[] | null {
  const count = statements.blank.length
  if (count === 0) return []
  if (count === 1) return [':c14n0']
  const members = statements.hasGraphs ? graphMembers(statements) : null
  const hashes: string[] = []
  const order: number[] = []
  for (let i = 0; i < count; i++) {
    order[i] = i
    const text = compare === null ? firstDegree(statements, i) : firstDegreeIn(statements, i, members, compare)
    hashes[i] = hashHex(hash, text)
  }
  sortBy(order, (a, b) => hashes[a]! < hashes[b]!)
  const labels: string[] = []
  for (let i = 0; i < count; i++) {
    if (i > 0 && hashes[order[i]!] === hashes[order[i - 1]!]) return null
    labels[order[i]!] = labelOf(i)
  }
  return labels
}

/** Hash input of one blank node when nothing is in a graph: its own sorted lines and the one that refers to it. */
function firstDegree(statements: Statements, number: number): string {
  let own = ''
  for (const { open, object, close } of statements.blank[number]!.statements) {
    own += '_:a'
    own += open
    own += typeof object === 'number' ? ':z' : object
    own += close
  }
  const reference = statements.references[number]
  if (!reference) return own
  const from = reference.subject.name
  // "<" comes before "_:a", and "_:z" after it.
  return typeof from === 'string' ? `<${from}${reference.open}:a .\n${own}` : `${own}_:z${reference.open}:a .\n`
}

function firstDegreeIn(
  statements: Statements,
  number: number,
  members: Map<number, [Subject, Statement][]> | null,
  compare: Compare,
): string {
  const node = (name: number) => (name === number ? ':a' : ':z')
  const line = (subject: string | number, { open, object, close, graph }: Statement) =>
    (typeof subject === 'string' ? `<${subject}` : `_${node(subject)}`) +
    open +
    (typeof object === 'string' ? object : node(object)) +
    (graph < 0 ? close : `${close.slice(0, -3)} _${node(graph)} .\n`)
  const lines = statements.blank[number]!.statements.map((statement) => line(number, statement))
  const reference = statements.references[number]
  if (reference) {
    const { subject, open, graph } = reference
    lines.push(line(subject.name, { rank: 0, open, object: number, close: ' .\n', graph }))
  }
  for (const [subject, statement] of members?.get(number) ?? []) lines.push(line(subject.name, statement))
  return lines.sort(compare).join('')
}

function graphMembers(statements: Statements): Map<number, [Subject, Statement][]> {
  const members = new Map<number, [Subject, Statement][]>()
  eachStatement(statements, (subject, statement) => {
    if (statement.graph < 0) return
    const list = members.get(statement.graph)
    if (list) list.push([subject, statement])
    else members.set(statement.graph, [[subject, statement]])
  })
  return members
}

function eachStatement(statements: Statements, visit: (subject: Subject, statement: Statement) => void): void {
  for (const subjects of [statements.named, statements.blank]) {
    for (const subject of subjects) for (const statement of subject.statements) visit(subject, statement)
  }
}

/** By predicate, then object; blank objects come last, in no order yet. Insertion sort: these lists are short. */
function sortStatements(subject: Subject): void {
  const list = subject.statements
  if (list.length > 40 || subject.table === null) {
    list.sort((a, b) => compareUnits(a.open, b.open) || compareObjects(a, b))
    return
  }
  for (let i = 1; i < list.length; i++) {
    const statement = list[i]!
    let j = i - 1
    while (j >= 0) {
      const other = list[j]!
      if (other.rank < statement.rank || (other.rank === statement.rank && compareLines(other, statement) <= 0)) break
      list[j + 1] = other
      j--
    }
    list[j + 1] = statement
  }
}

function compareLines(a: Statement, b: Statement): number {
  return a.open === b.open ? compareObjects(a, b) : compareUnits(a.open, b.open)
}

function compareObjects(a: Statement, b: Statement): number {
  if (typeof a.object === 'number' || typeof b.object === 'number') return 0
  return compareUnits(a.object + a.close, b.object + b.close)
}

/** Insertion sort where there are few, which is nearly always. */
function sortBy<T>(list: T[], isBefore: (a: T, b: T) => boolean): void {
  if (list.length > 40) {
    list.sort((a, b) => (isBefore(a, b) ? -1 : isBefore(b, a) ? 1 : 0))
    return
  }
  for (let i = 1; i < list.length; i++) {
    const item = list[i]!
    let j = i - 1
    while (j >= 0 && isBefore(item, list[j]!)) {
      list[j + 1] = list[j]!
      j--
    }
    list[j + 1] = item
  }
}

/** Whether `<a>` comes before `<b>`, for two different addresses. */
function isBefore(a: string, b: string): boolean {
  return a < b ? !goesOnLow(a, b) : goesOnLow(b, a)
}

/** Whether the longer address goes on, behind the shorter one, with a character that comes before the bracket. */
function goesOnLow(shorter: string, longer: string): boolean {
  return shorter.length < longer.length && longer.charCodeAt(shorter.length) < BRACKET && longer.startsWith(shorter)
}

const BRACKET = 62

function addLines(before: string, start: string, name: string, list: Statement[], labels: string[]): string {
  let text = before
  for (let i = 0; i < list.length; i++) {
    const { open, object, close } = list[i]!
    // Piece by piece: such a text is much quicker to lay out than one made of lines.
    text += start
    text += name
    text += open
    if (typeof object === 'string') {
      text += object
      text += close
      continue
    }
    let end = i + 1
    while (end < list.length && list[end]!.open === open) end++
    if (end === i + 1) {
      text += labels[object]!
      text += close
    } else {
      const run = list.slice(i, end).map((statement) => labels[statement.object as number]!)
      text += `${run.sort(compareUnits).join(` .\n${start}${name}${open}`)} .\n`
      i = end - 1
    }
  }
  return text
}

function provisionalText(statements: Statements): string {
  let text = ''
  const node = (term: string | number) => (typeof term === 'number' ? `_:b${term}` : term)
  eachStatement(statements, ({ name }, statement) => {
    const where = statement.graph < 0 ? '' : ` _:b${statement.graph}`
    text += `${node(subjectTerm(name))}${predicateOf(statement)}${node(objectTerm(statement))}${where} .\n`
  })
  return text
}

function numberOfLabel(label: string): number {
  return Number(label.slice(5))
}

const labelTexts: string[] = []

function labelOf(number: number): string {
  return number < 100 ? (labelTexts[number] ??= `:c14n${number}`) : `:c14n${number}`
}

const orders: number[][] = []

/** 0, 1, 10, 11, 2, …: the order of labels as texts. */
function labelOrder(count: number): number[] {
  if (count > 200) return orderOf(count)
  orders[count] ??= orderOf(count)
  return orders[count]
}

function orderOf(count: number): number[] {
  const numbers = Array.from({ length: count }, (_, i) => i)
  return count <= 10 ? numbers : numbers.sort((a, b) => compareUnits(String(a), String(b)))
}
