import test from 'node:test'
import { compareRandomDocuments } from './differential.ts'

// A tenth of the work; differential.slow.test.ts does all of it. LAPEL_SEED picks other documents.
test('2,000 random credentials canonicalize as the reference does', async (t) => {
  t.diagnostic(JSON.stringify(await compareRandomDocuments(2000)))
})
