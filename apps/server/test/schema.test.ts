import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { schemaFile, schemaModule } from '../../../scripts/schema.ts'
import { testDatabase } from './postgres.ts'

test('the types of the tables are those of the migrated database', async (t) => {
  const fromDatabase = (await schemaModule(await testDatabase(t))).split('\n')
  const inFile = readFileSync(schemaFile, 'utf8').split('\n')

  const message = 'platform/database/schema.ts is out of date. Run: npm run schema'
  assert.deepEqual(
    inFile.filter((line) => !fromDatabase.includes(line)),
    [],
    message,
  )
  assert.deepEqual(
    fromDatabase.filter((line) => !inFile.includes(line)),
    [],
    message,
  )
  assert.ok(inFile.join('\n') === fromDatabase.join('\n'), message)
})
