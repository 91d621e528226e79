import type { Deps } from '../../platform/deps.ts'
import type { Ctx } from '../../platform/http/context.ts'
import { csrfToken } from '../../platform/http/csrf.ts'
import { type Html, html, type Renderable } from '../../platform/http/html.ts'
import { page } from '../../platform/http/page.ts'
import { regions } from '../../platform/i18n/messages.ts'
import {
  backLink,
  button,
  copyField,
  dataTable,
  emptyState,
  field,
  filterForm,
  linkButton,
  postButton,
  tabs,
} from '../../platform/pages/components.ts'
import type { MailRow, ReadMail } from './read-mail.ts'

type PageDeps = Pick<Deps, 'config' | 'secrets'>

export const mailTabs = ['html', 'text', 'source', 'links'] as const
export type MailTab = (typeof mailTabs)[number]

/** UX 13: what was sent in demo mode, newest first. */
export function mailboxPage(c: Ctx, deps: PageDeps, o: { mails: MailRow[]; query: string }): Response {
  const t = c.get('t')
  return page(c, deps, {
    title: t('mailbox.title'),
    body: [
      striped(c),
      html`<div class="cluster">${filterForm({
        action: '/dev/mail',
        label: t('mailbox.search'),
        body: [
          field({ name: 'q', label: t('mailbox.search.label'), type: 'search', value: o.query, width: 'medium' }),
          button({ label: t('mailbox.search'), kind: 'secondary' }),
        ],
      })}</div>`,
      o.mails.length === 0
        ? emptyState({
            sentence: o.query ? t('mailbox.noHits', { query: o.query }) : t('mailbox.empty'),
            action: o.query && linkButton({ href: '/dev/mail', label: t('mailbox.showAll') }),
          })
        : dataTable(t, {
            caption: t('mailbox.caption', { count: o.mails.length }),
            columns: [
              {
                label: t('mailbox.subject'),
                isRowHeader: true,
                cell: (mail) => html`<a href="/dev/mail/${mail.id}">${mail.subject || t('mailbox.noSubject')}</a>`,
              },
              { label: t('mailbox.to'), cell: (mail) => mail.envelopeTo.join(', ') },
              { label: t('mailbox.time'), cell: (mail) => time(c, mail.receivedAt) },
            ],
            rows: o.mails,
          }),
      html`<div class="cluster">${linkButton({ href: '/dev/mail', label: t('mailbox.refresh') })}${
        o.mails.length > 0 &&
        postButton({ action: '/dev/mail/clear', csrf: csrfToken(c, deps), label: t('mailbox.clear'), kind: 'danger' })
      }</div>`,
    ],
  })
}

export function mailPage(c: Ctx, deps: PageDeps, o: { mail: ReadMail; tab: MailTab }): Response {
  const t = c.get('t')
  const { mail, tab } = o
  const here = `/dev/mail/${mail.id}`
  const facts: [string, Renderable][] = [
    [t('mailbox.from'), mail.from],
    [t('mailbox.to'), mail.envelopeTo.join(', ')],
    [t('mailbox.time'), time(c, mail.receivedAt)],
    ...(mail.attachments.length > 0
      ? [
          [t('mailbox.attachments'), mail.attachments.map(({ filename }) => filename ?? '?').join(', ')] as [
            string,
            string,
          ],
        ]
      : []),
  ]
  return page(c, deps, {
    title: mail.subject || t('mailbox.noSubject'),
    body: [
      backLink('/dev/mail', t('mailbox.title')),
      striped(c),
      html`<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`,
      tabs({
        label: t('mailbox.views'),
        items: mailTabs.map((one) => ({
          href: one === 'html' ? here : `${here}?tab=${one}`,
          label: t(`mailbox.tab.${one}`),
          current: one === tab,
        })),
      }),
      tabBody(c, mail, tab),
    ],
  })
}

function tabBody(c: Ctx, mail: ReadMail, tab: MailTab): Renderable {
  const t = c.get('t')
  if (tab === 'text') return html`<pre class="mail-source" tabindex="0">${mail.text}</pre>`
  if (tab === 'source') return html`<pre class="mail-source" tabindex="0">${mail.source}</pre>`
  if (tab === 'links') return linksAndCodes(c, mail)
  if (!mail.html) return html`<p>${t('mailbox.noHtml')}</p>`
  return html`<iframe class="mail-frame" title="${t('mailbox.frame')}" src="/dev/mail/${mail.id}/body" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>`
}

function linksAndCodes(c: Ctx, { links, codes }: ReadMail): Renderable {
  const t = c.get('t')
  if (links.length + codes.length === 0) return html`<p>${t('mailbox.noLinks')}</p>`
  return [
    codes.map((code, index) =>
      copyField(t, { id: `code-${index + 1}`, label: t('mailbox.code', { n: index + 1 }), value: code }),
    ),
    links.map(
      (link, index) =>
        html`<div class="stack">${copyField(t, { id: `link-${index + 1}`, label: t('mailbox.link', { n: index + 1 }), value: link })}<p><a href="${link}">${t('mailbox.open', { n: index + 1 })}</a></p></div>`,
    ),
  ]
}

function striped(c: Ctx): Html {
  return html`<p class="demo-bar mail-bar">${c.get('t')('mailbox.bar')}</p>`
}

function time(c: Ctx, at: Date): Html {
  const words = new Intl.DateTimeFormat(regions[c.get('locale')], { dateStyle: 'medium', timeStyle: 'medium' }).format(
    at,
  )
  return html`<time datetime="${at.toISOString()}">${words}</time>`
}
