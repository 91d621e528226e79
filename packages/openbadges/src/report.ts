// What a verification says: eight checks, always all of them, and a verdict drawn from them.
import type { JsonObject, Problem } from './validate/shape.ts'
import type { CredentialView } from './view.ts'
import { sentences } from './report-sentences.ts'
import type { CheckCode } from './report-sentences.ts'

export const checkNames = [
  'format',
  'signature',
  'issuer',
  'withdrawn',
  'dates',
  'recipient',
  'definition',
  'picture',
] as const
export type CheckName = (typeof checkNames)[number]
export type CheckResult = 'passed' | 'failed' | 'warning' | 'not-checked'

/** One question about a badge, its answer, and what the answer rests on. */
export interface Check {
  name: CheckName
  result: CheckResult
  /** Stable reason, the key of a sentence in any language. */
  code: CheckCode
  /** What stands in the sentence's places. */
  params: Record<string, string>
  /** The sentence in English, for somebody who knows nothing of signatures. */
  sentence: string
  details: CheckDetails
}

/** What an engineer needs to follow the answer. */
export interface CheckDetails {
  /** What was done, in a few words. */
  method?: string
  inputs?: Record<string, unknown>
  values?: Record<string, unknown>
  keyId?: string
  fetched?: Fetched[]
  problems?: Problem[]
  proofs?: ProofReport[]
  cause?: string
}

/** One address that was asked, with what came back. */
export interface Fetched {
  url: string
  /** HTTP status; absent when nothing answered. */
  status?: number
  error?: string
  /** The moment of verification, as given in `now`. */
  at: string
}

/** One proof of a set, judged alone (VC Data Integrity 1.0, section 2.1.1). */
export interface ProofReport {
  result: 'passed' | 'failed' | 'not-checked'
  code: string
  detail: string
  /** Whether the issuer whom the credential names lists the key; absent when that was not reached. */
  byIssuer?: boolean
  cryptosuite?: string
  verificationMethod?: string
  controller?: string
  created?: string
}

export type Verdict =
  | 'not-valid'
  | 'no-longer-valid'
  | 'could-not-finish'
  | 'issuer-not-confirmed'
  | 'genuine-expired'
  | 'genuine'

/** The verdict's sentence, keyed as the pages key it. */
export interface Summary {
  code: 'check.bad' | 'check.withdrawn' | 'check.unsure' | 'check.issuer' | 'check.expired' | 'check.genuine'
  /** For `check.bad` and `check.unsure`: the check that decided, whose code is the key of the reason. */
  because?: CheckName
  params: Record<string, string>
  sentence: string
}

export interface EndorsementReport {
  /** What is endorsed: the credential, the achievement or the issuer. */
  of: 'credential' | 'achievement' | 'issuer'
  endorsed?: string
  comment?: string
  report: VerificationReport
}

export interface VerificationReport {
  verdict: Verdict
  summary: Summary
  /** All eight, in the order of `checkNames`. */
  checks: Check[]
  /** What the badge claims; nothing in it counts unless the verdict says so. Absent when it could not be read. */
  credential?: CredentialView
  /** The document the checks were made on: the refreshed one, when there was one. */
  document?: JsonObject
  endorsements: EndorsementReport[]
  /** Credentials inside a Comprehensive Learner Record, each with a report of its own. */
  contained: VerificationReport[]
  /** What came of `refreshService`: taken over, or why not. */
  refresh?: { outcome: 'replaced' | 'unchanged' | 'failed'; url: string; detail: string }
  verifiedAt: string
  library: string
}

/** Makes a check, with its English sentence. */
export function check(
  name: CheckName,
  result: CheckResult,
  code: CheckCode,
  params: Record<string, string> = {},
  details: CheckDetails = {},
): Check {
  return { name, result, code, params, sentence: fill(sentences[code], params), details }
}

/**
 * Puts values into the `{places}` of a sentence; a place without a value keeps its name.
 *
 * @example
 * fill('It expired on {end}.', { end: '2026-05-31' }) // 'It expired on 2026-05-31.'
 */
export function fill(sentence: string, params: Record<string, string>): string {
  return sentence.replace(/\{(\w+)\}/g, (place, name: string) => (Object.hasOwn(params, name) ? params[name]! : place))
}

/** Codes of check 3 that do not keep a badge from being genuine, though the check only warns. */
const confirmedEnough: ReadonlySet<CheckCode> = new Set<CheckCode>(['issuer.known-here'])

/**
 * The verdict: the first of the six that applies.
 *
 * Anything that did not pass can only make it worse; no combination of missing answers gives "genuine".
 *
 * @example
 * verdictOf([]) // 'not-valid'
 */
export function verdictOf(checks: readonly Check[]): Verdict {
  const of = (name: CheckName) => checks.find((item) => item.name === name)
  const is = (name: CheckName, ...results: CheckResult[]) => results.includes(of(name)?.result ?? 'not-checked')
  if (is('format', 'failed', 'not-checked') || is('signature', 'failed') || is('issuer', 'failed')) return 'not-valid'
  if (is('withdrawn', 'failed')) return 'no-longer-valid'
  // A badge whose time has not come, or whose dates cannot be read, is not valid today.
  if (is('dates', 'failed') && of('dates')?.code !== 'dates.expired') return 'not-valid'
  if (is('signature', 'not-checked', 'warning') || is('withdrawn', 'not-checked') || is('dates', 'not-checked'))
    return 'could-not-finish'
  const issuer = of('issuer')
  if (issuer?.result !== 'passed' && !(issuer?.result === 'warning' && confirmedEnough.has(issuer.code)))
    return 'issuer-not-confirmed'
  return is('dates', 'failed') ? 'genuine-expired' : 'genuine'
}

/** The verdict in one sentence (English), with its key and parameters for other languages. */
export function summaryOf(verdict: Verdict, checks: readonly Check[], view: CredentialView | undefined): Summary {
  const of = (name: CheckName) => checks.find((item) => item.name === name)
  const params: Record<string, string> = {
    issuer: view?.issuer.name ?? view?.issuer.id ?? 'The issuer',
    badge: view?.name ?? 'this badge',
    name: view?.recipient.name ?? 'the recipient',
    date: (view?.awardedOn ?? view?.validFrom ?? '').slice(0, 10),
    end: (view?.validUntil ?? '').slice(0, 10),
  }
  const say = (
    code: Summary['code'],
    sentence: string,
    extra: Record<string, string> = {},
    because?: CheckName,
  ): Summary => ({
    code,
    ...(because === undefined ? {} : { because }),
    params: { ...params, ...extra },
    sentence: fill(sentence, { ...params, ...extra }),
  })
  switch (verdict) {
    case 'not-valid': {
      const worst =
        (['format', 'signature', 'issuer', 'dates'] as const).find(
          (name) => of(name)?.result === 'failed' || (name === 'format' && of(name)?.result === 'not-checked'),
        ) ?? 'format'
      return say(
        'check.bad',
        'This is not a valid badge: {why}. Nothing in it can be trusted.',
        { why: reasonOf(of(worst)) },
        worst,
      )
    }
    case 'no-longer-valid': {
      const { date = '', reason = '' } = of('withdrawn')?.params ?? {}
      const when = date ? ' on {date}' : ''
      return say('check.withdrawn', `{issuer} withdrew this badge${when}.${reason ? ' Reason given: {reason}.' : ''}`, {
        date,
        reason,
      })
    }
    case 'could-not-finish': {
      const open =
        (['signature', 'withdrawn', 'dates'] as const).find((name) => of(name)?.result === 'not-checked') ?? 'signature'
      const what = of(open)?.params['what'] ?? params['issuer']!
      const sentence = of(open)?.code.endsWith('unavailable')
        ? '{what} did not answer, so we cannot say whether this badge is valid. Try again later.'
        : `${of(open)?.sentence ?? ''} So we cannot say whether this badge is valid.`
      return say('check.unsure', sentence, { what }, open)
    }
    case 'issuer-not-confirmed':
      return say('check.issuer', 'The file is unaltered, but we could not confirm that {issuer} made it.')
    case 'genuine-expired':
      return say('check.expired', '{issuer} issued {badge} to {name} on {date}. It expired on {end}.')
    case 'genuine':
      return say('check.genuine', '{issuer} issued {badge} to {name} on {date}, and it is valid today.')
  }
}

function reasonOf(worst: Check | undefined): string {
  if (worst?.code === 'signature.key-not-listed') return 'the key is not the issuer’s'
  if (worst?.name === 'signature') return 'the content does not match its signature'
  if (worst?.name === 'issuer') return 'the key is not the issuer’s'
  if (worst?.name === 'dates') return worst.sentence.replace(/\.$/, '').replace(/^./, (first) => first.toLowerCase())
  return 'it is not in a readable format'
}
