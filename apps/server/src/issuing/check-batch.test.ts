import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anIssuer, issueCredential, type Issuer } from '../../test/fixtures/issuing.ts'
import { type Lapel, startLapel } from '../../test/lapel.ts'
import { issuingDeps } from '../app.ts'
import { resumeBatches } from './index.ts'

const csv = (...lines: string[]) => new File([lines.join('\r\n')], 'list.csv', { type: 'text/csv' })

/** Goes to the page of the check with a list; the address of the batch comes with it. */
async function checked(
  lapel: Lapel,
  { owner, organization }: Issuer,
  file: File,
  columns: Record<string, string> = {},
) {
  const base = `/console/${organization.slug}`
  const people = await owner.submit(`${base}/issue`, {}, { shownOn: `${base}/issue` })
  const at = /action="([^"]+)\/upload"/.exec(people.text)?.[1] ?? ''
  await owner.submit(`${at}/upload`, { file })
  const page = await owner.submit(`${at}/columns`, columns)
  return { page, at }
}

test('a forbidden row is found at each place of the list, with its number (S25)', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  for (let bad = 0; bad < 6; bad++) {
    const rows = Array.from({ length: 6 }, (_, i) =>
      i === bad ? `Eve ${bad},not an address` : `Person ${i},p${bad}${i}@example.org`,
    )
    const { page, at } = await checked(lapel, issuer, csv('Name,Email', ...rows))
    assert.match(page.words, /6 rows: 5 ready 1 problem/)
    assert.match(page.text, new RegExp(`id="row-${bad + 2}"`))
    await issuer.owner.get(`${at}/review`)
    await issuer.owner.submit(`${at}/send`)
  }
  await lapel.settle()
  const rows = await lapel.db.selectFrom('credentials').select(['recipientName', 'lifecycle']).execute()
  assert.equal(rows.length, 30)
  assert.ok(rows.every(({ recipientName, lifecycle }) => !recipientName.startsWith('Eve') && lifecycle === 'issued'))
})

test('a row is corrected in place, another left out, a repeated one skipped, and formula cells stay text', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  const { owner } = issuer
  await issueCredential(lapel, issuer, { to: 'has@example.org' })
  const { page, at } = await checked(
    lapel,
    issuer,
    csv(
      'Name,Email',
      'Maya,maya@northfield',
      ',empty@example.org',
      '=HYPERLINK("x"),formula@example.org',
      'Ana,ana@example.org',
      'Ana again,ANA@example.org',
      'Has,has@example.org',
    ),
  )
  assert.match(page.words, /6 rows: 2 ready 2 problems 2 warnings 2 left out/)
  const report = await owner.get(`${at}/report.csv`)
  assert.match(report.text, /^\uFEFF?Name,Email,row,problem/)
  assert.match(report.text, /'=HYPERLINK/)
  assert.match(report.text, /empty@example\.org,3,"Name is missing/)

  const again = await owner.submit(
    `${at}/check`,
    { 'fix-2-email': 'maya@northfield.example', 'out-3': 'yes' },
    { shownOn: `${at}/check?show=problems` },
  )
  assert.match(again.words, /6 rows: 3 ready 2 warnings 3 left out/)
  const all = await owner.get(`${at}/check?show=warnings`)
  assert.match(all.words, /The same address stands in row 5/)
  assert.match(all.words, /Already has this badge, and it is valid/)
  const reissue = await owner.submit(`${at}/check`, { 'choice-7': 'reissue' }, { shownOn: `${at}/check?show=warnings` })
  assert.match(reissue.words, /4 ready/)
  await owner.get(`${at}/review`)
  await owner.submit(`${at}/send`)
  await lapel.settle()
  const names = (
    await lapel.db.selectFrom('credentials').select(['recipientName', 'recipientEmail']).orderBy('batchRow').execute()
  )
    .map(({ recipientName, recipientEmail }) => `${recipientName} ${recipientEmail}`)
    .sort()
  assert.deepEqual(names, [
    '=HYPERLINK("x") formula@example.org',
    'Ana ana@example.org',
    'Has has@example.org',
    'Maya Roy has@example.org',
    'Maya maya@northfield.example',
  ])
})

test('a list without a heading is read as one, and dates that could be two days are asked once', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  const { page, at } = await checked(
    lapel,
    issuer,
    csv('Maya Roy,maya@example.org,03/04/2026', 'Ana,ana@example.org,05/04/2026'),
  )
  assert.match(page.words, /2 rows: 2 ready/)
  await issuer.owner.get(`${at}/columns`)
  const asked = await issuer.owner.submit(`${at}/columns`, { 'column-2': 'awardedOn' })
  assert.match(asked.words, /Is 03\/04\/2026 March 4, 2026 or April 3, 2026\?/)
  await issuer.owner.submit(`${at}/columns`, { 'column-2': 'awardedOn', dateOrder: 'dmy' })
  await issuer.owner.get(`${at}/review`)
  await issuer.owner.submit(`${at}/send`)
  await lapel.settle()
  const days = await lapel.db.selectFrom('credentials').select('snapshot').orderBy('batchRow').execute()
  assert.deepEqual(
    days.map(({ snapshot }) => (snapshot as { awardedOn: string }).awardedOn),
    ['2026-04-03', '2026-04-05'],
  )
})

test('broken files get a sentence that helps, and nothing is lost', async (t) => {
  const lapel = await startLapel(t)
  const { owner, organization } = await anIssuer(lapel)
  const base = `/console/${organization.slug}`
  const people = await owner.submit(`${base}/issue`, {}, { shownOn: `${base}/issue` })
  const at = /action="([^"]+)\/upload"/.exec(people.text)?.[1] ?? ''
  const upload = async (content: BlobPart) =>
    (await owner.submit(`${at}/upload`, { file: new File([content], 'list.csv') }, { shownOn: `${at}/people` })).words
  assert.match(await upload(new Uint8Array([0x50, 0x4b, 3, 4, 9])), /choose “Save as” and “CSV UTF-8”/)
  assert.match(
    await upload(`Name,Email\r\nMaya,${'x'.repeat(3 * 1024 * 1024)}`),
    /A cell in row 2 holds more than 20,000 characters/,
  )
  assert.match(await upload('\r\n'), /The list is empty/)
  assert.match(await upload('a,b\r\nc,"d\r\n'), /from row 2 on/)
})

test('a held batch can be cancelled, starts when its time comes, and the same list again is asked about', async (t) => {
  const lapel = await startLapel(t, { BATCH_HOLD_MINUTES: '5' })
  const issuer = await anIssuer(lapel)
  const { owner } = issuer
  const list = () => csv('Name,Email', 'Maya,maya@example.org', 'Ana,ana@example.org')
  const first = await checked(lapel, issuer, list())
  await owner.get(`${first.at}/review`)
  const held = await owner.submit(`${first.at}/send`)
  assert.match(held.words, /Sending starts in 5 minutes\. You can still cancel\./)
  await owner.submit(`${first.at}/cancel`)
  lapel.passMinutes(6)
  await resumeBatches(issuingDeps(lapel.deps))
  await lapel.settle()
  assert.equal((await lapel.db.selectFrom('credentials').select('id').execute()).length, 0)

  // Sending asks for a proof of the last five minutes.
  const prove = () => lapel.db.updateTable('sessions').set({ provedAt: lapel.now() }).execute()
  await prove()
  const second = await checked(lapel, issuer, list())
  await owner.get(`${second.at}/review`)
  await owner.submit(`${second.at}/send`)
  lapel.passMinutes(6)
  await resumeBatches(issuingDeps(lapel.deps))
  await lapel.settle()
  assert.equal((await lapel.db.selectFrom('credentials').select('id').execute()).length, 2)
  assert.match((await owner.get(`${second.at}/progress`)).words, /2 badges issued/)
  await assert.rejects(
    owner.submit(`${second.at}/cancel`, {}, { shownOn: `${second.at}/progress` }),
    /no form with the action/,
  )

  await prove()
  const third = await checked(lapel, issuer, list())
  await owner.submit(
    `${third.at}/check`,
    { 'choice-2': 'reissue', 'choice-3': 'reissue' },
    { shownOn: `${third.at}/check?show=warnings` },
  )
  const review = await owner.get(`${third.at}/review`)
  assert.match(review.words, /This looks like batch 2 from .*: same file, same badge\. Continue\?/)
  assert.match((await owner.submit(`${third.at}/send`)).words, /Tick the box to issue the same list again/)
  assert.match((await owner.submit(`${third.at}/send`, { again: 'yes' })).words, /You can still cancel/)
})
