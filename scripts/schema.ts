// Writes the types of the migrated database, so that a wrong column fails the type check.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { startEmbeddedPostgres } from '../apps/server/src/platform/database/embedded-postgres.ts'
import { migrate } from '../apps/server/src/platform/database/migrate.ts'

const target = path.join(import.meta.dirname, '..', 'apps', 'server', 'src', 'platform', 'database', 'schema.ts')

interface Column {
  table: string
  name: string
  type: string
  nullable: boolean
  hasDefault: boolean
}

const types: Record<string, string> = {
  text: 'string',
  uuid: 'string',
  int4: 'number',
  int8: 'number',
  float8: 'number',
  numeric: 'string',
  bool: 'boolean',
  bytea: 'Buffer',
  timestamptz: 'Date',
  date: 'string',
  jsonb: 'Json',
  _text: 'string[]',
  _int4: 'number[]',
  _uuid: 'string[]',
}

/** The text of the generated module for a migrated database; a test compares it with the file. */
export async function schemaModule(connection: pg.ClientConfig): Promise<string> {
  const client = new pg.Client(connection)
  await client.connect()
  try {
    const { rows } = await client.query<Column>(
      `select c.table_name as "table", c.column_name as name, c.udt_name as type,
              c.is_nullable = 'YES' as nullable, c.column_default is not null as "hasDefault"
       from information_schema.columns c
       join information_schema.tables t using (table_schema, table_name)
       where c.table_schema = 'public' and c.table_name not like 'kysely_%'
       order by c.table_name, c.ordinal_position`,
    )
    const checks = await oneOfChecks(client)
    return render(rows, checks)
  } finally {
    await client.end()
  }
}

/** Columns whose check constraint lists the allowed words, as a union of those words. */
async function oneOfChecks(client: pg.Client): Promise<Map<string, string>> {
  const { rows } = await client.query<{ table: string; definition: string }>(
    `select conrelid::regclass::text as "table", pg_get_constraintdef(oid) as definition from pg_constraint
     where contype = 'c' and connamespace = 'public'::regnamespace`,
  )
  const found = new Map<string, string>()
  for (const { table, definition } of rows) {
    const parts = /^CHECK \(\(+(\w+) = ANY \(ARRAY\[(.*)\]\)/.exec(definition)
    if (!parts) continue
    const words = [...(parts[2] ?? '').matchAll(/'([^']*)'::text/g)].map((word) => `'${word[1]}'`)
    found.set(`${table}.${parts[1]}`, words.join(' | '))
  }
  return found
}

const camel = (name: string) => name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
const pascal = (name: string) => camel(`_${name}`)

function render(columns: Column[], checks: Map<string, string>): string {
  const tables = new Map<string, Column[]>()
  for (const column of columns) tables.set(column.table, [...(tables.get(column.table) ?? []), column])
  let out = `// Made by scripts/schema.ts from the migrated database; run npm run schema after adding a migration.
import type { ColumnType, Generated } from 'kysely'

/** Read as what was stored; written as text (JSON.stringify), so that arrays are not taken for SQL arrays. */
export type Json = ColumnType<unknown, string | null, string | null>
`
  for (const [table, list] of tables) {
    out += `\nexport interface ${pascal(table)}Table {\n`
    for (const column of list) {
      const base = checks.get(`${table}.${column.name}`) ?? types[column.type]
      if (!base) throw new Error(`No TypeScript type for ${table}.${column.name} (${column.type}); add it to scripts/schema.ts`)
      const withNull = column.nullable && base !== 'Json' ? `${base} | null` : base
      const type = column.hasDefault
        ? base === 'Json'
          ? 'ColumnType<unknown, string | undefined, string>'
          : `Generated<${withNull}>`
        : column.nullable
          ? base === 'Json'
            ? 'ColumnType<unknown, string | null | undefined, string | null>'
            : `ColumnType<${withNull}, ${withNull} | undefined, ${withNull}>`
          : withNull
      out += `  ${camel(column.name)}: ${type}\n`
    }
    out += '}\n'
  }
  out += `\nexport interface Schema {\n${[...tables.keys()].map((table) => `  ${camel(table)}: ${pascal(table)}Table`).join('\n')}\n}\n`
  return out
}

if (process.argv[1] === import.meta.filename) {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'lapel-schema-'))
  const server = await startEmbeddedPostgres({ directory, settings: { fsync: 'off' } })
  try {
    await migrate(server.connection)
    writeFileSync(target, await schemaModule(server.connection))
  } finally {
    await server.stop()
    rmSync(directory, { recursive: true, force: true })
  }
}
