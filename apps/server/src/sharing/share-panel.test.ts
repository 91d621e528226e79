import assert from 'node:assert/strict'
import test from 'node:test'
import { decodeQR } from 'qr/decode.js'
import sharp from 'sharp'
import { rasterize } from '../platform/pictures/raster.ts'
import { anEarner } from '../../test/fixtures/earner.ts'
import { startLapel } from '../../test/lapel.ts'

function linkOf(page: string, host: string): URL {
  const found = [...page.matchAll(/href="([^"]+)"/g)]
    .map(([, href = '']) => href.replaceAll('&amp;', '&'))
    .find((href) => href.startsWith(`https://${host}`))
  if (!found) throw new Error(`There is no link to ${host}`)
  return new URL(found)
}

test('the panel asks first who may look, then links to every network with every value right', async (t) => {
  const lapel = await startLapel(t)
  const { publicId, earner, issuer } = await anEarner(lapel, {
    name: 'Maya Roy',
    validUntil: new Date('2099-12-31T00:00:00Z'),
    badge: { name: 'R&D "Basics"' },
  })
  await lapel.db
    .updateTable('organizations')
    .set({ linkedinOrganizationId: '4242' })
    .where('id', '=', issuer.organization.id)
    .execute()
  const before = await earner.get(`/badges/${publicId}/share`)
  assert.match(before.words, /This badge is private\. Who may open the link\?/)
  assert.ok(!before.text.includes('linkedin.com'))
  assert.equal((await lapel.visitor().get(`/b/${publicId}`)).status, 404)

  const page = await earner.submit(`/badges/${publicId}/share/visibility`, { visibility: 'public' })
  const url = `${lapel.config.publicUrl}/b/${publicId}`
  assert.ok(page.text.includes(`value="${url}"`))
  assert.match(page.words, /LinkedIn shows the issuer logo in your profile, not the picture of the badge\./)
  const profile = linkOf(page.text, 'www.linkedin.com/profile/add').searchParams
  const { label, snapshot } = await lapel.db
    .selectFrom('credentials')
    .select(['label', 'snapshot'])
    .where('publicId', '=', publicId)
    .executeTakeFirstOrThrow()
  const [year = '', month = ''] = (snapshot as { awardedOn: string }).awardedOn.split('-')
  assert.deepEqual(Object.fromEntries(profile), {
    startTask: 'CERTIFICATION_NAME',
    name: 'R&D "Basics"',
    organizationId: '4242',
    issueYear: year,
    issueMonth: String(Number(month)),
    expirationYear: '2099',
    expirationMonth: '12',
    certUrl: url,
    certId: label,
  })
  for (const host of ['x.com', 'www.facebook.com', 'bsky.app', 'wa.me'])
    assert.ok(decodeURIComponent(linkOf(page.text, host).search).includes(url), host)
  assert.match(page.text, /rel="noopener noreferrer"/)
})

test('a click is counted by us alone, and not more often than a person clicks', async (t) => {
  const lapel = await startLapel(t)
  const { publicId, earner } = await anEarner(lapel, { visibility: 'public' })
  const page = await earner.get(`/badges/${publicId}/share`)
  const csrf = /name="csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? ''
  const clicks = await Promise.all(
    Array.from({ length: 30 }, () => earner.send(`/badges/${publicId}/shared`, { csrf, channel: 'linkedin-profile' })),
  )
  assert.ok(clicks.every(({ status }) => status === 204))
  const events = await lapel.db.selectFrom('credentialEvents').select('channel').where('kind', '=', 'shared').execute()
  assert.equal(events.length, 10)
  assert.equal((await earner.send(`/badges/${publicId}/shared`, { csrf, channel: 'carrier-pigeon' })).status, 400)
  assert.match((await earner.get(`/badges/${publicId}`)).words, /Shared: LinkedIn/)
})

test('Mastodon asks for a server, and says where it leads before anything leaves', async (t) => {
  const lapel = await startLapel(t)
  const { publicId, earner } = await anEarner(lapel, { visibility: 'public' })
  const wrong = await earner.get(`/badges/${publicId}/share/mastodon?server=127.0.0.1`)
  assert.equal(wrong.status, 422)
  const page = await earner.get(`/badges/${publicId}/share/mastodon?server=mastodon.example`)
  assert.match(page.words, /You leave this site for mastodon\.example/)
  assert.ok(linkOf(page.text, 'mastodon.example/share').searchParams.get('text')?.endsWith(`/b/${publicId}`))
})

test('the QR code can be read back, as PNG and as SVG', async (t) => {
  const lapel = await startLapel(t)
  const { publicId, earner } = await anEarner(lapel, { visibility: 'public' })
  for (const ending of ['png', 'svg']) {
    const file = await earner.get(`/badges/${publicId}/share/qr.${ending}`)
    // The server's sharp opens no SVG, so the drawing goes through the same door as on the server.
    const picture = ending === 'svg' ? await rasterize(file.text, 600) : file.bytes
    const { data, info } = await sharp(picture).resize(600).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
    assert.equal(
      decodeQR({ width: info.width, height: info.height, data: new Uint8Array(data) }),
      `${lapel.config.publicUrl}/b/${publicId}`,
    )
  }
})
