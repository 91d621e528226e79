import { sql } from 'kysely'
import { momentInWords } from '../claiming/index.ts'
import type { Db, Tx } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
import { translator } from '../platform/i18n/messages.ts'
import { defineJob } from '../platform/jobs/jobs.ts'
import { mailLocale } from '../platform/mail/language.ts'
import { renderMail } from '../platform/mail/render.ts'
import { localeOf } from './people-mails.ts'

export const linksOpenedJob = defineJob<Record<string, never>>('settings.links-opened', {
  schedule: '*/10 * * * *',
  concurrency: 1,
})

/** A link that is opened all day is news once a day. */
const quietHours = 24
const perRun = 500

/**
 * Tells owners that their private links were opened, each link at most once a day, with the number of openings since the
 * last word. Who opened it is not known, so it is not said. Running twice tells once.
 */
export async function tellOfOpenedLinks(deps: Pick<Deps, 'db' | 'now' | 'config' | 'outbox'>): Promise<number> {
  const at = deps.now()
  const due = await openedLinks(deps.db, new Date(at.getTime() - quietHours * 3_600_000))
  for (const link of due)
    await deps.db.transaction().execute(async (tx) => {
      if (await markTold(tx, { linkId: link.id, told: link.told, opens: link.opens, at })) await queue(deps, tx, link)
    })
  return due.length
}

async function queue(deps: Pick<Deps, 'config' | 'outbox'>, tx: Tx, link: OpenedLink): Promise<void> {
  const { productName, publicUrl } = deps.config
  const locale = localeOf(link.locale)
  const t = translator(locale)
  const count = link.opens - link.told
  const subject = t('link.mail.subject', { name: link.name, count })
  await deps.outbox.queue(tx, {
    to: link.email,
    template: 'link-opened',
    locale,
    optional: true,
    path: '/shares',
    content: {
      subject,
      fromName: productName,
      ...renderMail({
        t,
        locale,
        productName,
        heading: subject,
        paragraphs: [
          t('link.mail.text', { what: link.what, count }),
          t('link.mail.last', { date: momentInWords(locale, link.lastOpenedAt) }),
        ],
        button: { label: t('link.mail.button'), url: `${publicUrl}/shares` },
        footer: t('link.mail.why', { product: productName }),
      }),
    },
  })
}

interface OpenedLink {
  id: string
  name: string
  what: string
  opens: number
  told: number
  lastOpenedAt: Date
  email: string
  locale: string
}

async function openedLinks(db: Db, toldBefore: Date): Promise<OpenedLink[]> {
  const { rows } = await sql<OpenedLink>`
    select s.id, s.name, s.opens, coalesce(n.told_opens, 0) as told, s.last_opened_at as "lastOpenedAt", e.email,
      ${mailLocale('a')} as locale,
      coalesce(d.title, l.name, c.snapshot->'achievement'->>'name', '') as what
    from share_links s
    join accounts a on a.id = s.account_id and a.closed_at is null
    join account_emails e on e.account_id = a.id and e.is_primary
    left join link_notices n on n.link_id = s.id
    left join credentials c on c.id = s.credential_id
    left join documents d on d.id = s.document_id
    left join collections l on l.id = s.collection_id
    where s.opens > coalesce(n.told_opens, 0) and s.last_opened_at is not null
      and (n.told_at is null or n.told_at <= ${toldBefore})
    order by s.last_opened_at
    limit ${perRun}`.execute(db)
  return rows
}

/** @returns whether nobody else told of these openings meanwhile. */
async function markTold(tx: Tx, o: { linkId: string; told: number; opens: number; at: Date }): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('linkNotices')
    .values({ linkId: o.linkId, toldOpens: o.opens, toldAt: o.at })
    .onConflict((conflict) =>
      conflict
        .column('linkId')
        .doUpdateSet({ toldOpens: o.opens, toldAt: o.at })
        .where('linkNotices.toldOpens', '=', o.told),
    )
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}
