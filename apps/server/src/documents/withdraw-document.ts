import { inOrganization } from '../platform/database/database.ts'
import { recordAudit } from '../platform/audit.ts'
import type { Deps } from '../platform/deps.ts'
import { throttle } from '../platform/http/throttle.ts'
import { DocumentRefused } from './issue-document.ts'
import { sendDocumentMail } from './mail.ts'
import * as store from './store.ts'

/**
 * Takes a document back for good. Its owner and everybody who checks the file read the public words.
 *
 * @throws {DocumentRefused} when it was withdrawn or replaced before.
 */
export async function withdrawDocument(
  deps: Pick<Deps, 'config' | 'db' | 'now' | 'outbox'>,
  o: { document: store.DocumentRow; publicText: string; note: string; notify: boolean; actorAccountId: string },
): Promise<void> {
  const { organizationId, id } = o.document
  await inOrganization(deps.db, organizationId, async (tx) => {
    const at = deps.now()
    const changed = await store.endValidity(tx, {
      organizationId,
      id,
      validity: 'withdrawn',
      withdrawal: { publicText: o.publicText, note: o.note },
      replacedBy: null,
      at,
    })
    if (!changed) throw new DocumentRefused('document.not-live')
    await store.endClaims(tx, id, at)
    await store.recordDocumentEvent(tx, {
      organizationId,
      documentId: id,
      kind: 'withdrawn',
      actorAccountId: o.actorAccountId,
      at,
    })
    await recordAudit(tx, {
      organizationId,
      actor: { accountId: o.actorAccountId },
      action: 'document.withdrawn',
      object: { kind: 'document', id },
      at,
    })
    if (o.notify) await sendDocumentMail(deps, tx, { documentId: id, kind: 'withdrawn' })
  })
}

/** A new link to the address the document was sent to; links of before end. @returns seconds to wait, or 0. */
export async function resendDocument(
  deps: Pick<Deps, 'config' | 'db' | 'now' | 'outbox' | 'secrets'>,
  document: Pick<store.DocumentRow, 'id' | 'organizationId'>,
): Promise<number> {
  const waitS = await throttle(deps, { purpose: 'document-link', subject: document.id, limit: 3, windowS: 3600 })
  if (waitS > 0) return waitS
  await inOrganization(deps.db, document.organizationId, async (tx) => {
    await store.endClaims(tx, document.id, deps.now())
    await sendDocumentMail(deps, tx, { documentId: document.id, kind: 'fresh' })
  })
  return 0
}
