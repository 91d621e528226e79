import { Hono } from 'hono'
import { addBadgePart, addDashboardPart } from '../backpack/index.ts'
import type { Deps } from '../platform/deps.ts'
import type { Env } from '../platform/http/context.ts'
import { formFields } from '../platform/http/page.ts'
import { section } from '../platform/pages/components.ts'
import { documentClaimRoutes } from './claim-routes.ts'
import { consoleDocumentRoutes } from './console-routes.ts'
import { drawPages } from './draw-pages.ts'
import { dashboardDocuments, documentsTable } from './earner-pages.ts'
import { earnerDocumentRoutes } from './earner-routes.ts'
import { drawPagesJob, issueDocumentJob, recoverDocumentsJob } from './jobs.ts'
import { documentLinkRoutes } from './share-target.ts'
import { resultSection } from './pdf-result-page.ts'
import { recoverDocuments, signDocument } from './sign-document.ts'
import * as store from './store.ts'
import { verifyPdf } from './verify-pdf.ts'
import type { CheckedPdf } from '../verifying/index.ts'

export { documentEntry } from './claim-routes.ts'
export { DocumentRefused, issueDocument } from './issue-document.ts'
export { type PdfReport, verifyPdf } from './verify-pdf.ts'

/** For the checker of badges: what a PDF says as a file, as a section of its page. */
export async function checkPdf(deps: Pick<Deps, 'db' | 'now'>, bytes: Uint8Array): Promise<CheckedPdf> {
  const report = await verifyPdf(deps, bytes)
  return {
    report,
    section(c, { isAlone }) {
      const t = c.get('t')
      const shown = resultSection({ t, locale: c.get('locale') }, report, { id: 'pdf-verdict', takesFocus: isAlone })
      return isAlone ? shown : section({ heading: t('documents.check.heading'), body: shown })
    },
  }
}

/** Documents that wait for an address stay with the account when the address leaves it. */
export const keepDocumentsOfAddress = store.keepDocumentsOfAddress

/** Digital parchments: issued by institutions, held by people, shown to whom they choose. */
export function documentsRoutes(deps: Deps): Hono<Env> {
  const reading = (c: Parameters<Parameters<typeof addDashboardPart>[1]>[0]) => ({
    t: c.get('t'),
    locale: c.get('locale'),
    fields: () => formFields(c, deps),
  })
  for (const which of ['waiting', 'recent'] as const)
    addDashboardPart(
      `documents-${which}`,
      async (c, accountId) =>
        dashboardDocuments(reading(c), await store.documentsOfAccount(deps.db, accountId).limit(50).execute(), which),
      { isWaiting: which === 'waiting' },
    )
  addBadgePart('documents', async (c, accountId, credentialId) => {
    const rows = await store.documentsBesideBadge(deps.db, { accountId, credentialId })
    const heading = c.get('t')('documents.besideBadge')
    return rows.length === 0 ? null : section({ heading, body: documentsTable(reading(c), rows, heading) })
  })
  const routes = new Hono<Env>()
  routes.route('/', documentClaimRoutes(deps))
  routes.route('/', earnerDocumentRoutes(deps))
  routes.route('/', documentLinkRoutes(deps))
  routes.route('/', consoleDocumentRoutes(deps))
  return routes
}

/** What documents do later. Called once per process, before the queue starts. */
export function registerDocumentJobs(deps: Deps): void {
  deps.jobs.handle(issueDocumentJob, ({ documentId }) => signDocument(deps, documentId))
  deps.jobs.handle(drawPagesJob, ({ documentId }) => drawPages(deps, documentId))
  deps.jobs.handle(recoverDocumentsJob, () => recoverDocuments(deps))
  deps.outbox.onOutcome('document', async (tx, outcome, documentId) => {
    const document = await store.setDelivery(tx, documentId, outcome)
    if (!document) return
    await store.recordDocumentEvent(tx, {
      organizationId: document.organizationId,
      documentId,
      kind: outcome === 'sent' ? 'notified' : 'not-notified',
      at: deps.now(),
    })
  })
}
