import { setImmediate as nextTurn } from 'node:timers/promises'
import { publishedAchievement, type PublishedAchievement } from '../achievements/index.ts'
import { organizationById, type Organization } from '../organizations/index.ts'
import { InvalidDocument } from '@lapel/openbadges'
import { rehearseAward } from './award-credential.ts'
import { type Batch, type CheckedPerson, skippingWarnings, type BatchRow } from './batch.ts'
import { awardRequestOf } from './batch-award.ts'
import * as store from './batch-store.ts'
import { checkPerson, type PersonCheck } from './check-person.ts'
import type { IssuingDeps } from './issuing-deps.ts'

/** Rows that are read, looked up and written together; between two such turns other work goes on. */
const turn = 250

/**
 * Goes through every row of a batch without issuing anything: what is wrong, what deserves a look, who has the badge
 * already. Can be run again after every correction; nothing of an earlier check stays.
 */
export async function checkBatch(deps: IssuingDeps, { batchId }: { batchId: string }): Promise<void> {
  const batch = await store.batchById(deps.db, batchId)
  if (batch?.state !== 'checking' || !batch.achievementId) return
  const which = { organizationId: batch.organizationId, batchId }
  const organization = await organizationById(deps.db, batch.organizationId)
  const achievement = await publishedAchievement(deps.db, batch.organizationId, batch.achievementId)
  if (!organization || !achievement) {
    await store.moveBatch(deps.db, which, { from: ['checking'], to: 'draft', at: deps.now() })
    return
  }
  const seen = new Map<string, number>()
  let checked = 0
  for (let after = 0; ; ) {
    const rows = await store.rowsAfter(deps.db, which, after, turn)
    const last = rows.at(-1)
    if (!last) break
    after = last.rowNumber
    await store.storeChecks(deps.db, which, await checkRows(deps, { batch, organization, achievement, rows, seen }))
    checked += rows.length
    await store.updateBatch(deps.db, which, { rowsChecked: checked }, deps.now())
    await nextTurn()
  }
  await store.moveBatch(deps.db, which, { from: ['checking'], to: 'ready', at: deps.now() })
}

interface Turn {
  batch: Batch
  organization: Organization
  achievement: PublishedAchievement
  rows: readonly BatchRow[]
  /** The row in which each address came first. */
  seen: Map<string, number>
}

async function checkRows(deps: IssuingDeps, o: Turn): Promise<store.CheckedRow[]> {
  const { batch, rows } = o
  const today = deps.now().toISOString().slice(0, 10)
  const checks = rows.map((row) => ({
    row,
    check: checkPerson({
      cells: row.cells,
      fixes: row.fixes,
      mapping: batch.source.mapping ?? [],
      dateOrder: batch.source.dateOrder,
      settings: batch.settings,
      needsEvidence: o.achievement.content.evidenceRule === 'required',
      today,
    }),
  }))
  const emails = [...new Set(checks.flatMap(({ check }) => (check.person ? [check.person.emailCanonical] : [])))]
  const earlier = Map.groupBy(
    await store.earlierAwards(deps.db, {
      organizationId: batch.organizationId,
      achievementId: o.achievement.achievementId,
      emails,
    }),
    ({ recipientEmailCanonical }) => recipientEmailCanonical,
  )
  const bounced = await store.bouncedAddresses(deps.db, batch.organizationId, emails)
  const now = deps.now()

  return checks.map(({ row, check }) => {
    if (check.person) {
      rehearse(deps, o, check, check.person)
      const { emailCanonical } = check.person
      const first = seen(o.seen, emailCanonical, row.rowNumber)
      if (first !== undefined)
        check.warnings.push({ field: 'email', code: 'duplicate-in-list', values: { row: first } })
      const before = earlier.get(emailCanonical) ?? []
      if (before.some(({ validity, validUntil }) => validity === 'live' && (validUntil === null || validUntil > now)))
        check.warnings.push({ field: 'email', code: 'already-has' })
      else if (before.some(({ validity }) => validity === 'revoked'))
        check.warnings.push({ field: 'email', code: 'revoked-before' })
      if (bounced.has(emailCanonical)) check.warnings.push({ field: 'email', code: 'address-bounced' })
    }
    return { rowNumber: row.rowNumber, ...check, state: stateOf(row, check) }
  })
}

function stateOf(row: BatchRow, { person, warnings }: PersonCheck): 'ready' | 'problem' | 'skipped' {
  if (row.leftOut) return 'skipped'
  if (!person) return 'problem'
  return warnings.some(({ code }) => skippingWarnings.has(code)) && row.choice !== 'reissue' ? 'skipped' : 'ready'
}

function seen(map: Map<string, number>, email: string, rowNumber: number): number | undefined {
  const first = map.get(email)
  if (first === undefined) map.set(email, rowNumber)
  return first
}

/**
 * What only the finished credential shows. A row of name and address holds nothing that the template's own publication
 * has not been through, so only rows with more in them are built, and the first of the batch.
 */
function rehearse(deps: IssuingDeps, o: Turn, check: PersonCheck, person: CheckedPerson): void {
  if (o.seen.size > 0 && !person.narrative && !person.evidenceUrl && !person.validUntil) return
  try {
    rehearseAward(deps, o.organization, awardRequestOf({ ...o, person, now: deps.now() }))
  } catch (error) {
    if (!(error instanceof InvalidDocument) && !(error instanceof RangeError)) throw error
    check.person = null
    check.problems.push({
      field: 'evidenceUrl',
      code: 'refused-by-standard',
      value: '',
      values: { why: error.message.slice(0, 200) },
    })
  }
}
