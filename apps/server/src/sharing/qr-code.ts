import encodeQR from 'qr'
import sharp from 'sharp'
import { escapeHtml, type Html, trustedHtml } from '../platform/http/html.ts'

/** Light modules around the code (ISO/IEC 18004, section 6.3.8). */
const quiet = 4

function modules(text: string): boolean[][] {
  return encodeQR(text, 'raw', { ecc: 'medium', border: quiet })
}

/** The code as an SVG document: dark on white in every theme, since readers expect it so. */
export function qrSvg(text: string, { title }: { title?: string } = {}): string {
  const rows = modules(text)
  const size = rows.length
  // One subpath for each run of dark modules in a row.
  let path = ''
  for (const [y, row] of rows.entries())
    for (let x = 0; x < size; x++) {
      if (!row[x]) continue
      let end = x
      while (row[end + 1]) end++
      path += `M${x} ${y}h${end - x + 1}v1h-${end - x + 1}z`
      x = end
    }
  const name = title === undefined ? ' aria-hidden="true"' : ' role="img"'
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" width="${size * 6}" height="${size * 6}" shape-rendering="crispEdges"${name}>${title === undefined ? '' : `<title>${escapeHtml(title)}</title>`}<path fill="#fff" d="M0 0h${size}v${size}H0z"/><path fill="#000" d="${path}"/></svg>`
}

/** The same within a page; our own generator made it. */
export function qrPicture(text: string, title: string): Html {
  return trustedHtml(qrSvg(text, { title }))
}

/** The code as a PNG of at least 1,000 pixels, for print. */
export async function qrPng(text: string): Promise<Buffer> {
  const rows = modules(text)
  const scale = Math.ceil(1000 / rows.length)
  const size = rows.length
  const grey = Buffer.alloc(size * size, 255)
  for (const [y, row] of rows.entries()) for (const [x, dark] of row.entries()) if (dark) grey[y * size + x] = 0
  return sharp(grey, { raw: { width: size, height: size, channels: 1 } })
    .resize(size * scale, size * scale, { kernel: 'nearest' })
    .png({ compressionLevel: 9, palette: true, colours: 2 })
    .toBuffer()
}
