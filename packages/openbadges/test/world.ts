// A small web for tests: issuers with keys, their documents, and a loader that serves them.
import type { JsonObject } from '../src/json.ts'
import type { AchievementCredentialInput } from '../src/index.ts'
import {
  achievementCredential,
  createStatusList,
  setStatus,
  statusListCredential,
  statusListEntry,
} from '../src/index.ts'
import { generateEd25519KeyPair } from '../src/keys/signer.ts'
import type { KeyPair } from '../src/keys/signer.ts'
import { signCredential } from '../src/proof/data-integrity.ts'
import type { CheckName, VerificationReport } from '../src/report.ts'
import type { Load } from '../src/verify/evidence.ts'
import { sampleInput, samplePng } from './sample.ts'

export const now = new Date('2026-06-01T12:00:00Z')
export const issuerId = 'did:web:college.example'
export const listUrl = 'https://college.example/status/1'
export const pictureUrl = 'https://college.example/badges/data-storytelling.png'

export interface World {
  keys: KeyPair
  method: string
  /** Answers by address; a missing one answers 404. */
  pages: Map<string, unknown>
  requests: string[]
  load: Load
  sign: (document: object, by?: KeyPair, method?: string) => Promise<JsonObject>
  issue: (change?: Partial<AchievementCredentialInput>) => Promise<JsonObject>
  withdraw: (index: number) => Promise<void>
}

/** An issuer with a did:web, a published badge and a status list in which nothing is withdrawn. */
export async function startWorld(today = now): Promise<World> {
  const keys = await generateEd25519KeyPair()
  const method = `${issuerId}#${keys.publicKeyMultibase}`
  const pages = new Map<string, unknown>()
  const requests: string[] = []
  const bits = createStatusList()
  const sign = (document: object, by = keys, verificationMethod = method) =>
    signCredential(document as JsonObject, {
      signer: by.signer,
      verificationMethod,
      created: new Date('2026-03-04T00:00:00Z'),
    })
  const publishList = async () => {
    const list = await statusListCredential({
      id: listUrl,
      issuer: issuerId,
      bits,
      validFrom: '2026-03-04T00:00:00Z',
      validUntil: new Date(today.getTime() + 2 * 86_400_000),
    })
    pages.set(listUrl, await sign(list))
  }
  pages.set('https://college.example/.well-known/did.json', didDocument(issuerId, keys))
  pages.set(pictureUrl, samplePng())
  await publishList()
  const issue = async (change: Partial<AchievementCredentialInput> = {}) => {
    const credential = achievementCredential({
      ...sampleInput,
      issuer: { ...sampleInput.issuer, id: issuerId },
      credentialStatus: statusListEntry({ list: listUrl, index: 4711 }),
      ...change,
    })
    if (!pages.has(credential.credentialSubject.achievement.id)) {
      pages.set(credential.credentialSubject.achievement.id, credential.credentialSubject.achievement)
    }
    return sign(credential)
  }
  const load: Load = async (url) => {
    requests.push(url)
    const page = pages.get(url)
    if (page instanceof Error) throw page
    if (page === undefined) return { status: 404, headers: {}, body: new Uint8Array() }
    const body =
      page instanceof Uint8Array
        ? page
        : new TextEncoder().encode(typeof page === 'string' ? page : JSON.stringify(page))
    return { status: 200, headers: { 'content-type': 'application/json' }, body }
  }
  return {
    keys,
    method,
    pages,
    requests,
    load,
    sign,
    issue,
    withdraw: async (index) => {
      setStatus(bits, index, true)
      await publishList()
    },
  }
}

export function didDocument(id: string, ...pairs: KeyPair[]): object {
  const methods = pairs.map(({ publicKeyMultibase }) => ({
    id: `${id}#${publicKeyMultibase}`,
    type: 'Multikey',
    controller: id,
    publicKeyMultibase,
  }))
  return {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
    id,
    verificationMethod: methods,
    assertionMethod: methods.map((method) => method.id),
  }
}

export const results = (report: VerificationReport) =>
  Object.fromEntries(report.checks.map(({ name, result }) => [name, result]))
export const codeOf = (report: VerificationReport, name: CheckName) =>
  report.checks.find((check) => check.name === name)?.code
