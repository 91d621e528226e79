import { covers, line, loadScripts, round, widthOf, wrap, type Face } from '../platform/pictures/lettering.ts'
import { rasterize } from '../platform/pictures/raster.ts'

/** What LinkedIn and the others show beside a link (Open Graph): 1.91 to 1. */
export const cardWidth = 1200
export const cardHeight = 627

export type SocialCard = {
  /** The badge's picture as PNG or JPEG, square, 512 pixels or more. */
  picture: { bytes: Uint8Array; type: 'image/png' | 'image/jpeg' }
  badgeName: string
  issuerName: string
  /** Whose badge it is; left out where the page does not say. */
  recipientName?: string
  productName: string
  /** "Issued by {issuer}" and so on, in the badge's language. */
  words: { issuedBy: string; earnedBy?: string }
}

const paper = '#F7F8FA'
const text = '#14202E'
const muted = '#4A5868'
const brass = '#A9741A'
const left = 560
const room = cardWidth - left - 72

/**
 * The composed picture of a public badge page. Names in a script that no bundled face covers are left out rather than
 * drawn as boxes; the page's title, beside which the picture stands, holds them anyway.
 */
export async function drawSocialCard(card: SocialCard): Promise<Buffer> {
  await loadScripts(card.badgeName, card.issuerName, card.recipientName, card.productName)
  return rasterize(socialCardSvg(card), cardWidth)
}

/** The same as SVG; `loadScripts` of lettering.ts must have seen the names. */
export function socialCardSvg({
  picture,
  badgeName,
  recipientName,
  issuerName,
  productName,
  words,
}: SocialCard): string {
  const title = covers('title', badgeName) ? titleLines(badgeName) : { size: 0, lines: [] }
  const rows: Row[] = [
    ...title.lines.map(
      (given): Row => ({
        face: 'title',
        text: given,
        size: title.size,
        fill: text,
        height: title.size * 1.16,
      }),
    ),
    ...personRows(words.earnedBy, recipientName),
    ...personRows(words.issuedBy, issuerName),
  ]
  const height = rows.reduce((sum, row) => sum + (row.before ?? 0) + row.height, 0)
  let y = (cardHeight - 60 - height) / 2
  const drawn = rows.map((row) => {
    y += (row.before ?? 0) + row.height
    return line({ face: row.face, text: row.text, size: row.size, x: left, y: y - row.height * 0.24, fill: row.fill })
  })
  const data = Buffer.from(picture.bytes).toString('base64')
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${cardWidth} ${cardHeight}" width="${cardWidth}" height="${cardHeight}">`,
    `<rect width="${cardWidth}" height="${cardHeight}" fill="${paper}"/>`,
    // The cloth edge on which the badge is pinned.
    `<path d="M0 0H430L486 96V${cardHeight}H0Z" fill="#FFFFFF"/><path d="M430 0L486 96V${cardHeight}" fill="none" stroke="#D3DAE3" stroke-width="2"/>`,
    `<path d="M414 0L470 96V${cardHeight}" fill="none" stroke="${brass}" stroke-width="2.5" stroke-dasharray="12 10" opacity="0.75"/>`,
    `<image x="62" y="${(cardHeight - 350) / 2}" width="350" height="350" href="data:${picture.type};base64,${data}"/>`,
    ...drawn,
    productLine(productName),
    '</svg>',
  ].join('')
}

type Row = { face: Face; text: string; size: number; fill: string; height: number; before?: number }

/** The largest size at which the name takes at most three lines. */
function titleLines(name: string): { size: number; lines: string[] } {
  for (const size of [64, 56, 48]) {
    const lines = wrap({ face: 'title', text: name, size, maxWidth: room, maxLines: 4 })
    if (lines.length <= (size === 64 ? 2 : 3)) return { size, lines }
  }
  return { size: 42, lines: wrap({ face: 'title', text: name, size: 42, maxWidth: room, maxLines: 4 }) }
}

function personRows(label: string | undefined, name: string | undefined): Row[] {
  if (!label || !name?.trim() || !covers('name', name)) return []
  return [
    { face: 'sans', text: label, size: 24, fill: muted, height: 32, before: 26 },
    ...wrap({ face: 'name', text: name, size: 34, maxWidth: room, maxLines: 2 }).map(
      (given): Row => ({ face: 'name', text: given, size: 34, fill: text, height: 44 }),
    ),
  ]
}

/** The mark and the product's name at the foot. */
function productLine(name: string): string {
  const y = cardHeight - 56
  const mark = `<g transform="translate(${left} ${y - 30}) scale(1.25)"><path fill="#1B2A41" d="M5 3h13.5a3 3 0 0 1 2.3 1.1L27 11.7a2 2 0 0 1-.3 2.8L12.4 26.3a1.6 1.6 0 0 1-1.6.3L5 24.4a3 3 0 0 1-2-2.8V5a2 2 0 0 1 2-2Z"/><circle cx="11.6" cy="11.4" r="4.6" fill="#D49A35"/></g>`
  if (!covers('name', name)) return mark
  const size = Math.min(26, (26 * room) / Math.max(1, widthOf('name', name, 26)))
  return mark + line({ face: 'name', text: name, size: round(size), x: left + 50, y: y - 3, fill: muted })
}
