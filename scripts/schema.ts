// npm run schema: writes the types of all tables from the migrated database. The tests compare the two.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { CamelCasePlugin } from 'kysely'
import pg from 'pg'
import type { PostgresConnection } from '../apps/server/src/platform/database/embedded-postgres.ts'
import { testDatabase } from '../apps/server/test/postgres.ts'
import { startTestPostgres } from './test-postgres.ts'

export const schemaFile = path.join(import.meta.dirname, '../apps/server/src/platform/database/schema.ts')

/** What a jsonb column holds, where that is known better than "some JSON": `'table.column': 'a type'`. */
const jsonTypes: Record<string, string> = {}

type Column = {
  relation: string
  base: string | null
  column: string
  type: string
  nullable: boolean
  hasDefault: boolean
  generated: boolean
  checks: string[]
  note: string | null
}

class Names extends CamelCasePlugin {
  /** The name as the queries say it. Refuses names that the plugin could not turn back. */
  say(name: string): string {
    const said = this.camelCase(name)
    if (this.snakeCase(said) !== name)
      throw new Error(`${name} does not survive camelCase and back; choose another name`)
    return said
  }
}

const names = new Names()

/** The text of `platform/database/schema.ts` for the database. */
export async function schemaModule(connection: PostgresConnection): Promise<string> {
  const relations = Map.groupBy(await readColumns(connection), ({ relation }) => relation)
  const entries = [...relations.keys()].map((relation) => `  ${names.say(relation)}: ${typeName(relation)}`)
  const tables = [...relations].map(([relation, columns]) => tableType(relation, columns, relations))
  return `${head(tables.join('').includes('GeneratedAlways<'))}\n/** Every table and view, as the query builder names them. */\nexport interface Schema {\n${entries.join('\n')}\n}\n\n${tables.join('\n\n')}\n`
}

const head = (
  withAlways: boolean,
) => `// Made by scripts/schema.ts from the migrated database. Do not edit; run: npm run schema
import type { ColumnType, Generated${withAlways ? ', GeneratedAlways' : ''} } from 'kysely'

/** Reads as parsed JSON, of a shape that the store must state. The driver writes an array as a PostgreSQL array, so write \`JSON.stringify(value)\`. */
export type Json<T = unknown> = ColumnType<T, string, string>
/** The same for a column with a default. */
export type DefaultJson<T = unknown> = ColumnType<T, string | undefined, string>
`

function tableType(relation: string, columns: Column[], relations: Map<string, Column[]>): string {
  const lines = columns.map((column) => {
    // PostgreSQL does not know that a view's column is never null; the table behind it does.
    const origin = relations.get(column.base ?? '')?.find((candidate) => candidate.column === column.column)
    const known = origin ? { ...origin, hasDefault: false, generated: false } : column
    const note = column.note ? `  /** ${column.note} */\n` : ''
    return `${note}  ${names.say(column.column)}: ${columnType(known)}`
  })
  return `export interface ${typeName(relation)} {\n${lines.join('\n')}\n}`
}

function typeName(relation: string): string {
  const said = names.say(relation)
  return `${said.charAt(0).toUpperCase()}${said.slice(1)}Table`
}

const plainTypes: Record<string, string> = {
  uuid: 'string',
  text: 'string',
  varchar: 'string',
  bpchar: 'string',
  inet: 'string',
  cidr: 'string',
  // More digits than a double has.
  numeric: 'string',
  int2: 'number',
  int4: 'number',
  // platform/database/database.ts parses it as a number: our counters fit.
  int8: 'number',
  float4: 'number',
  float8: 'number',
  bool: 'boolean',
  timestamptz: 'Date',
  bytea: 'Uint8Array',
}

function columnType(column: Column): string {
  const { relation, column: name, type, nullable, hasDefault, generated } = column
  const orNull = nullable ? ' | null' : ''
  if (type === 'jsonb' || type === 'json') {
    const parameter = jsonTypes[`${relation}.${name}`]
    return `${hasDefault ? 'DefaultJson' : 'Json'}${parameter ? `<${parameter}>` : ''}${orNull}`
  }
  const isArray = type.startsWith('_')
  const element = plainTypes[isArray ? type.slice(1) : type]
  if (!element)
    throw new Error(`${relation}.${name} is of type ${type}; say in scripts/schema.ts what the driver makes of it`)
  const base = (isArray ? `${element}[]` : (choices(column) ?? element)) + orNull
  if (generated) return `GeneratedAlways<${base}>`
  return hasDefault ? `Generated<${base}>` : base
}

/** The values that a check of this column alone allows, as a union: `check (state in ('a', 'b'))`. */
function choices({ column, type, checks }: Column): string | undefined {
  if (type !== 'text') return undefined
  for (const check of checks) {
    const found = /^CHECK \(\((\w+) = ANY \(ARRAY\[(.+)\]\)\)\)$/.exec(check)
    if (!found || found[1] !== column) continue
    const values = [...(found[2] ?? '').matchAll(/'((?:[^']|'')*)'::text/g)].map(([, value = '']) => value)
    return values.map((value) => JSON.stringify(value.replaceAll("''", "'")).replaceAll('"', "'")).join(' | ')
  }
  return undefined
}

async function readColumns(connection: PostgresConnection): Promise<Column[]> {
  const client = new pg.Client(connection)
  await client.connect()
  try {
    const { rows } = await client.query<Column>(columnsQuery)
    return rows
  } finally {
    await client.end()
  }
}

const columnsQuery = `
  select
    c.relname as relation,
    case when c.relkind = 'v' then (
      select min(t.relname)
      from pg_rewrite w
      join pg_depend d on d.objid = w.oid and d.classid = 'pg_rewrite'::regclass and d.refclassid = 'pg_class'::regclass
      join pg_class t on t.oid = d.refobjid and t.oid <> c.oid
      where w.ev_class = c.oid
      having count(distinct t.oid) = 1
    ) end as base,
    a.attname as "column",
    y.typname as type,
    not a.attnotnull as nullable,
    (a.atthasdef or a.attidentity <> '') as "hasDefault",
    (a.attgenerated <> '' or a.attidentity = 'a') as generated,
    array(
      select pg_get_constraintdef(k.oid) from pg_constraint k
      where k.conrelid = c.oid and k.contype = 'c' and k.conkey = array[a.attnum]
      order by k.conname
    ) as checks,
    col_description(c.oid, a.attnum) as note
  from pg_class c
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  join pg_type y on y.oid = a.atttypid
  where c.relnamespace = 'public'::regnamespace
    and c.relkind in ('r', 'p', 'v', 'm')
    and not c.relispartition
    and c.relname not like 'kysely\\_%'
  order by c.relname collate "C", a.attnum`

if (process.argv[1] === import.meta.filename) {
  const postgres = await startTestPostgres()
  try {
    process.env.LAPEL_TEST_POSTGRES = JSON.stringify(postgres.connection)
    writeFileSync(schemaFile, await schemaModule(await testDatabase()))
  } finally {
    await postgres.stop()
  }
}
