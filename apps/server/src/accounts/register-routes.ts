import { Hono } from 'hono'
import { z } from 'zod'
import { HttpError } from '../platform/errors.ts'
import { parseEmailAddress, type EmailAddress } from '../platform/email-address.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { type FieldError, line, optionalLine, readForm, tick } from '../platform/http/forms.ts'
import { flash, readIdempotencyKey } from '../platform/http/page.ts'
import { safeReturnPath } from '../platform/http/return-path.ts'
import { ageOf } from './ages.ts'
import { type Activated, ActivateRefused, type ActivateRefusal, activateRegistration } from './activate.ts'
import type { AccountsDeps } from './accounts.ts'
import { codeBehindLink, codeOfLink } from './codes.ts'
import { countryCodes } from './countries.ts'
import { type EntryIntent, entryOfQuery } from './entry-intent.ts'
import { inSteadyTime, limitRegistrations } from './limits.ts'
import { passwordError } from './password-rules.ts'
import { RegisterRefused, register, resendCode } from './register.ts'
import { registerPage } from './register-page.ts'
import { isBrowserOf, openRegistrationOf, type Registration, registrationById } from './registration-store.ts'
import { browserHashOf } from './request.ts'
import { newChallenge, readProof, tookHumanTime } from './robot-check.ts'
import { keptOffer, type ServiceOffer } from './service-offer.ts'
import { finishFirstStep } from './start-session.ts'
import { nothingToVerifyPage, verifyPage } from './verify-page.ts'

const registerForm = z.object({
  givenName: line(80, { missing: 'register.givenName.missing', tooLong: 'register.givenName.long' }),
  familyName: optionalLine(80, 'register.familyName.long'),
  email: z.string().max(400, 'register.email.invalid').optional(),
  country: z.string().optional(),
  password: z.string().optional(),
  wantsNews: tick,
  robot: tick,
  age: tick,
  terms: tick,
  proof: z.string().max(4000).optional(),
  topic: z.string().optional(),
  shownAt: z.string().optional(),
  entry: z.string().max(300).optional(),
  return: z.string().optional(),
})
type RegisterForm = z.infer<typeof registerForm>

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const verifyForm = z.object({
  registration: z.string().regex(uuid),
  code: z.string().max(40, 'code.missing').optional(),
  link: z.string().max(100).optional(),
  password: z.string().max(1000).optional(),
})
const resendForm = z.object({ registration: z.string().regex(uuid), link: z.string().max(100).optional() })

/** From nothing to an activated account: `/register`, `/register/verify`. */
export function registerRoutes(deps: AccountsDeps): Hono<Env> {
  const routes = new Hono<Env>()
  const { config } = deps

  routes.get('/register', async (c) => {
    const entry = entryOfQuery((name) => c.req.query(name))
    const intent = await deps.accounts.entries.resolve(entry)
    const returnTo = safeReturnPath(c.req.query('return'))
    if (c.get('viewer')) return c.redirect(intent?.returnTo ?? returnTo ?? '/dashboard', 303)
    const change =
      c.req.query('change') === '1'
        ? await openRegistrationOf(deps.db, browserHashOf(c, config), deps.now())
        : undefined
    return registerPage(c, deps, {
      intent,
      entry: intent && entry,
      returnTo: returnTo ?? change?.returnTo ?? undefined,
      typed: change ? typedBefore(change) : fromService(returnTo, keptOffer(c, deps)),
    })
  })

  routes.get('/register/challenge', async (c) => {
    if (!config.registration.checksRobots) throw new HttpError(404, 'Robots are not checked here')
    c.header('cache-control', 'no-store')
    return c.json(await newChallenge(deps))
  })

  routes.post('/register', async (c) => {
    const form = await readForm(c, registerForm)
    const entry = form.typed['entry']
    const intent = await deps.accounts.entries.resolve(entry)
    const returnTo = safeReturnPath(form.typed['return'])
    const again = (errors: FieldError[], status?: 429) =>
      registerPage(c, deps, { typed: form.typed, errors, intent, entry: intent && entry, returnTo, status })

    const email = intent?.email ?? parseEmailAddress(form.typed['email'] ?? '')
    const proof = form.typed['proof'] ? await readProof(deps, form.typed['proof']) : undefined
    const errors = [
      ...(form.ok ? [] : form.errors),
      ...fieldErrors(deps, { typed: form.typed, email, intent, hasProof: proof !== undefined }),
    ]
    if (!form.ok || !email || errors.length > 0) return again(inOrder(errors))

    const hasProof = proof !== undefined || !config.registration.checksRobots
    const waitS = await limitRegistrations(deps, { address: c.get('clientAddress'), hasProof })
    if (waitS > 0) {
      c.header('retry-after', String(waitS))
      return again([{ field: '', message: 'register.limit', values: { minutes: Math.ceil(waitS / 60) } }], 429)
    }
    try {
      const { isMailed } = await inSteadyTime(120, async () =>
        register(deps, {
          ...asInput(form.data, { email, intent, returnTo }),
          confirmedAge: config.registration.checksAge ? ageTyped(deps, form.typed) : undefined,
          browserHash: browserHashOf(c, config),
          locale: c.get('locale'),
          proof,
          idempotencyKey: await readIdempotencyKey(c),
        }),
      )
      if (!isMailed) flash(c, deps, { kind: 'warning', message: c.get('t')('code.limit') })
    } catch (error) {
      if (error instanceof RegisterRefused) return again([{ field: 'robot', message: error.code }])
      throw error
    }
    return c.redirect('/register/verify', 303)
  })

  routes.get('/register/verify', async (c) => {
    const browserHash = browserHashOf(c, config)
    const link = c.req.query('link')
    if (link !== undefined) return verifyByLink(c, deps, { link, browserHash })
    const registration = await openRegistrationOf(deps.db, browserHash, deps.now())
    if (!registration) return nothingToVerifyPage(c, deps)
    return verifyPage(c, deps, { registration, asksPassword: false })
  })

  routes.post('/register/verify', async (c) => {
    const form = await readForm(c, verifyForm)
    const browserHash = browserHashOf(c, config)
    const registration = uuid.test(form.typed['registration'] ?? '')
      ? await registrationById(deps.db, form.typed['registration'] ?? '')
      : undefined
    const link = form.typed['link']
    const isOwnBrowser = registration !== undefined && (await isBrowserOf(deps.db, registration.id, browserHash))
    const isTheirs = isOwnBrowser || (registration && (await isLinkOf(deps, link, registration)))
    if (!registration || !isTheirs) return nothingToVerifyPage(c, deps, c.get('t')('code.unknown'))
    const again = (errors: FieldError[]) =>
      verifyPage(c, deps, { registration, link, asksPassword: !isOwnBrowser, code: form.typed['code'], errors })

    const missing: FieldError[] = form.ok ? [] : [...form.errors]
    if (form.ok && !form.data.code?.trim()) missing.push({ field: 'code', message: 'code.missing' })
    if (form.ok && !isOwnBrowser && !form.data.password)
      missing.push({ field: 'password', message: 'code.password.missing' })
    if (!form.ok || missing.length > 0) return again(missing)

    let activated: Activated
    try {
      activated = await activateRegistration(deps, {
        registrationId: registration.id,
        code: form.data.code ?? '',
        browserHash,
        password: form.data.password,
      })
    } catch (error) {
      if (!(error instanceof ActivateRefused)) throw error
      if (error.code === 'code.unknown') return nothingToVerifyPage(c, deps, c.get('t')('code.unknown'))
      const { field, message } = activateProblems[error.code]
      return again([{ field, message, values: error.values }])
    }
    if (!config.registration.signsIn) {
      flash(c, deps, { kind: 'success', message: c.get('t')('signin.activated') })
      return c.redirect('/sign-in', 303)
    }
    const returnTo = safeReturnPath(activated.returnTo) ?? '/dashboard'
    // A second press finds the session of the first one there.
    if (!activated.opened) return c.redirect(`/sign-in?return=${encodeURIComponent(returnTo)}`, 303)
    flash(c, deps, { kind: 'success', message: c.get('t')('signin.activated.in') })
    return finishFirstStep(c, deps, { ...activated.opened, method: 'activation', returnTo })
  })

  routes.post('/register/verify/resend', async (c) => {
    const form = await readForm(c, resendForm)
    const t = c.get('t')
    const browserHash = browserHashOf(c, config)
    const registration = form.ok ? await registrationById(deps.db, form.data.registration) : undefined
    if (!form.ok || !registration) return nothingToVerifyPage(c, deps, t('code.unknown'))
    const { link } = form.data
    const holdsLink = await isLinkOf(deps, link, registration)
    const outcome = await inSteadyTime(40, () =>
      resendCode(deps, { registrationId: registration.id, browserHash, mayBeOtherBrowser: holdsLink }),
    )
    if (outcome === 'unknown') return nothingToVerifyPage(c, deps, t('code.unknown'))
    flash(
      c,
      deps,
      outcome === 'sent'
        ? { kind: 'success', message: t('code.resent', { email: registration.email }) }
        : { kind: 'info', message: t(outcome === 'limit' ? 'code.limit' : 'code.tooSoon') },
    )
    return c.redirect(link && holdsLink ? `/register/verify?link=${link}` : '/register/verify', 303)
  })

  return routes
}

/** Where each refusal is shown. */
const activateProblems: Record<
  Exclude<ActivateRefusal, 'code.unknown'>,
  { field: string; message: ActivateRefusal }
> = {
  'code.wrong': { field: 'code', message: 'code.wrong' },
  'code.expired': { field: 'code', message: 'code.expired' },
  'code.expired.limit': { field: 'code', message: 'code.expired.limit' },
  'code.locked': { field: 'code', message: 'code.locked' },
  'code.taken': { field: 'code', message: 'code.taken' },
  'code.password': { field: 'password', message: 'code.password' },
}

/** The mail's link: fills the code in, asks for the password in a browser that did not begin it, and uses nothing up. */
async function verifyByLink(
  c: Ctx,
  deps: AccountsDeps,
  { link, browserHash }: { link: string; browserHash: Buffer },
): Promise<Response> {
  const t = c.get('t')
  const found = /^[\w-]{43}$/.test(link)
    ? await codeBehindLink(deps.db, { purpose: 'activate', linkToken: link })
    : undefined
  const registration = found && (await registrationById(deps.db, found.subjectId))
  if (!found || !registration) {
    const own = await openRegistrationOf(deps.db, browserHash, deps.now())
    if (!own) return nothingToVerifyPage(c, deps, t('code.link.old'))
    return verifyPage(c, deps, {
      registration: own,
      asksPassword: false,
      notice: { kind: 'warning', text: t('code.link.old') },
    })
  }
  if (registration.state === 'activated') return nothingToVerifyPage(c, deps, t('code.link.used'))
  const isLive = found.usedAt === null && found.expiresAt > deps.now()
  return verifyPage(c, deps, {
    registration,
    link,
    code: isLive ? codeOfLink(deps.secrets, link) : undefined,
    asksPassword: !(await isBrowserOf(deps.db, registration.id, browserHash)),
    notice: isLive ? undefined : { kind: 'warning', text: t('code.link.old') },
  })
}

async function isLinkOf(deps: AccountsDeps, link: string | undefined, registration: Registration): Promise<boolean> {
  if (!link || !/^[\w-]{43}$/.test(link)) return false
  const found = await codeBehindLink(deps.db, { purpose: 'activate', linkToken: link })
  return found?.subjectId === registration.id
}

/** What the schema cannot see: rules that hang on where the person comes from and on who they are. */
function fieldErrors(
  deps: AccountsDeps,
  o: {
    typed: Record<string, string>
    email: EmailAddress | undefined
    intent: EntryIntent | undefined
    hasProof: boolean
  },
): FieldError[] {
  const { typed } = o
  const errors: FieldError[] = []
  if (!o.email) errors.push({ field: 'email', message: 'register.email.invalid' })
  const { needsCountry, checksRobots } = deps.config.registration
  if (typed['country'] && !countryCodes.has(typed['country']))
    errors.push({ field: 'country', message: 'register.country.unknown' })
  if (!typed['country'] && needsCountry) errors.push({ field: 'country', message: 'register.country.missing' })
  const weak = passwordError('password', typed['password'] ?? '', [
    deps.config.productName,
    new URL(deps.config.publicUrl).hostname,
    o.intent?.organizationName ?? o.intent?.badge?.issuerName ?? '',
    typed['givenName'] ?? '',
    typed['familyName'] ?? '',
    o.email?.canonical ?? '',
  ])
  if (weak) errors.push(weak)
  if (checksRobots && typed['robot'] === undefined) errors.push({ field: 'robot', message: 'register.robot.missing' })
  else if (checksRobots && !o.hasProof && looksAutomatic(deps, typed))
    errors.push({ field: 'robot', message: 'register.robot.again' })
  if (deps.config.registration.checksAge && typed['age'] === undefined)
    errors.push({ field: 'age', message: 'register.age.missing', values: { age: ageTyped(deps, typed) } })
  if (typed['terms'] === undefined) errors.push({ field: 'terms', message: 'register.terms.missing' })
  return errors
}

/** The age that counts in the country that was chosen. */
function ageTyped({ config }: AccountsDeps, typed: Record<string, string>): number {
  return ageOf(config.registration.ages, typed['country'] || undefined)
}

/** Without a proof of work: the trap must be empty and the form must have been looked at (UX 6). */
function looksAutomatic(deps: AccountsDeps, typed: Record<string, string>): boolean {
  return Boolean(typed['proof']) || Boolean(typed['topic']) || !tookHumanTime(deps, typed['shownAt'])
}

const fieldOrder = ['givenName', 'familyName', 'email', 'country', 'password', 'robot', 'age', 'terms']
/** In the order of the page, so that the summary reads from the top down. */
function inOrder(errors: FieldError[]): FieldError[] {
  return errors.toSorted((a, b) => fieldOrder.indexOf(a.field) - fieldOrder.indexOf(b.field))
}

function asInput(
  data: RegisterForm,
  o: { email: EmailAddress; intent: EntryIntent | undefined; returnTo: string | undefined },
) {
  return {
    email: o.email,
    givenName: data.givenName,
    familyName: data.familyName ?? '',
    country: data.country || undefined,
    password: data.password ?? '',
    wantsNews: data.wantsNews,
    returnTo: o.intent?.returnTo ?? o.returnTo,
  }
}

/** What another service said, where the person comes from it: filled in, and proved like anything that is typed. */
function fromService(
  returnTo: string | undefined,
  offer: ServiceOffer | undefined,
): Record<string, string> | undefined {
  if (!offer || !returnTo?.startsWith('/sign-in/with/')) return undefined
  const { email = '', given_name: givenName = '', family_name: familyName = '' } = offer.claimed
  return { email, givenName, familyName }
}

function typedBefore(registration: Registration): Record<string, string> {
  return {
    givenName: registration.givenName,
    familyName: registration.familyName,
    email: registration.email,
    ...(registration.country ? { country: registration.country } : {}),
    ...(registration.wantsNews ? { wantsNews: 'yes' } : {}),
  }
}
