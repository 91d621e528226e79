import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listOf, readyBatch } from './fixtures/batches.ts'
import { member } from './fixtures/console.ts'
import { aWorld, everyRoute, type World } from './fixtures/every-route.ts'
import { withdraw } from './fixtures/earner.ts'
import { issueCredential } from './fixtures/issuing.ts'
import { startLapel } from './lapel.ts'
import { type Answer, formsOf, type Visitor } from './visitor.ts'

// Every form of the console, found on its page, with the wrong values of each of its fields: answered with the page, its
// words and everything that was typed, never with a fault of ours and never with a bare refusal.

const huge = 'x'.repeat(65_536)
const wrongOf: Record<string, string[]> = {
  text: [huge],
  textarea: [huge],
  email: ['maya', `${huge}@example.org`],
  url: ['javascript:alert(1)', huge],
  number: ['-1', '1e309', 'NaN', '9'.repeat(30), huge],
  date: ['2026-02-30', '0000-00-00', '9999999-01-01', huge],
  'datetime-local': ['2026-02-30T99:99', huge],
  choice: ['constructor', '__proto__', huge],
}

/** Fields that count only beside an answer to another one. */
const together: Record<string, Record<string, string>> = { expiryDate: { expiryKind: 'on' } }

/** Buttons of states that this world is not in, and what only the script of a page sends; each has tests of its own. */
const elsewhere = new Set([
  '/console/:org/badges/:badge/autosave',
  '/console/:org/badges/:badge/preview',
  // A picture for looking at: what it does not know is drawn as usual.
  '/console/:org/badges/:badge/design/preview',
  '/console/:org/badges/:badge/discard',
  '/console/:org/badges/:badge/restore',
  '/console/:org/badges/:badge/delete',
  '/console/:org/domain/check',
  '/console/:org/issue/:batch/retry',
  '/console/:org/issued/:id/retry',
  '/console/:org/requests/mailbox/:id/refuse',
  '/console/:org/requests/mailbox/:id/vouch',
])

interface Field {
  name: string
  kind: keyof typeof wrongOf
}

test('the console’s forms with wrong values', async (t) => {
  const lapel = await startLapel(t)
  const world = await aWorld(lapel)
  const { owner } = world.issuer
  await lapel.db.updateTable('sessions').set({ provedAt: lapel.now() }).execute()
  const pages = await pagesOf(world)
  const found = new Set<string>()
  const wrong: string[] = []
  for (const { path, fill } of pages) {
    const page = await owner.get(path)
    assert.equal(page.status, 200, path)
    for (const form of formsIn(page.text)) {
      if (!form.action.startsWith('/console') || !('csrf' in form.fields)) continue
      const [action = ''] = form.action.split('?')
      const route = routeOf(world, action)
      assert.ok(route, `${path}: no route answers ${action}`)
      if (found.has(route) || elsewhere.has(route)) continue
      found.add(route)
      const good = { ...form.fields, ...fill }
      const given = Object.fromEntries(Object.entries(good).filter(([name]) => name in form.fields))
      for (const { name, kind } of form.inputs)
        for (const value of wrongOf[kind] ?? []) {
          const answer = await owner.send(form.action, { ...given, ...together[name], [name]: value }, form.multipart)
          const what = problemOf(answer, { name, value, kind, given: { ...given, ...together[name] } })
          if (what) wrong.push(`${route} ${name} (${kind}) = ${value.slice(0, 24)}: ${what}`)
        }
      for (const what of await envelopes(owner, form, given)) wrong.push(`${route}: ${what}`)
    }
  }
  assert.deepEqual(wrong, [])
  const posts = everyRoute(lapel).filter(({ method, path }) => method === 'POST' && path.startsWith('/console'))
  const missing = posts.map(({ path }) => path).filter((path) => !found.has(path) && !elsewhere.has(path))
  assert.deepEqual(missing, [], 'no page of the list below shows these forms')
})

function problemOf(
  answer: Answer,
  o: { name: string; value: string; kind: string; given: Record<string, string> },
): string | undefined {
  if (answer.status >= 500) return `${answer.status}`
  // What only a program sends is refused in whatever words.
  if (o.kind === 'choice') return answer.status >= 400 || answer.status === 303 ? undefined : `answers ${answer.status}`
  if (answer.status !== 422) return `answers ${answer.status}${answer.status === 303 ? ` to ${answer.location}` : ''}`
  if (!answer.text.includes('<title>Error: ')) return 'the title does not say that something is wrong'
  const summary = /<div class="[^"]*error-summary"[\s\S]*?<\/ul>/.exec(answer.text)?.[0] ?? ''
  const ids = [...summary.matchAll(/<a href="#([^"]+)">/g)].map(([, id = '']) => id)
  if (ids.length === 0) return 'no summary that leads to a field'
  const lost = ids.find((id) => !answer.text.includes(`id="${id}"`))
  if (lost !== undefined) return `there is no #${lost}`
  const back = formsOf(answer.text).flatMap(({ fields }) => Object.entries(fields))
  for (const [name, typed] of Object.entries({ ...o.given, [o.name]: o.value })) {
    if (['csrf', 'idempotency', 'savedAt', 'id'].includes(name) || typed.trim() === '') continue
    if (!back.some(([other, value]) => other === name && value.trim() === typed.trim())) return `${name} is lost`
  }
  return undefined
}

async function envelopes(owner: Visitor, form: Form, given: Record<string, string>): Promise<string[]> {
  const problems: string[] = []
  const expect = (what: string, { status }: Answer, wanted: number[]) =>
    void (wanted.includes(status) || problems.push(`${what}: ${status}`))
  const [first] = form.inputs
  if (first)
    expect('NUL', await owner.send(form.action, { ...given, [first.name]: 'a\u0000b' }, form.multipart), [400, 422])
  expect('an unknown field', await owner.send(form.action, { ...given, isAdmin: 'yes' }, form.multipart), [400])
  const { ['csrf']: _csrf, ...without } = given
  expect('no token', await owner.send(form.action, without, form.multipart), [403])
  const post = (body: string, type: string) =>
    owner.request(form.action, { method: 'POST', body, headers: { origin: owner.url, 'content-type': type } })
  expect('JSON', await post('{}', 'application/json'), [415])
  const cut = '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n'
  expect('a form that breaks off', await post(cut, 'multipart/form-data; boundary=x'), [400, 403])
  return problems
}

interface Form {
  action: string
  multipart: boolean
  fields: Record<string, string>
  inputs: Field[]
}

/** The forms of a page with the kinds of what can be typed into them. */
function formsIn(page: string): Form[] {
  const bodies = [...page.matchAll(/<form\b[^>]*>([\s\S]*?)<\/form>/g)].map(([, body = '']) => body)
  return formsOf(page).flatMap((form, at) => {
    const inputs: Field[] = []
    const add = (name: string | undefined, kind: string) => {
      if (name && wrongOf[kind] && !inputs.some((other) => other.name === name)) inputs.push({ name, kind })
    }
    for (const [tag = ''] of (bodies[at] ?? '').matchAll(/<(?:input|textarea|select)\b[^>]*>/g)) {
      const name = /\sname="([^"]*)"/.exec(tag)?.[1]
      const type = /\stype="([^"]*)"/.exec(tag)?.[1] ?? 'text'
      if (tag.startsWith('<textarea')) add(name, 'textarea')
      else if (tag.startsWith('<select') || type === 'radio') add(name, 'choice')
      else add(name, type)
    }
    // A button may send the same fields elsewhere.
    const others = [...(bodies[at] ?? '').matchAll(/\sformaction="([^"]*)"/g)].map(([, action = '']) => action)
    return [form.action, ...others].map((action) => ({ ...form, action, inputs }))
  })
}

function routeOf(world: World, action: string): string | undefined {
  return everyRoute(world.lapel)
    .filter(({ method }) => method === 'POST')
    .map(({ path }) => path)
    .filter((path) =>
      new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/:[a-z]+(\{(?:[^{}]|\{[^{}]*\})*\})?/gi, '[^/]+')}$`).test(
        action,
      ),
    )
    .toSorted((a, b) => (a.match(/:/g)?.length ?? 0) - (b.match(/:/g)?.length ?? 0))[0]
}

/** Every page of the console that shows a form, with something behind each id. */
async function pagesOf(world: World): Promise<{ path: string; fill?: Record<string, string> }[]> {
  const { lapel, issuer } = world
  const base = `/console/${issuer.organization.slug}`
  const other = await lapel.person('viewer@northfield.example')
  await member(lapel, issuer.organization.id, other, 'viewer')
  const batch = await readyBatch(lapel.deps, issuer, listOf(3))
  const { publicId } = await issueCredential(lapel, issuer, { to: 'noor@example.org' })
  const withdrawn = await issueCredential(lapel, issuer, { to: 'lin@example.org' })
  await withdraw(lapel, issuer, withdrawn.credentialId)
  const noor = await lapel.person('noor@example.org')
  const report = `/badges/${publicId}/report`
  await noor.submit(report, { kind: 'name', requested: 'Noor' }, { shownOn: report })
  const { id: correction } = await lapel.db.selectFrom('correctionRequests').select('id').executeTakeFirstOrThrow()
  const running = await readyBatch(lapel.deps, issuer, listOf(2))
  await lapel.db
    .updateTable('batches')
    .set({ state: 'held', holdUntil: new Date(lapel.now().getTime() + 86_400_000) })
    .where('publicId', '=', running.publicId)
    .execute()
  return [
    { path: '/console/new', fill: { name: 'Another College' } },
    { path: `${base}/profile` },
    { path: `${base}/domain` },
    { path: `${base}/minors` },
    { path: `${base}/team`, fill: { email: 'new@example.org' } },
    { path: `${base}/team/${other.accountId}` },
    { path: `${base}/team/${other.accountId}/remove` },
    { path: `${base}/badges` },
    { path: `${base}/badges/new` },
    { path: `${base}/badges/${issuer.achievement.publicId}`, fill: { expiryKind: 'after', expiryAmount: '2' } },
    { path: `${base}/badges/${issuer.achievement.publicId}/design` },
    { path: `${base}/badges/${issuer.achievement.publicId}/publish` },
    { path: `${base}/issue` },
    { path: `${base}/issue/${batch.publicId}/badge` },
    { path: `${base}/issue/${batch.publicId}/people`, fill: { name: 'Ada Byron', email: 'ada@example.org' } },
    { path: `${base}/issue/${batch.publicId}/columns` },
    { path: `${base}/issue/${batch.publicId}/check` },
    { path: `${base}/issue/${batch.publicId}/review`, fill: { when: 'later', scheduledAt: '2031-05-01T10:00' } },
    { path: `${base}/issue/${running.publicId}/progress` },
    { path: `${base}/issued` },
    { path: `${base}/issued/${publicId}` },
    { path: `${base}/issued/${withdrawn.publicId}` },
    { path: `${base}/issued/revoke?id=${publicId}&id=${world.accepted}` },
    { path: `${base}/issued/${publicId}/replace` },
    { path: `${base}/issued/${publicId}/revoke` },
    { path: `${base}/documents/new`, fill: { name: 'Ada', email: 'ada@example.org', title: 'Letter' } },
    { path: `${base}/documents/${world.document}` },
    { path: `${base}/documents/${world.document}/replace` },
    { path: `${base}/documents/${world.document}/withdraw` },
    { path: `${base}/people-requests`, fill: { email: 'ada@example.org' } },
    { path: `${base}/requests/correction/${correction}` },
  ]
}
