import test from 'node:test'
import { compareDamagedDocuments } from './differential.ts'

// A tenth of the work; differential.slow.test.ts does all of it. LAPEL_SEED picks other documents.
test('3,000 damaged credentials: nothing is accepted that the reference rejects', async (t) => {
  t.diagnostic(JSON.stringify(await compareDamagedDocuments(3000)))
})
