import { accountById, confirmedEmailsOf } from '../accounts/index.ts'
import type { Deps } from '../platform/deps.ts'
import { translator } from '../platform/i18n/messages.ts'
import { defineJob } from '../platform/jobs/jobs.ts'
import { renderMail } from '../platform/mail/render.ts'
import * as store from './notifications-store.ts'
import { localeOf } from './people-mails.ts'

export const digestJob = defineJob<Record<string, never>>('settings.digest', { schedule: '11 * * * *', concurrency: 1 })
const keptDays = 180

/** Sends the summaries that are due, each person's in one message, and forgets news that is half a year old. */
export async function sendDigests(deps: Pick<Deps, 'db' | 'now' | 'config' | 'outbox'>): Promise<number> {
  const due = await store.dueDigests(deps.db, deps.now())
  for (const accountId of due) await sendDigest(deps, accountId)
  await store.forgetOldNotifications(deps.db, new Date(deps.now().getTime() - keptDays * 86_400_000))
  return due.length
}

async function sendDigest(deps: Pick<Deps, 'db' | 'now' | 'config' | 'outbox'>, accountId: string): Promise<void> {
  const { productName, publicUrl } = deps.config
  await deps.db.transaction().execute(async (tx) => {
    const account = await accountById(tx, accountId)
    const to = (await confirmedEmailsOf(tx, accountId)).find(({ isPrimary }) => isPrimary)
    const items = await store.takeDigestItems(tx, { accountId, at: deps.now() })
    if (!account || !to || items.length === 0) return
    const locale = localeOf(account.locale)
    const t = translator(locale)
    const subject = t('notify.digest.subject', { product: productName, count: items.length })
    await deps.outbox.queue(tx, {
      to: to.email,
      template: 'digest',
      locale,
      optional: true,
      content: {
        subject,
        fromName: productName,
        ...renderMail({
          t,
          locale,
          productName,
          heading: subject,
          paragraphs: [t('notify.digest.text')],
          items: items.slice(0, 100).map(({ words, path }) => ({ label: words, url: `${publicUrl}${path}` })),
          button: { label: t('notify.digest.button'), url: `${publicUrl}/notifications` },
          footer: t('notify.digest.why', { product: productName }),
        }),
      },
    })
    for (const { subjectKind, subjectId } of items)
      if (subjectKind && subjectId) await deps.outbox.listener(subjectKind)?.(tx, 'sent', subjectId)
  })
}
