import { type Check, fill, sentences, type CheckCode, type VerificationReport, verdictOf } from '@lapel/openbadges'
import { heldCredential } from '../claiming/index.ts'
import { statusOf } from '../issuing/index.ts'
import type { Db } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
import type { Verifier } from './verifier.ts'

/** A report whose verdict was drawn here; sentences for people are made when it is shown. */
export type CheckedBadge = Omit<VerificationReport, 'summary' | 'endorsements' | 'contained'> & {
  endorsements: VerificationReport['endorsements']
  contained: CheckedBadge[]
}

/**
 * Checks whatever was given: a file, text, or an address. For badges of this site, whether one was withdrawn is read from
 * the database, so the answer is never older than this moment (SECURITY S32), and it has the date and the reason.
 *
 * @throws {VerifyRefused}
 */
export async function checkBadge(
  deps: Pick<Deps, 'config' | 'now'> & { db: Db; verifier: Verifier },
  input: string | Uint8Array,
  o: { expectedRecipient?: string } = {},
): Promise<CheckedBadge[]> {
  const reports = await deps.verifier.verify(input, { now: deps.now(), expectedRecipient: o.expectedRecipient })
  return Promise.all(reports.map((report) => withOwnStatus(deps, report)))
}

async function withOwnStatus(
  deps: Pick<Deps, 'config' | 'now'> & { db: Db },
  report: VerificationReport,
): Promise<CheckedBadge> {
  const contained = await Promise.all(report.contained.map((inner) => withOwnStatus(deps, inner)))
  const { summary: _, ...rest } = report
  const answer = await ownStatus(deps, report)
  if (!answer) return { ...rest, contained }
  const checks = report.checks.map((given) => (given.name === 'withdrawn' ? { ...given, ...answer } : given))
  return { ...rest, checks, verdict: verdictOf(checks), contained }
}

/** Only for what really is ours: its signature holds and its issuer is one of this site. */
async function ownStatus(
  deps: Pick<Deps, 'config' | 'now'> & { db: Db },
  { checks, credential }: VerificationReport,
): Promise<Check | undefined> {
  const of = (name: Check['name']) => checks.find((given) => given.name === name)
  const isKnownHere = ['issuer.known-here', 'issuer.confirmed-here'].includes(of('issuer')?.code ?? '')
  const prefix = `${deps.config.publicUrl}/b/`
  if (of('signature')?.result !== 'passed' || !isKnownHere || !credential?.id?.startsWith(prefix)) return undefined
  const publicId = /^[\w-]{22}(?=$|\?v=2$)/.exec(credential.id.slice(prefix.length))?.[0]
  const held = publicId === undefined ? undefined : await heldCredential(deps.db, publicId)
  if (!held) return undefined
  const status = statusOf(held, deps.now())
  const method = 'the database of this site'
  if (status === 'withdrawn' || status === 'replaced') {
    const reason = held.revocation?.publicText ?? ''
    return made('failed', 'withdrawn.revoked', method, {
      date: (held.revokedAt ?? deps.now()).toISOString(),
      ...(reason ? { reason } : {}),
    })
  }
  if (status === 'suspended') return made('failed', 'withdrawn.suspended', method)
  return made('passed', 'withdrawn.no', method)
}

function made(result: Check['result'], code: CheckCode, method: string, params: Record<string, string> = {}): Check {
  return { name: 'withdrawn', result, code, params, sentence: fill(sentences[code], params), details: { method } }
}

/** Why nothing could be read, as the reader of files says it. */
export function reasonOf({ checks }: Pick<CheckedBadge, 'checks'>): string {
  const reason = checks.find(({ name }) => name === 'format')?.details.values?.['reason']
  return typeof reason === 'string' ? reason : ''
}
