import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createApp, issuingDeps } from '../src/app.ts'
import { prepareDemo } from '../src/operating/demo.ts'
import { newPublicId } from '../src/platform/ids.ts'
import { formsOf, type Visitor } from './visitor.ts'
import { type Lapel, startLapel } from './lapel.ts'

// SECURITY S47: each route of the console, tried by people who have no business there, with ids that exist elsewhere.

interface Route {
  method: string
  path: string
}

function consoleRoutes(lapel: Lapel): Route[] {
  const seen = new Set<string>()
  return createApp(lapel.deps)
    .routes.filter(({ method, path }) => ['GET', 'POST'].includes(method) && path.startsWith('/console/:org'))
    .filter(({ method, path }) => !seen.has(`${method} ${path}`) && seen.add(`${method} ${path}`))
    .map(({ method, path }) => ({ method, path }))
}

/** Fills in a route: the organization, and for every other part an id that really exists in Northfield College. */
function fill(path: string, org: string, ids: Record<string, string>): string {
  return path
    .replace(':org', org)
    .replace(/:([a-z]+)(\{[^}]*\})?/gi, (_whole, name: string) => ids[name] ?? ids['id'] ?? 'x')
}

async function ask(visitor: Visitor, csrf: string, { method }: Route, path: string) {
  const answer = method === 'GET' ? await visitor.request(path) : await visitor.send(path, { csrf })
  // What differs by request is no sign of anything: reference numbers, tokens, the address itself.
  const body = answer.text.replaceAll(path, '').replace(/value="[^"]*"|<code>[^<]*<\/code>/g, '')
  return { status: answer.status, location: answer.location?.split('?')[0], body }
}

async function csrfOf(visitor: Visitor): Promise<string> {
  const page = await visitor.get('/console/new')
  const token = formsOf(page.text).find(({ fields }) => fields['csrf'])?.fields['csrf']
  assert.ok(token, 'the page has a form')
  return token
}

test('a stranger to an organization cannot tell its console from one that is not there', async (t) => {
  const lapel = await startLapel(t)
  await prepareDemo(issuingDeps(lapel.deps))
  const routes = consoleRoutes(lapel)
  assert.ok(routes.length > 20, `only ${routes.length} routes were found`)
  const ids = await idsOfNorthfield(lapel)

  const nobody = lapel.visitor()
  const stranger = await lapel.person('mallory@example.org')
  const otherOwner = await lapel.person('ines@guild.example')
  for (const visitor of [stranger, otherOwner]) {
    const csrf = await csrfOf(visitor)
    for (const route of routes) {
      const real = await ask(visitor, csrf, route, fill(route.path, 'northfield-college', ids))
      const unreal = await ask(visitor, csrf, route, fill(route.path, 'no-such-organization', ids))
      assert.equal(real.status, 404, `${visitor.email} ${route.method} ${route.path}`)
      assert.deepEqual(real, unreal, `${visitor.email} ${route.method} ${route.path} gives something away`)
    }
  }
  for (const route of routes.filter(({ method }) => method === 'GET')) {
    const answer = await nobody.request(fill(route.path, 'northfield-college', ids))
    assert.equal(answer.status, 303, `signed out, ${route.path}`)
    assert.match(answer.location ?? '', /^\/sign-in/, route.path)
  }
})

test('ids of another organization are unknown in one’s own', async (t) => {
  const lapel = await startLapel(t)
  await prepareDemo(issuingDeps(lapel.deps))
  const owner = await lapel.person('ines@guild.example')
  const csrf = await csrfOf(owner)
  const foreign = await idsOfNorthfield(lapel)
  const unknown = Object.fromEntries(Object.keys(foreign).map((name) => [name, newPublicId()]))
  for (const route of consoleRoutes(lapel).filter(({ path }) => /:org\/.*:/.test(path))) {
    const real = await ask(owner, csrf, route, fill(route.path, 'project-guild', foreign))
    const unreal = await ask(owner, csrf, route, fill(route.path, 'project-guild', unknown))
    assert.deepEqual(
      { status: real.status, location: real.location?.replace(/[\w-]{20,}/g, '') },
      { status: unreal.status, location: unreal.location?.replace(/[\w-]{20,}/g, '') },
      `${route.method} ${route.path}`,
    )
    assert.ok([403, 404].includes(real.status), `${route.method} ${route.path} answers ${real.status}`)
  }
})

/** Ids that exist, by the names that routes give their parameters. */
async function idsOfNorthfield(lapel: Lapel): Promise<Record<string, string>> {
  const organization = await lapel.db
    .selectFrom('organizations')
    .select('id')
    .where('slug', '=', 'northfield-college')
    .executeTakeFirstOrThrow()
  const first = <T extends 'credentials' | 'achievements'>(table: T) =>
    lapel.db
      .selectFrom(table as 'credentials')
      .select('publicId')
      .where('organizationId', '=', organization.id)
      .executeTakeFirstOrThrow()
  const [credential, achievement] = await Promise.all([first('credentials'), first('achievements')])
  const member = await lapel.db
    .selectFrom('organizationMembers')
    .select('accountId')
    .where('organizationId', '=', organization.id)
    .executeTakeFirstOrThrow()
  return {
    id: credential.publicId,
    badge: achievement.publicId,
    template: achievement.publicId,
    member: member.accountId,
    batch: '1',
  }
}
