import assert from 'node:assert/strict'
import { test } from 'node:test'
import { member, organization } from '../../test/fixtures/console.ts'
import { startLapel } from '../../test/lapel.ts'
import { createApp } from '../app.ts'

/** Every route of every feature below `/console/:org`, as the running app has it (SECURITY S47). */
function consoleRoutes(app: ReturnType<typeof createApp>): { method: string; path: string }[] {
  const known = new Map<string, { method: string; path: string }>()
  for (const { method, path } of app.routes) {
    if (!path.startsWith('/console/:org') || !['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].includes(method)) continue
    if (path.endsWith('*')) continue
    known.set(`${method} ${path}`, { method, path })
  }
  return [...known.values()]
}

const unknownIds: Record<string, string> = {
  badge: 'A'.repeat(22),
  credential: 'A'.repeat(22),
  version: '1',
}

function fill(path: string, org: string): string {
  return path
    .replace(/:([A-Za-z]+)(\{[^}]*(?:\{[^}]*\}[^}]*)*\})?/g, (_all, name: string) =>
      name === 'org' ? org : (unknownIds[name] ?? '00000000-0000-7000-8000-000000000000'),
    )
    .replace(/\?$/, '')
}

test('no route of the console tells a stranger that an organization exists', async (t) => {
  const lapel = await startLapel(t)
  const ada = await lapel.person('ada@example.org')
  await organization(lapel, { owner: ada })
  const mallory = await lapel.person('mallory@example.org')
  await organization(lapel, { owner: mallory, name: 'Evil Institute', slug: 'evil' })
  const csrf = /name="csrf" value="([^"]+)"/.exec((await mallory.get('/console/new')).text)?.[1] ?? ''
  const routes = consoleRoutes(createApp(lapel.server.parts))
  assert.ok(routes.length > 40, `only ${routes.length} routes were found`)
  const nobody = lapel.visitor()
  const nobodysCsrf = /name="csrf" value="([^"]+)"/.exec((await nobody.get('/register')).text)?.[1] ?? ''
  const wrong: string[] = []
  const plain = (text: string) =>
    text.replaceAll(/northfield-college|no-such-college|value="[^"]*"|<code>[^<]*<\/code>/g, '')
  for (const { method, path } of routes) {
    const ask = (person: typeof nobody, org: string, token: string) =>
      method === 'GET' ? person.request(fill(path, org)) : person.send(fill(path, org), { csrf: token })
    const foreign = await ask(mallory, 'northfield-college', csrf)
    const unknown = await ask(mallory, 'no-such-college', csrf)
    if (foreign.status !== 404 || unknown.status !== 404)
      wrong.push(`${method} ${path}: ${foreign.status} and ${unknown.status}`)
    else if (plain(foreign.text) !== plain(unknown.text)) wrong.push(`${method} ${path}: the answers differ`)
    const signedOut = await ask(nobody, 'northfield-college', nobodysCsrf)
    const signedOutUnknown = await ask(nobody, 'no-such-college', nobodysCsrf)
    if (signedOut.status !== signedOutUnknown.status || ![303, 401, 404].includes(signedOut.status))
      wrong.push(`${method} ${path}, signed out: ${signedOut.status} and ${signedOutUnknown.status}`)
  }
  assert.deepEqual(wrong, [])
})

test('a viewer changes nothing, whichever address is tried', async (t) => {
  const lapel = await startLapel(t)
  const ada = await lapel.person('ada@example.org')
  const org = await organization(lapel, { owner: ada })
  const viewer = await lapel.person('viewer@example.org')
  await member(lapel, org.id, viewer, 'viewer')
  const csrf = /name="csrf" value="([^"]+)"/.exec((await viewer.get('/console/new')).text)?.[1] ?? ''
  const wrong: string[] = []
  for (const { method, path } of consoleRoutes(createApp(lapel.server.parts))) {
    if (method === 'GET') continue
    // Leaving the team is everybody's right, and asks about the person before the role.
    if (path.endsWith('/team/:member/remove')) continue
    const answer = await viewer.send(fill(path, 'northfield-college'), { csrf })
    if (answer.status !== 403) wrong.push(`${method} ${path}: ${answer.status}`)
  }
  assert.deepEqual(wrong, [])
})
