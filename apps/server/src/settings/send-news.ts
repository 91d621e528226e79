import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { recordAudit } from '../platform/audit.ts'
import type { Db } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
import { DomainError } from '../platform/errors.ts'
import { type Locale, locales, translator } from '../platform/i18n/messages.ts'
import { mailLocale } from '../platform/mail/language.ts'
import { renderMail } from '../platform/mail/render.ts'
import { localeOf } from './people-mails.ts'

export interface NewsText {
  subject: string
  paragraphs: string[]
  button?: { label: string; url: string }
}

export type NewsRefusal = 'news.empty' | 'news.sent-before'
export class NewsRefused extends DomainError<NewsRefusal> {
  override name = 'NewsRefused'
}

/**
 * Reads a file of news: `# Subject`, then paragraphs with an empty line between them, and at most one line
 * `button: Words | https://…`.
 *
 * @throws {NewsRefused} `news.empty` without a subject or without words
 */
export function readNews(text: string): NewsText {
  const [first = '', ...rest] = text.replaceAll('\r\n', '\n').trim().split('\n')
  const subject = /^# (.+)$/.exec(first)?.[1]?.trim()
  const [, label, url] = /^button: (.+) \| (https:\/\/\S+)$/m.exec(text) ?? []
  const paragraphs = rest
    .filter((line) => !line.startsWith('button: '))
    .join('\n')
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.replace(/\s+/g, ' ').trim())
    .filter((paragraph) => paragraph !== '')
  if (!subject || paragraphs.length === 0) throw new NewsRefused('news.empty')
  return { subject, paragraphs, ...(label && url ? { button: { label, url } } : {}) }
}

/**
 * Mails news to everybody whose consent to news holds, in the language of their mail. All are queued in one transaction,
 * so that a run that was cut off sent nothing, and the same words are never sent twice.
 *
 * @returns to how many.
 * @throws {NewsRefused} `news.sent-before`
 */
export async function sendNews(
  deps: Pick<Deps, 'db' | 'now' | 'config' | 'outbox'>,
  texts: Record<Locale, NewsText>,
): Promise<number> {
  const hash = createHash('sha256').update(JSON.stringify(texts)).digest('hex')
  const { productName } = deps.config
  const contents = Object.fromEntries(
    locales.map((locale) => {
      const t = translator(locale)
      const { subject, paragraphs, button } = texts[locale]
      const words = {
        t,
        locale,
        productName,
        heading: subject,
        paragraphs,
        footer: t('news.why', { product: productName }),
        inOtherLanguages: false as const,
      }
      return [locale, { subject, fromName: productName, ...renderMail(button ? { ...words, button } : words) }]
    }),
  )
  return deps.db.transaction().execute(async (tx) => {
    // Two operators at once take turns.
    await sql`select pg_advisory_xact_lock(hashtext('settings.news'))`.execute(tx)
    const before = await tx
      .selectFrom('auditEvents')
      .select('id')
      .where('action', '=', 'news.sent')
      .where('objectId', '=', hash)
      .executeTakeFirst()
    if (before) throw new NewsRefused('news.sent-before')
    const readers = await readersOfNews(tx)
    for (const { email, locale } of readers) {
      const language = localeOf(locale)
      const content = contents[language]
      if (!content) throw new Error(`There is no text in ${language}`)
      await deps.outbox.queue(tx, {
        to: email,
        template: 'news',
        locale: language,
        optional: true,
        path: '/notifications',
        content,
      })
    }
    await recordAudit(tx, {
      actor: 'system',
      action: 'news.sent',
      object: { kind: 'news', id: hash },
      detail: { readers: readers.length },
      at: deps.now(),
    })
    return readers.length
  })
}

async function readersOfNews(db: Db): Promise<{ email: string; locale: string }[]> {
  return db
    .selectFrom('accounts as a')
    .innerJoin('accountEmails as e', (join) => join.onRef('e.accountId', '=', 'a.id').on('e.isPrimary', '=', true))
    .select(['e.email', mailLocale('a').as('locale')])
    .where('a.closedAt', 'is', null)
    .where('a.mergedInto', 'is', null)
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('consents as n')
          .select('n.id')
          .whereRef('n.accountId', '=', 'a.id')
          .where('n.purpose', '=', 'news')
          .where('n.withdrawnAt', 'is', null),
      ),
    )
    .orderBy('a.id')
    .execute()
}
