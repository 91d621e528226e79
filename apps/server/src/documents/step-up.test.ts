import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anIssuer } from '../../test/fixtures/issuing.ts'
import { startLapel } from '../../test/lapel.ts'

// SECURITY S10
test('withdrawing a document asks again who one is when the last proof is older than five minutes', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  const path = `/console/${issuer.organization.slug}/documents/${'A'.repeat(22)}/withdraw`
  assert.equal((await issuer.owner.request(path)).status, 404)
  lapel.passMinutes(6)
  assert.match((await issuer.owner.request(path)).location ?? '', /^\/sign-in\/again\?return=/)
})
