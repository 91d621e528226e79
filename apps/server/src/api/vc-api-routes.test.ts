import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startLapel } from '../../test/lapel.ts'

const credential = {
  '@context': ['https://www.w3.org/ns/credentials/v2'],
  type: ['VerifiableCredential'],
  credentialSubject: { id: 'did:example:subject' },
}

test('the VC API is off unless the operator switches it on', async (t) => {
  const lapel = await startLapel(t)
  const answer = await lapel.visitor().request('/api/vc/eddsa-rdfc-2022/credentials/issue', {
    method: 'POST',
    body: JSON.stringify({ credential }),
    headers: { 'content-type': 'application/json' },
  })
  assert.equal(answer.status, 404)
})

test('switched on, it issues with a key of its own and verifies what it issued', async (t) => {
  const lapel = await startLapel(t, { VC_API: 'on' })
  const visitor = lapel.visitor()
  const post = (path: string, body: unknown) =>
    visitor.request(`/api/vc${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    })
  const issuer = /did:key:\w+/.exec(
    (await post('/eddsa-rdfc-2022/credentials/issue', { credential: { ...credential, issuer: 'did:key:zNobody' } }))
      .text,
  )?.[0]
  const issued = await post('/eddsa-rdfc-2022/credentials/issue', {
    credential: { ...credential, ...(issuer ? { issuer } : {}) },
  })
  assert.equal(issued.status, 201, issued.text)
  const { verifiableCredential } = issued.json() as { verifiableCredential: Record<string, unknown> }
  assert.equal((await post('/credentials/verify', { verifiableCredential })).status, 200)
  const altered = { ...verifiableCredential, credentialSubject: { id: 'did:example:somebody-else' } }
  assert.equal((await post('/credentials/verify', { verifiableCredential: altered })).status, 400)
})
