import type { Deps } from '../platform/deps.ts'
import { formatDate } from '../organizations/index.ts'
import type { Ctx } from '../platform/http/context.ts'
import { html, type Html, safeUrl } from '../platform/http/html.ts'
import { formFields, page } from '../platform/http/page.ts'
import {
  button,
  checkbox,
  chip,
  dataTable,
  emptyState,
  errorFor,
  errorSummary,
  type FieldError,
  form,
  formActions,
  linkButton,
  postButton,
  radios,
  select,
  stack,
} from '../platform/pages/components.ts'
import { settingsPage } from '../platform/pages/settings-frame.ts'
import { mailEvents, type MailEvent } from './mail-events.ts'
import type { Choices, notificationsOf } from './notifications-store.ts'

type PageDeps = Pick<Deps, 'config' | 'secrets'>

/** UX 9, Notifications: event by channel, summaries, language of mail. */
export function notificationSettingsPage(
  c: Ctx,
  deps: PageDeps,
  o: { choices: Choices; digest: string; mailLocale: string | null; errors: readonly FieldError[] },
): Response {
  const t = c.get('t')
  return settingsPage(c, deps, {
    title: t('settings.nav.notifications'),
    lead: t('notify.lead'),
    error: o.errors.length > 0,
    body: form({
      action: '/settings/notifications',
      csrf: formFields(c, deps),
      body: stack(
        errorSummary(t, o.errors),
        dataTable<MailEvent | 'security'>(t, {
          caption: t('notify.caption'),
          captionHidden: true,
          rows: [...mailEvents, 'security'],
          columns: [
            {
              label: t('notify.event'),
              isRowHeader: true,
              cell: (event) => html`${t(`notify.event.${event}`)}<div class="hint">${t(`notify.about.${event}`)}</div>`,
            },
            {
              label: t('notify.mail'),
              cell: (event) =>
                event === 'security' ? always(c) : box(c, event, 'mail', o.choices[event].byMail, o.errors),
            },
            {
              label: t('notify.app'),
              cell: (event) => event !== 'security' && box(c, event, 'app', o.choices[event].inApp, o.errors),
            },
          ],
        }),
        radios({
          name: 'digest',
          legend: t('notify.digest'),
          hint: t('notify.digest.hint'),
          value: o.digest,
          error: errorFor(o.errors, 'digest'),
          options: (['none', 'daily', 'weekly'] as const).map((value) => ({
            value,
            label: t(`notify.digest.${value}`),
          })),
        }),
        select({
          name: 'mailLocale',
          label: t('notify.locale'),
          value: o.mailLocale ?? 'account',
          error: errorFor(o.errors, 'mailLocale'),
          options: [
            { value: 'account', label: t('notify.locale.account') },
            { value: 'en', label: t('settings.language.en'), lang: 'en' },
            { value: 'fr', label: t('settings.language.fr'), lang: 'fr' },
          ],
        }),
        formActions(
          button({ label: t('notify.save') }),
          linkButton({ href: '/notifications', label: t('notify.list.open') }),
        ),
      ),
    }),
  })
}

function always(c: Ctx): Html {
  return chip('ok', c.get('t')('notify.always'), 'lock')
}

function box(c: Ctx, event: MailEvent, channel: 'mail' | 'app', checked: boolean, errors: readonly FieldError[]): Html {
  const t = c.get('t')
  const id = `${channel}-${event}`
  return checkbox({
    name: channel,
    id,
    error: errorFor(errors, id),
    value: event,
    checked,
    // The column says the channel to those who see it.
    label: html`<span class="visually-hidden">${t(`notify.event.${event}`)}, ${t(`notify.${channel}`)}</span>`,
  })
}

/** What happened, newest first. */
export function notificationsPage(c: Ctx, deps: PageDeps, all: Awaited<ReturnType<typeof notificationsOf>>): Response {
  const t = c.get('t')
  const unread = all.filter(({ readAt }) => readAt === null).length
  return page(c, deps, {
    section: 'earner',
    title: t('settings.nav.notifications'),
    width: 'text',
    body:
      all.length === 0
        ? emptyState({
            sentence: t('notify.list.none'),
            action: linkButton({ href: '/settings/notifications', label: t('notify.list.choose') }),
          })
        : stack(
            html`<p>${t('notify.list.unread', { count: unread })}</p>`,
            unread > 0 &&
              postButton({
                action: '/notifications/read',
                csrf: formFields(c, deps),
                label: t('notify.list.read'),
              }),
            html`<ul role="list" class="stack">${all.map(
              ({ words, path, createdAt, readAt }) =>
                html`<li class="panel"><p>${readAt === null && html`${chip('info', t('notify.list.new'), 'dot')} `}<a href="${safeUrl(path) ?? '/dashboard'}">${words}</a></p><p class="hint"><time datetime="${createdAt.toISOString()}">${formatDate(c.get('locale'), createdAt)}</time></p></li>`,
            )}</ul>`,
            html`<p><a href="/settings/notifications">${t('notify.list.choose')}</a></p>`,
          ),
  })
}
