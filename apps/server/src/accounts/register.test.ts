import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codeFor, goodPassword, linkFor, register, signedInAs, signIn, signUp } from '../../test/fixtures/accounts.ts'
import { startLapel } from '../../test/lapel.ts'

const activated =
  'Thank you for registering your account. Your account has now been activated and you can login using your email and password'

test('from the form over the code to a signed-in session, without script', async (t) => {
  const lapel = await startLapel(t)
  const maya = lapel.visitor()
  const thanks = await register(lapel, maya, { email: 'Maya@northfield.example', country: 'CA', wantsNews: 'yes' })
  assert.match(thanks.words, /Thank you for registering/)
  assert.match(thanks.words, /We sent a 6-digit code to Maya@northfield\.example\. It works for 30 minutes\./)

  const [mail] = await lapel.mailTo('Maya@northfield.example')
  assert.ok(mail?.code)
  assert.equal(mail.subject, `${mail.code} is your Lapel code`)
  assert.match(mail.html, new RegExp(`>${mail.code}<`))

  const box = await maya.submit('/register/verify', { code: ` ${mail.code.slice(0, 3)} - ${mail.code.slice(3)} ` })
  assert.match(box.words, /Success/)
  assert.ok(box.words.includes(activated))
  assert.match(box.text, /value="Maya@northfield\.example"/)

  await maya.post('/sign-in', { password: goodPassword })
  assert.equal(await signedInAs(maya), 'Maya@northfield.example')

  const account = await lapel.db.selectFrom('accounts').selectAll().executeTakeFirstOrThrow()
  assert.deepEqual(
    [account.givenName, account.familyName, account.country, account.locale],
    ['Maya', 'Roy', 'CA', 'en'],
  )
  const consents = await lapel.db
    .selectFrom('consents')
    .select(['purpose', 'version', 'locale'])
    .orderBy('purpose')
    .execute()
  assert.deepEqual(
    consents.map(({ purpose }) => purpose),
    ['news', 'privacy', 'terms'],
  )
  assert.match(account.passwordHash ?? '', /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
})

test('every wrong field is named at once and nothing but the password is lost', async (t) => {
  const lapel = await startLapel(t)
  const visitor = lapel.visitor()
  await visitor.get('/register')
  const page = await visitor.submit('/register', {
    givenName: ' ',
    familyName: 'Roy',
    email: 'maya@@northfield',
    password: 'short',
    country: 'XX',
  })
  assert.equal(page.status, 422)
  assert.match(page.text, /<title>Error: Register - Lapel<\/title>/)
  for (const words of [
    'There is a problem',
    'Enter your first name',
    'Enter an email address in the format name@example.com',
    'Choose a country or territory from the list',
    'Choose a password of at least 12 characters',
    'Tick I’m not a robot',
    'Agree to the terms to continue',
  ])
    assert.ok(page.words.includes(words), words)
  assert.match(page.text, /value="Roy"/)
  assert.match(page.text, /value="maya@@northfield"/)
  assert.doesNotMatch(page.text, /short/)
  assert.equal((await lapel.db.selectFrom('registrations').selectAll().execute()).length, 0)
})

test('a common password, and one made of the person’s or the site’s words, is refused', async (t) => {
  const lapel = await startLapel(t)
  for (const password of ['password1234', 'MayaRoy2026!', 'lapel-lapel-1', 'northfield123']) {
    const page = await register(lapel, lapel.visitor(), { email: 'maya.roy@northfield.example', password })
    assert.match(page.words, /Choose a password that is harder to guess/, password)
  }
})

test('what was typed by a stranger never reaches the mail to an unproven address', async (t) => {
  const lapel = await startLapel(t)
  await register(lapel, lapel.visitor(), {
    email: 'victim@example.org',
    givenName: 'Win at https://evil.example',
    familyName: 'Bcc: other@example.org',
  })
  const mails = await lapel.mailTo('victim@example.org')
  assert.equal(mails.length, 1)
  assert.doesNotMatch(mails[0]?.raw ?? '', /evil|Bcc|Win at/i)
  assert.deepEqual(mails[0]?.to, ['victim@example.org'])
})

test('line breaks and control characters in names never become headers', async (t) => {
  const lapel = await startLapel(t)
  const visitor = lapel.visitor()
  await visitor.get('/register')
  lapel.passMinutes(1)
  for (const name of ['Maya\r\nBcc: x@example.org', 'Maya\nBcc: x@example.org'])
    await register(lapel, visitor, { email: 'maya@example.org', givenName: name })
  await visitor.get('/register')
  const refused = await visitor.post('/register', { givenName: 'Maya\u0000', email: 'maya@example.org' })
  assert.equal(refused.status, 400)
  await lapel.settle()
  for (const mail of lapel.allMail()) {
    assert.deepEqual(mail.to, ['maya@example.org'])
    assert.doesNotMatch(mail.raw.split('\r\n\r\n')[0] ?? '', /^bcc:/im)
  }
})

test('an address that has an account gets a mail that says so, and the screen is the same', async (t) => {
  const lapel = await startLapel(t)
  await signUp(lapel, 'maya@northfield.example')
  const [known, unknown] = [lapel.visitor(), lapel.visitor()]
  const first = await register(lapel, known, { email: 'MAYA@northfield.example', password: 'another good one here' })
  const second = await register(lapel, unknown, { email: 'noah@northfield.example', password: 'another good one here' })
  const plain = (text: string) =>
    text
      .replaceAll('MAYA@northfield.example', '@')
      .replaceAll('noah@northfield.example', '@')
      .replace(/value="[^"]*"/g, '')
  assert.equal(plain(first.text), plain(second.text))

  const [mail] = await lapel.mailTo('maya@northfield.example')
  assert.equal(mail?.subject, 'You already have a Lapel account')
  assert.equal(mail?.code, undefined)

  // A guess answers alike, and counts alike.
  for (const visitor of [known, unknown]) {
    const page = await visitor.submit('/register/verify', { code: '000000' })
    assert.match(page.words, /That code does not match.* 4 tries left/)
  }
  // Signing in with the password of the registration leads to the code page alike.
  for (const email of ['maya@northfield.example', 'noah@northfield.example']) {
    const page = await signIn(lapel, email, 'another good one here')
    assert.match(page.words, /Thank you for registering/)
  }
  assert.equal((await signIn(lapel, 'maya@northfield.example')).location, undefined)
})

test('looking at the mail’s link ten times uses nothing up; the button does', async (t) => {
  const lapel = await startLapel(t)
  const maya = lapel.visitor()
  await register(lapel, maya, { email: 'maya@northfield.example' })
  const link = await linkFor(lapel, 'maya@northfield.example', '/register/verify?link=')
  const code = await codeFor(lapel, 'maya@northfield.example')
  const scanner = lapel.visitor()
  for (let times = 0; times < 10; times++) assert.equal((await scanner.get(link)).status, 200)
  for (let times = 0; times < 3; times++) assert.equal((await scanner.request(link, { method: 'HEAD' })).status, 200)
  assert.equal((await lapel.db.selectFrom('accounts').selectAll().execute()).length, 0)

  const page = await maya.get(link)
  assert.match(page.text, new RegExp(`name="code"[^>]*value="${code}"|value="${code}"[^>]*name="code"`))
  assert.equal(page.headers.get('referrer-policy'), 'no-referrer')
  assert.doesNotMatch(page.text, /(src|href)="https?:/)
  const box = await maya.submit('/register/verify')
  assert.ok(box.words.includes(activated))
})

test('in another browser the link asks for the password chosen at registration', async (t) => {
  const lapel = await startLapel(t)
  await register(lapel, lapel.visitor(), { email: 'maya@northfield.example' })
  const link = await linkFor(lapel, 'maya@northfield.example', '/register/verify?link=')
  const desktop = lapel.visitor()
  const page = await desktop.get(link)
  assert.match(page.words, /You opened this link in another browser/)
  const without = await desktop.submit('/register/verify')
  assert.match(without.words, /Enter the password you chose when you registered/)
  const wrong = await desktop.submit('/register/verify', { password: 'not what was chosen' })
  assert.match(wrong.words, /That is not the password you chose when you registered\. 4 tries left/)
  const right = await desktop.submit('/register/verify', { password: goodPassword })
  assert.ok(right.words.includes(activated))
  assert.match(right.text, /value="maya@northfield\.example"/)
})

test('the sixth try fails though it is right, and a new code comes with new tries', async (t) => {
  const lapel = await startLapel(t)
  const maya = lapel.visitor()
  await register(lapel, maya, { email: 'maya@northfield.example' })
  const code = await codeFor(lapel, 'maya@northfield.example')
  const wrong = code === '111111' ? '222222' : '111111'
  for (let left = 4; left >= 1; left--) {
    const page = await maya.submit('/register/verify', { code: wrong })
    assert.match(page.words, new RegExp(`${left} (try|tries) left`))
  }
  assert.match(
    (await maya.submit('/register/verify', { code: wrong })).words,
    /That was the last try, and the codes that we sent no longer work/,
  )
  assert.match(
    (await maya.submit('/register/verify', { code })).words,
    /That was the last try, and the codes that we sent no longer work/,
  )

  lapel.passMinutes(1)
  await maya.submit('/register/verify/resend')
  const old = await maya.submit('/register/verify', { code })
  assert.match(old.words, /That code does not match/)
  const box = await maya.submit('/register/verify', { code: await codeFor(lapel, 'maya@northfield.example') })
  assert.ok(box.words.includes(activated))
})

test('a newer code leaves an older one working; an expired one brings a new one', async (t) => {
  const lapel = await startLapel(t)
  const maya = lapel.visitor()
  await register(lapel, maya, { email: 'maya@northfield.example' })
  const first = await codeFor(lapel, 'maya@northfield.example')
  assert.match((await maya.submit('/register/verify/resend')).words, /after 30 seconds/)
  lapel.passMinutes(1)
  assert.match((await maya.submit('/register/verify/resend')).words, /We sent a new code to maya@northfield\.example/)
  lapel.passMinutes(31)
  const expired = await maya.submit('/register/verify', { code: first })
  assert.match(expired.words, /That code has expired\. We have sent a new one to maya@northfield\.example/)
  const third = await codeFor(lapel, 'maya@northfield.example')
  lapel.passMinutes(1)
  await maya.submit('/register/verify/resend')
  const box = await maya.submit('/register/verify', { code: third })
  assert.ok(box.words.includes(activated))
})

test('who goes back and submits again may enter the code of either mail, and what was chosen last counts', async (t) => {
  const lapel = await startLapel(t)
  const email = 'maya@northfield.example'
  const maya = lapel.visitor()
  await register(lapel, maya, { email, familyName: 'Rou' })
  const first = await codeFor(lapel, email)
  await maya.submit('/register/verify', { code: first === '000000' ? '111111' : '000000' })
  // At once: the code of the first mail is still the one to enter, and no second mail is needed.
  await register(lapel, maya, { email, familyName: 'Roi' })
  assert.equal((await lapel.mailTo(email)).length, 1)
  lapel.passMinutes(2)
  await register(lapel, maya, { email, familyName: 'Roy', password: 'another phrase entirely' })
  assert.equal((await lapel.mailTo(email)).length, 2)
  // The wrong tries of before still count.
  const second = await codeFor(lapel, email)
  const wrong = ['222222', '333333', '444444'].find((code) => code !== first && code !== second) ?? ''
  assert.match((await maya.submit('/register/verify', { code: wrong })).words, /3 tries left/)
  const box = await maya.submit('/register/verify', { code: first })
  assert.ok(box.words.includes(activated))
  await maya.submit('/sign-in', { email, password: 'another phrase entirely' })
  assert.match((await maya.get('/settings/profile')).text, /value="Roy"/)
  assert.equal((await lapel.db.selectFrom('registrations').select('id').execute()).length, 1)
})

test('when an address has had as many codes as it may get, the page says so', async (t) => {
  const lapel = await startLapel(t)
  const email = 'maya@northfield.example'
  for (let times = 0; times < 5; times++) await register(lapel, lapel.visitor(), { email })
  await lapel.db.deleteFrom('rateLimits').where('bucket', 'like', 'register%').execute()
  const page = await register(lapel, lapel.visitor(), { email })
  assert.match(page.words, /as many codes to this address as we send in an hour or a day/)
  assert.equal((await lapel.mailTo(email)).length, 5)
})

test('another registration’s code does not count', async (t) => {
  const lapel = await startLapel(t)
  const [maya, noah] = [lapel.visitor(), lapel.visitor()]
  await register(lapel, maya, { email: 'maya@northfield.example' })
  await register(lapel, noah, { email: 'noah@northfield.example' })
  const page = await maya.submit('/register/verify', { code: await codeFor(lapel, 'noah@northfield.example') })
  assert.match(page.words, /That code does not match/)
  // Nor does somebody else's registration, when its id is put into the form.
  const own = /name="registration" value="([^"]+)"/.exec((await noah.get('/register/verify')).text)?.[1]
  await maya.get('/register/verify')
  const foreign = await maya.post('/register/verify', {
    registration: own ?? '',
    code: await codeFor(lapel, 'noah@northfield.example'),
  })
  assert.match(foreign.words, /This registration can no longer be completed/)
})

test('pressing Submit and Next twice, and in two tabs, makes one account', async (t) => {
  const lapel = await startLapel(t)
  const maya = lapel.visitor()
  const form = await maya.get('/register')
  lapel.passMinutes(1)
  const fields = {
    givenName: 'Maya',
    email: 'maya@northfield.example',
    password: goodPassword,
    robot: 'yes',
    terms: 'yes',
  }
  const presses = await Promise.all([1, 2, 3].map(() => maya.post('/register', fields)))
  for (const press of presses) assert.equal(press.location, '/register/verify')
  assert.equal((await lapel.db.selectFrom('registrations').selectAll().execute()).length, 1)
  assert.equal((await lapel.mailTo('maya@northfield.example')).length, 1)
  assert.equal(form.status, 200)

  const code = await codeFor(lapel, 'maya@northfield.example')
  await maya.get('/register/verify')
  const nexts = await Promise.all([1, 2, 3, 4].map(() => maya.post('/register/verify', { code })))
  for (const next of nexts) assert.equal(next.location, '/sign-in')
  assert.equal((await lapel.db.selectFrom('accounts').selectAll().execute()).length, 1)
})

test('the database holds no code, no link and no password', async (t) => {
  const lapel = await startLapel(t)
  await register(lapel, lapel.visitor(), { email: 'maya@northfield.example' })
  const code = await codeFor(lapel, 'maya@northfield.example')
  const link = await linkFor(lapel, 'maya@northfield.example', '/register/verify?link=')
  const token = link.split('=')[1] ?? ''
  const tables = await lapel.db.introspection.getTables()
  for (const { name, schema } of tables.filter((table) => table.schema === 'public' && table.name !== 'signing_keys')) {
    const rows = await lapel.db
      .selectFrom(`${schema}.${name}` as 'codes')
      .selectAll()
      .execute()
    const dump = JSON.stringify(rows, (_key, value: unknown) =>
      value !== null && typeof value === 'object' && 'type' in value && value.type === 'Buffer' && 'data' in value
        ? Buffer.from(value.data as number[]).toString('latin1')
        : value,
    )
    for (const secret of [`"${code}"`, token, goodPassword])
      assert.ok(!dump.includes(secret), `${name} holds ${secret}`)
  }
})

test('changing the address starts anew with what was typed', async (t) => {
  const lapel = await startLapel(t)
  const maya = lapel.visitor()
  const page = await register(lapel, maya, { email: 'maya@gmial.com' })
  assert.match(page.words, /Did you mean maya@gmail\.com\?/)
  const form = await maya.get('/register?change=1')
  assert.match(form.text, /value="maya@gmial\.com"/)
  assert.match(form.text, /value="Maya"/)
  lapel.passMinutes(1)
  const again = await maya.submit('/register', {
    email: 'maya@gmail.com',
    password: goodPassword,
    robot: 'yes',
    terms: 'yes',
  })
  assert.match(again.words, /We sent a 6-digit code to maya@gmail\.com/)
})
