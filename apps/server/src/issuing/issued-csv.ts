import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Translate } from '../platform/i18n/messages.ts'
import type { IssuingDeps } from './issuing-deps.ts'
import { exportIssued, type IssuedFilter } from './issued-store.ts'
import { credentialUrl } from '../signing/index.ts'
import { statusOf } from './validity.ts'
import { writeCsv } from '../platform/write-csv.ts'

/** Everything the filters show, as a file for a spreadsheet. The columns keep apart what are five things (PRODUCT 5.8). */
export async function issuedCsv(
  deps: Pick<IssuingDeps, 'db' | 'config'>,
  t: Translate,
  o: { organizationId: string; filter: IssuedFilter; now: Date },
): Promise<string> {
  const day = (date: Date | null) => date?.toISOString().slice(0, 10) ?? ''
  const rows: string[][] = [
    [
      t('issuing.field.name'),
      t('issuing.field.email'),
      t('issuing.field.reference'),
      t('issuing.badge.label'),
      t('issued.csv.version'),
      t('issued.when'),
      t('issuing.field.validUntil'),
      t('issued.csv.validity'),
      t('issued.csv.decision'),
      t('issued.visibility'),
      t('issued.notification'),
      t('person.label'),
      t('issued.csv.address'),
    ],
  ]
  for (let afterId: string | undefined; ; ) {
    const some = await exportIssued(deps.db, o.organizationId, o.filter, { now: o.now, afterId, limit: 2000 })
    for (const row of some)
      rows.push([
        row.recipientName,
        row.recipientEmail,
        row.recipientReference ?? '',
        row.badgeName,
        String(row.version),
        day(row.issuedAt),
        day(row.validUntil),
        row.lifecycle === 'intended' ? t('issued.status.signing') : statusOf(row, o.now),
        row.decision,
        row.visibility === 'public' ? t('chip.visibility.public') : t('issued.notPublic'),
        row.delivery,
        row.label,
        credentialUrl(deps.config, row.publicId),
      ])
    const last = some.at(-1)
    if (!last || some.length < 2000) break
    afterId = last.id
    await nextTurn()
  }
  return writeCsv(rows)
}
