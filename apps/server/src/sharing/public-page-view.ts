import { badgeTexts, type HeldCredential, heldCredentialById } from '../claiming/index.ts'
import { statusOf } from '../issuing/index.ts'
import type { Deps } from '../platform/deps.ts'
import { html, type Html } from '../platform/http/html.ts'
import { type PageOptions, type PageReader, sharedPageBytes } from '../platform/http/page.ts'
import type { Locale, Translate } from '../platform/i18n/messages.ts'
import { isPublicId } from '../platform/ids.ts'
import { credentialUrl } from '../signing/index.ts'
import { openGraph } from './open-graph.ts'
import { type KeptPage, pageKey, pageOf, publicPages } from './public-page-cache.ts'
import { type PublicBadge, publicBadge } from './public-page-store.ts'
import { publicPage } from './public-page.ts'
import { isOpenToAll, type PublicSight, sightOn } from './visible-credential.ts'

type ViewDeps = Pick<Deps, 'config' | 'db' | 'now'>
type Shown = PublicSight<PublicBadge> & { kind: 'shown' }

/**
 * The page of a badge for everybody who is not signed in, read from the database and made now; kept for a moment when
 * its address has no query, which would go into the page, where the language switch comes back to.
 */
export async function everybodysPage(
  deps: ViewDeps,
  publicId: string,
  reader: PageReader,
): Promise<KeptPage | 'none' | 'removed'> {
  const readAt = performance.now()
  const sight = await sightOn(deps.db, await readBadge(deps, publicId), undefined)
  if (sight.kind !== 'shown') return sight.kind
  const bytes = sharedPageBytes(reader, deps, await publicPageOptions(deps, reader, sight, { shared: true }))
  if (reader.returnTo !== reader.path) return pageOf(bytes)
  const { id, organizationId, replacedBy } = sight.credential
  const madeFrom = [id, organizationId, ...(replacedBy ? [replacedBy] : [])]
  const key = pageKey(publicId, reader.locale, reader.theme)
  return publicPages(deps.config).keep(key, bytes, { madeFrom, readAt, now: deps.now() })
}

export async function readBadge({ db }: ViewDeps, publicId: string): Promise<PublicBadge | undefined> {
  return isPublicId(publicId) ? publicBadge(db, publicId) : undefined
}

/** The page for whoever looks: with a bar for the owner and the issuer's team, who see more than others do. */
export async function publicPageOptions(
  deps: ViewDeps,
  { t, locale }: { t: Translate; locale: Locale },
  sight: Shown,
  { shared }: { shared: boolean },
): Promise<PageOptions> {
  const { config } = deps
  const { credential } = sight
  const url = credentialUrl(config, credential.publicId)
  const isPublic = credential.visibility === 'public' && sight.isOpen
  const own = `/b/${credential.publicId}`
  const body = publicPage({
    t,
    locale,
    credential,
    now: deps.now(),
    url,
    templatePath: templatePath(credential),
    successorUrl: await successorUrl(deps, credential),
    downloads: sight.isOpen
      ? {
          png: `${own}/badge.png`,
          svg: `${own}/badge.svg`,
          json: `${own}/credential.json`,
          v2: `${own}/assertion.json`,
          // A certificate is for what stands; the other files say themselves what became of the badge.
          ...(['valid', 'expired'].includes(statusOf(credential, deps.now())) ? { pdf: `${own}/certificate.pdf` } : {}),
        }
      : undefined,
  })
  return {
    section: 'public',
    title: badgeTexts(credential, locale).name,
    heading: null,
    body,
    // Found by search engines only when the owner allows it in the profile's settings (SECURITY S60).
    noindex: true,
    shared,
    head: isPublic
      ? openGraph({ t, locale }, { credential, url, publicUrl: config.publicUrl, productName: config.productName })
      : undefined,
    bar: bar(t, sight),
  }
}

function bar(t: Translate, { credential, asOwner, asIssuer, isOpen }: Shown): Html | undefined {
  if (asOwner)
    return html`<p>${isOpen ? t('public.bar.owner') : t('public.bar.owner.private')} <a href="/badges/${credential.publicId}/share">${t('public.bar.share')}</a></p>`
  if (asIssuer) return html`<p>${isOpen ? t('public.bar.issuer') : t('public.bar.issuer.private')}</p>`
  return undefined
}

function templatePath({ issuerSlug, templateSlug, templateState }: PublicBadge): string | undefined {
  return templateState === 'published' && templateSlug ? `/t/${issuerSlug}/${templateSlug}` : undefined
}

/** The new badge, where everybody may see it. */
async function successorUrl({ db }: ViewDeps, credential: HeldCredential): Promise<string | undefined> {
  const successor = credential.replacedBy ? await heldCredentialById(db, credential.replacedBy) : undefined
  return successor && isOpenToAll(successor) ? `/b/${successor.publicId}` : undefined
}
