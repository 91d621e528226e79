/** Kinds of mail that people may stop, and of news in their account. Mail about security is none of them. */
export const mailEvents = [
  'new-badge',
  'reminder',
  'expires-soon',
  'withdrawn',
  'link-opened',
  'employer-request',
  'news',
] as const
export type MailEvent = (typeof mailEvents)[number]

/** What holds until somebody chooses: news needs consent, and every opened link would be much. */
export const mailByDefault: Record<MailEvent, boolean> = {
  'new-badge': true,
  reminder: true,
  'expires-soon': true,
  withdrawn: true,
  'link-opened': false,
  'employer-request': true,
  news: false,
}

const eventOfTemplate: Record<string, MailEvent> = {
  'badge-issued': 'new-badge',
  'badge-replaced': 'new-badge',
  'document-issued': 'new-badge',
  'document-replaced': 'new-badge',
  'badge-reminder': 'reminder',
  'document-reminder': 'reminder',
  'badge-expires': 'expires-soon',
  'badge-withdrawn': 'withdrawn',
  'document-withdrawn': 'withdrawn',
  'link-opened': 'link-opened',
  'employer-request': 'employer-request',
  news: 'news',
}

/** The kind that a message belongs to; `undefined` for what always goes out. */
export function eventOf(template: string): MailEvent | undefined {
  return Object.hasOwn(eventOfTemplate, template) ? eventOfTemplate[template] : undefined
}

export function isMailEvent(text: string): text is MailEvent {
  return (mailEvents as readonly string[]).includes(text)
}
