import test from 'node:test'
import { compareFilledTemplates } from './differential.ts'

// A tenth of the work; differential.slow.test.ts does all of it. LAPEL_SEED picks other documents.
test('2,000 filled templates sign what the reference canonicalizes', async (t) => {
  t.diagnostic(JSON.stringify(await compareFilledTemplates(2000)))
})
