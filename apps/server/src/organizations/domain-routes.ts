import { Hono } from 'hono'
import { z } from 'zod'
import type { Deps } from '../platform/deps.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { readForm } from '../platform/http/forms.ts'
import { flash, formFields } from '../platform/http/page.ts'
import { throttle } from '../platform/http/throttle.ts'
import type { FieldError } from '../platform/pages/components.ts'
import { consolePage, inConsole, requirePermission } from './console.ts'
import { checkDomain, type DomainCheck, type DomainLookups, readDomain, setDomain } from './domain.ts'
import { domain } from './domain-pages.ts'
import * as store from './store.ts'

const domainForm = z.object({
  domain: z.string().transform((typed, context): string | null => {
    if (typed.trim() === '') return null
    const host = readDomain(typed)
    if (host) return host
    context.addIssue({ code: 'custom', message: 'domain.field.shape' })
    return z.NEVER
  }),
})

export function domainRoutes(deps: Deps, lookups: DomainLookups): Hono<Env> {
  const routes = new Hono<Env>()
  const manage = requirePermission(deps, 'manage')

  const domainPage = async (
    c: Ctx,
    o: { typed?: Record<string, string>; errors?: readonly FieldError[]; check?: DomainCheck } = {},
  ) => {
    const t = c.get('t')
    const { organization, base } = inConsole(c)
    return consolePage(c, deps, {
      title: t('domain.title'),
      lead: t('domain.lead'),
      width: 'text',
      error: (o.errors?.length ?? 0) > 0,
      body: domain(t, {
        base,
        locale: c.get('locale'),
        // What a check just changed is read again.
        organization: (await store.organizationById(deps.db, organization.id)) ?? organization,
        fields: () => formFields(c, deps),
        typed: o.typed ?? {},
        errors: o.errors ?? [],
        check: o.check,
      }),
    })
  }

  routes.get('/console/:org/domain', manage, (c) => domainPage(c))
  routes.post('/console/:org/domain', manage, async (c) => {
    const t = c.get('t')
    const { organization, viewer, base } = inConsole(c)
    const form = await readForm(c, domainForm)
    if (!form.ok)
      return domainPage(c, {
        typed: form.typed,
        errors: form.errors.map(({ field, message }) => ({ field, message: t(message) })),
      })
    await setDomain(deps, { organization, accountId: viewer.accountId, domain: form.data.domain })
    flash(c, deps, { kind: 'success', message: t(form.data.domain === null ? 'domain.removed' : 'domain.saved') })
    return c.redirect(`${base}/domain`, 303)
  })
  routes.post('/console/:org/domain/check', manage, async (c) => {
    const t = c.get('t')
    const { organization, viewer, base } = inConsole(c)
    await readForm(c, z.object({}))
    const waitS = await throttle(deps, { purpose: 'domain-check', subject: organization.id, limit: 30, windowS: 3600 })
    if (waitS > 0) {
      flash(c, deps, { kind: 'warning', message: t('domain.check.wait', { minutes: Math.ceil(waitS / 60) }) })
      return c.redirect(`${base}/domain`, 303)
    }
    const check = await checkDomain(deps, lookups, organization.id, { accountId: viewer.accountId })
    if (!check || check.isConfirmed) {
      if (check) flash(c, deps, { kind: 'success', message: t('domain.check.done', { domain: check.domain }) })
      return c.redirect(`${base}/domain`, 303)
    }
    // The result belongs to this look, so it is shown at once and not kept.
    return domainPage(c, {
      errors: [{ field: 'domain', message: t('domain.check.notYet', { domain: check.domain }) }],
      check,
    })
  })
  return routes
}
