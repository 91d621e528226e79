import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anEarner, badgeOf } from '../../test/fixtures/earner.ts'
import { aWorld, csrfOf, everyRoute, fill, placeOf, type Route } from '../../test/fixtures/every-route.ts'
import { member } from '../../test/fixtures/console.ts'
import { startLapel } from '../../test/lapel.ts'
import { listCredentials } from '../api/list-credentials.ts'
import { disclosureOf } from '../organizations/disclosures.ts'

// SECURITY S59: an organization with minors switches off public pages, indexing and sharing outside.

/** Where the holder reaches their own things, whatever the issuer has chosen: to keep, to see, to download for oneself. */
const forOneself = new Set([
  'GET /badges/:id{[A-Za-z0-9_-]{22}}',
  'POST /badges/:id/accept',
  'GET /badges/:id/decline',
  'POST /badges/:id/decline',
  'POST /badges/:id/restore',
  'POST /badges/:id/evidence',
  'POST /badges/:id/auto-accept',
  'GET /badges/:id/report',
  'POST /badges/:id/report',
  'GET /badges/:id/badge.png',
  'GET /badges/:id/badge.svg',
  'GET /badges/:id/credential.json',
  'GET /badges/:id/credential.jwt',
  'GET /badges/:id/assertion.json',
  'GET /badges/:id/certificate.pdf',
  'GET /documents/:id',
  'GET /documents/:id/document.pdf',
  'GET /documents/:id/pages/:page{[1-9][0-9]{0,2}\\.webp}',
  'GET /documents/:id/check',
  'POST /documents/:id/accept',
  'POST /documents/:id/decline',
])
/** What shows many things of a person, or one that is no badge: it goes on, without those of this organization. */
const leftOut = new Set([
  'GET /collections/:id',
  'POST /collections/:id',
  'POST /collections/:id/delete',
  'POST /collections/undo-add',
  'POST /collections/:id/items/:badge/:action{up|down|remove|note}',
  'POST /collections/:id/links',
  'GET /u/:handle',
  'GET /u/:handle/c/:slug',
  'GET /u/:handle/badges.json',
  'GET /u/:handle/badges.atom',
  'GET /u/:handle/card.png',
])
/** Links that were given out: they end, as if they had been revoked. */
const ended = /^(?:GET|POST) \/(?:s|shares)\/(?::|revoke-all$)/
/** Addresses of the console that show nothing of what people have earned. */
const harmless = new Set([
  '/console/:org',
  '/console/:org/badges',
  '/console/:org/badges/new',
  '/console/:org/badges/:badge',
  '/console/:org/badges/:badge/delete',
  '/console/:org/badges/:badge/design',
  '/console/:org/badges/:badge/picture.svg',
  '/console/:org/badges/:badge/publish',
  '/console/:org/documents/new',
  '/console/:org/domain',
  // What somebody is about to issue was brought by themselves.
  '/console/:org/issue',
  '/console/:org/issue/:batch',
  '/console/:org/issue/:batch/badge',
  '/console/:org/issue/:batch/check',
  '/console/:org/issue/:batch/check.json',
  '/console/:org/issue/:batch/columns',
  '/console/:org/issue/:batch/people',
  '/console/:org/issue/:batch/progress.json',
  '/console/:org/issue/:batch/review',
  '/console/:org/minors',
  '/console/:org/minors/log',
  '/console/:org/minors/log.csv',
  '/console/:org/people-requests',
  '/console/:org/people-requests/:request',
  '/console/:org/profile',
  '/console/:org/team',
  '/console/:org/team/:member',
  '/console/:org/team/:member/remove',
])

const nameOf = ({ method, path }: Route) => `${method} ${path}`
const isOfPerson = (route: Route) =>
  /^\/(?:badges\/:id|b\/|embed\/b\/|documents\/:id|s\/|shares\/|u\/|collections\/)/.test(route.path)

test('an organization with minors', async (t) => {
  const lapel = await startLapel(t)
  const world = await aWorld(lapel)
  const { maya, issuer, accepted, stranger, collection } = world
  const minors = `/console/${issuer.organization.slug}/minors`
  const visitor = lapel.visitor()
  const publish = (visibility: string) =>
    maya.submit(`/badges/${accepted}/visibility`, { visibility }, { shownOn: `/badges/${accepted}/visibility` })
  const prove = () => lapel.db.updateTable('sessions').set({ provedAt: lapel.now() }).execute()
  await publish('public')
  await maya.submit(
    '/settings/profile/about',
    { handle: 'maya-roy', isVisible: 'on' },
    { shownOn: '/settings/profile' },
  )
  await lapel.db.updateTable('profiles').set({ isVisible: true }).where('handle', '=', 'maya-roy').execute()
  await lapel.db.updateTable('collections').set({ visibility: 'public' }).where('publicId', '=', collection).execute()
  assert.equal((await visitor.get(`/b/${accepted}`)).status, 200)
  const { slug } = await lapel.db.selectFrom('collections').select('slug').executeTakeFirstOrThrow()
  const shownOn = ['/u/maya-roy', '/u/maya-roy/badges.json', '/u/maya-roy/badges.atom', `/u/maya-roy/c/${slug}`]
  for (const path of shownOn) assert.match((await visitor.get(path)).text, new RegExp(accepted), path)

  await t.test('the switch is the owner’s alone, and asks for a proof', async () => {
    const admin = await lapel.person('admin@northfield.example')
    await member(lapel, issuer.organization.id, admin, 'admin')
    assert.equal((await admin.get(minors)).status, 403)
    assert.equal((await stranger.get(minors)).status, 404)
    const csrf = await csrfOf(admin)
    assert.equal((await admin.send(`${minors}/switch`, { csrf, sharing: 'off' })).status, 403)
    lapel.passMinutes(10)
    assert.match((await issuer.owner.get(minors)).words, /Confirm it is you/)
    await prove()
  })

  await t.test('switched on, what was shown goes dark at once', async () => {
    const { words } = await issuer.owner.get(minors)
    assert.match(words, /1 badge that is shown to others now becomes private at once, and 1 private link stops working/)
    await issuer.owner.submit(`${minors}/switch`, { sharing: 'off' })
    assert.match((await issuer.owner.get(minors)).words, /Switched off since/)
    assert.equal((await badgeOf(lapel, accepted)).visibility, 'private')
    assert.equal((await visitor.get(`/b/${accepted}`)).status, 404)
    for (const path of shownOn) assert.doesNotMatch((await visitor.get(path)).text, new RegExp(accepted), path)
    assert.equal((await visitor.get(fill('/s/:token', world.places['/s/'] ?? {}))).status, 404)
    assert.match((await maya.get(`/badges/${accepted}`)).words, /the issuer has switched sharing off/)
  })

  await t.test('no address shows it, whatever its row says; its holder is told why', async () => {
    // Even if a badge were public by some way that nobody thought of.
    await lapel.db.updateTable('credentials').set({ visibility: 'public' }).where('publicId', '=', accepted).execute()
    await lapel.db.updateTable('shareLinks').set({ revokedAt: null }).execute()
    const routes = everyRoute(lapel).filter(isOfPerson)
    const unknown = routes.filter(
      (route) =>
        !forOneself.has(nameOf(route)) &&
        !leftOut.has(nameOf(route)) &&
        !ended.test(nameOf(route)) &&
        !route.path.endsWith('/add') &&
        !/^\/(?:badges\/:id\/(?:share|visibility|hide|badge\.pkpass)|documents\/:id\/share|b\/|embed\/b\/)/.test(
          route.path,
        ),
    )
    assert.deepEqual(unknown.map(nameOf), [], 'say above what becomes of it where sharing is switched off')
    const csrf = await csrfOf(maya)
    const nobodys = await csrfOf(visitor)
    let refused = 0
    for (const route of routes) {
      const path = fill(route.path, placeOf(world, route.path))
      const name = nameOf(route)
      if (forOneself.has(name)) {
        if (route.method === 'GET') assert.equal((await maya.request(path)).status, 200, name)
        continue
      }
      if (ended.test(name)) {
        if (route.path.startsWith('/s/'))
          for (const who of [maya, visitor])
            assert.equal((await ask(who, route, path, { csrf: who === maya ? csrf : nobodys })).status, 404, name)
        continue
      }
      if (leftOut.has(name)) {
        if (route.method === 'GET') assert.doesNotMatch((await visitor.request(path)).text, new RegExp(accepted), name)
        continue
      }
      const fields: Record<string, string> = route.path.endsWith('/add') ? { badge: accepted } : {}
      const answer = await ask(maya, route, path, { csrf, ...fields })
      assert.equal(answer.status, 403, name)
      assert.match(answer.words, /has switched off public pages and sharing/, name)
      refused++
      if (!/^\/(?:b|embed)\//.test(route.path)) continue
      const status = (await visitor.request(path)).status
      assert.equal(status, route.path.endsWith('signature.png') ? 200 : 404, `${name} for everybody`)
      assert.notEqual((await stranger.request(path)).status, 403, `${name} gives it away to a stranger`)
    }
    assert.ok(refused > 20, `only ${refused} addresses were refused`)
    const link = `/oembed?url=${encodeURIComponent(`${lapel.url}/b/${accepted}`)}`
    assert.equal((await maya.get(link)).status, 403)
    assert.equal((await visitor.get(link)).status, 404)
    const asJson = await maya.request(`/b/${accepted}`, { headers: { accept: 'application/json' } })
    assert.equal(asJson.status, 403)
    const asked = { accountId: maya.accountId, limit: 50, offset: 0, since: undefined }
    const { bodies } = await listCredentials(lapel.db, asked)
    // A connected application gets the badge from elsewhere and no other.
    assert.deepEqual(
      bodies.map((body) => body.includes('Elsewhere Guild')),
      [true],
    )
    await maya.send('/badges/selected/collection', { csrf, badge: accepted, collection, name: '' })
    assert.deepEqual(await lapel.db.selectFrom('collectionItems').select('note').execute(), [])
  })

  await t.test('what the team opens, lists and exports is written down for the owner', async () => {
    const consoles = everyRoute(lapel).filter(
      ({ method, path }) => method === 'GET' && path.startsWith('/console/:org') && !harmless.has(path),
    )
    for (const { path } of consoles) {
      const below = fill(path, { org: 'x', id: accepted, batch: accepted }).slice('/console/x'.length)
      assert.ok(disclosureOf(below), `${path} is neither written down nor known to be harmless`)
    }
    const console = `/console/${issuer.organization.slug}`
    await issuer.owner.get(`${console}/issued?q=Maya`)
    await issuer.owner.get(`${console}/issued/${accepted}`)
    await issuer.owner.get(`${console}/issued/${world.document}`)
    await issuer.owner.get(`${console}/documents/${world.document}/document.pdf`)
    await issuer.owner.get(`/b/${accepted}`)
    const { words } = await issuer.owner.get(`${minors}/log`)
    assert.match(words, /q=Maya/)
    const { text: csv, headers } = await issuer.owner.get(`${minors}/log.csv`)
    assert.match(headers.get('content-disposition') ?? '', /disclosures\.csv/)
    const did = csv
      .trim()
      .split('\r\n')
      .slice(1)
      .map((line) => line.split(',')[2])
    // The newest first; the award that does not exist was not opened by anybody.
    assert.deepEqual(did, ['Opened', 'Exported', 'Opened', 'Saw a list'])
    const viewer = await lapel.person('viewer@northfield.example')
    await member(lapel, issuer.organization.id, viewer, 'viewer')
    assert.equal((await viewer.get(`${minors}/log`)).status, 403)
    assert.equal((await stranger.get(`${minors}/log.csv`)).status, 404)
  })

  await t.test('switched off again, nothing comes back until its holder shows it', async () => {
    const other = await anEarner(lapel, { issuer, to: 'noor@example.org', visibility: 'private' })
    await lapel.db.updateTable('credentials').set({ visibility: 'private' }).execute()
    await lapel.db.updateTable('shareLinks').set({ revokedAt: lapel.now() }).execute()
    await prove()
    await issuer.owner.get(minors)
    await issuer.owner.submit(`${minors}/switch`, { sharing: 'on' })
    assert.equal((await visitor.get(`/b/${accepted}`)).status, 404)
    assert.equal((await visitor.get(`/b/${other.publicId}`)).status, 404)
    assert.doesNotMatch((await visitor.get(`/u/maya-roy/c/${slug}`)).text, new RegExp(accepted))
    await publish('public')
    assert.equal((await visitor.get(`/b/${accepted}`)).status, 200)
    const { rows } = { rows: await lapel.db.selectFrom('auditEvents').select(['action']).execute() }
    for (const action of ['organization.sharing-off', 'organization.sharing-on'])
      assert.ok(
        rows.some((row) => row.action === action),
        action,
      )
  })

  function ask(who: typeof visitor, route: Route, path: string, fields: Record<string, string>) {
    return route.method === 'GET' ? who.request(path) : who.send(path, fields)
  }
})
