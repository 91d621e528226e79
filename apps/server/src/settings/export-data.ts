import { Zip, ZipDeflate, ZipPassThrough } from 'fflate'
import { accountById, confirmedEmailsOf } from '../accounts/index.ts'
import { formatDate } from '../organizations/index.ts'
import { recordAudit } from '../platform/audit.ts'
import type { Deps } from '../platform/deps.ts'
import { fileStore } from '../platform/files/file-store.ts'
import { translator } from '../platform/i18n/messages.ts'
import { defineJob } from '../platform/jobs/jobs.ts'
import { renderMail } from '../platform/mail/render.ts'
import { countParts, type ExportDeps, type ExportEntry, exportEntries } from './export-entries.ts'
import * as store from './export-store.ts'
import { localeOf } from './people-mails.ts'

export const exportDays = 7
export const exportJob = defineJob<{ exportId: string }>('settings.export', {
  concurrency: 1,
  leaseS: 60,
  retryLimit: 8,
})
export const tidyExportsJob = defineJob<Record<string, never>>('settings.tidy-exports', {
  schedule: '37 * * * *',
  concurrency: 1,
})

/** Starts the making of an export, unless one is being made. @returns whether this call started one. */
export async function startExport(
  deps: Pick<Deps, 'db' | 'now' | 'jobs'>,
  { accountId }: { accountId: string },
): Promise<boolean> {
  return deps.db.transaction().execute(async (tx) => {
    const exportId = await store.insertExport(tx, { accountId, at: deps.now() })
    if (!exportId) return false
    await deps.jobs.enqueue(tx, exportJob, { exportId })
    await recordAudit(tx, { actor: { accountId }, action: 'export.requested', at: deps.now() })
    return true
  })
}

/**
 * Makes the archive and tells the person. It begins anew when the worker before was killed; the file gets its name from
 * its content and the row names it only when it is whole.
 */
export async function buildExport(deps: ExportDeps, { exportId }: { exportId: string }): Promise<void> {
  const row = await store.exportById(deps.db, exportId)
  if (!row || (row.state !== 'queued' && row.state !== 'building')) return
  const { accountId } = row
  const total = await countParts(deps.db, accountId)
  let done = 0
  await store.noteProgress(deps.db, { id: exportId, done, total })
  const step = async () => {
    done++
    await store.noteProgress(deps.db, { id: exportId, done: Math.min(done, total), total })
  }
  const files = fileStore(deps.config)
  const kept = await files.keep(zipped(exportEntries(deps, accountId, step)))
  const expiresAt = new Date(deps.now().getTime() + exportDays * 86_400_000)
  const isReady = await deps.db.transaction().execute(async (tx) => {
    const isMine = await store.markReady(tx, {
      id: exportId,
      fileHash: kept.hash,
      fileSize: kept.size,
      at: deps.now(),
      expiresAt,
    })
    const account = isMine ? await accountById(tx, accountId) : undefined
    const to = (await confirmedEmailsOf(tx, accountId)).find(({ isPrimary }) => isPrimary)
    if (!account || !to) return isMine
    const locale = localeOf(account.locale)
    const t = translator(locale)
    const product = deps.config.productName
    const subject = t('export.mail.subject', { product })
    await deps.outbox.queue(tx, {
      to: to.email,
      template: 'export-ready',
      locale,
      content: {
        subject,
        fromName: product,
        ...renderMail({
          t,
          locale,
          productName: product,
          heading: subject,
          paragraphs: [t('export.mail.text', { date: formatDate(locale, expiresAt) })],
          button: {
            label: t('export.mail.button'),
            url: `${deps.config.publicUrl}/settings/privacy-security/export`,
          },
          notes: [t('export.mail.notYou')],
          footer: t('export.mail.why', { product }),
        }),
      },
    })
    return true
  })
  // Another worker was faster; unless it made the very same file, this one belongs to nobody.
  if (!isReady && !(await store.isNamed(deps.db, kept.hash))) await files.remove(kept.hash)
}

/** The archive, made while it is read, so that it is never whole in memory. */
async function* zipped(entries: AsyncIterable<ExportEntry>): AsyncGenerator<Uint8Array> {
  const chunks: Uint8Array[] = []
  const zip = new Zip((error, chunk) => {
    if (error) throw error
    chunks.push(chunk)
  })
  for await (const { path, bytes, isCompressed } of entries) {
    const file = isCompressed ? new ZipPassThrough(path) : new ZipDeflate(path, { level: 6 })
    zip.add(file)
    file.push(typeof bytes === 'string' ? new TextEncoder().encode(bytes) : new Uint8Array(bytes), true)
    yield* chunks.splice(0)
  }
  zip.end()
  yield* chunks.splice(0)
}

/** Removes archives whose seven days are over. */
export async function tidyExports(deps: Pick<Deps, 'db' | 'now' | 'config'>): Promise<void> {
  const now = deps.now()
  for (const { id, fileHash } of await store.overExports(deps.db, now)) {
    if (fileHash) await fileStore(deps.config).remove(fileHash)
    await store.markGone(deps.db, id)
  }
  await store.failOldExports(deps.db, new Date(now.getTime() - 86_400_000))
}
