import { Readable } from 'node:stream'
import { Hono } from 'hono'
import { z } from 'zod'
import { requireSignedIn, signedIn } from '../accounts/index.ts'
import { addBackpackPart, backpackRows, folded, selectedCredentials, selectedIds } from '../backpack/index.ts'
import type { Deps } from '../platform/deps.ts'
import { HttpError } from '../platform/errors.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import type { FetchPublic } from '../platform/http/fetch-public.ts'
import { type FieldError, readForm } from '../platform/http/forms.ts'
import { html } from '../platform/http/html.ts'
import { flash, formFields, page } from '../platform/http/page.ts'
import { throttle } from '../platform/http/throttle.ts'
import type { MessageKey } from '../platform/i18n/messages.ts'
import { isPublicId } from '../platform/ids.ts'
import { defineJob } from '../platform/jobs/jobs.ts'
import { maxUploadBytes } from '../platform/pictures/upload.ts'
import { addBadge, AddRefused, type AddRefusal, recheck, recheckImported } from './add-badge.ts'
import { addForm, importedActions, importedSection } from './add-pages.ts'
import { backpackArchive } from './backpack-archive.ts'
import { deleteImported, importedBadge, type ImportedBadge, importedCards, importedOf } from './imported-store.ts'
import { resultPage } from './result-page.ts'
import { type Verifier, VerifyRefused } from './verifier.ts'

export type AddingDeps = Deps & { verifier: Verifier; fetchPublic: FetchPublic }

const refusals: Record<Exclude<AddRefusal, 'add.nothing'>, MessageKey> = {
  'add.not-valid': 'add.error.notValid',
  'add.withdrawn': 'add.error.withdrawn',
  'add.other-recipient': 'add.error.otherRecipient',
  'add.own': 'add.error.own',
  'add.known': 'add.error.known',
}

/** Nothing was found: said of what the person gave, and with why where that is known. */
function nothingIn(source: 'file' | 'text' | 'address', reason: unknown): MessageKey {
  if (source === 'text') return 'verify.error.noBadgeText'
  if (source === 'address') return reason === 'read.url' ? 'verify.error.noAnswer' : 'verify.error.noBadgeAt'
  return reason === 'read.damaged' ? 'verify.error.damaged' : 'verify.error.noBadge'
}

const recheckJob = defineJob<Record<string, never>>('verifying.recheck', { schedule: '41 4 * * *', concurrency: 1 })

export function registerVerifyingJobs(deps: AddingDeps): void {
  deps.jobs.handle(recheckJob, async () => void (await recheckImported(deps)))
}

/** Badges that were issued elsewhere and are kept here. */
export function addingRoutes(deps: AddingDeps): Hono<Env> {
  const routes = new Hono<Env>()

  addBackpackPart('elsewhere', async (c, accountId, query) => {
    const words = folded(query.q).split(' ').filter(Boolean)
    // These have no status, visibility, issuer or language of this site; a filter by one of them leaves them out.
    const { issuer, status, visibility, language, year } = query
    if ([issuer, status, visibility, language].some((value) => value !== '')) return null
    const badges = (await importedCards(deps.db, accountId)).filter(
      ({ name, issuerName, awardedOn }) =>
        (year === '' || awardedOn?.startsWith(year)) &&
        words.every((word) => folded(`${name} ${issuerName}`).includes(word)),
    )
    return importedSection({ t: c.get('t'), locale: c.get('locale') }, badges)
  })

  routes.get('/badges/backpack.zip', requireSignedIn, async (c) => {
    const { accountId, givenName, familyName } = signedIn(c)
    const asked = c.req.queries('badge')
    const [t, locale] = [c.get('t'), c.get('locale')]
    let publicIds = selectedIds(c)
    if (asked && publicIds.length === 0) throw new HttpError(404, 'There is no such badge')
    if (asked && (await selectedCredentials(deps.db, { accountId, publicIds })).length === 0)
      throw new HttpError(404, 'There is no such badge')
    if (c.req.query('all') !== '1' && !asked) {
      flash(c, deps, { kind: 'warning', message: t('backpack.select.none') })
      return c.redirect('/badges', 303)
    }
    const waitS = await throttle(deps, { purpose: 'backpack-zip', subject: accountId, limit: 30, windowS: 3600 })
    if (waitS > 0) throw new HttpError(429, 'Too many archives', { retryAfterS: waitS })
    if (!asked) publicIds = (await backpackRows(deps.db, { accountId, locale })).map(({ publicId }) => publicId)
    const imported = asked ? [] : await importedOf(deps.db, accountId)
    const name = `${givenName} ${familyName}`.trim()
    const archive = backpackArchive(deps, { accountId, name, publicIds, imported, t, locale })
    const day = deps.now().toISOString().slice(0, 10)
    return c.body(Readable.toWeb(Readable.from(archive)) as ReadableStream<Uint8Array>, 200, {
      'content-type': 'application/zip',
      'content-disposition': `attachment; filename="badges-${day}.zip"`,
      'cache-control': 'no-store',
    })
  })

  routes.get('/badges/add', requireSignedIn, (c) => form(c))

  const fields = z.object({ file: z.instanceof(File).optional(), text: z.string().optional() })
  routes.post('/badges/add', requireSignedIn, async (c) => {
    const { accountId } = signedIn(c)
    const waitS = await throttle(deps, { purpose: 'add-badge', subject: accountId, limit: 60, windowS: 3600 })
    if (waitS > 0) throw new HttpError(429, 'Too many badges at once', { retryAfterS: waitS })
    const given = await readForm(c, fields)
    if (!given.ok) throw new HttpError(400, 'The form was not complete')
    const { file } = given.data
    const text = given.data.text?.trim() ?? ''
    const fail = (field: string, message: MessageKey, needsAddress = false) =>
      form(c, given.typed, [{ field, message }], needsAddress)
    if (!file && text === '') return fail('file', 'verify.error.nothing')
    if (file && text !== '') return fail('file', 'verify.error.several')
    if ((file?.size ?? 0) > maxUploadBytes) return fail('file', 'verify.error.tooLarge')
    const field = file ? 'file' : 'text'
    const source = file ? 'file' : /^https?:/i.test(text) ? 'address' : 'text'
    try {
      const { publicId } = await addBadge(deps, {
        accountId,
        input: file ? new Uint8Array(await file.arrayBuffer()) : text,
        source,
      })
      flash(c, deps, { kind: 'success', message: c.get('t')('add.done') })
      return c.redirect(`/badges/elsewhere/${publicId}`, 303)
    } catch (error) {
      if (error instanceof AddRefused) {
        const { code, values } = error
        const message = code === 'add.nothing' ? nothingIn(source, values['reason']) : refusals[code]
        return fail(field, message, code === 'add.other-recipient')
      }
      if (error instanceof VerifyRefused)
        return fail(field, error.code === 'verify.busy' ? 'verify.error.busy' : 'verify.error.tooComplex')
      throw error
    }
  })

  routes.get('/badges/elsewhere/:id', requireSignedIn, async (c) => {
    const badge = await own(c)
    const reader = { t: c.get('t'), locale: c.get('locale') }
    return page(c, deps, {
      section: 'earner',
      title: badge.name,
      width: 'text',
      body: html`${importedActions(reader, badge, () => formFields(c, deps))}${resultPage({
        ...reader,
        badges: [badge.report],
        sealed: undefined,
        keptUntil: undefined,
        isOld: true,
        url: undefined,
        compareError: undefined,
        fields: () => formFields(c, deps),
      })}`,
    })
  })

  routes.get('/badges/elsewhere/:id/credential.json', requireSignedIn, async (c) => {
    const badge = await own(c)
    const isJson = badge.body.startsWith('{')
    c.header('content-type', isJson ? 'application/json' : 'text/plain; charset=utf-8')
    c.header('content-disposition', `attachment; filename="badge.${isJson ? 'json' : 'jwt'}"`)
    c.header('content-security-policy', "sandbox; default-src 'none'")
    return c.body(badge.body)
  })

  routes.post('/badges/elsewhere/:id/check', requireSignedIn, async (c) => {
    const badge = await own(c)
    const waitS = await throttle(deps, { purpose: 'recheck', subject: badge.accountId, limit: 60, windowS: 3600 })
    if (waitS > 0) throw new HttpError(429, 'Too many checks', { retryAfterS: waitS })
    await recheck(deps, badge)
    flash(c, deps, { kind: 'success', message: c.get('t')('add.checked') })
    return c.redirect(`/badges/elsewhere/${badge.publicId}`, 303)
  })

  routes.post('/badges/elsewhere/:id/remove', requireSignedIn, async (c) => {
    const badge = await own(c)
    await deleteImported(deps.db, badge.id)
    flash(c, deps, { kind: 'success', message: c.get('t')('add.removed', { badge: badge.name }) })
    return c.redirect('/badges', 303)
  })

  async function own(c: Ctx): Promise<ImportedBadge> {
    const publicId = c.req.param('id') ?? ''
    const badge = isPublicId(publicId)
      ? await importedBadge(deps.db, { publicId, accountId: signedIn(c).accountId })
      : undefined
    if (!badge) throw new HttpError(404, 'There is no such badge')
    return badge
  }

  function form(c: Ctx, typed: Record<string, string> = {}, errors: FieldError[] = [], needsAddress = false): Response {
    const t = c.get('t')
    return page(c, deps, {
      section: 'earner',
      title: t('backpack.add'),
      lead: t('add.lead'),
      width: 'form',
      ...(errors.length > 0 ? { error: true } : {}),
      body: addForm({ t, locale: c.get('locale') }, { fields: () => formFields(c, deps), typed, errors, needsAddress }),
    })
  }

  return routes
}
