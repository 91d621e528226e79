import assert from 'node:assert/strict'
import { test } from 'node:test'
import sharp from 'sharp'
import { rasterize } from './raster.ts'

const wrap = (inside: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 100 50" width="100" height="50">${inside}</svg>`

test('an SVG becomes a PNG of the width that was asked for, the same every time', async () => {
  const svg = wrap('<rect width="100" height="50" fill="#1B4F9C"/>')
  const [first, second] = await Promise.all([rasterize(svg, 512), rasterize(svg, 512)])
  assert.deepEqual(first, second)
  const { width, height, format } = await sharp(first).metadata()
  assert.deepEqual({ width, height, format }, { width: 512, height: 256, format: 'png' })
  const { data } = await sharp(first).raw().toBuffer({ resolveWithObject: true })
  assert.deepEqual([...data.subarray(0, 3)], [0x1b, 0x4f, 0x9c])
})

test('a picture that refers to a file, an address or an entity is refused before it is drawn', async () => {
  const outside = [
    '<image href="/etc/hostname" width="9" height="9"/>',
    '<image xlink:href="file:///etc/hostname" width="9" height="9"/>',
    "<image href = 'https://example.org/a.png' width='9' height='9'/>",
    '<image href="data:image/svg+xml;base64,PHN2Zy8+" width="9" height="9"/>',
    '<rect fill="url(https://example.org/a#b)" width="9" height="9"/>',
    '<use href="other.svg#a"/>',
  ]
  for (const part of outside) await assert.rejects(rasterize(wrap(part), 64), /refers to/, part)
  await assert.rejects(rasterize(`<!DOCTYPE svg [<!ENTITY a SYSTEM "/etc/hostname">]>${wrap('&a;')}`, 64), /refers to/)
})

test('what is no picture is refused in words, and the thread goes on', async () => {
  await assert.rejects(rasterize('<svg', 64), /cannot be drawn/)
  await assert.rejects(rasterize(wrap(''), 100_000), RangeError)
  await assert.rejects(rasterize(wrap(''), 0), RangeError)
  assert.ok((await rasterize(wrap('<circle r="9"/>'), 64)).length > 50)
})
