import assert from 'node:assert/strict'
import test from 'node:test'
import sharp from 'sharp'
import {
  drawSignatureImage,
  previewHeight,
  type Signature,
  signatureHtml,
  signatureMarkdown,
  signatureSize,
  signatureText,
} from './signature.ts'

const signature: Signature = {
  badge: 'R&D [Level "1"]',
  issuer: 'Northfield <College>',
  url: 'https://lapel.example/b/Hk3vTq9xQyWm0aBcDeFgHi',
  imageUrl: 'https://lapel.example/b/Hk3vTq9xQyWm0aBcDeFgHi/signature.png?size=64',
  altText: 'Hexagon badge with the letters DS',
  size: 64,
}

test('the block is small, escaped, with a picture of fixed size and a link in words', () => {
  const block = signatureHtml(signature).toString()
  assert.ok(block.length < 3_000)
  assert.match(block, /width="64" height="64" alt="Hexagon badge with the letters DS"/)
  assert.match(block, />R&amp;D \[Level &quot;1&quot;\]<\/a><br>Northfield &lt;College&gt;</)
  assert.ok(!/class=|<style|<script|background-image|flex/.test(block))
  assert.equal(signatureText(signature), `R&D [Level "1"], Northfield <College>\n${signature.url}`)
  assert.match(signatureMarkdown(signature), /\[R&D \\\[Level "1"\\\]\]\(https:\/\/lapel/)
})

test('the preview is as high as its words need', () => {
  assert.equal(previewHeight({ ...signature, badge: 'First Aid', issuer: 'Northfield' }), 64 + 24)
  assert.ok(previewHeight({ ...signature, badge: 'x'.repeat(90), issuer: 'y'.repeat(120) }) >= 6 * 20 + 24)
})

test('a size is one of three', () => {
  assert.deepEqual(['48', '64', '96', '97', undefined, 'x'].map(signatureSize), [48, 64, 96, 64, 64, 64])
})

test('the picture is twice as large as it is shown, opaque, and different when it says something', async () => {
  const picture = await sharp({ create: { width: 512, height: 512, channels: 4, background: '#1B2A41' } })
    .png()
    .toBuffer()
  const plain = await drawSignatureImage({ picture, band: undefined }, 48)
  const withdrawn = await drawSignatureImage({ picture, band: { word: 'Withdrawn', tone: 'bad' } }, 48)
  const gone = await drawSignatureImage({ picture: undefined, band: { word: 'Not shown', tone: 'neutral' } }, 48)
  for (const drawn of [plain, withdrawn, gone]) {
    const { width, height } = await sharp(drawn).metadata()
    assert.deepEqual([width, height], [96, 96])
    assert.ok((await sharp(drawn).stats()).isOpaque)
    assert.ok(drawn.length < 50_000)
  }
  assert.ok(!plain.equals(withdrawn))
  const strip = await sharp(withdrawn).extract({ left: 0, top: 38, width: 6, height: 16 }).png().toBuffer()
  const { dominant } = await sharp(strip).stats()
  assert.ok(dominant.r > 120 && dominant.g < 60)
})
