// The fast path against jsonld.js and rdf-canonize: on random credentials, and on random damage done to
// them. A tenth of the work by default, all of it with LAPEL_SLOW=1; LAPEL_SEED picks other documents.
import assert from 'node:assert/strict'
import test from 'node:test'
import { canonicalForm, knownForm } from '../src/canonicalize.ts'
import { CONTEXTS } from '../src/contexts/index.ts'
import { OpenBadgesError } from '../src/errors.ts'
import type { JsonObject, JsonValue } from '../src/json.ts'
import { canonicalizeByOracle } from './oracle.ts'
import { type Random, randomFrom, randomIri, randomNumber, randomText } from './random.ts'
import { randomCredential, randomDocument } from './random-credential.ts'

const share = process.env['LAPEL_SLOW'] === '1' ? 10 : 1
const seed = Number(process.env['LAPEL_SEED'] ?? 20260301)

type Outcome = { text: string } | { error: unknown }

test(`${2000 * share} random credentials canonicalize as the reference does`, async (t) => {
  const random = randomFrom(seed)
  const tally = { equal: 0, bothRefuse: 0, stricter: 0, known: 0 }
  for (let i = 0; i < 2000 * share; i++) {
    const source = JSON.stringify(randomDocument(random))
    tally[await compare(source)]++
    if (typeof knownForm(JSON.parse(source)) !== 'string') tally.known++
  }
  t.diagnostic(JSON.stringify(tally))
  assert.ok(tally.equal > 1500 * share, 'most random credentials are valid')
  assert.ok(tally.known > 1700 * share, 'most random credentials take the fast path')
  assert.ok(tally.stricter < 20 * share, 'hardly any valid credential is refused by us alone')
})

test(`${3000 * share} damaged credentials: nothing is accepted that the reference rejects`, async (t) => {
  const random = randomFrom(seed + 1)
  const tally = { equal: 0, bothRefuse: 0, stricter: 0 }
  for (let i = 0; i < 3000 * share; i++) {
    const document = random.chance(0.8) ? randomCredential(random) : randomDocument(random)
    for (let n = random.below(2); n >= 0; n--) damage(document, random)
    tally[await compare(JSON.stringify(document))]++
  }
  t.diagnostic(JSON.stringify(tally))
  assert.ok(tally.equal > 300 * share && tally.bothRefuse > 300 * share, 'the damage is neither total nor harmless')
})

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
