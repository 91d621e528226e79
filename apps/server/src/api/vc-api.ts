// The VC API (W3C Credentials Community Group draft), as the W3C's test suites and some integrators speak it.
// It signs whatever it is sent, so it is off unless the operator switches it on, and it has keys
// of its own: never those of an organization.
import type { Context } from 'hono'
import { Hono } from 'hono'
import {
  CONTEXTS,
  deriveCredential,
  isJsonObject,
  matchesDigest,
  OpenBadgesError,
  parseJsonObject,
  publicKeyToMultibase,
  resolveDidKey,
  signCredential,
  signJwt,
  signSelectively,
  validateVerifiableCredential,
  verifyCredential,
  verifyPresentation,
} from '@lapel/openbadges'
import type {
  BitstringStatusListEntry,
  CanonicalizeOptions,
  JsonObject,
  JsonValue,
  JwtAlgorithm,
  Load,
  Signer,
  SigningCryptosuite,
  VerificationReport,
} from '@lapel/openbadges'

export interface VcApiSigner {
  /** Whose credentials it signs; requests that name another issuer are refused. */
  issuer: string
  verificationMethod: string
  signer: Signer
  /** How it signs: an embedded proof, or a JWT in an EnvelopedVerifiableCredential. */
  as: { cryptosuite: SigningCryptosuite | 'ecdsa-sd-2023' } | { jwt: JwtAlgorithm }
  /** Draws a place in a status list for each credential that names none. */
  nextStatus?: () => BitstringStatusListEntry
}

export interface VcApiDeps {
  /** By the name in the path: `POST /{name}/credentials/issue`. */
  signers: Readonly<Record<string, VcApiSigner>>
  now: () => Date
  load: Load
  canonicalize?: CanonicalizeOptions
}

class Refused extends Error {
  readonly problems: string[]
  constructor(problems: string[]) {
    super(problems[0] ?? 'refused')
    this.problems = problems
  }
}

const largestBody = 1_000_000

/** The endpoints, to be mounted under a prefix of the operator's choice. */
export function vcApi(deps: VcApiDeps): Hono {
  const app = new Hono()
  app.post(
    '/:name/credentials/issue',
    answering(async (c) => c.json({ verifiableCredential: await issue(c, deps) }, 201)),
  )
  app.post(
    '/credentials/verify',
    answering(async (c) => c.json(await verify(await bodyOf(c), deps))),
  )
  app.post(
    '/presentations/verify',
    answering(async (c) => c.json(await present(await bodyOf(c), deps))),
  )
  app.post(
    '/credentials/derive',
    answering(async (c) => c.json({ verifiableCredential: await derive(await bodyOf(c), deps) }, 201)),
  )
  app.get('/identifiers/:did', (c) => {
    const { status, body } = resolveDid(c.req.param('did'))
    return c.json(body, status)
  })
  return app
}

function answering(work: (c: Context) => Promise<Response>): (c: Context) => Promise<Response> {
  return async (c) => {
    try {
      return await work(c)
    } catch (error) {
      if (error instanceof Refused) return c.json({ errors: error.problems }, 400)
      if (error instanceof OpenBadgesError) return c.json({ errors: [error.message] }, 400)
      throw error
    }
  }
}

async function bodyOf(c: Context): Promise<JsonObject> {
  return parseJsonObject(await c.req.text(), { maxLength: largestBody })
}

async function issue(c: Context, deps: VcApiDeps): Promise<JsonObject> {
  const { credential, options } = await bodyOf(c)
  const name = c.req.param('name') ?? ''
  const signer = Object.hasOwn(deps.signers, name) ? deps.signers[name] : undefined
  if (!signer) throw new Refused(['there is no such issuer'])
  if (!isJsonObject(credential)) throw new Refused(['"credential" is missing'])
  await refuseFlaws(credential, signer, deps)
  return secure(completed(credential, signer), { signer, options, deps })
}

/** With a status when the issuer keeps one; a VC 1.1 document also needs the context that defines proofs. */
function completed(credential: JsonObject, { nextStatus, as }: VcApiSigner): JsonObject {
  const contexts = listOf(credential['@context']) as JsonValue[]
  const needsProofTerms =
    contexts[0] === CONTEXTS.credentialsV1 && 'cryptosuite' in as && !contexts.includes(CONTEXTS.dataIntegrityV2)
  return {
    ...credential,
    ...(needsProofTerms ? { '@context': [...contexts, CONTEXTS.dataIntegrityV2] } : {}),
    ...(nextStatus && credential['credentialStatus'] === undefined ? { credentialStatus: nextStatus() } : {}),
  }
}

async function secure(
  credential: JsonObject,
  { signer, options, deps }: { signer: VcApiSigner; options: unknown; deps: VcApiDeps },
): Promise<JsonObject> {
  const { verificationMethod } = signer
  if ('jwt' in signer.as) {
    const jwt = await signJwt(credential, {
      signer: signer.signer,
      algorithm: signer.as.jwt,
      kid: verificationMethod,
      profile: 'vc-jose-cose',
    })
    return {
      '@context': CONTEXTS.credentialsV2,
      id: `data:application/vc+jwt,${jwt}`,
      type: 'EnvelopedVerifiableCredential',
    }
  }
  const base = {
    signer: signer.signer,
    verificationMethod,
    created: deps.now(),
    ...(deps.canonicalize ? { canonicalize: deps.canonicalize } : {}),
  }
  const { cryptosuite } = signer.as
  const signed =
    cryptosuite === 'ecdsa-sd-2023'
      ? await signSelectively(credential, { ...base, mandatoryPointers: pointersIn(options, 'mandatoryPointers') })
      : await signCredential(credential, { ...base, cryptosuite })
  return withSingleProof(signed)
}

/** The VC API's clients expect one proof as an object; Lapel writes sets as badges need them. */
function withSingleProof(signed: JsonObject): JsonObject {
  const { proof } = signed
  return Array.isArray(proof) && proof.length === 1 ? { ...signed, proof: proof[0] } : signed
}

async function refuseFlaws(credential: JsonObject, signer: VcApiSigner, deps: VcApiDeps): Promise<void> {
  const problems = validateVerifiableCredential(credential)
  if (problems.length > 0) throw new Refused(problems.map(({ path, message }) => `${path}: ${message}`))
  const { issuer } = credential
  if ((isJsonObject(issuer) ? issuer['id'] : issuer) !== signer.issuer)
    throw new Refused([`this key signs for ${signer.issuer} only`])
  // VC Data Model 2.0, section 5.3: what the digest says must be what lies there.
  for (const resource of listOf(credential['relatedResource']).filter(isJsonObject)) {
    const url = typeof resource['id'] === 'string' ? resource['id'] : ''
    const response = await deps.load(url, { accept: '*/*', maxBytes: largestBody })
    if (response.status !== 200 || !matchesDigest(response.body, resource))
      throw new Refused([`relatedResource: the digest does not fit ${url}`])
  }
}

async function verify({ verifiableCredential, options }: JsonObject, deps: VcApiDeps): Promise<JsonObject> {
  if (!isJsonObject(verifiableCredential)) throw new Refused(['"verifiableCredential" is missing'])
  refuseOddShape(verifiableCredential)
  const report = await verifyCredential(verifiableCredential, { ...verifying(deps) })
  const asked = isJsonObject(options) ? listOf(options['checks']) : []
  const flaws = flawsIn(report, asked)
  if (flaws.length > 0) throw new Refused(flaws)
  return {
    verified: true,
    checks: report.checks.map(({ name, result, code }) => ({ name, result, code })),
    warnings: [],
    errors: [],
  }
}

/** Format, signature and issuer always count; status and dates when they are asked for, or when nothing is. */
function flawsIn(report: VerificationReport, asked: readonly unknown[]): string[] {
  const wantsStatus = asked.length === 0 || asked.some((item) => item === 'status' || item === 'credentialStatus')
  return report.checks.flatMap(({ name, result, code, details }) => {
    const why = `${code}${details.cause ? `: ${details.cause}` : ''}${details.problems?.length ? `: ${details.problems[0]!.path} ${details.problems[0]!.message}` : ''}`
    if (name === 'format' || name === 'issuer') return result === 'failed' || result === 'not-checked' ? [why] : []
    if (name === 'signature') return result === 'passed' ? [] : [why]
    if (name === 'withdrawn' && wantsStatus) return result === 'failed' || result === 'not-checked' ? [why] : []
    if (name === 'dates' && asked.length === 0) return result === 'failed' ? [why] : []
    return []
  })
}

/** What the report of a badge would only warn of, or read past, such as an envelope without its context. */
function refuseOddShape(document: JsonObject): void {
  const problems = validateVerifiableCredential(document)
  if (problems.length > 0) throw new Refused(problems.map(({ path, message }) => `${path}: ${message}`))
}

async function present({ verifiablePresentation, options }: JsonObject, deps: VcApiDeps): Promise<JsonObject> {
  if (!isJsonObject(verifiablePresentation)) throw new Refused(['"verifiablePresentation" is missing'])
  const { challenge, domain } = isJsonObject(options) ? options : {}
  const report = await verifyPresentation(verifiablePresentation, {
    ...verifying(deps),
    challenge: typeof challenge === 'string' ? challenge : undefined,
    domain: typeof domain === 'string' ? domain : undefined,
  })
  const flaws = report.credentials.flatMap((credential) => flawsIn(credential, ['proof']))
  if (report.result !== 'passed' && report.result !== 'unsigned') {
    flaws.push(
      ...report.problems.map(({ path, message }) => `${path}: ${message}`),
      ...report.proofs.map(({ detail }) => detail),
      'the presentation is not verified',
    )
  }
  if (flaws.length > 0) throw new Refused(flaws)
  return { verified: true, presentation: report.result, warnings: [], errors: [] }
}

function verifying(deps: VcApiDeps) {
  return { now: deps.now(), load: deps.load, acceptAnyCredential: true, canonicalize: deps.canonicalize }
}

async function derive({ verifiableCredential, options }: JsonObject, deps: VcApiDeps): Promise<JsonObject> {
  if (!isJsonObject(verifiableCredential)) throw new Refused(['"verifiableCredential" is missing'])
  const selectivePointers = pointersIn(options, 'selectivePointers')
  return withSingleProof(
    await deriveCredential(verifiableCredential, {
      selectivePointers,
      ...(deps.canonicalize ? { canonicalize: deps.canonicalize } : {}),
    }),
  )
}

function pointersIn(options: unknown, name: string): string[] {
  const pointers = isJsonObject(options) ? options[name] : undefined
  return listOf(pointers).filter((pointer) => typeof pointer === 'string')
}

function resolveDid(did: string): { status: 200 | 400 | 404; body: JsonObject } {
  try {
    const { id, controller, publicKey } = resolveDidKey(did)
    const publicKeyMultibase = publicKeyToMultibase(publicKey)
    const didDocument = {
      '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
      id: controller,
      verificationMethod: [{ id, type: 'Multikey', controller, publicKeyMultibase }],
      authentication: [id],
      assertionMethod: [id],
      capabilityDelegation: [id],
      capabilityInvocation: [id],
    }
    return { status: 200, body: { didDocument, didResolutionMetadata: {}, didDocumentMetadata: {} } }
  } catch (error) {
    if (!(error instanceof OpenBadgesError)) throw error
    const isOther = /^did:[a-z0-9]+:.+/.test(did) && !did.startsWith('did:key:')
    const body = {
      didDocument: null,
      didResolutionMetadata: { error: isOther ? 'methodNotSupported' : 'invalidDid' },
      didDocumentMetadata: {},
    }
    return { status: isOther ? 404 : 400, body }
  }
}

function listOf(value: unknown): unknown[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value]
}
