// A signature over statements does not cover how they are written. The same statement can be
// written with a renamed property, and then whoever reads the JSON no longer sees it: an end date
// or a status entry would be there for the signature and gone for the checks. So a signed document is
// read only when every property goes by its own name and stands in its own place.
import { isObject, listOf, own } from './shape.ts'
import type { JsonObject } from './shape.ts'

export interface ForeignTerm {
  kind: 'context' | 'key' | 'place'
  path: string
}

/** Properties of a credential that decide about it; they belong to the document itself and nowhere else. */
const decisive = new Set([
  'issuer',
  'credentialSubject',
  'credentialStatus',
  'validFrom',
  'validUntil',
  'issuanceDate',
  'expirationDate',
  'awardedDate',
  'refreshService',
  'termsOfUse',
  'credentialSchema',
  'evidence',
  'relatedResource',
])
const embedded = new Set(['endorsement', 'verifiableCredential'])
const valueKeys = new Set(['@value', '@language', '@direction'])

/**
 * The first place where a document writes something in a way that its readers do not read: an inline context
 * that renames what badges are judged by (`context`), a property by its address or a keyword (`key`), or properties of the credential written at
 * another node with the same id (`place`).
 */
export function foreignTerm(document: JsonObject): ForeignTerm | undefined {
  const id = own(document, 'id')
  const stack: { value: unknown; path: string; isCredential: boolean }[] = [
    { value: document, path: '', isCredential: true },
  ]
  for (let next = stack.pop(); next; next = stack.pop()) {
    const { value, path, isCredential } = next
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) stack.push({ value: item, path: `${path}[${index}]`, isCredential })
      continue
    }
    if (!isObject(value)) continue
    const isElsewhere = value !== document && typeof id === 'string' && own(value, 'id') === id
    for (const [key, inner] of Object.entries(value)) {
      const where = path ? `${path}.${key}` : key
      if (key === '@context') {
        if (!isCredential || !listOf(inner).every(isHarmless)) return { kind: 'context', path: where }
        continue
      }
      if (key.includes(':') || (key.startsWith('@') && !valueKeys.has(key))) return { kind: 'key', path: where }
      if (isElsewhere && decisive.has(key)) return { kind: 'place', path: where }
      // Proofs are not part of what they sign; their own form is judged with them.
      if (key !== 'proof' || !isCredential) stack.push({ value: inner, path: where, isCredential: embedded.has(key) })
    }
  }
  return undefined
}

/** Vocabularies by which a badge is judged: no context of a badge's own may give their terms other names. */
const judgedBy = [
  'https://www.w3.org/2018/credentials#',
  'https://www.w3.org/ns/credentials/status#',
  'https://w3id.org/vc/status-list#',
  'https://w3id.org/security#',
  'https://purl.imsglobal.org/spec/',
]

/** An address (known or refused later), or an inline context that only adds terms of somebody's own vocabulary. */
function isHarmless(context: unknown): boolean {
  if (typeof context === 'string') return true
  if (!isObject(context)) return false
  return Object.entries(context).every(([term, definition]) => {
    if (term === '@protected' || term === '@version') return true
    // A whole context document in place of a context; readers unwrap it.
    if (term === '@context') return isObject(definition) && isHarmless(definition)
    if ((term === 'id' && definition === '@id') || (term === 'type' && definition === '@type')) return true
    if (term.startsWith('@') || term.includes(':')) return false
    return isObject(definition) ? isPlainTerm(definition) : isOwnVocabulary(definition)
  })
}

function isPlainTerm(definition: JsonObject): boolean {
  const scoped = own(definition, '@context')
  const isPlain = Object.keys(definition).every((key) => ['@id', '@type', '@protected', '@context'].includes(key))
  return (
    isPlain &&
    isOwnVocabulary(own(definition, '@id')) &&
    (scoped === undefined || (isObject(scoped) && isHarmless(scoped)))
  )
}

function isOwnVocabulary(iri: unknown): boolean {
  // Only whole addresses: a short form could stand for anything.
  if (typeof iri !== 'string' || !/^(https?:\/\/|urn:|did:)/.test(iri)) return false
  // A prefix that a judged vocabulary begins with could be completed to it.
  return !judgedBy.some((vocabulary) => iri.startsWith(vocabulary) || vocabulary.startsWith(iri))
}
