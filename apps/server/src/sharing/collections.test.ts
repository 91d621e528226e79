import assert from 'node:assert/strict'
import test from 'node:test'
import { sql } from 'kysely'
import { setVisibility } from '../backpack/index.ts'
import { anEarner } from '../../test/fixtures/earner.ts'
import { anAchievement } from '../../test/fixtures/issuing.ts'
import { type Lapel, startLapel } from '../../test/lapel.ts'
import { formsOf } from '../../test/visitor.ts'
import { unitsPerNetwork } from './drawings.ts'
import { freeSlug } from './free-slug.ts'
import { shownName } from './profile-store.ts'

/** Three accepted badges of one person: the first is private, the others are public. */
async function threeBadges(lapel: Lapel) {
  const first = await anEarner(lapel)
  const ids = [first.publicId]
  for (const name of ['Second Badge', 'Third Badge']) {
    const achievement = await anAchievement(lapel, first.issuer.organization.id, { name })
    const { publicId } = await anEarner(lapel, { issuer: { ...first.issuer, achievement }, visibility: 'public' })
    ids.push(publicId)
  }
  return { earner: first.earner, ids, issuer: first.issuer }
}

function withProfile(lapel: Lapel, accountId: string, isVisible: boolean) {
  return lapel.db
    .insertInto('profiles')
    .values({
      accountId,
      handle: 'maya',
      isVisible,
      headline: 'Analyst',
      bio: '<b>Hi</b>',
      links: JSON.stringify([
        { label: 'Site', url: 'https://maya.example' },
        { label: 'Bad', url: 'javascript:alert(1)' },
      ]),
      updatedAt: lapel.now(),
    })
    .execute()
}

const names = (text: string) =>
  [...text.matchAll(/class="badge-card-name"[^>]*>(?:<a[^>]*>)?([^<]+)/g)].map(([, name]) => name)

test('a collection is made, ordered with buttons, annotated and shown without its private badges', async (t) => {
  const lapel = await startLapel(t)
  const { earner, ids } = await threeBadges(lapel)
  await withProfile(lapel, earner.accountId, false)
  assert.match((await earner.get('/collections')).words, /Group badges for one purpose, such as a job application\./)
  assert.match((await earner.submit('/collections', { name: ' ' })).words, /Enter a name for the collection/)
  await earner.get('/collections')
  const page = await earner.submit('/collections', { name: 'Été: Data & Co', description: 'For Acme' })
  const path = new URL(earner.page ? (/action="(\/collections\/[\w-]{22})"/.exec(page.text)?.[1] ?? '') : '', lapel.url)
    .pathname
  const added = await earner.submit(`${path}/add`, { badge: [...ids, 'A'.repeat(22)] })
  assert.match(added.words, /3 badges added\./)
  const order = (text: string) =>
    ids
      .map((id) => text.indexOf(`/items/${id}/remove`))
      .map((at, index, all) => [...all].sort((a, b) => a - b).indexOf(at))
  const before = order(added.text)
  const lastId = ids[before.indexOf(2)] ?? ''
  await Promise.all(Array.from({ length: 10 }, () => earner.post(`${path}/items/${lastId}/up`)))
  const moved = await earner.get(path)
  assert.equal(order(moved.text)[ids.indexOf(lastId)], 1)
  assert.equal(
    (
      await earner.send(`${path}/items/${'A'.repeat(22)}/up`, {
        csrf: /name="csrf" value="([^"]+)"/.exec(moved.text)?.[1] ?? '',
      })
    ).status,
    404,
  )
  await earner.get(path)
  const tooLong = await earner.submit(`${path}/items/${ids[1]}/note`, { note: 'x'.repeat(201) })
  assert.equal(tooLong.status, 422)
  assert.match(tooLong.text, new RegExp(`href="#note-${ids[1]}">Use at most 200 characters for the note`))
  assert.ok(tooLong.text.includes(`value="${'x'.repeat(201)}"`), 'what was typed is kept')
  await earner.submit(`${path}/items/${ids[1]}/note`, { note: 'Led the team' })
  const stranger = lapel.visitor()
  assert.equal((await stranger.get('/u/maya/c/ete-data-co')).status, 404)
  const shown = await earner.submit(path, { name: 'Data', description: 'For Acme', visibility: 'public' })
  assert.match(shown.words, /1 private badge is left out of what others see\./)
  const outside = await stranger.get('/u/maya/c/ete-data-co')
  assert.equal(outside.status, 200)
  assert.deepEqual(new Set(names(outside.text)), new Set(['Second Badge', 'Third Badge']))
  assert.match(outside.words, /Led the team/)
  assert.match(outside.text, /<meta property="og:title" content="Data">/)
  const card =
    /property="og:image" content="([^"]+)"/.exec(outside.text)?.[1]?.replace(lapel.config.publicUrl, '') ?? ''
  assert.equal((await stranger.request(card)).headers.get('content-type'), 'image/png')
  const url = encodeURIComponent(`${lapel.config.publicUrl}/u/maya/c/ete-data-co`)
  for (const start of [
    'https://www.linkedin.com/sharing/',
    'https://x.com/',
    'https://www.facebook.com/',
    'https://bsky.app/',
    'https://wa.me/',
    'mailto:',
  ])
    assert.ok(shown.text.includes(`href="${start}`) && shown.text.includes(url), start)

  // A private link shows all of it; the private badge leads nowhere.
  await earner.get(path)
  const linked = await earner.submit(`${path}/links`, { name: 'Acme', end: '7' })
  const link = new RegExp(`value="${lapel.config.publicUrl}(/s/[\\w-]{43})"`).exec(linked.text)?.[1] ?? ''
  const behind = await stranger.get(link)
  assert.equal(names(behind.text).length, 3)
  assert.ok(!behind.text.includes(`/b/${ids[0]}`))
  assert.match((await earner.get('/shares')).words, /Acme .*Data/)

  const mallory = await lapel.person('mallory@example.org')
  assert.equal((await mallory.get(path)).status, 404)
  await earner.get(path)
  await earner.submit(`${path}/delete`)
  assert.equal((await stranger.get('/u/maya/c/ete-data-co')).status, 404)
  assert.equal((await stranger.get(link)).status, 404)
})

test('nobody’s badges can be put into somebody else’s collection', async (t) => {
  const lapel = await startLapel(t)
  const { ids } = await threeBadges(lapel)
  const mallory = await lapel.person('mallory@example.org')
  await mallory.get('/collections')
  await mallory.submit('/collections', { name: 'Mine' })
  const path = /action="(\/collections\/[\w-]{22})"/.exec(mallory.page?.text ?? '')?.[1] ?? ''
  const csrf = /name="csrf" value="([^"]+)"/.exec(mallory.page?.text ?? '')?.[1] ?? ''
  await mallory.send(`${path}/add`, { csrf, badge: ids })
  assert.equal((await lapel.db.selectFrom('collectionItems').select('credentialId').execute()).length, 0)
})

test('badges are picked from any number by search and pages without losing one, and the addition is undone once', async (t) => {
  const lapel = await startLapel(t)
  const { earner, ids } = await threeBadges(lapel)
  const [first = '', second = ''] = ids
  await copies(lapel, ids[2] ?? '', 60)
  const collection = await earner.submit('/collections', { name: 'Many' }, { shownOn: '/collections' })
  const path = /action="(\/collections\/[\w-]{22})"/.exec(collection.text)?.[1] ?? ''
  assert.match(collection.words, /63 badges of 63 that can be added .*Page 1 of 3 Next/)
  const found = await earner.submit(`${path}/add`, { q: 'secònd', go: 'find' })
  assert.equal(found.status, 200)
  assert.match(found.words, /1 badge of 63 that can be added Which badges\? Second Badge/)
  // Picked here; then all are shown again, and the next page: it goes along.
  const all = await earner.submit(`${path}/add`, { badge: [second], q: '', go: 'find' })
  const isTicked = (text: string, id: string) => new RegExp(`value="${id}"[^>]* checked`).test(text)
  assert.ok(isTicked(all.text, second))
  const onward = await earner.submit(`${path}/add`, { badge: [second], go: '3' })
  assert.match(onward.words, /Page 3 of 3/)
  assert.ok(isTicked(onward.text, second))
  assert.match(
    (await earner.submit(`${path}/add`, { badge: [second], q: 'zzz', go: 'find' })).words,
    /1 more badge is picked .*Nothing matches zzz/,
  )
  assert.equal((await earner.submit(`${path}/add`, { badge: [second], go: '99999' })).status, 200)

  const inside = async () => (await lapel.db.selectFrom('collectionItems').select('credentialId').execute()).length
  await earner.submit(`${path}/add`, { badge: [first] }, { shownOn: path })
  const added = await earner.submit(`${path}/add`, { badge: [first, second], go: 'add' }, { shownOn: path })
  assert.match(added.words, /1 badge added\. Undo/)
  const undo = formsOf(added.text).find(({ action }) => action === '/collections/undo-add')?.fields ?? {}
  assert.equal(await inside(), 2)
  const mallory = await lapel.person('mallory@example.org')
  const page = await mallory.get('/collections')
  const foreign = { ...undo, csrf: /name="csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '' }
  assert.equal((await mallory.send('/collections/undo-add', foreign)).location, '/collections')
  assert.equal(await inside(), 2)
  const clicks = await Promise.all(Array.from({ length: 10 }, () => earner.send('/collections/undo-add', undo)))
  assert.deepEqual([...new Set(clicks.map(({ location }) => location))], [path])
  assert.match((await earner.get(path)).words, /1 badge was taken out of the collection again\./)
  assert.equal(await inside(), 1, 'what was in it before stays')

  // From the backpack into a new one: Undo takes the collection away with it, unless it is used since.
  for (const isUsed of [false, true]) {
    const from = `/badges/selected/collection?badge=${first}&badge=${second}`
    await earner.submit(from, { collection: 'new', name: 'From the backpack' }, { shownOn: from })
    const made = formsOf(earner.page?.text ?? '').find(({ action }) => action === '/collections/undo-add')
    const { publicId } = await lapel.db
      .selectFrom('collections')
      .select('publicId')
      .where('name', '=', 'From the backpack')
      .executeTakeFirstOrThrow()
    const own = `/collections/${publicId}`
    if (isUsed) await earner.send(own, { csrf: made?.fields['csrf'] ?? '', name: 'Mine now', visibility: 'link' })
    const undone = await earner.send('/collections/undo-add', made?.fields ?? {})
    assert.equal(undone.location, isUsed ? own : '/collections')
    const left = await lapel.db.selectFrom('collections').select('name').execute()
    assert.deepEqual(left.map(({ name }) => name).sort(), isUsed ? ['Many', 'Mine now'] : ['Many'])
  }
  assert.equal(await inside(), 1)
})

test('a profile is nobody’s business until it is switched on, then shows public badges alone', async (t) => {
  const lapel = await startLapel(t)
  const { earner, ids } = await threeBadges(lapel)
  await withProfile(lapel, earner.accountId, false)
  const stranger = lapel.visitor()
  for (const path of ['/u/maya', '/u/maya/badges.json', '/u/maya/badges.atom', '/u/maya/card.png', '/u/nobody'])
    assert.equal((await stranger.get(path)).status, 404, path)
  assert.match((await earner.get('/u/maya')).words, /Nobody can see this page yet\./)
  await lapel.db.updateTable('profiles').set({ isVisible: true }).execute()
  const page = await stranger.get('/u/Maya')
  assert.match(page.words, /Maya Tester Analyst/)
  assert.deepEqual(new Set(names(page.text)), new Set(['Second Badge', 'Third Badge']))
  assert.match(page.text, /<meta name="robots" content="noindex/)
  assert.ok(!/<title>[^<]*Tester/.test(page.text))
  assert.ok(page.text.includes('&lt;b&gt;Hi&lt;/b&gt;'))
  assert.ok(!page.text.includes('javascript:alert'))
  assert.equal(page.headers.getSetCookie().length, 0)

  const feed = (await stranger.get('/u/maya/badges.json')).json() as { version: string; items: { url: string }[] }
  assert.equal(feed.version, 'https://jsonfeed.org/version/1.1')
  assert.deepEqual(
    feed.items.map(({ url }) => url).sort(),
    ids
      .slice(1)
      .map((id) => `${lapel.config.publicUrl}/b/${id}`)
      .sort(),
  )
  const atom = await stranger.get('/u/maya/badges.atom')
  assert.match(atom.headers.get('content-type') ?? '', /^application\/atom\+xml/)
  assert.equal([...atom.text.matchAll(/<entry>/g)].length, 2)
  const card = await stranger.get('/u/maya/card.png')
  assert.equal(Buffer.from(card.bytes).readUInt32BE(16), 1280)

  await lapel.db.updateTable('profiles').set({ handle: 'maya-r', allowsSearchEngines: true }).execute()
  await lapel.db.insertInto('formerHandles').values({ handle: 'maya', accountId: earner.accountId }).execute()
  const moved = await stranger.request('/u/maya')
  assert.deepEqual([moved.status, moved.location], [301, '/u/maya-r'])
  assert.ok(!/name="robots" content="noindex/.test((await stranger.get('/u/maya-r')).text))
  await setVisibility(lapel.deps, { publicId: ids[1] ?? '', accountId: earner.accountId, visibility: 'link' })
  assert.deepEqual(names((await stranger.get('/u/maya-r')).text), ['Third Badge'])
})

test('names become addresses that stay apart', () => {
  assert.equal(freeSlug('Été: Data & Co', []), 'ete-data-co')
  assert.equal(freeSlug('数据', []), 'collection')
  assert.equal(freeSlug('Data', ['data', 'data-2']), 'data-3')
  assert.equal(shownName({ givenName: 'Maya', familyName: 'Roy', showsFullName: false }), 'Maya R.')
  assert.equal(shownName({ givenName: 'Madonna', familyName: '', showsFullName: false }), 'Madonna')
})

test('a collection for people with the link is not found by its name, which can be guessed', async (t) => {
  const lapel = await startLapel(t)
  const { earner } = await threeBadges(lapel)
  await withProfile(lapel, earner.accountId, true)
  const stranger = lapel.visitor()
  await earner.get('/collections')
  await earner.submit('/collections', { name: 'Job application' })
  const { publicId } = await lapel.db.selectFrom('collections').select('publicId').executeTakeFirstOrThrow()
  const [named, secret] = ['/u/maya/c/job-application', `/u/maya/c/${publicId}`]
  const save = async (visibility: string) =>
    (await earner.submit(`/collections/${publicId}`, { name: 'Job application', visibility })).text
  const seen = async () => [(await stranger.get(named)).status, (await stranger.get(secret)).status]

  assert.deepEqual(await seen(), [404, 404])
  assert.ok((await save('link')).includes(`${lapel.config.publicUrl}${secret}"`))
  assert.deepEqual(await seen(), [404, 200])
  assert.ok((await save('public')).includes(`${lapel.config.publicUrl}${named}"`))
  assert.deepEqual(await seen(), [200, 200])
})

/** The same badge so many times more; what counts here is the number. */
async function copies(lapel: Lapel, publicId: string, count: number): Promise<void> {
  await sql`insert into credentials select (jsonb_populate_record(c, jsonb_build_object(
      'id', gen_random_uuid(), 'public_id', lpad('copy' || n, 22, 'x'), 'label', 'COPY-' || n,
      'status_index', c.status_index + 1000 + n, 'valid_from', c.valid_from - n * interval '1 minute'))).*
    from credentials c, generate_series(1, ${count}) n where c.public_id = ${publicId}`.execute(lapel.db)
}

test('a profile of 130 badges shows and feeds them all, page by page', async (t) => {
  const lapel = await startLapel(t)
  const { publicId, earner } = await anEarner(lapel, { visibility: 'public' })
  await withProfile(lapel, earner.accountId, true)
  await copies(lapel, publicId, 129)
  const stranger = lapel.visitor()
  const first = await stranger.get('/u/maya')
  assert.equal(names(first.text).length, 48)
  assert.match(first.words, /Page 1 of 3/)
  assert.match(first.text, /rel="next" href="\/u\/maya\?page=2#badges"/)
  const last = await stranger.get('/u/maya?page=3')
  assert.equal(names(last.text).length, 34)
  assert.match(last.text, /<link rel="canonical" href="[^"]+\/u\/maya\?page=3">/)
  assert.equal(names((await stranger.get('/u/maya?page=-1')).text).length, 48)

  const seen = new Set<string>()
  let next: string | undefined = '/u/maya/badges.json'
  for (let pages = 0; next !== undefined; pages++) {
    assert.ok(pages < 5)
    const feed = (await stranger.get(next)).json() as { items: { id: string }[]; next_url?: string }
    for (const { id } of feed.items) seen.add(id)
    next = feed.next_url?.replace(lapel.config.publicUrl, '')
  }
  assert.equal(seen.size, 130)
  assert.equal((await stranger.get('/u/maya/badges.json?page=3')).status, 404)
  const atom = await stranger.get('/u/maya/badges.atom')
  assert.equal([...atom.text.matchAll(/<entry>/g)].length, 100)
  assert.match(atom.text, /<link rel="next" href="[^"]+badges\.atom\?page=2"\/>/)
  assert.equal(atom.headers.get('x-robots-tag'), 'noindex')
})

test('the profile names networks in words and says which page links back; a README card is drawn within limits', async (t) => {
  const lapel = await startLapel(t)
  const { earner } = await anEarner(lapel, { visibility: 'public' })
  await withProfile(lapel, earner.accountId, true)
  const social = [
    { network: 'mastodon', url: 'https://mastodon.example/@maya', confirmedAt: '2026-01-01T00:00:00Z' },
    { network: 'linkedin', url: 'https://www.linkedin.com/in/maya' },
    { network: 'site', url: 'javascript:alert(1)' },
  ]
  await lapel.db
    .updateTable('profiles')
    .set({ social: JSON.stringify(social) })
    .execute()
  const stranger = lapel.visitor()
  const { words, text } = await stranger.get('/u/maya')
  assert.match(
    words,
    /Site maya\.example Mastodon mastodon\.example\/@maya Confirmed LinkedIn linkedin\.com\/in\/maya /,
  )
  assert.ok(!text.includes('javascript:') && !words.includes('Own site'))

  const card = await stranger.get('/u/maya/card.png')
  const again = await stranger.request('/u/maya/card.png', {
    headers: { 'if-none-match': card.headers.get('etag') ?? '' },
  })
  assert.equal(again.status, 304)
  // The same card costs nothing; a new one each time does, and is refused after a while.
  for (let at = 0; at < 5; at++) assert.equal((await stranger.get('/u/maya/card.png')).status, 200)
  await lapel.db
    .updateTable('rateLimits')
    .set({ used: unitsPerNetwork - 1 })
    .where('bucket', 'like', 'drawing:%')
    .execute()
  await lapel.db.updateTable('profiles').set({ headline: 'Another' }).execute()
  const refused = await stranger.request('/u/maya/card.png')
  assert.equal(refused.status, 429)
  assert.ok(Number(refused.headers.get('retry-after')) > 0)
  lapel.passMinutes(11)
  assert.equal((await stranger.get('/u/maya/card.png')).status, 200)
})

test('every address below an old handle goes on leading to its person', async (t) => {
  const lapel = await startLapel(t)
  const { earner } = await anEarner(lapel, { visibility: 'public' })
  await withProfile(lapel, earner.accountId, true)
  await earner.get('/collections')
  await earner.submit('/collections', { name: 'Job' })
  const collection = await lapel.db.selectFrom('collections').select('publicId').executeTakeFirstOrThrow()
  await earner.submit(`/collections/${collection.publicId}`, { name: 'Job', visibility: 'link' })
  await lapel.db.updateTable('profiles').set({ handle: 'maya-r' }).execute()
  await lapel.db.insertInto('formerHandles').values({ handle: 'maya', accountId: earner.accountId }).execute()
  const stranger = lapel.visitor()
  for (const tail of ['', '/badges.json', '/badges.atom?page=1', '/card.png', `/c/${collection.publicId}`]) {
    const { status, location } = await stranger.request(`/u/maya${tail}`)
    assert.deepEqual([status, location], [301, `/u/maya-r${tail}`])
  }
  assert.equal((await stranger.request('/u/maya/c/job')).status, 404)
  await lapel.db.updateTable('profiles').set({ isVisible: false }).execute()
  for (const tail of ['', '/badges.json', '/card.png'])
    assert.equal((await stranger.request(`/u/maya${tail}`)).status, 404, tail)
  assert.equal((await stranger.get(`/u/maya/c/${collection.publicId}`)).status, 200)
})
