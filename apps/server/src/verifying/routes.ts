import { Hono } from 'hono'
import { z } from 'zod'
import { isAccepted } from '../claiming/index.ts'
import { signedCredentialBody } from '../issuing/index.ts'
import type { Deps } from '../platform/deps.ts'
import { parseEmailAddress } from '../platform/email-address.ts'
import { HttpError } from '../platform/errors.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { type FieldError, readForm } from '../platform/http/forms.ts'
import { html, type Html } from '../platform/http/html.ts'
import { formFields, page } from '../platform/http/page.ts'
import { throttle, throttledNetwork } from '../platform/http/throttle.ts'
import { translator } from '../platform/i18n/messages.ts'
import { isPublicId, newPublicId } from '../platform/ids.ts'
import { maxUploadBytes } from '../platform/pictures/upload.ts'
import { badgeBehindLink, sightOf } from '../sharing/index.ts'
import { checkBadge, type CheckedBadge, reasonOf } from './check-badge.ts'
import { withRecipient } from './compare-recipient.ts'
import { verifyForm } from './form-page.ts'
import { withShownName } from './hide-name.ts'
import { resultPage } from './result-page.ts'
import { textInPhoto } from './photo.ts'
import { openResult, sealResult } from './seal-result.ts'
import { keepResult, keptResult } from './store.ts'
import { type Verifier, VerifyRefused, type VerifyRefusal } from './verifier.ts'
import { verdictSentence } from './words.ts'

/** What is known of a PDF as a file, beside the badge that may be in it; the documents hand it in. */
export interface CheckedPdf {
  /** For programs. */
  report: object
  section(c: Ctx, o: { isAlone: boolean }): Html
}

export type VerifyingDeps = Deps & { verifier: Verifier; checkPdf?: (bytes: Uint8Array) => Promise<CheckedPdf> }

const english = translator('en')
const keptDays = 30
const checksPerHour = 120

const refusals: Record<VerifyRefusal, 'verify.error.tooComplex' | 'verify.error.busy'> = {
  'verify.too-complex': 'verify.error.tooComplex',
  'verify.busy': 'verify.error.busy',
}

export function verifyingRoutes(deps: VerifyingDeps): Hono<Env> {
  const routes = new Hono<Env>()

  routes.get('/verify', async (c) => {
    const id = c.req.query('b')
    return id === undefined ? form(c) : ownBadge(c, id)
  })

  const verifyFields = z.object({
    file: z.instanceof(File).optional(),
    photo: z.instanceof(File).optional(),
    text: z.string().optional(),
  })

  routes.post('/verify', async (c) => {
    await limit(c)
    const given = await readForm(c, verifyFields)
    if (!given.ok) throw new HttpError(400, 'The form was not complete')
    const { file, photo } = given.data
    const text = given.data.text?.trim() ?? ''
    const fail = (field: string, message: FieldError['message']) => form(c, given.typed, [{ field, message }])
    const count = [file, photo, text || undefined].filter((part) => part !== undefined).length
    if (count === 0) return fail('file', 'verify.error.nothing')
    if (count > 1) return fail('file', 'verify.error.several')
    if ((file?.size ?? photo?.size ?? 0) > maxUploadBytes) return fail(file ? 'file' : 'photo', 'verify.error.tooLarge')
    try {
      if (photo) {
        const code = await textInPhoto(deps.verifier, new Uint8Array(await photo.arrayBuffer()))
        return code === undefined ? fail('photo', 'verify.error.noCode') : await fromText(c, code, 'photo', fail)
      }
      return file
        ? await fromFile(c, new Uint8Array(await file.arrayBuffer()), fail)
        : await fromText(c, text, 'text', fail)
    } catch (error) {
      if (!(error instanceof VerifyRefused)) throw error
      return fail(file ? 'file' : photo ? 'photo' : 'text', refusals[error.code])
    }
  })

  /** The badge behind a private link, for whoever has it open. */
  routes.get('/s/:token/check', async (c) => {
    await limit(c)
    const behind = await badgeBehindLink(deps, c, c.req.param('token'))
    const body = behind && (await signedCredentialBody(deps.db, behind.credential.publicId))
    if (body === undefined) throw new HttpError(404, 'There is no such badge')
    const checked = await checkBadge(deps, body)
    const { shownName } = behind ?? {}
    return result(c, shownName ? checked.map((badge) => withShownName(badge, shownName.name)) : checked)
  })

  const comparing = z.object({ result: z.string(), email: z.string().optional() })
  routes.post('/verify/compare', async (c) => {
    await limit(c)
    const given = await readForm(c, comparing)
    const badges = given.ok ? openResult(deps, given.data.result) : undefined
    if (!given.ok || !badges) return c.redirect('/verify', 303)
    const address = parseEmailAddress(given.data.email ?? '')
    if (!address) return result(c, badges, { compareError: c.get('t')('verify.compare.error') })
    return result(
      c,
      badges.map((badge) => withRecipient(badge, address.canonical)),
    )
  })

  routes.post('/verify/keep', async (c) => {
    await limit(c)
    const given = await readForm(c, z.object({ result: z.string() }))
    const badges = given.ok ? openResult(deps, given.data.result) : undefined
    if (!badges) return c.redirect('/verify', 303)
    const id = newPublicId()
    const createdAt = deps.now()
    const expiresAt = new Date(createdAt.getTime() + keptDays * 86_400_000)
    await keepResult(deps.db, { id, badges, createdAt, expiresAt })
    return c.redirect(`/verify/r/${id}`, 303)
  })

  routes.get('/verify/r/:id', async (c) => {
    const id = c.req.param('id')
    const kept = isPublicId(id) ? await keptResult(deps.db, id, deps.now()) : undefined
    if (!kept) throw new HttpError(404, 'There is no such result')
    if (c.req.query('format') === 'json') return c.json({ reports: kept.badges.map(asJson) })
    return result(c, kept.badges, { keptUntil: kept.expiresAt, url: `${deps.config.publicUrl}/verify/r/${id}` })
  })

  const asked = z.strictObject({
    input: z.union([z.string(), z.record(z.string(), z.unknown())]),
    expectedRecipient: z.string().max(500).optional(),
  })
  routes.post('/api/verify', async (c) => {
    await limit(c)
    const type = c.req.header('content-type') ?? ''
    let input: string | Uint8Array
    let expectedRecipient: string | undefined
    if (/^application\/json\b/i.test(type)) {
      const body = asked.safeParse(await c.req.json().catch(() => undefined))
      if (!body.success) throw new HttpError(400, 'Send {"input": a badge as text or JSON, or its address}, or a file')
      input = typeof body.data.input === 'string' ? body.data.input : JSON.stringify(body.data.input)
      expectedRecipient = body.data.expectedRecipient
    } else input = new Uint8Array(await c.req.arrayBuffer())
    if (input.length === 0) throw new HttpError(400, 'There is nothing to check')
    if (input.length > maxUploadBytes) throw new HttpError(413, 'The file is larger than 10 MB')
    try {
      const [badges, pdf] = await Promise.all([
        checkBadge(deps, input, expectedRecipient === undefined ? {} : { expectedRecipient }),
        typeof input === 'string' ? undefined : pdfOf(input),
      ])
      return c.json({ reports: badges.map(asJson), ...(pdf ? { pdf: pdf.report } : {}) })
    } catch (error) {
      if (!(error instanceof VerifyRefused)) throw error
      throw error.code === 'verify.busy'
        ? new HttpError(503, 'Many badges are being checked', { retryAfterS: 30, cause: error })
        : new HttpError(422, 'Checking this would take too long', { cause: error })
    }
  })

  type Fail = (field: string, message: FieldError['message']) => Response

  async function fromFile(c: Ctx, bytes: Uint8Array, fail: Fail): Promise<Response> {
    const [badges, pdf] = await Promise.all([checkBadge(deps, bytes), pdfOf(bytes)])
    const [first] = badges
    if (badges.length === 1 && first && foundNothing(first)) {
      if (pdf) return pdfAlone(c, pdf)
      // A photograph or screenshot may still show a code.
      const code = await textInPhoto(deps.verifier, bytes)
      if (code !== undefined) return fromText(c, code, 'file', fail)
      return fail('file', reasonOf(first) === 'read.damaged' ? 'verify.error.damaged' : 'verify.error.noBadge')
    }
    return result(c, badges, pdf ? { pdf } : {})
  }

  /** A file that says it is a PDF, wherever in its first bytes, as readers of PDF look for it. */
  async function pdfOf(bytes: Uint8Array): Promise<CheckedPdf | undefined> {
    const isPdf = Buffer.from(bytes.subarray(0, 1024)).includes('%PDF-')
    return isPdf ? deps.checkPdf?.(bytes) : undefined
  }

  /** A signed document without a badge inside. */
  function pdfAlone(c: Ctx, pdf: CheckedPdf): Response {
    return page(c, deps, {
      section: 'public',
      noindex: true,
      title: c.get('t')('verify.result'),
      width: 'text',
      body: pdf.section(c, { isAlone: true }),
    })
  }

  async function fromText(c: Ctx, text: string, field: string, fail: Fail): Promise<Response> {
    const badges = await checkBadge(deps, text)
    const [first] = badges
    if (badges.length === 1 && first && foundNothing(first)) {
      if (!/^https?:\/\/\S+$/i.test(text)) return fail(field, 'verify.error.noBadgeText')
      return fail(field, reasonOf(first) === 'read.url' ? 'verify.error.noAnswer' : 'verify.error.noBadgeAt')
    }
    return result(c, badges)
  }

  /** One of our own badges by its id: for whoever may see it. Reading it changes nothing. */
  async function ownBadge(c: Ctx, id: string): Promise<Response> {
    await limit(c)
    const sight = isPublicId(id) ? await sightOf(deps.db, { publicId: id, looker: c.get('viewer') }) : undefined
    const body = sight?.kind === 'shown' ? await signedCredentialBody(deps.db, id) : undefined
    if (sight?.kind !== 'shown' || body === undefined || !isAccepted(sight.credential))
      throw new HttpError(404, 'There is no such badge')
    return result(c, await checkBadge(deps, body))
  }

  /** Everybody may check badges, nobody as many as it takes to slow the others down. */
  async function limit(c: Ctx): Promise<void> {
    const waitS = await throttle(deps, {
      purpose: 'verify',
      subject: throttledNetwork(c.get('clientAddress')),
      limit: checksPerHour,
      windowS: 3600,
    })
    if (waitS > 0) throw new HttpError(429, 'Too many checks', { retryAfterS: waitS })
  }

  function form(c: Ctx, typed: Record<string, string> = {}, errors: FieldError[] = []): Response {
    const t = c.get('t')
    return page(c, deps, {
      section: 'public',
      title: t('verify.heading'),
      lead: t('verify.lead'),
      width: 'form',
      ...(errors.length > 0 ? { error: true } : {}),
      body: verifyForm(t, { fields: () => formFields(c, deps), typed, errors }),
    })
  }

  function result(
    c: Ctx,
    badges: CheckedBadge[],
    o: { keptUntil?: Date; url?: string; compareError?: string; pdf?: CheckedPdf } = {},
  ): Response {
    const t = c.get('t')
    return page(c, deps, {
      section: 'public',
      noindex: true,
      title: o.keptUntil ? t('verify.keep.title') : t('verify.result'),
      width: 'text',
      ...(o.compareError ? { error: true } : {}),
      body: html`${resultPage({
        t,
        locale: c.get('locale'),
        badges,
        sealed: o.keptUntil ? undefined : sealResult(deps, badges),
        keptUntil: o.keptUntil,
        url: o.url,
        compareError: o.compareError,
        fields: () => formFields(c, deps),
      })}${o.pdf?.section(c, { isAlone: false })}`,
    })
  }

  function asJson(badge: CheckedBadge) {
    return { ...badge, sentence: verdictSentence({ t: english, locale: 'en' }, badge) }
  }

  return routes
}

function foundNothing({ checks, credential }: CheckedBadge): boolean {
  return credential === undefined && checks.some(({ code }) => code === 'format.unreadable')
}
