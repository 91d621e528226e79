import { Hono } from 'hono'
import type { Db } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
import { HttpError } from '../platform/errors.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { fileStore } from '../platform/files/file-store.ts'
import { formFields, page } from '../platform/http/page.ts'
import { addLinkTarget, type FoundLink, openedLink } from '../sharing/index.ts'
import { isTaken } from './decide-document.ts'
import { documentPage } from './earner-pages.ts'
import { sendPage, sendPdf } from './earner-routes.ts'
import { resultSection } from './pdf-result-page.ts'
import * as store from './store.ts'
import { verifyPdf } from './verify-pdf.ts'

/** Documents behind the owner's private links: the viewer without anything that is the owner's alone. */
export function documentLinkRoutes(deps: Deps): Hono<Env> {
  const routes = new Hono<Env>()

  addLinkTarget('document', async (c, link, path) => {
    const document = await behind(deps.db, link)
    if (!document) return undefined
    return {
      title: document.title,
      body: documentPage({
        t: c.get('t'),
        locale: c.get('locale'),
        fields: () => formFields(c, deps),
        document,
        asOwner: false,
        path,
        pages: await store.pagesOf(deps.db, document.id),
        allowsDownload: link.allowsDownload && document.validity === 'live',
        verifyHref: `${path}/check-document`,
      }),
    }
  })

  routes.get('/s/:token/pages/:page{[1-9][0-9]{0,2}\\.webp}', async (c) =>
    sendPage(c, deps, (await opened(c)).document, Number.parseInt(c.req.param('page'), 10)),
  )

  routes.get('/s/:token/document.pdf', async (c) => {
    const { document, link } = await opened(c)
    // As on the page: what was replaced is not handed out as if it stood.
    if (!link.allowsDownload || document.validity !== 'live') throw new HttpError(404, 'There is no such file')
    return sendPdf(c, deps, document)
  })

  routes.get('/s/:token/check-document', async (c) => {
    const { document } = await opened(c)
    const bytes = document.fileHash ? await fileStore(deps.config).read(document.fileHash) : undefined
    if (!bytes) throw new HttpError(404, 'There is no such file')
    const t = c.get('t')
    return page(c, deps, {
      section: 'public',
      noindex: true,
      title: t('documents.check.title'),
      width: 'text',
      body: resultSection({ t, locale: c.get('locale') }, await verifyPdf(deps, bytes), {
        back: { href: `/s/${c.req.param('token')}`, label: document.title },
      }),
    })
  })

  async function opened(c: Ctx): Promise<{ document: store.DocumentRow; link: FoundLink }> {
    const link = await openedLink(deps, c, c.req.param('token') ?? '')
    const document = link && (await behind(deps.db, link))
    if (!link || !document) throw new HttpError(404, 'There is no such document')
    return { document, link }
  }

  return routes
}

/** The document, as long as the person who shares it still has it. */
async function behind(db: Db, link: FoundLink): Promise<store.DocumentRow | undefined> {
  const document = link.documentId ? await store.documentById(db, link.documentId) : undefined
  return document && isTaken(document) && document.accountId === link.accountId ? document : undefined
}
