import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codeFor, goodPassword, register, signUp } from './fixtures/accounts.ts'
import { aWorld, csrfOf, everyRoute, fill, placeOf, printOf, type World } from './fixtures/every-route.ts'
import { type Field, type FormRow, forms, type Kind } from './fixtures/wrong-forms.ts'
import { fieldsOfForms, randomRequests } from './fixtures/wrong-random.ts'
import { newId } from '../src/platform/ids.ts'
import { totpCode, totpStep } from '../src/accounts/totp.ts'
import { type Lapel, startLapel } from './lapel.ts'
import { type Answer, formsOf, type Visitor } from './visitor.ts'

// Every form of UX.md sections 6 to 9 with its wrong values: refused with the words of the page, beside the field, with
// everything else kept, and nothing written.

const huge = 'x'.repeat(65_536)
const script = '<script>alert(1)</script>'

const unknownChoices = ['constructor', '__proto__', script, '-1', huge]

/** What a person may type by mistake; the page answers with its words. */
const mistakes: Record<Kind, string[]> = {
  needed: ['', ' \t ', huge],
  line: [huge],
  text: [huge],
  email: ['', '  ', 'maya', 'a b@example.org', 'ſara@example.org', `${script}@example.org`, 'a@b@example.org', huge],
  lookup: ['', '  ', huge],
  web: ['javascript:alert(1)', 'not an address', 'http://', '//evil.example', huge],
  percent: ['', '-1', '1e3', '101', '9'.repeat(30), 'NaN', '50.5'],
  date: ['', '2026-02-30', '0000-00-00', '9999999-01-01', '2020-01-01', '-1', 'tomorrow', huge],
  code: ['', ' ', huge],
  newPassword: ['', 'short', 'password1234', 'aaaaaaaaaaaaaaa', huge],
  password: ['', huge],
  neededTick: [],
  choice: [],
  optionalChoice: [],
  preference: unknownChoices,
  id: [],
  tick: [],
  free: [],
}
/** What only a program sends: refused, in whatever words. */
const forgeries: Partial<Record<Kind, string[]>> = {
  choice: ['', ...unknownChoices],
  optionalChoice: unknownChoices,
  id: ['', 'x', '-1', '9'.repeat(40), '00000000-0000-0000-0000-000000000000', script, huge],
}
const unreadable = ['a\u0000b', '\u0007', 'a\u001b[31mb']

test('wrong values', async (t) => {
  const lapel = await startLapel(t)
  const world = await aWorld(lapel)
  const rows = forms(world)
  const fields = await fieldsOfForms(world)

  await t.test('every form of the site is in the table, or is a button without a field', async () => {
    const known = new Set([...rows.map(({ path }) => path), ...buttons, ...elsewhere])
    const posts = everyRoute(lapel).filter(({ method, path }) => method === 'POST' && !path.startsWith('/console/'))
    const missing = posts.filter(({ path }) => !known.has(path)).map(({ path }) => path)
    assert.deepEqual(missing, [], 'add a row to fixtures/wrong-forms.ts')
    const gone = [...known].filter((path) => !posts.some((post) => post.path === path))
    assert.deepEqual(gone, [], 'these are no more')
    // A button is one: no form that people are shown gives it a field.
    const fielded = buttons.filter((path) =>
      [...(fields.get(path) ?? [])].some((name) => !['return', 'back'].includes(name)),
    )
    assert.deepEqual(fielded, [], 'these have fields')
  })

  for (const row of rows)
    await t.test(row.path, async () => {
      const sender = await senderFor(world, row)
      await lapel.settle()
      const before = await printOf(lapel, row.counts)
      for (const [name, field] of Object.entries(row.fields)) await tryField(sender, row, name, field)
      await tryEnvelopes(sender, row)
      await lapel.settle()
      assert.deepEqual(await printOf(lapel, row.counts), before, 'nothing was written')
      // Bytes that are no letters become the sign for that (U+FFFD), as in every browser; they break nothing.
      const broken = await sender.sendBytes(Object.keys(row.fields)[0] ?? '')
      assert.ok(broken.status < 500, `broken UTF-8: ${broken.status}`)
      if (row.isLast) return
      const good = await sender.send({})
      assert.equal(good.status, row.done ?? 303, `the good values: ${errorsIn(good.text).join(' ')}`)
    })

  await t.test('two hundred random requests', async () => {
    const { failures } = await randomRequests(world, { seed: 4, count: 200, fields })
    assert.deepEqual(failures, [])
  })
})

interface Sender {
  visitor: Visitor
  path: string
  csrf: string
  send(fields: Record<string, string | string[] | File | undefined>, o?: { multipart?: boolean }): Promise<Answer>
  /** One field in bytes that are not UTF-8. */
  sendBytes(name: string): Promise<Answer>
}

/** Somebody who stands before the form, with all its good values. */
async function senderFor(world: World, row: FormRow): Promise<Sender> {
  const { lapel } = world
  await lapel.db.deleteFrom('rateLimits').execute()
  const visitor = await visitorOf(world, row)
  const merge = formsOf(visitor.page?.text ?? '').find(({ action }) => action.startsWith('/settings/account/merge/'))
  const path = row.who === 'merging' ? (merge?.action ?? '') : fill(row.path, placeOf(world, row.path))
  if (row.opens)
    await lapel.db
      .updateTable('credentials')
      .set({ visibility: 'link' })
      .where('publicId', '=', world.accepted)
      .execute()
  const page =
    row.who === 'mailedCode' || row.who === 'merging'
      ? visitor.page
      : await visitor.get(row.shownOn === 'link' ? path.replace(/\/pin$/, '') : (row.shownOn ?? path))
  const form = formsOf(page?.text ?? '').find(({ action, fields }) => action.split('?')[0] === path && 'csrf' in fields)
  const csrf = form?.fields['csrf'] ?? (await csrfOf(visitor))
  lapel.passMinutes(0.2)
  const good = Object.fromEntries(Object.entries(row.fields).map(([name, { good }]) => [name, good]))
  const hidden = Object.fromEntries(Object.entries(form?.fields ?? {}).filter(([name]) => !(name in row.fields)))
  return {
    visitor,
    path,
    csrf,
    sendBytes: (name) =>
      visitor.request(path, {
        method: 'POST',
        body: `csrf=${csrf}&${name}=%ff%fe%c3`,
        headers: { origin: visitor.url, 'content-type': 'application/x-www-form-urlencoded' },
      }),
    send(fields, { multipart = row.multipart } = {}) {
      const all: Record<string, string | string[] | File | undefined> = { ...hidden, csrf, ...good, ...fields }
      const given: Record<string, string | string[] | File> = {}
      for (const [name, value] of Object.entries(all))
        if (value !== undefined && name !== 'idempotency') given[name] = value
      return visitor.send(form?.action ?? path, given, multipart)
    },
  }
}

async function visitorOf({ lapel, maya, places }: World, { who }: FormRow): Promise<Visitor> {
  const visitor = lapel.visitor()
  switch (who) {
    case 'nobody':
      return visitor
    case 'maya':
      return lapel.person(maya.email)
    case 'noor':
      return lapel.person('noor@example.org')
    case 'registering':
      await register(lapel, visitor, { email: 'registering@example.org' })
      await codeFor(lapel, 'registering@example.org')
      return visitor
    case 'mailedCode': {
      const claim = `/claim/${places['/claim/']?.['token']}`
      await visitor.submit(`${claim}/sign-in-code`, {}, { shownOn: claim })
      await lapel.settle()
      return visitor
    }
    case 'merging': {
      const [one, other] = [await lapel.person('one@example.org'), 'other@example.org']
      await signUp(lapel, other)
      await one.submit('/settings/account/link', { email: other }, { shownOn: '/settings/account/link' })
      const code = await codeFor(lapel, other)
      const action = formsOf(one.page?.text ?? '').find((form) => /\/account\/link\/[0-9a-f-]{36}$/.test(form.action))
      await one.submit(action?.action ?? '', { code })
      return one
    }
    case 'outdated': {
      const person = await lapel.person('outdated@example.org')
      const consent = { accountId: person.accountId, version: 'before', locale: 'en', givenAt: lapel.now() }
      await lapel.db
        .insertInto('consents')
        .values({ ...consent, id: newId(), purpose: 'terms' })
        .execute()
      return person
    }
    case 'settled':
      return signUp(lapel, 'settled@example.org')
    case 'halfway': {
      const email = 'halfway@example.org'
      const known = await lapel.db
        .selectFrom('accountEmails')
        .select('id')
        .where('email', '=', email)
        .executeTakeFirst()
      if (!known) await switchTwoStepOn(lapel, await signUp(lapel, email))
      await lapel.settle()
      await visitor.submit('/sign-in', { email, password: goodPassword }, { shownOn: '/sign-in' })
      return visitor
    }
  }
}

async function switchTwoStepOn(lapel: Lapel, visitor: Visitor): Promise<void> {
  const page = '/settings/privacy-security/two-step'
  const key = /value="([A-Z2-7 ]{30,})"/.exec((await visitor.get(page)).text)?.[1]?.replaceAll(' ', '') ?? ''
  const bits = Array.from(key, (sign) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(sign).toString(2).padStart(5, '0'))
  const secret = Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
  await visitor.submit(page, { code: totpCode(secret, totpStep(lapel.now())) })
}

async function tryField(sender: Sender, row: FormRow, name: string, field: Field): Promise<void> {
  for (const value of mistakes[field.kind]) {
    const about = `${name} = ${JSON.stringify(value.slice(0, 60))}`
    const answer = await sender.send({ [name]: value })
    assert.equal(answer.status, 422, `${about}: ${answer.status}`)
    assertHelpful(answer, row, { name, value, about })
    const words = value.trim() === '' ? field.empty : value === huge ? field.long : field.wrong
    if (words) assert.ok(errorsIn(answer.text).includes(words), `${about} says ${errorsIn(answer.text).join(' · ')}`)
  }
  if (field.kind === 'neededTick') {
    const answer = await sender.send({ [name]: undefined })
    assert.equal(answer.status, 422, name)
    assertHelpful(answer, row, { name, value: '', about: name })
    if (field.empty) assert.ok(errorsIn(answer.text).includes(field.empty), errorsIn(answer.text).join(' · '))
  }
  for (const value of forgeries[field.kind] ?? []) {
    const answer = await sender.send({ [name]: value })
    const isRefused = answer.status >= 400 && answer.status < 500
    // An id that is nobody's goes back without a word, as one of a stranger does (same-404.test.ts).
    assert.ok(
      isRefused || (field.kind === 'id' && answer.status === 303),
      `${name} = ${value.slice(0, 40)}: ${answer.status}`,
    )
  }
  for (const value of unreadable) {
    const answer = await sender.send({ [name]: value })
    assert.equal(answer.status, 400, `${name} = ${JSON.stringify(value)}`)
  }
  if (lists.has(`${row.path} ${name}`)) {
    const among = await sender.send({ [name]: [String(field.good), 'a\u0000b'] })
    assert.equal(among.status, 400, `${name} holds NUL among others: ${among.status}`)
  }
  const isList = Array.isArray(field.good) || lists.has(`${row.path} ${name}`)
  if (!isList) {
    const twice = await sender.send({ [name]: [String(field.good), String(field.good)] })
    assert.equal(twice.status, 400, `${name} twice: ${twice.status}`)
    const asFile = await sender.send({ [name]: new File(['x'], 'x.txt') }, { multipart: true })
    assert.equal(asFile.status, 400, `${name} as a file: ${asFile.status}`)
  }
}

/** Fields that may stand in a form more than once. */
const lists = new Set([
  '/badges/:id/evidence shown',
  '/badges/selected/decline badge',
  '/badges/selected/visibility badge',
  '/collections/:id/add badge',
  '/settings/notifications mail',
  '/settings/notifications app',
  '/settings/applications/tokens scopes',
])

/** What is wrong with the request rather than with an answer in it. */
async function tryEnvelopes(sender: Sender, row: FormRow): Promise<void> {
  const { visitor, path, csrf } = sender
  const good = Object.fromEntries(Object.entries(row.fields).map(([name, { good }]) => [name, String(good)]))
  const post = (body: BodyInit, headers: Record<string, string> = {}) =>
    visitor.request(path, {
      method: 'POST',
      body,
      headers: { origin: visitor.url, 'sec-fetch-site': 'same-origin', ...headers },
    })
  const isFree = path === '/locale' || path === '/theme'
  if (!isFree) {
    assert.equal((await post(new URLSearchParams(good))).status, 403, 'without a token')
    const stale = new URLSearchParams({ ...good, csrf: csrf.replace(/^./, (first) => (first === 'A' ? 'B' : 'A')) })
    assert.equal((await post(stale)).status, 403, 'with a token of another visit')
    for (const type of ['application/json', 'text/plain', ''])
      assert.equal((await post(JSON.stringify({ ...good, csrf }), { 'content-type': type })).status, 415, `as ${type}`)
  }
  const cross = new URLSearchParams({ ...good, csrf })
  assert.equal((await post(cross, { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' })).status, 403)
  assert.equal((await sender.send({ isAdmin: 'yes' })).status, 400, 'a field that the form does not have')
  assert.equal((await sender.send({ __proto__x: 'yes', constructor: 'x' })).status, 400, 'a name of the language')
  const cut = await post('--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n', {
    'content-type': 'multipart/form-data; boundary=x',
  })
  assert.ok(cut.status === 400, `a form that breaks off: ${cut.status}`)
}

/** The page says what is wrong, at the top and at the field, and gives back what was typed. */
function assertHelpful(
  answer: Answer,
  row: FormRow,
  { name, value, about }: { name: string; value: string; about: string },
): void {
  const page = answer.text
  assert.match(page, /<title>Error: /, about)
  const summary = /<div class="[^"]*error-summary"[^>]*role="alert"[\s\S]*?<\/ul>/.exec(page)?.[0] ?? ''
  const links = [...summary.matchAll(/<a href="#([^"]+)">([^<]+)<\/a>/g)]
  assert.ok(links.length > 0, `${about}: no summary that links to the field; it says ${errorsIn(page).join(' · ')}`)
  for (const [, id = '', words = ''] of links) {
    const element = new RegExp(`<(\\w+)[^>]*\\sid="${id}"[^>]*>`).exec(page)
    assert.ok(element, `${about}: there is no #${id}`)
    const [tag = '', kind = ''] = element
    // A group of radios says what is wrong once, at its frame.
    const group = / type="radio"/.test(tag) ? `${id}-group` : id
    const error = new RegExp(`id="${group}-error"[^>]*>[\\s\\S]*?<span>([^<]*)</span>`).exec(page)?.[1]
    assert.equal(error, words, `${about}: the words at #${id}`)
    const frame = group === id ? tag : (new RegExp(`<fieldset[^>]*\\sid="${group}"[^>]*>`).exec(page)?.[0] ?? '')
    assert.ok(
      (/aria-describedby="([^"]*)"/.exec(frame)?.[1] ?? '').split(' ').includes(`${group}-error`),
      `${about}: ${frame}`,
    )
    if (kind !== 'fieldset' && group === id) assert.match(tag, /aria-invalid="true"/, about)
  }
  const names = new Set([name, `link-${name}`])
  // What is missing is one of several; a wrong pair is said at its first half.
  if (row.multipart || row.path === '/sign-in') for (const other of ['file', 'email']) names.add(other)
  assert.ok(
    // A page may have one such field for each thing in a list.
    links.some(([, id = '']) => names.has(id) || id.startsWith(`${name}-`)),
    `${about}: the summary names ${links.map(([, id]) => id).join()}`,
  )
  const given = formsOf(page).find(
    ({ fields }) => name in fields || Object.keys(row.fields).some((other) => other in fields),
  )
  for (const [other, { kind, good }] of Object.entries(row.fields)) {
    if (['newPassword', 'password'].includes(kind)) {
      if (String(good)) assert.ok(!page.includes(String(good)), `${about}: the password comes back`)
      continue
    }
    if (['tick', 'neededTick', 'free', 'id', 'code'].includes(kind) || Array.isArray(good)) continue
    const kept = formsOf(page).flatMap(({ fields }) => (other in fields ? [fields[other]] : []))
    const typed = other === name ? value : good
    // Of a list, only a value that stands in it can come back.
    if (kind === 'choice' || (kind === 'preference' && other === name) || typed === '') continue
    assert.ok(
      kept.some((text) => text?.trim() === typed.trim()),
      `${about}: ${other} is lost (${kept.map((text) => text?.slice(0, 40)).join()})`,
    )
  }
  assert.ok(given, about)
  assert.ok(!page.includes(script), `${about}: markup comes back as markup`)
}

function errorsIn(page: string): string[] {
  const found = [...page.matchAll(/class="field-error"[^>]*>[\s\S]*?<span>([^<]*)<\/span>/g)].map(
    ([, words = '']) => words,
  )
  const summary = /error-summary"[\s\S]*?<\/ul>/.exec(page)?.[0] ?? ''
  return [...found, ...[...summary.matchAll(/<li>(?:<a[^>]*>)?([^<]*)/g)].map(([, words = '']) => words)].map((words) =>
    words.replaceAll('&#39;', "'").replaceAll('&amp;', '&'),
  )
}

/** Nothing is typed here. */
const buttons: string[] = [
  '/badges/:id/accept',
  '/badges/:id/decline',
  '/badges/:id/hide',
  '/badges/:id/restore',
  '/badges/elsewhere/:id/check',
  '/badges/elsewhere/:id/remove',
  '/claim/:token/accept',
  '/claim/:token/add-address',
  '/claim/:token/decline',
  '/claim/:token/for-me',
  '/claim/:token/not-for-me',
  '/claim/:token/renew',
  '/claim/:token/sign-in-code',
  '/claim/:token/switch-account',
  '/collections/:id/delete',
  '/dev/mail/clear',
  '/documents/:id/accept',
  '/documents/:id/decline',
  '/documents/claim/:token/accept',
  '/documents/claim/:token/renew',
  '/email/confirm/:token',
  '/email/confirm/:token/again',
  '/email/undo/:token',
  '/invite/:token/join',
  '/invite/:token/refuse',
  '/lost-mailbox/object/:token',
  '/lost-mailbox/prove/:token',
  '/notifications/read',
  '/reset/:token/again',
  '/settings/account/emails/:id/primary',
  '/settings/account/emails/:id/remove',
  '/settings/account/link/:id/resend',
  '/settings/account/merges/:id/undo',
  '/settings/privacy-security/doors/:kind/:id/close',
  '/settings/privacy-security/doors/close-all',
  '/settings/privacy-security/export/start',
  '/settings/privacy-security/sessions/:id/end',
  '/settings/privacy-security/sessions/end-others',
  '/settings/privacy-security/two-step/codes',
  '/settings/privacy-security/two-step/off',
  '/settings/profile/picture/remove',
  '/shares/:id/extend',
  '/shares/:id/resume',
  '/shares/:id/revoke',
  '/shares/revoke-all',
  '/sign-out',
  '/unsubscribe/:token',
  '/unsubscribe/:token/undo',
]

/** Sent by programs, with wrong values of their own beside them: mail programs, checkers, apps. */
const elsewhere: string[] = [
  '/api/unsubscribe/:token',
  '/api/unsubscribe/mail/:token',
  '/api/verify',
  // The request in the form is sealed by this site: src/api/oauth.test.ts has it altered.
  '/authorize/allow',
  '/authorize/refuse',
  '/authorize/switch-account',
  '/badges/selected/undo',
  // Apps speak here, and say what is wrong in their own words: src/api/oauth.test.ts, src/api/open-badges.test.ts.
  '/ims/ob/v3p0/credentials',
  '/oauth/register',
  '/oauth/revoke',
  '/oauth/token',
  '/collections/undo-add',
]
