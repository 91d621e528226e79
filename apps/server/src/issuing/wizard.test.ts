import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anIssuer } from '../../test/fixtures/issuing.ts'
import { startLapel } from '../../test/lapel.ts'

const csv = (name: string, ...lines: string[]) => new File([lines.join('\r\n')], name, { type: 'text/csv' })

test('a list from a spreadsheet becomes badges, and the bad row is named while the others go on', async (t) => {
  const lapel = await startLapel(t)
  const { owner, organization } = await anIssuer(lapel)
  const console = `/console/${organization.slug}`

  const people = await owner.submit(`${console}/issue`, {}, { shownOn: `${console}/issue` })
  assert.match(people.words, /Who gets it\?/)
  const action = /action="([^"]+)\/upload"/.exec(people.text)?.[1] ?? ''
  const columns = await owner.submit(`${action}/upload`, {
    file: csv(
      'cohort.csv',
      'Prénom;Nom;Courriel',
      'Zoé;Lévesque;zoe@example.org',
      'Li;Wei;li.wei@northfield',
      'Ana;Ruiz;ana@example.org',
    ),
  })
  assert.match(columns.words, /3 rows from cohort\.csv, read as UTF-8 with semicolons between the cells/)
  const check = await owner.submit(`${action}/columns`)
  assert.match(check.words, /Nothing has been sent yet\./)
  assert.match(check.words, /3 rows: 2 ready 1 problem/)
  assert.match(check.words, /“li\.wei@northfield” has no domain ending/)
  assert.match(check.text, /id="row-3"/)
  const review = await owner.get(`${action}/review`)
  assert.match(review.words, /Issue 2 badges/)
  const progress = await owner.submit(`${action}/send`)
  assert.match(progress.words, /Batch 1/)
  await lapel.settle()
  assert.match((await owner.get(`${action}/progress`)).words, /2 badges issued\./)
  assert.equal((await lapel.mailTo('zoe@example.org')).length, 1)
  assert.deepEqual(
    (await lapel.mailTo(owner.email)).map(({ subject }) => subject),
    ['2 badges issued: Data Storytelling'],
  )
})

test('one person gets the badge at once', async (t) => {
  const lapel = await startLapel(t)
  const { owner, organization } = await anIssuer(lapel)
  const console = `/console/${organization.slug}`
  const people = await owner.submit(`${console}/issue`, {}, { shownOn: `${console}/issue` })
  const action = /action="([^"]+)\/person"/.exec(people.text)?.[1] ?? ''

  const startedAt = performance.now()
  const answer = await owner.post(`${action}/person`, { name: 'Maya Roy', email: 'maya@example.org' })

  assert.equal(answer.status, 303)
  assert.ok(performance.now() - startedAt < 1500)
  const row = await lapel.db.selectFrom('credentials').select(['publicId', 'lifecycle']).executeTakeFirstOrThrow()
  assert.equal(row.lifecycle, 'issued')
  assert.equal(answer.location, `${console}/issued/${row.publicId}`)
})
