import assert from 'node:assert/strict'
import test from 'node:test'
import { bakePng, unbakePng } from '@lapel/openbadges'
import sharp from 'sharp'
import { anEarner, withdraw } from '../../test/fixtures/earner.ts'
import { type Lapel, startLapel } from '../../test/lapel.ts'
import type { Answer, Visitor } from '../../test/visitor.ts'
import { qrPng } from '../sharing/index.ts'

async function bakedPng(visitor: Visitor, publicId: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array((await visitor.request(`/b/${publicId}/badge.png`)).bytes)
}

function check(lapel: Lapel, fields: Record<string, string | File>): Promise<Answer> {
  return lapel.visitor().submit('/verify', fields, { shownOn: '/verify' })
}

const file = (bytes: Uint8Array<ArrayBuffer> | string, name: string) => new File([bytes], name)

/** The words of the eight rows of the result, by check. */
function rows(page: Answer): Record<string, string> {
  return Object.fromEntries(
    [
      ...page.text.matchAll(
        /<tr[^>]*><th scope="row"[^>]*>(?:<[^>]+>)*([^<]+)(?:<[^>]+>)*<\/th><td.*?<\/svg>([^<]+)</gs,
      ),
    ].map(([, name = '', result = '']) => [name.trim(), result.trim()]),
  )
}

test('a stranger’s true result: the baked file, checked one by one', async (t) => {
  const lapel = await startLapel(t)
  const { publicId } = await anEarner(lapel, { visibility: 'public' })
  const png = await bakedPng(lapel.visitor(), publicId)
  const page = await check(lapel, { file: file(png, 'badge.png') })
  assert.equal(page.status, 200)
  assert.match(
    page.words,
    /Genuine checked .* UTC Northfield College issued Data Storytelling to Maya Roy on \w+ \d+, \d{4}, and it is valid today\./,
  )
  assert.match(page.words, /We have not checked that the person showing it is Maya Roy\./)
  assert.deepEqual(rows(page), {
    '1 Format': 'Passed',
    '2 Signature': 'Passed',
    '3 Issuer': 'Warning',
    '4 Withdrawn?': 'Passed',
    '5 Dates': 'Passed',
    '6 Recipient': 'Not checked',
    '7 Badge definition': 'Passed',
    '8 Picture': 'Passed',
  })
  assert.match(page.words, /This site knows the issuer; its own domain is not confirmed\./)
})

test('a changed twin is not valid, and what it claims is folded away', async (t) => {
  const lapel = await startLapel(t)
  const { publicId } = await anEarner(lapel, { visibility: 'public' })
  const png = await bakedPng(lapel.visitor(), publicId)
  const [{ text } = { text: '' }] = await unbakePng(png)
  const twin = bakePng(png, text.replaceAll('Maya Roy', 'Mara Roy'))
  const page = await check(lapel, { file: file(new Uint8Array(twin), 'badge.png') })
  assert.match(
    page.words,
    /Not valid .*This is not a valid badge: the content does not match its signature\. Nothing in it can be trusted\./,
  )
  assert.match(page.text, /<details[^>]*><summary>.*?What the file claims/s)
  assert.equal(rows(page)['2 Signature'], 'Failed')
  assert.ok(!/valid today/.test(page.words))
})

test('a withdrawn badge says when and why, at once, whatever form it comes in', async (t) => {
  const lapel = await startLapel(t)
  const { publicId, issuer, credentialId } = await anEarner(lapel, { visibility: 'public' })
  const png = await bakedPng(lapel.visitor(), publicId)
  const address = `${lapel.config.publicUrl}/b/${publicId}`
  assert.match((await check(lapel, { text: address })).words, /Genuine checked/)
  await withdraw(lapel, issuer, credentialId, 'Issued by mistake.')
  const forms: Record<string, string | File>[] = [
    { file: file(png, 'x.png') },
    { text: address },
    { text: `${address}?v=2` },
  ]
  for (const fields of forms) {
    const page = await check(lapel, fields)
    assert.match(page.words, /No longer valid|Not valid|Could not finish/)
    assert.ok(!/valid today/.test(page.words))
  }
  const page = await check(lapel, { file: file(png, 'x.png') })
  assert.match(
    page.words,
    /No longer valid .*Northfield College withdrew this badge on \w+ \d+, \d{4}\. Reason given: Issued by mistake\. /,
  )
  const linked = await lapel.visitor().get(`/verify?b=${publicId}`)
  assert.match(linked.words, /No longer valid/)
})

test('one of our own is checked by a link, for whoever may see it', async (t) => {
  const lapel = await startLapel(t)
  const { publicId, earner } = await anEarner(lapel)
  assert.equal((await lapel.visitor().get(`/verify?b=${publicId}`)).status, 404)
  assert.equal((await lapel.visitor().get(`/verify?b=${'A'.repeat(22)}`)).status, 404)
  assert.match((await earner.get(`/verify?b=${publicId}`)).words, /Genuine checked/)
})

test('the recipient is compared only when asked, and the address goes nowhere', async (t) => {
  const lapel = await startLapel(t)
  const { publicId } = await anEarner(lapel, { visibility: 'public' })
  const visitor = lapel.visitor()
  await visitor.get(`/verify?b=${publicId}`)
  const yes = await visitor.submit('/verify/compare', { email: 'Maya@Northfield.example' })
  assert.match(yes.words, /It was issued to the address you entered\./)
  assert.equal(rows(yes)['6 Recipient'], 'Passed')
  const no = await visitor.submit('/verify/compare', { email: 'mallory@example.org' })
  assert.match(no.words, /It was not issued to the address you entered\./)
  assert.equal(rows(no)['6 Recipient'], 'Failed')
  assert.ok(!no.text.includes('mallory@example.org'))
  const wrong = await visitor.submit('/verify/compare', { email: 'mallory' })
  assert.equal(wrong.status, 422)
})

test('a result is kept only when asked for, for 30 days, and cannot be made up', async (t) => {
  const lapel = await startLapel(t)
  const { publicId } = await anEarner(lapel, { visibility: 'public' })
  const visitor = lapel.visitor()
  await visitor.get(`/verify?b=${publicId}`)
  assert.equal((await lapel.db.selectFrom('checkResults').select('id').execute()).length, 0)
  const kept = await visitor.post('/verify/keep')
  assert.match(kept.location ?? '', /^\/verify\/r\/[\w-]{22}$/)
  const page = await lapel.visitor().get(kept.location ?? '')
  assert.match(page.words, /Genuine .*This result is kept until/)
  const machine = (await lapel.visitor().get(`${kept.location}?format=json`)).json() as {
    reports: { verdict: string }[]
  }
  assert.equal(machine.reports[0]?.verdict, 'genuine')
  lapel.passDays(31)
  assert.equal((await lapel.visitor().get(kept.location ?? '')).status, 404)
  await visitor.get(`/verify?b=${publicId}`)
  const forged = await visitor.post('/verify/keep', { result: Buffer.from('{"badges":[]}').toString('base64url') })
  assert.equal(forged.location, '/verify')
})

test('what is no badge gets a sentence that says what to do', async (t) => {
  const lapel = await startLapel(t)
  const picture = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#fff' } })
    .png()
    .toBuffer()
  const screenshot = await check(lapel, { file: file(new Uint8Array(picture), 'screen.png') })
  assert.equal(screenshot.status, 422)
  assert.match(
    screenshot.words,
    /We could not find a badge in this file\. Screenshots do not carry one; ask for the link or the original file\./,
  )
  assert.match((await check(lapel, {})).words, /Choose a file, or paste a link or text/)
  assert.match((await check(lapel, { text: 'hello' })).words, /We could not find a badge in this text/)
  for (const address of [
    'https://127.0.0.1/badge',
    'https://169.254.169.254/latest/meta-data',
    'https://nowhere.invalid/x',
  ])
    assert.match((await check(lapel, { text: address })).words, /This address did not answer\./)
  assert.match((await check(lapel, { text: 'x', file: file('{}', 'x.json') })).words, /Give one thing to check/)
})

test('a photograph of the code leads to the badge', async (t) => {
  const lapel = await startLapel(t)
  const { publicId } = await anEarner(lapel, { visibility: 'public' })
  const code = await sharp(await qrPng(`${lapel.config.publicUrl}/b/${publicId}`))
    .resize(500)
    .extend({ top: 150, bottom: 250, left: 200, right: 100, background: '#ddd' })
    .jpeg()
    .toBuffer()
  assert.match((await check(lapel, { photo: file(new Uint8Array(code), 'photo.jpg') })).words, /Genuine checked/)
  assert.match((await check(lapel, { file: file(new Uint8Array(code), 'photo.jpg') })).words, /Genuine checked/)
  const nothing = await sharp({ create: { width: 300, height: 300, channels: 3, background: '#888' } })
    .jpeg()
    .toBuffer()
  assert.match(
    (await check(lapel, { photo: file(new Uint8Array(nothing), 'photo.jpg') })).words,
    /could not find a QR code/,
  )
})

test('machines get the same answer as JSON, and a signed-in page in French speaks French', async (t) => {
  const lapel = await startLapel(t)
  const { publicId } = await anEarner(lapel, { visibility: 'public' })
  const signed = (await lapel.visitor().request(`/b/${publicId}/credential.json`)).text
  const send = (body: string, type: string) =>
    lapel
      .visitor()
      .request('/api/verify', { method: 'POST', body, headers: { 'content-type': type, accept: 'application/json' } })
  for (const [body, type] of [
    [signed, 'application/vc+ld+json'],
    [JSON.stringify({ input: JSON.parse(signed) as unknown }), 'application/json'],
    [JSON.stringify({ input: `${lapel.config.publicUrl}/b/${publicId}` }), 'application/json'],
  ] as const) {
    const answer = (await send(body, type)).json() as {
      reports: { verdict: string; sentence: string; checks: unknown[] }[]
    }
    assert.equal(answer.reports[0]?.verdict, 'genuine')
    assert.equal(answer.reports[0]?.checks.length, 8)
    assert.match(answer.reports[0]?.sentence ?? '', /^Northfield College issued Data Storytelling to Maya Roy/)
  }
  assert.equal((await send('{"x":1}', 'application/json')).status, 400)
  const visitor = lapel.visitor()
  visitor.headers['accept-language'] = 'fr-CA'
  assert.match(
    (await visitor.get(`/verify?b=${publicId}`)).words,
    /Authentique .*Northfield College a délivré Data Storytelling à Maya Roy le \d+ \S+ \d{4}, et il est valide aujourd’hui\./,
  )
})
