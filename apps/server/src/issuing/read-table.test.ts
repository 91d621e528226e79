import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import iconv from 'iconv-lite'
import { dateOrderOf, readCellDate } from './cell-dates.ts'
import { guessColumns, hasHeading } from './columns.ts'
import { readTable, TableRefused, type TableRefusal, tableLimits } from './read-table.ts'
import { writeCsv } from '../platform/write-csv.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const cellsOf = async (given: Uint8Array | string) =>
  (await readTable(typeof given === 'string' ? bytes(given) : given)).records.map(({ cells }) => cells)
const refusal = (code: TableRefusal, values: Record<string, number>) => (error: unknown) => {
  assert.ok(error instanceof TableRefused)
  assert.deepEqual({ code: error.code, values: error.values }, { code, values })
  return true
}

test('a file from a French Excel: semicolons, Windows-1252', async () => {
  const table = await readTable(iconv.encode('Prénom;Nom;Courriel\r\nZoé;Lévesque;zoe@example.org\r\n', 'windows-1252'))
  assert.deepEqual(
    { encoding: table.encoding, delimiter: table.delimiter, cells: table.records.map(({ cells }) => cells) },
    {
      encoding: 'Windows-1252',
      delimiter: ';',
      cells: [
        ['Prénom', 'Nom', 'Courriel'],
        ['Zoé', 'Lévesque', 'zoe@example.org'],
      ],
    },
  )
})

test('byte-order marks, UTF-16, tabs, Excel’s own hint', async () => {
  assert.deepEqual(await cellsOf('\uFEFFName,Email\nMaya,maya@example.org'), [
    ['Name', 'Email'],
    ['Maya', 'maya@example.org'],
  ])
  const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('Name\tEmail\r\nZoé\tz@example.org', 'utf16le')])
  assert.deepEqual(await cellsOf(utf16), [
    ['Name', 'Email'],
    ['Zoé', 'z@example.org'],
  ])
  assert.deepEqual((await readTable(bytes('sep=;\r\nName;Email\r\nA, B;a@example.org'))).records, [
    { row: 2, cells: ['Name', 'Email'] },
    { row: 3, cells: ['A, B', 'a@example.org'] },
  ])
})

test('quoted line breaks are one row, and rows are counted as a spreadsheet counts them', async () => {
  const { records } = await readTable(bytes('Name,Note\r\n\r\n"Maya","two\r\nlines, ""quoted"""\r\n,,\r\nAna,x\r\n'))
  assert.deepEqual(records, [
    { row: 1, cells: ['Name', 'Note'] },
    { row: 3, cells: ['Maya', 'two\r\nlines, "quoted"'] },
    { row: 5, cells: ['Ana', 'x'] },
  ])
})

test('what cannot be read is refused with the row and the limit', async () => {
  await assert.rejects(readTable(bytes('')), refusal('table.empty', {}))
  await assert.rejects(readTable(bytes(' \r\n;;\r\n')), refusal('table.empty', {}))
  await assert.rejects(readTable(Buffer.from('504b0304aaaa', 'hex')), refusal('table.spreadsheet', {}))
  await assert.rejects(readTable(bytes('a,b\0c')), refusal('table.not-text', {}))
  const max = tableLimits.cellLetters
  const big = 'x'.repeat(3 * 1024 * 1024)
  await assert.rejects(
    readTable(bytes(`Name,Note\r\nMaya,${big}\r\n`)),
    refusal('table.cell-too-large', { row: 2, max }),
  )
  await assert.rejects(
    readTable(bytes(`Name,Note\r\nMaya,${'x'.repeat(max + 1)}`)),
    refusal('table.cell-too-large', { row: 2, max }),
  )
  await assert.rejects(
    readTable(bytes(`a${',b'.repeat(tableLimits.columns)}`)),
    refusal('table.too-many-columns', { row: 1, max: tableLimits.columns }),
  )
  await assert.rejects(
    readTable(bytes('a,b\r\n'.repeat(tableLimits.rows + 2))),
    refusal('table.too-many-rows', { max: tableLimits.rows }),
  )
  await assert.rejects(readTable(bytes('a,b\r\nc,"d\r\ne,f\r\n')), refusal('table.quotes', { row: 2 }))
  assert.equal((await readTable(bytes('a,b\r\n'.repeat(tableLimits.rows + 1)))).records.length, tableLimits.rows + 1)
  await assert.rejects(readTable(new Uint8Array(tableLimits.bytes + 1)), refusal('table.too-large', { max: 10 }))
})

test('20,000 rows do not hold up the process', async () => {
  const rows = Array.from({ length: 20_000 }, (_, i) => `Person ${i};person${i}@example.org;"Note; ${i}"`).join('\r\n')
  let longest = 0
  let last = performance.now()
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last)
    last = performance.now()
  }, 1)
  const { records } = await readTable(bytes(rows))
  clearInterval(timer)
  assert.equal(records.length, 20_000)
  // Generous, since other tests share the machine; reading at one go takes longer than the whole file.
  assert.ok(longest < 1000, `${Math.round(longest)} ms without a turn for others`)
})

test('columns are recognized in English and French, with and without a heading', () => {
  const guess = (heading: string[]) => guessColumns(heading, [], heading.length)
  assert.deepEqual(guess(['First Name', 'Last name', 'E-mail address', 'Student ID', 'Colour']), [
    'givenName',
    'familyName',
    'email',
    'reference',
    null,
  ])
  assert.deepEqual(guess(['Prénom', 'Nom', 'Adresse électronique', 'Date d’obtention', 'Échéance', 'Lien']), [
    'givenName',
    'familyName',
    'email',
    'awardedOn',
    'validUntil',
    'evidenceUrl',
  ])
  assert.deepEqual(guess(['NOM', 'COURRIEL']), ['name', 'email'])
  assert.deepEqual(guessColumns(undefined, [['Maya Roy', 'maya@example.org']], 2), ['name', 'email'])
  assert.equal(hasHeading(['Maya Roy', 'maya@example.org'], ['Ana', 'ana@example.org']), false)
  assert.equal(hasHeading(['Qui', 'Où'], ['Ana', 'ana@example.org']), true)
})

test('dates are read as they are written; what could be two days is asked', () => {
  const day = (cell: string, order?: 'dmy' | 'mdy') => {
    const read = readCellDate(cell, order)
    return read.kind === 'date' ? read.date : read.kind
  }
  for (const cell of [
    '2026-03-04',
    '2026/3/4',
    '4 mars 2026',
    'March 4, 2026',
    '4 March 2026',
    'Mar 4 2026',
    '46085',
    '2026-03-04T10:00:00Z',
  ])
    assert.equal(day(cell), '2026-03-04', cell)
  assert.equal(day('1er août 2026'), '2026-08-01')
  assert.equal(day('25/03/2026'), '2026-03-25')
  assert.equal(day('03/25/26'), '2026-03-25')
  assert.equal(day('03/04/2026'), 'ambiguous')
  assert.equal(day('03/04/2026', 'dmy'), '2026-04-03')
  assert.equal(day('03/04/2026', 'mdy'), '2026-03-04')
  assert.equal(day('04/04/2026'), '2026-04-04')
  for (const cell of ['31/02/2026', 'soon', '2026', '99999999']) assert.equal(day(cell), 'unreadable', cell)
  assert.deepEqual(dateOrderOf(['03/04/2026', '25/03/2026']), { order: 'dmy' })
  assert.deepEqual(dateOrderOf(['03/04/2026', '03/25/2026']), { order: 'mdy' })
  assert.equal(dateOrderOf(['25/03/2026', '03/25/2026', '03/04/2026']).ask?.cell, '03/04/2026')
  assert.deepEqual(dateOrderOf(['2026-03-04', '']), {})
})

test('what we write opens as text: no cell is a formula, and it reads back', async () => {
  const csv = writeCsv([
    ['Name', 'Note'],
    ['=1+1', '@SUM(A1)'],
    ['-5', '+1'],
    ['\tx', 'a "quoted", cell;'],
    [12, null],
  ])
  assert.ok(csv.startsWith('\uFEFF'))
  for (const line of csv.slice(1).split('\r\n'))
    for (const cell of line.split(',')) assert.doesNotMatch(cell, /^"?[=+\-@\t]/)
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.stringMatching(/^[a-zé",; \n]{1,12}x$/), fc.stringMatching(/^y[a-z"]{0,5}$/)), {
        minLength: 1,
      }),
      async (rows) => {
        const read = (await readTable(bytes(writeCsv([['Name', 'Note'], ...rows])))).records.map(({ cells }) => cells)
        assert.deepEqual(read.slice(1), rows)
      },
    ),
    { seed: 7, numRuns: 50 },
  )
})
