/** Kinds of mail that people may stop, and of news in their account. Mail about security is none of them. */
export const mailEvents = [
  'new-badge',
  'reminder',
  'expires-soon',
  'withdrawn',
  'link-opened',
  'badge-shared',
  'employer-request',
  'news',
] as const
export type MailEvent = (typeof mailEvents)[number]

/** What holds until somebody chooses: every opened link would be much. News has no default, since it needs consent. */
export const mailByDefault: Record<Exclude<MailEvent, 'news'>, boolean> = {
  'new-badge': true,
  reminder: true,
  'expires-soon': true,
  withdrawn: true,
  'link-opened': false,
  'badge-shared': true,
  'employer-request': true,
}

/** Mail that goes out whatever was chosen: it answers what somebody just did, guards an account, or is work for a team. */
const always = 'always'
/** The summary, which stands for all the optional mail in it. */
const summary = 'summary'

/**
 * Every template that the outbox is given, and what decides about it. A test reads the source for templates and fails for
 * one that is missing here: mail that nobody thought about is mail that nobody can stop.
 */
export const mailTemplates: Record<string, MailEvent | typeof always | typeof summary> = {
  'badge-issued': 'new-badge',
  'badge-replaced': 'new-badge',
  'document-issued': 'new-badge',
  'document-replaced': 'new-badge',
  'badge-reminder': 'reminder',
  'badge-expires': 'expires-soon',
  'badge-withdrawn': 'withdrawn',
  'document-withdrawn': 'withdrawn',
  'link-opened': 'link-opened',
  'badge-shared': 'badge-shared',
  'employer-request': 'employer-request',
  news: 'news',
  digest: summary,

  'activation-code': always,
  'already-registered': always,
  'sign-in-code': always,
  'password-reset': always,
  'confirm-address': always,
  'security-notice': always,
  'account-deletion-asked': always,
  'account-deletion-kept': always,
  'export-ready': always,
  // Somebody asked for this one a moment ago.
  'badge-fresh-link': always,
  'document-fresh': always,
  // To the team of an organization.
  'team-invitation': always,
  'batch-finished': always,
  'domain-lost': always,
  'people-access-ended': always,
  // A mailbox that is lost: proof of the new one, the way to object, what became of it, and news for the team.
  'lost-mailbox-proof': always,
  'mailbox-announced': always,
  'mailbox-agreed': always,
  'mailbox-moved': always,
  'mailbox-refused': always,
  'mailbox-stopped': always,
  'request-asked': always,
  'request-objected': always,
  // What became of a reported error.
  'correction-refused': always,
  'correction-done': always,
  // Says that somebody tries to guess a PIN.
  'share-link-paused': always,
}

/** What a reader may stop about a message: its kind, every optional kind for a summary, `undefined` for what always goes out. */
export function stoppable(template: string): MailEvent | 'all' | undefined {
  const kind = Object.hasOwn(mailTemplates, template) ? mailTemplates[template] : always
  return kind === always ? undefined : kind === summary ? 'all' : kind
}

export function isMailEvent(text: string): text is MailEvent {
  return (mailEvents as readonly string[]).includes(text)
}
