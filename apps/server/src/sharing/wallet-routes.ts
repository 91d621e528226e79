import { Hono } from 'hono'
import { requireSignedIn, signedIn } from '../accounts/index.ts'
import { ownCredential } from '../backpack/index.ts'
import { type HeldCredential, isAccepted } from '../claiming/index.ts'
import { statusOf } from '../issuing/index.ts'
import type { Deps } from '../platform/deps.ts'
import { HttpError } from '../platform/errors.ts'
import type { Env } from '../platform/http/context.ts'
import { html, type Html } from '../platform/http/html.ts'
import type { Translate } from '../platform/i18n/messages.ts'
import { isPublicId } from '../platform/ids.ts'
import { linkButton, section } from '../platform/pages/components.ts'
import { pictureByHash } from '../platform/pictures/store.ts'
import { fileName } from './downloads.ts'
import { sendFile } from './public-routes.ts'
import { applePass } from './wallet-apple.ts'
import { googlePassLink } from './wallet-google.ts'

/** Passes for phones, where the operator has configured them; otherwise these addresses are not there. */
export function walletRoutes(deps: Deps): Hono<Env> {
  const routes = new Hono<Env>()

  routes.get('/badges/:id/badge.pkpass', requireSignedIn, async (c) => {
    const publicId = c.req.param('id')
    const settings = deps.config.appleWallet
    const credential =
      settings && isPublicId(publicId)
        ? await ownCredential(deps.db, { publicId, accountId: signedIn(c).accountId })
        : undefined
    if (!settings || !credential) throw new HttpError(404, 'There is no such pass')
    if (!isAccepted(credential) || statusOf(credential, deps.now()) !== 'valid')
      throw new HttpError(409, 'This badge cannot become a pass')
    const picture = await pictureByHash(deps.db, credential.snapshot.picturePngHash)
    if (!picture) throw new Error(`The picture ${credential.snapshot.picturePngHash} is missing`)
    c.header('cache-control', 'no-store')
    return sendFile(c, {
      bytes: await applePass(deps.config, settings, { credential, picture: picture.bytes, now: deps.now() }),
      contentType: 'application/vnd.apple.pkpass',
      fileName: fileName(credential, 'pkpass'),
    })
  })

  return routes
}

/** The part of the share panel; nothing where nothing is configured. */
export function walletSection(
  { config, now }: Pick<Deps, 'config' | 'now'>,
  { t, credential }: { t: Translate; credential: HeldCredential },
): Html | null {
  const { appleWallet, googleWallet } = config
  if ((!appleWallet && !googleWallet) || statusOf(credential, now()) !== 'valid') return null
  const google = googleWallet && googlePassLink(config, googleWallet, { credential, now: now() })
  return section({
    heading: t('wallet.heading'),
    lead: t('wallet.text'),
    body: html`<div class="cluster">${appleWallet && linkButton({ href: `/badges/${credential.publicId}/badge.pkpass`, label: t('wallet.apple'), icon: 'download', download: true })}${google && html`<a class="button button-secondary" href="${google}" target="_blank" rel="noopener noreferrer"><span>${t('wallet.google')}</span> <span class="visually-hidden">${t('component.newTab')}</span></a>`}</div>`,
  })
}
