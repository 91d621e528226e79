import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codeFor, goodPassword, linkFor, signIn, signUp } from '../../test/fixtures/accounts.ts'
import { anIssuer, issueCredential } from '../../test/fixtures/issuing.ts'
import { startLapel } from '../../test/lapel.ts'
import { createEntries, entryOfQuery } from './entry-intent.ts'

test('from a claim: the address is filled in and cannot be changed, and the way ends at the badge', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  await issueCredential(lapel, issuer, { to: 'maya@northfield.example' })
  const claim = await linkFor(lapel, 'maya@northfield.example', '/claim/')
  const maya = lapel.visitor()
  const landing = await maya.get(claim)
  const register = /href="(\/register\?claim=[\w-]+)"/.exec(landing.text)?.[1] ?? ''
  assert.doesNotMatch(register, /northfield|%40|@/)

  const form = await maya.get(register)
  assert.match(form.words, /Check this address: we send your activation code to it/)
  assert.match(form.words, /Not your address\?/)
  assert.match(form.words, /Data Storytelling/)
  assert.match(form.text, /<input[^>]*value="maya@northfield\.example"[^>]*>/)
  assert.match(/<input[^>]*name="email"[^>]*>/.exec(form.text)?.[0] ?? '', /readonly/)
  assert.match(form.words, /Submit/)
  lapel.passMinutes(1)
  const thanks = await maya.submit('/register', {
    givenName: 'Maya',
    email: 'mallory@evil.example',
    password: goodPassword,
    robot: 'yes',
    terms: 'yes',
  })
  assert.match(thanks.words, /We sent a 6-digit code to maya@northfield\.example/)
  assert.deepEqual(await lapel.mailTo('mallory@evil.example'), [])

  await maya.submit('/register/verify', { code: await codeFor(lapel, 'maya@northfield.example') })
  const answer = await maya.post('/sign-in', { password: goodPassword })
  assert.equal(answer.location, claim)
  assert.match((await maya.get(claim)).words, /Accept badge/)
})

test('an account of before signs in from the claim and comes back to it', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  await signUp(lapel, 'maya@northfield.example')
  await issueCredential(lapel, issuer, { to: 'maya@northfield.example' })
  const claim = await linkFor(lapel, 'maya@northfield.example', '/claim/')
  const maya = lapel.visitor()
  const page = await maya.get(`/sign-in?claim=${claim.split('/')[2]}`)
  assert.match(page.words, /Sign in to accept the badge “Data Storytelling” from Northfield College/)
  assert.match(page.text, /value="maya@northfield\.example"/)
  const answer = await maya.post('/sign-in', { password: goodPassword })
  assert.equal(answer.location, claim)
  // Signed in already: straight back.
  assert.equal((await maya.request(`/register?claim=${claim.split('/')[2]}`)).location, claim)
})

test('a token that is unknown or forged fills nothing in', async (t) => {
  const lapel = await startLapel(t)
  for (const query of ['claim=xxxxxxxxxxxxxxxxxxxx', 'claim=../../x', 'email=maya@northfield.example', 'handoff=1']) {
    const page = await lapel.visitor().get(`/register?${query}`)
    assert.equal(page.status, 200)
    assert.doesNotMatch(page.text, /value="maya@|readonly/)
  }
  assert.match((await signIn(lapel, 'maya@northfield.example')).words, /is not right/)
})

test('each kind of entry has its own reader, and only well-formed tokens reach it', async () => {
  const entries = createEntries()
  const asked: string[] = []
  entries.add('handoff', async (token) => {
    asked.push(token)
    return { returnTo: '/badges', arrivedBy: 'hand-off' }
  })
  assert.equal((await entries.resolve('handoff:abcdefghijklmnopqrst'))?.arrivedBy, 'hand-off')
  assert.equal(await entries.resolve('claim:abcdefghijklmnopqrst'), undefined)
  for (const bad of [
    undefined,
    '',
    'handoff:',
    'handoff:short',
    'other:abcdefghijklmnopqrst',
    'handoff:abcdefghijklmnop/../x',
  ])
    assert.equal(await entries.resolve(bad), undefined)
  assert.deepEqual(asked, ['abcdefghijklmnopqrst'])
  assert.equal(
    entryOfQuery((name) => (name === 'handoff' ? 'abcdefghijklmnopqrst' : undefined)),
    'handoff:abcdefghijklmnopqrst',
  )
})
