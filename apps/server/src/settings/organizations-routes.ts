import { Hono } from 'hono'
import { z } from 'zod'
import { requireSignedIn, signedIn } from '../accounts/index.ts'
import { setAutoAccept } from '../claiming/index.ts'
import { recordAudit } from '../platform/audit.ts'
import type { Deps } from '../platform/deps.ts'
import { HttpError } from '../platform/errors.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { line, optionalLine, readForm } from '../platform/http/forms.ts'
import { once } from '../platform/http/idempotency.ts'
import { flash, readIdempotencyKey } from '../platform/http/page.ts'
import type { MessageKey } from '../platform/i18n/messages.ts'
import { organizationsPage } from './organizations-page.ts'
import * as store from './organizations-store.ts'
import { answerPeopleRequest, endPeopleAccess, PeopleRefused } from './people-requests.ts'
import { requestsToPerson } from './people-store.ts'

const root = '/settings/organizations'
const mostInstitutions = 50

const autoAcceptForm = z.object({ organization: z.uuid(), to: z.enum(['on', 'off']) })
const requestForm = z.object({ request: z.uuid() })
const linkForm = z.object({ link: z.uuid() })
const educationForm = z.object({
  institution: line(200, {
    missing: 'settings.orgs.education.error.institution',
    tooLong: 'settings.orgs.education.error.long',
  }),
  memberNumber: optionalLine(60, 'settings.orgs.education.error.number'),
  signInUrl: optionalLine(500, 'settings.orgs.education.error.url').refine(
    (typed) => typed === undefined || isWebAddress(typed),
    'settings.orgs.education.error.url',
  ),
})

/** An address of the web that a person may be sent to; never one of a script or a file. */
export function isWebAddress(typed: string): boolean {
  if (!URL.canParse(typed)) return false
  const { protocol, hostname, username, password } = new URL(typed)
  return protocol === 'https:' && hostname.includes('.') && username === '' && password === ''
}

export function organizationSettingsRoutes(deps: Deps): Hono<Env> {
  const routes = new Hono<Env>()
  const { db } = deps

  async function show(
    c: Ctx,
    o: { typed?: Record<string, string>; errors?: { field: string; message: string }[] } = {},
  ): Promise<Response> {
    const { accountId } = signedIn(c)
    const [met, requests, education] = await Promise.all([
      store.organizationsMet(db, accountId),
      requestsToPerson(db, accountId),
      store.educationLinksOf(db, accountId),
    ])
    return organizationsPage(c, deps, { met, requests, education, known: met.map(({ name }) => name), ...o })
  }

  routes.get(root, requireSignedIn, (c) => show(c))

  routes.post(`${root}/auto-accept`, requireSignedIn, async (c) => {
    const { accountId } = signedIn(c)
    const form = await readForm(c, autoAcceptForm)
    const organization =
      form.ok && (await store.organizationsMet(db, accountId)).find(({ id }) => id === form.data.organization)
    // Only organizations whose badges the person has met can be switched; any other is the same nothing.
    if (!form.ok || !organization) throw new HttpError(404, 'There is no such organization')
    const on = form.data.to === 'on'
    await db.transaction().execute(async (tx) => {
      await setAutoAccept(tx, { accountId, organizationId: organization.id, on, at: deps.now() })
      await recordAudit(tx, {
        organizationId: organization.id,
        actor: { accountId },
        action: on ? 'auto-accept.given' : 'auto-accept.ended',
        at: deps.now(),
      })
    })
    flash(c, deps, {
      kind: 'success',
      message: c.get('t')(`settings.orgs.auto.done.${form.data.to}`, { organization: organization.name }),
    })
    return c.redirect(`${root}#auto-accept`, 303)
  })

  routes.post(`${root}/employers/:answer{allow|refuse|end}`, requireSignedIn, async (c) => {
    const { accountId } = signedIn(c)
    const form = await readForm(c, requestForm)
    if (!form.ok) throw new HttpError(404, 'There is no such request')
    const given = { id: form.data.request, accountId }
    const answer = c.req.param('answer')
    try {
      const [request, message] =
        answer === 'end'
          ? [await endPeopleAccess(deps, given), 'settings.orgs.employers.done.ended' as const]
          : answer === 'allow'
            ? [
                await answerPeopleRequest(deps, { ...given, answer: 'allowed' }),
                'settings.orgs.employers.done.allowed' as const,
              ]
            : [
                await answerPeopleRequest(deps, { ...given, answer: 'refused' }),
                'settings.orgs.employers.done.refused' as const,
              ]
      flash(c, deps, { kind: 'success', message: c.get('t')(message, { organization: request.organizationName }) })
    } catch (error) {
      if (!(error instanceof PeopleRefused)) throw error
      flash(c, deps, { kind: 'warning', message: c.get('t')('settings.orgs.employers.gone') })
    }
    return c.redirect(`${root}#employers`, 303)
  })

  routes.post(`${root}/education`, requireSignedIn, async (c) => {
    const { accountId } = signedIn(c)
    const t = c.get('t')
    const form = await readForm(c, educationForm)
    const refuse = (errors: { field: string; message: MessageKey }[]) =>
      show(c, { typed: form.typed, errors: errors.map(({ field, message }) => ({ field, message: t(message) })) })
    if (!form.ok) return refuse(form.errors)
    if ((await store.countEducationLinks(db, accountId)) >= mostInstitutions)
      return refuse([{ field: 'institution', message: 'settings.orgs.education.error.many' }])
    const { institution, memberNumber = '', signInUrl = '' } = form.data
    const key = await readIdempotencyKey(c)
    await once(
      db,
      { scope: `education:${accountId}`, key, body: [institution, memberNumber, signInUrl], now: deps.now },
      async (tx) => {
        const organizationPublicId = (await store.organizationNamed(tx, institution)) ?? null
        await store.insertEducationLink(tx, {
          accountId,
          organizationPublicId,
          institution,
          memberNumber,
          signInUrl,
          createdAt: deps.now(),
        })
        return null
      },
    )
    flash(c, deps, { kind: 'success', message: t('settings.orgs.education.added', { institution }) })
    return c.redirect(`${root}#education`, 303)
  })

  routes.post(`${root}/education/remove`, requireSignedIn, async (c) => {
    const form = await readForm(c, linkForm)
    const removed =
      form.ok && (await store.deleteEducationLink(db, { id: form.data.link, accountId: signedIn(c).accountId }))
    if (removed)
      flash(c, deps, {
        kind: 'success',
        message: c.get('t')('settings.orgs.education.removed', { institution: removed.institution }),
      })
    return c.redirect(`${root}#education`, 303)
  })

  return routes
}
