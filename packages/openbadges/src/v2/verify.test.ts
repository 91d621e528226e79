import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { CompactSign } from 'jose'
import { samplePng } from '../../test/sample.ts'
import { codeOf, now, results } from '../../test/world.ts'
import { bakePng } from '../bake-png.ts'
import type { Load } from '../verify/evidence.ts'
import { verifyCredential } from '../verify.ts'
import {
  assertion,
  badgeClass,
  cryptographicKey,
  issuerProfile,
  recipientV2,
  revocationList,
  revokedAssertion,
} from './documents.ts'

const site = 'https://college.example'
const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
const publicKeyPem = keys.publicKey.export({ format: 'pem', type: 'spki' }).toString()

function startSite() {
  const pages = new Map<string, unknown>()
  const gone = new Set<string>()
  const badge = badgeClass({
    id: `${site}/badge.json`,
    name: 'Data Storytelling',
    description: 'Tells a story.',
    image: `${site}/badge.png`,
    criteria: { narrative: 'Present.' },
    issuer: `${site}/issuer.json`,
    tags: ['data'],
  })
  const hosted = assertion({
    id: `${site}/assertions/1`,
    badge: badge.id,
    recipient: recipientV2('maya@college.example', { salt: 's' }),
    issuedOn: '2026-03-04T00:00:00Z',
  })
  const issuer = issuerProfile({
    id: `${site}/issuer.json`,
    name: 'Northfield College',
    url: site,
    email: 'badges@college.example',
    publicKey: `${site}/key.json`,
    revocationList: `${site}/revoked.json`,
  })
  pages.set(hosted.id, hosted).set(badge.id, badge).set(issuer.id, issuer).set(badge.image, samplePng())
  pages.set(`${site}/key.json`, cryptographicKey({ id: `${site}/key.json`, owner: issuer.id, publicKeyPem }))
  pages.set(
    `${site}/revoked.json`,
    revocationList({ id: `${site}/revoked.json`, issuer: issuer.id, revoked: [{ id: 'urn:uuid:other', reason: 'x' }] }),
  )
  const load: Load = async (url) => {
    const page = pages.get(url)
    if (page === undefined) return { status: 404, headers: {}, body: new Uint8Array() }
    return {
      status: gone.has(url) ? 410 : 200,
      headers: {},
      body:
        page instanceof Uint8Array
          ? page
          : new TextEncoder().encode(typeof page === 'string' ? page : JSON.stringify(page)),
    }
  }
  const judge = (input: string | Uint8Array | object) =>
    verifyCredential(input, { now, load, expectedRecipient: 'maya@college.example' })
  return { pages, gone, badge, hosted, issuer, judge }
}

const sign = (payload: object, header: object = { alg: 'RS256' }) =>
  new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
    .setProtectedHeader(header as { alg: string })
    .sign(keys.privateKey)

function signedAssertion() {
  return assertion({
    id: 'urn:uuid:6b7a2f0e-0d2c-4f0b-9f64-0b3c5c1e8a11',
    badge: `${site}/badge.json`,
    recipient: recipientV2('maya@college.example'),
    issuedOn: '2026-03-04T00:00:00Z',
    publicKey: `${site}/key.json`,
  })
}

test('a hosted badge is genuine as JSON, by its address, and baked', async () => {
  const { hosted, judge } = startSite()
  for (const input of [
    hosted,
    hosted.id,
    bakePng(samplePng(), JSON.stringify(hosted), 'openbadges'),
    bakePng(samplePng(), hosted.id, 'openbadges'),
  ]) {
    const report = await judge(input)
    assert.equal(report.verdict, 'genuine')
    assert.ok(
      Object.values(results(report)).every((result) => result === 'passed'),
      JSON.stringify(results(report)),
    )
    assert.deepEqual(
      [report.credential?.version, report.credential?.name, report.credential?.issuer.name],
      ['2.0', 'Data Storytelling', 'Northfield College'],
    )
  }
})

test('a copy that differs from the hosted badge is not valid', async () => {
  const { hosted, judge } = startSite()
  for (const change of [
    { issuedOn: '2020-01-01T00:00:00Z' },
    { badge: `${site}/other.json` },
    { recipient: recipientV2('mallory@college.example') },
    { expires: '2040-01-01T00:00:00Z' },
  ]) {
    const report = await judge({ ...hosted, ...change })
    assert.deepEqual([report.verdict, codeOf(report, 'signature')], ['not-valid', 'signature.hosted-different'])
  }
})

test('a hosted badge on another site than its issuer’s is not the issuer’s, unless the issuer says so', async () => {
  const { pages, hosted, issuer, judge } = startSite()
  const elsewhere = { ...hosted, id: 'https://host.example/a/1' }
  pages.set(elsewhere.id, elsewhere)
  const report = await judge(elsewhere)
  assert.deepEqual([report.verdict, codeOf(report, 'issuer')], ['not-valid', 'issuer.outside-scope'])
  pages.set(issuer.id, { ...issuer, verification: { type: 'HostedBadge', startsWith: 'https://host.example/a/' } })
  assert.equal((await judge(elsewhere)).verdict, 'genuine')
  pages.set(issuer.id, { ...issuer, verification: { type: 'HostedBadge', allowedOrigins: ['host.example'] } })
  assert.equal((await judge(elsewhere)).verdict, 'genuine')
  pages.set(issuer.id, { ...issuer, verification: { type: 'HostedBadge', startsWith: 'https://host.example/b/' } })
  assert.equal((await judge(elsewhere)).verdict, 'not-valid')
})

test('a revoked hosted badge is no longer valid, with 410 or without, and says why', async () => {
  const { pages, gone, hosted, judge } = startSite()
  pages.set(hosted.id, revokedAssertion({ id: hosted.id, reason: 'Issued by mistake' }))
  for (const withGone of [false, true]) {
    if (withGone) gone.add(hosted.id)
    const report = await judge(hosted)
    assert.deepEqual([report.verdict, report.checks[3]?.params['reason']], ['no-longer-valid', 'Issued by mistake'])
  }
  pages.set(hosted.id, '')
  assert.equal((await judge(hosted)).verdict, 'no-longer-valid')
})

test('a host that does not answer leaves the question open', async () => {
  const { pages, hosted, judge } = startSite()
  pages.delete(hosted.id)
  assert.deepEqual(
    [(await judge(hosted)).verdict, codeOf(await judge(hosted), 'signature')],
    ['could-not-finish', 'signature.host-unavailable'],
  )
})

test('a signed badge is genuine; altered, revoked, or with a key that the issuer does not name, it is not', async () => {
  const { pages, issuer, judge } = startSite()
  const signed = signedAssertion()
  const jws = await sign(signed)
  assert.equal((await judge(jws)).verdict, 'genuine')
  const [head, , tail] = jws.split('.')
  const forged = `${head}.${Buffer.from(JSON.stringify({ ...signed, issuedOn: '2020-01-01T00:00:00Z' })).toString('base64url')}.${tail}`
  assert.deepEqual(
    [(await judge(forged)).verdict, codeOf(await judge(forged), 'signature')],
    ['not-valid', 'signature.wrong'],
  )

  pages.set(`${site}/revoked.json`, { id: `${site}/revoked.json`, issuer: issuer.id, revokedAssertions: [signed.id] })
  assert.equal((await judge(jws)).verdict, 'no-longer-valid')
  pages.set(`${site}/revoked.json`, {
    id: `${site}/revoked.json`,
    issuer: issuer.id,
    revokedAssertions: [{ uid: signed.id, revocationReason: 'Wrong person' }],
  })
  assert.equal((await judge(jws)).checks[3]?.params['reason'], 'Wrong person')
  pages.delete(`${site}/revoked.json`)
  assert.equal((await judge(jws)).verdict, 'could-not-finish')

  pages.set(issuer.id, { ...issuer, publicKey: `${site}/another-key.json` })
  assert.deepEqual(
    [(await judge(jws)).verdict, codeOf(await judge(jws), 'issuer')],
    ['not-valid', 'issuer.key-not-listed'],
  )
})

test('a key on another site that claims to be the issuer’s is not', async () => {
  const { pages, issuer, judge } = startSite()
  pages.set(
    'https://evil.example/key.json',
    cryptographicKey({ id: 'https://evil.example/key.json', owner: issuer.id, publicKeyPem }),
  )
  const report = await judge(
    await sign({
      ...signedAssertion(),
      verification: { type: 'SignedBadge', creator: 'https://evil.example/key.json' },
    }),
  )
  assert.deepEqual([report.verdict, codeOf(report, 'issuer')], ['not-valid', 'issuer.key-not-listed'])
})

test('badges of 1.0 and 0.5 are still verified', async () => {
  const { pages, judge } = startSite()
  const v1 = {
    uid: '1',
    recipient: recipientV2('maya@college.example'),
    badge: `${site}/v1-badge.json`,
    verify: { type: 'hosted', url: `${site}/v1.json` },
    issuedOn: 1388534400,
  }
  pages.set(`${site}/v1.json`, v1).set(`${site}/v1-badge.json`, {
    name: 'Old',
    description: 'd',
    image: `${site}/badge.png`,
    criteria: `${site}/c`,
    issuer: `${site}/v1-issuer.json`,
  })
  pages.set(`${site}/v1-issuer.json`, { name: 'Northfield College', url: site })
  const report = await judge(v1)
  assert.deepEqual(
    [report.verdict, report.credential?.version, report.credential?.issuer.name],
    ['genuine', '1.0', 'Northfield College'],
  )

  const v05 = {
    recipient: 'maya@college.example',
    issued_on: '2012-01-30',
    badge: {
      version: '0.5.0',
      name: 'Older',
      description: 'd',
      image: `${site}/badge.png`,
      criteria: '/c',
      issuer: { origin: site, name: 'Northfield' },
    },
  }
  pages.set(`${site}/v05.json`, v05)
  const old = await judge(`${site}/v05.json`)
  assert.deepEqual([old.verdict, old.credential?.version, results(old)['recipient']], ['genuine', '0.5', 'passed'])
  pages.set(`${site}/v05.json`, {
    ...v05,
    badge: { ...v05.badge, issuer: { origin: 'https://other.example', name: 'Other' } },
  })
  assert.equal(codeOf(await judge(`${site}/v05.json`), 'issuer'), 'issuer.outside-scope')

  // 1.0 signed: `verify.url` leads to the PEM itself, on the issuer's site.
  pages.set(`${site}/key.pem`, publicKeyPem)
  const signed = await sign({ ...v1, verify: { type: 'signed', url: `${site}/key.pem` } })
  assert.equal(results(await judge(signed))['issuer'], 'passed')
  pages.set('https://evil.example/key.pem', publicKeyPem)
  const foreign = await judge(await sign({ ...v1, verify: { type: 'signed', url: 'https://evil.example/key.pem' } }))
  assert.equal(foreign.verdict, 'not-valid')
})

test('the builders write what the standard asks for, and refuse what it does not know', () => {
  const { hosted, issuer } = startSite()
  assert.deepEqual(
    [hosted['@context'], hosted.type, hosted.verification],
    ['https://w3id.org/openbadges/v2', 'Assertion', { type: 'HostedBadge' }],
  )
  assert.equal(issuer.type, 'Issuer')
  assert.throws(
    () =>
      assertion({
        id: 'no address',
        badge: 'x',
        recipient: recipientV2('a@b.example'),
        issuedOn: '2026-03-04T00:00:00Z',
      }),
    /id: not an absolute URI/,
  )
  assert.throws(
    () =>
      badgeClass({
        id: `${site}/b`,
        name: '',
        description: 'd',
        image: `${site}/i`,
        criteria: `${site}/c`,
        issuer: `${site}/i`,
      }),
    /name/,
  )
})

test('what is not an assertion of 2.0, or ends before it begins, is not valid', async () => {
  const { pages, hosted, judge } = startSite()
  for (const change of [
    { '@context': 'https://w3id.org/openbadges/invalid' },
    { type: 'OtherAssertion' },
    { expires: '2020-01-01T00:00:00Z' },
  ]) {
    pages.set(hosted.id, { ...hosted, ...change })
    const report = await judge(hosted.id)
    assert.deepEqual(
      [report.verdict, codeOf(report, 'format')],
      ['not-valid', 'format.invalid'],
      JSON.stringify(change),
    )
  }
})
