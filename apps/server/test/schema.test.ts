import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { schemaFile, schemaModule } from '../../../scripts/schema.ts'
import { testDatabase } from './postgres.ts'

test('the types of the tables are those of the migrated database', async (t) => {
  const fromDatabase = await schemaModule(await testDatabase(t))

  assert.equal(readFileSync(schemaFile, 'utf8'), fromDatabase, 'Run: npm run schema')
})
