import assert from 'node:assert/strict'
import test from 'node:test'
import { gzipSync } from 'node:zlib'
import { unbakePng, unbakeSvg } from '@lapel/openbadges'
import { anEarner, withdraw } from '../../test/fixtures/earner.ts'
import { startLapel } from '../../test/lapel.ts'

const json = { headers: { accept: 'application/vc+ld+json, application/json;q=0.8' } }

test('a fresh badge, an accepted private one, an unknown one and a stranger’s are the same 404 everywhere', async (t) => {
  const lapel = await startLapel(t)
  const { publicId, issuer } = await anEarner(lapel)
  const mallory = await lapel.person('mallory@example.org')
  const unknown = 'A'.repeat(22)
  for (const visitor of [lapel.visitor(), mallory])
    for (const part of ['', '?v=2', '/card.png', '/badge.png', '/badge.svg', '/credential.json', '/assertion.json'])
      for (const init of [{}, json]) {
        const [hidden, missing] = [
          await visitor.request(`/b/${publicId}${part}`, init),
          await visitor.request(`/b/${unknown}${part}`, init),
        ]
        assert.equal(hidden.status, 404, part)
        assert.equal(hidden.text.replaceAll(publicId, unknown), missing.text, part)
        assert.equal(missing.status, 404)
      }
  for (const part of ['', '/share', '/badge.png', '/visibility', '/share/qr.png'])
    assert.equal((await mallory.get(`/badges/${publicId}${part}`)).status, 404, part)
  assert.equal((await issuer.owner.get(`/b/${publicId}`)).status, 200)
})

test('making it public shows what was earned, by whom, from whom, with previews, in few bytes and without a cookie', async (t) => {
  const lapel = await startLapel(t)
  const { publicId, earner } = await anEarner(lapel)
  const choice = await earner.get(`/badges/${publicId}/visibility`)
  assert.match(choice.words, /Your name, the badge and dates\. Anyone can find it/)
  const done = await earner.submit(`/badges/${publicId}/visibility`, { visibility: 'public' })
  assert.match(done.words, /Data Storytelling is public\./)

  const stranger = lapel.visitor()
  const page = await stranger.request(`/b/${publicId}`)
  assert.equal(page.status, 200)
  assert.equal(page.headers.getSetCookie().length, 0)
  assert.match(page.words, /Issued to Maya Roy by Northfield College/)
  assert.match(page.words, /Valid - checked just now/)
  assert.match(page.words, /Learning outcomes Chooses a chart that fits the question/)
  assert.ok(gzipSync(page.text).length < 30_000)
  assert.ok(!page.text.includes('maya@northfield.example'))
  assert.ok(!page.text.includes('sha256$'))
  assert.match(page.text, /<meta name="robots" content="noindex/)
  const property = (name: string) => new RegExp(`<meta property="${name}" content="([^"]*)">`).exec(page.text)?.[1]
  assert.equal(property('og:title'), 'Data Storytelling, issued by Northfield College')
  assert.equal(property('og:url'), `${lapel.config.publicUrl}/b/${publicId}`)
  assert.equal(property('og:image:width'), '1200')
  const image = property('og:image') ?? ''
  assert.match(image, /^http.*\/card\.png\?v=[\w-]{12}$/)
  const card = await stranger.request(new URL(image).pathname + new URL(image).search)
  assert.equal(card.headers.get('content-type'), 'image/png')
  assert.equal(Buffer.from(card.bytes).readUInt32BE(16), 1200)
  assert.equal(Buffer.from(card.bytes).readUInt32BE(20), 627)
  assert.match(page.headers.get('cache-control') ?? '', /^public, max-age=(\d|[1-5]\d|60)$/)
  const etag = page.headers.get('etag') ?? ''
  const again = await stranger.request(`/b/${publicId}`, { headers: { 'if-none-match': etag } })
  assert.equal(again.status, 304)
})

test('a badge for people with the link has no preview, and is on no list', async (t) => {
  const lapel = await startLapel(t)
  const { publicId } = await anEarner(lapel, { visibility: 'link' })
  const page = await lapel.visitor().request(`/b/${publicId}`)
  assert.equal(page.status, 200)
  assert.ok(!page.text.includes('og:'))
})

test('the same address answers machines with the bytes that were signed, and with the older form', async (t) => {
  const lapel = await startLapel(t)
  const { publicId } = await anEarner(lapel, { visibility: 'public' })
  const machine = lapel.visitor()
  const types = ['application/vc+ld+json', 'application/vc', 'application/ld+json', 'application/json']
  const signed = await lapel.db.selectFrom('signedCredentials').select('body').executeTakeFirstOrThrow()
  for (const type of types) {
    const answer = await machine.request(`/b/${publicId}`, { headers: { accept: type } })
    assert.equal(answer.headers.get('content-type'), type)
    assert.equal(answer.text, signed.body)
    assert.match(answer.headers.get('cache-control') ?? '', /max-age=(\d|[1-5]\d|60)$/)
  }
  const browser = await machine.request(`/b/${publicId}`, { headers: { accept: 'text/html,application/json;q=0.9' } })
  assert.match(browser.headers.get('content-type') ?? '', /^text\/html/)

  const v2 = { headers: { accept: 'application/ld+json, application/json' } }
  const assertion = (await machine.request(`/b/${publicId}?v=2`, v2)).json() as Record<string, string>
  assert.equal(assertion['id'], `${lapel.config.publicUrl}/b/${publicId}?v=2`)
  const badge = (await machine.request(new URL(assertion['badge'] ?? '').pathname, v2)).json() as Record<string, string>
  assert.equal(badge['id'], assertion['badge'])
  assert.equal(badge['name'], 'Data Storytelling')
  const issuer = (await machine.request(new URL(badge['issuer'] ?? '').pathname, v2)).json() as Record<string, string>
  assert.equal(issuer['id'], badge['issuer'])
  assert.equal(issuer['name'], 'Northfield College')
})

test('the files hold the credential as it was signed', async (t) => {
  const lapel = await startLapel(t)
  const { publicId, earner } = await anEarner(lapel, { visibility: 'public' })
  const signed = await lapel.db.selectFrom('signedCredentials').select('body').executeTakeFirstOrThrow()
  for (const [visitor, path] of [
    [lapel.visitor(), `/b/${publicId}`],
    [earner, `/badges/${publicId}`],
  ] as const) {
    const png = await visitor.request(`${path}/badge.png`)
    assert.equal((await unbakePng(png.bytes))[0]?.text, signed.body)
    assert.match(
      png.headers.get('content-disposition') ?? '',
      /^attachment; filename="data-storytelling-[A-Z0-9-]+\.png"$/,
    )
    assert.match(png.headers.get('content-security-policy') ?? '', /^sandbox/)
    const svg = await visitor.request(`${path}/badge.svg`)
    assert.equal(unbakeSvg(svg.text)[0]?.text, signed.body)
    assert.equal((await visitor.request(`${path}/credential.json`)).text, signed.body)
  }
})

test('a withdrawal is seen at once: page, older form, files, and the owner’s own pages', async (t) => {
  const lapel = await startLapel(t)
  const { publicId, issuer, earner, credentialId } = await anEarner(lapel, { visibility: 'public' })
  const before = await lapel.visitor().request(`/b/${publicId}`)
  await withdraw(lapel, issuer, credentialId, 'Issued to the wrong person')
  const after = await lapel.visitor().request(`/b/${publicId}`, {
    headers: { 'if-none-match': before.headers.get('etag') ?? '' },
  })
  assert.equal(after.status, 200)
  assert.match(after.words, /Withdrawn - checked just now/)
  assert.match(
    after.words,
    /Northfield College withdrew this badge on .*\d{4}\. Reason given: Issued to the wrong person\./,
  )
  assert.ok(!after.text.includes('For the team only'))
  assert.ok(!after.text.includes('/badge.png'))
  const machine = lapel.visitor()
  const v2 = await machine.request(`/b/${publicId}?v=2`, json)
  assert.equal(v2.status, 410)
  assert.deepEqual(v2.json(), {
    '@context': 'https://w3id.org/openbadges/v2',
    type: 'Assertion',
    id: `${lapel.config.publicUrl}/b/${publicId}?v=2`,
    revoked: true,
    revocationReason: 'Issued to the wrong person',
  })
  assert.equal((await machine.request(`/b/${publicId}`, json)).status, 200)
  assert.equal((await machine.request(`/b/${publicId}/badge.png`)).status, 410)
  const own = await earner.get(`/badges/${publicId}`)
  assert.match(own.words, /Withdrawn/)
  assert.ok(!own.text.includes('/share"'))
  assert.equal((await earner.request(`/badges/${publicId}/share`)).location, `/badges/${publicId}`)
})

test('an owner who declines a public badge takes the page away, and brings it back', async (t) => {
  const lapel = await startLapel(t)
  const { publicId, earner } = await anEarner(lapel, { visibility: 'public' })
  await earner.get(`/badges/${publicId}/decline`)
  const declined = await earner.submit(`/badges/${publicId}/decline`)
  assert.match(declined.words, /You declined Data Storytelling/)
  const gone = await lapel.visitor().get(`/b/${publicId}`)
  assert.equal(gone.status, 410)
  assert.match(gone.words, /removed by its owner/)
  assert.equal((await lapel.visitor().request(`/b/${publicId}`, json)).status, 404)
  const back = await earner.submit(`/badges/${publicId}/restore`)
  assert.match(back.words, /Data Storytelling is back in your backpack\./)
  assert.equal((await lapel.visitor().get(`/b/${publicId}`)).status, 200)
})

test('the owner and the issuer see it with a bar that says what others see', async (t) => {
  const lapel = await startLapel(t)
  const { publicId, earner, issuer } = await anEarner(lapel)
  assert.match((await earner.get(`/b/${publicId}`)).words, /You see this as owner\. Others see nothing\./)
  const team = await issuer.owner.get(`/b/${publicId}`)
  assert.match(team.words, /You see this as issuer\. Others see nothing\./)
  assert.equal(team.headers.get('cache-control'), 'no-store')
})
