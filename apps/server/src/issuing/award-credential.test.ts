import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anIssuer, issueCredential } from '../../test/fixtures/issuing.ts'
import { startLapel } from '../../test/lapel.ts'
import { signedCredentialBody } from './index.ts'

test('an award is signed, issued, claimed for and mailed', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)

  const { credentialId, publicId } = await issueCredential(lapel, issuer, { to: 'maya@example.org' })

  const row = await lapel.db
    .selectFrom('credentials')
    .selectAll()
    .where('id', '=', credentialId)
    .executeTakeFirstOrThrow()
  assert.equal(row.lifecycle, 'issued')
  assert.equal(row.delivery, 'sent')
  assert.match(row.label, /^[2-9A-Z]{4}-[2-9A-Z]{4}$/)
  const body = JSON.parse((await signedCredentialBody(lapel.db, publicId)) ?? '{}') as Record<string, unknown>
  assert.equal(body['id'], `${lapel.config.publicUrl}/b/${publicId}`)
  const mails = await lapel.mailTo('maya@example.org')
  assert.deepEqual(
    mails.map(({ subject }) => subject),
    ['Northfield College sent you a badge: Data Storytelling'],
  )
})
