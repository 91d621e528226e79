import { Hono } from 'hono'
import { z } from 'zod'
import { HttpError } from '../platform/errors.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { readForm } from '../platform/http/forms.ts'
import { flash } from '../platform/http/page.ts'
import { hashToken } from '../platform/secrets.ts'
import type { AccountsDeps } from './accounts.ts'
import { doorsPage } from './door-pages.ts'
import { closeDoors, DoorRefused, doorsOf, doorsPath } from './doors.ts'
import { requireRecentProof, signedIn } from './middleware.ts'
import { deviceOf, readDeviceToken } from './request.ts'
import { accountById, confirmedEmailsOf } from './store.ts'
import { hasSecondStep } from './two-step.ts'

const closeForm = z.object({ back: z.string().optional() })

/** What opens an account besides its password, to see and to close: after a reset, or from the settings. */
export function doorRoutes(deps: AccountsDeps): Hono<Env> {
  const routes = new Hono<Env>()
  const recent = requireRecentProof(deps)
  const { db } = deps

  routes.get(doorsPath, recent, async (c) => {
    const { accountId } = signedIn(c)
    return doorsPage(c, deps, {
      kinds: await doorsOf(deps, { accountId, browser: browserOf(c) }),
      emails: await confirmedEmailsOf(db, accountId),
      hasPassword: Boolean((await accountById(db, accountId))?.passwordHash),
      hasTwoStep: await hasSecondStep(db, accountId),
    })
  })

  routes.post(`${doorsPath}/close-all`, recent, async (c) => {
    await readForm(c, closeForm)
    const closed = await close(c, 'all')
    if (closed) flash(c, deps, { kind: 'success', message: c.get('t')('doors.closed.all', { count: closed.length }) })
    return c.redirect(doorsPath, 303)
  })

  routes.post(`${doorsPath}/:kind/:id/close`, recent, async (c) => {
    const { typed } = await readForm(c, closeForm)
    const kind = deps.accounts.doorKinds.find(({ name }) => name === c.req.param('kind'))
    if (!kind) throw new HttpError(404, 'No such way in')
    const closed = await close(c, { kind: kind.name, id: c.req.param('id') })
    const [door] = closed ?? []
    if (closed && !door) throw new HttpError(404, 'No such way in')
    const t = c.get('t')
    if (door)
      flash(c, deps, { kind: 'success', message: t('doors.closed.one', { name: door.name || t('doors.browser') }) })
    return c.redirect(typed['back'] === 'doors' ? doorsPath : '/settings/privacy-security', 303)
  })

  /** @returns `undefined` when it was refused, with a message left for the next page. */
  async function close(c: Ctx, which: 'all' | { kind: string; id: string }) {
    const { accountId, sessionId } = signedIn(c)
    try {
      return await closeDoors(deps, { accountId, sessionId, device: deviceOf(c), browser: browserOf(c), which })
    } catch (error) {
      if (!(error instanceof DoorRefused)) throw error
      flash(c, deps, { kind: 'error', message: c.get('t')(error.code) })
      return undefined
    }
  }

  function browserOf(c: Ctx): Buffer | undefined {
    const token = readDeviceToken(c, deps.config)
    return token ? hashToken(token) : undefined
  }

  return routes
}
