import test from 'node:test'
import { compareDamagedDocuments, compareFilledTemplates, compareRandomDocuments } from './differential.ts'

test('20,000 random credentials canonicalize as the reference does', async (t) => {
  t.diagnostic(JSON.stringify(await compareRandomDocuments(20_000)))
})

test('30,000 damaged credentials: nothing is accepted that the reference rejects', async (t) => {
  t.diagnostic(JSON.stringify(await compareDamagedDocuments(30_000)))
})

test('20,000 filled templates sign what the reference canonicalizes', async (t) => {
  t.diagnostic(JSON.stringify(await compareFilledTemplates(20_000)))
})
