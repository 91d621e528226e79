// The figures of this library, each beside bare node:crypto and beside @digitalbazaar/vc, in one interleaved run.
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import {
  bakePng,
  compileTemplate,
  concatBytes,
  createStatusList,
  didKey,
  ed25519Pkcs8,
  encodeStatusList,
  generateEd25519KeyPair,
  type JsonObject,
  type KeyPair,
  parseJsonObject,
  preparePng,
  resolveDidKey,
  setStatus,
  signCredential,
  unbakePng,
  verifyProof,
} from '../src/index.ts'
import { crc32 } from '../src/compression/node.ts'
import { personal, rich, slots, typical } from './credentials.ts'
import { peerOf } from './peer.ts'
import { measureRepairedPeer } from './repaired-peer.ts'
import { measure, median } from './rounds.ts'

/** One figure: how often per unit of `to` the work gets done, and the least it may be. */
export type Row = { id: string; what: string; ratio: number; to: string; floor: number }
export type Report = { rows: Row[]; notes: string[] }

const created = new Date('2026-03-01T10:00:00Z')
const recipients = 256

export async function bench(): Promise<Report> {
  const pair = await generateEd25519KeyPair()
  const { did, verificationMethod } = didKey(pair.publicKey)
  const people = Array.from({ length: recipients }, (_, i) => personal(i))
  const credentials = people.map((person) => typical(person, did))
  const options = { signer: pair.signer, verificationMethod, created }
  const templates = {
    typical: await compileTemplate(typical(slots, did), options),
    rich: await compileTemplate(rich(slots, did), options),
  }
  const signed: JsonObject[] = []
  for (const credential of credentials) signed.push(await signCredential(credential, options))
  const texts = signed.map((credential) => JSON.stringify(credential))
  const peer = await peerOf(pair, did, verificationMethod)
  await agree(peer, signed[0]!, credentials[0]!, verificationMethod)

  const at = (number: number) => number % recipients
  const bare = bareSignatures(pair)
  const resolved = resolveDidKey(verificationMethod)
  const verifying = { resolveKey: async () => resolved, now: created }
  const measured = await measure({ name: 'S', run: bare.sign }, [
    { name: 'V', run: bare.verify },
    { name: 'issue', run: async (n) => JSON.stringify(await signCredential(credentials[at(n)]!, options)) },
    { name: 'template', run: (n) => templates.typical.issue(people[at(n)]!, { created }) },
    { name: 'template-rich', run: (n) => templates.rich.issue(people[at(n)]!, { created }) },
    {
      name: 'verify',
      run: async (n) => {
        const document = parseJsonObject(texts[at(n)]!)
        const [proof] = document['proof'] as JsonObject[]
        const { status } = await verifyProof(document, proof!, verifying)
        if (status !== 'passed') throw new Error('a good credential did not verify')
      },
    },
    { name: 'db-issue', run: (n) => peer.issue({ ...credentials[at(n)]! }) },
    { name: 'db-verify', run: (n) => peer.verify(JSON.parse(texts[at(n)]!) as JsonObject) },
    ...(await pictureCases(texts[0]!)),
    ...(await statusCases(options, did)),
  ])
  const ratio = (name: string, to = 'S') => measured.get(name)!.ratio / measured.get(to)!.ratio
  const rows: Row[] = [
    row('issue-general/S', 'issue one: object in, signed JSON out', ratio('issue'), 'S', 0.4),
    row('issue-general/db', 'the same, beside @digitalbazaar/vc', ratio('issue', 'db-issue'), 'db', 35),
    row('issue-template/S', 'issue from a compiled template', ratio('template'), 'S', 0.55),
    row('issue-template-rich/S', 'the same, rich credential', ratio('template-rich'), 'S', 0.4),
    row('issue-template/db', 'typical template, beside @digitalbazaar/vc', ratio('template', 'db-issue'), 'db', 50),
    row('verify/V', 'verify from JSON text', ratio('verify', 'V'), 'V', 0.5),
    row('verify/db', 'the same, beside @digitalbazaar/vc', ratio('verify', 'db-verify'), 'db', 15),
    // Floors of the pictures and the list are given in signing times; these are their inverses.
    row('bake', 'bake a PNG from a prepared picture', ratio('bake'), 'S', 1 / 0.2),
    row('bake-raw', 'bake a raw PNG of 300 KB', ratio('bake-raw'), 'S', 1 / 8),
    row('unbake', 'take a credential out of that PNG', ratio('unbake'), 'S', 1 / 0.1),
    row('status', 'list of 131,072: flip, encode, sign', ratio('status'), 'S', 1 / 20),
    row(
      'first-shape',
      'first credential of a new template shape, per 10 ms',
      10 / (await firstShapeMs(pair, did)),
      '10 ms',
      1,
    ),
  ]
  return { rows, notes: [rates(measured), ...(await besideRepaired(measured))] }
}

function row(id: string, what: string, ratio: number, to: string, floor: number): Row {
  return { id, what, ratio: Number(ratio.toPrecision(4)), to, floor }
}

function bareSignatures(pair: KeyPair) {
  const key = createPrivateKey({ key: Buffer.from(ed25519Pkcs8(pair.secret)), format: 'der', type: 'pkcs8' })
  const publicKey = createPublicKey(key)
  const bytes = new Uint8Array(64).fill(3)
  const signature = sign(null, bytes, key)
  return { sign: () => sign(null, bytes, key), verify: () => verify(null, bytes, publicKey, signature) }
}

/** Comparing rates means nothing unless both sides accept each other's work. */
async function agree(
  peer: Awaited<ReturnType<typeof peerOf>>,
  ours: JsonObject,
  credential: JsonObject,
  verificationMethod: string,
): Promise<void> {
  await peer.verify(ours)
  const theirs = (await peer.issue({ ...credential })) as JsonObject
  const resolveKey = async () => resolveDidKey(verificationMethod)
  const { status } = await verifyProof(theirs, theirs['proof'] as JsonObject, { resolveKey })
  if (status !== 'passed') throw new Error('the other library and ours do not agree')
}

async function pictureCases(text: string) {
  const png = pngOf(300_000)
  const prepared = preparePng(png)
  const baked = bakePng(png, text)
  const [found] = await unbakePng(baked)
  if (found?.text !== text) throw new Error('a baked picture does not give its credential back')
  return [
    // What is sent is the head, this chunk and the rest, one after the other.
    { name: 'bake', run: () => prepared.chunk(text) },
    { name: 'bake-raw', run: () => bakePng(png, text) },
    { name: 'unbake', run: () => unbakePng(baked) },
  ]
}

/** A PNG of about this many bytes; its picture data are noise, as in a photograph. */
function pngOf(size: number): Uint8Array {
  const noise = new Uint8Array(size)
  for (let i = 0, x = 1; i < size; i++) noise[i] = (x = (x * 48271) % 2147483647) & 255
  const header = new Uint8Array([0, 0, 1, 0, 0, 0, 1, 0, 8, 2, 0, 0, 0])
  const signature = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return concatBytes(
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(noise)),
    chunk('IEND', new Uint8Array()),
  )
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const name = new TextEncoder().encode(type)
  const bytes = new Uint8Array(12 + data.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, data.length)
  bytes.set(name, 4)
  bytes.set(data, 8)
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)))
  return bytes
}

async function statusCases(options: Parameters<typeof signCredential>[1], issuer: string) {
  const bits = createStatusList()
  // One entry in a hundred is set.
  for (let i = 0; i < 131_072; i += 100) setStatus(bits, i, true)
  const id = 'https://badges.example.org/s/7'
  const run = async (number: number) => {
    setStatus(bits, number % 131_072, true)
    const list: JsonObject = {
      '@context': ['https://www.w3.org/ns/credentials/v2'],
      id,
      type: ['VerifiableCredential', 'BitstringStatusListCredential'],
      issuer,
      validFrom: '2026-03-01T10:00:00Z',
      credentialSubject: {
        id: `${id}#list`,
        type: 'BitstringStatusList',
        statusPurpose: 'revocation',
        encodedList: await encodeStatusList(bits),
      },
    }
    return JSON.stringify(await signCredential(list, options))
  }
  return [{ name: 'status', run }]
}

/** Median milliseconds from a template's JSON to its first signed credential, for shapes never seen before. */
async function firstShapeMs(pair: KeyPair, did: string): Promise<number> {
  const { verificationMethod } = didKey(pair.publicKey)
  const times: number[] = []
  for (let i = 0; i < 15; i++) {
    const credential = rich(slots, did)
    const subject = credential['credentialSubject'] as JsonObject
    subject[['role', 'term', 'licenseNumber'][i % 3]!] = `${i}`
    const start = performance.now()
    const template = await compileTemplate(credential, { signer: pair.signer, verificationMethod })
    await template.issue(personal(i), { created })
    times.push(performance.now() - start)
  }
  return median(times)
}

function rates(measured: Awaited<ReturnType<typeof measure>>): string {
  return `rates per CPU second: ${Array.from(measured, ([name, { rate }]) => `${name} ${Math.round(rate)}`).join(', ')}`
}

async function besideRepaired(measured: Awaited<ReturnType<typeof measure>>): Promise<string[]> {
  const repaired = await measureRepairedPeer()
  const times = (name: string, rate: number) => (measured.get(name)!.ratio / rate).toFixed(1)
  return [
    'beside @digitalbazaar/vc over a jsonld.js repaired in memory (its active contexts are no longer cloned deeply): ' +
      `issue ${times('issue', repaired.issue)} x, template ${times('template', repaired.issue)} x, ` +
      `verify ${times('verify', repaired.verify)} x`,
  ]
}
