import assert from 'node:assert/strict'
import { createHmac, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { CompactSign, compactVerify, importJWK } from 'jose'
import { codeOf, issuerId, now, results, startWorld } from '../test/world.ts'
import type { JsonObject } from './json.ts'
import { signJwt } from './jwt.ts'
import { generateKeyPair, signerFromPrivateJwk } from './keys/signer.ts'
import type { Jwk } from './crypto/types.ts'
import { verifyCredential } from './verify.ts'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const rsaJwk = { ...rsa.publicKey.export({ format: 'jwk' }) } as Jwk
const rsaSigner = signerFromPrivateJwk(rsa.privateKey.export({ format: 'jwk' }) as Jwk)

async function unsignedIn(world: Awaited<ReturnType<typeof startWorld>>) {
  const { proof: _, ...unsigned } = await world.issue()
  return unsigned
}

for (const profile of ['open-badges', 'vc-jose-cose'] as const) {
  test(`a badge signed as a JWT (${profile}) is genuine; jose accepts the signature too`, async () => {
    const world = await startWorld()
    const jwt = await signJwt(await unsignedIn(world), {
      signer: world.keys.signer,
      algorithm: 'EdDSA',
      kid: world.method,
      profile,
    })
    const report = await verifyCredential(jwt, { now, load: world.load })
    assert.deepEqual([report.verdict, results(report)['format']], ['genuine', 'passed'])
    const { protectedHeader } = await compactVerify(jwt, await importJWK({ ...world.keys.publicKey.jwk }, 'EdDSA'))
    assert.deepEqual(
      protectedHeader,
      profile === 'open-badges'
        ? { alg: 'EdDSA', typ: 'JWT', kid: world.method }
        : { alg: 'EdDSA', typ: 'vc+jwt', cty: 'vc', kid: world.method },
    )
    const [head, body = '', tail] = jwt.split('.')
    const forged = Buffer.from(Buffer.from(body, 'base64url').toString().replace('Storytelling', 'Surgery')).toString(
      'base64url',
    )
    assert.equal((await verifyCredential(`${head}.${forged}.${tail}`, { now, load: world.load })).verdict, 'not-valid')
  })
}

test('RS256 with a JWK at an address of the issuer’s site, as Open Badges wants it', async () => {
  const world = await startWorld()
  const kid = 'https://college.example/keys/1'
  world.pages.set(kid, rsaJwk)
  const jwt = await signJwt(await unsignedIn(world), { signer: rsaSigner, algorithm: 'RS256', kid })
  assert.equal((await verifyCredential(jwt, { now, load: world.load })).verdict, 'genuine')
  // The same key on another site says nothing about the college.
  world.pages.set('https://evil.example/keys/1', rsaJwk)
  const foreign = await signJwt(await unsignedIn(world), {
    signer: rsaSigner,
    algorithm: 'RS256',
    kid: 'https://evil.example/keys/1',
  })
  const report = await verifyCredential(foreign, { now, load: world.load })
  assert.deepEqual([report.verdict, codeOf(report, 'issuer')], ['not-valid', 'issuer.key-not-listed'])
})

test('a redirect to another site does not let a key speak for the issuer', async () => {
  const world = await startWorld()
  const jwt = await signJwt(await unsignedIn(world), {
    signer: rsaSigner,
    algorithm: 'RS256',
    kid: 'https://college.example/go',
  })
  const load: typeof world.load = async (url, options) =>
    url === 'https://college.example/go'
      ? {
          status: 200,
          headers: {},
          body: new TextEncoder().encode(JSON.stringify(rsaJwk)),
          url: 'https://evil.example/key',
        }
      : world.load(url, options)
  assert.equal((await verifyCredential(jwt, { now, load })).verdict, 'could-not-finish')
})

test('a key that came along in the header proves nothing about the issuer, and nothing is fetched for it', async () => {
  const world = await startWorld()
  const payload = { ...(await unsignedIn(world)), iss: issuerId }
  const token = await new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
    .setProtectedHeader({ alg: 'RS256', jwk: { ...rsaJwk } as { kty: string } })
    .sign(rsa.privateKey)
  world.requests.length = 0
  const report = await verifyCredential(token, { now, load: world.load })
  assert.deepEqual(
    [codeOf(report, 'signature'), codeOf(report, 'issuer'), report.verdict],
    ['signature.valid', 'issuer.key-unbound', 'issuer-not-confirmed'],
  )
  assert.ok(
    !world.requests.some(
      (url) => url.includes('did.json') && report.checks[2]?.details.fetched?.some((item) => item.url === url),
    ),
  )
})

test('claims that differ from the badge make it invalid; missing ones are a warning', async () => {
  const world = await startWorld()
  const unsigned = await unsignedIn(world)
  const sign = (payload: object) =>
    new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
      .setProtectedHeader({ alg: 'RS256', kid: 'https://college.example/keys/1' })
      .sign(rsa.privateKey)
  world.pages.set('https://college.example/keys/1', rsaJwk)
  const base = { ...unsigned, iss: issuerId, jti: unsigned['id'], nbf: Date.parse('2026-03-04T00:00:00Z') / 1000 }
  const judge = async (payload: object) => {
    const report = await verifyCredential(await sign(payload), { now, load: world.load })
    return [report.verdict, results(report)['format'], codeOf(report, 'signature')]
  }
  assert.deepEqual(await judge(base), ['genuine', 'passed', 'signature.valid'])
  assert.deepEqual(await judge(unsigned), ['genuine', 'warning', 'signature.valid'])
  for (const change of [{ iss: 'did:web:evil.example' }, { jti: 'urn:uuid:other' }, { nbf: 1 }, { exp: 4102444800 }]) {
    assert.deepEqual(await judge({ ...base, ...change }), ['not-valid', 'passed', 'signature.claims-differ'])
  }
})

test('a VC 1.1 badge inside the claim "vc" is read with what the claims say', async () => {
  const world = await startWorld()
  const { validFrom: _, id, issuer: __, ...rest } = (await unsignedIn(world)) as JsonObject & { id: string }
  const vc = {
    ...rest,
    '@context': [
      'https://www.w3.org/2018/credentials/v1',
      'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json',
    ],
  }
  const payload = { iss: issuerId, jti: id, nbf: Date.parse('2026-03-04T00:00:00Z') / 1000, vc }
  const token = await new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
    .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT', kid: world.method })
    .sign(await importJWK({ ...world.keys.privateJwk }, 'EdDSA'))
  const report = await verifyCredential(token, { now, load: world.load })
  assert.deepEqual(
    [report.verdict, report.credential?.validFrom, report.credential?.issuer.id],
    ['genuine', '2026-03-04T00:00:00Z', issuerId],
  )
})

test('tokens that must never be accepted are refused without a single request (S26)', async () => {
  const world = await startWorld()
  const payload = await unsignedIn(world)
  const pem = rsa.publicKey.export({ format: 'pem', type: 'spki' }).toString()
  const der = createPublicKey(pem).export({ format: 'der', type: 'spki' })
  const body = Buffer.from(JSON.stringify(payload)).toString('base64url')
  const token = (header: object, secret?: string | Buffer) => {
    const signed = `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${body}`
    return `${signed}.${secret === undefined ? '' : createHmac('sha256', secret).update(signed).digest('base64url')}`
  }
  const kid = world.method
  const secrets = [pem, pem.trim(), der, JSON.stringify(rsaJwk), rsaJwk.n!, kid, '', 'secret']
  const corpus = [
    ...[
      'none',
      'None',
      'NONE',
      'nOnE',
      '',
      'HS1',
      'RS1',
      'dir',
      'ECDH-ES',
      'A128KW',
      'PS256',
      'ES256K',
      'RS512',
      'EdDSA ',
      'rs256',
    ].map((alg) => token({ alg, kid })),
    ...secrets.flatMap((secret) => ['HS256', 'HS384', 'HS512'].map((alg) => token({ alg, kid }, secret))),
    ...[
      { jku: 'https://evil.example/keys' },
      { x5u: 'https://evil.example/cert' },
      { x5c: ['MIIB'] },
      { crit: ['exp'], exp: 1 },
      { b64: false, crit: ['b64'] },
      { zip: 'DEF' },
      { enc: 'A128GCM' },
    ].map((extra) => token({ alg: 'RS256', kid, ...extra }, 'x')),
    token({ alg: 'RS256', jwk: { kty: 'oct', k: 'c2VjcmV0' } }, 'secret'),
    token({ alg: 'EdDSA', jwk: world.keys.privateJwk }, 'x'),
    token({ alg: ['RS256'], kid }, 'x'),
    token({ alg: { toString: 1 }, kid }, 'x'),
    token({ kid }, 'x'),
    token({ alg: 'EdDSA', typ: 'dpop+jwt', kid }, 'x'),
  ]
  assert.ok(corpus.length >= 40)
  for (const jwt of corpus) {
    world.requests.length = 0
    const report = await verifyCredential(jwt, {
      now,
      load: async (url) => (world.requests.push(url), { status: 404, headers: {}, body: new Uint8Array() }),
    })
    assert.deepEqual([report.verdict, results(report)['signature']], ['not-valid', 'failed'], jwt.slice(0, 60))
    assert.deepEqual(world.requests, [])
  }
})

test('the algorithm must be the one that keys of this kind sign with', async () => {
  const world = await startWorld()
  const p256 = await generateKeyPair('P-256')
  const unsigned = await unsignedIn(world)
  const jwt = await signJwt(unsigned, { signer: p256.signer, algorithm: 'ES256', kid: world.method })
  assert.equal(codeOf(await verifyCredential(jwt, { now, load: world.load }), 'signature'), 'signature.wrong')
  const lying = await signJwt(unsigned, { signer: world.keys.signer, algorithm: 'ES256', kid: world.method })
  assert.equal(codeOf(await verifyCredential(lying, { now, load: world.load }), 'signature'), 'signature.wrong')
})

test('a vc+jwt with a claim named vc is malformed', async () => {
  const world = await startWorld()
  const unsigned = await unsignedIn(world)
  await assert.rejects(
    signJwt(
      { ...unsigned, vc: {} },
      { signer: world.keys.signer, algorithm: 'EdDSA', kid: world.method, profile: 'vc-jose-cose' },
    ),
    { code: 'jwt.malformed' },
  )
})

test('in VC-JOSE-COSE the dates of the token are its own', async () => {
  const world = await startWorld()
  const unsigned = await unsignedIn(world)
  const judge = async (claims: object) => {
    const token = await new CompactSign(new TextEncoder().encode(JSON.stringify({ ...unsigned, ...claims })))
      .setProtectedHeader({ alg: 'EdDSA', typ: 'vc+jwt', kid: world.method })
      .sign(await importJWK({ ...world.keys.privateJwk }, 'EdDSA'))
    return codeOf(await verifyCredential(token, { now, load: world.load }), 'signature')
  }
  const seconds = now.getTime() / 1000
  assert.equal(await judge({ exp: seconds + 60, nbf: seconds - 60 }), 'signature.valid')
  assert.equal(await judge({ exp: seconds - 60 }), 'signature.expired')
  assert.equal(await judge({ nbf: seconds + 3600 }), 'signature.from-the-future')
  assert.equal(await judge({ iss: 'did:web:evil.example' }), 'signature.claims-differ')
})
