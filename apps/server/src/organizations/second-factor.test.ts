import assert from 'node:assert/strict'
import { test } from 'node:test'
import { issuingDeps } from '../../src/app.ts'
import { prepareDemo } from '../../src/operating/demo.ts'
import { newId } from '../platform/ids.ts'
import { startLapel } from '../../test/lapel.ts'

test('on a real site nobody issues or manages with a password alone', async (t) => {
  const lapel = await startLapel(t, {
    PUBLIC_URL: 'http://badges.example',
    SMTP_URL: 'smtp://127.0.0.1:9',
    MAIL_FROM: 'badges@badges.example',
  })
  await prepareDemo(issuingDeps(lapel.deps))
  const owner = await lapel.person('priya@northfield.example')
  const pages = ['issue', 'profile']
  for (const page of pages) {
    const answer = await owner.get(`/console/northfield-college/${page}`)
    assert.equal(answer.status, 403, page)
    assert.match(answer.words, /passkey or two-step sign-in/, page)
  }
  assert.equal((await owner.get('/console/northfield-college')).status, 200, 'reading is open to the team')

  await lapel.db
    .insertInto('authenticators')
    .values({
      id: newId(),
      accountId: owner.accountId,
      sealedSecret: Buffer.from('sealed'),
      createdAt: lapel.now(),
      confirmedAt: lapel.now(),
    })
    .execute()
  for (const page of pages) assert.equal((await owner.get(`/console/northfield-college/${page}`)).status, 200, page)
})
