import { Hono } from 'hono'
import { z } from 'zod'
import { HttpError } from '../platform/errors.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { clearCookie, writeCookie } from '../platform/http/cookies.ts'
import { type FieldError, readForm } from '../platform/http/forms.ts'
import { flash } from '../platform/http/page.ts'
import { safeReturnPath } from '../platform/http/return-path.ts'
import { locales, type MessageKey, translator } from '../platform/i18n/messages.ts'
import type { AccountsDeps } from './accounts.ts'
import { hintsFor } from './hints.ts'
import { waitingChangesOf } from './link-address.ts'
import { undoableMergesOf } from './merge-accounts.ts'
import { countryCodes, timeZones } from './countries.ts'
import { requireSignedIn, signedIn } from './middleware.ts'
import { accountSettingsPage } from './settings-pages.ts'
import { accountById, badgesSentTo, confirmedEmailsOf, documentsSentTo } from './store.ts'

const localeForm = z.object({ locale: z.enum(locales), return: z.string().optional() })
const themeForm = z.object({ theme: z.enum(['light', 'dark', 'system']), return: z.string().optional() })
/** One of a list that may also be left empty. */
const listed = (isKnown: (value: string) => boolean, message: MessageKey) =>
  z.string().refine((value) => value === '' || isKnown(value), message)
const regionForm = z.object({
  country: listed((code) => countryCodes.has(code), 'register.country.unknown').optional(),
  timeZone: listed((zone) => timeZones.includes(zone), 'settings.region.timeZone.unknown').optional(),
})
const yearS = 365 * 86_400

/** Preferences of anybody (`/locale`, `/theme`) and of an account (`/settings/account`). */
export function settingsRoutes(deps: AccountsDeps): Hono<Env> {
  const routes = new Hono<Env>()
  const { config, db } = deps

  routes.post('/locale', async (c) => {
    const form = await readForm(c, localeForm)
    if (form.ok) await setLocale(c, deps, form.data.locale)
    return c.redirect(safeReturnPath(form.typed['return']) ?? '/', 303)
  })

  /**
   * The page that a message leads to, in the other language. Opening it changes no account: this browser shows that
   * language for an hour, or until another one is chosen.
   */
  routes.get('/in/:locale', (c) => {
    const locale = locales.find((known) => known === c.req.param('locale'))
    if (!locale) throw new HttpError(404, 'There is no such language')
    writeCookie(c, config, 'read-in', locale, { maxAgeS: 3600 })
    c.header('cache-control', 'no-store')
    return c.redirect(safeReturnPath(c.req.query('to')) ?? '/', 303)
  })

  routes.post('/theme', async (c) => {
    const form = await readForm(c, themeForm)
    if (form.ok) {
      writeCookie(c, config, 'theme', form.data.theme, { maxAgeS: yearS })
      const viewer = c.get('viewer')
      if (viewer)
        await db
          .updateTable('accounts')
          .set(form.data.theme === 'system' ? { theme: 'system' } : { theme: form.data.theme })
          .where('id', '=', viewer.accountId)
          .execute()
    }
    return c.redirect(safeReturnPath(form.typed['return']) ?? '/', 303)
  })

  routes.get('/settings', requireSignedIn, (c) => c.redirect('/settings/account', 303))

  routes.get('/settings/account', requireSignedIn, (c) => show(c))

  async function show(c: Ctx, refused?: { typed: Record<string, string>; errors: FieldError[] }): Promise<Response> {
    const { accountId } = signedIn(c)
    const t = c.get('t')
    const now = deps.now()
    const emails = await confirmedEmailsOf(db, accountId)
    const counted = await Promise.all(
      emails.map(async (email) => ({
        ...email,
        badges: await badgesSentTo(db, email.canonical),
        documents: await documentsSentTo(db, email.canonical),
      })),
    )
    const account = await accountById(db, accountId)
    return accountSettingsPage(c, deps, {
      country: refused?.typed['country'] ?? account?.country ?? null,
      timeZone: refused?.typed['timeZone'] ?? account?.timeZone ?? null,
      errors: refused?.errors.map(({ field, message, values }) => ({ field, message: t(message, values) })),
      emails: counted,
      suggestsPersonal: (await hintsFor(db, accountId)).includes('email'),
      waiting: await waitingChangesOf(db, { accountId, now }),
      merges: await undoableMergesOf(db, { accountId, now }),
    })
  }

  routes.post('/settings/account/region', requireSignedIn, async (c) => {
    const form = await readForm(c, regionForm)
    if (!form.ok) return show(c, form)
    const { country, timeZone } = form.data
    await db
      .updateTable('accounts')
      .set({ country: country || null, timeZone: timeZone || null })
      .where('id', '=', signedIn(c).accountId)
      .execute()
    flash(c, deps, { kind: 'success', message: c.get('t')('settings.region.saved') })
    return c.redirect('/settings/account', 303)
  })

  routes.post('/settings/account/language', requireSignedIn, async (c) => {
    const form = await readForm(c, localeForm)
    if (!form.ok) return show(c, form)
    await setLocale(c, deps, form.data.locale)
    flash(c, deps, { kind: 'success', message: translator(form.data.locale)('settings.language.saved') })
    return c.redirect('/settings/account', 303)
  })

  return routes
}

/** For this browser, and for the account if there is one. */
async function setLocale(c: Ctx, { config, db }: AccountsDeps, locale: (typeof locales)[number]): Promise<void> {
  writeCookie(c, config, 'locale', locale, { maxAgeS: yearS })
  clearCookie(c, config, 'read-in')
  const viewer = c.get('viewer')
  if (viewer) await db.updateTable('accounts').set({ locale }).where('id', '=', viewer.accountId).execute()
}
