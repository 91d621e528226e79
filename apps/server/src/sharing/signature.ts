import { html, type Html } from '../platform/http/html.ts'
import { line, widthOf } from '../platform/pictures/lettering.ts'
import { rasterize } from '../platform/pictures/raster.ts'

export const signatureSizes = [48, 64, 96] as const
export type SignatureSize = (typeof signatureSizes)[number]

export function signatureSize(text: string | undefined): SignatureSize {
  return signatureSizes.find((size) => String(size) === text) ?? 64
}

export interface Signature {
  badge: string
  issuer: string
  /** Absolute addresses: of the page, and of the picture that tells the present status. */
  url: string
  imageUrl: string
  altText: string
  size: SignatureSize
}

/**
 * One table with styles in its attributes: what the mail programs of twenty years draw alike. The link stands in words
 * beside the picture, since many of them block pictures; no parameter in it names the person.
 */
export function signatureHtml(s: Signature): Html {
  const font = 'font-family:Arial,Helvetica,sans-serif'
  return html`<table cellpadding="0" cellspacing="0" border="0" role="presentation" style="max-width:400px"><tr><td style="padding:0 12px 0 0"><a href="${s.url}"><img src="${s.imageUrl}" width="${s.size}" height="${s.size}" alt="${s.altText}" style="display:block;border:0"></a></td><td style="${font};font-size:14px;line-height:20px;color:#4A5868;word-break:break-word;overflow-wrap:anywhere"><a href="${s.url}" style="${font};color:#1B4F9C;font-weight:bold">${s.badge}</a><br>${s.issuer}</td></tr></table>`
}

export function signatureText(s: Signature): string {
  return `${s.badge}, ${s.issuer}\n${s.url}`
}

export function signatureMarkdown(s: Signature): string {
  return `[![${markdownWords(s.altText)}](${s.imageUrl})](${s.url}) [${markdownWords(s.badge)}](${s.url}), ${markdownWords(s.issuer)}`
}

/** A name as Markdown shows it: brackets and backslashes of it would end a link, a tag would be one. */
export function markdownWords(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/([\\[\]*_`<>!])/g, '\\$1')
}

/** Pixels that the preview needs, so that long names are seen whole: it is a frame, which cannot grow by itself. */
export function previewHeight({ badge, issuer, size }: Signature): number {
  const room = 400 - size - 12
  const lines = [badge, issuer].map((words) => Math.ceil((words.length * 8) / room))
  return Math.max(size, 20 * lines.reduce((sum, count) => sum + count, 0)) + 24
}

/** A page of its own for the preview: styles in attributes are allowed there and nowhere else on the site. */
export function signaturePreview(s: Signature, lang: string): Html {
  return html`<!DOCTYPE html>
<html lang="${lang}"><head><meta charset="utf-8"><meta name="robots" content="noindex"><title>${s.badge}</title></head>
<body style="margin:8px;background:#ffffff">${signatureHtml(s)}</body></html>`
}

/** The word that lies over the picture when the badge is no longer what it was. */
export interface SignatureBand {
  word: string
  tone: 'bad' | 'neutral'
}

/**
 * The picture in a signature, at twice its size for fine screens. It says so when the badge has expired, was withdrawn or
 * is not shown any more, as soon as the mail program asks for it again.
 */
export function drawSignatureImage(
  o: { picture: Uint8Array | undefined; band: SignatureBand | undefined },
  size: SignatureSize,
): Promise<Buffer> {
  const edge = 192
  const image = o.picture
    ? `<image x="0" y="0" width="${edge}" height="${edge}" href="data:image/png;base64,${Buffer.from(o.picture).toString('base64')}"${o.band ? ' opacity="0.35"' : ''}/>`
    : `<rect x="8" y="8" width="${edge - 16}" height="${edge - 16}" rx="24" fill="#E7EBF0"/>`
  return rasterize(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${edge} ${edge}" width="${edge}" height="${edge}"><rect width="${edge}" height="${edge}" fill="#FFFFFF"/>${image}${o.band ? band(o.band, edge) : ''}</svg>`,
    size * 2,
  )
}

function band({ word, tone }: SignatureBand, edge: number): string {
  const wanted = 34
  const size = Math.min(wanted, (wanted * (edge - 16)) / Math.max(1, widthOf('sans-semibold', word, wanted)))
  const width = widthOf('sans-semibold', word, size)
  const fill = tone === 'bad' ? '#A3161F' : '#3C4A59'
  return `<rect x="0" y="70" width="${edge}" height="52" fill="${fill}"/>${line({ face: 'sans-semibold', text: word, size, x: (edge - width) / 2, y: 96 + size * 0.36, fill: '#FFFFFF' })}`
}
