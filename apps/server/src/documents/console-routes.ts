import { Hono } from 'hono'
import { z } from 'zod'
import { requireRecentProof } from '../accounts/index.ts'
import { addConsoleSection, consolePage, inConsole, may, requirePermission } from '../organizations/index.ts'
import type { Deps } from '../platform/deps.ts'
import { parseEmailAddress } from '../platform/email-address.ts'
import { HttpError } from '../platform/errors.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { line, optionalLine, readForm, tick } from '../platform/http/forms.ts'
import { flash, formFields, readIdempotencyKey } from '../platform/http/page.ts'
import { isPublicId } from '../platform/ids.ts'
import type { MessageKey } from '../platform/i18n/messages.ts'
import type { FieldError } from '../platform/pages/components.ts'
import {
  type ConsoleReading,
  documentForm,
  documentList,
  documentsPerPage,
  issuedDocument,
  withdrawalForm,
} from './console-pages.ts'
import { sendPdf } from './earner-routes.ts'
import { type DocumentRefusal, DocumentRefused, issueDocument } from './issue-document.ts'
import * as store from './store.ts'
import { resendDocument, withdrawDocument } from './withdraw-document.ts'

const refusals: Record<DocumentRefusal, { field: string; message: MessageKey }> = {
  'pdf.not-pdf': { field: 'file', message: 'documents.error.notPdf' },
  'pdf.broken': { field: 'file', message: 'documents.error.broken' },
  'pdf.encrypted': { field: 'file', message: 'documents.error.encrypted' },
  'pdf.active': { field: 'file', message: 'documents.error.active' },
  'pdf.certified': { field: 'file', message: 'documents.error.certified' },
  'pdf.too-many-pages': { field: 'file', message: 'documents.error.tooManyPages' },
  'pdf.too-complex': { field: 'file', message: 'documents.error.tooComplex' },
  'pdf.busy': { field: 'file', message: 'documents.error.busy' },
  'document.too-large': { field: 'file', message: 'documents.error.tooLarge' },
  'document.suspended': { field: '', message: 'documents.error.suspended' },
  'document.no-badge': { field: 'badge', message: 'documents.error.noBadge' },
  'document.not-live': { field: '', message: 'documents.error.notLive' },
}

const aboutFile = {
  file: z.instanceof(File, { message: 'documents.error.file' }),
  title: line(200, { missing: 'documents.error.title', tooLong: 'documents.error.titleLong' }),
  kind: z.enum(store.documentKinds, 'documents.error.kind'),
  date: z.iso.date('documents.error.date'),
  notify: tick,
}
const newDocument = z.object({
  ...aboutFile,
  name: line(200, { missing: 'documents.error.name', tooLong: 'documents.error.nameLong' }),
  email: z.string({ message: 'documents.error.email' }).transform((typed, context) => {
    const address = parseEmailAddress(typed)
    if (address) return address
    context.addIssue({ code: 'custom', message: 'documents.error.email' })
    return z.NEVER
  }),
  badge: optionalLine(40, 'documents.error.noBadge'),
})
const replacement = z.object(aboutFile)
const withdrawal = z.object({
  reason: line(500, { missing: 'documents.error.reason', tooLong: 'documents.error.reasonLong' }),
  note: optionalLine(500, 'documents.error.reasonLong'),
  notify: tick,
})

/** What an organization's team does with the documents it sends. */
export function consoleDocumentRoutes(deps: Deps): Hono<Env> {
  const routes = new Hono<Env>()
  addConsoleSection({ path: 'documents', label: 'documents.heading', permission: 'read', order: 45 })
  const read = requirePermission(deps, 'read')
  const issue = requirePermission(deps, 'issue')
  const proof = requireRecentProof(deps)

  routes.get('/console/:org/documents', read, async (c) => {
    const { organization } = inConsole(c)
    const t = c.get('t')
    const page = Math.min(10_000, Math.max(1, Number.parseInt(c.req.query('page') ?? '1', 10) || 1))
    const rows = await store.documentsOf(deps.db, organization.id, {
      limit: documentsPerPage + 1,
      offset: (page - 1) * documentsPerPage,
    })
    return consolePage(c, deps, {
      title: t('documents.heading'),
      lead: t('documents.console.lead'),
      body: documentList(reading(c), {
        rows: rows.slice(0, documentsPerPage),
        page,
        pages: page + (rows.length > documentsPerPage ? 1 : 0),
      }),
    })
  })

  routes.get('/console/:org/documents/new', issue, (c) => form(c))

  routes.post('/console/:org/documents/new', issue, async (c) => {
    const given = await readForm(c, newDocument)
    if (!given.ok) return form(c, { typed: given.typed, errors: worded(c, given.errors) })
    const { file, title, kind, date, notify, name, email, badge } = given.data
    return issued(c, given.typed, async () =>
      issueDocument(deps, {
        organization: inConsole(c).organization,
        kind,
        title,
        documentDate: date,
        recipient: { name, email },
        badgeLabel: badge,
        notify,
        bytes: new Uint8Array(await file.arrayBuffer()),
        createdBy: inConsole(c).viewer.accountId,
        key: await readIdempotencyKey(c),
      }),
    )
  })

  routes.get('/console/:org/documents/:id', issue, async (c) => {
    const document = await ofOrganization(c)
    // With whom the person shares it is the person's own business.
    const events = (await store.documentEvents(deps.db, document.id)).filter(({ kind }) => kind !== 'shared')
    return consolePage(c, deps, {
      title: document.title,
      body: issuedDocument(reading(c), { document, events: events.reverse() }),
    })
  })

  routes.get('/console/:org/documents/:id/document.pdf', issue, async (c) =>
    // The issuer may read again what it has withdrawn.
    sendPdf(c, deps, { ...(await ofOrganization(c)), validity: 'live' }),
  )

  routes.post('/console/:org/documents/:id/resend', issue, async (c) => {
    const document = await live(c)
    await readForm(c, z.object({}))
    const waitS = await resendDocument(deps, document)
    if (waitS > 0) throw new HttpError(429, 'The document was sent several times already', { retryAfterS: waitS })
    flash(c, deps, { kind: 'success', message: c.get('t')('documents.resent', { email: document.recipientEmail }) })
    return c.redirect(pathOf(c, document), 303)
  })

  routes.get('/console/:org/documents/:id/replace', issue, async (c) => form(c, { replaces: await live(c) }))

  routes.post('/console/:org/documents/:id/replace', issue, async (c) => {
    const replaces = await ofOrganization(c)
    const given = await readForm(c, replacement)
    if (!given.ok) return form(c, { typed: given.typed, errors: worded(c, given.errors), replaces })
    const { file, title, kind, date, notify } = given.data
    const email = parseEmailAddress(replaces.recipientEmail)
    if (!email) throw new Error(`The address of the document ${replaces.id} is none`)
    return issued(
      c,
      given.typed,
      async () =>
        issueDocument(deps, {
          organization: inConsole(c).organization,
          kind,
          title,
          documentDate: date,
          recipient: { name: replaces.recipientName, email },
          notify,
          bytes: new Uint8Array(await file.arrayBuffer()),
          createdBy: inConsole(c).viewer.accountId,
          replaces,
          key: await readIdempotencyKey(c),
        }),
      replaces,
    )
  })

  routes.get('/console/:org/documents/:id/withdraw', issue, proof, async (c) => withdrawing(c, await live(c)))

  routes.post('/console/:org/documents/:id/withdraw', issue, proof, async (c) => {
    const document = await live(c)
    const given = await readForm(c, withdrawal)
    if (!given.ok) return withdrawing(c, document, { typed: given.typed, errors: worded(c, given.errors) })
    try {
      await withdrawDocument(deps, {
        document,
        publicText: given.data.reason,
        note: given.data.note ?? '',
        notify: given.data.notify,
        actorAccountId: inConsole(c).viewer.accountId,
      })
    } catch (error) {
      // Two clicks at once: the other one has done it.
      if (!(error instanceof DocumentRefused)) throw error
    }
    flash(c, deps, {
      kind: 'success',
      message: c.get('t')('documents.withdraw.done', { title: document.title, name: document.recipientName }),
    })
    return c.redirect(pathOf(c, document), 303)
  })

  async function issued(
    c: Ctx,
    typed: Record<string, string>,
    work: () => Promise<{ publicId: string }>,
    replaces?: store.DocumentRow,
  ): Promise<Response> {
    try {
      const { publicId } = await work()
      flash(c, deps, { kind: 'success', message: c.get('t')('documents.issue.done') })
      return c.redirect(pathOf(c, { publicId }), 303)
    } catch (error) {
      if (!(error instanceof DocumentRefused)) throw error
      const { field, message } = refusals[error.code]
      return form(c, { typed, errors: [{ field, message: c.get('t')(message) }], replaces })
    }
  }

  function form(
    c: Ctx,
    o: {
      typed?: Record<string, string>
      errors?: readonly FieldError[]
      replaces?: store.DocumentRow | undefined
    } = {},
  ): Promise<Response> {
    const t = c.get('t')
    const errors = o.errors ?? []
    return consolePage(c, deps, {
      title: o.replaces ? t('documents.replace.title', { title: o.replaces.title }) : t('documents.issue'),
      width: 'form',
      ...(errors.length > 0 ? { error: true } : {}),
      body: documentForm(reading(c), {
        typed: o.typed ?? {},
        errors,
        replaces: o.replaces,
        today: deps.now().toISOString().slice(0, 10),
      }),
    })
  }

  function withdrawing(
    c: Ctx,
    document: store.DocumentRow,
    o: { typed: Record<string, string>; errors: readonly FieldError[] } = { typed: {}, errors: [] },
  ): Promise<Response> {
    return consolePage(c, deps, {
      title: c.get('t')('documents.withdraw.title', { title: document.title }),
      width: 'form',
      ...(o.errors.length > 0 ? { error: true } : {}),
      body: withdrawalForm(reading(c), { document, ...o }),
    })
  }

  function reading(c: Ctx): ConsoleReading {
    const { base, role } = inConsole(c)
    return {
      t: c.get('t'),
      locale: c.get('locale'),
      path: `${base}/documents`,
      mayIssue: may(role, 'issue'),
      fields: () => formFields(c, deps),
    }
  }

  function pathOf(c: Ctx, { publicId }: { publicId: string }): string {
    return `${inConsole(c).base}/documents/${publicId}`
  }

  /** The document in the address, when it is this organization's. */
  async function ofOrganization(c: Ctx): Promise<store.DocumentRow> {
    const publicId = c.req.param('id') ?? ''
    const document = isPublicId(publicId)
      ? await store.documentOf(deps.db, inConsole(c).organization.id, publicId)
      : undefined
    if (!document) throw new HttpError(404, 'There is no such document')
    return document
  }

  async function live(c: Ctx): Promise<store.DocumentRow> {
    const document = await ofOrganization(c)
    if (document.validity !== 'live' || document.state !== 'issued')
      throw new HttpError(409, 'The document is not one that can be changed')
    return document
  }

  return routes
}

function worded(
  c: Ctx,
  errors: readonly { field: string; message: MessageKey; values?: Record<string, string | number> }[],
) {
  const t = c.get('t')
  return errors.map(({ field, message, values }) => ({ field, message: t(message, values) }))
}
