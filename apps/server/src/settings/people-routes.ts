import { Hono } from 'hono'
import { z } from 'zod'
import { dayInWords } from '../claiming/index.ts'
import { addConsoleSection, inConsole, requirePermission } from '../organizations/index.ts'
import { inOrganization } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
import { parseEmailAddress } from '../platform/email-address.ts'
import { HttpError } from '../platform/errors.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { readForm } from '../platform/http/forms.ts'
import { flash, readIdempotencyKey } from '../platform/http/page.ts'
import { askPerson, PeopleRefused } from './people-requests.ts'
import { peoplePage, personPage } from './people-pages.ts'
import * as store from './people-store.ts'
import { publicBadgesOf } from './profile-store.ts'

const askForm = z.object({
  email: z.string('people.ask.error.email').transform((typed, context) => {
    const address = parseEmailAddress(typed)
    if (address) return address
    context.addIssue({ code: 'custom', message: 'people.ask.error.email' })
    return z.NEVER
  }),
  what: z
    .array(z.enum(['profile', 'directory'], 'people.ask.error.what'), 'people.ask.error.what')
    .min(1, 'people.ask.error.what'),
  message: z.string('people.ask.error.message').max(500, 'people.ask.error.message').optional(),
})
const requestForm = z.object({ request: z.uuid() })

/** `/console/{org}/people-requests`: the directory of those who allow it, and the requests. */
export function peopleRoutes(deps: Deps): Hono<Env> {
  addConsoleSection({ path: 'people-requests', label: 'people.nav', permission: 'read', order: 75 })
  const routes = new Hono<Env>()
  const { db } = deps

  async function show(
    c: Ctx,
    o: { typed?: Record<string, string>; what?: string[]; errors?: { field: string; message: string }[] } = {},
  ): Promise<Response> {
    const { organization } = inConsole(c)
    const view = await inOrganization(db, organization.id, async (tx) => ({
      directory: (await store.directoryOf(tx, organization.id)).filter(({ wantsDirectory }) => wantsDirectory),
      requests: await store.requestsOfTeam(tx, organization.id),
    }))
    return peoplePage(c, deps, { ...view, ...o })
  }

  routes.get('/console/:org/people-requests', requirePermission(deps, 'read'), (c) => show(c))

  routes.post('/console/:org/people-requests/ask', requirePermission(deps, 'manage'), async (c) => {
    const { organization, viewer, base } = inConsole(c)
    const t = c.get('t')
    const form = await readForm(c, askForm)
    const body = await c.req.parseBody({ all: true })
    const what = [body['what'] ?? []].flat().filter((value): value is string => typeof value === 'string')
    if (!form.ok)
      return show(c, {
        typed: form.typed,
        what,
        errors: form.errors.map(({ field, message }) => ({
          field: field.startsWith('what') ? 'what' : field,
          message: field.startsWith('what') ? t('people.ask.error.what') : t(message),
        })),
      })
    try {
      await askPerson(deps, {
        organization,
        actorAccountId: viewer.accountId,
        email: form.data.email,
        wantsProfile: form.data.what.includes('profile'),
        wantsDirectory: form.data.what.includes('directory'),
        message: form.data.message?.trim() ?? '',
        key: await readIdempotencyKey(c),
      })
    } catch (error) {
      if (!(error instanceof PeopleRefused)) throw error
      if (error.code === 'people.too-many')
        throw new HttpError(429, 'Too many requests today', { retryAfterS: 3600, cause: error })
      return show(c, {
        typed: form.typed,
        what,
        errors: [{ field: 'email', message: t('people.ask.error.open') }],
      })
    }
    flash(c, deps, { kind: 'success', message: t('people.ask.sent', { email: form.data.email.stored }) })
    return c.redirect(`${base}/people-requests`, 303)
  })

  routes.post('/console/:org/people-requests/withdraw', requirePermission(deps, 'manage'), async (c) => {
    const { organization, base } = inConsole(c)
    const form = await readForm(c, requestForm)
    const withdrawn =
      form.ok &&
      (await inOrganization(db, organization.id, (tx) =>
        store.cancelRequest(tx, { id: form.data.request, organizationId: organization.id, at: deps.now() }),
      ))
    if (withdrawn)
      flash(c, deps, {
        kind: 'success',
        message: c.get('t')('people.requests.withdrawn', { email: withdrawn.email }),
      })
    return c.redirect(`${base}/people-requests`, 303)
  })

  routes.get('/console/:org/people-requests/:request', requirePermission(deps, 'read'), async (c) => {
    const { organization } = inConsole(c)
    const requestId = c.req.param('request')
    if (!z.uuid().safeParse(requestId).success) throw new HttpError(404, 'There is no such person')
    const person = await inOrganization(db, organization.id, async (tx) => {
      const found = await store.allowedPerson(tx, { organizationId: organization.id, requestId })
      // Who looked when is what the person is told; it changes nothing for anybody else.
      if (found) await store.noteLook(tx, { organizationId: organization.id, requestId, at: deps.now() })
      return found
    })
    if (!person) throw new HttpError(404, 'There is no such person')
    const badges = await publicBadgesOf(db, { accountId: person.accountId, locale: c.get('locale') })
    return personPage(c, deps, { person, badges, day: (day) => dayInWords(c.get('locale'), day) })
  })

  return routes
}
