import { accountByEmail } from '../accounts/index.ts'
import { contentIn } from '../achievements/index.ts'
import type { Deps } from '../platform/deps.ts'
import { defineJob } from '../platform/jobs/jobs.ts'
import { type Locale, locales, translator } from '../platform/i18n/messages.ts'
import { renderMail } from '../platform/mail/render.ts'
import { createClaim } from './create-claim.ts'
import { heldCredentialById } from './credential.ts'
import { dayInWords } from './dates.ts'
import * as reminders from './reminder-store.ts'
import { unsubscribePaths } from './unsubscribe.ts'

/** Badges that are looked up at a time. */
const perRun = 500

export const remindJob = defineJob<Record<string, never>>('claiming.remind', { schedule: '23 * * * *', concurrency: 1 })

type RemindDeps = Pick<Deps, 'db' | 'now' | 'config' | 'outbox' | 'secrets'>

export function registerClaimingJobs(deps: Deps): void {
  deps.jobs.handle(remindJob, async () => {
    await remindOfWaiting(deps)
    await tellOfEnding(deps)
  })
}

/**
 * Mentions badges that nobody has answered, on the days that their issuer has chosen (at first the third, tenth and
 * thirtieth). After an outage a person gets one message, not the three that were missed. Running twice sends nothing twice.
 */
export async function remindOfWaiting(deps: RemindDeps, together = perRun): Promise<number> {
  let count = 0
  for (;;) {
    const due = await reminders.dueReminders(deps.db, { now: deps.now(), limit: together })
    let marked = 0
    for (const { id, sent, due: reached } of due)
      await deps.db.transaction().execute(async (tx) => {
        const change = { credentialId: id, from: sent, to: Number(reached), at: deps.now() }
        if (!(await reminders.markReminded(tx, change))) return
        marked++
        await queueReminder(deps, tx, id)
      })
    count += marked
    // The list of one large batch falls due on the same day; all of it goes out with this run.
    if (due.length < together || marked === 0) return count
  }
}

async function queueReminder(
  deps: RemindDeps,
  tx: Parameters<typeof createClaim>[0],
  credentialId: string,
): Promise<void> {
  const credential = await heldCredentialById(tx, credentialId)
  if (!credential) return
  const claim = await createClaim(tx, deps, credentialId)
  const owner = await accountByEmail(tx, credential.recipientEmailCanonical)
  const locale = localeOf(owner?.locale, credential.snapshot.achievement.language)
  const t = translator(locale)
  const badge = contentIn(credential.snapshot.achievement, locale).name
  const issuer = credential.snapshot.issuer.name
  const url = `${deps.config.publicUrl}/claim/${claim.token}`
  const stop = unsubscribePaths(deps, credentialId)
  await deps.outbox.queue(tx, {
    to: credential.recipientEmail,
    template: 'badge-reminder',
    locale,
    organizationId: credential.organizationId,
    optional: true,
    content: {
      subject: t('claim.reminder.subject', { badge }),
      fromName: t('claim.mail.from', { issuer, product: deps.config.productName }),
      ...(credential.issuerContact ? { replyTo: credential.issuerContact } : {}),
      unsubscribePath: stop.oneClick,
      ...renderMail({
        t,
        locale,
        productName: deps.config.productName,
        heading: t('claim.reminder.subject', { badge }),
        paragraphs: [t('claim.reminder.text', { issuer, email: credential.recipientEmail })],
        button: { label: owner ? t('claim.mail.view') : t('claim.register'), url },
        notes: [t('claim.reminder.life', { date: dayInWords(locale, claim.expiresAt) })],
        links: [
          { label: t('claim.reminder.stop'), url: `${deps.config.publicUrl}${stop.page}` },
          { label: t('claim.notForMe'), url: `${url}/not-for-me` },
        ],
        footer: t('claim.mail.why', { email: credential.recipientEmail, issuer }),
      }),
    },
  })
}

/** Tells the owner that a badge ends, on the days before that its issuer has chosen (at first sixty and fourteen). */
export async function tellOfEnding(deps: RemindDeps, together = perRun): Promise<number> {
  let count = 0
  for (;;) {
    const due = await reminders.dueExpiryNotices(deps.db, { now: deps.now(), limit: together })
    const before = count
    for (const { id, days, email, locale } of due)
      await deps.db.transaction().execute(async (tx) => {
        if (!(await reminders.markExpiryNotice(tx, { credentialId: id, days, at: deps.now() }))) return
        count++
        const credential = await heldCredentialById(tx, id)
        if (!credential?.validUntil) return
        await queueEnding(deps, tx, { credential, validUntil: credential.validUntil, email, locale })
      })
    if (due.length < together || count === before) return count
  }
}

async function queueEnding(
  deps: RemindDeps,
  tx: Parameters<typeof createClaim>[0],
  o: {
    credential: NonNullable<Awaited<ReturnType<typeof heldCredentialById>>>
    validUntil: Date
    email: string
    locale: string
  },
): Promise<void> {
  const { credential } = o
  const locale = localeOf(o.locale, credential.snapshot.achievement.language)
  const t = translator(locale)
  const badge = contentIn(credential.snapshot.achievement, locale).name
  const issuer = credential.snapshot.issuer.name
  const date = dayInWords(locale, o.validUntil)
  const stop = unsubscribePaths(deps, credential.id)
  await deps.outbox.queue(tx, {
    to: o.email,
    template: 'badge-expires',
    locale,
    organizationId: credential.organizationId,
    optional: true,
    content: {
      subject: t('claim.ending.subject', { badge, date }),
      fromName: t('claim.mail.from', { issuer, product: deps.config.productName }),
      ...(credential.issuerContact ? { replyTo: credential.issuerContact } : {}),
      unsubscribePath: stop.oneClick,
      ...renderMail({
        t,
        locale,
        productName: deps.config.productName,
        heading: t('claim.ending.subject', { badge, date }),
        paragraphs: [t('claim.ending.text'), t('claim.ending.renew', { issuer })],
        button: { label: t('claim.viewBadge'), url: `${deps.config.publicUrl}/badges/${credential.publicId}` },
        links: [{ label: t('claim.reminder.stop'), url: `${deps.config.publicUrl}${stop.page}` }],
        footer: t('claim.ending.why', { issuer }),
      }),
    },
  })
}

function localeOf(wanted: string | undefined, other: Locale): Locale {
  return locales.find((known) => known === wanted) ?? other
}
