// npm run test:conformance [-- folder]
// The W3C's published vectors for Data Integrity EdDSA and ECDSA: not only that signatures verify, but every
// intermediate value, from the canonical text to the bytes that are signed. The folder is given as an argument or as
// LAPEL_VECTORS; by default it is ../shared/vectors/w3c beside the checkout. At the end it tells, vector by vector
// and for our own vectors as well, how often the fast path made the canonical form and how often jsonld.js had to.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { toHex } from '../src/base.ts'
import { canonicalForm } from '../src/canonicalize.ts'
import type { CanonicalizeOptions } from '../src/canonicalize.ts'
import type { HashName } from '../src/crypto/types.ts'
import { hash } from '../src/crypto/node.ts'
import {
  canonicalizeJson,
  deriveCredential,
  fromMultibase,
  type JsonObject,
  OpenBadgesError,
  proofsOf,
  publicKeyFromMultibase,
  readCredential,
  resolveDidKey,
  signCredential,
  signerFromMultikey,
  type SigningCryptosuite,
  verifyProof,
  verifyProofs,
} from '../src/index.ts'
import type { BadgeVectors } from './formats-vectors.ts'
import type { ProofVector } from './proof-vectors.ts'
import { vectorContexts } from './vector-contexts.ts'

const root = path.join(import.meta.dirname, '..', '..', '..')
const folder = path.resolve(
  process.argv[2] ?? process.env['LAPEL_VECTORS'] ?? path.join(root, '..', 'shared/vectors/w3c'),
)
const verifying = {
  resolveKey: async (id: string) => resolveDidKey(id),
  // The vectors' issuer is an https address, their keys are did:key.
  expectedController: null,
  canonicalize: { contexts: vectorContexts },
}
const tally = { passed: 0, failed: 0 }

/** How the canonical forms of one vector were made, and why not by the fast path. */
type Paths = { known: number; reference: number; refused: number; reasons: Set<string> }
const paths = new Map<string, Paths>()

process.exit(await main())

async function main(): Promise<number> {
  if (!existsSync(folder)) {
    console.log(`There are no vectors in ${folder}. Give their folder as an argument or as LAPEL_VECTORS.`)
    return 1
  }
  for (const suite of [
    'eddsa/eddsa-rdfc-2022',
    'eddsa/eddsa-rdfc-2022/employ',
    'eddsa/eddsa-jcs-2022',
    'eddsa/Ed25519Signature2020',
  ]) {
    await checkFolder(suite, 'sha256')
  }
  for (const suite of ['ecdsa-rdfc-2019-p256', 'ecdsa-rdfc-2019-p256/employ', 'ecdsa-jcs-2019-p256']) {
    await checkFolder(`ecdsa/${suite}`, 'sha256')
  }
  for (const suite of ['ecdsa-rdfc-2019-p384', 'ecdsa-rdfc-2019-p384/employ', 'ecdsa-jcs-2019-p384']) {
    await checkFolder(`ecdsa/${suite}`, 'sha384')
  }
  await checkSetsAndChains()
  await checkSelective('employ', 'employ')
  await checkSelective('prc', 'prCred')
  await countOwnVectors()
  showPaths()
  console.log(`${tally.passed} checks passed, ${tally.failed} failed`)
  return tally.failed === 0 && tally.passed > 100 ? 0 : 1
}

async function checkFolder(name: string, hashName: HashName): Promise<void> {
  const files = filesOf(name)
  const signed = JSON.parse(files.get('signed')!) as JsonObject
  const { proof: _, ...document } = signed
  const proof = proofsOf(signed['proof'])[0]!
  const isJson = name.includes('jcs')
  const form = async (value: JsonObject) => (isJson ? canonicalizeJson(value) : canonicalText(name, value, hashName))
  const configuration = JSON.parse(files.get('proofConfig')!) as JsonObject

  const documentText = await form(document)
  const proofText = await form(configuration)
  equal(name, 'canonical document', documentText.trim(), files.get('canonDoc')!.trim())
  equal(name, 'canonical proof options', proofText.trim(), files.get('proofCanon')!.trim())
  const documentHash = toHex(hash(hashName, documentText))
  const proofHash = toHex(hash(hashName, proofText))
  equal(name, 'hash of the document', documentHash, files.get('docHash')!.trim())
  equal(name, 'hash of the proof options', proofHash, files.get('proofHash')!.trim())
  equal(name, 'bytes to sign', proofHash + documentHash, files.get('combinedHash')!.trim())
  equal(name, 'signature', toHex(fromMultibase(proof.proofValue)), files.get('sigHex')!.trim())
  equal(name, 'verdict', (await verifyProof(signed, proof, verifying)).code, 'proof.valid')
  const forged = { ...signed, name: 'Something else' }
  equal(name, 'verdict on a change', (await verifyProof(forged, proof, verifying)).code, 'proof.signature-wrong')
  if (name.startsWith('eddsa') && !name.includes('2020')) {
    equal(name, 'our own signature', await resign(document, proof), proof.proofValue)
  }
}

/** Ed25519 signatures have no randomness, so ours must be the published one. */
async function resign(document: JsonObject, proof: JsonObject): Promise<string> {
  const pair = JSON.parse(readFileSync(path.join(folder, 'eddsa/keyPair.json'), 'utf8')) as Record<string, string>
  const publicKey = publicKeyFromMultibase(pair['publicKeyMultibase']!)
  const made = await signCredential(document, {
    signer: signerFromMultikey(publicKey, pair['privateKeyMultibase']!),
    verificationMethod: proof['verificationMethod'] as string,
    created: new Date(proof['created'] as string),
    cryptosuite: proof['cryptosuite'] as SigningCryptosuite,
    canonicalize: { contexts: vectorContexts },
  })
  return made.proof[0]!.proofValue
}

async function checkSetsAndChains(): Promise<void> {
  const name = 'eddsa/proof-set-chain'
  await canonicalText(name, json(`${name}/signedProofSet1.json`), 'sha256')
  for (const [file, count] of [
    ['signedProofSet1', 1],
    ['signedProofSet2', 2],
    ['signedProofChain1', 3],
    ['signedProofChain2', 4],
  ] as const) {
    const document = json(`${name}/${file}.json`)
    const results = await verifyProofs(document, verifying)
    equal(name, `${file}: verdicts`, results.map(({ code }) => code).join(), Array(count).fill('proof.valid').join())
    const forged = await verifyProofs({ ...document, name: 'Something else' }, verifying)
    equal(name, `${file}: verdicts on a change`, String(forged.some(({ status }) => status === 'passed')), 'false')
  }
  const chain = json(`${name}/signedProofChain2.json`)
  const broken = {
    ...chain,
    proof: proofsOf(chain['proof']).filter((proof) => proof['id'] !== proofsOf(chain['proof'])[0]!['id']),
  }
  const results = await verifyProofs(broken, verifying)
  equal(name, 'chain with a link removed', String(results.every(({ status }) => status === 'passed')), 'false')
}

async function checkSelective(name: string, pointers: string): Promise<void> {
  const where = `ecdsa/ecdsa-sd-2023/${name}`
  const base = json(`${where}/addSignedSDBase.json`)
  const revealed = json(`${where}/derivedRevealDocument.json`)
  const hashes = json(`${where}/addHashData.json`)
  const configuration = json(`${where}/addProofConfig.json`)
  const configurationText = await canonicalText(where, configuration, 'sha256')
  for (const { proof: _, ...document } of [base, revealed]) await canonicalText(where, document, 'sha256')
  const published = readFileSync(path.join(folder, where, 'addProofConfigCanon.txt'), 'utf8')
  equal(where, 'canonical proof options', configurationText.trim(), published.trim())
  equal(where, 'hash of the proof options', toHex(hash('sha256', configurationText)), hashes['proofHash'] as string)
  equal(where, 'base proof', (await verifyProofs(base, verifying))[0]?.code ?? '', 'proof.undisclosed')
  equal(where, 'disclosed proof', (await verifyProofs(revealed, verifying))[0]?.code ?? '', 'proof.valid')
  const selectivePointers = JSON.parse(
    readFileSync(path.join(folder, `ecdsa/${pointers}Selective.json`), 'utf8'),
  ) as string[]
  const derived = await deriveCredential(base, { selectivePointers, canonicalize: { contexts: vectorContexts } })
  equal(where, 'our own derivation', (await verifyProofs(derived, verifying))[0]?.code ?? '', 'proof.valid')
  const body = (credential: JsonObject) => canonicalizeJson({ ...credential, proof: null })
  equal(where, 'what our derivation discloses', body(derived), body(revealed))
  const forged = { ...revealed, validUntil: '2099-01-01T00:00:00Z' }
  equal(where, 'verdict on a change', (await verifyProofs(forged, verifying))[0]?.code ?? '', 'proof.signature-wrong')
}

async function canonicalText(vector: string, document: JsonObject, hashName: HashName): Promise<string> {
  return counted(vector, document, { contexts: vectorContexts, hash: hashName })
}

async function counted(vector: string, document: JsonObject, options: CanonicalizeOptions): Promise<string> {
  const made = paths.get(vector) ?? { known: 0, reference: 0, refused: 0, reasons: new Set() }
  paths.set(vector, made)
  try {
    const { text, path: by, reason } = await canonicalForm(document, options)
    made[by]++
    if (reason !== undefined) made.reasons.add(reason)
    return text
  } catch (error) {
    if (!(error instanceof OpenBadgesError)) throw error
    made.refused++
    made.reasons.add(error.message)
    return ''
  }
}

/** Each document of our own vectors, and the options of each of its proofs. */
async function countOwnVectors(): Promise<void> {
  const own = (name: string) => readFileSync(path.join(import.meta.dirname, '..', 'vectors', name), 'utf8')
  const documents: [string, JsonObject][] = (JSON.parse(own('proofs.json')) as ProofVector[]).map(({ document }) => [
    'ours: proofs.json',
    document,
  ])
  for (const { input } of (JSON.parse(own('badges.json')) as BadgeVectors).vectors) {
    const bytes = 'text' in input ? input.text : new Uint8Array(Buffer.from(input.base64, 'base64'))
    for (const { view, document } of (await readCredential(bytes)).credentials)
      if (view.version.startsWith('3')) documents.push(['ours: badges.json', document as JsonObject])
  }
  for (const [vector, { proof, ...document }] of documents) {
    await counted(vector, document, {})
    for (const { proofValue: _, ...options } of proofsOf(proof)) {
      if (options['type'] === 'DataIntegrityProof' && document['@context'] !== undefined)
        await counted(vector, { ...options, '@context': document['@context'] }, {})
    }
  }
}

function showPaths(): void {
  console.log('\ncanonical forms of documents and proof options, by the path that made them')
  for (const [vector, { known, reference, refused, reasons }] of paths) {
    const counts = `${known} fast, ${reference} fell back to jsonld.js, ${refused} refused`
    console.log(`  ${vector.padEnd(38)} ${counts}${reasons.size > 0 ? ` (${[...reasons].join('; ')})` : ''}`)
  }
}

/** The files of a vector by the first part of their name: canonDocDataInt.txt is canonDoc. */
function filesOf(name: string): Map<string, string> {
  const kinds = ['canonDoc', 'docHash', 'proofCanon', 'proofHash', 'proofConfig', 'combinedHash', 'sigHex', 'signed']
  const entries = readdirSync(path.join(folder, name)).flatMap((file): [string, string][] => {
    const kind = kinds.find((prefix) => file.startsWith(prefix))
    return kind ? [[kind, readFileSync(path.join(folder, name, file), 'utf8')]] : []
  })
  return new Map(entries)
}

function json(file: string): JsonObject {
  return JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as JsonObject
}

function equal(where: string, what: string, ours: string, published: string): void {
  if (ours === published) {
    tally.passed++
    console.log(`✔ ${where}: ${what}`)
    return
  }
  tally.failed++
  console.log(`✖ ${where}: ${what}\n  published ${published.slice(0, 300)}\n  ours      ${ours.slice(0, 300)}`)
}
