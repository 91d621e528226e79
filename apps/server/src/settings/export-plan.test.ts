import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { erasePlan } from './erase-plan.ts'

/** The part of the export that holds what a table says of a person, or why none does. */
const exportPlan: Record<string, { part: string } | { leftOut: string }> = {
  accounts: { part: 'profile' },
  account_emails: { part: 'addresses' },
  profiles: { part: 'profile' },
  former_handles: { part: 'formerHandles' },
  credentials: { part: 'badges' },
  documents: { part: 'documents' },
  imported_badges: { part: 'badges-from-elsewhere' },
  collections: { part: 'collections' },
  share_links: { part: 'shareLinks' },
  share_mails: { part: 'mailsWithBadges' },
  auto_accepts: { part: 'autoAccept' },
  people_requests: { part: 'employers' },
  education_links: { part: 'educationalProviders' },
  personal_tokens: { part: 'personalTokens' },
  oauth_grants: { part: 'connectedApps' },
  notification_choices: { part: 'notificationChoices' },
  notification_settings: { part: 'emailSettings' },
  notifications: { part: 'notifications' },
  digest_items: { part: 'waitingForSummary' },
  consents: { part: 'consents' },
  sessions: { part: 'sessions' },
  devices: { part: 'devices' },
  passkeys: { part: 'passkeys' },
  linked_sign_ins: { part: 'signInServices' },
  organization_members: { part: 'teams' },
  correction_requests: { part: 'correctionRequests' },
  lost_mailboxes: { part: 'lostMailboxes' },
  data_exports: { part: 'exports' },
  credential_events: { part: 'activity' },
  document_events: { part: 'activity' },
  account_merges: { leftOut: 'what moved is here as its own; the activity says when' },
  account_deletions: { leftOut: 'whoever exports has not left' },
  registrations: { leftOut: 'became the account; what is left of it is a scrambled password' },
  authenticators: { leftOut: 'a secret' },
  recovery_codes: { leftOut: 'secrets' },
  password_resets: { leftOut: 'secrets' },
  half_sign_ins: { leftOut: 'a sign-in of a few minutes' },
  mailed_sign_ins: { leftOut: 'a sign-in of a few minutes' },
  passkey_challenges: { leftOut: 'a sign-in of a few minutes' },
  address_changes: { leftOut: 'codes; the activity says what changed' },
  address_undos: { leftOut: 'links; the activity says what changed' },
  organization_invitations: { leftOut: 'the organization’s record' },
  achievements: { leftOut: 'the organization’s record' },
  achievement_versions: { leftOut: 'the organization’s record' },
  batches: { leftOut: 'the organization’s record' },
  rebindings: { leftOut: 'the organization’s record' },
  rebinding_vouches: { leftOut: 'the organization’s record' },
  rebinding_awards: { leftOut: 'the organization’s record' },
}

test('every table that names a person is in their export, or it is said why not', () => {
  const named = new Set(Object.keys(erasePlan).map((column) => column.split('.')[0] ?? ''))
  assert.deepEqual(
    [...named].filter((table) => !Object.hasOwn(exportPlan, table)).sort(),
    [],
    'decide in export-plan.ts',
  )
  assert.deepEqual(
    Object.keys(exportPlan).filter((table) => !named.has(table)),
    [],
    'names nobody any more',
  )
  const source = ['export-store.ts', 'export-entries.ts']
    .map((file) => readFileSync(path.join(import.meta.dirname, file), 'utf8'))
    .join('\n')
  const parts = Object.values(exportPlan).flatMap((plan) => ('part' in plan ? [plan.part] : []))
  const absent = parts.filter((part) => !new RegExp(`\\b${part}\\b`).test(source))
  assert.deepEqual(absent, [], 'promised, but no part of the export')
})
