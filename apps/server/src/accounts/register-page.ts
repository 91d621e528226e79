import type { Deps } from '../platform/deps.ts'
import type { Ctx } from '../platform/http/context.ts'
import { csrfToken } from '../platform/http/csrf.ts'
import type { FieldError } from '../platform/http/forms.ts'
import { type Html, html, type Renderable } from '../platform/http/html.ts'
import { regions, type Translate } from '../platform/i18n/messages.ts'
import { newToken } from '../platform/ids.ts'
import {
  button,
  checkbox,
  disclosure,
  errorFor,
  field,
  form,
  formActions,
  passwordField,
  select,
} from '../platform/pages/components.ts'
import { ageOf, agesByCountry } from './ages.ts'
import { countries, countryCodes } from './countries.ts'
import { type EntryIntent, entryQuery } from './entry-intent.ts'
import { formShownAt } from './robot-check.ts'
import { entryPage } from './frames.ts'

type PageDeps = Pick<Deps, 'config' | 'secrets' | 'now'>

/** UX 6: the form that creates an account, for the address that a badge was sent to or for any other. */
export function registerPage(
  c: Ctx,
  deps: PageDeps,
  o: {
    typed?: Record<string, string>
    errors?: readonly FieldError[]
    intent?: EntryIntent
    /** `claim:{token}`, carried along. */
    entry?: string
    returnTo?: string
    status?: 429
  },
): Response {
  const t = c.get('t')
  const { intent, typed = {} } = o
  const { needsCountry, checksRobots, checksAge } = deps.config.registration
  const optional = t('common.optional')
  const names = { givenName: intent?.givenName, familyName: intent?.familyName }
  return entryPage(c, deps, {
    title: t('register.title'),
    lead: intent?.badge
      ? t('register.forBadge', { badge: intent.badge.name, issuer: intent.badge.issuerName })
      : t('register.lead'),
    errors: o.errors,
    status: o.status,
    signInHref: `/sign-in${entryQuery(o.entry)}`,
    body: (errors) => [
      form({
        action: '/register',
        csrf: csrfToken(c, deps),
        hidden: {
          idempotency: newToken(),
          shownAt: formShownAt(deps),
          entry: o.entry,
          return: o.returnTo,
          // Work that was done is not asked for twice.
          proof: errorFor(errors, 'robot') ? undefined : typed['proof'],
        },
        body: [
          field({
            name: 'givenName',
            label: t('register.givenName'),
            value: typed['givenName'] ?? names.givenName,
            error: errorFor(errors, 'givenName'),
            autocomplete: 'given-name',
            required: true,
          }),
          field({
            name: 'familyName',
            label: t('register.familyName'),
            optionalLabel: optional,
            hint: t('register.familyName.hint'),
            value: typed['familyName'] ?? names.familyName,
            error: errorFor(errors, 'familyName'),
            autocomplete: 'family-name',
          }),
          emailField(t, { typed, intent, error: errorFor(errors, 'email') }),
          select({
            name: 'country',
            label: t('register.country'),
            optionalLabel: needsCountry ? undefined : optional,
            required: needsCountry,
            placeholder: t('register.country.choose'),
            options: countries(c.get('locale')),
            value: typed['country'],
            error: errorFor(errors, 'country'),
            autocomplete: 'country',
          }),
          passwordField(t, {
            name: 'password',
            label: t('register.password'),
            hint: t('register.password.hint'),
            error: errorFor(errors, 'password'),
            autocomplete: 'new-password',
            required: true,
          }),
          checksRobots && trap(t),
          checkbox({ name: 'wantsNews', label: t('register.news'), checked: typed['wantsNews'] !== undefined }),
          checksRobots && robotBox(t, { checked: typed['robot'] !== undefined, error: errorFor(errors, 'robot') }),
          checksAge && ageBox(c, deps, { typed, error: errorFor(errors, 'age') }),
          checkbox({
            name: 'terms',
            label: termsLabel(t),
            checked: typed['terms'] !== undefined,
            error: errorFor(errors, 'terms'),
            required: true,
          }),
          formActions(
            button({ label: intent?.arrivedBy === 'hand-off' ? t('register.createAccount') : t('register.submit') }),
            html`<a href="/sign-in${entryQuery(o.entry)}">${t('register.haveAccount')}</a>`,
          ),
        ],
      }),
    ],
  })
}

function emailField(
  t: Translate,
  { typed, intent, error }: { typed: Record<string, string>; intent: EntryIntent | undefined; error?: string },
): Html {
  if (!intent?.email)
    return field({
      name: 'email',
      label: t('register.email'),
      hint: t('register.email.hint'),
      type: 'email',
      value: typed['email'],
      error,
      autocomplete: 'email',
      required: true,
    })
  return field({
    name: 'email',
    label: t('register.email'),
    hint: html`${t('register.email.check')}${
      intent.notYourAddressPath && html` <a href="${intent.notYourAddressPath}">${t('register.email.notYours')}</a>`
    }`,
    type: 'email',
    value: intent.email.stored,
    readOnly: true,
    autocomplete: 'email',
  })
}

/**
 * "I'm not a robot": a box to tick. Where scripts run, ticking starts a proof of work whose solution the script adds as
 * the field `proof`; see client/robot-check.ts.
 */
function robotBox(t: Translate, { checked, error }: { checked: boolean; error: string | undefined }): Html {
  return checkbox({
    name: 'robot',
    label: t('register.robot'),
    checked: checked && !error,
    error,
    required: true,
    data: {
      'data-robot-check': '/register/challenge',
      'data-working': t('register.robot.working'),
      'data-done': t('register.robot.done'),
      'data-failed': t('register.robot.failed'),
    },
  })
}

/**
 * "I am 16 or older": the age of the country that was chosen, or of all of them while none was. Asked as little as that,
 * since a date of birth would be one thing more to keep.
 */
function ageBox(
  c: Ctx,
  { config }: Pick<Deps, 'config'>,
  { typed, error }: { typed: Record<string, string>; error: string | undefined },
): Html {
  const t = c.get('t')
  const { ages } = config.registration
  const locale = c.get('locale')
  const country = countryCodes.has(typed['country'] ?? '') ? typed['country'] : undefined
  const list = agesByCountry(ages, locale)
  const elsewhere = ageOf(ages, undefined)
  const isOneForAll = list.length === 0
  return html`${checkbox({
    name: 'age',
    label: country || isOneForAll ? t('register.age', { age: ageOf(ages, country) }) : t('register.age.any'),
    hint: t('register.age.guardian'),
    checked: typed['age'] !== undefined,
    error,
    required: true,
  })}${
    isOneForAll
      ? null
      : disclosure({
          summary: t('register.age.table'),
          body: html`<ul>${list.map((row) => html`<li>${t('register.age.row', { age: row.age, countries: new Intl.ListFormat(regions[locale]).format(row.countries) })}</li>`)}<li>${t('register.age.elsewhere', { age: elsewhere })}</li></ul>`,
        })
  }`
}

/** A field that no person sees or reaches; programs fill it in. */
function trap(t: Translate): Html {
  return html`<div class="visually-hidden" aria-hidden="true"><label for="topic">${t('register.trap')}</label><input type="text" id="topic" name="topic" tabindex="-1" autocomplete="off" value=""></div>`
}

/** "Yes, I agree to …" with its links. */
export function termsLabel(t: Translate): Renderable {
  return withLinks(t('register.terms'), [
    { words: t('register.terms.terms'), href: '/terms' },
    { words: t('register.terms.privacy'), href: '/privacy' },
  ])
}

/** A sentence whose words lead somewhere. The words stand in the sentence as they are given, in every language. */
function withLinks(sentence: string, links: { words: string; href: string }[]): Renderable {
  const [first, ...others] = links
  if (!first) return sentence
  const at = sentence.indexOf(first.words)
  if (at < 0) throw new Error(`"${first.words}" does not stand in "${sentence}"`)
  // In a new tab, so that what was typed into the form is not lost.
  return html`${sentence.slice(0, at)}<a href="${first.href}" target="_blank" rel="noopener">${first.words}</a>${withLinks(sentence.slice(at + first.words.length), others)}`
}
