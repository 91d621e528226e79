import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import sharp from 'sharp'
import { anEarner } from '../../test/fixtures/earner.ts'
import { anIssuer, issueCredential } from '../../test/fixtures/issuing.ts'
import { clickHidden } from '../../test/fixtures/settings.ts'
import { type Lapel, startLapel } from '../../test/lapel.ts'
import { newId } from '../platform/ids.ts'
import { runErasures } from './erase-account.ts'
import { columnsOf, personalData } from './personal-data.ts'
import { erasePlan } from './erase-plan.ts'

const page = '/settings/privacy-security/delete'

/** Every row of every table that the program may read, as text. */
async function dump(lapel: Lapel): Promise<Map<string, string>> {
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind = 'r' and has_table_privilege(oid, 'select')`.execute(
    lapel.db,
  )
  const all = new Map<string, string>()
  for (const { name } of rows) {
    const found = await sql<{ line: string }>`select t::text as line from ${sql.table(name)} as t`.execute(lapel.db)
    all.set(name, found.rows.map(({ line }) => line).join('\n'))
  }
  return all
}

test('every column that names an account is in the plan, and the plan names nothing that is gone', async (t) => {
  const lapel = await startLapel(t)
  const { rows } = await sql<{ name: string }>`
    select c.conrelid::regclass::text || '.' || a.attname as name
    from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
    where c.contype = 'f' and c.confrelid = 'accounts'::regclass`.execute(lapel.db)
  const inDatabase = rows.map(({ name }) => name)
  assert.deepEqual(
    inDatabase.filter((name) => !(name in erasePlan)),
    [],
    'decide in erase-plan.ts what becomes of these',
  )
  const withoutKey = [
    'credential_events.actor_account_id',
    'document_events.actor_account_id',
    'correction_requests.from_account_id',
  ]
  assert.deepEqual(
    Object.keys(erasePlan).filter((name) => !inDatabase.includes(name) && !withoutKey.includes(name)),
    [],
  )
})

test('every column that can hold words is in the register of personal data, once, with what becomes of it', async (t) => {
  const lapel = await startLapel(t)
  const { rows } = await sql<{ table: string; column: string }>`
    select c.relname as table, a.attname as column from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname not like 'kysely%'
      and a.attnum > 0 and not a.attisdropped
      and format_type(a.atttypid, null) not in
        ('uuid', 'boolean', 'integer', 'bigint', 'smallint', 'timestamp with time zone')`.execute(lapel.db)
  const inDatabase = rows.map(({ table, column }) => `${table}.${column}`).toSorted()
  const listed = Object.keys(personalData)
    .flatMap((table) => columnsOf(table).map(([column]) => `${table}.${column}`))
    .toSorted()
  assert.deepEqual(listed, inDatabase, 'say in personal-data.ts what each of these tells')
})

test('after fourteen days nothing of a person is left but the issuer’s record, and open pages say so', async (t) => {
  const lapel = await startLapel(t)
  const { issuer, earner, publicId } = await anEarner(lapel, { to: 'maya@home.example', visibility: 'public' })
  const hidden = await issueCredential(lapel, issuer, { to: 'maya@home.example' })
  await earner.get(`/badges/${hidden.publicId}`)
  await earner.submit(`/badges/${hidden.publicId}/accept`)
  const { accountId } = earner
  const at = lapel.now()
  await lapel.db
    .insertInto('accountEmails')
    .values({
      id: newId(),
      accountId,
      email: 'CANARY@second.example',
      emailCanonical: 'canary@second.example',
      confirmedAt: at,
    })
    .execute()
  await lapel.db
    .insertInto('registrations')
    .values({
      id: newId(),
      browserHash: Buffer.from('x'),
      email: 'canary@second.example',
      emailCanonical: 'canary@second.example',
      givenName: 'CANARY',
      familyName: 'CANARY',
      passwordHash: 'CANARY',
      locale: 'en',
      termsVersion: '1',
      createdAt: at,
      expiresAt: at,
    })
    .execute()
  const photo = await sharp({ create: { width: 200, height: 200, channels: 3, background: '#12ab34' } })
    .png()
    .toBuffer()
  const settings = '/settings/profile'
  await earner.get(settings)
  await earner.submit(`${settings}/name`, { givenName: 'CANARY', familyName: 'CANARY' })
  await earner.submit(`${settings}/about`, { handle: 'canary', headline: 'CANARY', bio: 'CANARY', place: 'CANARY' })
  await earner.submit(`${settings}/about`, { handle: 'canary-2', headline: 'CANARY' })
  await earner.submit(`${settings}/links`, { label1: 'CANARY', url1: 'https://canary.example/' })
  await earner.submit(`${settings}/social`, { site: 'https://canary.example/' })
  await earner.submit(`${settings}/picture`, { picture: new File([new Uint8Array(photo)], 'CANARY.png') })
  const pictureHash = (await lapel.db.selectFrom('profiles').select('pictureHash').executeTakeFirstOrThrow())
    .pictureHash
  await earner.get('/settings/applications')
  await earner.submit('/settings/applications/tokens', { name: 'CANARY', scopes: ['badges:read'], days: '30' })
  await earner.get('/settings/organizations')
  await earner.submit('/settings/organizations/education', { institution: 'CANARY', memberNumber: 'CANARY' })
  await lapel.db
    .insertInto('auditEvents')
    .values({
      id: newId(),
      actorAccountId: accountId,
      actorKind: 'account',
      action: 'account.signed-in',
      objectKind: 'account',
      objectId: accountId,
      detail: JSON.stringify({ userAgent: 'CANARY' }),
      at,
    })
    .execute()
  await lapel.settle()
  assert.ok([...(await dump(lapel)).values()].filter((text) => /canary/i.test(text)).length >= 7)

  await earner.get(page)
  assert.match(earner.page?.words ?? '', /2 badges: their issuers keep the record/)
  assert.match(earner.page?.words ?? '', /One badge page that others can open will say “removed by its owner”/)
  const asked = await earner.submit(`${page}/confirm`, { email: 'Maya@Home.example' })
  assert.equal(asked.status, 200)
  assert.match((await earner.request('/settings/account')).location ?? '', /^\/sign-in/)
  assert.equal((await lapel.visitor().get(`/b/${publicId}`)).status, 200)
  assert.match((await lapel.mailTo('maya@home.example'))[0]?.subject ?? '', /will be deleted/)

  lapel.passDays(13)
  await runErasures(lapel.deps)
  assert.equal((await lapel.visitor().get(`/b/${publicId}`)).status, 200)
  lapel.passDays(1.1)
  await Promise.all([runErasures(lapel.deps), runErasures(lapel.deps)])

  const open = await lapel.visitor().get(`/b/${publicId}`)
  assert.equal(open.status, 410)
  assert.match(open.words, /removed/i)
  assert.equal((await lapel.visitor().get(`/b/${hidden.publicId}`)).status, 404)
  for (const path of ['/u/canary', '/u/canary-2']) assert.equal((await lapel.visitor().get(path)).status, 404, path)
  const left = [...(await dump(lapel))].filter(([, text]) => /canary/i.test(text)).map(([table]) => table)
  assert.deepEqual(left, [])
  assert.equal(
    (
      await lapel.db
        .selectFrom('pictures')
        .select('hash')
        .where('hash', '=', pictureHash ?? '')
        .execute()
    ).length,
    0,
  )
  // The issuer goes on to see what it issued, and to whom.
  const issued = await lapel.db.selectFrom('credentials').select(['recipientEmail', 'accountId']).execute()
  assert.deepEqual(issued, [
    { recipientEmail: 'maya@home.example', accountId: null },
    { recipientEmail: 'maya@home.example', accountId: null },
  ])
  assert.equal((await issuer.owner.get(`/console/${issuer.organization.slug}/issued`)).status, 200)
})

test('signing in within the days keeps the account, and the person is told', async (t) => {
  const lapel = await startLapel(t)
  const { earner, publicId } = await anEarner(lapel, { to: 'maya@home.example', visibility: 'public' })
  await earner.get(page)
  await earner.submit(`${page}/confirm`, { email: 'maya@home.example' })
  lapel.passDays(10)
  const back = await lapel.person('maya@home.example')
  lapel.passDays(30)
  await runErasures(lapel.deps)
  assert.equal((await back.get('/settings/account')).status, 200)
  assert.equal((await lapel.visitor().get(`/b/${publicId}`)).status, 200)
  assert.match((await lapel.mailTo('maya@home.example'))[0]?.subject ?? '', /account stays/)
  // Asked again, the days begin anew.
  await (await lapel.person('maya@home.example')).get(page)
})

test('another address, an old proof, the last owner of an organization: nothing is begun; ten clicks are one request', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  await issuer.owner.get(page)
  assert.match(issuer.owner.page?.words ?? '', /You are the only owner of these organizations/)
  const owned = await clickHidden(issuer.owner, {
    shownOn: '/settings/account',
    action: `${page}/confirm`,
    hidden: { email: issuer.owner.email },
  })
  assert.equal(owned.status, 422)
  const maya = await lapel.person('maya@home.example')
  for (const email of ['', 'maya', 'mallory@home.example', 'maya@home.example.evil.example']) {
    await maya.get(page)
    assert.equal((await maya.submit(`${page}/confirm`, { email })).status, 422, email)
  }
  lapel.passMinutes(6)
  assert.match((await maya.request(page)).location ?? '', /^\/sign-in\/again/)
  assert.equal((await lapel.db.selectFrom('accountDeletions').selectAll().execute()).length, 0)

  const again = await lapel.person('maya@home.example')
  const csrf = /name="csrf" value="([^"]+)"/.exec((await again.get(page)).text)?.[1] ?? ''
  await Promise.all(
    Array.from({ length: 10 }, () => again.send(`${page}/confirm`, { csrf, email: 'maya@home.example' })),
  )
  assert.equal((await lapel.db.selectFrom('accountDeletions').selectAll().execute()).length, 1)
  assert.equal((await lapel.mailTo('maya@home.example')).length, 1)
})

test('the doors that forget open for erased accounts and unused pictures only', async (t) => {
  const lapel = await startLapel(t)
  const { earner } = await anEarner(lapel)
  const before = await lapel.db.selectFrom('auditEvents').select('detail').execute()
  await sql`select forget_person(${earner.accountId})`.execute(lapel.db)
  assert.deepEqual(await lapel.db.selectFrom('auditEvents').select('detail').execute(), before)
  const used = await lapel.db.selectFrom('achievementVersions').select('picturePngHash').executeTakeFirstOrThrow()
  await sql`select forget_picture(${used.picturePngHash})`.execute(lapel.db)
  assert.equal(
    (await lapel.db.selectFrom('pictures').select('hash').where('hash', '=', used.picturePngHash).execute()).length,
    1,
  )
  await assert.rejects(lapel.db.deleteFrom('pictures').execute(), /permission denied/)
  await assert.rejects(lapel.db.updateTable('auditEvents').set({ action: 'x' }).execute(), /permission denied/)
})
