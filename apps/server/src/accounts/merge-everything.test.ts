import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { personColumns, rowMaker } from '../../test/catalog.ts'
import { type Lapel, startLapel } from '../../test/lapel.ts'
import { newId } from '../platform/ids.ts'

/** Columns that go on naming the account that was absorbed, and why nothing is lost or opened by it. */
const stays: Record<string, string> = {
  'account_merges.from_account_id': 'the merge itself',
  // Behind a closed account they open nothing, and an undo gives the account its own again.
  'authenticators.account_id': 'for the undo',
  'recovery_codes.account_id': 'for the undo',
  'passkeys.account_id': 'for the undo',
  // Over.
  'sessions.account_id': 'ended',
  'personal_tokens.account_id': 'revoked',
  'oauth_grants.account_id': 'revoked',
  'half_sign_ins.account_id': 'used up',
  'mailed_sign_ins.account_id': 'used up',
  'password_resets.account_id': 'used up',
  'passkey_challenges.account_id': 'runs out in minutes',
  'address_changes.account_id': 'dead',
  'address_undos.account_id': 'refused for a merged account',
  // Records of what somebody did at a time, which nobody may rewrite; names are read through the account.
  'registrations.account_id': 'record',
  'consents.account_id': 'record',
  'audit_events.actor_account_id': 'append-only',
  'credential_events.actor_account_id': 'append-only',
  'document_events.actor_account_id': 'append-only',
  'achievement_versions.published_by': 'append-only',
  'achievements.created_by': 'record',
  'documents.created_by': 'record',
  'organization_invitations.invited_by': 'record',
  'correction_requests.closed_by': 'record',
  'rebindings.closed_by': 'record',
}

async function countOf(lapel: Lapel, { table, column }: { table: string; column: string }, id: string) {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from ${sql.table(table)} where ${sql.ref(column)} = ${id}`.execute(lapel.db)
  return rows[0]?.count ?? 0
}

test('whatever names a person moves when accounts are merged, and comes back when that is undone', async (t) => {
  const lapel = await startLapel(t)
  const home = await lapel.person('maya@home.example')
  const maya = await lapel.person('maya@northfield.example')
  const from = home.accountId
  const columns = await personColumns(lapel.db)
  assert.ok(columns.length > 40)
  const { make } = rowMaker(lapel.db, {
    values: {
      account_emails: { is_primary: false },
      data_exports: { state: 'ready' },
      account_merges: { merged_at: new Date(0) },
    },
    fill: ['share_links.credential_id'],
  })
  for (const { table, column } of columns) {
    const given = table === 'account_merges' && column === 'from_account_id' ? { undone_at: new Date() } : {}
    await make(table, { ...given, [column]: from })
  }
  for (const where of columns) assert.ok((await countOf(lapel, where, from)) > 0, `${where.table}.${where.column}`)

  const id = newId()
  await lapel.db
    .insertInto('addressChanges')
    .values({
      id,
      accountId: maya.accountId,
      email: 'maya@home.example',
      emailCanonical: 'maya@home.example',
      state: 'merging',
      createdAt: lapel.now(),
      expiresAt: new Date(lapel.now().getTime() + 3_600_000),
    })
    .execute()
  const path = `/settings/account/merge/${id}`
  const asked = await maya.get(path)
  for (const words of [/ 1 badge 1 badge from elsewhere/, /1 document/, /1 collection/, /1 private link/, /1 place in/])
    assert.match(asked.words, words)
  assert.match((await maya.submit(path)).words, /The accounts are merged/)

  const left: string[] = []
  for (const where of columns) if ((await countOf(lapel, where, from)) > 0) left.push(`${where.table}.${where.column}`)
  assert.deepEqual(left, Object.keys(stays).sort(), 'move it in app.ts (mergeParts), or say in this test why it stays')
  const open = await lapel.db
    .selectFrom('sessions')
    .select('id')
    .where('accountId', '=', from)
    .where('endedAt', 'is', null)
    .execute()
  assert.equal(open.length, 0)
  const live = await lapel.db
    .selectFrom('personalTokens')
    .select('id')
    .where('accountId', '=', from)
    .where('revokedAt', 'is', null)
    .execute()
  assert.equal(live.length, 0)
  const apps = await lapel.db
    .selectFrom('oauthGrants')
    .select('id')
    .where('accountId', '=', from)
    .where('revokedAt', 'is', null)
    .execute()
  assert.equal(apps.length, 0)
  for (const table of ['halfSignIns', 'mailedSignIns', 'passwordResets'] as const)
    assert.deepEqual(
      await lapel.db.selectFrom(table).select('id').where('accountId', '=', from).where('usedAt', 'is', null).execute(),
      [],
      table,
    )

  const undo = /action="(\/settings\/account\/merges\/[^"]+)"/.exec((await maya.get('/settings/account')).text)?.[1]
  assert.match((await maya.submit(undo ?? '')).words, /The merge is undone/)
  const gone: string[] = []
  for (const where of columns)
    if ((await countOf(lapel, where, from)) === 0) gone.push(`${where.table}.${where.column}`)
  assert.deepEqual(gone, ['account_deletions.account_id', 'devices.account_id'])
})
