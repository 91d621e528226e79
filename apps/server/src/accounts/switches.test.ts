import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codeFor, goodPassword, signedInAs } from '../../test/fixtures/accounts.ts'
import { startLapel } from '../../test/lapel.ts'
import { ConfigError, readConfig } from '../platform/config.ts'

const fields = {
  givenName: 'Maya',
  familyName: 'Roy',
  email: 'maya@northfield.example',
  password: goodPassword,
  terms: 'yes',
}

test('the operator’s switches: straight in, country required, no robot check', async (t) => {
  const lapel = await startLapel(t, {
    SIGN_IN_AFTER_ACTIVATION: 'on',
    COUNTRY_REQUIRED: 'on',
    ROBOT_CHECK: 'off',
  })
  const maya = lapel.visitor()
  const form = await maya.get('/register?return=/settings/account')
  assert.doesNotMatch(form.words, /not a robot/)
  assert.doesNotMatch(form.text, /register\/challenge/)
  assert.equal((await maya.request('/register/challenge')).status, 404)
  const without = await maya.submit('/register', fields)
  assert.equal(without.status, 422)
  assert.match(without.words, /Choose your country or territory/)
  // At once: nobody is asked to look like a person.
  await maya.submit('/register', { ...fields, country: 'CA' })
  const code = await codeFor(lapel, fields.email)
  const verify = maya.page
  const wrong = code === '111111' ? '222222' : '111111'
  await maya.submit('/register/verify', { code: wrong })
  assert.equal(await signedInAs(maya), undefined)
  const landed = await maya.submit('/register/verify', { code })
  assert.match(landed.words, /Your account has now been activated and you are signed in/)
  assert.match(landed.words, /Account Settings/)
  assert.equal(await signedInAs(maya), fields.email)

  // The same press once more, signed out, with any code: it opens nothing.
  maya.cookies.delete('lapel-session')
  maya.page = verify
  assert.equal(
    (await maya.post('/register/verify', { code: wrong })).location,
    `/sign-in?return=${encodeURIComponent('/settings/account')}`,
  )
  assert.equal(await signedInAs(maya), undefined)
})

test('the operator’s switch for the age: by country, kept as a word and never as a date of birth', async (t) => {
  const lapel = await startLapel(t, { AGE_CHECK: 'on', AGES: '{"NO":15}', ROBOT_CHECK: 'off' })
  const maya = lapel.visitor()
  const { words } = await maya.get('/register')
  assert.match(words, /I have reached the age/)
  assert.match(words, /13: Belgium, .*15: Czechia, Denmark, France, Greece, Norway,? and Slovenia/)
  assert.match(words, /16: everywhere else/)
  assert.match(words, /A parent or guardian can create an account/)
  const without = await maya.submit('/register', fields)
  assert.equal(without.status, 422)
  assert.match(without.words, /Say that you are 16 or older/)
  assert.match((await maya.submit('/register', { ...fields, country: 'NO' })).words, /Say that you are 15 or older/)
  assert.match(maya.page?.words ?? '', /I am 15 or older/)
  await maya.submit('/register', { ...fields, country: 'BE', age: 'yes' })
  await maya.submit('/register/verify', { code: await codeFor(lapel, fields.email) })
  const said = await lapel.db.selectFrom('consents').select(['purpose', 'version']).orderBy('purpose').execute()
  assert.deepEqual(said[0], { purpose: 'age', version: '13' })
  // Nobody is asked who does not live with that switch.
  assert.throws(() => readConfig({ AGES: '{"FR":3}' }), /AGES: must be JSON such as/)
})

test('a switch that is neither on nor off is named', () => {
  for (const name of ['SIGN_IN_AFTER_ACTIVATION', 'COUNTRY_REQUIRED', 'ROBOT_CHECK', 'AGE_CHECK'])
    assert.throws(
      () => readConfig({ [name]: 'maybe' }),
      (error: unknown) => error instanceof ConfigError && error.message.includes(`${name}: must be on or off`),
    )
})
