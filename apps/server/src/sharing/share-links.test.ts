import assert from 'node:assert/strict'
import test from 'node:test'
import { anEarner, withdraw } from '../../test/fixtures/earner.ts'
import { type Lapel, startLapel } from '../../test/lapel.ts'
import type { Visitor } from '../../test/visitor.ts'
import { nameIn } from './shown-name.ts'

const browser = { headers: { 'sec-fetch-dest': 'document' } }

async function makeLink(earner: Visitor, publicId: string, fields: Record<string, string>) {
  await earner.get(`/badges/${publicId}/share`)
  return earner.submit(`/badges/${publicId}/share/links`, { name: 'HR at Acme', end: '30', ...fields })
}

function linkOn(lapel: Lapel, page: string): string {
  const found = new RegExp(`value="${lapel.config.publicUrl}(/s/[\\w-]{43})"`).exec(page)?.[1]
  if (!found) throw new Error('There is no private link on the page')
  return found
}

test('a private link shows a private badge to whoever has it, until it ends', async (t) => {
  const lapel = await startLapel(t)
  const { publicId, earner } = await anEarner(lapel)
  const made = await makeLink(earner, publicId, {})
  assert.match(made.words, /The link HR at Acme is ready to copy\./)
  const path = linkOn(lapel, made.text)
  const stored = await lapel.db.selectFrom('shareLinks').select(['tokenHash', 'sealedToken']).executeTakeFirstOrThrow()
  assert.ok(!Buffer.from(stored.sealedToken).includes(path.slice(3)))

  const stranger = lapel.visitor()
  const page = await stranger.request(path, browser)
  assert.equal(page.status, 200)
  assert.match(page.words, /Shared by Maya Tester until \w+ \d+, \d{4}/)
  assert.match(page.words, /Issued to Maya Roy by Northfield College/)
  assert.equal(page.headers.get('cache-control'), 'no-store')
  assert.equal(page.headers.get('referrer-policy'), 'no-referrer')
  assert.match(page.headers.get('x-robots-tag') ?? '', /noindex/)
  assert.ok(!page.text.includes('og:'))
  assert.ok(!page.text.includes('/badge.png'))
  assert.equal((await stranger.request(`${path}/badge.png`)).status, 404)
  assert.equal((await lapel.visitor().get(`/b/${publicId}`)).status, 404)
  assert.match((await stranger.get(`${path}/check`)).words, /Genuine checked/)

  // Only what a browser opens is counted.
  await stranger.request(path)
  assert.match((await earner.get('/shares')).words, /HR at Acme .*1 open, last on/)
  lapel.passDays(31)
  const ended = await stranger.get(path)
  assert.equal(ended.status, 404)
  assert.match(ended.words, /This link no longer works\. Ask the person who sent it for a new one\./)
  assert.ok(!ended.text.includes('Maya'))
})

test('a link shows the name as it was chosen for it, on the page and in the check, and gives no file that holds it', async (t) => {
  const lapel = await startLapel(t)
  const { publicId, earner } = await anEarner(lapel)
  const both = await makeLink(earner, publicId, { shownName: 'initial', download: 'yes' })
  assert.equal(both.status, 422)
  assert.match(both.words, /Show it in full, or allow no downloads/)
  assert.match(both.text, /value="HR at Acme"/)
  const stranger = lapel.visitor()
  for (const [shownName, bar, issued] of [
    ['initial', 'Shared by Maya T. until', 'Issued to Maya R. by Northfield College'],
    ['none', 'Shared with you until', 'Issued to its holder by Northfield College'],
  ] as const) {
    const path = linkOn(lapel, (await makeLink(earner, publicId, { shownName })).text)
    const page = await stranger.get(path)
    assert.ok(page.words.includes(bar), page.words)
    assert.ok(page.words.includes(issued), page.words)
    const checked = await stranger.get(`${path}/check`)
    assert.match(checked.words, /Genuine checked/)
    assert.doesNotMatch(checked.words, /\.\./)
    // Nor the way to the page that shows it in full.
    assert.ok(!checked.text.includes(`/b/${publicId}`))
    for (const { text } of [page, checked]) {
      assert.doesNotMatch(text, /Roy|Tester/)
      if (shownName === 'none') assert.doesNotMatch(text, /Maya/)
    }
    // What is kept of the check knows no more.
    const { location = '' } = await stranger.post('/verify/keep')
    assert.match((await stranger.get(location)).words, /Genuine/)
    for (const address of [location, `${location}?format=json`])
      assert.deepEqual(/.{80}Roy.{20}/.exec((await stranger.get(address)).text)?.[0], undefined)
  }
  assert.match((await earner.get('/shares')).words, /Your name behind this link Not shown/)
})

test('a name is shortened at its last word, and one word stays as it is', () => {
  assert.equal(nameIn('initial', ' Maya  de la Roy '), 'Maya de la R.')
  assert.equal(nameIn('initial', 'Ana Ñandú'), 'Ana Ñ.')
  assert.equal(nameIn('initial', '王小明'), '王小明')
  assert.equal(nameIn('full', ' Maya Roy '), 'Maya Roy')
  assert.equal(nameIn('none', 'Maya Roy'), undefined)
})

test('a PIN is shown once, five wrong ones close the link for everybody for 15 minutes', async (t) => {
  const lapel = await startLapel(t)
  const { publicId, earner } = await anEarner(lapel)
  const made = await makeLink(earner, publicId, { pin: 'yes', download: 'yes' })
  const pin = /Its PIN is (\d{6})\./.exec(made.words)?.[1] ?? ''
  assert.match(pin, /^\d{6}$/)
  assert.ok(!(await earner.get(`/badges/${publicId}/share`)).text.includes(pin))
  const path = linkOn(lapel, made.text)
  const stranger = lapel.visitor()
  const asked = await stranger.get(path)
  assert.match(asked.words, /Enter the PIN/)
  assert.ok(!asked.text.includes('Data Storytelling'))
  for (const part of ['/badge.png', '/credential.json', '/check'])
    assert.equal((await stranger.request(path + part)).status, 404, part)
  const wrong = pin === '000000' ? '000001' : '000000'
  assert.match((await stranger.submit(`${path}/pin`, { pin: wrong })).words, /That PIN is not right\. Tries left: 4\./)
  await Promise.all([1, 2, 3, 4].map(() => stranger.post(`${path}/pin`, { pin: wrong })))
  assert.match((await stranger.submit(`${path}/pin`, { pin })).words, /Too many wrong PINs\. Try again in 15 minutes\./)
  const other = lapel.visitor()
  await other.get(path)
  assert.match((await other.submit(`${path}/pin`, { pin })).words, /Too many wrong PINs/)
  lapel.passMinutes(16)
  const open = await other.submit(`${path}/pin`, { pin: `${pin.slice(0, 3)} ${pin.slice(3)}` })
  assert.match(open.words, /Issued to Maya Roy/)
  assert.equal((await other.request(`${path}/badge.png`)).headers.get('content-type'), 'image/png')
  assert.match((await lapel.visitor().get(path)).words, /Enter the PIN/)
})

test('a link is revoked, extended and listed by its owner alone', async (t) => {
  const lapel = await startLapel(t)
  const { publicId, earner } = await anEarner(lapel)
  const path = linkOn(lapel, (await makeLink(earner, publicId, { end: '7' })).text)
  await makeLink(earner, publicId, { name: 'Second', end: 'never' })
  const { id } = await lapel.db
    .selectFrom('shareLinks')
    .select('id')
    .where('name', '=', 'HR at Acme')
    .executeTakeFirstOrThrow()
  const mallory = await lapel.person('mallory@example.org')
  const csrf = /name="csrf" value="([^"]+)"/.exec((await mallory.get('/shares')).text)?.[1] ?? ''
  assert.match((await mallory.get('/shares')).words, /No links\./)
  for (const action of ['revoke', 'extend'])
    assert.equal((await mallory.send(`/shares/${id}/${action}`, { csrf })).status, 404)
  await earner.get('/shares')
  await earner.submit(`/shares/${id}/extend`)
  lapel.passDays(20)
  assert.equal((await lapel.visitor().get(path)).status, 200)
  const revoked = await earner.submit(`/shares/${id}/revoke`)
  assert.match(revoked.words, /The link no longer works\. .*1 link /)
  assert.equal((await lapel.visitor().get(path)).status, 404)
})

test('what a link may be is checked, and a double click makes one link', async (t) => {
  const lapel = await startLapel(t)
  const { publicId, earner } = await anEarner(lapel)
  assert.match((await makeLink(earner, publicId, { name: ' ' })).words, /Enter a name for the link/)
  assert.match((await makeLink(earner, publicId, { end: 'date' })).words, /Enter a day that is still to come/)
  assert.match((await makeLink(earner, publicId, { end: 'date', date: '2020-01-01' })).words, /still to come/)
  await earner.get(`/badges/${publicId}/share`)
  const fields = { name: 'Twice', end: '7', pin: 'yes' }
  await Promise.all([1, 2, 3].map(() => earner.post(`/badges/${publicId}/share/links`, fields)))
  assert.equal((await lapel.db.selectFrom('shareLinks').select('id').execute()).length, 1)
})

test('a link says when the badge was withdrawn, and ends when its owner declines the badge', async (t) => {
  const lapel = await startLapel(t)
  const { publicId, earner, issuer, credentialId } = await anEarner(lapel)
  const path = linkOn(lapel, (await makeLink(earner, publicId, { download: 'yes' })).text)
  await withdraw(lapel, issuer, credentialId, 'Mistake')
  assert.match((await lapel.visitor().get(path)).words, /Withdrawn - checked just now/)
  assert.equal((await lapel.visitor().get(`${path}/badge.png`)).status, 404)

  const second = await anEarner(lapel, { issuer, to: 'zoe@northfield.example' })
  const other = linkOn(lapel, (await makeLink(second.earner, second.publicId, {})).text)
  assert.match((await second.earner.get(`/badges/${second.publicId}/decline`)).words, /1 link stops working/)
  await second.earner.submit(`/badges/${second.publicId}/decline`)
  assert.equal((await lapel.visitor().get(other)).status, 404)
})

test('fifty wrong PINs in all pause a link, its owner is told once and resumes it', async (t) => {
  const lapel = await startLapel(t)
  const { publicId, earner } = await anEarner(lapel)
  const made = await makeLink(earner, publicId, { pin: 'yes' })
  const pin = /Its PIN is (\d{6})\./.exec(made.words)?.[1] ?? ''
  const wrong = pin === '000000' ? '000001' : '000000'
  const path = linkOn(lapel, made.text)
  const friend = lapel.visitor()
  await friend.get(path)
  assert.match((await friend.submit(`${path}/pin`, { pin })).words, /Issued to/)
  const thief = lapel.visitor()
  for (let round = 0; round < 10; round++) {
    await thief.get(path)
    // More at once than a round allows: each takes a try of its own.
    await Promise.all(Array.from({ length: 8 }, () => thief.post(`${path}/pin`, { pin: wrong })))
    // The right PIN in between gives the thief no fresh start.
    lapel.passMinutes(16)
    if (round === 4) {
      const other = lapel.visitor()
      await other.get(path)
      assert.match((await other.submit(`${path}/pin`, { pin })).words, /Issued to/)
    }
  }
  const paused = await thief.get(path)
  assert.equal(paused.status, 403)
  assert.match(paused.words, /this link is paused\. Ask the person who sent it/)
  assert.ok(!paused.text.includes('Maya') && !paused.text.includes('<form method="post" action="/s/'))
  assert.equal((await friend.get(path)).status, 200)
  const mails = (await lapel.mailTo('maya@northfield.example')).filter(({ subject }) => subject.endsWith('is paused'))
  assert.equal(mails.length, 1)
  assert.match(mails[0]?.text ?? '', /50 wrong PINs/)

  const list = await earner.get('/shares?state=paused')
  assert.match(list.words, /Paused since .*Too many wrong PINs/)
  const mallory = await lapel.person('mallory@example.org')
  const id = /\/shares\/([0-9a-f-]{36})\/resume/.exec(list.text)?.[1] ?? ''
  const csrf = /name="csrf" value="([^"]+)"/.exec((await mallory.get('/shares')).text)?.[1] ?? ''
  assert.equal((await mallory.send(`/shares/${id}/resume`, { csrf })).status, 404)
  assert.match((await earner.submit(`/shares/${id}/resume`)).words, /works again, with the same PIN/)
  await thief.get(path)
  assert.match((await thief.submit(`${path}/pin`, { pin })).words, /Issued to/)
})

test('the list of links has filters and pages, and is ended as a whole after a question', async (t) => {
  const lapel = await startLapel(t)
  const { publicId, earner } = await anEarner(lapel)
  for (let number = 1; number <= 21; number++)
    await makeLink(earner, publicId, { name: `Réunion ${number}`, end: number === 1 ? 'never' : '7' })
  const first = await earner.get('/shares')
  assert.match(first.words, /21 links .*Page 1 of 2/)
  assert.equal([...first.text.matchAll(/<li class="panel">/g)].length, 20)
  assert.match((await earner.get('/shares?page=2')).words, /Réunion 1 .*Page 2 of 2/)
  assert.match((await earner.get('/shares?page=99')).words, /Page 2 of 2/)
  assert.match((await earner.get('/shares?state=endless')).words, /1 link Réunion 1 /)
  assert.match((await earner.get('/shares?q=reunion+21&kind=badge&state=unopened')).words, /1 link Réunion 21 /)
  const none = await earner.get('/shares?kind=document&state=nonsense')
  assert.match(none.words, /0 links Nothing matches with these filters\. Clear filters/)
  const all = await earner.get('/shares')
  assert.match(all.words, /All 21 links stop working for everybody who has them\./)
  assert.match((await earner.submit('/shares/revoke-all')).words, /21 links no longer work\. .*No links\./)
})
