// Check 6: is it issued to the one who shows it?
import { identityMatches } from '../identity.ts'
import { check } from '../report.ts'
import type { Check } from '../report.ts'
import { isObject, listOf, own, textOf } from '../validate/shape.ts'
import type { JsonObject } from '../validate/shape.ts'

/** Compares with the recipient's id and with every identity the badge gives. Only when asked to. */
export function checkRecipient(document: JsonObject, expected: string | undefined): Check {
  if (expected === undefined || expected.trim() === '') return check('recipient', 'not-checked', 'recipient.not-asked')
  const { id, identities } = recipientOf(document)
  const details = { method: 'compared with every identity in the badge', inputs: { identities: identities.length, id } }
  const isId = id !== undefined && [id, id.replace(/^mailto:/, '')].includes(expected.trim())
  if (isId || identities.some((identity) => identityMatches(identity, expected))) {
    return check('recipient', 'passed', 'recipient.match', {}, details)
  }
  // A DID says nothing about an e-mail address, neither yes nor no.
  if (identities.length === 0 && (id === undefined || id.startsWith('did:')) && !expected.startsWith('did:')) {
    return check('recipient', 'not-checked', 'recipient.not-comparable', {}, details)
  }
  return check('recipient', 'failed', 'recipient.no-match', {}, details)
}

function recipientOf(document: JsonObject): { id?: string | undefined; identities: JsonObject[] } {
  const subject = listOf(own(document, 'credentialSubject')).find(isObject)
  if (subject)
    return { id: textOf(own(subject, 'id')), identities: listOf(own(subject, 'identifier')).filter(isObject) }
  const recipient = own(document, 'recipient')
  // 0.5 writes the address or its hash beside the salt.
  if (typeof recipient === 'string') return { identities: [{ identity: recipient, salt: own(document, 'salt') }] }
  return { identities: isObject(recipient) ? [recipient] : [] }
}
