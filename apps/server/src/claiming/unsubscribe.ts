import { Hono } from 'hono'
import type { Deps } from '../platform/deps.ts'
import { HttpError } from '../platform/errors.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { html } from '../platform/http/html.ts'
import { formFields, page } from '../platform/http/page.ts'
import { button } from '../platform/pages/components.ts'
import { badgeTexts } from './badge-parts.ts'
import { heldCredentialById, type HeldCredential } from './credential.ts'
import { noticesStopped, setNoticesStopped } from './reminder-store.ts'

const purpose = 'unsubscribe-badge'

/** Where optional mail about one badge is stopped: a page for people, and the one click of mail programs (RFC 8058). */
export function unsubscribePaths(
  { secrets }: Pick<Deps, 'secrets'>,
  credentialId: string,
): { page: string; oneClick: string } {
  const token = secrets.seal(purpose, credentialId).toString('base64url')
  return { page: `/unsubscribe/${token}`, oneClick: `/api/unsubscribe/${token}` }
}

export function unsubscribeRoutes(deps: Pick<Deps, 'db' | 'config' | 'secrets' | 'now'>): Hono<Env> {
  const routes = new Hono<Env>()

  routes.get('/unsubscribe/:token', async (c) => show(c, await credentialOf(c)))

  routes.post('/unsubscribe/:token', async (c) => {
    const { id } = await credentialOf(c)
    await setNoticesStopped(deps.db, { credentialId: id, at: deps.now() })
    return c.redirect(`/unsubscribe/${c.req.param('token')}`, 303)
  })

  routes.post('/unsubscribe/:token/undo', async (c) => {
    const { id } = await credentialOf(c)
    await setNoticesStopped(deps.db, { credentialId: id, at: null })
    return c.redirect(`/unsubscribe/${c.req.param('token')}`, 303)
  })

  /** Sent by mail programs themselves: no cookie, no form, nothing to read. */
  routes.post('/api/unsubscribe/:token', async (c) => {
    const { id } = await credentialOf(c)
    await setNoticesStopped(deps.db, { credentialId: id, at: deps.now() })
    return c.body(null, 204)
  })

  async function credentialOf(c: Ctx): Promise<HeldCredential> {
    let id: string
    try {
      id = deps.secrets.open(purpose, Buffer.from(c.req.param('token') ?? '', 'base64url')).toString()
    } catch {
      throw new HttpError(404, 'There is nothing to unsubscribe from')
    }
    const credential = await heldCredentialById(deps.db, id)
    if (!credential) throw new HttpError(404, 'There is nothing to unsubscribe from')
    return credential
  }

  async function show(c: Ctx, credential: HeldCredential): Promise<Response> {
    const t = c.get('t')
    const badge = badgeTexts(credential, c.get('locale')).name
    const isStopped = await noticesStopped(deps.db, credential.id)
    const path = `/unsubscribe/${c.req.param('token')}`
    const [words, action, label] = isStopped
      ? [t('unsubscribe.stopped', { badge }), `${path}/undo`, t('component.undo')]
      : [t('unsubscribe.ask', { badge }), path, t('unsubscribe.stop')]
    return page(c, deps, {
      section: 'entry',
      noindex: true,
      title: t('unsubscribe.title'),
      width: 'form',
      body: html`<p>${words}</p><form method="post" action="${action}" class="form-inline" novalidate>${formFields(c, deps)}${button({ label, kind: isStopped ? 'secondary' : 'primary' })}</form>`,
    })
  }

  return routes
}
