import { setTimeout as sleep } from 'node:timers/promises'
import * as store from './batch-store.ts'
import type { IssuingDeps } from './issuing-deps.ts'

/** Longest time that an answer waits for the check of a short list; a long one gets a page with its progress. */
const patienceMs = 2000

/** Waits until the rows are checked, so that a list of ordinary length needs no page in between. */
export async function untilChecked(
  deps: Pick<IssuingDeps, 'db'>,
  { batchId }: { organizationId: string; batchId: string },
): Promise<void> {
  const deadline = performance.now() + patienceMs
  while (performance.now() < deadline) {
    const batch = await store.batchById(deps.db, batchId)
    if (batch?.state !== 'checking') return
    await sleep(25)
  }
}
