import { parseEmailAddress } from '../platform/email-address.ts'
import type {
  BatchSettings,
  CheckedPerson,
  RowField,
  RowFixes,
  RowProblem,
  RowProblemCode,
  RowWarning,
} from './batch.ts'
import { type DateOrder, readCellDate } from './cell-dates.ts'
import type { ColumnMapping } from './columns.ts'

/** Longest texts of one row. */
const longest = { name: 200, reference: 120, narrative: 2_000, evidenceUrl: 1_000, evidenceName: 200 } as const

export interface PersonCheck {
  person: CheckedPerson | null
  problems: RowProblem[]
  warnings: RowWarning[]
}

/** The text of one field of a row: what the issuer typed over it, else the cell. */
export function cellOf(mapping: ColumnMapping, cells: readonly string[], fixes: RowFixes, field: RowField): string {
  return fixes[field] ?? cells[mapping.indexOf(field)] ?? ''
}

/** Reads one row as a person who gets the badge. Every problem names field and value; what is missing is not guessed. */
export function checkPerson(o: {
  cells: readonly string[]
  fixes: RowFixes
  mapping: ColumnMapping
  dateOrder: DateOrder | undefined
  settings: BatchSettings
  /** The template wants evidence for every award. */
  needsEvidence: boolean
  /** `2026-03-04` */
  today: string
}): PersonCheck {
  const problems: RowProblem[] = []
  const warnings: RowWarning[] = []
  const raw = (field: RowField) => cellOf(o.mapping, o.cells, o.fixes, field)
  const problem = (field: RowField, code: RowProblemCode, values?: RowProblem['values']) =>
    problems.push({ field, code, value: shorten(raw(field)), ...(values ? { values } : {}) })
  const line = (field: keyof typeof longest) => {
    const text = clean(raw(field))
    if (text.length > longest[field]) problem(field, 'text-too-long', { max: longest[field] })
    return text
  }

  const email = checkAddress(raw('email'), problem, warnings)
  const name = fullName(raw)
  if (name === '') problem('name', 'name-missing')
  else if (name.length > longest.name) problem('name', 'text-too-long', { max: longest.name })
  else if (name.includes('\uFFFD')) problem('name', 'unreadable-letters')
  // UTF-8 that was read as Windows-1252 somewhere on its way.
  else if (/Ã[\u0080-\u00bf\u2018-\u203a]|â€/.test(name)) warnings.push({ field: 'name', code: 'garbled' })

  const date = (field: 'awardedOn' | 'validUntil') => {
    const text = raw(field).trim()
    if (text === '') return undefined
    const read = readCellDate(text, o.dateOrder)
    if (read.kind === 'date') return read.date
    problem(field, 'date-unreadable')
    return undefined
  }
  const awardedOn = date('awardedOn')
  // Where the issuer sits it may be tomorrow already.
  if (awardedOn && awardedOn > dayAfter(o.today)) problem('awardedOn', 'date-future')
  const validUntil = date('validUntil')
  if (validUntil && validUntil < (awardedOn ?? o.settings.awardedOn ?? o.today)) {
    if (validUntil < (awardedOn ?? '')) problem('validUntil', 'expiry-before-issue')
    else warnings.push({ field: 'validUntil', code: 'already-expired' })
  }

  const reference = line('reference')
  const narrative = line('narrative')
  const evidenceName = line('evidenceName')
  const evidenceUrl = line('evidenceUrl')
  if (evidenceUrl !== '' && !isWebAddress(evidenceUrl)) problem('evidenceUrl', 'url-invalid')
  if (o.needsEvidence && evidenceUrl === '' && !o.settings.evidenceUrl) problem('evidenceUrl', 'evidence-missing')

  if (problems.length > 0 || !email) return { person: null, problems, warnings }
  const person: CheckedPerson = {
    name,
    email: email.stored,
    emailCanonical: email.canonical,
    ...(reference ? { reference } : {}),
    ...(awardedOn ? { awardedOn } : {}),
    ...(validUntil ? { validUntil } : {}),
    ...(narrative ? { narrative } : {}),
    ...(evidenceUrl ? { evidenceUrl } : {}),
    ...(evidenceName ? { evidenceName } : {}),
  }
  return { person, problems, warnings }
}

function checkAddress(cell: string, problem: (field: RowField, code: RowProblemCode) => void, warnings: RowWarning[]) {
  // "Maya Roy <maya@example.org>" and mailto: are how addresses get copied.
  const text = (/<([^<>]+)>\s*$/.exec(cell)?.[1] ?? cell).replace(/^mailto:/i, '').trim()
  if (text === '') {
    problem('email', 'email-missing')
    return undefined
  }
  const email = parseEmailAddress(text)
  if (!email) {
    const domain = text.split('@')[1]
    problem('email', domain && !domain.includes('.') ? 'email-no-ending' : 'email-invalid')
    return undefined
  }
  const [local = '', domain = ''] = email.stored.split('@')
  const suggestion = likelyDomain(domain.toLowerCase())
  if (suggestion)
    warnings.push({ field: 'email', code: 'domain-typo', values: { suggestion: `${local}@${suggestion}` } })
  return email
}

const commonDomains = [
  'gmail.com',
  'hotmail.com',
  'outlook.com',
  'yahoo.com',
  'icloud.com',
  'videotron.ca',
  'sympatico.ca',
  'hotmail.fr',
  'yahoo.fr',
  'orange.fr',
]

/** The well-known domain that this one misses by one letter. */
function likelyDomain(domain: string): string | undefined {
  if (commonDomains.includes(domain)) return undefined
  if (domain.endsWith('.con')) return `${domain.slice(0, -4)}.com`
  return commonDomains.find((known) => isOneEditAway(domain, known))
}

/** One letter more, less, other, or two neighbours exchanged. */
function isOneEditAway(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false
  let i = 0
  while (i < a.length && a[i] === b[i]) i++
  if (a.slice(i + 1) === b.slice(i) || a.slice(i) === b.slice(i + 1) || a.slice(i + 1) === b.slice(i + 1)) return true
  return a[i] === b[i + 1] && a[i + 1] === b[i] && a.slice(i + 2) === b.slice(i + 2)
}

function fullName(raw: (field: RowField) => string): string {
  const whole = clean(raw('name'))
  return whole === '' ? clean(`${raw('givenName')} ${raw('familyName')}`) : whole
}

/** One line without control characters. */
function clean(text: string): string {
  return (
    text
      .toWellFormed()
      // oxlint-disable-next-line no-control-regex
      .replace(/[\u0000-\u001f\u007f\u2028\u2029\u200b\u202a-\u202e\u2066-\u2069\ufeff]+/g, ' ')
      .replace(/\s+/g, ' ')
      .trim()
  )
}

function isWebAddress(text: string): boolean {
  return /^https?:\/\/[^\s<>"{}|\\^`]+$/.test(text) && URL.canParse(text)
}

function dayAfter(day: string): string {
  const date = new Date(`${day}T00:00:00Z`)
  date.setUTCDate(date.getUTCDate() + 1)
  return date.toISOString().slice(0, 10)
}

function shorten(text: string): string {
  return text.length > 120 ? `${text.slice(0, 119)}…` : text
}
