import test from 'node:test'
import { compareDamagedDocuments, compareFilledTemplates, compareRandomDocuments } from './differential.ts'

// A tenth of the work; differential.slow.test.ts does all of it. LAPEL_SEED picks other documents.

test('2,000 random credentials canonicalize as the reference does', async (t) => {
  t.diagnostic(JSON.stringify(await compareRandomDocuments(2000)))
})

test('3,000 damaged credentials: nothing is accepted that the reference rejects', async (t) => {
  t.diagnostic(JSON.stringify(await compareDamagedDocuments(3000)))
})

test('2,000 filled templates sign what the reference canonicalizes', async (t) => {
  t.diagnostic(JSON.stringify(await compareFilledTemplates(2000)))
})
