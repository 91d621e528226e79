import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { createApp, issuingDeps } from '../src/app.ts'
import { prepareDemo } from '../src/operating/demo.ts'
import { type Lapel, startLapel } from './lapel.ts'

// SECURITY S3, S40: nothing happens on GET. Every GET route is asked by everybody who could, and no row differs.

/** Rows that looking does change: when a session was last seen, throttles, the demo's mail; and what is drawn once and kept. */
const lookedAt = ['sessions', 'rate_limits', 'local_mailbox', 'certificate_files', 'document_certificates']
/** Written when somebody looks, and said so on the page. */
const lookingKinds = ['opened', 'viewed']

async function fingerprint(lapel: Lapel): Promise<Record<string, string>> {
  const { rows: tables } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE' and table_name not like 'kysely%'
      and table_name not in ('signing_keys')`.execute(lapel.db)
  const prints: Record<string, string> = {}
  for (const { name } of tables) {
    if (lookedAt.includes(name)) continue
    const where = name === 'credential_events' ? sql`where kind <> all(${lookingKinds})` : sql``
    const { rows } = await sql<{ print: string | null }>`
      select md5(string_agg(md5(r::text), '' order by md5(r::text))) as print from ${sql.table(name)} r ${where}`.execute(
      lapel.db,
    )
    prints[name] = rows[0]?.print ?? ''
  }
  return prints
}

test('GET changes nothing, whoever asks and however often', async (t) => {
  const lapel = await startLapel(t)
  await prepareDemo(issuingDeps(lapel.deps))
  await lapel.settle()
  const [mail] = await lapel.mailTo('sam@northfield.example')
  const claim = mail?.links.find((link) => link.includes('/claim/'))?.split('/claim/')[1]
  assert.ok(claim)
  const credentials = await lapel.db.selectFrom('credentials').select('publicId').execute()
  const document = await lapel.db.selectFrom('documents').select('publicId').executeTakeFirstOrThrow()
  const achievement = await lapel.db.selectFrom('achievements').select('publicId').executeTakeFirstOrThrow()
  const organization = await lapel.db.selectFrom('organizations').select('publicId').executeTakeFirstOrThrow()

  const paths = new Set<string>()
  for (const { method, path } of createApp(lapel.deps).routes) {
    if (method !== 'GET' || path === '/*' || path === '*') continue
    for (const { publicId } of path.includes('/documents/') ? [document] : credentials.slice(0, 2)) {
      paths.add(
        path
          .replace(/:token(\{[^}]*\})?/, claim)
          .replace(':org', 'northfield-college')
          .replace(/:badge(\{[^}]*\})?/, path.startsWith('/t/') ? 'data-storytelling' : achievement.publicId)
          .replace(/:publicId(\{[^}]*\})?/, organization.publicId)
          .replace(/:[a-z]+(\{[^}]*\})?/gi, publicId)
          .replace(/\*$/, ''),
      )
    }
  }
  assert.ok(paths.size > 60, `only ${paths.size} addresses were found`)

  const people = [
    lapel.visitor(),
    await lapel.person('priya@northfield.example'),
    await lapel.person('maya@northfield.example'),
  ]
  const withPeople = await fingerprint(lapel)
  let answered = 0
  for (const person of people) {
    for (const path of paths) {
      for (const method of person === people[0] ? ['GET', 'HEAD'] : ['GET']) {
        const { status } = await person.request(path, { method })
        assert.ok(status < 500, `${method} ${path} answers ${status}`)
        if (status === 200) answered++
      }
    }
  }
  assert.ok(answered > 150, `only ${answered} requests were answered with a page`)
  await lapel.settle()
  assert.deepEqual(await fingerprint(lapel), withPeople)
  await lapel.person('somebody-new@example.org')
  assert.notDeepEqual(await fingerprint(lapel), withPeople, 'the fingerprint sees a new account')
})
