import { createHash } from 'node:crypto'
import { badgeTexts, type HeldCredential } from '../claiming/index.ts'
import { attributes, html, type Html } from '../platform/http/html.ts'
import { type Locale, regions, type Translate } from '../platform/i18n/messages.ts'
import { cardHeight, cardWidth } from './social-card.ts'

/** Changes when the picture would look different, so that networks which keep pictures fetch the new one. */
export function cardVersion(credential: HeldCredential, productName: string): string {
  const { snapshot } = credential
  return createHash('sha256')
    .update(
      JSON.stringify([
        2,
        snapshot.picturePngHash,
        snapshot.achievement.name,
        snapshot.issuer.name,
        credential.recipientName,
        productName,
      ]),
    )
    .digest('base64url')
    .slice(0, 12)
}

export function cardPath(credential: HeldCredential, productName: string): string {
  return `/b/${credential.publicId}/card.png?v=${cardVersion(credential, productName)}`
}

/** What preview crawlers read in the first answer (UX 8): only for public badges, never with an address in it. */
export function openGraph(
  { t, locale }: { t: Translate; locale: Locale },
  o: { credential: HeldCredential; url: string; publicUrl: string; productName: string },
): Html {
  const { credential, url } = o
  const texts = badgeTexts(credential, locale)
  const title = t('public.og.title', { badge: texts.name, issuer: credential.snapshot.issuer.name })
  const image = `${o.publicUrl}${cardPath(credential, o.productName)}`
  const properties: Record<string, string | number> = {
    'og:type': 'website',
    'og:site_name': o.productName,
    'og:title': title,
    'og:description': shortened(texts.description, 200),
    'og:url': url,
    'og:locale': regions[locale].replace('-', '_'),
    'og:image': image,
    'og:image:type': 'image/png',
    'og:image:width': cardWidth,
    'og:image:height': cardHeight,
    'og:image:alt': t('public.og.alt', { badge: texts.name, issuer: credential.snapshot.issuer.name }),
  }
  const discovery = `${o.publicUrl}/oembed?url=${encodeURIComponent(url)}&format=`
  return html`<link rel="canonical" href="${url}">
<link rel="alternate" type="application/json+oembed" href="${discovery}json" title="${title}">
<link rel="alternate" type="text/xml+oembed" href="${discovery}xml" title="${title}">
<meta name="description" content="${shortened(texts.description, 200)}">
${Object.entries(properties).map(([property, content]) => html`<meta${attributes({ property, content })}>\n`)}<meta name="twitter:card" content="summary_large_image">`
}

function shortened(text: string, limit: number): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length <= limit ? line : `${line.slice(0, limit - 1).trimEnd()}…`
}
