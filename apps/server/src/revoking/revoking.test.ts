import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeStatusList, readStatus } from '@lapel/openbadges'
import { anIssuer, issueCredential, recordOnly } from '../../test/fixtures/issuing.ts'
import { type Lapel, startLapel } from '../../test/lapel.ts'
import { issuingDeps } from '../app.ts'
import { completeAwards } from '../issuing/index.ts'
import { enqueueDueLists, revokeCredential, tellOfWithdrawal } from './index.ts'

interface List {
  validFrom: string
  validUntil: string
  credentialSubject: { encodedList: string; ttl: number }
}

async function entryOf(lapel: Lapel, credentialId: string) {
  return lapel.db
    .selectFrom('credentials as c')
    .innerJoin('statusLists as s', 's.id', 'c.statusListId')
    .select(['s.publicId', 's.id as listId', 'c.statusIndex'])
    .where('c.id', '=', credentialId)
    .executeTakeFirstOrThrow()
}

async function isSet(lapel: Lapel, credentialId: string): Promise<boolean> {
  const { publicId, statusIndex } = await entryOf(lapel, credentialId)
  const list = (await lapel.visitor().request(`/status/${publicId}`)).json() as List
  return readStatus(await decodeStatusList(list.credentialSubject.encodedList), statusIndex)
}

test('a withdrawal with its reason is in the page, the JSON and the list; undo takes it back within ten minutes', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  const { owner, organization } = issuer
  const { credentialId, publicId } = await issueCredential(lapel, issuer, { to: 'maya@example.org' })
  const maya = await lapel.person('maya@example.org')
  await lapel.db
    .updateTable('credentials')
    .set({ accountId: maya.accountId, decision: 'accepted', visibility: 'public', decidedAt: lapel.now() })
    .where('id', '=', credentialId)
    .execute()
  const page = `/console/${organization.slug}/issued/${publicId}`
  assert.equal(await isSet(lapel, credentialId), false)

  const refused = await owner.submit(`${page}/revoke`, {}, { shownOn: `${page}/revoke` })
  assert.match(refused.words, /Choose a reason/)
  const done = await owner.submit(`${page}/revoke`, { reason: 'fraud', publicText: 'The exam was not their own work.' })
  assert.match(done.words, /The badge is revoked\. You can undo this for 10 minutes\./)
  assert.match(done.words, /The public reads: The exam was not their own work\./)
  await lapel.settle()
  assert.equal(await isSet(lapel, credentialId), true)
  assert.match((await lapel.visitor().get(`/b/${publicId}`)).words, /The exam was not their own work/)

  await owner.submit(`${page}/undo-revoke`, {}, { shownOn: page })
  await lapel.settle()
  assert.equal(await isSet(lapel, credentialId), false)
  const revokedAt = lapel.now().toISOString()
  await tellOfWithdrawal(lapel.deps, { credentialId, revokedAt })
  assert.equal((await lapel.mailTo('maya@example.org')).length, 1)

  await owner.submit(`${page}/revoke`, { reason: 'mistake' }, { shownOn: `${page}/revoke` })
  lapel.passMinutes(11)
  const late = await owner.get(page)
  assert.doesNotMatch(late.text, /undo-revoke/)
  const row = await lapel.db
    .selectFrom('credentials')
    .select('revokedAt')
    .where('id', '=', credentialId)
    .executeTakeFirstOrThrow()
  await tellOfWithdrawal(lapel.deps, { credentialId, revokedAt: row.revokedAt?.toISOString() ?? '' })
  const [mail] = await lapel.mailTo('maya@example.org')
  assert.equal(mail?.subject, 'Northfield College withdrew Data Storytelling')
  assert.match(mail?.text ?? '', /Issued by mistake/)
})

test('lists say how long they hold, answer 304, and are signed anew before they end', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  const { credentialId } = await issueCredential(lapel, issuer, { to: 'maya@example.org' })
  const { publicId } = await entryOf(lapel, credentialId)
  const visitor = lapel.visitor()
  const first = await visitor.request(`/status/${publicId}`)
  const list = first.json() as List
  assert.equal(Date.parse(list.validUntil) - Date.parse(list.validFrom), 48 * 3_600_000)
  assert.ok(list.credentialSubject.ttl <= 60_000)
  assert.match(first.headers.get('cache-control') ?? '', /^public, max-age=30$/)
  const etag = first.headers.get('etag') ?? ''
  assert.equal((await visitor.request(`/status/${publicId}`, { headers: { 'if-none-match': etag } })).status, 304)
  assert.equal((await visitor.request('/status/AAAAAAAAAAAAAAAAAAAAAA')).status, 404)

  lapel.passDays(1.5)
  await enqueueDueLists(issuingDeps(lapel.deps))
  await lapel.settle()
  const renewed = (await visitor.request(`/status/${publicId}`, { headers: { 'if-none-match': etag } })).json() as List
  assert.ok(Date.parse(renewed.validUntil) > Date.parse(list.validUntil))
})

test('200 awards at once draw 200 status entries in several lists, and 20 withdrawals at once set 20 bits', async (t) => {
  const lapel = await startLapel(t)
  const deps = issuingDeps(lapel.deps)
  const issuer = await anIssuer(lapel)
  const ids = await Promise.all(Array.from({ length: 200 }, (_, i) => recordOnly(lapel, issuer, `p${i}@example.org`)))
  // Two processes at once want to finish the same awards.
  await Promise.all([completeAwards(deps, ids), completeAwards(deps, ids)])
  await completeAwards(deps, ids)
  const rows = await lapel.db
    .selectFrom('credentials')
    .select(['id', 'statusListId', 'statusIndex', 'lifecycle', 'publicId', 'identitySalt'])
    .execute()
  assert.equal(new Set(rows.map(({ statusListId, statusIndex }) => `${statusListId} ${statusIndex}`)).size, 200)
  assert.equal(new Set(rows.map(({ statusListId }) => statusListId)).size, 3)
  assert.equal(new Set(rows.map(({ identitySalt }) => identitySalt)).size, 200)
  assert.ok(rows.every(({ lifecycle }) => lifecycle === 'issued'))
  const count = async (table: 'signedCredentials' | 'claims' | 'mailOutbox') =>
    (await lapel.db.selectFrom(table).select('organizationId').execute()).length
  assert.deepEqual(
    [await count('signedCredentials'), await count('claims'), await count('mailOutbox')],
    [200, 200, 200],
  )

  const withdrawn = ids.slice(0, 20)
  await Promise.all(
    withdrawn.map((credentialId) =>
      revokeCredential(deps, {
        organizationId: issuer.organization.id,
        credentialId,
        reason: 'mistake',
        publicText: 'Issued by mistake',
        notify: false,
        actorAccountId: issuer.owner.accountId,
      }),
    ),
  )
  await lapel.settle()
  for (const id of ids.slice(0, 25)) assert.equal(await isSet(lapel, id), withdrawn.includes(id))
})

test('a correction is a new badge that the old one points to, and stays with its owner', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  const { owner, organization } = issuer
  const { credentialId, publicId } = await issueCredential(lapel, issuer, { to: 'maya@example.org', name: 'Maya Ray' })
  const maya = await lapel.person('maya@example.org')
  await lapel.db
    .updateTable('credentials')
    .set({ accountId: maya.accountId, decision: 'accepted', visibility: 'public', decidedAt: lapel.now() })
    .where('id', '=', credentialId)
    .execute()
  const page = `/console/${organization.slug}/issued/${publicId}`
  const answer = await owner.submit(`${page}/replace`, { name: 'Maya Roy' }, { shownOn: `${page}/replace` })
  assert.match(answer.words, /The badge was replaced\. This is the new one\./)
  await lapel.settle()
  const rows = await lapel.db.selectFrom('credentials').selectAll().orderBy('id').execute()
  const [old, fresh] = rows
  assert.deepEqual(
    [old?.validity, old?.replacedBy, fresh?.recipientName, fresh?.accountId, fresh?.visibility, fresh?.lifecycle],
    ['replaced', fresh?.id, 'Maya Roy', maya.accountId, 'public', 'issued'],
  )
  assert.equal(await isSet(lapel, credentialId), true)
  const [mail] = await lapel.mailTo('maya@example.org')
  assert.equal(mail?.subject, 'Data Storytelling was updated')
  assert.match(mail?.text ?? '', /Maya Ray → Maya Roy/)
})

test('a wrong address is corrected while the badge waits', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  const { owner, organization } = issuer
  const { publicId } = await issueCredential(lapel, issuer, { to: 'mayy@example.org' })
  const page = `/console/${organization.slug}/issued/${publicId}`
  assert.match(
    (await owner.submit(`${page}/address`, { email: 'no address' }, { shownOn: page })).words,
    /This is not an email address/,
  )
  await owner.submit(`${page}/address`, { email: 'maya@example.org' }, { shownOn: page })
  assert.equal((await lapel.mailTo('maya@example.org')).length, 1)
  const list = await owner.get(`/console/${organization.slug}/issued?status=waiting&q=maya`)
  assert.match(list.words, /1 badge/)
  const many = await owner.submit(`/console/${organization.slug}/issued/selected`, { action: 'resend' })
  assert.match(many.words, /Select at least one badge first/)
  const csv = await owner.get(`/console/${organization.slug}/issued.csv`)
  assert.match(csv.text, /mayy@example\.org/)
  assert.equal(csv.text.trim().split('\r\n').length, 3)
})
