import { Hono } from 'hono'
import type { Deps } from '../platform/deps.ts'
import type { Env } from '../platform/http/context.ts'
import { defineJob } from '../platform/jobs/jobs.ts'
import { claimSlipRoutes } from './claim-slips.ts'
import { certificateRoutes } from './certificate-routes.ts'
import { walletRoutes } from './wallet-routes.ts'
import { collectSelectedRoutes } from './collect-selected.ts'
import { collectionRoutes, showLinkedCollection } from './collection-routes.ts'
import { embedRoutes } from './embed-routes.ts'
import { oEmbedRoutes } from './oembed-routes.ts'
import { profileRoutes } from './profile-routes.ts'
import { publicBadgeRoutes } from './public-routes.ts'
import { shareLinkRoutes } from './share-link-routes.ts'
import { forgetOldMails } from './share-mail.ts'
import { shareMailRoutes } from './share-mail-routes.ts'
import { shareRoutes, type SignAsJwt } from './share-routes.ts'

export { sharingMergeParts } from './merge-parts.ts'
export { isOpenToAll, sightOf } from './visible-credential.ts'
export { publicPagesFirst } from './public-page-front.ts'
export { assertionFile, bakedPng, type Download, fileName, signedJson } from './downloads.ts'
export { certificateOf } from './certificate.ts'
export { addLinkTarget, badgeBehindLink, openedLink } from './share-link-routes.ts'
export { createShareLink, type FoundLink, linkPath } from './share-links.ts'
export { linksOf } from './share-link-store.ts'
export { linkEnd, newLinkFields } from './share-link-form.ts'
export { type LinksPage, linksTable, newLinkForm } from './share-link-pages.ts'
export { qrPicture, qrPng, qrSvg } from './qr-code.ts'
export { endSharing, refusedWhileOff, sharedNow, sharingOff } from './sharing-off.ts'

export function sharingRoutes(deps: Deps, { signAsJwt }: { signAsJwt: SignAsJwt }): Hono<Env> {
  const routes = new Hono<Env>()
  routes.route('/', publicBadgeRoutes(deps))
  routes.route('/', embedRoutes(deps))
  routes.route('/', oEmbedRoutes(deps))
  routes.route('/', collectionRoutes(deps))
  routes.route('/', collectSelectedRoutes(deps))
  routes.route('/', profileRoutes(deps))
  routes.route('/', shareRoutes(deps, signAsJwt))
  routes.route('/', shareMailRoutes(deps))
  routes.route('/', shareLinkRoutes(deps, showLinkedCollection(deps)))
  routes.route('/', certificateRoutes(deps))
  routes.route('/', walletRoutes(deps))
  routes.route('/', claimSlipRoutes(deps))
  return routes
}

const tidyJob = defineJob<Record<string, never>>('sharing.tidy', { schedule: '41 3 * * *', concurrency: 1 })

export function registerSharingJobs(deps: Deps): void {
  deps.jobs.handle(tidyJob, () => forgetOldMails(deps))
}
