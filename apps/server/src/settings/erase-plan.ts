/** What becomes of a row when the person that a column names leaves. */
export type EraseAction =
  | 'delete' // the row is theirs
  | 'unlink' // the row is somebody else's record; the column is emptied
  | 'keep' // says only that an account once did something; the account has no name any more
  | 'own' // handled by name in erase-account.ts

/**
 * Every column that names an account (SECURITY S57). A test compares it with the database, so that a new table cannot be
 * forgotten. Rows go in this order.
 */
export const erasePlan: Record<string, EraseAction> = {
  'share_links.account_id': 'delete',
  'share_mails.account_id': 'delete',
  'collections.account_id': 'delete',
  'imported_badges.account_id': 'delete',
  'former_handles.account_id': 'delete',
  'profiles.account_id': 'own',
  'credentials.account_id': 'own',
  'documents.account_id': 'own',
  'people_requests.account_id': 'delete',
  'people_requests.requested_by': 'unlink',
  'registrations.account_id': 'delete',
  'notification_choices.account_id': 'delete',
  'notification_settings.account_id': 'delete',
  'notifications.account_id': 'delete',
  'digest_items.account_id': 'delete',
  'personal_tokens.account_id': 'delete',
  'oauth_grants.account_id': 'delete',
  'education_links.account_id': 'delete',
  'auto_accepts.account_id': 'delete',
  'data_exports.account_id': 'own',
  'sessions.account_id': 'delete',
  'devices.account_id': 'delete',
  'password_resets.account_id': 'delete',
  'authenticators.account_id': 'delete',
  'recovery_codes.account_id': 'delete',
  'half_sign_ins.account_id': 'delete',
  'passkeys.account_id': 'delete',
  'passkey_challenges.account_id': 'delete',
  'linked_sign_ins.account_id': 'delete',
  'mailed_sign_ins.account_id': 'delete',
  'address_changes.account_id': 'delete',
  'address_undos.account_id': 'delete',
  'account_merges.from_account_id': 'delete',
  'account_merges.into_account_id': 'delete',
  'organization_members.account_id': 'delete',
  'organization_invitations.invited_by': 'keep',
  'achievements.created_by': 'keep',
  'achievement_versions.published_by': 'keep',
  'batches.created_by': 'keep',
  'credentials.created_by': 'keep',
  'documents.created_by': 'keep',
  'lost_mailboxes.account_id': 'unlink',
  'rebinding_awards.holder_id': 'unlink',
  'rebinding_vouches.account_id': 'keep',
  'rebindings.closed_by': 'keep',
  'correction_requests.closed_by': 'keep',
  'consents.account_id': 'keep',
  'accounts.merged_into': 'own',
  'account_emails.account_id': 'own',
  'account_deletions.account_id': 'keep',
  // Without a foreign key, since these tables are append-only or older than accounts.
  'credential_events.actor_account_id': 'unlink',
  'document_events.actor_account_id': 'unlink',
  'correction_requests.from_account_id': 'unlink',
}
