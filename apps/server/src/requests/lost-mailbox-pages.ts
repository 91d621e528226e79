import { badgeTexts, type HeldCredential, momentInWords } from '../claiming/index.ts'
import type { Deps } from '../platform/deps.ts'
import { maskEmailAddress } from '../platform/email-address.ts'
import type { Ctx } from '../platform/http/context.ts'
import type { FieldError } from '../platform/http/forms.ts'
import { html, type Html } from '../platform/http/html.ts'
import { formFields, page } from '../platform/http/page.ts'
import {
  backLink,
  button,
  descriptionList,
  errorFor,
  errorSummary,
  field,
  form,
  formActions,
  linkButton,
  radios,
  section,
  textarea,
} from '../platform/pages/components.ts'
import type { RebindingAward, RebindingView } from './store.ts'
import { freeHours, heldHours } from './waiting-time.ts'

type PageDeps = Pick<Deps, 'config' | 'secrets' | 'db'>

export interface LostMailboxForm {
  action: string
  /** Path of the claim page that this was opened from. */
  back?: string
  /** The badge it is about, on the page of a claim. */
  badge?: { credential: HeldCredential }
  /** Addresses that the signed-in account has proved. */
  own: readonly string[]
  /** What the account asked for before. */
  earlier: readonly { oldEmail: string; newEmail: string; createdAt: Date }[]
  typed?: Record<string, string>
  errors?: readonly FieldError[]
}

/** "I can no longer open that mailbox": what will happen, then the form. */
export async function lostMailboxPage(c: Ctx, deps: PageDeps, o: LostMailboxForm): Promise<Response> {
  const t = c.get('t')
  const locale = c.get('locale')
  const viewer = c.get('viewer')
  const errors = (o.errors ?? []).map(({ field: name, message, values }) => ({
    field: name,
    message: t(message, values),
  }))
  const error = (name: string) => errorFor(errors, name)
  const typed = o.typed ?? {}
  const issuer = o.badge?.credential.snapshot.issuer.name
  const product = deps.config.productName
  return page(c, deps, {
    section: 'entry',
    title: t('requests.lost.title'),
    lead: o.badge
      ? t('requests.lost.lead.badge', { badge: badgeTexts(o.badge.credential, locale).name, issuer: issuer ?? '' })
      : t('requests.lost.lead'),
    width: 'form',
    noindex: true,
    error: errors.length > 0,
    body: html`${o.back && backLink(o.back, t('claim.back'))}${errorSummary(t, errors)}<ol class="prose"><li>${
      viewer ? t('requests.lost.step.known') : t('requests.lost.step.prove')
    }</li><li>${t('requests.lost.step.vouch')}</li><li>${t('requests.lost.step.wait', { held: heldHours, free: freeHours })}</li></ol>${
      viewer
        ? null
        : html`<p class="hint">${t('requests.lost.password', { product })} <a href="/forgot">${t('requests.lost.password.link')}</a></p>`
    }${form({
      action: o.action,
      csrf: formFields(c, deps),
      body: html`${
        o.badge
          ? descriptionList([
              { term: t('requests.lost.old'), value: maskEmailAddress(o.badge.credential.recipientEmail) },
            ])
          : field({
              name: 'oldEmail',
              type: 'email',
              label: t('requests.lost.old'),
              hint: t('requests.lost.old.hint'),
              autocomplete: 'off',
              value: typed['oldEmail'],
              error: error('oldEmail'),
            })
      }${newAddress(c, o, error('newEmail'))}${field({
        name: 'name',
        label: t('requests.lost.name'),
        hint: t('requests.lost.name.hint'),
        autocomplete: 'name',
        value: typed['name'] ?? (viewer ? `${viewer.givenName} ${viewer.familyName}`.trim() : undefined),
        error: error('name'),
      })}${textarea(t, {
        name: 'note',
        label: t('requests.lost.note'),
        hint: t('requests.lost.note.hint'),
        optionalLabel: t('component.optional'),
        rows: 4,
        count: 1000,
        value: typed['note'],
        error: error('note'),
      })}${formActions(button({ label: t('requests.lost.send') }))}`,
    })}${
      o.earlier.length > 0 &&
      section({
        heading: t('requests.lost.earlier'),
        body: html`<ul>${o.earlier.map(
          (one) =>
            html`<li>${t('requests.lost.earlier.one', { oldEmail: one.oldEmail, newEmail: one.newEmail, date: momentInWords(locale, one.createdAt) })}</li>`,
        )}</ul><p>${t('requests.lost.earlier.text')}</p>`,
      })
    }`,
  })
}

/** Whoever is signed in chooses among the addresses that need no further proof. */
function newAddress(c: Ctx, o: LostMailboxForm, error: string | undefined): Html {
  const t = c.get('t')
  const [first, ...more] = o.own
  if (first !== undefined && more.length === 0 && error === undefined)
    return html`<div><input type="hidden" name="newEmail" value="${first}">${descriptionList([{ term: t('requests.lost.new'), value: first }])}</div>`
  if (first !== undefined)
    return radios({
      name: 'newEmail',
      legend: t('requests.lost.new'),
      value: o.typed?.['newEmail'] ?? first,
      error,
      options: o.own.map((email) => ({ value: email, label: email })),
    })
  return field({
    name: 'newEmail',
    type: 'email',
    label: t('requests.lost.new'),
    hint: t('requests.lost.new.hint'),
    autocomplete: 'email',
    value: o.typed?.['newEmail'],
    error,
  })
}

/** The same words whether the old address is known here or not (SECURITY S6). */
export function saidPage(
  c: Ctx,
  deps: PageDeps,
  o: { isProved: true } | { isProved: false; newEmail: string },
): Response {
  const t = c.get('t')
  return page(c, deps, {
    section: 'entry',
    title: o.isProved ? t('requests.said.title') : t('requests.check.title'),
    width: 'form',
    noindex: true,
    body: o.isProved
      ? html`<p>${t('requests.said.text')}</p><p>${t('requests.said.then', { held: heldHours })}</p>`
      : html`<p>${t('requests.check.text', { email: o.newEmail })}</p><p class="hint">${t('requests.check.hint')}</p>`,
  })
}

/** Behind the link that the old address got: what is about to happen, and the button that stops it. */
export function objectionPage(
  c: Ctx,
  deps: PageDeps,
  o: { view: RebindingView; awards: readonly RebindingAward[]; path: string },
): Response {
  const t = c.get('t')
  const locale = c.get('locale')
  const { view } = o
  const isOpen = view.state === 'waiting' && view.takesEffectAt !== null
  const words =
    view.state === 'objected'
      ? t('requests.object.done')
      : view.state === 'done'
        ? t('requests.object.late')
        : isOpen
          ? t('requests.object.text', {
              newEmail: maskEmailAddress(view.newEmail),
              when: momentInWords(locale, view.takesEffectAt ?? view.createdAt),
            })
          : t('requests.object.over')
  return page(c, deps, {
    section: 'entry',
    title: t('requests.object.title'),
    width: 'form',
    noindex: true,
    body: html`<p>${words}</p><ul>${o.awards.map(({ badgeName }) => html`<li>${badgeName}</li>`)}</ul>${
      isOpen &&
      html`<p>${t('requests.object.yours')}</p>${form({
        action: o.path,
        csrf: formFields(c, deps),
        className: 'form-inline',
        body: button({ label: t('requests.object.button'), kind: 'danger' }),
      })}`
    }${view.state === 'objected' && linkButton({ href: '/sign-in', label: t('requests.object.signIn') })}`,
  })
}
