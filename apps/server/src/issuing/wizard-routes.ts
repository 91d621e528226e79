import { Hono } from 'hono'
import { z } from 'zod'
import {
  contentIn,
  publishedAchievement,
  publishedAchievements,
  type PublishedAchievement,
} from '../achievements/index.ts'
import { hasRecentProof, requireRecentProof } from '../accounts/index.ts'
import {
  addConsoleSection,
  formatDate,
  inConsole,
  type Organization,
  requirePermission,
} from '../organizations/index.ts'
import { HttpError } from '../platform/errors.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { type FieldError as TypedError, readForm } from '../platform/http/forms.ts'
import { once } from '../platform/http/idempotency.ts'
import { flash, readIdempotencyKey } from '../platform/http/page.ts'
import { locales, type MessageKey } from '../platform/i18n/messages.ts'
import { previewOf } from './award-credential.ts'
import { awardOne, type OneAward } from './award-one.ts'
import { badgeStep } from './badge-step.ts'
import type { Batch, BatchSettings } from './batch.ts'
import { awardRequestOf } from './batch-award.ts'
import * as store from './batch-store.ts'
import { checkedWords, checkingPage, checkStep, rowsPerPage } from './check-step.ts'
import type { ColumnMapping } from './columns.ts'
import { columnsStep } from './columns-step.ts'
import { expiryOf } from './expiry.ts'
import type { IssuingDeps } from './issuing-deps.ts'
import { peopleStep } from './people-step.ts'
import { BatchRefused, changeBatch, checkAgain, keepPerson, loadList, setColumns, startBatch } from './prepare-batch.ts'
import { progressPage, progressWords } from './progress-page.ts'
import { TableRefused } from './read-table.ts'
import { reportCsv } from './report-csv.ts'
import { type MailPreview, reviewStep } from './review-step.ts'
import { warningWords } from './row-words.ts'
import { cancelBatch, retryBatch, sendBatch } from './send-batch.ts'
import { pasteForm, personForm, reviewForm, settingsForm, settingsOf, uploadForm } from './settings-form.ts'
import { shownErrors, stepPath } from './wizard-frame.ts'
import { readAnswers, readManyFields, readMapping } from './wizard-forms.ts'
import { untilChecked } from './until-checked.ts'

/** The pages on which a team issues badges: badge, people, columns, check, review, progress (UX 10, W7). */
export function wizardRoutes(deps: IssuingDeps): Hono<Env> {
  addConsoleSection({ path: 'issue', label: 'issuing.nav', permission: 'issue', order: 30 })
  const routes = new Hono<Env>()
  const mayIssue = requirePermission(deps, 'issue')
  routes.use('/console/:org/issue', mayIssue)
  routes.use('/console/:org/issue/*', mayIssue)

  const batchOf = async (c: Ctx): Promise<Batch> => {
    const batch = await store.batchByPublicId(deps.db, inConsole(c).organization.id, c.req.param('batch') ?? '')
    if (!batch) throw new HttpError(404, 'There is no such batch')
    return batch
  }
  const which = (batch: Batch) => ({ organizationId: batch.organizationId, batchId: batch.id })
  const achievementOf = async (batch: Batch): Promise<PublishedAchievement> => {
    const found =
      batch.achievementId && (await publishedAchievement(deps.db, batch.organizationId, batch.achievementId))
    if (!found) throw new HttpError(404, 'The badge template is not published')
    return found
  }
  const to = (c: Ctx, batch: Pick<Batch, 'publicId'>, step: Parameters<typeof stepPath>[2]) =>
    c.redirect(stepPath(inConsole(c).base, batch, step), 303)
  /** A batch that was sent or cancelled has left the wizard. */
  const isOpen = (batch: Batch) => ['draft', 'checking', 'ready'].includes(batch.state)
  /** What a form refused goes back to the page it came from, in the same words at the field and above. */
  const refusedTable = (c: Ctx, error: unknown, field: string): TypedError[] => {
    if (!(error instanceof TableRefused)) throw error
    return [{ field, message: `issuing.${error.code}` satisfies MessageKey, values: error.values }]
  }

  // Step 1: badge
  const showBadge = async (
    c: Ctx,
    o: { batch?: Batch; typed: Record<string, string | undefined>; errors?: TypedError[] },
  ) => {
    const { organization } = inConsole(c)
    return badgeStep(c, deps, {
      batch: o.batch,
      typed: o.typed,
      achievements: await publishedAchievements(deps.db, organization.id),
      recent: o.batch ? [] : await store.recentBatches(deps.db, organization.id, 10),
      errors: shownErrors(c.get('t'), o.errors ?? []),
    })
  }
  const readSettings = async (c: Ctx) => {
    const form = await readForm(c, settingsForm)
    if (!form.ok) return form
    const errors: TypedError[] = []
    const achievement = (await publishedAchievements(deps.db, inConsole(c).organization.id)).find(
      ({ publicId }) => publicId === form.data.badge,
    )
    if (!achievement) errors.push({ field: 'badge', message: 'issuing.error.badge' })
    const { awardedOn, expiry, validUntil } = form.data
    const tomorrow = new Date(deps.now().getTime() + 86_400_000).toISOString().slice(0, 10)
    if (awardedOn && awardedOn > tomorrow) errors.push({ field: 'awardedOn', message: 'issuing.error.future' })
    if (expiry === 'on' && !validUntil) errors.push({ field: 'validUntil', message: 'issuing.error.validUntil' })
    if (validUntil && validUntil < (awardedOn ?? ''))
      errors.push({ field: 'validUntil', message: 'issuing.error.order' })
    if (!achievement || errors.length > 0) return { ok: false as const, errors, typed: form.typed }
    return { ok: true as const, typed: form.typed, achievement, settings: settingsOf(form.data) }
  }
  routes.get('/console/:org/issue', (c) => showBadge(c, { typed: { badge: c.req.query('badge') } }))
  routes.post('/console/:org/issue', async (c) => {
    const form = await readSettings(c)
    if (!form.ok) return showBadge(c, form)
    const { viewer } = inConsole(c)
    const key = await readIdempotencyKey(c)
    const started = await once(
      deps.db,
      { scope: `start-batch:${viewer.accountId}`, key, body: form.typed, now: deps.now },
      () => startBatch(deps, { ...form, createdBy: viewer.accountId }),
    )
    return to(c, started, 'people')
  })
  routes.get('/console/:org/issue/:batch', async (c) => {
    const batch = await batchOf(c)
    if (!isOpen(batch)) return to(c, batch, 'progress')
    if (batch.state === 'draft') return to(c, batch, batch.rowsTotal > 0 ? 'columns' : 'people')
    return to(c, batch, 'check')
  })
  routes.get('/console/:org/issue/:batch/badge', async (c) => {
    const batch = await batchOf(c)
    if (!isOpen(batch)) return to(c, batch, 'progress')
    const badge = (await achievementOf(batch)).publicId
    return showBadge(c, { batch, typed: { ...textSettings(batch.settings), badge } })
  })
  routes.post('/console/:org/issue/:batch/badge', async (c) => {
    const batch = await batchOf(c)
    const form = await readSettings(c)
    if (!form.ok) return showBadge(c, { ...form, batch })
    await changeBatch(deps, which(batch), form)
    return to(c, batch, batch.rowsTotal > 0 ? 'columns' : 'people')
  })

  // Step 2: people
  const showPeople = async (
    c: Ctx,
    batch: Batch,
    o: { typed?: Record<string, string>; errors?: TypedError[]; doubt?: string } = {},
  ) => {
    const achievement = await achievementOf(batch)
    return peopleStep(c, deps, {
      batch,
      badgeName: contentIn(achievement.content, c.get('locale')).name,
      needsEvidence: achievement.content.evidenceRule === 'required',
      typed: o.typed,
      errors: shownErrors(c.get('t'), o.errors ?? []),
      doubt: o.doubt,
    })
  }
  routes.get('/console/:org/issue/:batch/people', async (c) => {
    const batch = await batchOf(c)
    return isOpen(batch) ? showPeople(c, batch, { typed: batch.source.person }) : to(c, batch, 'progress')
  })
  routes.post('/console/:org/issue/:batch/person', async (c) => {
    const { viewer, base } = inConsole(c)
    const key = await readIdempotencyKey(c)
    const form = await readForm(c, personForm)
    const batch = await store.batchByPublicId(deps.db, inConsole(c).organization.id, c.req.param('batch'))
    if (!batch) {
      // The award has thrown its draft away; a second click belongs to the same award.
      const earlier = await store.answerOf(deps.db, `award-one:${viewer.accountId}`, key)
      if (!earlier) throw new HttpError(404, 'There is no such batch')
      return c.redirect(`${base}/issued/${earlier.publicId}`, 303)
    }
    if (!form.ok) return showPeople(c, batch, { typed: form.typed, errors: form.errors })
    // One award is as good as signed when it is asked for, so it needs what a whole list needs (SECURITY S10).
    if (!hasRecentProof(viewer, deps.now())) {
      await keepPerson(deps, which(batch), form.typed)
      const back = stepPath(base, batch, 'people')
      return c.redirect(`/sign-in/again?return=${encodeURIComponent(back)}`, 303)
    }
    const { notify, again, ...fields } = form.data
    const result = await awardOne(deps, {
      batch,
      achievement: await achievementOf(batch),
      fields,
      notify,
      isSure: again,
      actorAccountId: viewer.accountId,
      idempotencyKey: key,
    })
    if (result.outcome !== 'awarded') return showPeople(c, batch, { typed: form.typed, ...whatToSay(c, result) })
    flash(c, deps, { kind: 'success', message: c.get('t')('issuing.one.done', { name: result.name }) })
    return c.redirect(`${base}/issued/${result.publicId}`, 303)
  })
  const load = async (
    c: Ctx,
    list: { kind: 'file' | 'paste'; name: string | null; bytes: Uint8Array },
    { field, pasted }: { field: string; pasted?: string },
  ) => {
    const batch = await batchOf(c)
    try {
      await loadList(deps, which(batch), list)
    } catch (error) {
      const typed = pasted === undefined ? undefined : { ...batch.source.person, notify: 'yes', list: pasted }
      return showPeople(c, batch, { typed, errors: refusedTable(c, error, field) })
    }
    return to(c, batch, 'columns')
  }
  routes.post('/console/:org/issue/:batch/upload', async (c) => {
    const form = await readForm(c, uploadForm)
    if (!form.ok) return showPeople(c, await batchOf(c), { errors: form.errors })
    const { file } = form.data
    const name = file.name.replace(/[^\p{L}\p{N} ._()-]/gu, '').slice(0, 120)
    return load(c, { kind: 'file', name, bytes: new Uint8Array(await file.arrayBuffer()) }, { field: 'file' })
  })
  routes.post('/console/:org/issue/:batch/paste', async (c) => {
    const form = await readForm(c, pasteForm)
    const list = form.ok ? form.data.list : ''
    return load(
      c,
      { kind: 'paste', name: null, bytes: new TextEncoder().encode(list) },
      { field: 'list', pasted: list },
    )
  })

  // Step 3: columns
  const showColumns = (c: Ctx, batch: Batch, o: { mapping?: ColumnMapping; errors?: TypedError[] } = {}) =>
    columnsStep(c, deps, {
      batch,
      mapping: o.mapping ?? batch.source.mapping ?? [],
      dateOrder: batch.source.dateOrder,
      errors: shownErrors(c.get('t'), o.errors ?? []),
    })
  routes.get('/console/:org/issue/:batch/columns', async (c) => {
    const batch = await batchOf(c)
    if (!isOpen(batch)) return to(c, batch, 'progress')
    return batch.source.mapping ? showColumns(c, batch) : to(c, batch, 'people')
  })
  routes.post('/console/:org/issue/:batch/columns', async (c) => {
    const batch = await batchOf(c)
    const form = readMapping(await readManyFields(c), batch.source.mapping?.length ?? 0)
    if (form.hasHeading === (batch.source.hasHeading ?? false) && form.errors.length > 0)
      return showColumns(c, batch, form)
    const next = await setColumns(deps, which(batch), form)
    if (next === 'checking') {
      await untilChecked(deps, which(batch))
      return to(c, batch, 'check')
    }
    const now = await batchOf(c)
    const asksDate = form.hasHeading === (batch.source.hasHeading ?? false)
    return asksDate
      ? showColumns(c, now, { errors: [{ field: 'dateOrder', message: 'issuing.error.dateOrder' }] })
      : to(c, batch, 'columns')
  })

  // Step 4: check
  routes.get('/console/:org/issue/:batch/check', async (c) => {
    const batch = await batchOf(c)
    if (!isOpen(batch)) return to(c, batch, 'progress')
    if (batch.state === 'checking') return checkingPage(c, deps, batch)
    if (batch.state === 'draft') return to(c, batch, 'columns')
    const counts = await store.countRows(deps.db, which(batch))
    const asked = c.req.query('show')
    const show =
      asked === 'warnings' || asked === 'all' || asked === 'problems' ? asked : counts.problem > 0 ? 'problems' : 'all'
    const pageNumber = Math.max(1, Math.floor(Number(c.req.query('page') ?? 1)) || 1)
    const listed = await store.listRows(deps.db, which(batch), {
      show,
      offset: (pageNumber - 1) * rowsPerPage,
      limit: rowsPerPage,
    })
    return checkStep(c, deps, { batch, counts, show, page: pageNumber, ...listed })
  })
  routes.get('/console/:org/issue/:batch/check.json', async (c) => {
    const batch = await batchOf(c)
    const done = batch.state !== 'checking'
    return c.json({ value: batch.rowsChecked, max: batch.rowsTotal, text: checkedWords(c, batch), done })
  })
  routes.post('/console/:org/issue/:batch/check', async (c) => {
    const batch = await batchOf(c)
    await checkAgain(deps, which(batch), readAnswers(await readManyFields(c)))
    await untilChecked(deps, which(batch))
    return to(c, batch, 'check')
  })
  routes.get('/console/:org/issue/:batch/report.csv', async (c) => {
    const batch = await batchOf(c)
    c.header('content-type', 'text/csv; charset=utf-8')
    c.header('content-disposition', `attachment; filename="batch-${batch.number}-check.csv"`)
    c.header('cache-control', 'no-store')
    return c.body(await reportCsv(deps, c.get('t'), batch))
  })

  // Step 5: review
  const showReview = async (
    c: Ctx,
    batch: Batch,
    o: { typed?: Record<string, string>; errors?: TypedError[] } = {},
  ) => {
    const achievement = await achievementOf(batch)
    const same =
      batch.sourceHash === null
        ? undefined
        : await store.sameBefore(deps.db, {
            organizationId: batch.organizationId,
            achievementId: achievement.achievementId,
            sourceHash: batch.sourceHash,
            batchId: batch.id,
          })
    return reviewStep(c, deps, {
      batch,
      badgeName: contentIn(achievement.content, c.get('locale')).name,
      counts: await store.countRows(deps.db, which(batch)),
      expiry: expiryWords(c, batch.settings, achievement, deps.now()),
      previews: await previews(deps, inConsole(c).organization, batch, achievement),
      sameBefore: same,
      holdMinutes: deps.config.batchHoldMinutes,
      typed: o.typed ?? {},
      errors: shownErrors(c.get('t'), o.errors ?? []),
    })
  }
  routes.get('/console/:org/issue/:batch/review', async (c) => {
    const batch = await batchOf(c)
    if (!isOpen(batch)) return to(c, batch, 'progress')
    const { ready } = await store.countRows(deps.db, which(batch))
    return batch.state === 'ready' && ready > 0 ? showReview(c, batch) : to(c, batch, 'check')
  })
  routes.post('/console/:org/issue/:batch/send', requireRecentProof(deps), async (c) => {
    const batch = await batchOf(c)
    if (!isOpen(batch)) return to(c, batch, 'progress')
    const form = await readForm(c, reviewForm)
    if (!form.ok) return showReview(c, batch, form)
    const errors: TypedError[] = []
    const scheduledAt = form.data.when === 'later' ? momentOf(form.data.scheduledAt) : undefined
    if (form.data.when === 'later' && (!scheduledAt || scheduledAt <= deps.now()))
      errors.push({ field: 'scheduledAt', message: 'issuing.error.scheduledAt' })
    const same =
      batch.sourceHash && batch.achievementId && !form.data.again
        ? await store.sameBefore(deps.db, {
            ...which(batch),
            sourceHash: batch.sourceHash,
            achievementId: batch.achievementId,
          })
        : undefined
    if (same) errors.push({ field: 'again', message: 'issuing.error.again' })
    if (errors.length > 0) return showReview(c, batch, { typed: form.typed, errors })
    try {
      const { viewer } = inConsole(c)
      await sendBatch(deps, which(batch), {
        notify: form.data.notify === 'yes',
        scheduledAt,
        confirmedBy: viewer.accountId,
      })
    } catch (error) {
      // A second click: the batch is on its way already.
      if (!(error instanceof BatchRefused)) throw error
    }
    return to(c, batch, 'progress')
  })

  // Progress
  const progressOf = async (c: Ctx) => {
    const batch = await batchOf(c)
    return { batch, counts: await store.countRows(deps.db, which(batch)), now: deps.now() }
  }
  routes.get('/console/:org/issue/:batch/progress', async (c) => {
    const view = await progressOf(c)
    if (isOpen(view.batch)) return c.redirect(`${inConsole(c).base}/issue/${view.batch.publicId}`, 303)
    const achievement = await achievementOf(view.batch).catch(() => undefined)
    const failed = await store.listRows(deps.db, which(view.batch), { show: 'failed', offset: 0, limit: 100 })
    const badgeName = achievement ? contentIn(achievement.content, c.get('locale')).name : ''
    return progressPage(c, deps, { ...view, badgeName, failures: failed.rows })
  })
  routes.get('/console/:org/issue/:batch/progress.json', async (c) => {
    const view = await progressOf(c)
    const { issued, failed, ready } = view.counts
    const done = !['held', 'sending'].includes(view.batch.state)
    return c.json({ value: issued + failed, max: issued + failed + ready, text: progressWords(c, view), done })
  })
  routes.post('/console/:org/issue/:batch/cancel', async (c) => {
    const batch = await batchOf(c)
    await readForm(c, z.object({}))
    try {
      await cancelBatch(deps, which(batch))
      flash(c, deps, { kind: 'success', message: c.get('t')('issuing.progress.cancelled') })
    } catch (error) {
      if (!(error instanceof BatchRefused)) throw error
      flash(c, deps, { kind: 'warning', message: c.get('t')('issuing.progress.tooLate') })
    }
    return to(c, batch, 'progress')
  })
  routes.post('/console/:org/issue/:batch/retry', async (c) => {
    const batch = await batchOf(c)
    await readForm(c, z.object({}))
    await retryBatch(deps, which(batch), inConsole(c).viewer.accountId)
    return to(c, batch, 'progress')
  })

  return routes
}

/** The words for what kept one person from getting the badge. */
function whatToSay(
  c: Ctx,
  result: Exclude<OneAward, { outcome: 'awarded' }>,
): { errors?: TypedError[]; doubt?: string } {
  const t = c.get('t')
  if (result.outcome === 'doubts')
    return { doubt: result.warnings.map((warning) => warningWords(t, warning)).join(' ') }
  return {
    errors: result.problems.map((problem) => ({
      field: problem.field,
      message: `issuing.row.${problem.code}` satisfies MessageKey,
      values: { value: problem.value, ...problem.values },
    })),
  }
}

function textSettings(settings: BatchSettings): Record<string, string | undefined> {
  const { notify: _notify, scheduledAt: _scheduledAt, ...texts } = settings
  return texts
}

function expiryWords(c: Ctx, settings: BatchSettings, achievement: PublishedAchievement, now: Date): string {
  const t = c.get('t')
  const awardedOn = settings.awardedOn ?? now.toISOString().slice(0, 10)
  const until =
    settings.expiry === 'never'
      ? null
      : settings.expiry === 'on' && settings.validUntil
        ? new Date(settings.validUntil)
        : expiryOf(achievement.content.expiry, awardedOn)
  return until ? formatDate(c.get('locale'), until) : t('issuing.badge.expiry.never')
}

/** What the first person of the batch would read, in every language. */
async function previews(
  deps: IssuingDeps,
  organization: Organization,
  batch: Batch,
  achievement: PublishedAchievement,
): Promise<MailPreview[]> {
  const preview = deps.previewAwardMail
  const first = await store.firstReady(deps.db, { organizationId: batch.organizationId, batchId: batch.id })
  if (!preview || !first?.person) return []
  const award = previewOf(
    deps,
    organization,
    awardRequestOf({ achievement, batch, person: first.person, now: deps.now() }),
  )
  return locales.map((locale) => ({ locale, ...preview({ ...award, locale }) }))
}

/** A local date and time as browsers send it, read as UTC. */
function momentOf(text: string | undefined): Date | undefined {
  if (!text || !/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(text)) return undefined
  const moment = new Date(`${text}Z`)
  return Number.isNaN(moment.getTime()) ? undefined : moment
}
