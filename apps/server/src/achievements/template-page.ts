import { type Html, html } from '../platform/http/html.ts'
import type { Locale, Translate } from '../platform/i18n/messages.ts'
import {
  badgeImage,
  button,
  chip,
  chips,
  cluster,
  descriptionList,
  form,
  formActions,
  linkButton,
  menuButton,
  menuLink,
  messageBox,
  messageHeading,
  postButton,
} from '../platform/pages/components.ts'
import { contentIn } from './content.ts'
import { type publicationProblems, sameContent } from './edit.ts'
import { contentFacts, contentSections, draftPicture, stateChip } from './parts.ts'
import type { AchievementRow } from './store.ts'
import type { AchievementContent } from './content.ts'

/** The chips and buttons above a template, for those who may change it and those who may only see it. */
export function templateHead(
  t: Translate,
  o: {
    base: string
    organizationSlug: string
    achievement: AchievementRow
    published: AchievementContent | undefined
    canDesign: boolean
    canIssue: boolean
    fields: () => Html
  },
): Html {
  const { achievement, published } = o
  const at = `${o.base}/badges/${achievement.publicId}`
  const hasChanges = published !== undefined && !sameContent(published, achievement.draft)
  const quiet = (action: string, label: string) =>
    postButton({ action: `${at}/${action}`, csrf: o.fields(), label, kind: 'quiet' })
  const isPublished = achievement.state === 'published'
  return html`<div class="template-head">${chips(
    stateChip(t, achievement.state),
    achievement.currentVersion !== null
      ? chip('info', t('template.version', { version: achievement.currentVersion }), 'dot')
      : null,
    isPublished && hasChanges ? chip('warn', t('template.state.changes'), 'clock') : null,
  )}${cluster(
    isPublished &&
      o.canIssue &&
      linkButton({ label: t('template.issue'), href: `${o.base}/issue?badge=${achievement.publicId}`, small: true }),
    (o.canDesign || isPublished) &&
      menuButton({
        label: t('template.more'),
        kind: 'quiet',
        small: true,
        align: 'start',
        items: [
          achievement.currentVersion !== null &&
            menuLink({ href: `/t/${o.organizationSlug}/${achievement.slug}`, label: t('template.view.public') }),
          o.canDesign && quiet('copy', t('template.copy')),
          o.canDesign && hasChanges && achievement.state !== 'archived' && quiet('discard', t('template.discard')),
          o.canDesign &&
            achievement.state !== 'archived' &&
            achievement.currentVersion !== null &&
            quiet('archive', t('template.archive')),
          o.canDesign && achievement.state === 'archived' && quiet('restore', t('template.restore')),
          o.canDesign &&
            achievement.currentVersion === null &&
            menuLink({ href: `${at}/delete`, label: t('template.delete') }),
        ],
      }),
  )}</div>`
}

/** A template to read: for roles that do not write, and for archived ones. */
export function templateView(
  t: Translate,
  o: {
    base: string
    locale: Locale
    achievement: AchievementRow
    content: AchievementContent
    fields: () => Html
    canRestore: boolean
  },
): Html {
  const texts = contentIn(o.content, o.locale)
  const lang = texts.language === o.locale ? undefined : texts.language
  return html`${
    o.achievement.state === 'archived' &&
    messageBox({
      kind: 'info',
      heading: messageHeading(t, 'info'),
      body: html`<p>${t('template.archived.notice')}</p>`,
      actions:
        o.canRestore &&
        postButton({
          action: `${o.base}/badges/${o.achievement.publicId}/restore`,
          csrf: o.fields(),
          label: t('template.restore'),
          small: true,
        }),
    })
  }<div class="template-view">${badgeImage({ src: draftPicture(o.base, { ...o.achievement, draft: o.content }, 512), alt: o.content.altText, size: 240, lang: o.content.language, eager: true })}<div class="stack">${texts.description && html`<p class="lead"${lang ? html` lang="${lang}"` : null}>${texts.description}</p>`}${descriptionList(contentFacts(t, o.locale, o.content))}</div></div>${contentSections(t, o.locale, o.content)}`
}

/** The checklist before publication; each missing part leads to its field. */
export function review(
  t: Translate,
  o: {
    base: string
    achievement: AchievementRow
    problems: ReturnType<typeof publicationProblems>
    nextVersion: number
    hasChanges: boolean
    fields: Html
    error?: string
  },
): Html {
  const at = `${o.base}/badges/${o.achievement.publicId}`
  const needs = ['name', 'description', 'criteria', 'altText', 'contrast'] as const
  const isReady = o.problems.length === 0 && o.hasChanges
  return html`${o.error && messageBox({ kind: 'error', heading: messageHeading(t, 'error'), body: html`<p>${o.error}</p>`, takesFocus: true })}<div class="template-view">${badgeImage({ src: draftPicture(o.base, o.achievement, 240), alt: o.achievement.draft.altText, size: 120, lang: o.achievement.draft.language, eager: true })}<ol class="checklist" role="list">${needs.map(
    (need) => {
      const isMissing = o.problems.includes(need)
      return html`<li class="${isMissing ? 'checklist-open' : 'checklist-done'}"><div class="checklist-words">${isMissing ? html`<a href="${need === 'contrast' ? `${at}/design` : `${at}#${need}`}">${t(`template.need.${need}`)}</a>` : html`<span>${t(`template.need.${need}`)}</span>`}</div>${isMissing ? chip('warn', t('template.need.missing'), 'warning') : chip('ok', t('template.need.done'), 'check')}</li>`
    },
  )}</ol></div><p>${isReady && html`${t('template.publish.ready')} `}${
    !o.hasChanges
      ? t('template.publish.unchanged', { version: o.nextVersion - 1 })
      : o.nextVersion === 1
        ? t('template.publish.first')
        : t('template.publish.again', { version: o.nextVersion })
  }</p>${
    isReady
      ? form({
          action: `${at}/publish`,
          csrf: o.fields,
          body: formActions(
            button({
              label:
                o.nextVersion === 1
                  ? t('template.publish.submit')
                  : t('template.publish.submitVersion', { version: o.nextVersion }),
            }),
            linkButton({ label: t('template.publish.back'), href: at, kind: 'quiet' }),
          ),
        })
      : html`<p>${linkButton({ label: t('template.publish.back'), href: at, kind: 'primary' })}</p>`
  }`
}
