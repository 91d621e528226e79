// Badge class and issuer of an assertion, and what its judges share.
import { check } from '../report.ts'
import type { Check, CheckDetails, Fetched } from '../report.ts'
import { isObject, own, textOf } from '../validate/shape.ts'
import type { JsonObject } from '../validate/shape.ts'
import { whyNot } from '../verify/evidence.ts'
import { domainOf } from '../verify/keys.ts'
import type { ProofOptions } from '../verify/proofs.ts'
import { first } from '../view.ts'

export interface Parts {
  assertion: JsonObject
  badge: JsonObject | undefined
  badgeFetched: JsonObject | undefined
  issuer: JsonObject | undefined
  issuerId: string | undefined
  fetched: Fetched[]
  why: string
}

export type Judgement = Record<'signature' | 'issuer' | 'withdrawn', Check>

/** Badge class and issuer, embedded or fetched. */
export async function partsOf(assertion: JsonObject, options: ProofOptions): Promise<Parts> {
  const fetched: Fetched[] = []
  const linked = async (value: unknown): Promise<{ document?: JsonObject; why: string }> => {
    const url = textOf(value) ?? textOf(own(first(value), 'id'))
    if (url === undefined || !/^https?:/i.test(url)) return { why: 'it has no address' }
    const known = await options.ring.resolveIssuer?.(url)
    if (isObject(known)) return { document: known, why: '' }
    const answer = await options.ring.evidence.ownDocument(url, fetched)
    return answer.kind === 'document' && answer.status !== 410
      ? { document: answer.document, why: '' }
      : { why: whyNot(answer) }
  }
  const badgeValue = own(assertion, 'badge')
  const badge = await linked(badgeValue)
  const description = isObject(badgeValue) ? badgeValue : badge.document
  const issuerValue = description && own(description, 'issuer')
  const issuer = issuerValue === undefined ? { why: badge.why } : await linked(issuerValue)
  const origin = textOf(own(first(issuerValue), 'origin'))
  return {
    assertion,
    badge: description,
    badgeFetched: badge.document,
    issuer: issuer.document ?? (origin === undefined ? undefined : first(issuerValue)),
    issuerId: textOf(issuerValue) ?? textOf(own(first(issuerValue), 'id')) ?? origin,
    fetched,
    why: issuer.why,
  }
}

/** Check 3, once the issuer is known to stand behind the badge: is its name confirmed? */
export async function confirmed(issuerId: string, options: ProofOptions, details: CheckDetails): Promise<Check> {
  const domain = domainOf(issuerId)
  const known = await options.knownIssuer?.(issuerId)
  if (known?.domain) return check('issuer', 'passed', 'issuer.confirmed-here', { domain: known.domain }, details)
  if (known) return check('issuer', 'warning', 'issuer.known-here', {}, details)
  // Without TLS anybody on the way could have answered in the issuer's name.
  if (!issuerId.startsWith('https:') || domain === undefined)
    return check('issuer', 'warning', 'issuer.insecure', { domain: domain ?? '' }, details)
  return check('issuer', 'passed', 'issuer.domain', { domain }, details)
}
