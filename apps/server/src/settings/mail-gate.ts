import type { Db } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
import { parseEmailAddress } from '../platform/email-address.ts'
import { translator } from '../platform/i18n/messages.ts'
import type { MailDecision, MailGate, MailRequest } from '../platform/mail/outbox.ts'
import { stoppable } from './mail-events.ts'
import * as store from './notifications-store.ts'
import { stopPaths } from './stop-mail.ts'

/**
 * Puts what people chose under Notifications before every message: what they stopped is not sent, what they want once a
 * day or week waits for that, and everything optional carries the link that stops its kind. The same moment gives the
 * news in their account.
 */
export function mailGate({ now, secrets }: Pick<Deps, 'now' | 'secrets'>): MailGate {
  return async (tx, mail): Promise<MailDecision> => {
    const event = stoppable(mail.template)
    const canonical = parseEmailAddress(mail.to)?.canonical
    if (!event || !canonical) return { kind: 'send' }
    const stop = {
      label: translator(mail.locale)(event === 'all' ? 'unsub.mail.all' : 'unsub.mail.link'),
      ...stopPaths(secrets, { canonical, event }),
    }
    // What stands in a summary was chosen when it happened.
    if (event === 'all') return { kind: 'send', stop }
    const wish = await store.wishOf(tx, secrets, { canonical, event })
    const about = { event, words: mail.content.subject, path: await pathOf(tx, mail), createdAt: now() }
    if (wish.accountId && wish.inApp) await store.insertNotification(tx, { accountId: wish.accountId, ...about })
    if (!wish.byMail) return { kind: 'suppress' }
    if (wish.accountId && wish.digest !== 'none') {
      await store.insertDigestItem(tx, {
        accountId: wish.accountId,
        ...about,
        subjectKind: mail.subject?.kind ?? null,
        subjectId: mail.subject?.id ?? null,
      })
      return { kind: 'later' }
    }
    return { kind: 'send', stop }
  }
}

const folders: Record<string, string> = { credential: '/badges', document: '/documents' }

async function pathOf(db: Db, { path, subject, template }: MailRequest): Promise<string> {
  if (path) return path
  const folder = subject && folders[subject.kind]
  const publicId = subject && folder && (await store.publicIdOf(db, subject))
  if (publicId) return `${folder}/${publicId}`
  return template.startsWith('document') ? '/documents' : '/badges'
}
