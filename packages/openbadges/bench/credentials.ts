// The credentials that the figures are about: one that is typical (47 statements, 5.9 KB in canonical form) and
// one that is rich (137 statements, 15 KB), as functions of the recipient's number.
import { createHash } from 'node:crypto'
import { CONTEXTS } from '../src/contexts/index.ts'
import type { JsonObject, JsonValue } from '../src/json.ts'
import { slot } from '../src/template.ts'

const site = 'https://badges.example.org'

/** What differs from one recipient to the next; values, or the slots of a template. */
type Personal = Record<
  | 'id'
  | 'date'
  | 'hash'
  | 'salt'
  | 'entry'
  | 'index'
  | 'licence'
  | 'evidence0'
  | 'evidence1'
  | 'result0'
  | 'result1'
  | 'result2',
  string
>

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** Values for one recipient. */
export function personal(number: number): Personal {
  const salt = sha256(`salt ${number}`).slice(0, 32)
  return {
    id: `${site}/c/${(1e12 + number).toString(36)}`,
    date: '2026-03-01T10:00:00Z',
    hash: `sha256$${sha256(`person${number}@example.com${salt}`)}`,
    salt,
    entry: `${site}/s/7#${number % 131072}`,
    index: String(number % 131072),
    licence: `L-${number}`,
    evidence0: `${site}/e/${number}/0`,
    evidence1: `${site}/e/${number}/1`,
    result0: String(70 + (number % 30)),
    result1: String(71 + (number % 29)),
    result2: String(72 + (number % 28)),
  }
}

/** Slots in the same places. */
export const slots: Personal = {
  ...(Object.fromEntries(Object.keys(personal(0)).map((name) => [name, slot.text(name)])) as Personal),
  id: slot.iri('id'),
  entry: slot.iri('entry'),
  evidence0: slot.iri('evidence0'),
  evidence1: slot.iri('evidence1'),
}

/** A typical badge: issuer profile, hashed recipient, picture, two tags, one alignment, status, schema. */
export function typical(p: Personal, issuer = `${site}/issuers/uni`): JsonObject {
  return {
    '@context': [CONTEXTS.credentialsV2, CONTEXTS.openBadges303, CONTEXTS.openBadgesExtensions],
    id: p.id,
    type: ['VerifiableCredential', 'OpenBadgeCredential'],
    name: 'Safe Laboratory Practice',
    issuer: {
      id: issuer,
      type: ['Profile'],
      name: 'Example University',
      url: 'https://uni.example.org/',
      email: 'badges@uni.example.org',
      image: { id: `${site}/img/uni.png`, type: 'Image' },
    },
    validFrom: p.date,
    validUntil: '2029-03-01T10:00:00Z',
    awardedDate: p.date,
    credentialSubject: {
      type: ['AchievementSubject'],
      identifier: [
        { type: 'IdentityObject', hashed: true, identityHash: p.hash, identityType: 'emailAddress', salt: p.salt },
      ],
      achievement: {
        id: `${site}/a/safe-lab`,
        type: ['Achievement'],
        achievementType: 'Badge',
        name: 'Safe Laboratory Practice',
        description:
          'The holder has shown that they can work safely in a class 2 laboratory: assess risks, handle waste, give first aid, fight fire.',
        criteria: {
          narrative:
            '1. Attend the course of two days.\n2. Pass the written test with 80 %.\n3. Be observed in the laboratory by a "trainer".',
        },
        image: { id: `${site}/img/safe-lab.png`, type: 'Image', caption: 'A flask in a shield' },
        tag: ['laboratory', 'safety'],
        inLanguage: 'en',
        alignment: [
          {
            type: ['Alignment'],
            targetName: 'Follow safety rules in laboratories',
            targetUrl: 'http://data.europa.eu/esco/skill/bd42fa3c',
            targetFramework: 'ESCO',
            targetType: 'ext:ESCOSkill',
          },
        ],
      },
    },
    credentialStatus: {
      id: p.entry,
      type: 'BitstringStatusListEntry',
      statusPurpose: 'revocation',
      statusListIndex: p.index,
      statusListCredential: `${site}/s/7`,
    },
    credentialSchema: [
      {
        id: 'https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json',
        type: '1EdTechJsonSchemaValidator2019',
      },
    ],
  }
}

/** A rich badge: three results with descriptions and a rubric, three alignments, two pieces of evidence, an address. */
export function rich(p: Personal, issuer?: string): JsonObject {
  const credential = typical(p, issuer)
  const subject = credential['credentialSubject'] as JsonObject
  const description = (k: number) => `urn:uuid:${String(k).padStart(8, '0')}-0000-4000-8000-000000000000`
  Object.assign(subject, {
    activityStartDate: '2026-02-01T00:00:00Z',
    creditsEarned: 2.5,
    role: 'Learner',
    licenseNumber: p.licence,
    result: [p.result0, p.result1, p.result2].map((value, k) => ({
      type: ['Result'],
      resultDescription: description(k),
      value,
      ...(k === 1 ? { status: 'Completed' } : {}),
    })),
  })
  Object.assign(subject['achievement'] as JsonObject, {
    creditsAvailable: 2.5,
    version: '1.2',
    humanCode: 'LAB-101',
    fieldOfStudy: 'Chemistry',
    resultDescription: [0, 1, 2].map((k) => ({
      id: description(k),
      type: ['ResultDescription'],
      name: `Result ${k}`,
      resultType: 'Percent',
      valueMin: '0',
      valueMax: '100',
      ...(k === 2 ? rubric : {}),
    })),
    alignment: [0, 1, 2].map((k) => ({
      type: ['Alignment'],
      targetName: `Skill ${k}`,
      targetUrl: `https://skills.example.org/${k}`,
      targetFramework: 'ESCO',
    })),
    creator: {
      id: `${site}/issuers/faculty`,
      type: ['Profile'],
      name: 'Faculty of Chemistry',
      address: {
        type: ['Address'],
        addressCountry: 'Germany',
        addressLocality: 'Köln',
        geo: { type: 'GeoCoordinates', latitude: 50.9375, longitude: 6.9603 },
      },
    },
    otherIdentifier: [{ type: 'IdentifierEntry', identifier: 'LAB-101', identifierType: 'identifier' }],
  })
  credential['evidence'] = [p.evidence0, p.evidence1].map(
    (id, k): JsonValue => ({
      id,
      type: ['Evidence'],
      name: `Evidence ${k}`,
      narrative: 'Observed in the laboratory\non two days.',
      genre: 'Portfolio',
      audience: 'Employers',
    }),
  )
  return credential
}

const rubric = {
  allowedValue: ['A', 'B', 'C', 'D'],
  rubricCriterionLevel: [
    { id: 'urn:x:level-2', type: ['RubricCriterionLevel'], level: '1', name: 'Good', points: '5', description: 'x' },
  ],
}
