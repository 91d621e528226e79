import { DomainError } from '../platform/errors.ts'
import { inOrganization } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
import type { EmailAddress } from '../platform/email-address.ts'
import { fileStore } from '../platform/files/file-store.ts'
import { once } from '../platform/http/idempotency.ts'
import { newId, newPublicId } from '../platform/ids.ts'
import { PdfRefused, type PdfRefusal, withPdf } from '../platform/pdf/pdf-reader.ts'
import type { PdfProblem, PdfSummary } from '../platform/pdf/pdf-tasks.ts'
import { recordAudit } from '../platform/audit.ts'
import { issueDocumentJob } from './jobs.ts'
import * as store from './store.ts'

export type DocumentRefusal =
  | PdfProblem
  | PdfRefusal
  | 'document.too-large'
  | 'document.suspended'
  | 'document.no-badge'
  | 'document.not-live'
export class DocumentRefused extends DomainError<DocumentRefusal> {
  override name = 'DocumentRefused'
}

export const largestPdf = 10 * 1024 * 1024

export interface DocumentRequest {
  organization: { id: string; state: 'active' | 'held' | 'suspended' }
  kind: store.DocumentKind
  title: string
  /** `2026-03-04` */
  documentDate: string
  recipient: { name: string; email: EmailAddress }
  /** The number printed on a badge of the same person. */
  badgeLabel?: string | undefined
  notify: boolean
  bytes: Uint8Array
  createdBy: string
  /** A live document that this one takes the place of. */
  replaces?: store.DocumentRow | undefined
  key: string
}

/**
 * Takes in a PDF for one person. It is signed, and the person told, when this has been written down for good: the intent
 * comes before the signature.
 *
 * @throws {DocumentRefused}
 */
export async function issueDocument(
  deps: Pick<Deps, 'config' | 'db' | 'jobs' | 'now'>,
  o: DocumentRequest,
): Promise<{ publicId: string }> {
  if (o.organization.state === 'suspended') throw new DocumentRefused('document.suspended')
  if (o.replaces && o.replaces.validity !== 'live') throw new DocumentRefused('document.not-live')
  const { pages } = await inspected(o.bytes)
  const file = await fileStore(deps.config).keep(o.bytes)
  return inOrganization(deps.db, o.organization.id, async (tx) => {
    const badge = o.badgeLabel
      ? await store.matchingBadge(tx, {
          organizationId: o.organization.id,
          label: o.badgeLabel,
          emailCanonical: o.recipient.email.canonical,
        })
      : undefined
    if (o.badgeLabel && !badge) throw new DocumentRefused('document.no-badge')
    const body = {
      file: file.hash,
      kind: o.kind,
      title: o.title,
      date: o.documentDate,
      to: o.recipient.email.canonical,
      name: o.recipient.name,
      replaces: o.replaces?.id ?? null,
    }
    return once(tx, { scope: `document:${o.organization.id}`, key: o.key, body, now: deps.now }, async () => {
      const id = newId()
      const publicId = newPublicId()
      const at = deps.now()
      await store.insertDocument(tx, {
        id,
        publicId,
        organizationId: o.organization.id,
        kind: o.kind,
        title: o.title,
        documentDate: o.documentDate,
        recipientName: o.recipient.name,
        recipientEmail: o.recipient.email.stored,
        recipientEmailCanonical: o.recipient.email.canonical,
        credentialId: badge?.id ?? o.replaces?.credentialId ?? null,
        originalHash: file.hash,
        originalSize: file.size,
        pages,
        notify: o.notify,
        createdAt: at,
        createdBy: o.createdBy,
      })
      if (o.replaces) {
        const marked = await store.setReplaces(tx, {
          organizationId: o.organization.id,
          oldId: o.replaces.id,
          newId: id,
        })
        if (!marked) throw new DocumentRefused('document.not-live')
      }
      await recordAudit(tx, {
        organizationId: o.organization.id,
        actor: { accountId: o.createdBy },
        action: o.replaces ? 'document.replaced' : 'document.issued',
        object: { kind: 'document', id },
        at,
      })
      await deps.jobs.enqueue(tx, issueDocumentJob, { documentId: id })
      return { publicId }
    })
  })
}

/** @throws {DocumentRefused} saying what is wrong with the file. */
async function inspected(bytes: Uint8Array): Promise<PdfSummary> {
  if (bytes.length > largestPdf) throw new DocumentRefused('document.too-large')
  try {
    const found = await withPdf(bytes, (reader) => reader.ask({ kind: 'inspect' }))
    if ('problem' in found) throw new DocumentRefused(found.problem)
    return found.summary
  } catch (error) {
    if (error instanceof PdfRefused) throw new DocumentRefused(error.code)
    throw error
  }
}
