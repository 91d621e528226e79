import { accountByEmail } from '../accounts/index.ts'
import { acceptsAutomatically } from '../claiming/index.ts'
import { inTransaction } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
import { fileStore } from '../platform/files/file-store.ts'
import { translator } from '../platform/i18n/messages.ts'
import { documentKey } from '../platform/pdf/document-key.ts'
import { completeSignature } from '../platform/pdf/pades.ts'
import { withPdf } from '../platform/pdf/pdf-reader.ts'
import { drawPagesJob } from './jobs.ts'
import { sendDocumentMail } from './mail.ts'
import * as store from './store.ts'

/** Signs a document that was taken in, and tells its person. Running twice signs once. */
export async function signDocument(
  deps: Pick<Deps, 'config' | 'db' | 'jobs' | 'now' | 'outbox' | 'secrets'>,
  documentId: string,
): Promise<void> {
  const document = await store.documentById(deps.db, documentId)
  if (!document || document.state !== 'intended') return
  const files = fileStore(deps.config)
  const original = await files.read(document.originalHash)
  if (!original) throw new Error(`The file of the document ${documentId} is missing`)
  const at = deps.now()
  const t = translator('en')
  // The key and the file of a stranger never meet in one process: there the field is prepared, here the digest is signed.
  const prepared = await withPdf(original, (reader) =>
    reader.ask({
      kind: 'prepare',
      nowMs: at.getTime(),
      reason: t('documents.signature.reason', { issuer: document.issuerName }),
      signerName: deps.config.productName,
    }),
  )
  const signed = completeSignature(original, prepared, await documentKey(deps))
  const file = await files.keep(signed)

  await inTransaction(deps.db, async (tx) => {
    if (!(await store.setIssued(tx, { id: documentId, fileHash: file.hash, fileSize: file.size, at }))) return
    const event = { organizationId: document.organizationId, documentId, at }
    await store.recordDocumentEvent(tx, { ...event, kind: 'issued' })
    const old = await store.replacedByThis(tx, documentId)
    if (old) {
      await store.endValidity(tx, {
        ...old,
        validity: 'replaced',
        withdrawal: null,
        replacedBy: documentId,
        at,
      })
      await store.recordDocumentEvent(tx, { ...event, documentId: old.id, kind: 'replaced' })
    }
    const owner = await accountByEmail(tx, document.recipientEmailCanonical)
    if (owner && (await acceptsAutomatically(tx, owner.id, document.organizationId))) {
      if (await store.takeAutomatically(tx, { id: documentId, accountId: owner.id, at }))
        await store.recordDocumentEvent(tx, { ...event, kind: 'accepted-automatically' })
    }
    if (document.notify) await sendDocumentMail(deps, tx, { documentId, kind: old ? 'replaced' : 'issued' })
    await deps.jobs.enqueue(tx, drawPagesJob, { documentId })
  })
}

/** Takes up what a crash left behind. */
export async function recoverDocuments(deps: Parameters<typeof signDocument>[0]): Promise<void> {
  const before = new Date(deps.now().getTime() - 2 * 60_000)
  for (const { id } of await store.intendedBefore(deps.db, before)) await signDocument(deps, id)
  // Here rather than when somebody looks: a page that is only read changes nothing. Later than a day after it was signed,
  // our reader has failed at the file for good, and the PDF itself is what there is to read.
  const since = new Date(deps.now().getTime() - 86_400_000)
  for (const { id } of await store.undrawn(deps.db, { since, before }))
    await deps.jobs.enqueue(deps.db, drawPagesJob, { documentId: id })
}
