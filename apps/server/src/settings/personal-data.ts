/**
 * What a column can tell about a person: how they are called, how they are reached, what somebody wrote, what was awarded
 * or done, what they chose, with what they came, or a secret (as a hash, or sealed) that opens something of theirs.
 */
const kinds = ['name', 'address', 'words', 'record', 'choice', 'device', 'secret'] as const
type Kind = (typeof kinds)[number]

/**
 * When the person is erased: it goes too (erase-plan.ts, erase-account.ts), it stays as the record of the issuer who is
 * answerable for it, it is about an organization and not about a person, or it says nothing any more without the account.
 */
type WhenErased = 'goes' | 'issuer' | 'organization' | 'unlinked'

/** Columns of a table by what they tell, parted by spaces; `none` are those that tell nothing about a person. */
export type TableData = Partial<Record<Kind | 'none', string>> & {
  whenErased: WhenErased
  /** How long it is kept when nobody asks for anything. */
  kept: string
}

const withAccount = { whenErased: 'goes', kept: 'until it is removed or the account is erased' } as const
const withAward = { whenErased: 'issuer', kept: 'as long as the issuer' } as const
const ofOrganization = { whenErased: 'organization', kept: 'as long as the organization' } as const
const aWeekAfterItsEnd = { whenErased: 'goes', kept: '7 days after its end' } as const

/**
 * The register of personal data (SECURITY S57; GDPR Art. 30): every column that can hold words, bytes or JSON. Numbers,
 * times, switches and ids tell nothing by themselves; ids that name an account are in erase-plan.ts. A test compares this
 * with the database, so that a new column cannot be forgotten.
 */
export const personalData: Record<string, TableData> = {
  account_emails: { address: 'email email_canonical', ...withAccount },
  account_merges: { record: 'moved', whenErased: 'goes', kept: 'until the account is erased' },
  accounts: {
    name: 'given_name family_name',
    address: 'country',
    secret: 'password_hash',
    choice: 'locale theme time_zone dismissed_hints',
    ...withAccount,
  },
  achievement_versions: { none: 'content content_hash picture_png_hash picture_svg_hash', ...ofOrganization },
  achievements: { none: 'public_id slug state draft', ...ofOrganization },
  address_changes: { address: 'email email_canonical', none: 'state return_to', ...aWeekAfterItsEnd },
  address_undos: {
    address: 'email email_canonical former_primary_canonical',
    secret: 'token_hash',
    none: 'kind',
    whenErased: 'goes',
    kept: '30 days after its end',
  },
  // The detail of an erased account is emptied; the event stays.
  audit_events: {
    record: 'action detail',
    none: 'actor_kind object_kind object_id',
    whenErased: 'unlinked',
    kept: 'for good: it is only ever added to',
  },
  authenticators: { secret: 'sealed_secret', ...withAccount },
  batch_rows: {
    record: 'cells fixes person problems warnings',
    none: 'choice state failure',
    whenErased: 'issuer',
    kept: '30 days when the list is not sent, else as long as the issuer',
  },
  batches: {
    words: 'source_name',
    none: 'state source_hash source settings run_hash public_id paused_reason',
    whenErased: 'issuer',
    kept: '30 days when it is not sent, else as long as the issuer',
  },
  certificate_files: { none: 'paper version file_hash', ...withAward },
  check_results: {
    record: 'report',
    words: 'source_name',
    none: 'id',
    whenErased: 'unlinked',
    kept: '30 days after the check',
  },
  claims: { address: 'email email_canonical', secret: 'token_hash', ...withAward },
  codes: { secret: 'code_hash link_hash', none: 'purpose', ...aWeekAfterItsEnd },
  collection_items: { words: 'note', ...withAccount },
  collections: { words: 'slug name description', choice: 'visibility', none: 'public_id', ...withAccount },
  consents: { choice: 'purpose version locale', whenErased: 'unlinked', kept: 'for good, as proof of the consent' },
  correction_requests: {
    words: 'requested message answer',
    none: 'kind state',
    whenErased: 'issuer',
    kept: '365 days after it was closed',
  },
  credential_events: { record: 'kind channel', ...withAward },
  credentials: {
    name: 'recipient_name',
    address: 'recipient_email recipient_email_canonical',
    record: 'recipient_reference snapshot revocation decision validity visibility delivery lifecycle',
    choice: 'evidence_choices',
    secret: 'identity_salt',
    none: 'public_id label',
    ...withAward,
  },
  data_exports: { none: 'state file_hash', whenErased: 'goes', kept: '7 days' },
  devices: { secret: 'token_hash', whenErased: 'goes', kept: '365 days after its last use' },
  digest_items: {
    record: 'event words path',
    none: 'subject_kind',
    whenErased: 'goes',
    kept: 'until the next summary',
  },
  document_certificates: { none: 'fingerprint certificate sealed_key', ...ofOrganization },
  document_claims: { address: 'email email_canonical', secret: 'token_hash', ...withAward },
  document_events: { record: 'kind', ...withAward },
  document_pages: { record: 'words', none: 'picture_hash', ...withAward },
  documents: {
    name: 'recipient_name',
    address: 'recipient_email recipient_email_canonical',
    record: 'title document_date withdrawal state decision validity delivery',
    none: 'public_id kind original_hash file_hash',
    ...withAward,
  },
  education_links: { record: 'institution member_number', none: 'organization_public_id sign_in_url', ...withAccount },
  former_handles: { name: 'handle', ...withAccount },
  half_sign_ins: { secret: 'browser_hash', none: 'method return_to', ...aWeekAfterItsEnd },
  idempotency_keys: {
    secret: 'key',
    record: 'answer',
    none: 'scope body_hash',
    whenErased: 'goes',
    kept: '90 days',
  },
  imported_badges: {
    record: 'body name issuer_name awarded_on report',
    none: 'public_id content_hash picture_hash source verdict',
    ...withAccount,
  },
  linked_sign_ins: { name: 'label', address: 'subject', none: 'provider', ...withAccount },
  local_mailbox: {
    address: 'envelope_from envelope_to',
    words: 'subject raw',
    whenErased: 'goes',
    kept: 'until it is emptied; only where there is no mail server',
  },
  lost_mailboxes: {
    address: 'old_email old_email_canonical new_email new_email_canonical',
    name: 'name',
    words: 'note',
    secret: 'proof_hash',
    none: 'locale',
    whenErased: 'issuer',
    kept: '365 days after it was closed, 7 when it was not proven',
  },
  // The text of a message goes when it is sent.
  mail_outbox: {
    address: 'recipient',
    words: 'sealed last_error',
    none: 'message_id template locale subject_kind state',
    whenErased: 'goes',
    kept: 'mail of the site until the account is erased, of an issuer as long as the issuer',
  },
  mail_refusals: {
    secret: 'address_hash',
    choice: 'event',
    whenErased: 'unlinked',
    kept: 'for good, so that nobody is mailed again who asked for no more',
  },
  mailed_sign_ins: { address: 'email', secret: 'browser_hash', none: 'return_to', ...aWeekAfterItsEnd },
  notification_choices: { choice: 'event', ...withAccount },
  notification_settings: { choice: 'digest mail_locale', ...withAccount },
  notifications: { record: 'event words path', whenErased: 'goes', kept: '180 days' },
  oauth_clients: {
    none: 'public_id secret_hash name host metadata redirect_uris scopes',
    whenErased: 'organization',
    kept: '90 days without a connection',
  },
  oauth_grants: { choice: 'scopes', secret: 'code_hash code_challenge', none: 'redirect_uri', ...withAccount },
  oauth_tokens: { secret: 'token_hash', choice: 'scopes', none: 'kind', ...aWeekAfterItsEnd },
  organization_invitations: {
    address: 'email email_canonical',
    record: 'role answer',
    secret: 'token_hash',
    whenErased: 'goes',
    kept: 'as long as the organization, or until the account is erased',
  },
  organization_members: { record: 'role', ...withAccount },
  organization_slugs: { none: 'slug', ...ofOrganization },
  organizations: {
    address: 'contact_email',
    none: 'public_id slug name name_skeleton description website linkedin_organization_id logo_hash accent credential_label domain domain_token state hold_looks_like domain_method reminder_days ending_days',
    ...ofOrganization,
  },
  passkey_challenges: {
    secret: 'challenge_hash browser_hash',
    none: 'purpose',
    whenErased: 'goes',
    kept: 'until its end',
  },
  passkeys: { secret: 'credential_id public_key', device: 'transports name', ...withAccount },
  password_resets: { address: 'email', secret: 'token_hash', whenErased: 'goes', kept: '30 days after its end' },
  people_requests: {
    address: 'email email_canonical',
    words: 'message',
    none: 'state',
    whenErased: 'goes',
    kept: '365 days after it was refused, ended or not answered',
  },
  personal_tokens: { words: 'name', secret: 'token_hash', choice: 'scopes', ...withAccount },
  // Faces and logos; what nobody uses any more goes.
  pictures: { record: 'bytes', none: 'hash content_type', ...withAccount },
  profiles: {
    name: 'handle social',
    address: 'place links',
    words: 'headline bio',
    choice: 'badge_visibility',
    none: 'picture_hash',
    ...withAccount,
  },
  rate_limits: { secret: 'bucket', whenErased: 'unlinked', kept: '2 days' },
  rebinding_vouches: { words: 'how', whenErased: 'issuer', kept: '365 days after it was closed' },
  rebindings: {
    address: 'old_email_canonical new_email_canonical',
    words: 'answer',
    secret: 'objection_hash',
    none: 'public_id state',
    whenErased: 'issuer',
    kept: '365 days after it was closed',
  },
  recovery_codes: { secret: 'code_hash', ...withAccount },
  registration_browsers: { secret: 'browser_hash', ...aWeekAfterItsEnd },
  registrations: {
    name: 'given_name family_name',
    address: 'email email_canonical country',
    secret: 'browser_hash password_hash',
    choice: 'locale terms_version',
    none: 'return_to state',
    whenErased: 'goes',
    kept: 'until its end when it was not proven, 7 days after it was',
  },
  sessions: { secret: 'token_hash', device: 'user_agent network', whenErased: 'goes', kept: '90 days after its end' },
  share_links: { words: 'name', secret: 'token_hash sealed_token pin_hash', choice: 'kind shown_name', ...withAccount },
  share_mails: { address: 'sealed', whenErased: 'goes', kept: '90 days' },
  sign_in_tries: { secret: 'bucket', whenErased: 'unlinked', kept: '90 days' },
  signed_credentials: { record: 'body', none: 'format', ...withAward },
  signing_intents: { record: 'unsigned_hash', none: 'kind refusal', ...withAward },
  signing_keys: {
    none: 'verification_method public_key_multibase sealed_private_key wrapped_data_key state',
    ...ofOrganization,
  },
  spent_proofs: { secret: 'proof_hash', whenErased: 'unlinked', kept: '1 day after its end' },
  status_lists: { none: 'public_id purpose signed_json', ...ofOrganization },
}

/** The columns of a table with what each tells. */
export function columnsOf(table: string): [column: string, tells: Kind | 'none'][] {
  const data = personalData[table]
  return ([...kinds, 'none'] as const).flatMap((kind) =>
    (data?.[kind] ?? '').split(' ').flatMap((column): [string, Kind | 'none'][] => (column ? [[column, kind]] : [])),
  )
}
