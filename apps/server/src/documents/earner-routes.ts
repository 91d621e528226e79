import { Hono } from 'hono'
import { requireSignedIn, signedIn } from '../accounts/index.ts'
import type { Deps } from '../platform/deps.ts'
import { HttpError } from '../platform/errors.ts'
import { fileStore } from '../platform/files/file-store.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { readForm } from '../platform/http/forms.ts'
import { html } from '../platform/http/html.ts'
import { flash, formFields, page, readIdempotencyKey } from '../platform/http/page.ts'
import { isPublicId } from '../platform/ids.ts'
import { createShareLink, linkEnd, linkPath, linksOf, newLinkFields } from '../sharing/index.ts'
import { decideDocument, isTaken } from './decide-document.ts'
import { documentPage, documentsPage } from './earner-pages.ts'
import { readQuery } from './filter-documents.ts'
import { documentFileName } from './parts.ts'
import { resultSection } from './pdf-result-page.ts'
import { shareDocumentPage } from './share-page.ts'
import * as store from './store.ts'
import { verifyPdf } from './verify-pdf.ts'

/** What a person does with the documents that institutions sent them. */
export function earnerDocumentRoutes(deps: Deps): Hono<Env> {
  const routes = new Hono<Env>()

  routes.get('/documents', requireSignedIn, async (c) => {
    const t = c.get('t')
    const rows = await store.documentsOfAccount(deps.db, signedIn(c).accountId).execute()
    return page(c, deps, {
      section: 'earner',
      title: t('documents.heading'),
      body: documentsPage(reading(c), { rows, query: readQuery(new URL(c.req.url).searchParams) }),
    })
  })

  routes.get('/documents/:id', requireSignedIn, async (c) => {
    const document = await own(c)
    const [pages, events] = await Promise.all([
      store.pagesOf(deps.db, document.id),
      store.documentEvents(deps.db, document.id),
    ])
    return page(c, deps, {
      section: 'earner',
      title: document.title,
      heading: html`<span class="serif">${document.title}</span>`,
      body: documentPage({
        ...reading(c),
        document,
        asOwner: true,
        path: `/documents/${document.publicId}`,
        pages,
        allowsDownload: document.validity !== 'withdrawn',
        verifyHref: `/documents/${document.publicId}/check`,
        events: events.reverse(),
      }),
    })
  })

  routes.get('/documents/:id/document.pdf', requireSignedIn, async (c) => sendPdf(c, deps, await own(c)))

  routes.get('/documents/:id/pages/:page{[1-9][0-9]{0,2}\\.webp}', requireSignedIn, async (c) =>
    sendPage(c, deps, await own(c), Number.parseInt(c.req.param('page'), 10)),
  )

  routes.get('/documents/:id/check', requireSignedIn, async (c) => {
    const document = await own(c)
    const bytes = document.fileHash ? await fileStore(deps.config).read(document.fileHash) : undefined
    if (!bytes) throw new HttpError(404, 'There is no such file')
    const t = c.get('t')
    return page(c, deps, {
      section: 'earner',
      title: t('documents.check.title'),
      width: 'text',
      body: resultSection({ t, locale: c.get('locale') }, await verifyPdf(deps, bytes), {
        back: { href: `/documents/${document.publicId}`, label: document.title },
      }),
    })
  })

  for (const decision of ['accept', 'decline'] as const)
    routes.post(`/documents/:id/${decision}`, requireSignedIn, async (c) => {
      const document = await own(c)
      const { accountId } = signedIn(c)
      const changed = await decideDocument(deps, {
        publicId: document.publicId,
        accountId,
        decision: decision === 'accept' ? 'accepted' : 'rejected',
      })
      const t = c.get('t')
      const path = `/documents/${document.publicId}`
      if (changed)
        flash(c, deps, {
          kind: 'success',
          message: t(decision === 'accept' ? 'documents.accepted' : 'documents.declined', { title: document.title }),
          ...(decision === 'decline' ? { undo: { action: `${path}/accept` } } : {}),
        })
      return c.redirect(decision === 'accept' ? path : '/documents', 303)
    })

  routes.get('/documents/:id/share', requireSignedIn, async (c) => share(c, await shareable(c)))

  routes.post('/documents/:id/share', requireSignedIn, async (c) => {
    const document = await shareable(c)
    const form = await readForm(c, newLinkFields)
    const end = form.ok ? linkEnd(form.data, deps.now()) : undefined
    if (!form.ok) return share(c, document, form)
    if (!end) return share(c, document, { typed: form.typed, errors: [{ field: 'date', message: 'link.error.date' }] })
    const { pin, isNew } = await createShareLink(deps, {
      accountId: signedIn(c).accountId,
      target: { kind: 'document', documentId: document.id },
      name: form.data.name,
      end,
      wantsPin: form.data.pin,
      allowsDownload: form.data.download,
      idempotencyKey: await readIdempotencyKey(c),
    })
    if (isNew)
      await store.recordDocumentEvent(deps.db, {
        organizationId: document.organizationId,
        documentId: document.id,
        kind: 'shared',
        actorAccountId: signedIn(c).accountId,
        at: deps.now(),
      })
    const t = c.get('t')
    flash(c, deps, {
      kind: 'success',
      message:
        pin === undefined
          ? t('link.made', { name: form.data.name })
          : t('link.made.pin', { name: form.data.name, pin }),
    })
    return c.redirect(`/documents/${document.publicId}/share`, 303)
  })

  function reading(c: Ctx) {
    return { t: c.get('t'), locale: c.get('locale'), fields: () => formFields(c, deps) }
  }

  /** This person's document, or one that waits for an address of theirs; everything else is the same 404. */
  async function own(c: Ctx): Promise<store.DocumentRow> {
    const publicId = c.req.param('id') ?? ''
    const document = isPublicId(publicId)
      ? await store.ownDocument(deps.db, { publicId, accountId: signedIn(c).accountId })
      : undefined
    if (!document) throw new HttpError(404, 'There is no such document')
    return document
  }

  async function shareable(c: Ctx): Promise<store.DocumentRow> {
    const document = await own(c)
    if (!isTaken(document) || document.validity !== 'live') throw new HttpError(409, 'This document cannot be shared')
    return document
  }

  async function share(
    c: Ctx,
    document: store.DocumentRow,
    o: { typed: Record<string, string>; errors: Parameters<typeof shareDocumentPage>[1]['errors'] } = {
      typed: {},
      errors: [],
    },
  ): Promise<Response> {
    const links = await linksOf(deps.db, {
      accountId: signedIn(c).accountId,
      now: deps.now(),
      documentId: document.id,
    })
    const t = c.get('t')
    return page(c, deps, {
      section: 'earner',
      title: t('documents.share.title', { title: document.title }),
      lead: t('documents.share.lead'),
      ...(o.errors.length > 0 ? { error: true } : {}),
      body: shareDocumentPage(
        {
          t,
          locale: c.get('locale'),
          publicUrl: deps.config.publicUrl,
          links: links.map((link) => ({ ...link, path: linkPath(deps, link) })),
          fields: () => formFields(c, deps),
          returnTo: `/documents/${document.publicId}/share`,
        },
        { ...o, document },
      ),
    })
  }

  return routes
}

/** The signed file, as a download: a file is never a page of ours (SECURITY S37). A withdrawn one is not handed out. */
export async function sendPdf(
  c: Ctx,
  deps: Pick<Deps, 'config'>,
  document: Pick<store.DocumentRow, 'fileHash' | 'validity' | 'title' | 'publicId'>,
): Promise<Response> {
  if (document.validity === 'withdrawn') throw new HttpError(410, 'The document was withdrawn')
  const bytes = document.fileHash ? await fileStore(deps.config).read(document.fileHash) : undefined
  if (!bytes) throw new HttpError(404, 'There is no such file')
  c.header('content-type', 'application/pdf')
  c.header('content-disposition', `attachment; filename="${documentFileName(document)}"`)
  c.header('content-security-policy', "sandbox; default-src 'none'")
  c.header('cache-control', 'no-store')
  return c.body(new Uint8Array(bytes))
}

/** The picture of a page, made by ourselves. */
export async function sendPage(
  c: Ctx,
  deps: Pick<Deps, 'config' | 'db'>,
  document: Pick<store.DocumentRow, 'id' | 'validity'>,
  number: number,
): Promise<Response> {
  const found =
    document.validity === 'withdrawn'
      ? undefined
      : (await store.pagesOf(deps.db, document.id)).find((page) => page.number === number)
  const bytes = found && (await fileStore(deps.config).read(found.pictureHash))
  if (!bytes) throw new HttpError(404, 'There is no such page')
  c.header('content-type', 'image/webp')
  c.header('content-security-policy', "sandbox; default-src 'none'")
  c.header('cache-control', 'private, no-cache')
  return c.body(new Uint8Array(bytes))
}
