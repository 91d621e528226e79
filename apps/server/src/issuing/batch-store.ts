import type { Tx } from '../platform/database/database.ts'

/** Closes the rows of a batch whose awards have been issued. */
export async function markRowsIssued(
  tx: Tx,
  issued: readonly { id: string; organizationId: string; batchId: string | null }[],
): Promise<void> {
  const inBatches = issued.filter(({ batchId }) => batchId !== null)
  if (inBatches.length === 0) return
  await tx
    .updateTable('batchRows')
    .set({ state: 'issued', failure: null })
    .where(
      'credentialId',
      'in',
      inBatches.map(({ id }) => id),
    )
    .execute()
}
