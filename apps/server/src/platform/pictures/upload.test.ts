import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { hostileSvgs } from '../../../test/fixtures/hostile-svgs.ts'
import { PictureRefused, readUploadedPicture } from './upload.ts'

const badge = { square: true, minimum: 400, largest: 1024 }
const svg = (body: string, attributes = 'viewBox="0 0 100 100"') =>
  Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${attributes}>${body}</svg>`,
  )
const png = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 4, background: { r: 20, g: 80, b: 160, alpha: 1 } } })
    .png()
    .toBuffer()

function chunk(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(body.length)
  head.write(type, 4, 'latin1')
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(Buffer.concat([head.subarray(4), body])))
  return Buffer.concat([head, body, sum])
}

function forgedPng(o: { width: number; height: number; data: Buffer; extra?: Buffer[] }): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(o.width)
  header.writeUInt32BE(o.height, 4)
  header[8] = 8
  header[9] = 6
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    ...(o.extra ?? []),
    chunk('IDAT', o.data),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

async function refusal(bytes: Buffer, rules = badge): Promise<string> {
  try {
    await readUploadedPicture(bytes, rules)
  } catch (error) {
    if (error instanceof PictureRefused) return error.code
    throw error
  }
  return 'taken'
}

test('a PNG is made anew: size kept, text and profile chunks gone', async () => {
  const source = await sharp(await png(600, 600))
    .withMetadata({ exif: { IFD0: { Copyright: 'CANARY' } } })
    .png()
    .toBuffer()
  const withText = Buffer.concat([
    source.subarray(0, 33),
    chunk('tEXt', Buffer.from('Comment\0CANARY')),
    source.subarray(33),
  ])
  const { png: made } = await readUploadedPicture(withText, badge)
  assert.deepEqual([made.width, made.height], [600, 600])
  assert.ok(!Buffer.from(made.bytes).includes('CANARY'))
})

test('a large JPEG becomes a PNG of at most 1024 pixels, upright', async () => {
  const jpeg = await sharp(await png(1600, 1600))
    .jpeg()
    .toBuffer()
  const { png: made } = await readUploadedPicture(jpeg, badge)
  assert.deepEqual([made.width, made.height], [1024, 1024])
})

test('what cannot be taken is named', async () => {
  assert.equal(await refusal(Buffer.alloc(0)), 'picture.empty')
  assert.equal(await refusal(Buffer.alloc(10 * 1024 * 1024 + 1)), 'picture.too-large')
  assert.equal(await refusal(Buffer.from('MZ this is a program')), 'picture.unknown-kind')
  assert.equal(await refusal(Buffer.from('<html><script>alert(1)</script></html>')), 'picture.unknown-kind')
  assert.equal(await refusal(Buffer.from('GIF89a............')), 'picture.other-kind')
  assert.equal(await refusal(Buffer.from('%PDF-1.7')), 'picture.other-kind')
  assert.equal(await refusal(await png(399, 399)), 'picture.too-small')
  assert.equal(await refusal(await png(800, 500)), 'picture.not-square')
  assert.equal(await refusal((await png(500, 500)).subarray(0, 900)), 'picture.broken')
  assert.equal(await refusal(svg('<path d="M0 0', '')), 'picture.broken')
  assert.equal(await refusal(svg('<path d="M0 0"/>', '')), 'picture.no-size')
})

test('a PNG that promises little and opens to much stops early', async () => {
  const bomb = forgedPng({ width: 400, height: 400, data: deflateSync(Buffer.alloc(200_000_000)) })
  assert.ok(bomb.length < 250_000)
  const before = process.memoryUsage().rss
  const startedAt = performance.now()
  assert.equal(await refusal(bomb), 'picture.broken')
  assert.ok(performance.now() - startedAt < 500, 'it took too long')
  assert.ok(process.memoryUsage().rss - before < 120_000_000, 'it took too much memory')
})

test('a PNG that promises more pixels than allowed is refused by its header', async () => {
  const startedAt = performance.now()
  assert.equal(
    await refusal(forgedPng({ width: 50_000, height: 50_000, data: deflateSync(Buffer.alloc(1000)) })),
    'picture.too-many-pixels',
  )
  assert.ok(performance.now() - startedAt < 100)
})

test('compressed text and profiles never reach a decoder', async () => {
  const bomb = deflateSync(Buffer.alloc(100_000_000))
  const data = deflateSync(Buffer.alloc((400 * 4 + 1) * 400))
  const extra = [
    chunk('iCCP', Buffer.concat([Buffer.from('x\0\0'), bomb])),
    chunk('zTXt', Buffer.concat([Buffer.from('x\0\0'), bomb])),
  ]
  assert.equal(await refusal(forgedPng({ width: 400, height: 400, data, extra })), 'taken')
})

test('flipped bits anywhere in a PNG never break the process', async () => {
  const source = await png(400, 400)
  let seed = 7
  const random = (below: number) => {
    seed = (seed * 1103515245 + 12345) % 2147483648
    return seed % below
  }
  for (let round = 0; round < 150; round++) {
    const copy = Buffer.from(source)
    for (let flips = 0; flips < 3; flips++) {
      const at = random(copy.length)
      copy[at] = (copy[at] ?? 0) ^ (1 << random(8))
    }
    await refusal(copy)
  }
})

test('nothing hostile is left of an SVG, and what was taken out is listed', async () => {
  for (const [name, body] of hostileSvgs) {
    const made = await readUploadedPicture(svg(`<circle r="50" cx="50" cy="50" fill="#1B2A41"/>${body}`), {
      ...badge,
      largest: 128,
    })
    const markup = Buffer.from(made.svg?.bytes ?? []).toString()
    assert.match(markup, /<circle/, name)
    assert.doesNotMatch(
      markup.replaceAll('&lt;', '').replaceAll('&quot;', ''),
      /<script|<[a-z]+:|\son[a-z]+=|javascript:|evil\.example|file:|foreignObject|@import|<a[\s>]|<set|<animate|svg\+xml|<iframe|<embed|<audio|<handler|expression|<\?/i,
      `${name}: ${markup}`,
    )
    if (!['markup in CDATA', 'script of HTML', 'iframe', 'embed', 'base'].includes(name))
      assert.ok(made.removed.length > 0, name)
  }
})

test('entities are not known, so they cannot grow or read files', async () => {
  const laughs = Buffer.from(
    `<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><text>&b;</text></svg>`,
  )
  assert.equal(await refusal(laughs), 'picture.broken')
  const file = Buffer.from(
    `<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><text>&x;</text></svg>`,
  )
  assert.equal(await refusal(file), 'picture.broken')
})

test('references that multiply are refused before anything is drawn', async () => {
  const levels = Array.from(
    { length: 9 },
    (_, level) => `<g id="l${level + 1}">${`<use href="#l${level}"/>`.repeat(10)}</g>`,
  ).join('')
  const startedAt = performance.now()
  assert.equal(
    await refusal(svg(`<defs><rect id="l0" width="1" height="1"/>${levels}</defs><use href="#l9"/>`)),
    'picture.too-complex',
  )
  const sheet = Array.from({ length: 9 }, (_, level) => `.c${level + 1}{fill:url(#p${level})}`).join('')
  const patterns = Array.from(
    { length: 9 },
    (_, level) =>
      `<pattern id="p${level}" width="1" height="1">${`<rect class="c${level}" width="1" height="1"/>`.repeat(10)}</pattern>`,
  ).join('')
  assert.equal(
    await refusal(svg(`<style>${sheet}</style>${patterns}<rect class="c9" width="9" height="9"/>`)),
    'picture.too-complex',
  )
  assert.equal(await refusal(svg('<g id="a"><use href="#a"/></g>')), 'picture.too-complex')
  assert.equal(await refusal(svg('<g>'.repeat(200) + '</g>'.repeat(200))), 'picture.too-complex')
  assert.ok(performance.now() - startedAt < 1000)
})

test('drawings as design programs export them keep their looks', async () => {
  const picture = await png(40, 40)
  const made = await readUploadedPicture(
    Buffer.from(`<?xml version="1.0" encoding="utf-8"?><!-- Generator: a program -->
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg version="1.1" id="Layer_1" xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" x="0px" y="0px" viewBox="0 0 200 200" style="enable-background:new 0 0 200 200;" xml:space="preserve">
<style type="text/css">.st0{fill:url(#SVGID_1_);}.st1{clip-path:url(#c1)}</style>
<defs><clipPath id="c1"><rect width="200" height="200"/></clipPath></defs>
<linearGradient id="SVGID_1_" gradientUnits="userSpaceOnUse" x1="0" y1="0" x2="200" y2="200"><stop offset="0" style="stop-color:#FF0000"/><stop offset="1" style="stop-color:#0000FF"/></linearGradient>
<g class="st1"><circle class="st0" cx="100" cy="100" r="90"/></g>
<image width="40" height="40" xlink:href="data:image/png;base64,${picture.toString('base64')}"/>
</svg>`),
    badge,
  )
  assert.deepEqual(made.removed, [])
  const { data, info } = await sharp(Buffer.from(made.png.bytes)).raw().toBuffer({ resolveWithObject: true })
  assert.deepEqual([info.width, info.height], [1024, 1024])
  const pixel = (x: number, y: number) => [
    ...data.subarray((y * info.width + x) * info.channels, (y * info.width + x) * info.channels + 3),
  ]
  const [red = 0, , blue = 0] = pixel(300, 300)
  assert.ok(red > blue, 'the gradient is drawn')
  // Drawn through two scalings, so not to the last bit.
  assert.deepEqual(pixel(50, 50), [20, 80, 160], 'the embedded picture is drawn')
})
