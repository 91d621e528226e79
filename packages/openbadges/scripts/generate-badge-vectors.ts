// Writes vectors/badges.json: badges of every kind, good and bad, with what a verifier has to find. The keys are made
// from fixed seeds, so that the file comes out the same each time; they are known to everybody and sign nothing else.
import { createPrivateKey, createPublicKey } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import {
  achievementCredential,
  bakePng,
  bakeSvg,
  createStatusList,
  didKey,
  ed25519Pkcs8,
  endorsementCredential,
  hashIdentity,
  PublicKey,
  publicKeyToMultibase,
  setStatus,
  signCredential,
  signerFromPrivateJwk,
  signJwt,
  statusListCredential,
  statusListEntry,
} from '../src/index.ts'
import type { AchievementCredentialInput, Jwk, JsonObject } from '../src/index.ts'
import { assertion, badgeClass, issuerProfile, recipientV2, revokedAssertion } from '../src/v2/index.ts'
import { samplePng } from '../test/sample.ts'

const site = 'https://college.example'
const issuerId = 'did:web:college.example'
const created = new Date('2026-03-04T00:00:00Z')
const college = keyFrom(1)
const stranger = keyFrom(2)
const method = `${issuerId}#${college.multibase}`
const listUrl = `${site}/status/1`
const pictureUrl = `${site}/badges/data-storytelling.png`

interface Vector {
  name: string
  /** What is given to the verifier: text, or bytes in base64. */
  input: { text: string } | { base64: string }
  expectedRecipient?: string
  /** Changes to the pages of the file for this vector; null means that the address answers 404. */
  pages?: Record<string, unknown>
  verdict: string
  /** The code of each check that matters here. */
  codes: Record<string, string>
}

const input: AchievementCredentialInput = {
  id: 'urn:uuid:6b7a2f0e-0d2c-4f0b-9f64-0b3c5c1e8a11',
  issuer: { id: issuerId, name: 'Northfield College', url: site },
  recipient: { identifier: hashIdentity('maya@college.example', { salt: 'deadsea' }) },
  achievement: {
    id: `${site}/badges/data-storytelling`,
    name: 'Data Storytelling',
    description: 'Tells a story with data.',
    criteria: 'Present a data set to the class.',
    image: pictureUrl,
    tag: ['data', 'story', '物語'],
    creditsAvailable: 2.5,
    alignment: [
      { targetName: 'Present data', targetUrl: 'https://skills.example/present-data', targetType: 'ext:ESCO' },
    ],
    resultDescription: [
      {
        id: 'urn:uuid:11111111-1111-4111-8111-111111111111',
        name: 'Score',
        resultType: 'Percent',
        allowedValue: ['0', '100'],
      },
    ],
  },
  result: [{ resultDescription: 'urn:uuid:11111111-1111-4111-8111-111111111111', value: '95' }],
  evidence: [{ id: `${site}/evidence/1`, name: 'Slides', narrative: 'Ten "slides"\nand a talk 😀' }],
  validFrom: created,
  credentialStatus: statusListEntry({ list: listUrl, index: 4711 }),
}

const sign = (document: JsonObject, by = college, verificationMethod = method) =>
  signCredential(document, { signer: by.signer, verificationMethod, created })
const issue = (change: Partial<AchievementCredentialInput> = {}) => sign(achievementCredential({ ...input, ...change }))
const json = (document: object) => ({ text: JSON.stringify(document) })

const bits = createStatusList()
setStatus(bits, 13, true)
const list = await sign(
  await statusListCredential({
    id: listUrl,
    issuer: issuerId,
    bits,
    validFrom: created,
    validUntil: '2026-12-31T00:00:00Z',
  }),
)
const good = await issue()
const { proof: _, ...unsigned } = good
const goodText = JSON.stringify(good)

const badge2 = badgeClass({
  id: `${site}/v2/badge.json`,
  name: 'Data Storytelling',
  description: 'd',
  image: pictureUrl,
  criteria: { narrative: 'Present.' },
  issuer: `${site}/v2/issuer.json`,
})
const issuer2 = issuerProfile({
  id: `${site}/v2/issuer.json`,
  name: 'Northfield College',
  url: site,
  email: 'badges@college.example',
})
const hosted = assertion({
  id: `${site}/v2/assertions/1`,
  badge: badge2.id,
  recipient: recipientV2('maya@college.example', { salt: 's' }),
  issuedOn: created,
})

const pages: Record<string, unknown> = {
  [`${site}/.well-known/did.json`]: {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
    id: issuerId,
    verificationMethod: [{ id: method, type: 'Multikey', controller: issuerId, publicKeyMultibase: college.multibase }],
    assertionMethod: [method],
  },
  [listUrl]: list,
  [`${site}/badges/data-storytelling`]: achievementCredential(input).credentialSubject.achievement,
  [pictureUrl]: { base64: Buffer.from(samplePng()).toString('base64') },
  [hosted.id]: hosted,
  [badge2.id]: badge2,
  [issuer2.id]: issuer2,
}

const genuine = {
  format: 'format.valid',
  signature: 'signature.valid',
  issuer: 'issuer.domain',
  withdrawn: 'withdrawn.no',
  dates: 'dates.no-end',
}
const didKeyOf = didKey(PublicKey.fromJwk(college.publicJwk))
const endorsement = await sign(
  endorsementCredential({
    id: 'urn:uuid:0d4c9d3f-51e4-4a57-8ee5-7a3e6a6d9f57',
    issuer: { id: issuerId, name: 'Northfield College', url: site },
    endorsed: input.id,
    comment: 'Good.',
    validFrom: created,
  }),
)
const jwt = await signJwt(unsigned, { signer: college.signer, algorithm: 'EdDSA', kid: method })
const [jwtHead, jwtBody = '', jwtTail] = jwt.split('.')
const otherProof = (
  (await sign(unsigned, stranger, didKey(PublicKey.fromJwk(stranger.publicJwk)).verificationMethod)).proof as object[]
)[0]!

const vectors: Vector[] = [
  {
    name: 'a good badge',
    input: json(good),
    expectedRecipient: 'maya@college.example',
    verdict: 'genuine',
    codes: { ...genuine, recipient: 'recipient.match', definition: 'definition.same', picture: 'picture.published' },
  },
  {
    name: 'a good badge for somebody else',
    input: json(good),
    expectedRecipient: 'mallory@college.example',
    verdict: 'genuine',
    codes: { recipient: 'recipient.no-match' },
  },
  {
    name: 'baked into a PNG',
    input: { base64: Buffer.from(bakePng(samplePng(), goodText)).toString('base64') },
    verdict: 'genuine',
    codes: { ...genuine, picture: 'picture.same' },
  },
  {
    name: 'baked into another PNG',
    input: { base64: Buffer.from(bakePng(samplePng(16), goodText)).toString('base64') },
    verdict: 'genuine',
    codes: { picture: 'picture.different' },
  },
  {
    name: 'baked into an SVG',
    input: { text: bakeSvg('<svg xmlns="http://www.w3.org/2000/svg"><g/></svg>', goodText) },
    verdict: 'genuine',
    codes: genuine,
  },
  { name: 'a JWT in the profile of Open Badges', input: { text: jwt }, verdict: 'genuine', codes: genuine },
  {
    name: 'a JWT in the profile of VC-JOSE-COSE',
    input: {
      text: await signJwt(unsigned, {
        signer: college.signer,
        algorithm: 'EdDSA',
        kid: method,
        profile: 'vc-jose-cose',
      }),
    },
    verdict: 'genuine',
    codes: genuine,
  },
  {
    name: 'a JWT with altered payload',
    input: {
      text: `${jwtHead}.${Buffer.from(Buffer.from(jwtBody, 'base64url').toString().replace('Storytelling', 'Surgery')).toString('base64url')}.${jwtTail}`,
    },
    verdict: 'not-valid',
    codes: { signature: 'signature.wrong' },
  },
  {
    name: 'a JWT without signature',
    input: { text: `${Buffer.from('{"alg":"none"}').toString('base64url')}.${jwtBody}.` },
    verdict: 'not-valid',
    codes: { signature: 'signature.refused' },
  },
  {
    name: 'eddsa-jcs-2022',
    input: json(
      await signCredential(unsigned, {
        signer: college.signer,
        verificationMethod: method,
        created,
        cryptosuite: 'eddsa-jcs-2022',
      }),
    ),
    verdict: 'genuine',
    codes: genuine,
  },
  {
    name: 'with an end date',
    input: json(await issue({ validUntil: '2027-01-01T00:00:00Z' })),
    verdict: 'genuine',
    codes: { dates: 'dates.current' },
  },
  {
    name: 'expired',
    input: json(await issue({ validUntil: '2026-05-31T00:00:00Z' })),
    verdict: 'genuine-expired',
    codes: { dates: 'dates.expired' },
  },
  {
    name: 'not valid yet',
    input: json(await issue({ validFrom: '2026-07-01T00:00:00Z' })),
    verdict: 'not-valid',
    codes: { dates: 'dates.not-yet' },
  },
  {
    name: 'withdrawn',
    input: json(await issue({ credentialStatus: statusListEntry({ list: listUrl, index: 13 }) })),
    verdict: 'no-longer-valid',
    codes: { withdrawn: 'withdrawn.revoked' },
  },
  {
    name: 'without a status',
    input: json(await issue({ credentialStatus: null })),
    verdict: 'genuine',
    codes: { withdrawn: 'withdrawn.no-method' },
  },
  {
    name: 'status list out of reach',
    input: json(good),
    pages: { [listUrl]: null },
    verdict: 'could-not-finish',
    codes: { withdrawn: 'withdrawn.list-unavailable' },
  },
  {
    name: 'status list altered',
    input: json(good),
    pages: { [listUrl]: { ...list, validUntil: '2099-01-01T00:00:00Z' } },
    verdict: 'could-not-finish',
    codes: { withdrawn: 'withdrawn.list-invalid' },
  },
  {
    name: 'issuer out of reach',
    input: json(good),
    pages: { [`${site}/.well-known/did.json`]: null },
    verdict: 'could-not-finish',
    codes: { signature: 'signature.key-unavailable' },
  },
  {
    name: 'altered',
    input: { text: goodText.replace('Data Storytelling', 'Brain Surgery') },
    verdict: 'not-valid',
    codes: { signature: 'signature.wrong' },
  },
  {
    name: 'an added property',
    input: json({ ...good, extra: 'x' }),
    verdict: 'not-valid',
    codes: { signature: 'signature.unprotected' },
  },
  { name: 'unsigned', input: json(unsigned), verdict: 'not-valid', codes: { signature: 'signature.missing' } },
  {
    name: 'signed with a stranger’s key under the issuer’s name',
    input: json(await sign(unsigned, stranger, `${issuerId}#${stranger.multibase}`)),
    verdict: 'not-valid',
    codes: { issuer: 'issuer.key-not-listed' },
  },
  {
    name: 'signed with a stranger’s did:key',
    input: json({ ...unsigned, proof: [otherProof] }),
    verdict: 'not-valid',
    codes: { signature: 'signature.valid', issuer: 'issuer.key-not-listed' },
  },
  {
    name: 'a proof set: a stranger’s, and the issuer’s',
    input: json({ ...unsigned, proof: [otherProof, ...(good.proof as object[])] }),
    verdict: 'genuine',
    codes: genuine,
  },
  {
    name: 'an issuer that is only a key',
    input: json(
      await sign(
        {
          ...unsigned,
          issuer: { id: didKeyOf.did, type: ['Profile'], name: 'A Famous University' },
          credentialStatus: undefined,
        },
        college,
        didKeyOf.verificationMethod,
      ),
    ),
    verdict: 'issuer-not-confirmed',
    codes: { issuer: 'issuer.no-domain' },
  },
  {
    name: 'definition changed since',
    input: json(good),
    pages: {
      [`${site}/badges/data-storytelling`]: {
        ...achievementCredential(input).credentialSubject.achievement,
        name: 'Story Data',
      },
    },
    verdict: 'genuine',
    codes: { definition: 'definition.changed' },
  },
  {
    name: 'end date hidden under its address',
    input: json(disguised(await issue({ validUntil: '2026-05-31T00:00:00Z' }))),
    verdict: 'not-valid',
    codes: { signature: 'signature.disguised' },
  },
  {
    name: 'one id described twice',
    input: json({
      ...good,
      credentialSubject: {
        ...(good.credentialSubject as object),
        source: { id: issuerId, type: ['Profile'], name: 'Another College' },
      },
    }),
    verdict: 'not-valid',
    codes: { format: 'format.two-descriptions' },
  },
  {
    name: 'a repeated key',
    input: {
      text: goodText.replace('"name":"Northfield College"', '"name":"Northfield College","name":"Other College"'),
    },
    verdict: 'not-valid',
    codes: { format: 'format.unreadable' },
  },
  {
    name: 'with an endorsement',
    input: json(await issue({ endorsement: [endorsement as never] })),
    verdict: 'genuine',
    codes: genuine,
  },
  {
    name: 'Open Badges 2.0, hosted',
    input: json(hosted),
    verdict: 'genuine',
    codes: { signature: 'signature.hosted', issuer: 'issuer.domain' },
  },
  {
    name: 'Open Badges 2.0, hosted, changed copy',
    input: json({ ...hosted, issuedOn: '2020-01-01T00:00:00Z' }),
    verdict: 'not-valid',
    codes: { signature: 'signature.hosted-different' },
  },
  {
    name: 'Open Badges 2.0, hosted, revoked',
    input: json(hosted),
    pages: { [hosted.id]: revokedAssertion({ id: hosted.id, reason: 'Mistake' }) },
    verdict: 'no-longer-valid',
    codes: { withdrawn: 'withdrawn.revoked' },
  },
  { name: 'no badge at all', input: { text: 'hello' }, verdict: 'not-valid', codes: { format: 'format.unreadable' } },
]

const file = path.join(import.meta.dirname, '..', 'vectors', 'badges.json')
writeFileSync(file, `${JSON.stringify({ now: '2026-06-01T12:00:00Z', pages, vectors }, null, 1)}\n`)

/** The same statements, so that the signature alone would hold. */
function disguised({ validUntil, ...rest }: JsonObject): JsonObject {
  return {
    ...rest,
    'https://www.w3.org/2018/credentials#validUntil': {
      '@value': validUntil,
      '@type': 'http://www.w3.org/2001/XMLSchema#dateTime',
    },
  }
}

function keyFrom(seed: number) {
  const der = Buffer.from(ed25519Pkcs8(new Uint8Array(32).fill(seed)))
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  const privateJwk = key.export({ format: 'jwk' }) as Jwk
  const publicJwk = createPublicKey(key).export({ format: 'jwk' }) as Jwk
  return {
    signer: signerFromPrivateJwk(privateJwk),
    publicJwk,
    multibase: publicKeyToMultibase(PublicKey.fromJwk(publicJwk)),
  }
}
