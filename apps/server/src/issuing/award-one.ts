import { setTimeout as sleep } from 'node:timers/promises'
import { InvalidDocument } from '@lapel/openbadges'
import type { PublishedAchievement } from '../achievements/index.ts'
import { once } from '../platform/http/idempotency.ts'
import { inOrganization } from '../platform/database/database.ts'
import { type Awarded, awardCredential } from './award-credential.ts'
import type { Batch, RowFixes, RowProblem, RowWarning } from './batch.ts'
import { awardRequestOf } from './batch-award.ts'
import * as batchStore from './batch-store.ts'
import { checkPerson } from './check-person.ts'
import type { IssuingDeps } from './issuing-deps.ts'
import * as store from './store.ts'

export type OneAward =
  | { outcome: 'awarded'; publicId: string; name: string }
  | { outcome: 'problems'; problems: RowProblem[] }
  /** It can be issued all the same; a person should say so. */
  | { outcome: 'doubts'; warnings: RowWarning[] }

/**
 * Awards the badge of a draft to one person, at once: no hold, no list. The draft is thrown away with the award, so that
 * it does not stay behind as an empty batch.
 *
 * @param o.isSure the issuer has seen the doubts.
 */
export async function awardOne(
  deps: IssuingDeps,
  o: {
    batch: Batch
    achievement: PublishedAchievement
    fields: RowFixes
    notify: boolean
    isSure: boolean
    actorAccountId: string
    idempotencyKey: string
  },
): Promise<OneAward> {
  const { batch, achievement } = o
  const now = deps.now()
  const check = checkPerson({
    cells: [],
    fixes: o.fields,
    mapping: [],
    dateOrder: undefined,
    settings: batch.settings,
    needsEvidence: achievement.content.evidenceRule === 'required',
    today: now.toISOString().slice(0, 10),
  })
  const { person } = check
  if (!person) return { outcome: 'problems', problems: check.problems }
  const warnings = [...check.warnings, ...(await doubtsAbout(deps, batch, achievement, person.emailCanonical))]
  if (warnings.length > 0 && !o.isSure) return { outcome: 'doubts', warnings }

  try {
    const awarded = await inOrganization(deps.db, batch.organizationId, (tx) =>
      once(
        tx,
        {
          scope: `award-one:${o.actorAccountId}`,
          key: o.idempotencyKey,
          body: { batch: batch.id, ...o.fields },
          now: deps.now,
        },
        async (): Promise<Awarded> => {
          const request = awardRequestOf({
            achievement,
            person,
            batch: { settings: { ...batch.settings, notify: o.notify } },
            now,
          })
          const made = await awardCredential(deps, tx, {
            ...request,
            organizationId: batch.organizationId,
            createdBy: o.actorAccountId,
          })
          await batchStore.deleteBatch(tx, { organizationId: batch.organizationId, batchId: batch.id })
          return made
        },
      ),
    )
    await untilIssued(deps, batch.organizationId, awarded.credentialId)
    return { outcome: 'awarded', publicId: awarded.publicId, name: person.name }
  } catch (error) {
    if (!(error instanceof InvalidDocument)) throw error
    const why = error.message.slice(0, 200)
    return {
      outcome: 'problems',
      problems: [{ field: 'evidenceUrl', code: 'refused-by-standard', value: '', values: { why } }],
    }
  }
}

async function doubtsAbout(
  deps: IssuingDeps,
  { organizationId }: Batch,
  { achievementId }: PublishedAchievement,
  email: string,
): Promise<RowWarning[]> {
  const before = await batchStore.earlierAwards(deps.db, { organizationId, achievementId, emails: [email] })
  const now = deps.now()
  const warnings: RowWarning[] = []
  if (before.some(({ validity, validUntil }) => validity === 'live' && (validUntil === null || validUntil > now)))
    warnings.push({ field: 'email', code: 'already-has' })
  else if (before.some(({ validity }) => validity === 'revoked'))
    warnings.push({ field: 'email', code: 'revoked-before' })
  if ((await batchStore.bouncedAddresses(deps.db, organizationId, [email])).size > 0)
    warnings.push({ field: 'email', code: 'address-bounced' })
  return warnings
}

/** Longest time that the answer waits for the signature, which a job makes; the page shows the state either way. */
const patienceMs = 2000

async function untilIssued(deps: IssuingDeps, organizationId: string, credentialId: string): Promise<void> {
  const deadline = performance.now() + patienceMs
  while (performance.now() < deadline) {
    const credential = await store.credentialById(deps.db, { organizationId, credentialId })
    if (credential?.lifecycle !== 'intended') return
    await sleep(20)
  }
}
