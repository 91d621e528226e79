// Canonical labels and the order of lines (RDFC-1.0, sections 4.4 and 4.6), for statements whose blank
// nodes all differ in their first-degree hashes. Others go to the reference.
import { hashHex } from '#crypto'
import type { HashName } from '../crypto/types.ts'
import type { Statement, Statements, Subject } from './statements.ts'
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
  sortByName(named)
  let text = ''
  for (const subject of named) text += linesOf(subject.name as string, subject.statements, labels)
  const blank = statements.blank
  if (blank.length === 1) text += linesOf('_:c14n0', blank[0]!.statements, labels)
  else {
    const order: Subject[] = []
    for (const subject of blank) order[numberOfLabel(labels[subject.name as number]!)] = subject
    for (const number of labelOrder(blank.length)) {
      const subject = order[number]!
      text += linesOf(`_:c14n${number}`, subject.statements, labels)
    }
  }
  return { text }
}

/** The same for any comparison of texts and with named graphs: slower, line by line. */
export function canonicalTextIn(statements: Statements, hash: HashName, compare: Compare): Labelled {
  const labels = labelsFor(statements, hash, compare)
  if (labels === null) return { lookAlike: provisionalText(statements) }
  const lines: string[] = []
  eachStatement(statements, (subject, { predicate, object, graph }) => {
    const from = typeof subject.name === 'number' ? labels[subject.name]! : subject.name
    const to = typeof object === 'number' ? labels[object]! : object.slice(0, -3)
    lines.push(`${from}${predicate}${to}${graph < 0 ? ' .\n' : ` ${labels[graph]!} .\n`}`)
  })
  lines.sort(compare)
  return { text: lines.join('') }
}

/** Labels by the order of first-degree hashes; null when two are equal. */
function labelsFor(statements: Statements, hash: HashName, compare: Compare | null): string[] | null {
  const count = statements.blank.length
  if (count === 0) return []
  if (count === 1) return ['_:c14n0']
  const members = statements.hasGraphs ? graphMembers(statements) : null
  const hashes: string[] = []
  const order: number[] = []
  for (let i = 0; i < count; i++) {
    order[i] = i
    const text = compare === null ? firstDegree(statements, i) : firstDegreeIn(statements, i, members, compare)
    hashes[i] = hashHex(hash, text)
  }
  order.sort((a, b) => (hashes[a]! < hashes[b]! ? -1 : 1))
  const labels: string[] = []
  for (let i = 0; i < count; i++) {
    if (i > 0 && hashes[order[i]!] === hashes[order[i - 1]!]) return null
    labels[order[i]!] = `_:c14n${i}`
  }
  return labels
}

/** Hash input of one blank node when nothing is in a graph: its own sorted lines and the one that refers to it. */
function firstDegree(statements: Statements, number: number): string {
  let own = ''
  for (const { predicate, object } of statements.blank[number]!.statements) {
    own += '_:a'
    own += predicate
    own += typeof object === 'number' ? '_:z .\n' : object
  }
  const reference = statements.references[number]
  if (!reference) return own
  const from = reference.subject.name
  // "<" comes before "_:a", and "_:z" after it.
  return typeof from === 'string'
    ? `${from}${reference.predicate}_:a .\n${own}`
    : `${own}_:z${reference.predicate}_:a .\n`
}

function firstDegreeIn(
  statements: Statements,
  number: number,
  members: Map<number, [Subject, Statement][]> | null,
  compare: Compare,
): string {
  const name = (term: string | number) => (typeof term === 'string' ? term : term === number ? '_:a' : '_:z')
  const line = (subject: string | number, predicate: string, object: string | number, graph: number) =>
    `${name(subject)}${predicate}${name(bare(object))}${graph < 0 ? ' .\n' : ` ${name(graph)} .\n`}`
  const lines = statements.blank[number]!.statements.map((s) => line(number, s.predicate, s.object, s.graph))
  const reference = statements.references[number]
  if (reference) lines.push(line(reference.subject.name, reference.predicate, number, reference.graph))
  for (const [subject, s] of members?.get(number) ?? []) lines.push(line(subject.name, s.predicate, s.object, number))
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
    list.sort((a, b) => compareUnits(a.predicate, b.predicate) || compareObjects(a, b))
    return
  }
  for (let i = 1; i < list.length; i++) {
    const statement = list[i]!
    let j = i - 1
    while (j >= 0) {
      const other = list[j]!
      if (other.rank < statement.rank || (other.rank === statement.rank && compareObjects(other, statement) <= 0)) break
      list[j + 1] = other
      j--
    }
    list[j + 1] = statement
  }
}

function compareObjects(a: Statement, b: Statement): number {
  if (typeof a.object === 'number') return typeof b.object === 'number' ? 0 : 1
  if (typeof b.object === 'number') return -1
  return compareUnits(a.object, b.object)
}

/** Insertion sort, because there are few. */
function sortByName(subjects: Subject[]): void {
  if (subjects.length > 40) {
    subjects.sort((a, b) => compareUnits(a.name as string, b.name as string))
    return
  }
  for (let i = 1; i < subjects.length; i++) {
    const subject = subjects[i]!
    const name = subject.name as string
    let j = i - 1
    while (j >= 0 && (subjects[j]!.name as string) > name) {
      subjects[j + 1] = subjects[j]!
      j--
    }
    subjects[j + 1] = subject
  }
}

function linesOf(name: string, list: Statement[], labels: string[]): string {
  let text = ''
  for (let i = 0; i < list.length; i++) {
    const { predicate, object } = list[i]!
    // One after the other: such a text is quicker to flatten than one made of lines.
    text += name
    text += predicate
    if (typeof object === 'string') {
      text += object
      continue
    }
    let end = i + 1
    while (end < list.length && list[end]!.predicate === predicate) end++
    if (end === i + 1) text += `${labels[object]!} .\n`
    else {
      const run = list.slice(i, end).map((statement) => labels[statement.object as number]!)
      text += `${run.sort(compareUnits).join(` .\n${name}${predicate}`)} .\n`
      i = end - 1
    }
  }
  return text
}

/** An object without the end of its line. */
export function bare(object: string | number): string | number {
  return typeof object === 'string' ? object.slice(0, -3) : object
}

function provisionalText(statements: Statements): string {
  let text = ''
  const name = (term: string | number) => (typeof term === 'number' ? `_:b${term}` : term)
  eachStatement(statements, (subject, { predicate, object, graph }) => {
    text += `${name(subject.name)}${predicate}${name(bare(object))}${graph < 0 ? '' : ` _:b${graph}`} .\n`
  })
  return text
}

function numberOfLabel(label: string): number {
  return Number(label.slice(6))
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
