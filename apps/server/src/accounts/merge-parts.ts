import { type RawBuilder, sql } from 'kysely'
import type { Db, Tx } from '../platform/database/database.ts'
import type { MessageKey } from '../platform/i18n/messages.ts'

/** What of an account moves when it is merged into another one, and comes back when that is undone. */
export interface MergePart {
  name: string
  /** "{count} badges", for the page that says what will move; parts without words are not named there. */
  label?: MessageKey
  count(db: Db, accountId: string): Promise<number>
  /** @returns what undo needs to know; JSON. */
  move(tx: Tx, o: { from: string; into: string }): Promise<unknown>
  undo(tx: Tx, o: { from: string; into: string; moved: unknown }): Promise<void>
}

/**
 * Rows that carry the account's id. Where `apart` names columns that are unique together with the account (none: one row
 * for each account), rows that the other account has as well stay where they are: they are the same thing twice, or its
 * own choice, which holds.
 */
export function rowsOfAccount(o: {
  table: string
  column: string
  key: string
  apart?: string[]
  /** Which rows, when not all of them. */
  only?: RawBuilder<unknown>
  label?: MessageKey
}): MergePart {
  const table = sql.table(o.table)
  const column = sql.ref(o.column)
  const key = sql.ref(o.key)
  const only = o.only ? sql`and ${o.only}` : sql``
  const same = (o.apart ?? []).map((name) => sql`and there.${sql.ref(name)} = here.${sql.ref(name)}`)
  const unlessThere = (into: string) =>
    o.apart
      ? sql`and not exists (select 1 from ${table} as there where there.${column} = ${into} ${sql.join(same, sql` `)})`
      : sql``
  return {
    name: `${o.table}.${o.column}`,
    label: o.label,
    async count(db, accountId) {
      const { rows } = await sql<{ count: number }>`
        select count(*)::int as count from ${table} where ${column} = ${accountId} ${only}`.execute(db)
      return rows[0]?.count ?? 0
    },
    async move(tx, { from, into }) {
      const { rows } = await sql<{ key: string }>`
        update ${table} as here set ${column} = ${into} where here.${column} = ${from} ${only} ${unlessThere(into)}
        returning here.${key}::text as key`.execute(tx)
      return rows.map((row) => row.key)
    },
    async undo(tx, { from, into, moved }) {
      if (!Array.isArray(moved) || moved.length === 0) return
      await sql`
        update ${table} set ${column} = ${from}
        where ${column} = ${into} and ${key}::text = any(${moved as string[]})`.execute(tx)
    },
  }
}

const rank = ['viewer', 'issuer', 'designer', 'admin', 'owner'] as const
type MemberRole = (typeof rank)[number]

/** Teams: a place that both accounts have keeps the stronger role. */
export const memberships: MergePart = {
  name: 'organization_members',
  label: 'merge.part.memberships',
  async count(db, accountId) {
    const rows = await db
      .selectFrom('organizationMembers')
      .select('organizationId')
      .where('accountId', '=', accountId)
      .execute()
    return rows.length
  },
  async move(tx, { from, into }) {
    const [theirs, ours] = await Promise.all(
      [from, into].map((accountId) =>
        tx
          .selectFrom('organizationMembers')
          .select(['organizationId', 'role'])
          .where('accountId', '=', accountId)
          .execute(),
      ),
    )
    const moved: { organizationId: string; raisedFrom?: MemberRole }[] = []
    for (const { organizationId, role } of theirs ?? []) {
      const own = ours?.find((row) => row.organizationId === organizationId)
      if (own && rank.indexOf(own.role) >= rank.indexOf(role)) continue
      if (own) {
        await setRole(tx, { organizationId, accountId: into, role })
        moved.push({ organizationId, raisedFrom: own.role })
      } else {
        await tx
          .updateTable('organizationMembers')
          .set({ accountId: into })
          .where('organizationId', '=', organizationId)
          .where('accountId', '=', from)
          .execute()
        moved.push({ organizationId })
      }
    }
    return moved
  },
  async undo(tx, { from, into, moved }) {
    for (const { organizationId, raisedFrom } of moved as { organizationId: string; raisedFrom?: MemberRole }[]) {
      if (raisedFrom) await setRole(tx, { organizationId, accountId: into, role: raisedFrom })
      else
        await tx
          .updateTable('organizationMembers')
          .set({ accountId: from })
          .where('organizationId', '=', organizationId)
          .where('accountId', '=', into)
          .execute()
    }
  },
}

async function setRole(tx: Tx, o: { organizationId: string; accountId: string; role: MemberRole }): Promise<void> {
  await tx
    .updateTable('organizationMembers')
    .set({ role: o.role })
    .where('organizationId', '=', o.organizationId)
    .where('accountId', '=', o.accountId)
    .execute()
}

/** Personal tokens of the account that is absorbed end: they were given for its badges alone (SECURITY S8). */
export function endedWithAccount(o: { table: string; column: string; endedAt: string; now: () => Date }): MergePart {
  return {
    name: `${o.table}.${o.column}`,
    count: async () => 0,
    async move(tx, { from }) {
      await sql`
        update ${sql.table(o.table)} set ${sql.ref(o.endedAt)} = ${o.now()}
        where ${sql.ref(o.column)} = ${from} and ${sql.ref(o.endedAt)} is null`.execute(tx)
      return null
    },
    // What ended does not come back to life.
    undo: async () => {},
  }
}

/** What accounts themselves keep about a person. Factors and the password stay for the undo, behind a closed account. */
export const ownMergeParts: MergePart[] = [
  rowsOfAccount({ table: 'linkedSignIns', column: 'accountId', key: 'id', label: 'merge.part.services' }),
  // An account that was merged into the absorbed one before is part of what moves.
  rowsOfAccount({ table: 'accountMerges', column: 'intoAccountId', key: 'id' }),
  rowsOfAccount({ table: 'accounts', column: 'mergedInto', key: 'id' }),
  {
    name: 'accountDeletions',
    count: async () => 0,
    // The sign-in to both accounts is the change of mind that signing in is.
    async move(tx, { from }) {
      await tx.deleteFrom('accountDeletions').where('accountId', '=', from).where('erasedAt', 'is', null).execute()
      return null
    },
    undo: async () => {},
  },
]
