import { Hono } from 'hono'
import { z } from 'zod'
import type { Deps } from '../platform/deps.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { readForm } from '../platform/http/forms.ts'
import { flash, formFields } from '../platform/http/page.ts'
import { graphemes } from '../platform/pictures/lettering.ts'
import type { FieldError } from '../platform/pages/components.ts'
import { savePicture } from '../platform/pictures/store.ts'
import { PictureRefused, readUploadedPicture } from '../platform/pictures/upload.ts'
import {
  consolePage,
  formatRatio,
  inConsole,
  pictureRefusalMessage,
  removedMessage,
  requirePermission,
} from '../organizations/index.ts'
import { type AchievementContent, type BadgeImageSettings, limits } from './content.ts'
import { designer } from './design-page.ts'
import { saveDraft } from './edit.ts'
import { editing, templateOf } from './editor-routes.ts'
import { badgeBorders, badgeGlyphs, badgePalettes, badgePatterns, badgeShapes } from './image-choices.ts'
import { contrastOf, designOf, leastContrast, pictureWidth, proposedAltText } from './picture.ts'
import type { AchievementRow } from './store.ts'

const text = z.string().max(2000).optional()
const designForm = z.object({
  shape: text,
  pattern: text,
  palette: text,
  border: text,
  glyph: text,
  initials: text,
  ringText: text,
  levelMarks: text,
  altText: text,
})
const uploadForm = z.object({ file: z.instanceof(File).optional(), uploadAltText: text })

type Fields = Partial<Record<string, string>>

/** The picture of a template: drawn from choices, or uploaded. */
export function designRoutes(deps: Deps): Hono<Env> {
  const routes = new Hono<Env>()
  const design = requirePermission(deps, 'design')

  const designPage = async (
    c: Ctx,
    achievement: AchievementRow,
    o: { fields: Fields; settings: BadgeImageSettings; errors?: readonly FieldError[] },
  ) => {
    const t = c.get('t')
    const { base } = inConsole(c)
    const { draft } = achievement
    const errors = o.errors ?? []
    return consolePage(c, deps, {
      title: t('design.title'),
      lead: t('design.lead', { name: draft.name || t('template.untitled') }),
      error: errors.length > 0,
      body: designer(t, {
        base,
        locale: c.get('locale'),
        publicId: achievement.publicId,
        name: draft.name,
        contentLanguage: draft.language,
        fields: o.fields,
        design: designOf(achievement, draft.name, o.settings),
        errors,
        hidden: () => formFields(c, deps),
      }),
    })
  }
  const archived = (c: Ctx, achievement: AchievementRow) =>
    achievement.state === 'archived'
      ? c.redirect(`${inConsole(c).base}/badges/${achievement.publicId}`, 303)
      : undefined

  routes.get('/console/:org/badges/:badge/design', design, async (c) => {
    const achievement = await templateOf(c, deps)
    const { draft } = achievement
    const settings = draft.image.kind === 'generated' ? draft.image.settings : {}
    return (
      archived(c, achievement) ??
      designPage(c, achievement, {
        settings,
        fields: {
          ...fieldsOf(settings),
          altText: draft.image.kind === 'generated' ? draft.altText : proposedAltText(draft, achievement, {}),
          uploadAltText: draft.image.kind === 'uploaded' ? draft.altText : '',
        },
      })
    )
  })

  /** What was chosen. The proposed words follow the choices until somebody writes their own. */
  const readChoices = async (c: Ctx, achievement: AchievementRow) => {
    const t = c.get('t')
    const { typed } = await readForm(c, designForm)
    const errors: FieldError[] = []
    const settings: BadgeImageSettings = {}
    const pick = <T extends string>(from: readonly T[], name: string): T | undefined =>
      from.find((known) => known === typed[name])
    settings.shape = pick(badgeShapes, 'shape')
    settings.pattern = pick(badgePatterns, 'pattern')
    settings.palette = pick(badgePalettes, 'palette')
    settings.border = pick(badgeBorders, 'border')
    settings.glyph = pick(badgeGlyphs, 'glyph')
    const initials = (typed['initials'] ?? '').trim()
    if (graphemes(initials).length > 3) errors.push({ field: 'initials', message: t('design.initials.shape') })
    else if (initials !== '') settings.initials = initials
    const ringText = (typed['ringText'] ?? '').replace(/\s+/g, ' ').trim()
    if (ringText.length > 60) errors.push({ field: 'ringText', message: t('template.tooLong', { max: 60 }) })
    else if (ringText !== '') settings.ringText = ringText
    const marks = (typed['levelMarks'] ?? '').trim()
    if (marks !== '' && !/^[0-5]$/.test(marks))
      errors.push({ field: 'levelMarks', message: t('design.levelMarks.shape') })
    else if (marks !== '' && marks !== '0') settings.levelMarks = Number(marks)
    const { draft } = achievement
    const before =
      draft.image.kind === 'generated' ? proposedAltText(draft, achievement, draft.image.settings) : undefined
    const typedAlt = (typed['altText'] ?? '').replace(/\s+/g, ' ').trim()
    const altText = typedAlt === '' || typedAlt === before ? proposedAltText(draft, achievement, settings) : typedAlt
    if (altText.length > limits.altText)
      errors.push({ field: 'altText', message: t('template.tooLong', { max: limits.altText }) })
    return { typed, settings, altText, errors }
  }

  routes.post('/console/:org/badges/:badge/design/preview', design, async (c) => {
    const achievement = await templateOf(c, deps)
    const { typed, settings, altText, errors } = await readChoices(c, achievement)
    return designPage(c, achievement, { fields: { ...typed, altText }, settings, errors })
  })

  routes.post('/console/:org/badges/:badge/design', design, async (c) => {
    const achievement = await templateOf(c, deps)
    const t = c.get('t')
    const { typed, settings, altText, errors } = await readChoices(c, achievement)
    const ratio = contrastOf(designOf(achievement, achievement.draft.name, settings))
    if (ratio < leastContrast)
      errors.push({
        field: 'palette',
        message: t('design.contrast.low', { ratio: formatRatio(c.get('locale'), ratio) }),
      })
    if (errors.length > 0) return designPage(c, achievement, { fields: { ...typed, altText }, settings, errors })
    return keep(c, achievement, { ...achievement.draft, image: { kind: 'generated', settings }, altText })
  })

  routes.post('/console/:org/badges/:badge/design/upload', design, async (c) => {
    const achievement = await templateOf(c, deps)
    const t = c.get('t')
    const form = await readForm(c, uploadForm)
    const { draft } = achievement
    const errors: FieldError[] = []
    const altText = (form.typed['uploadAltText'] ?? '').replace(/\s+/g, ' ').trim()
    if (altText === '') errors.push({ field: 'uploadAltText', message: t('template.altText.missing') })
    else if (altText.length > limits.altText)
      errors.push({ field: 'uploadAltText', message: t('template.tooLong', { max: limits.altText }) })
    const file = form.ok ? form.data.file : undefined
    const settings = draft.image.kind === 'generated' ? draft.image.settings : {}
    const refused = () =>
      designPage(c, achievement, {
        settings,
        errors,
        fields: {
          ...fieldsOf(settings),
          altText: proposedAltText(draft, achievement, settings),
          uploadAltText: altText,
        },
      })
    if (!file) {
      errors.unshift({ field: 'file', message: t('design.upload.missing') })
      return refused()
    }
    try {
      const upload = await readUploadedPicture(new Uint8Array(await file.arrayBuffer()), {
        square: true,
        minimum: 400,
        largest: pictureWidth,
      })
      if (errors.length > 0) return refused()
      const pictureHash = await savePicture(deps.db, upload.png, deps.now)
      const svgHash = upload.svg && (await savePicture(deps.db, upload.svg, deps.now))
      const image = svgHash
        ? ({ kind: 'uploaded', pictureHash, svgHash } as const)
        : ({ kind: 'uploaded', pictureHash } as const)
      return await keep(
        c,
        achievement,
        { ...draft, image, altText },
        removedMessage(t, c.get('locale'), upload.removed),
      )
    } catch (error) {
      if (!(error instanceof PictureRefused)) throw error
      errors.unshift({ field: 'file', message: pictureRefusalMessage(t, error) })
      return refused()
    }
  })

  const keep = async (c: Ctx, achievement: AchievementRow, content: AchievementContent, notice?: string) => {
    const refused = archived(c, achievement)
    if (refused) return refused
    await saveDraft(deps, { ...editing(c), content })
    const done = c.get('t')('design.done')
    flash(c, deps, { kind: notice ? 'warning' : 'success', message: notice ? `${done} ${notice}` : done })
    return c.redirect(`${inConsole(c).base}/badges/${achievement.publicId}`, 303)
  }
  return routes
}

function fieldsOf(settings: BadgeImageSettings): Fields {
  const { levelMarks, ...rest } = settings
  return { ...rest, levelMarks: String(levelMarks ?? 0) }
}
