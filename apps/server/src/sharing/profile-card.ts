import { covers, line } from '../platform/pictures/lettering.ts'
import { rasterize } from '../platform/pictures/raster.ts'

export interface ProfileCard {
  name: string
  headline: string
  /** "12 badges", already in words. */
  count: string
  /** Pictures of the newest badges, at most five. */
  pictures: readonly Uint8Array[]
  productName: string
}

const width = 640
const height = 200

/** The picture of a profile for a README or another page: name, count, newest badges. Light, since it cannot know the page. */
export function drawProfileCard(card: ProfileCard): Promise<Buffer> {
  const row = (
    text: string,
    face: 'sans' | 'sans-semibold' | 'serif-semibold',
    size: number,
    y: number,
    fill: string,
  ) => (text && covers(face, text) ? line({ face, text: cut(text, 44), size, x: 32, y, fill }) : '')
  const pictures = card.pictures
    .slice(0, 5)
    .map(
      (bytes, at) =>
        `<image x="${32 + at * 84}" y="112" width="68" height="68" href="data:image/png;base64,${Buffer.from(bytes).toString('base64')}"/>`,
    )
  return rasterize(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"><rect x="1" y="1" width="${width - 2}" height="${height - 2}" rx="14" fill="#FFFFFF" stroke="#D3DAE3" stroke-width="2"/>${row(card.name, 'serif-semibold', 28, 48, '#14202E')}${row(card.headline, 'sans', 16, 76, '#4A5868')}${row(card.count, 'sans-semibold', 15, 100, '#1B4F9C')}${pictures.join('')}${covers('sans', card.productName) ? line({ face: 'sans', text: cut(card.productName, 20), size: 14, x: 530, y: 176, fill: '#4A5868' }) : ''}</svg>`,
    width * 2,
  )
}

const graphemes = new Intl.Segmenter('und')

function cut(text: string, limit: number): string {
  const characters = Array.from(graphemes.segment(text), ({ segment }) => segment)
  return characters.length <= limit
    ? text
    : `${characters
        .slice(0, limit - 1)
        .join('')
        .trimEnd()}…`
}
