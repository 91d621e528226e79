import { Hono } from 'hono'
import { z } from 'zod'
import { accountById, renameAccount, requireSignedIn, signedIn } from '../accounts/index.ts'
import { pictureRefusalMessage } from '../organizations/index.ts'
import { isUniqueViolation } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
import { HttpError } from '../platform/errors.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import type { FetchPublic } from '../platform/http/fetch-public.ts'
import { type FieldError, line, optionalLine, readForm } from '../platform/http/forms.ts'
import { flash } from '../platform/http/page.ts'
import { throttle } from '../platform/http/throttle.ts'
import type { MessageKey } from '../platform/i18n/messages.ts'
import { PictureRefused } from '../platform/pictures/upload.ts'
import { checkLinkBack, LinkRefused, type LinkRefusal } from './confirm-link.ts'
import { isWebAddress } from './organizations-routes.ts'
import { confirmable, mostLinks, profileRoot, profileSettingsPage } from './profile-page.ts'
import { keepProfilePicture } from './profile-picture.ts'
import * as store from './profile-store.ts'

const nameForm = z.object({
  givenName: line(80, { missing: 'register.givenName.missing', tooLong: 'profile.error.name' }),
  familyName: optionalLine(80, 'profile.error.name'),
})
/** Names of pages and offices that nobody may pass for. */
const reserved = new Set(
  'about abuse account admin administrator api app assets badge badges console contact demo dev help issuer lapel legal mail me moderator null official ops postmaster privacy profile root security settings sign-in staff status support system team terms test undefined user verify www'.split(
    ' ',
  ),
)
const aboutForm = z.object({
  handle: z
    .string('profile.error.handle')
    .transform((typed) => typed.trim().toLowerCase())
    .pipe(
      z
        .string()
        .regex(/^[a-z0-9](?:[a-z0-9-]{1,28}[a-z0-9])$/, 'profile.error.handle')
        .refine((typed) => !typed.includes('--') && !reserved.has(typed), 'profile.error.handle.reserved'),
    ),
  headline: optionalLine(120, 'profile.error.headline'),
  place: optionalLine(80, 'profile.error.place'),
  bio: z
    .string('profile.error.bio')
    .transform((typed) => typed.replaceAll('\r\n', '\n').trim())
    .pipe(z.string().max(2000, 'profile.error.bio'))
    .optional(),
})
const percent = (least: number) =>
  z
    .string('profile.error.crop')
    .trim()
    .regex(/^\d{1,3}$/, 'profile.error.crop')
    .transform(Number)
    .pipe(z.number().min(least, 'profile.error.crop').max(100, 'profile.error.crop'))
const pictureForm = z.object({
  picture: z.instanceof(File, { message: 'profile.error.picture' }).optional(),
  left: percent(0),
  top: percent(0),
  size: percent(10),
})
const webAddress = optionalLine(500, 'profile.error.url').refine(
  (typed) => typed === undefined || isWebAddress(typed),
  'profile.error.url',
)
const linksForm = z.object(
  Object.fromEntries(
    Array.from({ length: mostLinks }, (_, index) => index + 1).flatMap((number) => [
      [`label${number}`, optionalLine(60, 'profile.error.label')],
      [`url${number}`, webAddress],
    ]),
  ) as Record<string, typeof webAddress>,
)
/** A network's field takes addresses of that network only, so that a link is what its name says. */
const hosts: Partial<Record<store.SocialNetwork, RegExp>> = {
  linkedin: /(^|\.)linkedin\.com$/,
  x: /^(www\.)?(x|twitter)\.com$/,
  bluesky: /(^|\.)bsky\.(app|social)$/,
  orcid: /^orcid\.org$/,
}
const socialForm = z.object(
  Object.fromEntries(
    store.socialNetworks.map((network) => [
      network,
      webAddress.refine(
        // What is no address at all was refused already, by its own words.
        (typed) =>
          typed === undefined || !URL.canParse(typed) || (hosts[network]?.test(new URL(typed).hostname) ?? true),
        'profile.error.network',
      ),
    ]),
  ) as Record<store.SocialNetwork, typeof webAddress>,
)
const confirmForm = z.object({ network: z.enum(confirmable) })

const linkRefusals: Record<LinkRefusal, MessageKey> = {
  'link.unreachable': 'profile.social.unreachable',
  'link.no-link-back': 'profile.social.noLink',
}

export function profileRoutes(deps: Deps & { fetchPublic: FetchPublic }): Hono<Env> {
  const routes = new Hono<Env>()
  const { db } = deps

  async function show(c: Ctx, o: { typed?: Record<string, string>; errors?: FieldError[] } = {}): Promise<Response> {
    const { accountId } = signedIn(c)
    const t = c.get('t')
    const account = await accountById(db, accountId)
    const profile = (await store.profileOf(db, accountId)) ?? store.blankProfile
    return profileSettingsPage(c, deps, {
      givenName: account?.givenName ?? '',
      familyName: account?.familyName ?? '',
      profile,
      ...(o.typed ? { typed: o.typed } : {}),
      ...(o.errors
        ? { errors: o.errors.map(({ field, message, values }) => ({ field, message: t(message, values) })) }
        : {}),
    })
  }

  function done(c: Ctx, message: MessageKey, anchor: string): Response {
    flash(c, deps, { kind: 'success', message: c.get('t')(message) })
    return c.redirect(`${profileRoot}#${anchor}`, 303)
  }

  async function change(c: Ctx, given: store.ProfileChange): Promise<void> {
    const { accountId } = signedIn(c)
    await db.transaction().execute((tx) => store.changeProfile(tx, { accountId, at: deps.now(), change: given }))
  }

  routes.get(profileRoot, requireSignedIn, (c) => show(c))

  routes.post(`${profileRoot}/name`, requireSignedIn, async (c) => {
    const form = await readForm(c, nameForm)
    if (!form.ok) return show(c, form)
    const { givenName, familyName = '' } = form.data
    await renameAccount(db, { accountId: signedIn(c).accountId, givenName, familyName })
    return done(c, 'profile.name.saved', 'name')
  })

  routes.post(`${profileRoot}/about`, requireSignedIn, async (c) => {
    const { accountId } = signedIn(c)
    const form = await readForm(c, aboutForm)
    if (!form.ok) return show(c, form)
    const { handle, headline = '', place = '', bio = '' } = form.data
    const taken: FieldError[] = [{ field: 'handle', message: 'profile.error.handle.taken' }]
    if (await store.handleIsTaken(db, { handle, accountId })) return show(c, { typed: form.typed, errors: taken })
    try {
      await db.transaction().execute(async (tx) => {
        const before = await store.profileOf(tx, accountId)
        await store.changeProfile(tx, { accountId, at: deps.now(), change: { headline, place, bio } })
        if (before?.handle !== handle) await store.changeHandle(tx, { accountId, from: before?.handle, to: handle })
      })
    } catch (error) {
      // Somebody took it between the look and the write.
      if (isUniqueViolation(error)) return show(c, { typed: form.typed, errors: taken })
      throw error
    }
    return done(c, 'profile.about.saved', 'about')
  })

  routes.post(`${profileRoot}/picture`, requireSignedIn, async (c) => {
    const form = await readForm(c, pictureForm)
    if (!form.ok) return show(c, form)
    const { picture, left, top, size } = form.data
    if (!picture)
      return show(c, { typed: form.typed, errors: [{ field: 'picture', message: 'profile.error.picture' }] })
    try {
      const bytes = new Uint8Array(await picture.arrayBuffer())
      await change(c, { pictureHash: await keepProfilePicture(db, deps.now, { bytes, crop: { left, top, size } }) })
    } catch (error) {
      if (!(error instanceof PictureRefused)) throw error
      return refusedPicture(c, form.typed, error)
    }
    return done(c, 'profile.picture.saved', 'photo')
  })

  async function refusedPicture(c: Ctx, typed: Record<string, string>, error: PictureRefused): Promise<Response> {
    const { accountId } = signedIn(c)
    const account = await accountById(db, accountId)
    return profileSettingsPage(c, deps, {
      givenName: account?.givenName ?? '',
      familyName: account?.familyName ?? '',
      profile: (await store.profileOf(db, accountId)) ?? store.blankProfile,
      typed,
      errors: [{ field: 'picture', message: pictureRefusalMessage(c.get('t'), error) }],
    })
  }

  routes.post(`${profileRoot}/picture/remove`, requireSignedIn, async (c) => {
    await change(c, { pictureHash: null })
    return done(c, 'profile.picture.removed', 'photo')
  })

  routes.post(`${profileRoot}/links`, requireSignedIn, async (c) => {
    const form = await readForm(c, linksForm)
    if (!form.ok) return show(c, form)
    const links: store.ProfileLink[] = []
    for (let number = 1; number <= mostLinks; number++) {
      const url = form.data[`url${number}`]
      const label = form.data[`label${number}`]
      if (url) links.push({ url, label: label ?? new URL(url).hostname })
      else if (label)
        return show(c, { typed: form.typed, errors: [{ field: `url${number}`, message: 'profile.error.url' }] })
    }
    await change(c, { links })
    return done(c, 'profile.links.saved', 'links')
  })

  routes.post(`${profileRoot}/social`, requireSignedIn, async (c) => {
    const { accountId } = signedIn(c)
    const form = await readForm(c, socialForm)
    if (!form.ok) return show(c, form)
    const before = (await store.profileOf(db, accountId))?.social ?? []
    const social = store.socialNetworks.flatMap((network) => {
      const url = form.data[network]
      if (!url) return []
      // Another address has proved nothing yet.
      return [before.find((link) => link.network === network && link.url === url) ?? { network, url }]
    })
    await change(c, { social })
    return done(c, 'profile.social.saved', 'social')
  })

  routes.post(`${profileRoot}/social/confirm`, requireSignedIn, async (c) => {
    const { accountId } = signedIn(c)
    const form = await readForm(c, confirmForm)
    const profile = await store.profileOf(db, accountId)
    const link = form.ok && profile?.social.find(({ network }) => network === form.data.network)
    if (!profile || !link) throw new HttpError(404, 'There is no such link')
    const waitS = await throttle(deps, { purpose: 'confirm-link', subject: accountId, limit: 20, windowS: 3600 })
    if (waitS > 0) throw new HttpError(429, 'Too many checks', { retryAfterS: waitS })
    try {
      await checkLinkBack(deps.fetchPublic, {
        pageUrl: link.url,
        profileUrl: `${deps.config.publicUrl}/u/${profile.handle}`,
      })
    } catch (error) {
      if (!(error instanceof LinkRefused)) throw error
      flash(c, deps, { kind: 'warning', message: c.get('t')(linkRefusals[error.code]) })
      return c.redirect(`${profileRoot}#social`, 303)
    }
    await change(c, {
      social: profile.social.map((other) =>
        other.network === link.network ? { ...other, confirmedAt: deps.now().toISOString() } : other,
      ),
    })
    return done(c, 'profile.social.done', 'social')
  })

  return routes
}
