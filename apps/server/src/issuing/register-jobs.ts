import { completeAwards } from './complete-awards.ts'
import { recordCredentialEvent } from './credential-events.ts'
import type { IssuingDeps } from './issuing-deps.ts'
import { checkBatch } from './check-batch.ts'
import { checkBatchJob, recoverJob, runBatchJob, signAwardJob } from './jobs.ts'
import { recoverAwards, resumeBatches } from './recover.ts'
import { runBatch } from './run-batch.ts'
import { setDelivery } from './store.ts'

/** What issuing does later. The listeners of later features must be there before the queue starts. */
export function registerIssuingJobs(deps: IssuingDeps): void {
  deps.jobs.handle(signAwardJob, async ({ credentialId }) => {
    await completeAwards(deps, [credentialId])
  })
  deps.jobs.handle(recoverJob, async () => {
    await recoverAwards(deps)
    await resumeBatches(deps)
  })
  deps.jobs.handle(checkBatchJob, (payload) => checkBatch(deps, payload))
  deps.jobs.handle(runBatchJob, (payload) => runBatch(deps, payload))
  deps.outbox.onOutcome('credential', async (tx, outcome, credentialId) => {
    const credential = await setDelivery(tx, credentialId, outcome)
    if (!credential) return
    await recordCredentialEvent(tx, {
      organizationId: credential.organizationId,
      credentialId,
      kind: outcome === 'sent' ? 'notified' : 'not-notified',
      channel: 'mail',
      at: deps.now(),
    })
  })
}
