import assert from 'node:assert/strict'
import { test } from 'node:test'
import { member } from '../../test/fixtures/console.ts'
import { anEarner } from '../../test/fixtures/earner.ts'
import { anIssuer, issueCredential } from '../../test/fixtures/issuing.ts'
import { startLapel } from '../../test/lapel.ts'

test('slips are printed for badges that wait, open their page and give nothing to whoever finds one', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  const other = await anIssuer(lapel, { name: 'Project Guild' })
  const { publicId } = await issueCredential(lapel, issuer, { to: 'maya@northfield.example', name: 'Maya Roy' })
  const taken = await anEarner(lapel, { issuer, to: 'noor@example.org' })
  const foreign = await issueCredential(lapel, other, { to: 'lin@example.org', name: 'Lin Wei' })
  const { owner } = issuer
  const list = `/console/${issuer.organization.slug}/issued`

  const csrfOn = (text = '') => /name="csrf" value="([^"]+)"/.exec(text)?.[1] ?? ''
  const { text } = await owner.get(list)
  assert.match(text, /formaction="[^"]*\/issued\/slips"/)
  const select = [publicId, taken.publicId, foreign.publicId, 'x']
  const page = await owner.send(`${list}/slips`, { csrf: csrfOn(text), select })
  assert.equal(page.status, 200)
  assert.match(page.words, /1 claim slip .*Maya Roy .*sign in, with m[^ ]+\. /)
  assert.match(page.words, /2 badges are left out/)
  assert.doesNotMatch(page.text, /Lin Wei|maya@northfield\.example/)
  assert.equal(page.headers.get('cache-control'), 'no-store')
  assert.match(page.text, /<svg[^>]*viewBox/)
  // The mail's own link goes on working beside it.
  assert.equal((await lapel.db.selectFrom('claims').select('diedAt').where('diedAt', 'is', null).execute()).length, 3)
  assert.match((await owner.get(`${list}/${publicId}`)).words, /Claim slip printed/)

  // Nothing ticked: back to the list as it was filtered.
  const filtered = `${list}?q=Maya&page=1`
  const none = await owner.post(`${list}/selected`, { action: 'resend' }, { shownOn: filtered })
  assert.match(none.location ?? '', /issued\?q=Maya/)

  const viewer = await lapel.person('viewer@northfield.example')
  await member(lapel, issuer.organization.id, viewer, 'viewer')
  await viewer.get(list)
  const csrf = csrfOn(viewer.page?.text)
  assert.equal((await viewer.send(`${list}/slips`, { csrf, select: publicId })).status, 403)
  await owner.get(`${list}/${taken.publicId}`)
  assert.doesNotMatch(owner.page?.words ?? '', /Print claim slip/)
})
