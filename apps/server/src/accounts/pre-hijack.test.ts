import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { codeFor, goodPassword, linkFor, register, signedInAs, signIn } from '../../test/fixtures/accounts.ts'
import { type Lapel, startLapel } from '../../test/lapel.ts'
import type { Visitor } from '../../test/visitor.ts'

// The attacks of "Pre-hijacked accounts" (USENIX Security 2022): an attacker prepares an account for the address of
// somebody who has none yet, and waits. SECURITY S1.

const attackers = 'the attackers own phrase'
const victim = 'victim@northfield.example'

test('classic: the attacker registers the victim’s address first; the victim’s own registration wins', async (t) => {
  const lapel = await startLapel(t)
  const [mallory, vera] = [lapel.visitor(), lapel.visitor()]
  await register(lapel, mallory, { email: victim, password: attackers })
  lapel.passMinutes(2)
  await register(lapel, vera, { email: victim })
  await vera.submit('/register/verify', { code: await codeFor(lapel, victim) })
  await signIn(lapel, victim, goodPassword, vera)
  assert.equal(await signedInAs(vera), victim)

  await signIn(lapel, victim, attackers, mallory)
  assert.equal(await signedInAs(mallory), undefined)
})

test('classic, turned: the victim opens the mail that the attacker caused, in a browser of her own', async (t) => {
  const lapel = await startLapel(t)
  const [mallory, vera] = [lapel.visitor(), lapel.visitor()]
  await register(lapel, mallory, { email: victim, password: attackers })
  const link = await linkFor(lapel, victim, '/register/verify?link=')
  const page = await vera.get(link)
  assert.match(page.words, /You opened this link in another browser/)
  await vera.submit('/register/verify', { password: goodPassword })
  assert.equal((await lapel.db.selectFrom('accounts').selectAll().execute()).length, 0)
  // Nor does her code help the attacker before he has it, and five guesses are all he gets.
  const code = await codeFor(lapel, victim)
  for (let guess = 0; guess < 6; guess++) {
    await mallory.get('/register/verify')
    await mallory.submit('/register/verify', { code: code === `00000${guess}` ? '999999' : `00000${guess}` })
  }
  await mallory.submit('/register/verify', { code })
  assert.equal((await lapel.db.selectFrom('accounts').selectAll().execute()).length, 0)
})

test('unexpired session: whatever the attacker’s browser holds from before is worth nothing afterwards', async (t) => {
  const lapel = await startLapel(t)
  const [mallory, vera] = [lapel.visitor(), lapel.visitor()]
  await register(lapel, mallory, { email: victim, password: attackers })
  await signIn(lapel, victim, attackers, mallory)
  assert.equal(await signedInAs(mallory), undefined)
  lapel.passMinutes(2)
  await register(lapel, vera, { email: victim })
  await vera.submit('/register/verify', { code: await codeFor(lapel, victim) })
  assert.equal(await signedInAs(mallory), undefined)
  assert.doesNotMatch((await mallory.get('/sign-in')).text, /value="victim@/)
})

test('after the victim is in, the attacker’s earlier registration takes no code, not even a right one', async (t) => {
  const lapel = await startLapel(t)
  const [mallory, vera] = [lapel.visitor(), lapel.visitor()]
  await register(lapel, mallory, { email: victim, password: attackers })
  const caused = await codeFor(lapel, victim)
  lapel.passMinutes(2)
  await register(lapel, vera, { email: victim })
  await vera.submit('/register/verify', { code: await codeFor(lapel, victim) })
  // Both guards, since either alone would do: the record is dead, and none of its codes is left.
  const states = await lapel.db.selectFrom('registrations').select('state').orderBy('createdAt').execute()
  assert.deepEqual(
    states.map(({ state }) => state),
    ['dead', 'activated'],
  )
  assert.deepEqual(await lapel.db.selectFrom('codes').select('id').where('usedAt', 'is', null).execute(), [])
  await mallory.get('/register/verify')
  const late = await mallory.submit('/register/verify', { code: caused })
  assert.match(late.words, /That code does not match/)
  lapel.passMinutes(2)
  await mallory.submit('/register/verify/resend')
  assert.equal((await lapel.mailTo(victim))[0]?.subject, 'You already have a Lapel account')
})

interface World {
  lapel: Lapel
  mallory: Visitor
  vera: Visitor
  email: string
  veraPassword: string
}

/** What either may do, in any order. Vera alone reads her mailbox; Mallory sees only what pages show him. */
const actions: Record<string, (world: World) => Promise<unknown>> = {
  'mallory registers': ({ lapel, mallory, email }) => register(lapel, mallory, { email, password: attackers }),
  'mallory asks for a code': async ({ mallory }) => {
    const page = await mallory.get('/register/verify')
    if (page.text.includes('action="/register/verify/resend"')) await mallory.submit('/register/verify/resend')
  },
  'mallory guesses': async ({ mallory }) => {
    const page = await mallory.get('/register/verify')
    if (page.text.includes('action="/register/verify"')) await mallory.submit('/register/verify', { code: '123456' })
  },
  'mallory signs in': ({ lapel, mallory, email }) => signIn(lapel, email, attackers, mallory),
  'mallory asks for a reset': ({ mallory, email }) => mallory.submit('/forgot', { email }, { shownOn: '/forgot' }),
  'vera registers': ({ lapel, vera, email }) => register(lapel, vera, { email }),
  'vera asks for a code': async ({ vera }) => {
    const page = await vera.get('/register/verify')
    if (page.text.includes('action="/register/verify/resend"')) await vera.submit('/register/verify/resend')
  },
  'vera enters the newest code': async ({ lapel, vera, email }) => {
    const page = await vera.get('/register/verify')
    const code = (await lapel.mailTo(email)).find((mail) => mail.code)?.code
    if (code && page.text.includes('action="/register/verify"')) await vera.submit('/register/verify', { code })
  },
  'vera opens the newest link and tries her password': async ({ lapel, vera, email }) => {
    const links = (await lapel.mailTo(email)).flatMap((mail) => mail.links).filter((link) => link.includes('?link='))
    if (!links[0]) return
    const page = await vera.get(links[0].replace(lapel.url, ''))
    if (page.text.includes('action="/register/verify"'))
      await vera.submit('/register/verify', page.text.includes('name="password"') ? { password: goodPassword } : {})
  },
  'vera signs in': (world) => signIn(world.lapel, world.email, world.veraPassword, world.vera),
  'vera resets her password': async (world) => {
    const { lapel, vera, email } = world
    await vera.submit('/forgot', { email }, { shownOn: '/forgot' })
    const links = (await lapel.mailTo(email)).flatMap((mail) => mail.links).filter((link) => link.includes('/reset/'))
    const path = links[0]?.replace(lapel.url, '')
    if (!path) return
    const page = await vera.get(path)
    if (!page.text.includes('name="password"')) return
    world.veraPassword = 'a later phrase of hers'
    await vera.submit(path, { password: world.veraPassword })
  },
  'time passes': async ({ lapel }) => lapel.passMinutes(17),
}

test('in whatever order things happen, the attacker never gets in and the victim’s password keeps working', async (t) => {
  const lapel = await startLapel(t, { TRUSTED_PROXIES: '1' })
  let run = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...Object.keys(actions)), { minLength: 4, maxLength: 14 }),
      async (names) => {
        run++
        const world: World = {
          lapel,
          mallory: lapel.visitor(),
          vera: lapel.visitor(),
          email: `victim${run}@northfield.example`,
          veraPassword: goodPassword,
        }
        // Networks of their own, so that one run's limits are not another's.
        world.mallory.headers = { 'x-forwarded-for': `198.51.${run}.1` }
        world.vera.headers = { 'x-forwarded-for': `198.51.${run}.2` }
        for (const name of names) {
          await actions[name]?.(world)
          assert.equal(await signedInAs(world.mallory), undefined, `after "${name}"`)
        }
        const account = await lapel.db
          .selectFrom('accountEmails')
          .select('accountId')
          .where('emailCanonical', '=', world.email)
          .executeTakeFirst()
        if (!account) return
        lapel.passDays(2)
        await signIn(lapel, world.email, attackers, world.mallory)
        assert.equal(await signedInAs(world.mallory), undefined)
        const visitor = lapel.visitor()
        visitor.headers = { 'x-forwarded-for': `198.51.${run}.3` }
        await signIn(lapel, world.email, world.veraPassword, visitor)
        assert.equal(await signedInAs(visitor), world.email)
      },
    ),
    { numRuns: 25, seed: 20261123 },
  )
})
