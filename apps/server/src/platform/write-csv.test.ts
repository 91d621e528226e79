import assert from 'node:assert/strict'
import { test } from 'node:test'
import { writeCsv } from './write-csv.ts'

const cell = (value: string) => writeCsv([[value]]).slice(1, -2)

test('no cell begins as a formula does, in any width or behind anything that nobody sees', () => {
  const signs = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '﹦', '﹢', '﹣', '﹫']
  const before = ['', ' ', '\t', '\r', '\n', '\u00a0', '\u200b', '\ufeff', '\u3000', '\u202e', '\u0000']
  for (const sign of signs)
    for (const lead of before) {
      const written = cell(`${lead}${sign}1+1|cmd`)
      assert.match(written, /^"?'/, JSON.stringify(`${lead}${sign}`))
    }
  for (const lead of ['\t', '\r']) assert.match(cell(`${lead}Ada`), /^"?'/)
})

test('what is no formula is written as it stands', () => {
  for (const text of ['Ada', '1-2', 'a=b', 'É', "O'Brien", '李', '（', '', 'x＝y']) assert.equal(cell(text), text)
  assert.equal(writeCsv([[-3, 'a,b', 'say "hi"', null]]), '\uFEFF-3,"a,b","say ""hi""",\r\n')
})
