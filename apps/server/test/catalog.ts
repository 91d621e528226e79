import { randomBytes, randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Database } from '../src/platform/database/database.ts'

export interface PersonColumn {
  table: string
  column: string
}

/** Every column of the database that names an account: by a foreign key, or by its name where there is none. */
export async function personColumns(db: Database): Promise<PersonColumn[]> {
  const { rows } = await sql<{ table: string; column: string }>`
    select c.conrelid::regclass::text as "table", a.attname as "column"
    from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
    where c.contype = 'f' and c.confrelid = 'accounts'::regclass
    union
    select c.table_name, c.column_name from information_schema.columns c
    join information_schema.tables t using (table_schema, table_name)
    where c.table_schema = 'public' and t.table_type = 'BASE TABLE' and c.udt_name = 'uuid'
      and c.column_name ~ '(^|_)account_id$|_by$|^holder_id$'
      and not exists (
        select 1 from pg_constraint k join pg_attribute a on a.attrelid = k.conrelid and a.attnum = any(k.conkey)
        where k.contype = 'f' and k.conrelid = c.table_name::regclass and a.attname = c.column_name)
    order by 1, 2`.execute(db)
  return rows
}

interface Column {
  name: string
  type: string
  isNeeded: boolean
}

/** Makes rows of any table from the database's catalog alone, with the rows that they hang on. */
export function rowMaker(
  db: Database,
  {
    values: hints = {},
    fill = [],
  }: {
    /** What the catalog cannot say, by table. */
    values?: Record<string, Record<string, unknown>>
    /** Columns to fill though they may be empty, as `table.column`. */
    fill?: string[]
  } = {},
) {
  let count = 0

  async function columnsOf(table: string): Promise<Column[]> {
    const { rows } = await sql<Column>`
      select column_name as name, udt_name as type,
        is_nullable = 'NO' and column_default is null and is_generated = 'NEVER' as "isNeeded"
      from information_schema.columns where table_schema = 'public' and table_name = ${table}`.execute(db)
    return rows
  }

  async function foreignKeysOf(table: string) {
    const { rows } = await sql<{ columns: string[]; parent: string; parentColumns: string[] }>`
      select c.confrelid::regclass::text as parent,
        (select array_agg(a.attname::text order by k.n) from unnest(c.conkey) with ordinality k(num, n)
          join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.num) as columns,
        (select array_agg(a.attname::text order by k.n) from unnest(c.confkey) with ordinality k(num, n)
          join pg_attribute a on a.attrelid = c.confrelid and a.attnum = k.num) as "parentColumns"
      from pg_constraint c where c.contype = 'f' and c.conrelid = ${table}::regclass`.execute(db)
    return rows
  }

  /** The first of the values that a check allows. */
  async function allowedIn(table: string): Promise<Map<string, unknown>> {
    const { rows } = await sql<{ check: string }>`
      select pg_get_constraintdef(oid) as check from pg_constraint
      where contype = 'c' and conrelid = ${table}::regclass`.execute(db)
    const allowed = new Map<string, unknown>()
    for (const { check } of rows) {
      const found = /\((\w+) = ANY \(ARRAY\[(?:'([^']+)'|(\d+))/.exec(check)
      if (found?.[1]) allowed.set(found[1], found[2] ?? Number(found[3]))
    }
    return allowed
  }

  function valueOf(type: string): unknown {
    count++
    if (type === 'uuid') return randomUUID()
    if (type === 'bytea') return randomBytes(32)
    if (type === 'timestamptz') return new Date(Date.now() + 3_600_000)
    if (type === 'date') return '2030-01-01'
    if (/^(int|float|numeric)/.test(type)) return count
    if (type === 'bool') return true
    if (type === 'json' || type === 'jsonb') return '{}'
    if (type.startsWith('_')) return []
    return `made-${count}-${randomBytes(4).toString('hex')}`
  }

  /** @param parents what this row hangs on: one of each table, so that keys of several columns agree. */
  async function make(
    table: string,
    given: Record<string, unknown> = {},
    parents = new Map<string, Record<string, unknown>>(),
  ): Promise<Record<string, unknown>> {
    const values: Record<string, unknown> = { ...hints[table], ...given }
    const needed = (await columnsOf(table)).filter(
      ({ name, isNeeded }) => (isNeeded || fill.includes(`${table}.${name}`)) && !(name in values),
    )
    for (const { columns, parent, parentColumns } of await foreignKeysOf(table)) {
      if (!columns.some((name) => needed.some((column) => column.name === name))) continue
      const row = parents.get(parent) ?? (await make(parent, {}, parents))
      parents.set(parent, row)
      columns.forEach((name, at) => (values[name] ??= row[parentColumns[at] ?? '']))
    }
    const allowed = await allowedIn(table)
    for (const { name, type } of needed) values[name] ??= allowed.get(name) ?? valueOf(type)
    const names = Object.keys(values)
    const { rows } = await sql<Record<string, unknown>>`
      insert into ${sql.table(table)} (${sql.join(names.map((name) => sql.ref(name)))})
      values (${sql.join(names.map((name) => values[name]))}) returning *`.execute(db.withoutPlugins())
    return rows[0] ?? {}
  }

  return { make }
}
