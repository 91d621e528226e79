// What we issue, libraries that others wrote and use accept; what is altered they refuse; what is withdrawn they see
// withdrawn. They get the documents that this server serves, by one loader, without a network.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { DataIntegrityProof } from '@digitalbazaar/data-integrity'
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite'
import * as vc from '@digitalbazaar/vc'
import { checkStatus } from '@digitalbazaar/vc-bitstring-status-list'
import { verifyCredential as verifyByCore } from '@digitalcredentials/verifier-core'
import { bundledContext } from '@lapel/openbadges'
import { anIssuer, issueCredential } from '../../test/fixtures/issuing.ts'
import { type Lapel, startLapel } from '../../test/lapel.ts'
import { issuingDeps } from '../app.ts'
import { signedCredentialBody } from '../issuing/index.ts'
import { revokeCredential } from './index.ts'

type Json = Record<string, unknown>
const site = 'https://badges.example'
const realFetch = globalThis.fetch
after(() => void (globalThis.fetch = realFetch))

/** The one loader: our own pages from the running server, contexts from the library's pinned copies, nothing else. */
function loaderOf(lapel: Lapel) {
  const asked: string[] = []
  const fetchPage = async (url: string): Promise<Response> => {
    asked.push(url)
    if (!url.startsWith(`${site}/`))
      return new Response('{}', { status: 404, headers: { 'content-type': 'application/json' } })
    return realFetch(lapel.url + url.slice(site.length), { headers: { accept: 'application/json' } })
  }
  const load = async (url: string): Promise<Json> => {
    const context = bundledContext(url)
    if (context) return context as Json
    const [page = '', fragment] = url.split('#')
    const address = page.startsWith('did:web:')
      ? `https://${page.slice('did:web:'.length).split(':').map(decodeURIComponent).join('/')}/did.json`
      : page
    const response = await fetchPage(address)
    if (!response.ok) throw new Error(`${url} answered ${response.status}`)
    const document = (await response.json()) as Json
    if (fragment === undefined || !page.startsWith('did:web:')) return document
    const methods = document['verificationMethod'] as Json[]
    const method = methods.find(({ id }) => id === url)
    if (!method) throw new Error(`${url} is not listed`)
    return { '@context': 'https://w3id.org/security/multikey/v1', ...method }
  }
  return { asked, fetchPage, load }
}

async function byDigitalBazaar(load: (url: string) => Promise<Json>, credential: Json) {
  const result = await vc.verifyCredential({
    credential,
    suite: new DataIntegrityProof({ cryptosuite }),
    documentLoader: async (url) => ({ contextUrl: null, documentUrl: url, document: await load(url), tag: 'static' }),
    checkStatus: (options) =>
      checkStatus({
        ...options,
        suite: new DataIntegrityProof({ cryptosuite }),
        verifyBitstringStatusListCredential: true,
      }),
  })
  // `verified` says that the status could be looked up; the bit says what it is (STANDARDS 4.8).
  return { verified: result.verified, isSet: result.statusResult?.results?.[0]?.status, error: result.error }
}

async function byVerifierCore(credential: Json) {
  const { log = [], errors } = (await verifyByCore({ credential, knownDIDRegistries: [] } as never)) as {
    log?: { id: string; valid?: boolean }[]
    errors?: unknown
  }
  const of = (id: string) => log.find((entry) => entry.id === id)?.valid
  return { signature: of('valid_signature'), notWithdrawn: of('revocation_status'), isFatal: errors !== undefined }
}

test('two independent verifiers accept the badge, refuse its altered twin, and see it withdrawn', async (t) => {
  const lapel = await startLapel(t, {
    PUBLIC_URL: site,
    SMTP_URL: 'smtp://127.0.0.1:1',
    MAIL_FROM: 'badges@badges.example',
  })
  const issuer = await anIssuer(lapel)
  const { credentialId, publicId } = await issueCredential(lapel, issuer, { to: 'maya@example.org', name: 'Maya Roy' })
  const credential = JSON.parse((await signedCredentialBody(lapel.db, publicId)) ?? '') as Json
  const { asked, fetchPage, load } = loaderOf(lapel)
  globalThis.fetch = (input) => fetchPage(input instanceof Request ? input.url : String(input))
  for (const method of ['log', 'error'] as const) t.mock.method(console, method, () => undefined)

  const good = await byDigitalBazaar(load, structuredClone(credential))
  assert.deepEqual(good, { verified: true, isSet: false, error: undefined })
  assert.deepEqual(await byVerifierCore(structuredClone(credential)), {
    signature: true,
    notWithdrawn: true,
    isFatal: false,
  })

  const twin = structuredClone(credential)
  const subject = twin['credentialSubject'] as { achievement: { name: string } }
  subject.achievement.name = 'Brain Surgery'
  assert.equal((await byDigitalBazaar(load, twin)).verified, false)
  const twinByCore = await byVerifierCore(twin)
  assert.ok(twinByCore.isFatal && twinByCore.signature !== true)

  await revokeCredential(issuingDeps(lapel.deps), {
    organizationId: issuer.organization.id,
    credentialId,
    reason: 'fraud',
    publicText: 'Fraud',
    notify: false,
    actorAccountId: issuer.owner.accountId,
  })
  await lapel.settle()
  const withdrawn = await byDigitalBazaar(load, structuredClone(credential))
  assert.deepEqual({ verified: withdrawn.verified, isSet: withdrawn.isSet }, { verified: true, isSet: true })
  assert.equal((await byVerifierCore(structuredClone(credential))).notWithdrawn, false)
  assert.ok(asked.some((url) => url.startsWith(`${site}/status/`)))
  assert.ok(asked.some((url) => url.endsWith('/did.json')))
})
