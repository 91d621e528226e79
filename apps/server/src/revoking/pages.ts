import { consolePage, inConsole } from '../organizations/index.ts'
import { postForm } from '../issuing/index.ts'
import type { Deps } from '../platform/deps.ts'
import type { Ctx } from '../platform/http/context.ts'
import { html, type Html } from '../platform/http/html.ts'
import {
  backLink,
  button,
  checkbox,
  descriptionList,
  errorFor,
  errorSummary,
  field,
  type FieldError,
  formActions,
  linkButton,
  radios,
  textarea,
} from '../platform/pages/components.ts'
import { revocationReasons } from './revoke-credential.ts'

type PageDeps = Pick<Deps, 'config' | 'secrets' | 'db'>

export interface RevokeView {
  /** Whose badge, and which. One or many. */
  people: readonly { publicId: string; name: string }[]
  badgeName?: string
  action: string
  back: string
  typed?: Record<string, string | undefined>
  errors?: readonly FieldError[]
}

/** Names the object and the effect, and asks for the reason that everybody will read (UX 3, dangerous actions). */
export function revokePage(c: Ctx, deps: PageDeps, o: RevokeView): Promise<Response> {
  const t = c.get('t')
  const count = o.people.length
  const error = (name: string) => errorFor(o.errors, name)
  return consolePage(c, deps, {
    title: t('revoking.title', { n: count }),
    error: (o.errors?.length ?? 0) > 0,
    body: html`${backLink(o.back, t('issued.title'))}${errorSummary(t, o.errors ?? [])}<p class="lead">${t('revoking.effect', { n: count })}</p>${whom(c, o)}${postForm(
      c,
      deps,
      {
        action: o.action,
        body: html`${o.people.length > 1 ? o.people.map(({ publicId }) => html`<input type="hidden" name="id" value="${publicId}">`) : null}${radios(
          {
            name: 'reason',
            legend: t('revoking.reason'),
            value: o.typed?.['reason'],
            error: error('reason'),
            options: revocationReasons.map((reason) => ({ value: reason, label: t(`revoking.reason.${reason}`) })),
          },
        )}${textarea(t, {
          name: 'publicText',
          label: t('revoking.publicText'),
          hint: t('revoking.publicText.hint'),
          optionalLabel: t('component.optional'),
          value: o.typed?.['publicText'],
          error: error('publicText'),
          count: 300,
          rows: 3,
        })}${textarea(t, {
          name: 'note',
          label: t('revoking.note'),
          hint: t('revoking.note.hint'),
          optionalLabel: t('component.optional'),
          value: o.typed?.['note'],
          error: error('note'),
          rows: 2,
        })}${checkbox({
          name: 'notify',
          label: t('revoking.notify', { n: count }),
          hint: t('revoking.notify.hint'),
          checked: o.typed === undefined || o.typed['notify'] !== undefined,
        })}${formActions(
          button({ label: t('revoking.submit', { n: count }), kind: 'danger' }),
          linkButton({ href: o.back, label: t('revoking.keep'), kind: 'quiet' }),
        )}`,
      },
    )}`,
  })
}

function whom(c: Ctx, o: RevokeView): Html {
  const t = c.get('t')
  const { base } = inConsole(c)
  if (o.people.length === 1)
    return descriptionList([
      { term: t('issued.person'), value: o.people[0]?.name ?? '' },
      o.badgeName !== undefined && { term: t('issuing.badge.label'), value: o.badgeName },
    ])
  return html`<ul>${o.people.map(({ publicId, name }) => html`<li><a href="${base}/issued/${publicId}">${name}</a></li>`)}</ul>`
}

export interface ReplaceView {
  publicId: string
  badgeName: string
  typed: Record<string, string | undefined>
  errors?: readonly FieldError[]
}

/** The correction of one award: old values stand in the fields. */
export function replacePage(c: Ctx, deps: PageDeps, o: ReplaceView): Promise<Response> {
  const t = c.get('t')
  const { base } = inConsole(c)
  const at = `${base}/issued/${o.publicId}`
  const error = (name: string) => errorFor(o.errors, name)
  const optionalLabel = t('component.optional')
  return consolePage(c, deps, {
    title: t('revoking.replace.title'),
    error: (o.errors?.length ?? 0) > 0,
    body: html`${backLink(at, t('person.title'))}${errorSummary(t, o.errors ?? [])}<p class="lead">${t('revoking.replace.effect', { badge: o.badgeName })}</p>${postForm(
      c,
      deps,
      {
        action: `${at}/replace`,
        body: html`${field({
          name: 'name',
          label: t('issuing.field.name'),
          value: o.typed['name'],
          error: error('name'),
          autocomplete: 'off',
        })}${field({
          name: 'validUntil',
          type: 'date',
          label: t('issuing.badge.validUntil'),
          hint: t('revoking.replace.validUntil.hint'),
          optionalLabel,
          value: o.typed['validUntil'],
          error: error('validUntil'),
          width: 'short',
        })}${textarea(t, {
          name: 'narrative',
          label: t('issuing.field.narrative'),
          optionalLabel,
          value: o.typed['narrative'],
          error: error('narrative'),
          rows: 3,
        })}${checkbox({ name: 'notify', label: t('revoking.replace.notify'), checked: true })}${formActions(
          button({ label: t('revoking.replace.submit') }),
          linkButton({ href: at, label: t('revoking.keep'), kind: 'quiet' }),
        )}`,
      },
    )}`,
  })
}
