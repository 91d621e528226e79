// Mutated badges: good ones of every kind, damaged at random but repeatably, thrown at everything that reads.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { bakePng, unbakePng } from '../src/bake-png.ts'
import { bakeSvg, unbakeSvg } from '../src/bake-svg.ts'
import { OpenBadgesError } from '../src/errors.ts'
import { signJwt } from '../src/jwt.ts'
import { readCredential } from '../src/read.ts'
import { checkNames } from '../src/report.ts'
import { assertion, badgeClass, issuerProfile, recipientV2 } from '../src/v2/index.ts'
import { verifyCredential } from '../src/verify.ts'
import { verifyPresentation } from '../src/verify/presentation.ts'
import { samplePng } from './sample.ts'
import { now, startWorld } from './world.ts'
import type { World } from './world.ts'

export interface FuzzOutcome {
  inputs: number
  genuine: number
  /** Processor time of the slowest input. */
  slowestMs: number
  /** The most memory the process ever held. */
  memoryMb: number
  failures: { seed: number; why: string; input: string }[]
}

/** Runs `fuzz` in a process that may hold no more memory than a small server has to give. */
export async function fuzzApart(count: number, seed: number): Promise<FuzzOutcome> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--max-old-space-size=128', '--max-semi-space-size=4', import.meta.filename, String(count), String(seed)],
    { maxBuffer: 2 ** 26 },
  )
  return JSON.parse(stdout) as FuzzOutcome
}

/** The same in parts, two at a time, with the progress on the way. */
export async function fuzzInParts(count: number, seed: number, parts: number): Promise<FuzzOutcome> {
  const whole: FuzzOutcome = { inputs: 0, genuine: 0, slowestMs: 0, memoryMb: 0, failures: [] }
  const size = count / parts
  const pending = Array.from({ length: parts }, (_, i) => seed + i * size)
  const work = async () => {
    for (let from = pending.shift(); from !== undefined; from = pending.shift()) {
      const { inputs, genuine, slowestMs, memoryMb, failures } = await fuzzApart(size, from)
      whole.inputs += inputs
      whole.genuine += genuine
      whole.slowestMs = Math.max(whole.slowestMs, slowestMs)
      whole.memoryMb = Math.max(whole.memoryMb, memoryMb)
      whole.failures.push(...failures)
      console.error(`${whole.inputs} of ${count} damaged badges, ${whole.failures.length} failures`)
    }
  }
  await Promise.all([work(), work()])
  return whole
}

/** Runs `count` mutated inputs from `seed` on; each is a function of its own number, so that a failure can be repeated alone. */
export async function fuzz(count: number, seed = 1): Promise<FuzzOutcome> {
  const world = await startWorld()
  const seeds = await goodInputs(world)
  const outcome: FuzzOutcome = { inputs: 0, genuine: 0, slowestMs: 0, memoryMb: 0, failures: [] }
  for (let number = seed; number < seed + count; number++) {
    const random = randomFrom(number)
    const input = mutate(seeds[Math.floor(random() * seeds.length)]!, random)
    // Processor time, not the clock's: a busy machine must not look like a slow library.
    const start = process.cpuUsage()
    const why = await tryOne(input, world, outcome)
    const { user, system } = process.cpuUsage(start)
    const took = (user + system) / 1000
    outcome.inputs++
    outcome.slowestMs = Math.max(outcome.slowestMs, took)
    if (why !== undefined || took > 2000)
      outcome.failures.push({
        seed: number,
        why: why ?? `took ${Math.round(took)} ms`,
        input: Buffer.from(input).toString('base64').slice(0, 4000),
      })
    if (outcome.failures.length >= 5) break
  }
  outcome.memoryMb = Math.round(process.resourceUsage().maxRSS / 1024)
  return outcome
}

/** Why an input is a finding; undefined when all is well. */
async function tryOne(input: Uint8Array, world: World, outcome: FuzzOutcome): Promise<string | undefined> {
  try {
    const { credentials } = await readCredential(input)
    const inside = credentials[0]?.document
    if (inside)
      await verifyPresentation(
        { ...inside, type: ['VerifiablePresentation'], verifiableCredential: [inside] },
        { now, load: world.load },
      )
    for (const unbake of [unbakePng, unbakeSvg]) {
      try {
        await unbake(input)
      } catch (error) {
        if (!(error instanceof OpenBadgesError)) throw error
      }
    }
    const report = await verifyCredential(input, { now, load: world.load, expectedRecipient: 'maya@college.example' })
    if (report.checks.length !== checkNames.length) return 'not eight checks'
    if (report.verdict === 'genuine') outcome.genuine++
    JSON.stringify(report)
    return undefined
  } catch (error) {
    return error instanceof Error
      ? `${error.name}: ${error.message}\n${error.stack ?? ''}`.slice(0, 1500)
      : String(error)
  }
}

async function goodInputs(world: World): Promise<Uint8Array[]> {
  const rich = await world.issue({
    result: [{ value: '95', resultDescription: 'urn:uuid:11111111-1111-4111-8111-111111111111' }],
    evidence: [{ id: 'https://college.example/e/1', name: 'Slides', narrative: 'Ten "slides" 😀' }],
    achievement: {
      id: 'https://college.example/badges/rich',
      name: 'Rich',
      description: 'd',
      criteria: { narrative: 'n', id: 'https://college.example/c' },
      image: 'https://college.example/badges/data-storytelling.png',
      creditsAvailable: 2.5,
      tag: ['a', 'b'],
      resultDescription: [
        {
          id: 'urn:uuid:11111111-1111-4111-8111-111111111111',
          name: 'Score',
          resultType: 'Percent',
          allowedValue: ['1', '2'],
        },
      ],
    },
    refreshService: [{ id: 'https://college.example/refresh', type: '1EdTechCredentialRefresh' }],
  })
  const plain = await world.issue()
  const jwt = await signJwt(
    { ...plain, proof: undefined },
    { signer: world.keys.signer, algorithm: 'EdDSA', kid: world.method },
  )
  const text = JSON.stringify(plain)
  const issuer = issuerProfile({
    id: 'https://college.example/i.json',
    name: 'College',
    url: 'https://college.example',
    email: 'a@college.example',
  })
  const badge = badgeClass({
    id: 'https://college.example/b.json',
    name: 'B',
    description: 'd',
    image: 'https://college.example/badges/data-storytelling.png',
    criteria: { narrative: 'n' },
    issuer: issuer.id,
  })
  const hosted = assertion({
    id: 'https://college.example/a.json',
    badge: badge.id,
    recipient: recipientV2('maya@college.example'),
    issuedOn: '2026-03-04T00:00:00Z',
  })
  for (const page of [issuer, badge, hosted]) world.pages.set(page.id, page)
  world.pages.set('https://college.example/refresh', rich)
  const old = {
    recipient: 'maya@college.example',
    issued_on: '2012-01-30',
    badge: {
      version: '0.5.0',
      name: 'O',
      description: 'd',
      image: '/b.png',
      criteria: '/c',
      issuer: { origin: 'https://college.example', name: 'N' },
    },
  }
  const texts = [
    text,
    JSON.stringify(rich),
    JSON.stringify(rich, null, 1),
    jwt,
    JSON.stringify(hosted),
    JSON.stringify({ ...hosted, badge: { ...badge, issuer } }),
    JSON.stringify(old),
    bakeSvg('<svg xmlns="http://www.w3.org/2000/svg"><g id="a"/></svg>', text),
    bakeSvg('<svg xmlns="http://www.w3.org/2000/svg"/>', jwt),
    pdf(text),
    hosted.id,
  ]
  return [
    ...texts.map((item) => new TextEncoder().encode(item)),
    bakePng(samplePng(), text),
    bakePng(samplePng(), jwt),
    bakePng(samplePng(), JSON.stringify(hosted), 'openbadges'),
  ]
}

function pdf(text: string): string {
  return `%PDF-1.7\n2 0 obj\n<< /Type /Filespec /EF << /F 3 0 R >> >>\nendobj\n3 0 obj\n<< /Type /EmbeddedFile /Length ${text.length} >>\nstream\n${text}\nendstream\nendobj\n%%EOF`
}

type Random = () => number

/** Half of the damage is to bytes, half to what the JSON says. */
function mutate(good: Uint8Array, random: Random): Uint8Array {
  if (random() < 0.5) {
    const changed = mutateJson(good, random)
    if (changed) return changed
  }
  let bytes = Uint8Array.from(good)
  for (let times = 1 + Math.floor(random() * 4); times > 0; times--) bytes = mutateBytes(bytes, random)
  return bytes
}

function mutateBytes(bytes: Uint8Array, random: Random): Uint8Array<ArrayBuffer> {
  const place = Math.floor(random() * (bytes.length + 1))
  const length = Math.floor(random() * 40)
  switch (Math.floor(random() * 7)) {
    case 0: {
      const copy = Uint8Array.from(bytes)
      copy[place % Math.max(1, copy.length)] = Math.floor(random() * 256)
      return copy
    }
    case 1:
      return bytes.slice(0, place)
    case 2:
      return join(bytes.subarray(0, place), bytes.subarray(place + length))
    case 3:
      return join(
        bytes.subarray(0, place),
        Uint8Array.from({ length }, () => Math.floor(random() * 256)),
        bytes.subarray(place),
      )
    case 4: {
      const from = Math.floor(random() * bytes.length)
      return join(bytes.subarray(0, place), bytes.subarray(from, from + 400), bytes.subarray(place))
    }
    case 5:
      return join(bytes.subarray(0, place), new TextEncoder().encode(pick(splinters, random)), bytes.subarray(place))
    default: {
      const copy = Uint8Array.from(bytes)
      copy.fill(pick([0, 255, 34, 123, 60], random), place, place + length)
      return copy
    }
  }
}

const splinters = [
  '"',
  '{',
  '[',
  '"@context":',
  '"@type":"x",',
  '"id":null,',
  '\\u0000',
  '\\ud800',
  '1e999',
  '-0',
  '<![CDATA[',
  ']]>',
  '&#0;',
  '<!DOCTYPE a [',
  'stream\n',
  'endstream',
  'obj',
  '.',
  'eyJhbGciOiJub25lIn0.',
  '\u2028',
]

const nasty: unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  5e-324,
  '',
  'x',
  '😀',
  '\ud800',
  [],
  {},
  [[]],
  [null],
  { '@value': 'x' },
  { '@id': 'urn:x' },
  { '@type': 'x' },
  { '@graph': [] },
  { '@list': [{}] },
  { toString: 1, valueOf: 1 },
  JSON.parse('{"__proto__":{"a":1},"constructor":{"prototype":1}}'),
  'https://college.example/badges/data-storytelling.png',
  'did:web:college.example',
  'did:key:z6Mk',
  'did:jwk:e30',
  'did:web:%00',
  'data:,x',
  'javascript:x',
  '9'.repeat(400),
  'a'.repeat(5000),
  '2026-02-30T25:61:61Z',
  '2026-03-04T00:00:00+99:99',
  Array.from({ length: 50 }, () => ({})),
  Array.from({ length: 300 }, (_, i) => ({ id: `urn:x:${i}` })),
  { type: ['DataIntegrityProof'], previousProof: ['a', 'a'] },
]

/** Changes one to three places of the JSON; undefined when there is none. */
function mutateJson(good: Uint8Array, random: Random): Uint8Array | undefined {
  let document: unknown
  try {
    document = JSON.parse(new TextDecoder().decode(good))
  } catch {
    return undefined
  }
  const places: [object, string][] = []
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const key of Object.keys(value)) {
      places.push([value, key])
      visit((value as Record<string, unknown>)[key])
    }
  }
  visit(document)
  for (let times = 1 + Math.floor(random() * 3); times > 0; times--) {
    const [holder, key] = pick(places, random) as [Record<string, unknown>, string]
    const other = pick(places, random) as [Record<string, unknown>, string]
    const choice = Math.floor(random() * 6)
    if (choice === 0 && !Array.isArray(holder)) delete holder[key]
    else if (choice === 1) holder[key] = structuredClone(other[0][other[1]])
    else if (choice === 2) holder[key] = [holder[key], holder[key]]
    else if (choice === 3 && !Array.isArray(holder))
      Object.defineProperty(
        holder,
        pick(
          ['__proto__', '@id', 'https://x.example/y', 'proof', 'id', '@context', 'constructor', 'credentialStatus'],
          random,
        ),
        { value: pick(nasty, random), enumerable: true, configurable: true, writable: true },
      )
    else holder[key] = structuredClone(pick(nasty, random))
  }
  return new TextEncoder().encode(JSON.stringify(document))
}

function pick<T>(items: readonly T[], random: Random): T {
  return items[Math.floor(random() * items.length)]!
}

function join(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.concat(parts))
}

/** Numbers from 0 to 1 that depend on the seed alone (xorshift, mixed). */
function randomFrom(seed: number): Random {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) | 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

if (import.meta.main) {
  const [count = '1000', seed = '1'] = process.argv.slice(2)
  process.stdout.write(JSON.stringify(await fuzz(Number(count), Number(seed))))
}
