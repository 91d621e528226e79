import test from 'node:test'
import { compareDamagedDocuments } from './differential.ts'

// A twentieth of the work in each of two files, so that neither takes long; differential.slow.test.ts does all of it.
test('1,500 damaged credentials: nothing is accepted that the reference rejects', async (t) => {
  t.diagnostic(JSON.stringify(await compareDamagedDocuments(1500, 3)))
})
