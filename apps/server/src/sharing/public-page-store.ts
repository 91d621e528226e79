import { type CompiledQuery, sql } from 'kysely'
import { heldCredentials, type HeldCredential } from '../claiming/index.ts'
import { type Db, prepared } from '../platform/database/database.ts'

/** A badge with what its public page says about the template. */
export type PublicBadge = HeldCredential & {
  templateSlug: string | null
  templateState: string | null
}

/**
 * Reads a badge for its public page. What is asked for while another read is under way waits for the end of it and is
 * then read together, so that a crowd costs the database one statement and not one for each visitor. No answer comes from
 * a read that began before it was asked for.
 */
export function publicBadge(db: Db, publicId: string): Promise<PublicBadge | undefined> {
  let reader = readers.get(db)
  if (!reader) {
    reader = new CrowdReader(db)
    readers.set(db, reader)
  }
  return reader.read(publicId)
}

/** Stands in the statement where the ids go. */
const placeholder = '\0public ids'
const readers = new WeakMap<Db, CrowdReader>()
const mostAtOnce = 100
/** One at a time gathers the most; one that hangs does not hold up everybody. */
const patienceMs = 100
const mostReads = 4

interface Asker {
  publicId: string
  resolve: (badge: PublicBadge | undefined) => void
  reject: (error: unknown) => void
}

class CrowdReader {
  readonly #db: Db
  readonly #query: CompiledQuery<PublicBadge>
  #askers: Asker[] = []
  #reading = 0
  /** How many of these take longer than they should. */
  #late = 0

  constructor(db: Db) {
    this.#db = db
    // Put together once: it is the most wanted statement of all.
    this.#query = prepared(
      heldCredentials(db)
        .leftJoin('achievements as a', (join) =>
          join.onRef('a.organizationId', '=', 'c.organizationId').onRef('a.id', '=', 'c.achievementId'),
        )
        .select(['a.slug as templateSlug', 'a.state as templateState'])
        .where(sql<boolean>`c.public_id = any(${placeholder}::text[])`)
        .compile(),
    )
  }

  read(publicId: string): Promise<PublicBadge | undefined> {
    return new Promise((resolve, reject) => {
      this.#askers.push({ publicId, resolve, reject })
      void this.#readAll()
    })
  }

  async #readAll(): Promise<void> {
    if (this.#reading > this.#late || this.#reading >= mostReads) return
    this.#reading++
    for (
      let askers = this.#askers.splice(0, mostAtOnce);
      askers.length > 0;
      askers = this.#askers.splice(0, mostAtOnce)
    ) {
      let isLate = false
      const patience = setTimeout(() => {
        isLate = true
        this.#late++
        void this.#readAll()
      }, patienceMs)
      try {
        const badges = await this.#readThese([...new Set(askers.map(({ publicId }) => publicId))])
        for (const { publicId, resolve } of askers) resolve(badges.get(publicId))
      } catch (error) {
        for (const { reject } of askers) reject(error)
      }
      clearTimeout(patience)
      if (isLate) this.#late--
    }
    this.#reading--
  }

  async #readThese(publicIds: readonly string[]): Promise<Map<string, PublicBadge>> {
    const parameters = this.#query.parameters.map((value) => (value === placeholder ? publicIds : value))
    const { rows } = await this.#db.executeQuery<PublicBadge>({ ...this.#query, parameters })
    return new Map(rows.map((row) => [row.publicId, row]))
  }
}
