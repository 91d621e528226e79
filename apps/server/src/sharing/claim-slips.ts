import { Hono } from 'hono'
import { z } from 'zod'
import { badgeTexts, createClaim, dayInWords, heldCredential, type HeldCredential } from '../claiming/index.ts'
import { recordCredentialEvent } from '../issuing/index.ts'
import { consolePage, inConsole, recordDisclosure, requirePermission } from '../organizations/index.ts'
import { inOrganization } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
import { maskEmailAddress } from '../platform/email-address.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { readForm } from '../platform/http/forms.ts'
import { attributes, html, type Html } from '../platform/http/html.ts'
import { flash } from '../platform/http/page.ts'
import { safeReturnPath } from '../platform/http/return-path.ts'
import { isPublicId } from '../platform/ids.ts'
import { backLink } from '../platform/pages/components.ts'
import { qrPicture } from './qr-code.ts'

/** More than one page of the list holds. */
const mostSlips = 200

const slipForm = z.object({
  select: z.array(z.string().max(60)).max(mostSlips).default([]),
  return: z.string().optional(),
})

interface Slip {
  credential: HeldCredential
  url: string
  expiresAt: Date
}

/**
 * Slips of paper that a teacher hands over where mail does not arrive: the link of a mail as a code to scan. Like that
 * link a slip only opens the page; the badge is for whoever proves the address, which may be a guardian's.
 */
export function claimSlipRoutes(deps: Deps): Hono<Env> {
  const routes = new Hono<Env>()

  routes.post('/console/:org/issued/slips', requirePermission(deps, 'issue'), async (c) => {
    const form = await readForm(c, slipForm)
    const { base } = inConsole(c)
    const t = c.get('t')
    const list = (form.ok && safeReturnPath(form.data.return)) || `${base}/issued`
    const chosen = form.ok ? [...new Set(form.data.select.filter(isPublicId))] : []
    const slips = await makeSlips(c, chosen)
    if (slips.length === 0) {
      flash(c, deps, { kind: 'warning', message: t(chosen.length === 0 ? 'issued.noneSelected' : 'slips.none') })
      return c.redirect(list, 303)
    }
    // The links in it open the pages of other people: nothing may keep it.
    c.header('cache-control', 'no-store')
    return consolePage(c, deps, {
      title: t('slips.title', { count: slips.length }),
      body: html`${backLink(list, t('issued.title'))}<p class="lead screen-only">${t('slips.lead')}</p>${
        chosen.length > slips.length &&
        html`<p class="screen-only">${t('slips.left', { count: chosen.length - slips.length })}</p>`
      }<div class="screen-only" data-print="${t('slips.print')}"></div><ol class="claim-slips" role="list">${slips.map((slip) => slipOf(c, slip))}</ol>`,
    })
  })

  /** A fresh link for each award that waits; the links of the mails go on working. */
  async function makeSlips(c: Ctx, publicIds: readonly string[]): Promise<Slip[]> {
    const { organization, viewer } = inConsole(c)
    const slips: Slip[] = []
    for (const publicId of publicIds) {
      const credential = await heldCredential(deps.db, publicId)
      if (credential?.organizationId !== organization.id || !isWaiting(credential)) continue
      const { token, expiresAt } = await inOrganization(deps.db, organization.id, async (tx) => {
        await recordCredentialEvent(tx, {
          organizationId: organization.id,
          credentialId: credential.id,
          kind: 'slip-printed',
          channel: 'paper',
          actorAccountId: viewer.accountId,
          at: deps.now(),
        })
        return createClaim(tx, deps, credential.id)
      })
      const record = { kind: 'credential' as const, id: publicId }
      await recordDisclosure(deps, { kind: 'exported', record, organization, accountId: viewer.accountId })
      slips.push({ credential, url: `${deps.config.publicUrl}/claim/${token}`, expiresAt })
    }
    return slips
  }

  function slipOf(c: Ctx, { credential, url, expiresAt }: Slip): Html {
    const t = c.get('t')
    const locale = c.get('locale')
    const badge = badgeTexts(credential, locale)
    const { host } = new URL(deps.config.publicUrl)
    const email = maskEmailAddress(credential.recipientEmail)
    const issuer = credential.snapshot.issuer.name
    return html`<li class="claim-slip"><div class="claim-slip-code">${qrPicture(url, t('slips.qr', { name: credential.recipientName }))}</div><div class="stack"><h2>${credential.recipientName}</h2><p${attributes({ class: 'lead', lang: badge.lang })}>${badge.name}</p><p>${t('slips.from', { issuer })}</p><ol><li>${t('slips.scan', { host, email })}</li><li>${t('slips.code')}</li></ol><p class="hint">${t('slips.guardian', { issuer })}</p><p class="hint">${t('slips.until', { date: dayInWords(locale, expiresAt) })}</p></div></li>`
  }

  return routes
}

function isWaiting({ lifecycle, decision, validity }: HeldCredential): boolean {
  return lifecycle === 'issued' && decision === 'waiting' && validity === 'live'
}
