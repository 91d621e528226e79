import { createHash } from 'node:crypto'
import type { Db, Tx } from '../database/database.ts'
import { inTransaction } from '../database/database.ts'
import type { Now } from '../clock.ts'
import { DomainError } from '../errors.ts'

export class IdempotencyConflict extends DomainError<'idempotency.other-body'> {
  override name = 'IdempotencyConflict'
}

/**
 * Does `work` once for a key and gives the same answer to every repetition (SECURITY R11): the key is written in the
 * transaction of the work itself, so it exists exactly when the work is done. A repetition at the same moment waits for
 * the first one.
 *
 * @param o.body what was asked for; the same key with another body is refused.
 * @throws {IdempotencyConflict}
 */
export async function once<Answer>(
  db: Db,
  o: { scope: string; key: string; body: unknown; now: Now },
  work: (tx: Tx) => Promise<Answer>,
): Promise<Answer> {
  const bodyHash = createHash('sha256').update(JSON.stringify(o.body)).digest()
  return inTransaction(db, async (tx) => {
    const inserted = await tx
      .insertInto('idempotencyKeys')
      .values({ scope: o.scope, key: o.key, bodyHash, createdAt: o.now(), answer: null })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    if ((inserted.numInsertedOrUpdatedRows ?? 0n) === 0n) {
      const first = await tx
        .selectFrom('idempotencyKeys')
        .select(['bodyHash', 'answer'])
        .where('scope', '=', o.scope)
        .where('key', '=', o.key)
        .executeTakeFirstOrThrow()
      if (!bodyHash.equals(first.bodyHash)) throw new IdempotencyConflict('idempotency.other-body')
      return first.answer as Answer
    }
    const answer = await work(tx)
    await tx
      .updateTable('idempotencyKeys')
      .set({ answer: JSON.stringify(answer ?? null) })
      .where('scope', '=', o.scope)
      .where('key', '=', o.key)
      .execute()
    return answer
  })
}
