// Hosted badges: what their own address says is the badge, and the issuer says which addresses are its own.
import { parseLegacyDate } from '../dates.ts'
import { check } from '../report.ts'
import type { Check, CheckDetails, Fetched } from '../report.ts'
import { own, textOf } from '../validate/shape.ts'
import type { JsonObject } from '../validate/shape.ts'
import { whyNot } from '../verify/evidence.ts'
import { domainOf, originOf } from '../verify/keys.ts'
import { notReached } from '../verify/proofs.ts'
import type { ProofOptions } from '../verify/proofs.ts'
import { first, texts } from '../view.ts'
import { confirmed, partsOf } from './parts.ts'
import type { Judgement, Parts } from './parts.ts'

/** What the address of a hosted badge answered. */
export interface Host {
  url: string | undefined
  document?: JsonObject
  isGone: boolean
  why: string
  fetched: Fetched[]
}

export async function askHost(given: JsonObject, options: ProofOptions & { hostedAt?: string }): Promise<Host> {
  const verify = first(own(given, 'verify'))
  const url = textOf(own(given, 'id')) ?? textOf(own(verify, 'url')) ?? options.hostedAt
  const fetched: Fetched[] = []
  if (url === undefined || !/^https?:/i.test(url))
    return { url, isGone: false, why: 'the badge does not say where it is published', fetched }
  const answer = await options.ring.evidence.ownDocument(url, fetched)
  const status = fetched.at(-1)?.status
  if (answer.kind === 'document') return { url, document: answer.document, isGone: status === 410, why: '', fetched }
  return { url, isGone: status === 410, why: whyNot(answer), fetched }
}

export async function judgeHosted(
  given: JsonObject,
  host: Host,
  parts: Parts,
  options: ProofOptions,
): Promise<Judgement> {
  const details: CheckDetails = {
    method: 'hosted: compared with the badge at its own address',
    inputs: { url: host.url },
    fetched: host.fetched,
  }
  const what = domainOf(host.url ?? '') ?? 'The issuer’s site'
  if (host.isGone || (host.document && own(host.document, 'revoked') === true)) {
    const reason = (textOf(own(host.document ?? {}, 'revocationReason')) ?? '').slice(0, 500)
    const isComplete = own(host.document ?? {}, 'badge') !== undefined
    const signature = check('signature', 'passed', 'signature.hosted', {}, details)
    const issuer = isComplete
      ? checkScope(host, parts, options)
      : checkScope(host, await partsOf(given, options), options)
    return {
      signature,
      issuer: await issuer,
      withdrawn: check('withdrawn', 'failed', 'withdrawn.revoked', { reason }, details),
    }
  }
  if (!host.document) {
    const signature = check(
      'signature',
      'not-checked',
      'signature.host-unavailable',
      { what },
      { ...details, cause: host.why },
    )
    return {
      signature,
      issuer: notReached(),
      withdrawn: check(
        'withdrawn',
        'not-checked',
        'withdrawn.list-unavailable',
        { what },
        { ...details, cause: host.why },
      ),
    }
  }
  const different = differences(given, host.document)
  if (different.length > 0) {
    const signature = check(
      'signature',
      'failed',
      'signature.hosted-different',
      {},
      { ...details, values: { different } },
    )
    return { signature, issuer: notReached(), withdrawn: check('withdrawn', 'not-checked', 'withdrawn.not-reached') }
  }
  return {
    signature: check('signature', 'passed', 'signature.hosted', {}, details),
    issuer: await checkScope(host, parts, options),
    withdrawn: check(
      'withdrawn',
      'passed',
      'withdrawn.no',
      {},
      { ...details, method: 'asked at the badge’s own address' },
    ),
  }
}

/** Properties of the copy in hand that the hosted badge contradicts. */
function differences(given: JsonObject, hosted: JsonObject): string[] {
  const facts = (item: JsonObject): Record<string, unknown> => {
    const recipient = own(item, 'recipient')
    const object = first(recipient)
    return {
      id: textOf(own(item, 'id')) ?? textOf(own(item, 'uid')),
      badge: textOf(own(item, 'badge')) ?? textOf(own(first(own(item, 'badge')), 'id')),
      recipient: typeof recipient === 'string' ? recipient : own(object, 'identity'),
      issuedOn: parseLegacyDate(own(item, 'issuedOn') ?? own(item, 'issued_on')),
      expires: parseLegacyDate(own(item, 'expires')),
    }
  }
  const [ours, theirs] = [facts(given), facts(hosted)]
  return Object.keys(ours).filter((key) => ours[key] !== theirs[key])
}

/** Whether the address of a hosted badge is one the issuer vouches for (2.0, "VerificationObject"; default: the issuer's own site). */
async function checkScope(host: Host, parts: Parts, options: ProofOptions): Promise<Check> {
  const { issuer, issuerId, fetched } = parts
  const details: CheckDetails = {
    method: 'address within the issuer’s scope',
    inputs: { url: host.url, issuer: issuerId },
    fetched: [...host.fetched, ...fetched],
  }
  if (issuerId === undefined) {
    return parts.badge
      ? check('issuer', 'failed', 'issuer.not-named', {}, details)
      : check('issuer', 'not-checked', 'issuer.unavailable', {}, { ...details, cause: parts.why })
  }
  if (!issuer) return check('issuer', 'not-checked', 'issuer.unavailable', {}, { ...details, cause: parts.why })
  const id = own(issuer, 'id')
  if (id !== undefined && id !== issuerId)
    return check(
      'issuer',
      'failed',
      'issuer.outside-scope',
      {},
      { ...details, cause: 'the issuer’s page is about somebody else' },
    )
  const verification = first(own(issuer, 'verification'))
  const startsWith = texts(own(verification, 'startsWith'))
  const origins = texts(own(verification, 'allowedOrigins')).map((origin) =>
    origin.includes('://') ? (originOf(origin) ?? '') : `https://${origin.toLowerCase()}`,
  )
  const url = host.url ?? ''
  const origin = originOf(url)
  const isInside =
    startsWith.length + origins.length > 0
      ? startsWith.some((prefix) => /^https?:\/\/[^/]+\//.test(prefix) && url.startsWith(prefix)) ||
        (origin !== undefined && origins.includes(origin))
      : origin !== undefined && origin === originOf(issuerId)
  if (!isInside) return check('issuer', 'failed', 'issuer.outside-scope', {}, details)
  return confirmed(issuerId, options, details)
}
