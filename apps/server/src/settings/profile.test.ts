import assert from 'node:assert/strict'
import { test } from 'node:test'
import sharp from 'sharp'
import { startLapel } from '../../test/lapel.ts'
import { checkLinkBack, linksBack } from './confirm-link.ts'

const page = '/settings/profile'

test('looking at the profile page makes nothing; saving it keeps what was typed, and a former handle stays the person’s', async (t) => {
  const lapel = await startLapel(t)
  const maya = await lapel.person('maya@home.example', { givenName: 'Maya', familyName: 'Roy' })
  const mallory = await lapel.person('mallory@home.example')
  await maya.get(page)
  assert.equal((await lapel.db.selectFrom('profiles').selectAll().execute()).length, 0)
  const saved = await maya.submit(`${page}/about`, {
    handle: 'Maya-Roy',
    headline: 'Nurse',
    place: '',
    bio: '**Hello**',
  })
  assert.match(saved.words, /What you wrote is saved/)
  await maya.submit(`${page}/about`, { handle: 'maya', headline: 'Nurse', bio: '' })
  // The name menu knows one address for everybody.
  assert.match((await maya.get('/u')).words, /Nurse/)
  assert.equal((await mallory.request('/u', { redirect: 'manual' })).location, page)
  assert.deepEqual(await lapel.db.selectFrom('formerHandles').select(['handle', 'accountId']).execute(), [
    { handle: 'maya-roy', accountId: maya.accountId },
  ])
  for (const handle of [
    'maya',
    'maya-roy',
    'MAYA-ROY',
    'admin',
    'x',
    '-maya',
    'ma--ya',
    'm'.repeat(31),
    'maya@home',
    '../maya',
  ]) {
    await mallory.get(page)
    assert.equal((await mallory.submit(`${page}/about`, { handle })).status, 422, handle)
  }
  await maya.get(page)
  assert.match((await maya.submit(`${page}/about`, { handle: 'maya-roy' })).words, /What you wrote is saved/)
})

test('ten people who want one handle at the same moment: one has it', async (t) => {
  const lapel = await startLapel(t)
  const people = []
  for (let i = 0; i < 10; i++) {
    const person = await lapel.person(`person${i}@home.example`)
    await person.get(page)
    people.push(person)
  }
  const answers = await Promise.all(people.map((person) => person.post(`${page}/about`, { handle: 'wanted' })))
  assert.deepEqual(
    answers.map(({ status }) => status).sort((a, b) => a - b),
    [303, ...Array.from({ length: 9 }, () => 422)],
  )
})

test('addresses that are no addresses of the web, or of another network, are refused', async (t) => {
  const lapel = await startLapel(t)
  const maya = await lapel.person('maya@home.example')
  const wrong = [
    ['social', 'linkedin', 'https://linkedin.com.evil.example/in/maya'],
    ['social', 'x', 'https://evil.example/x.com'],
    ['social', 'orcid', 'javascript:alert(1)//orcid.org'],
    ['social', 'mastodon', 'http://social.example/@maya'],
    ['links', 'url1', 'data:text/html,hello'],
    ['links', 'url2', 'https://user:secret@example.org/'],
    ['links', 'label1', 'Words without an address'],
    ['name', 'givenName', '   '],
    ['name', 'familyName', 'x'.repeat(81)],
    ['about', 'bio', 'x'.repeat(2001)],
  ]
  for (const [form, field, value] of wrong) {
    await maya.get(page)
    const answer = await maya.submit(`${page}/${form}`, {
      ...(form === 'about' ? { handle: 'maya' } : {}),
      [field ?? '']: value ?? '',
    })
    assert.equal(answer.status, 422, `${field} ${value?.slice(0, 40)}`)
    assert.match(answer.text, /There is a problem/)
  }
  await maya.get(page)
  const saved = await maya.submit(`${page}/social`, {
    linkedin: 'https://ca.linkedin.com/in/maya',
    orcid: 'https://orcid.org/0000-0001',
  })
  assert.match(saved.words, /Your social networks are saved/)
})

test('a picture is cut to the square that was chosen and made anew; other files are refused', async (t) => {
  const lapel = await startLapel(t)
  const maya = await lapel.person('maya@home.example')
  const half = sharp({ create: { width: 200, height: 200, channels: 3, background: '#ff0000' } })
  const photo = await sharp({ create: { width: 400, height: 200, channels: 3, background: '#0000ff' } })
    .composite([{ input: await half.png().toBuffer(), left: 0, top: 0 }])
    .withExif({ IFD0: { Artist: 'CANARY' } })
    .jpeg()
    .toBuffer()
  await maya.get(page)
  const saved = await maya.submit(`${page}/picture`, {
    picture: new File([new Uint8Array(photo)], 'me.jpg', { type: 'image/jpeg' }),
    left: '0',
    top: '50',
    size: '100',
  })
  assert.match(saved.words, /Your picture is saved/)
  const hash = (await lapel.db.selectFrom('profiles').select('pictureHash').executeTakeFirstOrThrow()).pictureHash ?? ''
  const kept = await lapel.db.selectFrom('pictures').selectAll().where('hash', '=', hash).executeTakeFirstOrThrow()
  assert.deepEqual([kept.width, kept.height], [200, 200])
  assert.ok(!Buffer.from(kept.bytes).includes('CANARY'))
  const { dominant } = await sharp(kept.bytes).stats()
  assert.ok(dominant.r > 200 && dominant.b < 60, JSON.stringify(dominant))
  await maya.get(page)
  const refused = await maya.submit(`${page}/picture`, {
    picture: new File(['%PDF-1.7'], 'me.png', { type: 'image/png' }),
  })
  assert.equal(refused.status, 422)
  await maya.get(page)
  assert.equal(
    (await maya.submit(`${page}/picture`, { picture: new File([new Uint8Array(photo)], 'me.jpg'), size: '5' })).status,
    422,
  )
})

test('a page confirms a profile only by a real link with rel="me"', async () => {
  const url = 'https://lapel.example/u/maya'
  assert.ok(linksBack(`<p><a href="${url}" rel="nofollow me">x</a>`, url))
  assert.ok(linksBack(`<link rel=me href='${url}/'>`, url))
  for (const text of [
    `<a href="${url}">x</a>`,
    `<!-- <a rel="me" href="${url}"> -->`,
    `<script>'<a rel="me" href="${url}">'</script>`,
    `<a rel="me" href="${url}2">x</a>`,
    `<a rel="home" href="${url}">x</a>`,
  ])
    assert.ok(!linksBack(text, url), text)
  const answer = { url, status: 404, headers: {}, bytes: new TextEncoder().encode(`<a rel=me href="${url}">`) }
  await assert.rejects(
    checkLinkBack(async () => answer, { pageUrl: 'https://x.example', profileUrl: url }),
    /link\.unreachable/,
  )
  await checkLinkBack(async () => ({ ...answer, status: 200 }), { pageUrl: 'https://x.example', profileUrl: url })
})

test('fields that no browser would send are refused in words, never with an error of ours', async (t) => {
  const lapel = await startLapel(t)
  const maya = await lapel.person('maya@home.example')
  const csrf = /name="csrf" value="([^"]+)"/.exec((await maya.get(page)).text)?.[1] ?? ''
  const file = new File(['x'], 'x.png')
  const tries: [string, Record<string, string | File>][] = [
    ['name', {}],
    ['about', {}],
    ['about', { handle: file }],
    ['about', { handle: 'maya', bio: file }],
    ['picture', {}],
    ['picture', { picture: 'text', left: '50', top: '50', size: '100' }],
    ['picture', { picture: file, left: 'x', top: '50', size: '100' }],
    ['links', { url1: file }],
    ['social', { site: file }],
    ['../applications/tokens', {}],
    ['../applications/tokens', { name: 'x', days: '30', scopes: 'badges:write' }],
    ['../applications/tokens', { name: 'x', days: 'x', scopes: 'badges:read' }],
    ['../organizations/education', {}],
    ['../organizations/education', { institution: 'x', signInUrl: file }],
  ]
  for (const [form, fields] of tries) {
    const path = new URL(`${page}/${form}`, lapel.url).pathname
    const isMultipart = Object.values(fields).some((value) => value instanceof File)
    const { status } = await maya.send(
      path.replace('/settings/profile/..', '/settings'),
      { csrf, ...fields },
      isMultipart,
    )
    // A file where words belong is no form of ours; anything else is answered on the page.
    const isStray = Object.entries(fields).some(([name, value]) => name !== 'picture' && value instanceof File)
    assert.equal(status, isStray ? 400 : 422, `${form} ${Object.keys(fields).join()}`)
  }
  for (const path of [`${page}/name`, '/settings/notifications', '/settings/applications/tokens']) {
    const extra = await maya.send(path, { csrf, accountId: 'x' })
    assert.equal(extra.status, 400, path)
  }
})
