import { Hono } from 'hono'
import type { Deps } from '../../platform/deps.ts'
import { HttpError } from '../../platform/errors.ts'
import type { Env } from '../../platform/http/context.ts'
import { flash } from '../../platform/http/page.ts'
import { mailboxPage, mailPage, mailTabs } from './pages.ts'
import { htmlForFrame, listMail, type ReadMail, readMail } from './read-mail.ts'

/** Scripts, forms and requests to other hosts are off: a mail is a stranger's page. */
const framePolicy =
  "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'self'; form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"

/** The mailbox of the demo. Mounted in demo mode only; in production `/dev/mail` is a 404 like any other. */
export function mailboxRoutes(deps: Pick<Deps, 'config' | 'secrets' | 'db'>): Hono<Env> {
  const routes = new Hono<Env>()
  if (deps.config.mode !== 'demo') return routes

  const found = async (id: string): Promise<ReadMail> => {
    const mail = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id) ? await readMail(deps.db, id) : undefined
    if (!mail) throw new HttpError(404, 'No such mail')
    return mail
  }

  routes.get('/dev/mail', async (c) => {
    const query = (c.req.query('q') ?? '').trim().slice(0, 200)
    return mailboxPage(c, deps, { mails: await listMail(deps.db, { query, limit: 200 }), query })
  })

  routes.post('/dev/mail/clear', async (c) => {
    await deps.db.deleteFrom('localMailbox').execute()
    flash(c, deps, { kind: 'success', message: c.get('t')('mailbox.cleared') })
    return c.redirect('/dev/mail', 303)
  })

  routes.get('/dev/mail/:id', async (c) => {
    const mail = await found(c.req.param('id'))
    const asked = mailTabs.find((tab) => tab === c.req.query('tab'))
    return mailPage(c, deps, { mail, tab: asked ?? (mail.html ? 'html' : 'text') })
  })

  routes.get('/dev/mail/:id/body', async (c) => {
    const mail = await found(c.req.param('id'))
    return c.body(htmlForFrame(mail), 200, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': framePolicy,
      'cache-control': 'no-store',
    })
  })

  return routes
}
