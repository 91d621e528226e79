/**
 * What this process has changed a moment ago, so that no page which it keeps is older than the change. A change is
 * noted inside its transaction, which ends a little later; until {@link settleMs} have passed, what was noted is read
 * from the database and nothing is kept.
 *
 * Other processes are not told: whoever keeps something asks the database again after a short time anyway.
 */
const settleMs = 10_000
const most = 10_000

const changes = new Map<string, number>()
/** Everything that was read before this moment counts as changed: notes were dropped to stay small. */
let forgottenAt = Number.NEGATIVE_INFINITY

/** Notes that the thing with this id is changed by the transaction that runs now. */
export function noteChange(id: string): void {
  changes.delete(id)
  changes.set(id, performance.now())
  if (changes.size <= most) return
  const [oldest] = changes.keys()
  if (oldest === undefined) return
  forgottenAt = changes.get(oldest) ?? forgottenAt
  changes.delete(oldest)
}

/** Whether what was read at `readAt` (`performance.now()`) may be older than a change of one of these. */
export function mayHaveChanged(ids: readonly string[], readAt: number): boolean {
  if (readAt <= forgottenAt + settleMs) return true
  return ids.some((id) => readAt <= (changes.get(id) ?? Number.NEGATIVE_INFINITY) + settleMs)
}

/** Every change counts as long past. For tests, which cannot wait that long. */
export function forgetChanges(): void {
  changes.clear()
  forgottenAt = Number.NEGATIVE_INFINITY
}
