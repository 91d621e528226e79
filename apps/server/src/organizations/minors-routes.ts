import { setImmediate as nextTurn } from 'node:timers/promises'
import { Hono } from 'hono'
import { z } from 'zod'
import { requireRecentProof } from '../accounts/index.ts'
import type { Deps } from '../platform/deps.ts'
import { HttpError } from '../platform/errors.ts'
import type { Env } from '../platform/http/context.ts'
import { readForm } from '../platform/http/forms.ts'
import { flash, formFields } from '../platform/http/page.ts'
import type { Translate } from '../platform/i18n/messages.ts'
import { writeCsv } from '../platform/write-csv.ts'
import { consolePage, inConsole, requirePermission } from './console.ts'
import { disclosureCount, type DisclosureRow, disclosures, disclosuresBefore } from './disclosure-store.ts'
import { logPage, minorsPage } from './minors-pages.ts'
import { type SharingHooks, switchSharing } from './switch-sharing.ts'

const perPage = 50
const perRead = 2_000

/** The switch of organizations with minors, and the log of who saw what (SECURITY S59). */
export function minorsRoutes(deps: Deps, hooks: SharingHooks): Hono<Env> {
  const routes = new Hono<Env>()
  const own = requirePermission(deps, 'own')
  const proof = requireRecentProof(deps)

  routes.get('/console/:org/minors', own, proof, async (c) => {
    const t = c.get('t')
    const { organization, base } = inConsole(c)
    return consolePage(c, deps, {
      title: t('minors.title'),
      lead: t('minors.lead'),
      width: 'text',
      body: minorsPage(t, {
        locale: c.get('locale'),
        fields: () => formFields(c, deps),
        base,
        organization,
        shown: await hooks.sharedNow(deps.db, { organizationId: organization.id, now: deps.now() }),
        logged: await disclosureCount(deps.db, organization.id),
      }),
    })
  })

  routes.post('/console/:org/minors/switch', own, proof, async (c) => {
    const t = c.get('t')
    const { organization, viewer, base } = inConsole(c)
    const form = await readForm(c, z.object({ sharing: z.enum(['on', 'off']) }))
    if (!form.ok) throw new HttpError(400, 'Switch sharing on or off')
    const off = form.data.sharing === 'off'
    const ended = await switchSharing(deps, hooks, {
      organizationId: organization.id,
      accountId: viewer.accountId,
      off,
    })
    const message = off ? t('minors.off.done', ended ?? { badges: 0, links: 0 }) : t('minors.on.done')
    flash(c, deps, { kind: 'success', message })
    return c.redirect(`${base}/minors`, 303)
  })

  routes.get('/console/:org/minors/log', own, async (c) => {
    const t = c.get('t')
    const { organization, base } = inConsole(c)
    const count = await disclosureCount(deps.db, organization.id)
    const pages = Math.max(1, Math.ceil(count / perPage))
    const number = Math.min(pages, Math.max(1, Math.floor(Number(c.req.query('page') ?? 1)) || 1))
    const rows = await disclosures(deps.db, organization.id, { limit: perPage, offset: (number - 1) * perPage })
    return consolePage(c, deps, {
      title: t('minors.log'),
      lead: t('minors.log.lead'),
      body: logPage(t, { locale: c.get('locale'), base, rows, page: number, pages }),
    })
  })

  routes.get('/console/:org/minors/log.csv', own, proof, async (c) => {
    c.header('content-type', 'text/csv; charset=utf-8')
    c.header('content-disposition', 'attachment; filename="disclosures.csv"')
    c.header('cache-control', 'no-store')
    return c.body(await logCsv(c.get('t'), inConsole(c).organization.id))
  })

  async function logCsv(t: Translate, organizationId: string): Promise<string> {
    const lines: (string | null)[][] = [
      (['when', 'who', 'did', 'person', 'what', 'id', 'filter'] as const).map((column) => t(`minors.log.${column}`)),
    ]
    for (let beforeId: string | undefined; ; ) {
      const some: DisclosureRow[] = await disclosuresBefore(deps.db, organizationId, { beforeId, limit: perRead })
      for (const row of some)
        lines.push([
          row.at.toISOString(),
          row.by,
          t(`minors.log.kind.${row.kind}`),
          row.person,
          row.what,
          row.recordId,
          row.filter,
        ])
      beforeId = some.at(-1)?.id
      if (beforeId === undefined || some.length < perRead) break
      await nextTurn()
    }
    return writeCsv(lines)
  }

  return routes
}
