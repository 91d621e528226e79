import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { generateEd25519KeyPair } from '@lapel/openbadges'
import { sql } from 'kysely'
import { anAchievement, anIssuer, asOwner, issueCredential, recordOnly } from '../../test/fixtures/issuing.ts'
import { startLapel } from '../../test/lapel.ts'
import { issuingDeps } from '../app.ts'
import { completeAwards, recoverAwards } from '../issuing/index.ts'
import { revokeCredential } from '../revoking/index.ts'
import { openKey, sealKey } from './sealed-key.ts'

const key = () => ({ organizationId: 'a', keyId: 'b', version: 1 })

test('a sealed key opens only for its organization, id, version and key encryption key', async () => {
  const kek = randomBytes(32)
  const { secret } = await generateEd25519KeyPair()
  const sealed = sealKey(kek, key(), secret)
  assert.equal(openKey(kek, key(), sealed).asymmetricKeyType, 'ed25519')
  assert.throws(() => openKey(kek, { ...key(), organizationId: 'c' }, sealed))
  assert.throws(() => openKey(kek, { ...key(), keyId: 'c' }, sealed))
  assert.throws(() => openKey(kek, { ...key(), version: 2 }, sealed))
  assert.throws(() => openKey(randomBytes(32), key(), sealed))
  for (const part of ['sealedPrivateKey', 'wrappedDataKey'] as const) {
    const altered = Buffer.from(sealed[part])
    altered[20] = (altered[20] ?? 0) ^ 1
    assert.throws(() => openKey(kek, key(), { ...sealed, [part]: altered }))
  }
})

test('the web role reads no private key, writes no signature, and changes none (S21)', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  await issueCredential(lapel, issuer, { to: 'maya@example.org' })
  const denied = /permission denied/
  await assert.rejects(sql`select sealed_private_key from signing_keys`.execute(lapel.db), denied)
  await assert.rejects(sql`update signed_credentials set body = '{}'`.execute(lapel.db), denied)
  await assert.rejects(sql`delete from signed_credentials`.execute(lapel.db), denied)
  await assert.rejects(sql`insert into signing_keys (id) values (gen_random_uuid())`.execute(lapel.db), denied)
  const publics = await sql<{
    publicKeyMultibase: string
  }>`select public_key_multibase from signing_key_publics`.execute(lapel.db)
  assert.match(publics.rows[0]?.publicKeyMultibase ?? '', /^z6Mk/)
  const [stored] = await asOwner(lapel, 'select sealed_private_key, wrapped_data_key from signing_keys')
  assert.ok(Buffer.isBuffer(stored?.['sealed_private_key']))
})

test('when the last insert fails, the badge is found, revocable, and signed later (S18)', async (t) => {
  const lapel = await startLapel(t)
  const deps = issuingDeps(lapel.deps)
  const issuer = await anIssuer(lapel)
  await asOwner(
    lapel,
    `create function refuse() returns trigger language plpgsql as $$ begin raise exception 'the disk is gone'; end $$;
     create trigger refuse before insert on signed_credentials for each row execute function refuse()`,
  )
  const first = await recordOnly(lapel, issuer, 'maya@example.org')
  const second = await recordOnly(lapel, issuer, 'ana@example.org')
  await assert.rejects(completeAwards(deps, [first, second]), /the disk is gone/)

  const intents = await lapel.db.selectFrom('signingIntents').selectAll().execute()
  assert.equal(intents.length, 2)
  assert.ok(intents.every(({ signedAt, unsignedHash }) => signedAt === null && /^[0-9a-f]{64}$/.test(unsignedHash)))
  await revokeCredential(deps, {
    organizationId: issuer.organization.id,
    credentialId: first,
    reason: 'mistake',
    publicText: 'Issued by mistake',
    notify: true,
    actorAccountId: issuer.owner.accountId,
  })
  await asOwner(lapel, 'drop trigger refuse on signed_credentials')
  await recoverAwards(deps)

  const rows = await lapel.db.selectFrom('credentials').select(['id', 'lifecycle', 'validity']).execute()
  assert.deepEqual(
    new Set(rows.map(({ id, lifecycle, validity }) => `${id} ${lifecycle} ${validity}`)),
    new Set([`${first} withdrawn revoked`, `${second} issued live`]),
  )
  const signed = await lapel.db.selectFrom('signedCredentials').select('credentialId').execute()
  assert.deepEqual(
    signed.map(({ credentialId }) => credentialId),
    [second],
  )
})

test('the signer checks the right again and signs nothing that the database does not allow (S21)', async (t) => {
  const lapel = await startLapel(t)
  const deps = issuingDeps(lapel.deps)
  const issuer = await anIssuer(lapel)
  const other = await anIssuer(lapel, { name: 'Other School' })
  const foreign = await anAchievement(lapel, other.organization.id, { name: 'Foreign' })
  const attempts: { refusal: string; spoil: (id: string) => Promise<unknown> }[] = [
    {
      refusal: 'signing.template-changed',
      spoil: (id) =>
        sql`update credentials set snapshot = jsonb_set(snapshot, '{achievement,name}', '"Doctor of Everything"') where id = ${id}`.execute(
          lapel.db,
        ),
    },
    {
      refusal: 'signing.foreign-template',
      spoil: (id) =>
        sql`update credentials set achievement_id = ${foreign.achievementId}, version = 1 where id = ${id}`.execute(
          lapel.db,
        ),
    },
    {
      refusal: 'signing.foreign-issuer',
      spoil: (id) =>
        sql`update credentials set snapshot = jsonb_set(snapshot, '{issuer,id}', '"did:web:else.example"') where id = ${id}`.execute(
          lapel.db,
        ),
    },
    {
      refusal: 'signing.hash-mismatch',
      spoil: (id) =>
        sql`update credentials set snapshot = jsonb_set(snapshot, '{recipient,name}', '"Mallory"') where id = ${id}`.execute(
          lapel.db,
        ),
    },
    {
      refusal: 'signing.not-staff',
      spoil: async (id) => {
        const stranger = await lapel.person('stranger@example.org')
        return sql`update credentials set created_by = ${stranger.accountId} where id = ${id}`.execute(lapel.db)
      },
    },
    {
      refusal: 'signing.foreign-key',
      spoil: async (id) => {
        const foreignKey = await deps.signing.ensureSigningKey(other.organization.id)
        return sql`update signing_intents set signing_key_id = ${foreignKey} where credential_id = ${id}`.execute(
          lapel.db,
        )
      },
    },
  ]
  const awarded: { credentialId: string; refusal: string }[] = []
  for (const { refusal, spoil } of attempts) {
    const credentialId = await recordOnly(lapel, issuer, `${awarded.length}@example.org`)
    await spoil(credentialId)
    awarded.push({ credentialId, refusal })
  }
  await asOwner(lapel, `update organizations set state = 'held'`)
  await recoverAwards(deps)
  const refusals = await lapel.db.selectFrom('signingIntents').select(['refusal', 'signedAt']).execute()
  assert.deepEqual(
    refusals,
    awarded.map(() => ({ refusal: null, signedAt: null })),
    'an organization on hold leaves the intents open',
  )
  await asOwner(lapel, `update organizations set state = 'active'`)
  await recoverAwards(deps)

  for (const { credentialId, refusal } of awarded) {
    const intent = await lapel.db
      .selectFrom('signingIntents')
      .select(['refusal', 'signedAt'])
      .where('credentialId', '=', credentialId)
      .executeTakeFirstOrThrow()
    assert.deepEqual(intent, { refusal, signedAt: null })
  }
  assert.deepEqual(await lapel.db.selectFrom('signedCredentials').select('credentialId').execute(), [])
})

test('the daily cap stops the signer and the next day lets it go on', async (t) => {
  const lapel = await startLapel(t)
  const deps = issuingDeps(lapel.deps)
  const issuer = await anIssuer(lapel)
  await asOwner(lapel, 'update organizations set daily_cap = 1')
  await issueCredential(lapel, issuer, { to: 'maya@example.org' })
  const { credentialId } = await issueCredential(lapel, issuer, { to: 'ana@example.org' })
  const lifecycle = async () =>
    (await lapel.db.selectFrom('credentials').select('lifecycle').where('id', '=', credentialId).executeTakeFirst())
      ?.lifecycle
  assert.equal(await lifecycle(), 'intended')
  lapel.passDays(1)
  await recoverAwards(deps)
  assert.equal(await lifecycle(), 'issued')
})

test('the issuer is looked up by machines: did.json, profile, achievement', async (t) => {
  const lapel = await startLapel(t)
  const { organization, achievement } = await anIssuer(lapel)
  const keyId = await issuingDeps(lapel.deps).signing.ensureSigningKey(organization.id)
  assert.equal(await issuingDeps(lapel.deps).signing.ensureSigningKey(organization.id), keyId)
  const machine = lapel.visitor()
  machine.headers = { accept: 'application/json' }

  const did = await machine.get(`/i/${organization.publicId}/did.json`)
  const document = did.json() as {
    id: string
    verificationMethod: { id: string; publicKeyMultibase: string }[]
    assertionMethod: string[]
  }
  assert.equal(
    document.id,
    `did:web:${encodeURIComponent(new URL(lapel.config.publicUrl).host)}:i:${organization.publicId}`,
  )
  assert.equal(document.verificationMethod.length, 1)
  assert.deepEqual(document.assertionMethod, [`${document.id}#${document.verificationMethod[0]?.publicKeyMultibase}`])
  assert.match(did.headers.get('cache-control') ?? '', /max-age=300/)
  const again = await machine.request(`/i/${organization.publicId}/did.json`, {
    headers: { 'if-none-match': did.headers.get('etag') ?? '' },
  })
  assert.equal(again.status, 304)
  assert.equal(
    ((await machine.get(`/i/${organization.publicId}`)).json() as { name: string }).name,
    'Northfield College',
  )
  const definition = await machine.get(`/i/${organization.publicId}/achievements/${achievement.publicId}/1`)
  assert.match((definition.json() as { criteria: { narrative: string } }).criteria.narrative, /Learning outcomes/)
  assert.equal((await machine.get(`/i/${organization.publicId}/achievements/${achievement.publicId}/2`)).status, 404)
  assert.equal((await machine.get('/i/AAAAAAAAAAAAAAAAAAAAAA/did.json')).status, 404)
})
