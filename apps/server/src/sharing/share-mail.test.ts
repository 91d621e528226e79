import assert from 'node:assert/strict'
import test from 'node:test'
import { anEarner, withdraw } from '../../test/fixtures/earner.ts'
import { startLapel } from '../../test/lapel.ts'
import { forgetOldMails, holdsLink, readRecipients } from './share-mail.ts'

test('a badge is mailed in fixed words, one mail for each person, and replies go to whoever sends it', async (t) => {
  const lapel = await startLapel(t)
  const { publicId, earner, issuer, credentialId } = await anEarner(lapel, { visibility: 'link', name: 'Maya Roy' })
  const path = `/badges/${publicId}/share/email`
  const page = await earner.get(path)
  assert.match(page.words, /one message to each person\. Replies go to maya@northfield\.example\./)
  assert.match(page.text, /href="mailto:\?subject=/)
  const sent = await earner.submit(path, {
    to: 'hr@acme.example, Ana@Guild.example; hr@ACME.example',
    message: 'Hello,\n\nhere it is. See you & <b>thanks</b>',
  })
  assert.match(sent.words, /The email is on its way to 2 people\./)
  assert.match(sent.words, /What you sent .*To Ana@Guild\.example and hr@/i)
  const [mail, ...others] = await lapel.mailTo('hr@acme.example')
  assert.ok(mail && others.length === 0)
  assert.deepEqual(mail.to.length, 1)
  assert.equal(mail.subject, 'Maya Roy shared a badge with you: Data Storytelling')
  assert.equal(mail.from, 'Maya Roy via Lapel')
  assert.match(mail.raw, /^Reply-To: maya@northfield\.example\r?$/im)
  assert.match(mail.text, /Maya Roy earned Data Storytelling from Northfield College/)
  assert.match(mail.text, /here it is\. See you & <b>thanks<\/b>/)
  assert.ok(!mail.html.includes('<b>thanks'))
  assert.ok(!mail.raw.includes('Guild'))
  assert.ok(mail.links.includes(`${lapel.config.publicUrl}/b/${publicId}`))
  // Everybody who gets it can stop mail of this kind, with an account or without.
  const stop = mail.links.find((link) => link.includes('/unsubscribe/mail/')) ?? ''
  assert.match((await lapel.visitor().get(new URL(stop).pathname)).words, /Badge shown to you/)
  assert.match((await earner.get(`/badges/${publicId}`)).words, /Shared: email/)

  lapel.passDays(91)
  await forgetOldMails(lapel.deps)
  assert.ok(!(await earner.get(path)).words.includes('What you sent'))
  await withdraw(lapel, issuer, credentialId)
  assert.equal((await earner.request(path)).location, path.replace('/share/email', ''))
})

test('nobody sends anything else through it: wrong values, too many people, ten clicks, strangers', async (t) => {
  const lapel = await startLapel(t)
  const { publicId, earner, issuer } = await anEarner(lapel, { visibility: 'public' })
  const path = `/badges/${publicId}/share/email`
  const hidden = await anEarner(lapel, { issuer, to: 'zoe@northfield.example' })
  const panel = `/badges/${hidden.publicId}/share`
  const asked = await hidden.earner.request(`${panel}/email`)
  assert.deepEqual([asked.status, asked.headers.get('location')], [303, panel])
  assert.equal((await hidden.earner.get(path)).status, 404)
  assert.equal((await lapel.visitor().request(path)).status, 303)

  const wrong: [fields: Record<string, string>, says: RegExp][] = [
    [{ to: ' ,; ' }, /Enter at least one email address/],
    [{ to: 'hr@acme.example, nobody' }, /nobody is not an email address/],
    [{ to: 'a@x.example b@x.example c@x.example d@x.example e@x.example f@x.example' }, /Enter at most 5 addresses/],
    [{ to: 'hr@acme.example\r\nBcc: all@acme.example' }, /Bcc: is not an email address/],
    [{ to: 'hr@acme.example', message: 'a'.repeat(501) }, /Use at most 500 characters/],
    [{ to: 'hr@acme.example', message: 'Look at https://evil.example' }, /Leave web and email addresses out/],
  ]
  await earner.get(path)
  for (const [fields, says] of wrong) {
    const answer = await earner.submit(path, { message: '', ...fields })
    assert.equal(answer.status, 422, JSON.stringify(fields))
    assert.match(answer.words, says)
  }
  assert.deepEqual(await lapel.mailTo('hr@acme.example'), [])

  await earner.get(path)
  const clicks = await Promise.all(Array.from({ length: 10 }, () => earner.post(path, { to: 'hr@acme.example' })))
  assert.ok(clicks.every(({ status }) => status === 303))
  assert.equal((await lapel.mailTo('hr@acme.example')).length, 1)
  await earner.get(path)
  assert.match(
    (await earner.submit(path, { to: 'hr@acme.example' })).words,
    /cannot send to hr@acme\.example again today/,
  )
  for (const round of [1, 2, 3]) {
    await earner.get(path)
    const to = Array.from({ length: 5 }, (_, at) => `p${round}${at}@acme.example`).join(' ')
    assert.match((await earner.submit(path, { to })).words, /on its way to 5 people/)
  }
  await earner.get(path)
  const full = await earner.submit(path, {
    to: 'q1@acme.example q2@acme.example q3@acme.example q4@acme.example q5@acme.example',
  })
  assert.match(full.words, /You can write to 20 people a day from here/)
  assert.deepEqual(await lapel.mailTo('q1@acme.example'), [])
  // What was refused was not counted.
  await earner.get(path)
  assert.match((await earner.submit(path, { to: 'q1@acme.example' })).words, /on its way to 1 person/)
})

test('what mail programs would turn into a link is seen, and plain words are not', () => {
  for (const text of [
    'see evil.example/x',
    'www.evil',
    'a://b',
    'write to me@x',
    'evil．com',
    'good.evil.com',
    'x.co?y',
  ])
    assert.ok(holdsLink(text), text)
  for (const text of ['', 'Hello. I earned it.', '3.5 of 5', 'e.g. data', 'Voilà… merci', 'a.m. or p.m.'])
    assert.ok(!holdsLink(text), text)
})

test('recipients are read strictly, each once', () => {
  const read = readRecipients('A@x.example;a@X.example\nb@x.example')
  assert.ok(read.ok && read.addresses.length === 2)
  assert.deepEqual(readRecipients('"a b"@x.example'), { ok: false, reason: 'wrong', typed: '"a' })
})
