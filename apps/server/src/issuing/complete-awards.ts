import type { Tx } from '../platform/database/database.ts'
import type { SigningOutcome } from '../signing/index.ts'
import { recordCredentialEvents } from './credential-events.ts'
import type { IssuingDeps } from './issuing-deps.ts'
import * as batchStore from './batch-store.ts'
import * as store from './store.ts'

/** Credentials whose follow-ups share one transaction, and transactions that run beside one another. */
const together = 20
const abreast = 3

/**
 * Takes awards through the steps that are left: signature, then issued with everything that follows from it (claim,
 * mail, the row of a batch). Each step is a transaction of its own and can be repeated, so a crash anywhere costs
 * nothing but time.
 *
 * @returns what the signer said about those that waited for a signature.
 */
export async function completeAwards(deps: IssuingDeps, credentialIds: readonly string[]): Promise<SigningOutcome[]> {
  if (credentialIds.length === 0) return []
  const intents = await store.openIntents(deps.db, credentialIds)
  const outcomes = await deps.signing.signIntents(intents.map(({ id }) => id))
  const groups = Array.from({ length: Math.ceil(credentialIds.length / together) }, (_, i) =>
    credentialIds.slice(i * together, (i + 1) * together),
  )
  const lane = async () => {
    for (let group = groups.shift(); group; group = groups.shift()) await finishGroup(deps, group)
  }
  await Promise.all(Array.from({ length: abreast }, lane))
  return outcomes
}

/** What one award trips over must not hold up its neighbours. */
async function finishGroup(deps: IssuingDeps, group: readonly string[]): Promise<void> {
  try {
    await deps.db.transaction().execute((tx) => finish(deps, tx, group))
  } catch (error) {
    if (group.length === 1) throw error
    deps.log.error({ err: error }, 'finishing awards one by one')
    const failures: unknown[] = []
    for (const id of group)
      await finishGroup(deps, [id]).catch((failure: unknown) => {
        failures.push(failure)
      })
    if (failures.length > 0) throw failures[0]
  }
}

async function finish(deps: IssuingDeps, tx: Tx, credentialIds: readonly string[]): Promise<void> {
  const at = deps.now()
  const issued = await store.markIssued(tx, credentialIds, at)
  if (issued.length === 0) return
  await recordCredentialEvents(
    tx,
    issued.map(({ id, organizationId, createdBy }) => ({
      organizationId,
      credentialId: id,
      kind: 'issued',
      actorAccountId: createdBy,
      at,
    })),
  )
  await batchStore.markRowsIssued(tx, issued)
  for (const { id } of issued) for (const listener of deps.issuedListeners) await listener(tx, id)
}
