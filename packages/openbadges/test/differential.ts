// The fast paths against jsonld.js and rdf-canonize: on random credentials, on random damage done to them,
// and on filled templates. Called with a small share of the work in the fast tests, with all of it in the slow ones.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { canonicalForm, knownForm } from '../src/canonicalize.ts'
import { CONTEXTS } from '../src/contexts/index.ts'
import { OpenBadgesError } from '../src/errors.ts'
import type { JsonObject, JsonValue } from '../src/json.ts'
import { compileTemplate, slot } from '../src/template.ts'
import { canonicalizeByOracle } from './oracle.ts'
import { type Random, randomDate, randomFrom, randomIri, randomNumber, randomText } from './random.ts'
import { randomCredential, randomDocument } from './random-credential.ts'

const seed = Number(process.env['LAPEL_SEED'] ?? 20260301)

type Outcome = { text: string } | { error: unknown }

/** Random valid documents (mostly): both must give the same text. */
export async function compareRandomDocuments(count: number, from = 0) {
  const random = randomFrom(seed + from)
  const tally = { equal: 0, bothRefuse: 0, stricter: 0, known: 0 }
  for (let i = 0; i < count; i++) {
    const source = JSON.stringify(randomDocument(random))
    tally[await compare(source)]++
    if (typeof knownForm(JSON.parse(source)) !== 'string') tally.known++
  }
  assert.ok(tally.equal > 0.8 * count, 'most random credentials are valid')
  assert.ok(tally.known > 0.9 * count, 'most random credentials take the fast path')
  assert.ok(tally.stricter < 0.01 * count, 'hardly any valid credential is refused by us alone')
  return tally
}

/** Damaged documents: the same text, or both refuse, or only we do, for a reason that is ours. */
export async function compareDamagedDocuments(count: number, from = 1) {
  const random = randomFrom(seed + from)
  const tally = { equal: 0, bothRefuse: 0, stricter: 0 }
  for (let i = 0; i < count; i++) {
    const document = random.chance(0.8) ? randomCredential(random) : randomDocument(random)
    for (let n = random.below(2); n >= 0; n--) damage(document, random)
    tally[await compare(JSON.stringify(document))]++
  }
  assert.ok(tally.equal > 0.1 * count && tally.bothRefuse > 0.1 * count, 'the damage is neither total nor harmless')
  return tally
}

/**
 * Random templates, each filled a few times. What the template signs is the hash of the reference's
 * text, and the JSON that it gives out is the JSON of the filled credential.
 */
export async function compareFilledTemplates(count: number, from = 2) {
  const random = randomFrom(seed + from)
  const tally = { equal: 0, refused: 0, templates: 0, compiled: 0, general: 0 }
  while (tally.equal + tally.refused < count) {
    const makers = new Map<string, () => string | number>()
    // Astral characters beside others from U+E000 on make the order of lines ambiguous, so most go without.
    const clean = random.chance(0.8) ? withoutHigh : withoutControls
    const credential = withSlots(sound(randomCredential(random), clean) as JsonObject, random, makers, clean)
    let signed = new Uint8Array()
    const signer = {
      sign(data: Uint8Array) {
        signed = data.slice()
        return new Uint8Array(64).fill(7)
      },
    }
    const template = await compileTemplate(credential, {
      signer,
      verificationMethod: 'https://badges.example.org/k#1',
    }).catch(onlyRefusals)
    if (template === null) continue
    tally.templates++
    for (let i = 0; i < 8; i++) {
      const values = Object.fromEntries(Array.from(makers, ([name, make]) => [name, make()]))
      const filled = substitute(credential, values) as JsonObject
      const text = await template.issue(values, { created: new Date('2026-03-01T10:00:00Z') }).catch(onlyRefusals)
      if (text === null) {
        tally.refused++
        continue
      }
      const hash = createHash('sha256')
        .update(await canonicalizeByOracle(filled))
        .digest()
      assert.ok(hash.equals(signed.subarray(32)), `the template signs something else for ${JSON.stringify(filled)}`)
      const { proof, ...issued } = JSON.parse(text)
      assert.equal(JSON.stringify(issued), JSON.stringify(filled))
      assert.equal(proof.length, 1)
      tally.equal++
    }
    tally.compiled += template.statistics.compiled
    tally.general += template.statistics.general
  }
  assert.ok(tally.equal > 0.5 * count, `most fills are valid: ${JSON.stringify(tally)}`)
  // About half of them do; a template with a repeated id or with texts of disputed order does not.
  assert.ok(tally.compiled > 0.3 * tally.equal, `many fills take the compiled path: ${JSON.stringify(tally)}`)
  return tally
}

/** Without what `signCredential` refuses on principle: control characters, odd numbers, capitals in language tags. */
function sound(value: JsonValue | undefined, clean: Clean): JsonValue {
  if (typeof value === 'string') return clean(value)
  if (typeof value === 'number') return Math.abs(value) < 1e9 ? Math.round(value * 1000) / 1000 + 0 : 7
  if (Array.isArray(value)) return value.map((item) => sound(item, clean))
  if (typeof value !== 'object' || value === null) return value ?? null
  return Object.fromEntries(
    Object.entries(value)
      // Embedded proofs keep a template from the compiled path, so most of them go.
      .filter(([key]) => key !== 'proof')
      .map(([key, member]) => [
        key,
        key === '@language' && typeof member === 'string' ? member.toLowerCase() : sound(member, clean),
      ]),
  )
}

function onlyRefusals(error: unknown): null {
  if (error instanceof OpenBadgesError && /^(credential|canonicalize)\./.test(error.code)) return null
  throw error
}

const UNSLOTTED = new Set(['@context', 'type', '@language', '@direction', 'proof', 'cryptosuite', 'proofPurpose'])
const ADDRESSES = new Set(['id', 'statusListCredential', 'image', 'issuer', 'verificationMethod', 'url', 'targetUrl'])

/** A copy with some leaf values replaced by slots; `makers` gets a way to make a value for each. */
function withSlots(
  value: JsonObject,
  random: Random,
  makers: Map<string, () => string | number>,
  clean: Clean,
): JsonObject {
  const visit = (member: JsonValue, key: string): JsonValue => {
    if (UNSLOTTED.has(key)) return member
    if (Array.isArray(member)) return member.map((item) => visit(item, key))
    if (typeof member === 'object' && member !== null) {
      return Object.fromEntries(Object.entries(member).map(([name, item]) => [name, visit(item ?? null, name)]))
    }
    if (!random.chance(0.3) || typeof member === 'boolean') return member
    const name = `s${makers.size}`
    if (typeof member === 'number') {
      makers.set(name, () => random.below(1000) / 10)
      return slot.number(name)
    }
    if (ADDRESSES.has(key)) {
      makers.set(name, () => randomIri(random))
      return slot.iri(name)
    }
    makers.set(name, () =>
      key.startsWith('valid')
        ? randomDate(random)
        : random.chance(0.02)
          ? randomText(random)
          : clean(randomText(random)),
    )
    return slot.text(name)
  }
  return visit(value, '') as JsonObject
}

type Clean = (text: string) => string

/** Control characters would be refused. */
function withoutControls(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what this removes
  return text.replace(/[\u0000-\u0009\u000b-\u001f\u007f]/g, '')
}

function withoutHigh(text: string): string {
  return withoutControls(text).replace(/[\ue000-\uffff]/g, '')
}

function substitute(value: JsonValue, values: Record<string, string | number>): JsonValue {
  if (Array.isArray(value)) return value.map((item) => substitute(item, values))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, substitute(item ?? null, values)]))
  }
  if (typeof value !== 'string') return value
  const name = /^lapel-slot-(?:text|iri|number):(s\d+)$/.exec(value)?.[1]
  return name === undefined ? value : values[name]!
}

/** Compares both ways of canonicalizing one text, each on its own copy. */
async function compare(source: string): Promise<'equal' | 'bothRefuse' | 'stricter'> {
  const theirs = await outcome(async () => canonicalizeByOracle(JSON.parse(source)))
  const ours = await outcome(async () => (await canonicalForm(JSON.parse(source))).text)
  if ('text' in ours) {
    assert.ok(
      'text' in theirs,
      `accepted what the reference rejects (${String('error' in theirs && theirs.error)}): ${source}`,
    )
    if (ours.text !== theirs.text)
      assert.fail(`different canonical forms for ${source}\n${difference(ours.text, theirs.text)}`)
    return 'equal'
  }
  assert.ok(ours.error instanceof OpenBadgesError, `threw ${String(ours.error)} for ${source}`)
  if ('error' in theirs) return 'bothRefuse'
  // The refusals that are ours alone, and on purpose (traps 3, 5, 6, 7 of the list in canonicalize.test.ts).
  const reasons = /lone surrogate|direction only|as a number and as a text|is not admitted|nested/
  assert.match(ours.error.message, reasons, `refused what the reference accepts: ${source}`)
  return 'stricter'
}

async function outcome(work: () => Promise<string>): Promise<Outcome> {
  try {
    return { text: await work() }
  } catch (error) {
    return { error }
  }
}

function difference(ours: string, theirs: string): string {
  const [a, b] = [ours.split('\n'), theirs.split('\n')]
  return a
    .flatMap((line, i) => (line === b[i] ? [] : [`- ${b[i]}`, `+ ${line}`]))
    .slice(0, 8)
    .join('\n')
}

const KEYS = [
  'name',
  'description',
  'image',
  'tag',
  'type',
  'id',
  'criteria',
  'narrative',
  'proof',
  '@type',
  '@id',
  '@graph',
  '@included',
  '@reverse',
  '@nest',
  '@value',
  '@language',
  '@list',
  '@set',
  'http://example.org/p',
  'foo:bar',
  'cred:holder',
  'unknown',
  'alignment',
  'result',
  'creditsEarned',
  'hashed',
  'jsonSchema',
  'cnf',
  'evidence',
  'issuer',
  'geo',
  'GeoCoordinates',
  'Criteria',
  'credentialSubject',
  'verifiableCredential',
  'statusMessage',
  'statusSize',
  'allowedValue',
  '_sd',
  'aud',
  'exp',
  'kid',
  '...',
  'toString',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'publicKeyJwk',
  'proofPurpose',
  '@context',
  '',
]

/** Changes one thing somewhere in a document: removes, replaces, adds, repeats, moves. */
function damage(document: JsonObject, random: Random): void {
  const containers: (JsonObject | JsonValue[])[] = []
  collect(document, containers)
  const place = random.pick(containers)
  if (Array.isArray(place)) {
    const index = random.below(place.length)
    const dice = random.next()
    if (dice < 0.4 || place.length === 0) place.push(strangeValue(random))
    else if (dice < 0.6) place.push(structuredClone(place[index]!))
    else place[index] = strangeValue(random)
    return
  }
  const keys = Object.keys(place).filter((key) => key !== '@context')
  const dice = random.next()
  if (dice < 0.3 && keys.length > 0) delete place[random.pick(keys)]
  else if (dice < 0.6 && keys.length > 0) setOwn(place, random.pick(keys), strangeValue(random))
  else if (dice < 0.7 && keys.length > 0) setOwn(place, random.pick(KEYS), structuredClone(place[random.pick(keys)]!))
  else setOwn(place, random.pick(KEYS), strangeValue(random))
}

function setOwn(object: JsonObject, key: string, value: JsonValue): void {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })
}

function collect(value: JsonValue | undefined, into: (JsonObject | JsonValue[])[]): void {
  if (typeof value !== 'object' || value === null) return
  into.push(value)
  for (const [key, member] of Object.entries(value)) if (key !== '@context') collect(member, into)
}

function strangeValue(random: Random): JsonValue {
  const make = random.pick(STRANGE)
  return make(random)
}

const STRANGE: ((random: Random) => JsonValue)[] = [
  () => null,
  () => [],
  () => ({}),
  randomText,
  randomIri,
  randomNumber,
  () => true,
  (random) => [[randomText(random)]],
  (random) => ({ '@value': randomText(random) }),
  () => ({ '@value': 5 }),
  (random) => ({ '@value': randomText(random), '@language': 'x y' }),
  (random) => ({ '@value': randomText(random), '@language': null }),
  (random) => ({ '@value': randomText(random), '@type': 'http://www.w3.org/2001/XMLSchema#date' }),
  (random) => ({ '@value': randomText(random), '@index': 'i' }),
  (random) => ({ '@id': randomIri(random) }),
  () => ({ '@list': ['a', 'b'] }),
  () => ({ '@set': ['a'] }),
  (random) => ({ id: randomIri(random) }),
  () => ({ id: '_:b1' }),
  () => '_:b1',
  () => ({ type: 'Image' }),
  () => ({ type: 'Nope' }),
  () => ({ type: 'Image', '@type': 'Profile' }),
  (random) => ({ type: ['Profile', 'Achievement'], name: randomText(random) }),
  () => ({ type: ['Profile', 'Image', 'Result'], value: '1', caption: 'x' }),
  () => ({ type: ['Result', 'Result'], value: ['1', '1'] }),
  (random) => ({ '@graph': [{ id: randomIri(random) }] }),
  () => '@foo',
  () => 'relative',
  () => 'a b:c',
  () => 'xsd:date',
  () => 'cred:holder',
  () => 'id',
  () => 'VerifiableCredential',
  () => [1, 1, '1'],
  () => [1, 1.0, 1],
  () => [true, 'true'],
  () => [0.3, 0.30000000000000004],
  () => ['a', 'a', null],
  () => [null],
  () => ({ '@context': null, name: 'x' }),
  () => ({ '@context': { foo: 'urn:foo' }, foo: 'x' }),
  () => ({ '@context': [CONTEXTS.credentialsV2], type: 'VerifiableCredential', name: 'x' }),
  () => ({ '@context': CONTEXTS.multikeyV1, type: 'Multikey', controller: 'urn:c' }),
  () => ({ '@context': [`${CONTEXTS.credentialsV2} ${CONTEXTS.openBadges303}`], name: 'x' }),
  () => ({ '@reverse': {} }),
  () => ({ '@index': 'x', name: 'y' }),
  () => ({ '@none': 1 }),
  () => '\ud800',
  () => ({ id: '' }),
  () => ({ id: 5 }),
  () => ({ id: null }),
  () => ({ '@value': null }),
  (random) => ({ '@value': randomText(random), '@direction': 'ltr' }),
  () => [
    { '@value': 'a', '@language': 'en', '@direction': 'ltr' },
    { '@value': 'a', '@language': 'en', '@direction': 'rtl' },
  ],
  () => ['a', { '@value': 'a', '@direction': 'ltr' }],
  () => -0,
  () => 1e-7,
  () => 'urn:x>y',
  () => 'urn:x\\y',
]
