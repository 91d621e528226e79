import { Readable } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import iconv from 'iconv-lite'
import { DomainError } from '../platform/errors.ts'

/** What one upload may hold. */
export const tableLimits = { bytes: 10 * 1024 * 1024, rows: 20_000, columns: 60, cellLetters: 20_000 } as const

export type Encoding = 'UTF-8' | 'UTF-16' | 'Windows-1252'
export type Delimiter = ',' | ';' | '\t'

export type TableRefusal =
  | 'table.empty'
  | 'table.spreadsheet'
  | 'table.not-text'
  | 'table.too-large'
  | 'table.too-many-rows'
  | 'table.too-many-columns'
  | 'table.cell-too-large'
  | 'table.quotes'
export class TableRefused extends DomainError<TableRefusal> {
  override name = 'TableRefused'
}

export interface TableRecord {
  /** As a spreadsheet counts: the first is 1; empty rows count. */
  row: number
  cells: string[]
}

export interface Table {
  encoding: Encoding
  delimiter: Delimiter
  /** Without empty rows. The first one may be a heading. */
  records: TableRecord[]
  columns: number
}

/**
 * Reads a CSV or TSV file as spreadsheets and people write them: comma, semicolon or tab, quoted line breaks, a
 * byte-order mark or none, UTF-8, UTF-16 or Windows-1252. Gives other work a turn every few thousand letters.
 *
 * @throws {TableRefused} with the row and the limit, where there is one.
 */
export async function readTable(bytes: Uint8Array): Promise<Table> {
  if (bytes.length > tableLimits.bytes)
    throw new TableRefused('table.too-large', { max: tableLimits.bytes / 1024 / 1024 })
  const { text, encoding } = decode(bytes)
  // Excel's own hint stands before everything else.
  const hint = /^sep=(.)\r?\n/i.exec(text)
  const delimiter = isDelimiter(hint?.[1]) ? hint[1] : guessDelimiter(text)
  const records: TableRecord[] = []
  let columns = 0
  let row = 0
  const parser = parse({
    delimiter,
    bom: true,
    relaxColumnCount: true,
    relaxQuotes: true,
    skipEmptyLines: false,
    maxRecordSize: tableLimits.cellLetters * 10,
  })
  try {
    for await (const cells of Readable.from(slices(text)).pipe(parser) as AsyncIterable<string[]>) {
      row++
      if (row === 1 && hint) continue
      const filled = cells.findLastIndex((cell) => cell.trim() !== '') + 1
      if (filled === 0) continue
      if (filled > tableLimits.columns)
        throw new TableRefused('table.too-many-columns', { row, max: tableLimits.columns })
      if (cells.some((cell) => cell.length > tableLimits.cellLetters))
        throw new TableRefused('table.cell-too-large', { row, max: tableLimits.cellLetters })
      // One more than the limit for the heading.
      if (records.length > tableLimits.rows) throw new TableRefused('table.too-many-rows', { max: tableLimits.rows })
      columns = Math.max(columns, filled)
      records.push({ row, cells: cells.slice(0, filled) })
    }
  } catch (error) {
    throw refusalOf(error)
  }
  if (records.length === 0) throw new TableRefused('table.empty')
  return { encoding, delimiter, records, columns }
}

function refusalOf(error: unknown): unknown {
  if (!(error instanceof CsvError)) return error
  // The parser runs ahead of the reader; it says itself how many rows it had finished.
  const { records } = error as { records?: unknown }
  const row = (typeof records === 'number' ? records : 0) + 1
  if (error.code === 'CSV_MAX_RECORD_SIZE')
    return new TableRefused('table.cell-too-large', { row, max: tableLimits.cellLetters })
  // A quotation mark that opens and never closes swallows the rest of the file.
  return new TableRefused('table.quotes', { row })
}

function* slices(text: string): Generator<string> {
  const size = 32_768
  for (let i = 0; i < text.length; i += size) yield text.slice(i, i + size)
}

function decode(bytes: Uint8Array): { text: string; encoding: Encoding } {
  if (bytes.length === 0) throw new TableRefused('table.empty')
  const starts = (...first: number[]) => first.every((byte, i) => bytes[i] === byte)
  // ZIP (XLSX, ODS), OLE (XLS), PDF
  if (starts(0x50, 0x4b, 0x03, 0x04) || starts(0xd0, 0xcf, 0x11, 0xe0) || starts(0x25, 0x50, 0x44, 0x46))
    throw new TableRefused('table.spreadsheet')
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (starts(0xff, 0xfe)) return { text: iconv.decode(buffer, 'utf16le'), encoding: 'UTF-16' }
  if (starts(0xfe, 0xff)) return { text: iconv.decode(buffer, 'utf16be'), encoding: 'UTF-16' }
  if (buffer.includes(0)) throw new TableRefused('table.not-text')
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), encoding: 'UTF-8' }
  } catch {
    // Every byte means something there, so this is the last to be tried.
    return { text: iconv.decode(buffer, 'windows-1252'), encoding: 'Windows-1252' }
  }
}

const delimiters: readonly Delimiter[] = [',', ';', '\t']

function isDelimiter(letter: string | undefined): letter is Delimiter {
  return delimiters.some((known) => known === letter)
}

/** The one that cuts most of the first rows into the same number of cells. */
function guessDelimiter(text: string): Delimiter {
  const lines = firstRows(text, 20)
  let best: Delimiter = ','
  let bestScore = 0
  for (const delimiter of delimiters) {
    const counts = lines.map((line) => line.replace(/"(?:[^"]|"")*"/g, '').split(delimiter).length - 1)
    const first = counts[0] ?? 0
    if (first === 0) continue
    const score = counts.filter((count) => count === first).length * 10 + Math.min(first, 9)
    if (score > bestScore) [best, bestScore] = [delimiter, score]
  }
  return best
}

/** The first rows, where a line break within quotes does not end one. */
function firstRows(text: string, count: number): string[] {
  const rows: string[] = []
  let isQuoted = false
  let start = 0
  const end = Math.min(text.length, 100_000)
  for (let i = 0; i < end && rows.length < count; i++) {
    if (text[i] === '"') isQuoted = !isQuoted
    else if (text[i] === '\n' && !isQuoted) {
      if (text.slice(start, i).trim() !== '') rows.push(text.slice(start, i))
      start = i + 1
    }
  }
  if (rows.length < count && text.slice(start, end).trim() !== '') rows.push(text.slice(start, end))
  return rows
}
