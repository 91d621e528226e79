// Random documents of every kind that the fast path knows: credentials of all context versions with
// everything Open Badges allows in them, endorsements with proofs, presentations, status lists.
import { CONTEXTS } from '../src/contexts/index.ts'
import type { JsonObject, JsonValue } from '../src/json.ts'
import { type Random, randomDate, randomIri, randomNumber, randomText } from './random.ts'

// Open Badges 3.0.0 and 3.0.1 redefine protected terms of VC 2.0, so they stand with VC 1.1 only.
const WITH_V1 = [CONTEXTS.openBadges300, CONTEXTS.openBadges301, CONTEXTS.openBadges302, CONTEXTS.openBadges303]
const WITH_V2 = [CONTEXTS.openBadges302, CONTEXTS.openBadges303, CONTEXTS.openBadges303, CONTEXTS.openBadges303]

/** A random document; mostly achievement credentials. */
export function randomDocument(random: Random): JsonObject {
  const dice = random.next()
  if (dice < 0.04) return statusListCredential(random)
  if (dice < 0.09) return presentation(random)
  if (dice < 0.13) {
    const list = contexts(random)
    return { ...endorsement(random, list), '@context': list }
  }
  return randomCredential(random)
}

function contexts(random: Random, isOld = false): JsonValue[] {
  const list: JsonValue[] = isOld
    ? [CONTEXTS.credentialsV1, random.pick(WITH_V1), CONTEXTS.statusList2021V1]
    : [CONTEXTS.credentialsV2, random.pick(WITH_V2)]
  if (random.chance(0.9)) list.push(CONTEXTS.openBadgesExtensions)
  if (random.chance(0.1)) list.push(CONTEXTS.multikeyV1)
  if (random.chance(0.05)) list.push(CONTEXTS.securityJwkV1)
  return list
}

/** A random achievement credential, with VC 2.0 or VC 1.1 contexts. */
export function randomCredential(random: Random): JsonObject {
  const isOld = random.chance(0.12)
  const list = contexts(random, isOld)
  if (isOld) list.push(random.pick([CONTEXTS.dataIntegrityV1, CONTEXTS.dataIntegrityV2]))
  const isExtended = list.includes(CONTEXTS.openBadgesExtensions)
  const isNewest = list.includes(CONTEXTS.openBadges303)
  const issuer = profile(random)
  const types = random.pick([
    ['VerifiableCredential', 'OpenBadgeCredential'],
    ['VerifiableCredential', 'AchievementCredential'],
    ['AchievementCredential', 'VerifiableCredential'],
    ['VerifiableCredential', 'OpenBadgeCredential', 'AchievementCredential'],
  ])
  return shuffled(random, {
    '@context': list,
    id: maybe(random, 0.97, () => randomIri(random)),
    type: types,
    name: text(random),
    description: maybe(random, 0.4, () => text(random)),
    issuer: random.chance(0.9) ? issuer : issuer['id'],
    [isOld ? 'issuanceDate' : 'validFrom']: randomDate(random),
    [isOld ? 'expirationDate' : 'validUntil']: maybe(random, 0.5, () => randomDate(random)),
    awardedDate: maybe(random, isNewest ? 0.3 : 0, () => randomDate(random)),
    image: maybe(random, 0.3, () => image(random)),
    credentialSubject: random.chance(0.93)
      ? subject(random, issuer, list)
      : [subject(random, issuer, list), subject(random, issuer, list)],
    evidence: maybe(random, 0.4, () => [evidence(random), ...random.some(2, () => evidence(random))]),
    credentialStatus: maybe(random, 0.7, () => (isOld ? oldStatus(random) : status(random))),
    credentialSchema: maybe(random, isExtended ? 0.5 : 0, () => [
      { id: randomIri(random), type: '1EdTechJsonSchemaValidator2019' },
    ]),
    refreshService: maybe(random, isExtended ? 0.1 : 0, () => ({
      id: randomIri(random),
      type: '1EdTechCredentialRefresh',
    })),
    endorsement: maybe(random, 0.25, () => [
      endorsement(random, list),
      ...random.some(1, () => endorsement(random, list)),
    ]),
    proof: maybe(random, 0.1, () => proof(random)),
  })
}

function subject(random: Random, issuer: JsonObject, list: JsonValue[]): JsonObject {
  const descriptions = random.some(3, () => resultDescription(random))
  return shuffled(random, {
    id: maybe(random, 0.5, () => randomIri(random)),
    type: random.chance(0.5) ? ['AchievementSubject'] : 'AchievementSubject',
    identifier: maybe(random, 0.7, () => [identity(random), ...random.some(2, () => identity(random))]),
    achievement: achievement(random, issuer, descriptions, list),
    activityStartDate: maybe(random, 0.2, () => '2026-01-01'),
    activityEndDate: maybe(random, 0.2, () => '2026-02-01T00:00:00Z'),
    creditsEarned: maybe(random, 0.4, () => randomNumber(random)),
    image: maybe(random, 0.2, () => image(random)),
    licenseNumber: maybe(random, 0.2, () => randomText(random)),
    narrative: maybe(random, 0.2, () => randomText(random)),
    role: maybe(random, 0.2, () => randomText(random)),
    term: maybe(random, 0.2, () => randomText(random)),
    source: maybe(random, 0.1, () => profile(random)),
    result: maybe(random, 0.5, () => [
      result(random, descriptions),
      ...random.some(3, () => result(random, descriptions)),
    ]),
  })
}

function achievement(random: Random, issuer: JsonObject, descriptions: JsonObject[], list: JsonValue[]): JsonObject {
  return shuffled(random, {
    id: randomIri(random),
    type: ['Achievement'],
    achievementType: maybe(random, 0.6, () => random.pick(['Badge', 'Course', 'ext:kind'])),
    name: text(random),
    description: randomText(random),
    criteria: clean({
      id: maybe(random, 0.3, () => randomIri(random)),
      type: maybe(random, 0.1, () => 'Criteria'),
      narrative: maybe(random, 0.8, () => randomText(random)),
    }),
    image: maybe(random, 0.5, () => image(random)),
    tag: maybe(random, 0.6, () => random.some(5, () => randomText(random))),
    alignment: maybe(random, 0.6, () => random.some(3, () => alignment(random))),
    creator: maybe(random, 0.3, () => (random.chance(0.5) ? { ...issuer } : profile(random))),
    creditsAvailable: maybe(random, 0.4, () => randomNumber(random)),
    version: maybe(random, 0.2, () => randomText(random)),
    inLanguage: maybe(random, list.includes(CONTEXTS.openBadges303) ? 0.4 : 0, () => 'en'),
    fieldOfStudy: maybe(random, 0.2, () => randomText(random)),
    humanCode: maybe(random, 0.2, () => randomText(random)),
    specialization: maybe(random, 0.1, () => randomText(random)),
    related: maybe(random, 0.2, () => [{ id: randomIri(random), type: ['Related'], version: '1' }]),
    resultDescription: descriptions.length > 0 ? descriptions : undefined,
    otherIdentifier: maybe(random, 0.2, () => [identifier(random)]),
    endorsement: maybe(random, 0.1, () => [endorsement(random, list)]),
  })
}

function result(random: Random, descriptions: JsonObject[]): JsonObject {
  return clean({
    type: random.chance(0.99) ? ['Result'] : undefined,
    resultDescription: maybe(random, 0.5, () => descriptions[0]?.['id'] ?? randomIri(random)),
    // Few different values, so that results look alike now and then.
    value: maybe(random, 0.7, () => (random.chance(0.6) ? random.pick(['1', '2']) : randomText(random))),
    status: maybe(random, 0.3, () => random.pick(['Completed', 'Failed'])),
    achievedLevel: maybe(random, 0.2, () => randomIri(random)),
    alignment: maybe(random, 0.1, () => [alignment(random)]),
  })
}

function resultDescription(random: Random): JsonObject {
  return clean({
    id: randomIri(random),
    type: ['ResultDescription'],
    name: randomText(random),
    resultType: random.pick(['Percent', 'LetterGrade', 'ext:marks']),
    allowedValue: maybe(random, 0.5, () => random.some(5, () => random.pick(['A', 'B', randomText(random)]))),
    valueMin: maybe(random, 0.4, () => randomText(random)),
    valueMax: maybe(random, 0.4, () => randomText(random)),
    requiredValue: maybe(random, 0.3, () => randomText(random)),
    requiredLevel: maybe(random, 0.2, () => randomIri(random)),
    rubricCriterionLevel: maybe(random, 0.3, () => [level(random), level(random)]),
  })
}

function level(random: Random): JsonObject {
  return clean({
    id: randomIri(random),
    type: ['RubricCriterionLevel'],
    level: maybe(random, 0.5, () => randomText(random)),
    name: randomText(random),
    points: maybe(random, 0.5, () => randomText(random)),
    alignment: maybe(random, 0.2, () => [alignment(random)]),
  })
}

function alignment(random: Random): JsonObject {
  return clean({
    type: ['Alignment'],
    targetName: random.pick(['Skill', randomText(random)]),
    targetUrl: random.pick(['https://skills.example.org/1', randomIri(random)]),
    targetCode: maybe(random, 0.3, () => randomText(random)),
    targetDescription: maybe(random, 0.3, () => randomText(random)),
    targetFramework: maybe(random, 0.5, () => randomText(random)),
    targetType: maybe(random, 0.5, () => random.pick(['CFItem', 'ext:x', 'CTDL'])),
  })
}

function profile(random: Random): JsonObject {
  return shuffled(random, {
    id: randomIri(random),
    type: random.chance(0.5) ? ['Profile'] : 'Profile',
    name: maybe(random, 0.9, () => text(random)),
    url: maybe(random, 0.5, () => randomIri(random)),
    email: maybe(random, 0.4, () => randomText(random)),
    phone: maybe(random, 0.2, () => randomText(random)),
    description: maybe(random, 0.3, () => randomText(random)),
    image: maybe(random, 0.4, () => image(random)),
    official: maybe(random, 0.2, () => randomText(random)),
    familyName: maybe(random, 0.1, () => randomText(random)),
    dateOfBirth: maybe(random, 0.1, () => '2001-02-03'),
    parentOrg: maybe(random, 0.1, () => ({ id: randomIri(random), type: ['Profile'], name: randomText(random) })),
    otherIdentifier: maybe(random, 0.2, () => [identifier(random)]),
    address: maybe(random, 0.3, () => address(random)),
  })
}

function address(random: Random): JsonObject {
  return clean({
    type: ['Address'],
    addressCountry: randomText(random),
    addressLocality: maybe(random, 0.5, () => randomText(random)),
    postalCode: maybe(random, 0.5, () => randomText(random)),
    geo: maybe(random, 0.5, () => ({
      type: 'GeoCoordinates',
      latitude: randomNumber(random),
      longitude: randomNumber(random),
    })),
  })
}

function image(random: Random): JsonValue {
  const dice = random.next()
  if (dice < 0.3) return randomIri(random)
  if (dice < 0.4) return { id: 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUg==', type: 'Image' }
  return clean({ id: randomIri(random), type: 'Image', caption: maybe(random, 0.5, () => randomText(random)) })
}

function identity(random: Random): JsonObject {
  return clean({
    type: 'IdentityObject',
    hashed: random.chance(0.5),
    identityHash: randomText(random),
    identityType: random.pick(['emailAddress', 'name', 'ext:z']),
    salt: maybe(random, 0.5, () => randomText(random)),
  })
}

function identifier(random: Random): JsonObject {
  return { type: 'IdentifierEntry', identifier: randomText(random), identifierType: random.pick(['name', 'sourcedId']) }
}

function evidence(random: Random): JsonObject {
  return clean({
    id: maybe(random, 0.5, () => randomIri(random)),
    type: ['Evidence'],
    name: maybe(random, 0.6, () => random.pick(['Portfolio', randomText(random)])),
    narrative: maybe(random, 0.5, () => randomText(random)),
    description: maybe(random, 0.2, () => randomText(random)),
    genre: maybe(random, 0.3, () => randomText(random)),
    audience: maybe(random, 0.2, () => randomText(random)),
  })
}

function status(random: Random): JsonValue {
  const entry = () =>
    clean({
      id: maybe(random, 0.6, () => randomIri(random)),
      type: 'BitstringStatusListEntry',
      statusPurpose: random.pick(['revocation', 'suspension']),
      statusListIndex: String(random.below(1e6)),
      statusListCredential: randomIri(random),
      statusSize: maybe(random, 0.1, () => 1),
      statusMessage: maybe(random, 0.1, () => [{ status: '0x0', message: 'fine' }]),
    })
  return random.chance(0.7) ? entry() : [entry(), entry()]
}

function oldStatus(random: Random): JsonObject {
  const statusListCredential = randomIri(random)
  const statusListIndex = String(random.below(1e6))
  return {
    id: randomIri(random),
    type: 'StatusList2021Entry',
    statusPurpose: 'revocation',
    statusListIndex,
    statusListCredential,
  }
}

function endorsement(random: Random, list: JsonValue[]): JsonObject {
  return clean({
    ...(random.chance(0.5) ? { '@context': list } : {}),
    id: randomIri(random),
    type: ['VerifiableCredential', 'EndorsementCredential'],
    name: randomText(random),
    issuer: profile(random),
    validFrom: randomDate(random),
    credentialSubject: { id: randomIri(random), type: ['EndorsementSubject'], endorsementComment: randomText(random) },
    proof: maybe(random, 0.7, () => (random.chance(0.7) ? [proof(random)] : [proof(random), proof(random)])),
  })
}

function proof(random: Random): JsonObject {
  return clean({
    type: 'DataIntegrityProof',
    id: maybe(random, 0.1, () => randomIri(random)),
    created: randomDate(random),
    verificationMethod: randomIri(random),
    cryptosuite: random.pick(['eddsa-rdfc-2022', 'ecdsa-rdfc-2019']),
    proofPurpose: random.pick(['assertionMethod', 'authentication']),
    expires: maybe(random, 0.1, () => randomDate(random)),
    challenge: maybe(random, 0.1, () => randomText(random)),
    previousProof: maybe(random, 0.1, () => randomIri(random)),
    proofValue: `z${random.below(1e12).toString(36)}`,
  })
}

function presentation(random: Random): JsonObject {
  return clean({
    '@context': [CONTEXTS.credentialsV2],
    id: maybe(random, 0.5, () => randomIri(random)),
    type: ['VerifiablePresentation'],
    holder: maybe(random, 0.6, () => randomIri(random)),
    verifiableCredential: random.some(2, () => randomCredential(random)),
    proof: maybe(random, 0.6, () => proof(random)),
  })
}

function statusListCredential(random: Random): JsonObject {
  const id = randomIri(random)
  return clean({
    '@context': random.chance(0.5) ? [CONTEXTS.credentialsV2] : CONTEXTS.credentialsV2,
    id,
    type: ['VerifiableCredential', 'BitstringStatusListCredential'],
    issuer: randomIri(random),
    validFrom: randomDate(random),
    credentialSubject: {
      id: random.chance(0.5) ? `${id}#list` : id,
      type: 'BitstringStatusList',
      statusPurpose: random.chance(0.5) ? 'revocation' : ['revocation', 'suspension'],
      encodedList: `u${random.below(1e12).toString(36)}`,
      ttl: random.chance(0.5) ? random.below(1e6) : undefined,
    },
  })
}

/** A text, sometimes with language or direction. */
function text(random: Random): JsonValue {
  const dice = random.next()
  if (dice < 0.8) return randomText(random)
  const language = random.pick(['en', 'de', 'en-us', 'zh-hant', 'ar', 'en-US', 'pt-BR'])
  const value: JsonObject = { '@value': randomText(random), '@language': language }
  if (dice > 0.95) value['@direction'] = random.pick(['ltr', 'rtl'])
  if (dice > 0.985) delete value['@language']
  if (dice > 0.9 && dice < 0.95) return [value, { '@value': randomText(random), '@language': 'fr' }, randomText(random)]
  return value
}

function maybe<T>(random: Random, probability: number, make: () => T): T | undefined {
  return random.chance(probability) ? make() : undefined
}

function clean(object: Record<string, unknown>): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as JsonObject
}

/** The order of keys must not matter; so it varies. */
function shuffled(random: Random, object: Record<string, unknown>): JsonObject {
  const entries = Object.entries(clean(object))
  if (random.chance(0.5)) {
    for (let i = entries.length - 1; i > 0; i--) {
      const j = random.below(i + 1)
      ;[entries[i], entries[j]] = [entries[j]!, entries[i]!]
    }
  }
  return Object.fromEntries(entries) as JsonObject
}
