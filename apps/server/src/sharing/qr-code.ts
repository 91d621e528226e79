import encodeQR from 'qr'
import { escapeHtml, type Html, trustedHtml } from '../platform/http/html.ts'
import { line, widthOf } from '../platform/pictures/lettering.ts'
import { rasterize } from '../platform/pictures/raster.ts'

/** Light modules around the code (ISO/IEC 18004, section 6.3.8). */
const quiet = 4

function modules(text: string): boolean[][] {
  return encodeQR(text, 'raw', { ecc: 'medium', border: quiet })
}

/** Units of the drawing for one module, so that letters below have room for their curves. */
const unit = 20

/**
 * The code as an SVG document: dark on white in every theme, since readers expect it so. With `caption` what it says stands
 * below in letters, for whoever has no camera.
 */
export function qrSvg(text: string, { title, caption }: { title?: string; caption?: boolean } = {}): string {
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
  const words = caption ? captionOf(text, size * unit) : { height: 0, markup: '' }
  const [width, height] = [size * unit, size * unit + words.height]
  const name = title === undefined ? ' aria-hidden="true"' : ' role="img"'
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${size * 6}" height="${Math.round((size * 6 * height) / width)}"${name}>${title === undefined ? '' : `<title>${escapeHtml(title)}</title>`}<path fill="#fff" d="M0 0h${width}v${height}H0z"/><path shape-rendering="crispEdges" fill="#000" transform="scale(${unit})" d="${path}"/>${words.markup}</svg>`
}

/** One line as wide as the code at most, within the quiet zone's margin. */
function captionOf(text: string, width: number): { height: number; markup: string } {
  const room = width - 2 * quiet * unit
  const wanted = 1.7 * unit
  const size = Math.min(wanted, (wanted * room) / Math.max(1, widthOf('sans', text, wanted)))
  return {
    height: 2 * unit,
    markup: line({ face: 'sans', text, size, x: width / 2, y: width - unit, anchor: 'middle', fill: '#000000' }),
  }
}

/** The same within a page; our own generator made it. */
export function qrPicture(text: string, title: string): Html {
  return trustedHtml(qrSvg(text, { title }))
}

/** The code as a PNG of at least 1,000 pixels, for print. */
export function qrPng(text: string, { caption }: { caption?: boolean } = {}): Promise<Buffer> {
  const size = modules(text).length
  return rasterize(qrSvg(text, { caption: caption ?? false }), size * Math.ceil(1000 / size))
}
