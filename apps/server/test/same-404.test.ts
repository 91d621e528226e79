import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newPublicId, newToken } from '../src/platform/ids.ts'
import { readyBatch, listOf } from './fixtures/batches.ts'
import { anEarner } from './fixtures/earner.ts'
import { aWorld, csrfOf, everyRoute, fill, nowhere, placeOf, printOf, type Route } from './fixtures/every-route.ts'
import { anIssuer } from './fixtures/issuing.ts'
import { startLapel } from './lapel.ts'
import type { Answer, Visitor } from './visitor.ts'

// Private, unknown and a stranger's give one answer: nobody learns from it whether something is there (SECURITY S47).
// The console has its own matrix in tenants.test.ts.

/** Where something of one person's stands. */
const owned = ['/badges/', '/collections/', '/documents/', '/shares/', '/settings/']
/** Where the address itself is the key: whoever holds it may come in, whoever does not learns nothing. */
const keyed = [
  '/api/unsubscribe/',
  '/claim/',
  '/documents/claim/',
  '/email/',
  '/invite/',
  '/lost-mailbox/object/',
  '/lost-mailbox/prove/',
  '/reset/',
  '/s/',
  '/unsubscribe/',
]
/** Where a person decides who sees it. */
const chosen = ['/b/', '/embed/b/', '/u/']
/** For everybody, or (the console) in the matrix of its own. */
const open = [
  '/accents/',
  '/assets/',
  '/console/:org',
  '/dev/mail/',
  '/embed/t/',
  '/help/',
  '/i/',
  '/in/',
  '/o/',
  '/pictures/',
  '/sign-in/with/',
  '/status/',
  '/style-guide/',
  '/t/',
  '/v2/issuers/',
  '/verify/r/',
]

function kindOf({ path }: Route): 'owned' | 'keyed' | 'chosen' | 'open' | undefined {
  const starts = (list: string[]) => list.some((start) => path.startsWith(start))
  if (starts(keyed)) return 'keyed'
  if (starts(owned)) return 'owned'
  return starts(chosen) ? 'chosen' : starts(open) ? 'open' : undefined
}

/** All that a visitor sees of an answer, without what differs between any two requests. */
function sight(answer: Answer, values: Record<string, string>) {
  const hide = (text: string) =>
    Object.values(values)
      .filter((value) => value.length > 8)
      .reduce((rest, value) => rest.replaceAll(value, '…'), text)
      .replace(/name="(csrf|idempotency|shownAt)" value="[^"]*"/g, '')
  const differs = new Set(['x-request-id', 'date', 'set-cookie', 'content-length', 'location'])
  const headers = [...answer.headers].filter(([name]) => !differs.has(name)).map((pair) => pair.join(': '))
  const cookies = answer.headers.getSetCookie().map((line) => line.split('=')[0])
  return { status: answer.status, location: hide(answer.location ?? ''), headers, cookies, body: hide(answer.text) }
}

async function ask(visitor: Visitor, csrf: string, route: Route, values: Record<string, string>, fields = {}) {
  const path = fill(route.path, values)
  const answer = route.method === 'GET' ? await visitor.request(path) : await visitor.send(path, { csrf, ...fields })
  // A word for the next page would turn up in the answer to the next question.
  visitor.cookies.delete('lapel-flash')
  return sight(answer, values)
}

/** The same name, another value, in every part but those that choose an action. */
const malformed = (values: Record<string, string>, by: string) =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, ['action', 'answer', 'page'].includes(name) ? value : by]),
  )

/** Buttons that go back with a word about it. */
const says = new Set([
  'GET /settings/account/merge/:id',
  'POST /settings/account/merge/:id',
  'POST /settings/account/merges/:id/undo',
  'POST /settings/account/emails/:id/primary',
  'POST /settings/account/emails/:id/remove',
  'POST /console/:org/team/invitations/:invitation/resend',
  'POST /console/:org/team/invitations/:invitation/cancel',
])
/** Needs an operator's settings, or an account that this test does not have. */
const notMayas = new Set(['/badges/:id/badge.pkpass', '/settings/privacy-security/services/:provider/link'])

test('the same answer', async (t) => {
  const lapel = await startLapel(t)
  const world = await aWorld(lapel)

  await t.test('every address with a name in it is known to this test', () => {
    const unknown = everyRoute(lapel).filter((route) => route.path.includes(':') && kindOf(route) === undefined)
    assert.deepEqual(unknown, [], 'say above what kind of address it is')
  })

  await t.test(
    'what belongs to somebody else and what does not exist give one answer, on every page and every button',
    async () => {
      const { maya, stranger } = world
      const nobody = lapel.visitor()
      const [csrf, ownCsrf, noCsrf] = [await csrfOf(stranger), await csrfOf(maya), await csrfOf(nobody)]
      const routes = everyRoute(lapel).filter((route) => kindOf(route) === 'owned' && route.path.includes(':'))
      assert.ok(routes.length > 50, `only ${routes.length} addresses were found`)
      const before = await printOf(lapel)
      for (const route of routes) {
        const name = `${route.method} ${route.path}`
        const values = placeOf(world, route.path)
        const real = await ask(stranger, csrf, route, values)
        // Some buttons say what became of it on the page that they go back to; they say the same to everybody.
        if (!says.has(name)) assert.equal(real.status, 404, name)
        const none = nowhere(values)
        assert.deepEqual(real, await ask(stranger, csrf, route, none), `${name} gives something away`)
        const by = ['x', newPublicId(), newToken()][routes.indexOf(route) % 3] ?? ''
        const { status } = await ask(stranger, csrf, route, malformed(values, by))
        assert.ok(status === 404 || status === real.status, `${name} with ${by} answers ${status}`)
        assert.equal((await ask(maya, ownCsrf, route, none)).status, real.status, `${name} to its owner`)
        const out = await ask(nobody, noCsrf, route, values)
        assert.equal(out.status, 303, `${name} signed out`)
        assert.match(out.location, /^\/sign-in\?/, name)
        assert.deepEqual(out, await ask(nobody, noCsrf, route, none), `${name} signed out gives something away`)
      }
      assert.deepEqual(await printOf(lapel), before, 'nothing was written')
      // The ids were real: their owner finds something behind each page that has one.
      for (const route of routes.filter(({ method, path }) => method === 'GET' && !notMayas.has(path))) {
        const { status } = await ask(maya, ownCsrf, route, placeOf(world, route.path))
        assert.ok([200, 303, 409, 422].includes(status), `${route.path} answers its owner ${status}`)
      }
    },
  )

  await t.test('an id in a field of a form is no better than one in the address', async () => {
    const { stranger, maya, accepted, waiting } = world
    const csrf = await csrfOf(stranger)
    await stranger.submit('/collections', { name: 'Mine' }, { shownOn: '/collections' })
    const own = /action="\/collections\/([\w-]{22})"/.exec(stranger.page?.text ?? '')?.[1] ?? ''
    const idOf = async (table: 'personalTokens' | 'oauthClients' | 'educationLinks' | 'peopleRequests') =>
      (await lapel.db.selectFrom(table).select('id').executeTakeFirstOrThrow()).id
    const requestId = await idOf('peopleRequests')
    const cases: [path: string, field: string, id: string, fields?: Record<string, string>][] = [
      ['/settings/applications/tokens/revoke', 'token', await idOf('personalTokens')],
      ['/settings/applications/disconnect', 'app', await idOf('oauthClients')],
      ['/settings/organizations/education/remove', 'link', await idOf('educationLinks')],
      ...['allow', 'refuse', 'end'].map((answer): [string, string, string] => [
        `/settings/organizations/employers/${answer}`,
        'request',
        requestId,
      ]),
      ['/settings/organizations/auto-accept', 'organization', world.issuer.organization.id, { to: 'on' }],
      ['/badges/selected/visibility', 'badge', accepted, { visibility: 'public' }],
      ['/badges/selected/collection', 'badge', accepted, { collection: own }],
      [`/collections/${own}/add`, 'badge', accepted],
      [`/collections/${own}/add`, 'badge', waiting],
    ]
    const before = await printOf(lapel, ['collections'])
    for (const [path, field, id, fields] of cases) {
      const route: Route = { method: 'POST', path }
      const real = await ask(stranger, csrf, route, { [field]: id }, { [field]: id, ...fields })
      for (const other of Object.values(nowhere({ [field]: id })))
        assert.deepEqual(await ask(stranger, csrf, route, { other }, { [field]: other, ...fields }), real, path)
    }
    assert.deepEqual(await printOf(lapel, ['collections']), before)
    // A badge that waits is not in the backpack, so it is in no collection either.
    const count = await lapel.db.selectFrom('collectionItems').select('credentialId').execute()
    const mine = await csrfOf(maya)
    await maya.send(`/collections/${world.collection}/add`, { csrf: mine, badge: waiting })
    assert.deepEqual(await lapel.db.selectFrom('collectionItems').select('credentialId').execute(), count)
  })

  await t.test(
    'a badge that its owner keeps private is like one that never was, wherever it is asked for',
    async () => {
      const { stranger, maya, issuer, accepted, waiting, collection } = world
      const declined = (await anEarner(lapel, { issuer, to: 'noor@example.org' })).publicId
      const noor = await lapel.person('noor@example.org')
      await noor.submit(`/badges/${declined}/decline`, {}, { shownOn: `/badges/${declined}/decline` })
      const link = (id: string) => encodeURIComponent(`${lapel.url}/b/${id}`)
      const routes: Route[] = [
        ...everyRoute(lapel).filter((route) => kindOf(route) === 'chosen' && route.path.includes(':id')),
        { method: 'GET', path: '/verify?b=:id' },
        { method: 'GET', path: `/oembed?url=${link('ID')}`.replace('ID', ':id') },
      ]
      assert.ok(routes.length > 9)
      for (const visitor of [lapel.visitor(), stranger]) {
        const csrf = await csrfOf(visitor)
        for (const route of routes) {
          const none = await ask(visitor, csrf, route, { id: newPublicId() })
          // The picture in mails says that there is nothing to see, since mail programs show no pages.
          assert.equal(none.status, route.path.endsWith('signature.png') ? 200 : 404, route.path)
          for (const id of [accepted, waiting, declined])
            assert.deepEqual(await ask(visitor, csrf, route, { id }), none, `${route.path} gives something away`)
          assert.equal((await ask(visitor, csrf, route, { id: 'x' })).status, none.status, route.path)
        }
      }

      // A profile that is switched off is nobody's; one that is switched on shows no private collection.
      const pages = everyRoute(lapel).filter(({ path }) => path.startsWith('/u/'))
      for (const visitor of [lapel.visitor(), stranger])
        for (const route of pages) {
          const hidden = await ask(visitor, '', route, { handle: 'maya-roy', slug: collection })
          assert.equal(hidden.status, 404, route.path)
          assert.deepEqual(await ask(visitor, '', route, { handle: 'nobody-1', slug: collection }), {
            ...hidden,
            body: hidden.body.replaceAll('maya-roy', 'nobody-1'),
          })
        }
      await maya.submit(
        '/settings/privacy-security/visibility',
        { isVisible: 'yes' },
        { shownOn: '/settings/privacy-security' },
      )
      const route: Route = { method: 'GET', path: '/u/:handle/c/:slug' }
      const [secret, none] = [collection, newPublicId()].map((slug) =>
        ask(stranger, '', route, { handle: 'maya-roy', slug }),
      )
      assert.equal((await secret)?.status, 404)
      assert.deepEqual(await secret, await none)
    },
  )

  await t.test('a link that ended, was revoked or never was: one answer, which names nobody', async () => {
    const nobody = lapel.visitor()
    const csrf = await csrfOf(nobody)
    const routes = everyRoute(lapel).filter((route) => kindOf(route) === 'keyed' && route.path.includes(':'))
    assert.ok(routes.length > 30, `only ${routes.length} addresses were found`)
    for (const route of routes) {
      const values = placeOf(world, route.path)
      const name = `${route.method} ${route.path}`
      const none = await ask(nobody, csrf, route, nowhere(values))
      assert.ok([200, 303, 404, 410].includes(none.status), `${name} answers ${none.status}`)
      assert.doesNotMatch(none.body, /Maya|Roy|Northfield/, name)
      const shapeless = await ask(nobody, csrf, route, malformed(values, 'x'))
      assert.equal(shapeless.status, none.status, `${name} tells a wrong shape from a wrong value`)
    }

    const shares = routes.filter(({ path }) => path.startsWith('/s/'))
    const { token = '' } = placeOf(world, '/s/')
    const answers = async (link: string) => {
      const all = []
      for (const route of shares) all.push(await ask(nobody, csrf, route, { token: link, page: '1.webp' }))
      return all
    }
    const never = await answers(newToken())
    assert.match(
      never.map(({ body }) => body).join(),
      /This link no longer works\. Ask the person who sent it for a new one\./,
    )
    assert.notDeepEqual(await answers(token), never, 'the link works')
    lapel.passDays(31)
    assert.deepEqual(await answers(token), never, 'a link that ended')
    lapel.passDays(-31)
    await world.maya.submit(`/shares/${world.shareLink}/revoke`, {}, { shownOn: '/shares' })
    assert.deepEqual(await answers(token), never, 'a link that was revoked')
  })

  await t.test('an archive of one’s data is there for its owner alone', async () => {
    const { maya, stranger } = world
    const page = '/settings/privacy-security/export'
    await maya.submit(`${page}/start`, {}, { shownOn: page })
    await lapel.settle()
    assert.equal((await maya.request(`${page}/download`)).status, 200)
    const none = sight(await stranger.request(`${page}/download`), {})
    assert.equal(none.status, 404)
    const bystander = await lapel.person('bystander@example.org')
    assert.deepEqual(none.headers, sight(await bystander.request(`${page}/download`), {}).headers)
    assert.match((await lapel.visitor().request(`${page}/download`)).location ?? '', /^\/sign-in\?/)
  })

  await t.test(
    'batches, documents, invitations and requests of another organization are unknown in one’s own console',
    async () => {
      const other = await anIssuer(lapel, { name: 'Harbour Guild', ownerEmail: 'ines@guild.example' })
      const { publicId: batch } = await readyBatch(lapel.deps, world.issuer, listOf(2))
      const one = async (table: 'organizationInvitations' | 'peopleRequests') =>
        (await lapel.db.selectFrom(table).select('id').executeTakeFirstOrThrow()).id
      const real: Record<string, string> = {
        org: other.organization.slug,
        batch,
        invitation: await one('organizationInvitations'),
        request: await one('peopleRequests'),
      }
      // The list is checked once more by the job that it was given to.
      await lapel.settle()
      const before = await printOf(lapel)
      const csrf = await csrfOf(other.owner)
      for (const route of everyRoute(lapel).filter(({ path }) =>
        /:(batch|invitation|request)|\/documents\/:id/.test(path),
      )) {
        if (!route.path.startsWith('/console/:org/')) continue
        const values = { ...real, id: world.document }
        const found = await ask(other.owner, csrf, route, values)
        const name = `${route.method} ${route.path}`
        if (!says.has(name)) assert.equal(found.status, 404, name)
        const none = { ...nowhere(values), org: other.organization.slug }
        assert.deepEqual(found, await ask(other.owner, csrf, route, none), route.path)
      }
      assert.deepEqual(await printOf(lapel), before)
    },
  )
})
