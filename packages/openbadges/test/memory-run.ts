// Issues and verifies as many credentials as its argument says, and prints how large the heap was on the way.
import { personal, rich, slots, typical } from '../bench/credentials.ts'
import {
  compileTemplate,
  didKey,
  generateEd25519KeyPair,
  type JsonObject,
  parseJsonObject,
  resolveDidKey,
  signCredential,
  verifyProofs,
} from '../src/index.ts'

const total = Number(process.argv[2])
const pair = await generateEd25519KeyPair()
const { did, verificationMethod } = didKey(pair.publicKey)
const options = { signer: pair.signer, verificationMethod }
const template = await compileTemplate(typical(slots, did), options)
const verifying = { resolveKey: async (id: string) => resolveDidKey(id) }
let count = 0
let early = 0

for (let i = 0; i < total; i++) {
  const created = new Date(1_772_000_000_000 + i * 10)
  const text = await template.issue(personal(i), { created })
  count++
  if (i % 10 === 0) {
    // Other texts, other ids, other documents, and now and then one for the slow path. Many of those at first,
    // because jsonld.js keeps the last hundred contexts it met.
    const credential: JsonObject = { ...rich(personal(i), did), name: `Badge ${i}` }
    if (i < 2000 || i % 10_000 === 0)
      credential['@context'] = [...(credential['@context'] as string[]), { note: `urn:note${i}` }]
    await signCredential(credential, { ...options, created })
    const [result] = await verifyProofs(parseJsonObject(text), verifying)
    if (result?.status !== 'passed') throw new Error('a credential did not verify')
    count += 2
  }
  if (i === Math.floor(total / 10)) early = heap()
}
console.log(JSON.stringify({ early, late: heap(), count }))

function heap(): number {
  globalThis.gc?.()
  return Math.round(process.memoryUsage().heapUsed / 1e5) / 10
}
