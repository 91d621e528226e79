import type { CompiledQuery } from 'kysely'
import { heldCredentials, type HeldCredential } from '../claiming/index.ts'
import { type Db, prepared } from '../platform/database/database.ts'

/** A badge with what its public page says about the template. */
export type PublicBadge = HeldCredential & {
  templateSlug: string | null
  templateState: string | null
}

const placeholder = '\0public id'
const compiled = new WeakMap<Db, CompiledQuery<PublicBadge>>()

/** One statement for the whole page, put together once: it is the most wanted of all. */
export async function publicBadge(db: Db, publicId: string): Promise<PublicBadge | undefined> {
  let query = compiled.get(db)
  if (!query) {
    query = prepared(
      heldCredentials(db)
        .leftJoin('achievements as a', (join) =>
          join.onRef('a.organizationId', '=', 'c.organizationId').onRef('a.id', '=', 'c.achievementId'),
        )
        .select(['a.slug as templateSlug', 'a.state as templateState'])
        .where('c.publicId', '=', placeholder)
        .compile(),
    )
    compiled.set(db, query)
  }
  const parameters = query.parameters.map((value) => (value === placeholder ? publicId : value))
  const { rows } = await db.executeQuery<PublicBadge>({ ...query, parameters })
  return rows[0]
}
