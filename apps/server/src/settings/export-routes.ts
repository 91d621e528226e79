import { Readable } from 'node:stream'
import { Hono } from 'hono'
import { requireRecentProof, requireSignedIn, signedIn } from '../accounts/index.ts'
import { formatDate } from '../organizations/index.ts'
import { recordAudit } from '../platform/audit.ts'
import type { Deps } from '../platform/deps.ts'
import { HttpError } from '../platform/errors.ts'
import { fileStore } from '../platform/files/file-store.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { html, type Renderable } from '../platform/http/html.ts'
import { flash, formFields } from '../platform/http/page.ts'
import { throttle } from '../platform/http/throttle.ts'
import { backLink, linkButton, postButton, progress, stack } from '../platform/pages/components.ts'
import { settingsPage } from '../platform/pages/settings-frame.ts'
import { startExport } from './export-data.ts'
import { latestExport } from './export-store.ts'

const root = '/settings/privacy-security/export'

/** `…/privacy-security/export`: ask for the archive, see how far it is, take it. */
export function exportRoutes(deps: Deps): Hono<Env> {
  const routes = new Hono<Env>()
  const { db } = deps

  routes.get(root, requireSignedIn, async (c) => {
    const t = c.get('t')
    const latest = await latestExport(db, signedIn(c).accountId)
    return settingsPage(c, deps, {
      title: t('export.title'),
      lead: t('export.about'),
      width: 'text',
      body: [
        backLink('/settings/privacy-security', t('settings.nav.security')),
        stack(html`<p>${t('export.holds')}</p>`, state(c, latest)),
      ],
    })
  })

  function state(c: Ctx, latest: Awaited<ReturnType<typeof latestExport>>): Renderable {
    const t = c.get('t')
    const start = postButton({
      action: `${root}/start`,
      csrf: formFields(c, deps),
      label: t('export.start'),
      kind: latest?.state === 'ready' ? 'secondary' : 'primary',
    })
    if (latest?.state === 'queued' || latest?.state === 'building')
      return [
        progress({
          id: 'export-progress',
          label: t('export.building'),
          text: t('export.parts', { done: latest.partsDone, total: latest.partsTotal }),
          value: latest.partsDone,
          max: latest.partsTotal,
          liveUrl: `${root}/progress`,
          doneUrl: root,
        }),
        html`<p data-without-script>${t('export.reload')} <a href="${root}">${t('export.reload.link')}</a></p>`,
      ]
    if (latest?.state === 'ready' && latest.expiresAt && latest.expiresAt > deps.now())
      return [
        html`<p>${t('export.ready', { date: formatDate(c.get('locale'), latest.expiresAt), size: megabytes(c, latest.fileSize ?? 0) })}</p>`,
        html`<p>${linkButton({ href: `${root}/download`, label: t('export.download'), kind: 'primary' })}</p>`,
        html`<p class="hint">${t('export.proof')}</p>`,
        start,
      ]
    return [latest?.state === 'failed' && html`<p>${t('export.failed')}</p>`, start]
  }

  routes.get(`${root}/progress`, requireSignedIn, async (c) => {
    const latest = await latestExport(db, signedIn(c).accountId)
    const [value, max] = [latest?.partsDone ?? 0, latest?.partsTotal ?? 0]
    const done = latest?.state !== 'queued' && latest?.state !== 'building'
    c.header('cache-control', 'no-store')
    return c.json({ value, max, text: c.get('t')('export.parts', { done: value, total: max }), done })
  })

  routes.post(`${root}/start`, requireRecentProof(deps), async (c) => {
    const { accountId } = signedIn(c)
    const waitS = await throttle(deps, { purpose: 'export', subject: accountId, limit: 30, windowS: 86_400 })
    if (waitS > 0) throw new HttpError(429, 'Too many exports today', { retryAfterS: waitS })
    await startExport(deps, { accountId })
    flash(c, deps, { kind: 'success', message: c.get('t')('export.started') })
    return c.redirect(root, 303)
  })

  routes.get(`${root}/download`, requireRecentProof(deps), async (c) => {
    const { accountId } = signedIn(c)
    const latest = await latestExport(db, accountId)
    const isThere = latest?.state === 'ready' && latest.expiresAt && latest.expiresAt > deps.now() && latest.fileHash
    const stream = isThere && latest.fileHash ? await fileStore(deps.config).stream(latest.fileHash) : undefined
    if (!stream || !latest) throw new HttpError(404, 'There is no export to take')
    await recordAudit(db, { actor: { accountId }, action: 'export.taken', at: deps.now() })
    const day = (latest.readyAt ?? deps.now()).toISOString().slice(0, 10)
    return c.body(Readable.toWeb(stream) as ReadableStream<Uint8Array>, 200, {
      'content-type': 'application/zip',
      'content-length': String(latest.fileSize ?? 0),
      'content-disposition': `attachment; filename="lapel-${day}.zip"`,
      'cache-control': 'no-store',
    })
  })

  return routes
}

function megabytes(c: Ctx, bytes: number): string {
  const unit = bytes < 1_000_000 ? 'kilobyte' : 'megabyte'
  const value = bytes / (unit === 'kilobyte' ? 1000 : 1_000_000)
  return new Intl.NumberFormat(c.get('locale') === 'fr' ? 'fr-CA' : 'en-CA', {
    style: 'unit',
    unit,
    maximumFractionDigits: unit === 'kilobyte' ? 0 : 1,
  }).format(value)
}
