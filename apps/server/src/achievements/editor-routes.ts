import { Hono } from 'hono'
import { z } from 'zod'
import type { Deps } from '../platform/deps.ts'
import { HttpError } from '../platform/errors.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { type FieldError as FormError, line, readForm } from '../platform/http/forms.ts'
import { html } from '../platform/http/html.ts'
import { isPublicId } from '../platform/ids.ts'
import { flash, formFields, readIdempotencyKey } from '../platform/http/page.ts'
import type { Translate } from '../platform/i18n/messages.ts'
import {
  button,
  field,
  form,
  formActions,
  linkButton,
  select,
  errorSummary,
  errorFor,
  type FieldError,
} from '../platform/pages/components.ts'
import { consolePage, inConsole, may, requirePermission, requireRole } from '../organizations/index.ts'
import { badgeSvg } from './badge-image.ts'
import { type AchievementContent, contentLanguages, limits } from './content.ts'
import { contentOf, type DraftFields, draftForm, fieldsOf } from './draft-form.ts'
import {
  AchievementRefused,
  type CheckSignable,
  createTemplate,
  deleteDraft,
  discardChanges,
  publicationProblems,
  publishTemplate,
  sameContent,
  saveDraft,
  setArchived,
} from './edit.ts'
import { editor } from './editor-page.ts'
import { type ListFilter, listFilters, templateList } from './list-page.ts'
import { designOf } from './picture.ts'
import * as store from './store.ts'
import { review, templateHead, templateView } from './template-page.ts'

const newForm = z.object({
  name: line(limits.name, { missing: 'template.new.name.missing', tooLong: 'template.tooLong' }),
  language: z.enum(contentLanguages).default('en'),
})
const noFields = z.object({})

/** The template that the address names, of this organization; anything else is not there. */
export async function templateOf(c: Ctx, deps: Pick<Deps, 'db'>) {
  const publicId = c.req.param('badge') ?? ''
  const found = isPublicId(publicId)
    ? await store.achievement(deps.db, inConsole(c).organization.id, publicId)
    : undefined
  if (!found) throw new HttpError(404, 'No such badge template')
  return found
}

/** Where an action on the template acts, and who acts. */
export function editing(c: Ctx) {
  const { organization, viewer } = inConsole(c)
  return {
    organizationId: organization.id,
    publicId: c.req.param('badge') ?? '',
    actor: { accountId: viewer.accountId },
  }
}

export function translated(t: Translate, errors: readonly FormError[]): FieldError[] {
  return errors.map(({ field: name, message, values }) => ({
    field: name,
    message: t(message, { max: 40_000, ...values }),
  }))
}

/** Writing, previewing and publishing badge templates. */
export function editorRoutes(deps: Deps, checkSignable: CheckSignable): Hono<Env> {
  const routes = new Hono<Env>()
  const design = requirePermission(deps, 'design')
  const read = requireRole(deps)

  routes.get('/console/:org/badges', read, async (c) => {
    const t = c.get('t')
    const { organization, role, base } = inConsole(c)
    const filter: ListFilter = listFilters.find((known) => known === c.req.query('show')) ?? 'all'
    return consolePage(c, deps, {
      title: t('template.list.title'),
      lead: t('template.list.lead', { name: organization.name }),
      body: templateList(t, {
        base,
        locale: c.get('locale'),
        rows: await store.templates(deps.db, organization.id),
        filter,
        canDesign: may(role, 'design'),
      }),
    })
  })

  const newPage = (c: Ctx, typed: Record<string, string>, errors: readonly FieldError[]) => {
    const t = c.get('t')
    const { base } = inConsole(c)
    return consolePage(c, deps, {
      title: t('template.new.title'),
      lead: t('template.new.lead'),
      width: 'form',
      error: errors.length > 0,
      body: html`${errorSummary(t, errors)}${form({
        action: `${base}/badges/new`,
        csrf: formFields(c, deps),
        body: html`${field({ name: 'name', label: t('template.name'), hint: t('template.name.hint'), value: typed['name'] ?? '', error: errorFor(errors, 'name'), maxLength: limits.name, autocomplete: 'off', required: true })}${select({ name: 'language', label: t('template.language'), width: 'medium', value: typed['language'] ?? c.get('locale'), options: contentLanguages.map((value) => ({ value, label: t(`template.language.${value}`) })) })}${formActions(button({ label: t('template.new.submit') }), linkButton({ label: t('team.cancel'), href: `${base}/badges`, kind: 'quiet' }))}`,
      })}`,
    })
  }
  routes.get('/console/:org/badges/new', design, (c) => newPage(c, {}, []))
  routes.post('/console/:org/badges/new', design, async (c) => {
    const read = await readForm(c, newForm)
    if (!read.ok)
      return newPage(
        c,
        read.typed,
        translated(
          c.get('t'),
          read.errors.map((error) => ({ ...error, values: { max: limits.name } })),
        ),
      )
    const { organization, viewer, base } = inConsole(c)
    const { publicId } = await createTemplate(deps, {
      organizationId: organization.id,
      actor: { accountId: viewer.accountId },
      ...read.data,
      key: await readIdempotencyKey(c),
    })
    return c.redirect(`${base}/badges/${publicId}`, 303)
  })

  const head = async (c: Ctx, achievement: store.AchievementRow) => {
    const { organization, role, base } = inConsole(c)
    const present = await store.latestVersion(deps.db, organization.id, achievement.id)
    return templateHead(c.get('t'), {
      base,
      organizationSlug: organization.slug,
      achievement,
      published: present?.content,
      canDesign: may(role, 'design'),
      canIssue: may(role, 'issue'),
      fields: () => formFields(c, deps),
    })
  }

  const editorPage = async (
    c: Ctx,
    achievement: store.AchievementRow,
    o: {
      fields?: DraftFields
      content?: AchievementContent
      errors?: readonly FieldError[]
      isConflict?: boolean
      basedOn?: string
    } = {},
  ) => {
    const t = c.get('t')
    const { organization, base } = inConsole(c)
    const content = o.content ?? achievement.draft
    const fields = o.fields ?? fieldsOf(achievement.draft)
    const filled = lastSkill(fields)
    const asked = Number(c.req.query('skills'))
    return consolePage(c, deps, {
      title: content.name || t('template.untitled'),
      status: o.isConflict ? 409 : undefined,
      error: (o.errors?.length ?? 0) > 0 || o.isConflict,
      body: html`${await head(c, achievement)}${editor(t, {
        base,
        locale: c.get('locale'),
        achievement,
        fields,
        content,
        errors: o.errors ?? [],
        isConflict: o.isConflict,
        basedOn: o.basedOn ?? (o.isConflict ? undefined : achievement.draftSavedAt.toISOString()),
        issuerName: organization.name,
        hidden: formFields(c, deps),
        now: deps.now(),
        skillRows: Math.min(limits.skills, Math.max(3, filled + 1, Number.isInteger(asked) ? asked : 0)),
      })}`,
    })
  }

  routes.get('/console/:org/badges/:badge', read, async (c) => {
    const achievement = await templateOf(c, deps)
    const { organization, role, base } = inConsole(c)
    const canDesign = may(role, 'design')
    if (canDesign && achievement.state !== 'archived') return editorPage(c, achievement)
    const present = await store.latestVersion(deps.db, organization.id, achievement.id)
    const content = present?.content ?? achievement.draft
    const t = c.get('t')
    return consolePage(c, deps, {
      title: content.name || t('template.untitled'),
      body: html`${await head(c, achievement)}${templateView(t, { base, locale: c.get('locale'), achievement, content, fields: () => formFields(c, deps), canRestore: canDesign })}`,
    })
  })

  /** Saves what was typed; answers with the editor when that was not possible. */
  const save = async (c: Ctx): Promise<Response | undefined> => {
    const achievement = await templateOf(c, deps)
    const t = c.get('t')
    const sent = await readForm(c, draftForm)
    const { content, errors } = contentOf(sent.typed, achievement.draft)
    const problems = sent.ok ? errors : [...sent.errors, ...errors]
    if (problems.length > 0)
      return editorPage(c, achievement, {
        fields: sent.typed,
        content,
        errors: translated(t, problems),
        basedOn: sent.typed['savedAt'],
      })
    try {
      await saveDraft(deps, { ...editing(c), content, basedOn: sent.typed['savedAt'] })
      return undefined
    } catch (error) {
      if (!(error instanceof AchievementRefused)) throw error
      if (error.code === 'achievement.archived')
        return c.redirect(`${inConsole(c).base}/badges/${achievement.publicId}`, 303)
      if (error.code !== 'achievement.changed-elsewhere') throw new HttpError(404, 'No such badge template')
      // The script goes on with what it stands on: only a person may choose to save over somebody else's text.
      const basedOn = c.req.path.endsWith('/autosave') ? sent.typed['savedAt'] : undefined
      return editorPage(c, achievement, { fields: sent.typed, content, isConflict: true, basedOn })
    }
  }
  const at = (c: Ctx) => `${inConsole(c).base}/badges/${c.req.param('badge')}`

  routes.post('/console/:org/badges/:badge', design, async (c) => {
    const refused = await save(c)
    if (refused) return refused
    flash(c, deps, { kind: 'success', message: c.get('t')('template.saved') })
    return c.redirect(at(c), 303)
  })
  // The script saves while somebody types, and takes the parts of the page that changed from the answer.
  routes.post('/console/:org/badges/:badge/autosave', design, async (c) => {
    return (await save(c)) ?? editorPage(c, await templateOf(c, deps))
  })
  for (const [action, target] of [
    ['preview', '#preview'],
    ['review', '/publish'],
    ['to-design', '/design'],
  ] as const) {
    routes.post(`/console/:org/badges/:badge/${action}`, design, async (c) => {
      return (await save(c)) ?? c.redirect(`${at(c)}${target}`, 303)
    })
  }
  routes.post('/console/:org/badges/:badge/more-skills', design, async (c) => {
    const refused = await save(c)
    if (refused) return refused
    const { draft } = await templateOf(c, deps)
    return c.redirect(
      `${at(c)}?skills=${Math.min(limits.skills, Math.max(3, draft.skills.length + 1) + 3)}#skills`,
      303,
    )
  })

  const publishPage = async (c: Ctx, error?: string) => {
    const t = c.get('t')
    const { organization, base } = inConsole(c)
    const achievement = await templateOf(c, deps)
    if (achievement.state === 'archived') return c.redirect(at(c), 303)
    const present = await store.latestVersion(deps.db, organization.id, achievement.id)
    return consolePage(c, deps, {
      title: t('template.publish.title', { name: achievement.draft.name || t('template.untitled') }),
      lead: t('template.publish.lead'),
      width: 'text',
      error: error !== undefined,
      body: review(t, {
        base,
        achievement,
        problems: publicationProblems(achievement, achievement.draft),
        nextVersion: (present?.version ?? 0) + 1,
        hasChanges: present === undefined || !sameContent(present.content, achievement.draft),
        fields: formFields(c, deps),
        error,
      }),
    })
  }
  routes.get('/console/:org/badges/:badge/publish', design, (c) => publishPage(c))
  routes.post('/console/:org/badges/:badge/publish', design, async (c) => {
    const achievement = await templateOf(c, deps)
    await readForm(c, noFields)
    const t = c.get('t')
    try {
      await publishTemplate(deps, checkSignable, editing(c))
    } catch (error) {
      if (!(error instanceof AchievementRefused)) throw error
      // A double click publishes once: the second one finds nothing new and lands where the first one did.
      if (error.code === 'achievement.unchanged') return c.redirect(at(c), 303)
      if (error.code === 'achievement.not-signable')
        return publishPage(c, t('template.publish.notSignable', { reason: error.values['reason'] ?? '' }))
      return publishPage(c, error.code === 'achievement.incomplete' ? undefined : t('template.refused.gone'))
    }
    flash(c, deps, { kind: 'success', message: t('template.publish.done', { name: achievement.draft.name }) })
    return c.redirect(at(c), 303)
  })

  routes.get('/console/:org/badges/:badge/picture.svg', read, async (c) => {
    const achievement = await templateOf(c, deps)
    const settings = achievement.draft.image.kind === 'generated' ? achievement.draft.image.settings : {}
    return c.body(badgeSvg(designOf(achievement, achievement.draft.name, settings)), 200, {
      'content-type': 'image/svg+xml',
      // The address names the design (draftPicture), so it may be kept.
      'cache-control': c.req.query('v') ? 'private, max-age=3600' : 'private, no-cache',
      'content-security-policy': "default-src 'none'; sandbox",
    })
  })

  routes.post('/console/:org/badges/:badge/copy', design, async (c) => {
    const achievement = await templateOf(c, deps)
    await readForm(c, noFields)
    const t = c.get('t')
    const { organization, viewer, base } = inConsole(c)
    const { publicId } = await createTemplate(deps, {
      organizationId: organization.id,
      actor: { accountId: viewer.accountId },
      name: t('template.copy.name', { name: achievement.draft.name }).slice(0, limits.name),
      language: achievement.draft.language,
      copyOf: achievement.publicId,
      key: await readIdempotencyKey(c),
    })
    flash(c, deps, { kind: 'success', message: t('template.copy.done') })
    return c.redirect(`${base}/badges/${publicId}`, 303)
  })

  /** Small changes of state: done, or already done by somebody else. */
  const act = (
    path: string,
    change: (c: Ctx, achievement: store.AchievementRow) => Promise<string>,
    to: (c: Ctx) => string,
  ) =>
    routes.post(`/console/:org/badges/:badge/${path}`, design, async (c) => {
      const achievement = await templateOf(c, deps)
      await readForm(c, noFields)
      try {
        flash(c, deps, { kind: 'success', message: await change(c, achievement) })
      } catch (error) {
        if (!(error instanceof AchievementRefused)) throw error
        flash(c, deps, { kind: 'error', message: c.get('t')('template.refused.gone') })
      }
      return c.redirect(to(c), 303)
    })
  for (const [path, archived, done] of [
    ['archive', true, 'template.archive.done'],
    ['restore', false, 'template.restore.done'],
  ] as const) {
    act(
      path,
      async (c, achievement) => {
        await setArchived(deps, { ...editing(c), archived })
        return c.get('t')(done, { name: achievement.draft.name })
      },
      at,
    )
  }
  act(
    'discard',
    async (c, achievement) => {
      await discardChanges(deps, editing(c))
      return c.get('t')('template.discard.done', { version: achievement.currentVersion ?? 1 })
    },
    at,
  )
  act(
    'delete',
    async (c) => {
      await deleteDraft(deps, editing(c))
      return c.get('t')('template.delete.done')
    },
    (c) => `${inConsole(c).base}/badges`,
  )
  routes.get('/console/:org/badges/:badge/delete', design, async (c) => {
    const achievement = await templateOf(c, deps)
    if (achievement.currentVersion !== null) return c.redirect(at(c), 303)
    const t = c.get('t')
    return consolePage(c, deps, {
      title: t('template.delete.title', { name: achievement.draft.name || t('template.untitled') }),
      width: 'form',
      body: html`<p>${t('template.delete.effect')}</p>${form({
        action: `${at(c)}/delete`,
        csrf: formFields(c, deps),
        body: formActions(
          button({ label: t('template.delete'), kind: 'danger' }),
          linkButton({ label: t('team.cancel'), href: at(c), kind: 'quiet' }),
        ),
      })}`,
    })
  })
  return routes
}

function lastSkill(fields: DraftFields): number {
  for (let row = limits.skills; row > 0; row--)
    if (['Name', 'Framework', 'Code', 'Url'].some((part) => (fields[`skill${row}${part}`] ?? '') !== '')) return row
  return 0
}
