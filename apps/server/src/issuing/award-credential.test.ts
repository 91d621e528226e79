import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { anIssuer, asOwner, issueCredential, recordOnly } from '../../test/fixtures/issuing.ts'
import { startLapel } from '../../test/lapel.ts'
import { issuingDeps } from '../app.ts'
import { listOf, readyBatch, send } from '../../test/fixtures/batches.ts'
import { recoverAwards, resumeBatches, signedCredentialBody } from './index.ts'

test('an award is signed, issued, claimed for and mailed', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)

  const { credentialId, publicId } = await issueCredential(lapel, issuer, { to: 'maya@example.org' })

  const row = await lapel.db
    .selectFrom('credentials')
    .selectAll()
    .where('id', '=', credentialId)
    .executeTakeFirstOrThrow()
  assert.equal(row.lifecycle, 'issued')
  assert.equal(row.delivery, 'sent')
  assert.match(row.label, /^[2-9A-Z]{4}-[2-9A-Z]{4}$/)
  const body = JSON.parse((await signedCredentialBody(lapel.db, publicId)) ?? '{}') as Record<string, unknown>
  assert.equal(body['id'], `${lapel.config.publicUrl}/b/${publicId}`)
  const mails = await lapel.mailTo('maya@example.org')
  assert.deepEqual(
    mails.map(({ subject }) => subject),
    ['Northfield College sent you a badge: Data Storytelling'],
  )
})

test('an award that was refused because its member left is issued when another member retries', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  const credentialId = await recordOnly(lapel, issuer, 'maya@example.org')
  const gone = await lapel.person('gone@example.org')
  await sql`update credentials set created_by = ${gone.accountId} where id = ${credentialId}`.execute(lapel.db)
  await recoverAwards(issuingDeps(lapel.deps))
  const read = () =>
    lapel.db
      .selectFrom('credentials')
      .select(['publicId', 'lifecycle'])
      .where('id', '=', credentialId)
      .executeTakeFirstOrThrow()
  const before = await read()
  assert.equal(before.lifecycle, 'intended')

  const page = `/console/${issuer.organization.slug}/issued/${before.publicId}`
  assert.match((await issuer.owner.get(page)).words, /A team member with the right can retry/)
  await issuer.owner.submit(`${page}/retry`)
  await lapel.settle()
  assert.equal((await read()).lifecycle, 'issued')
})

test('a run waits while its organization is on hold, goes on afterwards, and its failed rows can be retried', async (t) => {
  const lapel = await startLapel(t)
  const deps = issuingDeps(lapel.deps)
  const issuer = await anIssuer(lapel)
  const batch = await readyBatch(lapel.deps, issuer, listOf(3))
  await asOwner(lapel, `update organizations set state = 'held'`)
  await send(deps, issuer, batch)
  await lapel.settle()
  const page = `/console/${issuer.organization.slug}/issue/${batch.publicId}`
  assert.match(
    (await issuer.owner.get(`${page}/progress`)).words,
    /Issuing waits\. This organization may not issue at the moment/,
  )

  await asOwner(lapel, `update organizations set state = 'active'`)
  // One row fails for good: its award was altered behind the program's back.
  await asOwner(
    lapel,
    `create function spoil() returns trigger language plpgsql as $$ begin
       if new.recipient_name = 'Person 1' then new.recipient_name := 'Person 1'; new.snapshot := jsonb_set(new.snapshot, '{recipient,name}', '"Eve"'); end if;
       return new; end $$;
     create trigger spoil before insert on credentials for each row execute function spoil()`,
  )
  await resumeBatches(deps)
  await lapel.settle()
  const done = await issuer.owner.get(`${page}/progress`)
  assert.match(done.words, /2 badges issued/)
  assert.match(done.words, /One badge was not issued/)
  await asOwner(
    lapel,
    `drop trigger spoil on credentials;
     update credentials set snapshot = jsonb_set(snapshot, '{recipient,name}', '"Person 1"') where recipient_name = 'Person 1'`,
  )
  await issuer.owner.submit(`${page}/retry`)
  await lapel.settle()
  assert.match((await issuer.owner.get(`${page}/progress`)).words, /3 badges issued/)
  assert.deepEqual(
    (await lapel.mailTo(issuer.owner.email)).map(({ subject }) => subject),
    ['3 badges issued: Data Storytelling', '2 badges issued: Data Storytelling'],
  )
})
