import { createHash } from 'node:crypto'
import { contentIn, type PublishedAchievement } from '../achievements/index.ts'
import { badgeTexts, type HeldCredential } from '../claiming/index.ts'
import { type CredentialStatus, statusOf } from '../issuing/index.ts'
import { html, type Html } from '../platform/http/html.ts'
import type { Locale, Translate } from '../platform/i18n/messages.ts'
import { pictureUrl } from '../platform/pictures/store.ts'

export const embedThemes = ['auto', 'light', 'dark'] as const
export type EmbedTheme = (typeof embedThemes)[number]
export const embedSizes = { s: [260, 96], m: [340, 120], l: [440, 160] } as const
export type EmbedSize = keyof typeof embedSizes

export function embedTheme(text: string | undefined): EmbedTheme {
  return embedThemes.find((theme) => theme === text) ?? 'auto'
}
export function embedSize(text: string | undefined): EmbedSize {
  return text === 's' || text === 'l' ? text : 'm'
}

const light = '--surface:#fff;--text:#14202e;--muted:#4a5868;--link:#1b4f9c;--border:#d3dae3;--ok:#12613b;--bad:#a3161f'
const dark =
  '--surface:#161e27;--text:#eaf0f6;--muted:#a9b7c6;--link:#8db8ff;--border:#2c3947;--ok:#7fdca8;--bad:#ff9e9e'
/** However long the names are, there is room for what counts: whether the badge is valid now. */
const shape = `*{box-sizing:border-box}html,body{margin:0;height:100%}body{font:14px/1.45 system-ui,-apple-system,Segoe UI,Roboto,sans-serif;color:var(--text);background:transparent}
main{display:flex;align-items:safe center;gap:12px;height:100%;padding:12px;background:var(--surface);border:1px solid var(--border);border-radius:12px;overflow:auto}div{min-width:0;overflow-wrap:anywhere}
img{flex:none;inline-size:auto;block-size:100%;max-block-size:128px;aspect-ratio:1}h1,p{margin:0}h1{font-size:1em;font-weight:400}h1,p:not(.status){display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:2;overflow:hidden}a{color:var(--link);font-weight:600}a.plain{font-weight:400}a:focus-visible{outline:3px solid #0b57d0;outline-offset:2px}
.issuer,.status{color:var(--muted);font-size:13px}.status.valid{color:var(--ok)}.status.withdrawn{color:var(--bad)}
@media (max-height:130px),(max-width:300px){main{gap:8px;padding:8px}body{font-size:13px;line-height:1.35}.issuer,.status{font-size:12px}}
@media (max-height:100px){p:not(.status){-webkit-line-clamp:1}}@media (max-width:300px){img{max-block-size:44px}}`
// Without a character that HTML escapes, so that what is sent is what was hashed.
const sheets: Record<EmbedTheme, string> = {
  light: `:root{color-scheme:light;${light}}${shape}`,
  dark: `:root{color-scheme:dark;${dark}}${shape}`,
  auto: `:root{color-scheme:light dark;${light}}@media (prefers-color-scheme:dark){:root{${dark}}}${shape}`,
}
const sheetHashes = Object.fromEntries(
  Object.entries(sheets).map(([theme, sheet]) => [theme, createHash('sha256').update(sheet).digest('base64')]),
) as Record<EmbedTheme, string>

/** The only pages that other sites may frame: no script, no cookie, one sheet of their own. */
export function embedPolicy(theme: EmbedTheme): string {
  return `default-src 'none'; style-src 'sha256-${sheetHashes[theme]}'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *`
}

export interface Embed {
  t: Translate
  locale: Locale
  theme: EmbedTheme
  size: EmbedSize
}

/** Picture, name, issuer, present status and a link. A badge that is not shown to all says so instead. */
export function embedDocument(
  p: Embed,
  o: { credential: HeldCredential | undefined; url: string | undefined; now: Date },
): Html {
  const { t, locale } = p
  if (!o.credential || !o.url) return frame(p, t('embed.gone.title'), html`<h1>${t('embed.gone')}</h1>`)
  const { credential } = o
  const texts = badgeTexts(credential, locale)
  const status = statusOf(credential, o.now)
  const picture =
    status !== 'withdrawn' &&
    html`<img src="${pictureUrl(credential.snapshot.picturePngHash, 240)}" width="120" height="120" alt="${credential.snapshot.achievement.altText}">`
  return frame(
    p,
    t('public.og.title', { badge: texts.name, issuer: credential.snapshot.issuer.name }),
    html`${picture}<div><h1${texts.lang ? html` lang="${texts.lang}"` : null}><a href="${o.url}" target="_blank" rel="noopener">${texts.name}</a></h1>${p.size !== 's' && html`<p>${t('badge.issuedTo', { name: credential.recipientName, issuer: credential.snapshot.issuer.name })}</p>`}${p.size === 's' && html`<p class="issuer">${credential.snapshot.issuer.name}</p>`}<p class="status ${statusClass(status)}">${t('public.checkedNow', { status: t(`public.status.${status}`) })}</p></div>`,
  )
}

/** Something that can be earned, for its issuer's own site: picture, name, issuer and where to earn it. */
export function templateEmbedDocument(
  p: Embed,
  o: { template: PublishedAchievement; issuerName: string; url: string; isArchived: boolean } | undefined,
): Html {
  const { t, locale } = p
  if (!o) return frame(p, t('embed.gone.title'), html`<h1>${t('embed.gone')}</h1>`)
  const { content, picturePngHash } = o.template
  const texts = contentIn(content, locale)
  const lang = texts.language === locale ? null : html` lang="${texts.language}"`
  const words = o.isArchived ? t('embed.template.archived') : t('public.earn')
  return frame(
    p,
    t('public.og.alt', { badge: texts.name, issuer: o.issuerName }),
    html`<img src="${pictureUrl(picturePngHash, 240)}" width="120" height="120" alt="${content.altText}"><div><h1${lang}><a href="${o.url}" target="_blank" rel="noopener">${texts.name}</a></h1><p class="issuer">${o.issuerName}</p><p class="status">${o.isArchived ? words : html`<a href="${o.url}" target="_blank" rel="noopener" class="plain">${words}</a>`}</p></div>`,
  )
}

function statusClass(status: CredentialStatus): string {
  return status === 'valid' || status === 'withdrawn' ? status : ''
}

function frame({ locale, theme }: Embed, title: string, body: Html): Html {
  return html`<!DOCTYPE html>
<html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>${title}</title><style>${sheets[theme]}</style></head><body><main aria-label="${title}">${body}</main></body></html>`
}

/** What somebody puts on a page: the frame, or plain HTML where frames are not allowed. */
export function embedCode(o: {
  embedUrl: string
  title: string
  size: EmbedSize
  theme: EmbedTheme
  /** Where the page has no language of its own to go by. */
  lang?: Locale | undefined
  width?: number
  height?: number
}): string {
  const [wide, high] = embedSizes[o.size]
  return html`<iframe src="${embedAddress(o)}" width="${o.width ?? wide}" height="${o.height ?? high}" title="${o.title}" loading="lazy" style="border:0;max-width:100%"></iframe>`.toString()
}

export function embedAddress(o: {
  embedUrl: string
  size: EmbedSize
  theme: EmbedTheme
  lang?: Locale | undefined
}): string {
  return `${o.embedUrl}?theme=${o.theme}&size=${o.size}${o.lang ? `&lang=${o.lang}` : ''}`
}

export function plainCode(o: { url: string; imageUrl: string; title: string; altText: string }): string {
  return html`<p><a href="${o.url}"><img src="${o.imageUrl}" width="96" height="96" alt="${o.altText}"><br>${o.title}</a></p>`.toString()
}
