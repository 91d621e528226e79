export type DateOrder = 'dmy' | 'mdy'

export type CellDate =
  | { kind: 'date'; date: string }
  /** Could be either; the file or the issuer has to say. */
  | { kind: 'ambiguous'; dmy: string; mdy: string }
  | { kind: 'unreadable' }

const months: Record<string, number> = {}
const monthNames = [
  'jan january janv janvier',
  'feb february fev fevr fevrier',
  'mar march mars',
  'apr april avr avril',
  'may mai',
  'jun june juin',
  'jul july juil juillet',
  'aug august aout',
  'sep sept september septembre',
  'oct october octobre',
  'nov november novembre',
  'dec december decembre',
]
for (const [index, names] of monthNames.entries()) for (const name of names.split(' ')) months[name] = index + 1

/**
 * Reads a date as people and spreadsheets write it: `2026-03-04`, `4/3/2026`, `4 mars 2026`, `March 4, 2026`, or the
 * number of days that Excel counts.
 */
export function readCellDate(cell: string, order?: DateOrder): CellDate {
  const text = cell.trim()
  const iso = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?$/.exec(text)
  if (iso) return dateOf(Number(iso[1]), Number(iso[2]), Number(iso[3]))
  const numbers = /^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})(?:[T ]\d.*)?$/.exec(text)
  if (numbers) return fromNumbers(Number(numbers[1]), Number(numbers[2]), fullYear(numbers[3] ?? ''), order)
  if (/^\d{5}([.,]\d+)?$/.test(text)) return fromSerial(Number.parseInt(text, 10))
  return fromWords(text)
}

function fromNumbers(a: number, b: number, year: number, order?: DateOrder): CellDate {
  const dmy = dateOf(year, b, a)
  const mdy = dateOf(year, a, b)
  if (dmy.kind === 'date' && mdy.kind === 'date' && dmy.date !== mdy.date) {
    if (order) return order === 'dmy' ? dmy : mdy
    return { kind: 'ambiguous', dmy: dmy.date, mdy: mdy.date }
  }
  return dmy.kind === 'date' ? dmy : mdy
}

function fromWords(text: string): CellDate {
  const folded = text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[.,]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  const dayFirst = /^(?:le )?(\d{1,2})(?:er|st|nd|rd|th)?[ -](?:of )?([a-z]+)[ -](\d{4}|\d{2})$/.exec(folded)
  const monthFirst = /^([a-z]+)[ -](\d{1,2})(?:st|nd|rd|th)?[ -](\d{4})$/.exec(folded)
  const day = dayFirst?.[1] ?? monthFirst?.[2]
  const month = months[dayFirst?.[2] ?? monthFirst?.[1] ?? '']
  const year = dayFirst?.[3] ?? monthFirst?.[3]
  if (!day || !month || !year) return { kind: 'unreadable' }
  return dateOf(fullYear(year), month, Number(day))
}

/** Day 1 is January 1, 1900, and Excel believes that there was a February 29 in that year. */
function fromSerial(days: number): CellDate {
  const date = new Date(Date.UTC(1899, 11, 30 + days))
  return dateOf(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate())
}

function fullYear(text: string): number {
  return text.length === 2 ? 2000 + Number(text) : Number(text)
}

function dateOf(year: number, month: number, day: number): CellDate {
  const date = new Date(Date.UTC(year, month - 1, day))
  const isReal = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  if (!isReal || year < 1900 || year > 2200) return { kind: 'unreadable' }
  return { kind: 'date', date: date.toISOString().slice(0, 10) }
}

/**
 * What the dates of a whole file say about their order: one day above 12 settles it for all.
 *
 * @returns `ask` when some are ambiguous and none settles it, or when they contradict one another, with an example.
 */
export function dateOrderOf(cells: readonly string[]): {
  order?: DateOrder
  ask?: { cell: string; dmy: string; mdy: string }
} {
  let example: { cell: string; dmy: string; mdy: string } | undefined
  const seen = new Set<DateOrder>()
  for (const cell of cells) {
    const read = readCellDate(cell)
    if (read.kind === 'ambiguous') example ??= { cell: cell.trim(), dmy: read.dmy, mdy: read.mdy }
    const numbers = /^(\d{1,2})[-/. ](\d{1,2})[-/. ]\d{2,4}/.exec(cell.trim())
    if (numbers && Number(numbers[1]) > 12) seen.add('dmy')
    if (numbers && Number(numbers[2]) > 12) seen.add('mdy')
  }
  const [only] = seen
  if (seen.size === 1 && only) return { order: only }
  return example ? { ask: example } : {}
}
