import assert from 'node:assert/strict'
import { test } from 'node:test'
import sharp from 'sharp'
import { drawSocialCard, type SocialCard, socialCardSvg } from './social-card.ts'

async function card(given: Partial<SocialCard> = {}): Promise<SocialCard> {
  const bytes = await sharp({ create: { width: 512, height: 512, channels: 3, background: '#0B5563' } })
    .png()
    .toBuffer()
  return {
    picture: { bytes, type: 'image/png' },
    badgeName: 'Data Storytelling',
    issuerName: 'Northfield College',
    recipientName: 'Maya Roy',
    productName: 'Lapel',
    words: { issuedBy: 'Issued by', earnedBy: 'Earned by' },
    ...given,
  }
}

test('the picture for links is 1200 by 627 and shows the badge', async () => {
  const png = await drawSocialCard(await card())
  const { width, height } = await sharp(png).metadata()
  assert.deepEqual({ width, height }, { width: 1200, height: 627 })
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true })
  const at = (313 * info.width + 237) * info.channels
  assert.deepEqual([...data.subarray(at, at + 3)], [0x0b, 0x55, 0x63])
  assert.ok(png.length < 500_000)
})

test('a name that no face covers is left out whole; the others stay', async () => {
  const paths = async (given: Partial<SocialCard>) =>
    [...socialCardSvg(await card(given)).matchAll(/<path fill="#14202E"/g)].length
  assert.equal(await paths({}), 3)
  assert.equal(await paths({ badgeName: 'ქართული ენა' }), 2)
  assert.equal(await paths({ recipientName: undefined }), 2)
  assert.equal(await paths({ recipientName: 'أحمد حسن', badgeName: 'Щит' }), 3)
})

test('names never reach the picture as markup', async () => {
  const svg = socialCardSvg(await card({ badgeName: '"/><script>', recipientName: ']]><image href="/etc/hostname"/>' }))
  assert.doesNotMatch(svg, /script|hostname/)
})
