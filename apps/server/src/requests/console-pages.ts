import { type CorrectionView, momentInWords } from '../claiming/index.ts'
import { postForm } from '../issuing/index.ts'
import { consolePage, formatDate, inConsole, may } from '../organizations/index.ts'
import type { Deps } from '../platform/deps.ts'
import type { Ctx } from '../platform/http/context.ts'
import type { FieldError } from '../platform/http/forms.ts'
import { html, type Html } from '../platform/http/html.ts'
import type { Translate } from '../platform/i18n/messages.ts'
import {
  backLink,
  button,
  checkbox,
  chip,
  dataTable,
  descriptionList,
  disclosure,
  emptyState,
  errorFor,
  errorSummary,
  linkButton,
  messageBox,
  messageHeading,
  section,
  tabs,
  textarea,
  timeline,
} from '../platform/pages/components.ts'
import { keptDays } from './forget-closed.ts'
import type { listRebindings, RebindingAward, RebindingView, vouchesOf } from './store.ts'
import { freeHours, heldHours } from './waiting-time.ts'

type PageDeps = Pick<Deps, 'config' | 'secrets' | 'db'>
type Listed = Awaited<ReturnType<typeof listRebindings>>[number]
type Vouches = Awaited<ReturnType<typeof vouchesOf>>

/** On the overview, while something waits. */
export function overviewNote(t: Translate, o: { n: number; href: string }): Html {
  return messageBox({
    kind: 'info',
    heading: t('requests.title'),
    body: html`<p>${t('requests.overview', { n: o.n })}</p>`,
    actions: linkButton({ href: o.href, label: t('requests.overview.open') }),
  })
}

/** Everything that people asked for, open or closed. */
export function requestsPage(
  c: Ctx,
  deps: PageDeps,
  o: { open: boolean; mailboxes: readonly Listed[]; corrections: readonly CorrectionView[] },
): Promise<Response> {
  const t = c.get('t')
  const locale = c.get('locale')
  const { base } = inConsole(c)
  const day = (at: Date) => html`<time datetime="${at.toISOString()}">${formatDate(locale, at)}</time>`
  const isEmpty = o.mailboxes.length + o.corrections.length === 0
  return consolePage(c, deps, {
    title: t('requests.title'),
    lead: t('requests.lead'),
    body: html`${tabs({
      label: t('requests.title'),
      items: [
        { href: `${base}/requests`, label: t('requests.tab.open'), current: o.open },
        { href: `${base}/requests?show=closed`, label: t('requests.tab.closed'), current: !o.open },
      ],
    })}${!o.open && html`<p class="hint">${t('requests.closed.kept', { days: keptDays })}</p>`}${
      isEmpty &&
      emptyState({ sentence: t(o.open ? 'requests.empty.open' : 'requests.empty.closed'), drawing: 'people' })
    }${
      o.corrections.length > 0 &&
      section({
        heading: t('requests.corrections'),
        body: dataTable(t, {
          caption: t('requests.corrections'),
          captionHidden: true,
          wide: true,
          rows: o.corrections,
          columns: [
            {
              label: t('issued.person'),
              isRowHeader: true,
              cell: (row) =>
                html`<a href="${base}/requests/correction/${row.id}">${row.recipientName}</a><div class="hint">${row.badgeName}</div>`,
            },
            {
              label: t('requests.what'),
              cell: (row) =>
                t('person.correction.asks', { what: kindWord(t, row.kind), requested: shortened(row.requested) }),
            },
            { label: t('requests.asked'), cell: (row) => day(row.createdAt) },
            { label: t('issued.filter.status'), cell: (row) => correctionChip(t, row.state) },
          ],
        }),
      })
    }${
      o.mailboxes.length > 0 &&
      section({
        heading: t('requests.mailboxes'),
        body: dataTable(t, {
          caption: t('requests.mailboxes'),
          captionHidden: true,
          wide: true,
          rows: o.mailboxes,
          columns: [
            {
              label: t('requests.lost.old'),
              isRowHeader: true,
              cell: (row) =>
                html`<a href="${base}/requests/mailbox/${row.publicId}">${breakable(row.oldEmail)}</a><div class="hint">${row.name}</div>`,
            },
            { label: t('requests.lost.new'), cell: (row) => breakable(row.newEmail) },
            { label: t('requests.badges'), numeric: true, cell: (row) => String(row.awards ?? 0) },
            { label: t('requests.asked'), cell: (row) => day(row.createdAt) },
            { label: t('issued.filter.status'), cell: (row) => rebindingChip(t, row.state, row.vouches ?? 0) },
          ],
        }),
      })
    }`,
  })
}

/** An address that goes on in the next line before its @ or a dot where a column is narrow. */
function breakable(address: string): Html {
  return html`${address.split(/(?=[@.])/).map((part, index) => html`${index > 0 && html`<wbr>`}${part}`)}`
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}

function kindWord(t: Translate, kind: string): string {
  return t(`person.correction.${kind === 'name' || kind === 'date' || kind === 'address' ? kind : 'other'}`)
}

function correctionChip(t: Translate, state: string): Html {
  if (state === 'open') return chip('info', t('requests.state.open'), 'clock')
  return state === 'done'
    ? chip('ok', t('requests.state.corrected'), 'check')
    : chip('neutral', t('requests.state.refused'), 'cross')
}

function rebindingChip(t: Translate, state: string, vouches: number): Html {
  switch (state) {
    case 'open':
      return chip('info', vouches === 0 ? t('requests.state.open') : t('requests.state.one'), 'clock')
    case 'waiting':
      return chip('warn', t('requests.state.waiting'), 'clock')
    case 'done':
      return chip('ok', t('requests.state.moved'), 'check')
    case 'objected':
      return chip('bad', t('requests.state.objected'), 'cross')
    case 'refused':
      return chip('neutral', t('requests.state.refused'), 'cross')
    default:
      return chip('neutral', t('requests.state.lapsed'), 'clock')
  }
}

export interface RebindingPage {
  view: RebindingView
  awards: readonly RebindingAward[]
  vouches: Vouches
  /** Members who may vouch, whoever looks at the page among them. */
  colleagues: number
  now: Date
  typed?: Record<string, string>
  errors?: readonly FieldError[]
}

/** One lost mailbox: who asks, for which badges, who vouched, what happens next. */
export function rebindingPage(c: Ctx, deps: PageDeps, o: RebindingPage): Promise<Response> {
  const t = c.get('t')
  const locale = c.get('locale')
  const { base, role } = inConsole(c)
  const { view } = o
  const errors = shown(t, o.errors)
  const isOver = view.state === 'open' && view.expiresAt <= o.now
  return consolePage(c, deps, {
    // Addresses stay out of the title (UX 18.5).
    title: t('requests.mailbox.title'),
    error: errors.length > 0,
    body: html`${backLink(`${base}/requests`, t('requests.title'))}${errorSummary(t, errors)}<p class="chips">${rebindingChip(t, isOver ? 'lapsed' : view.state, o.vouches.length)}</p>${descriptionList(
      [
        { term: t('requests.who'), value: view.name },
        { term: t('requests.lost.old'), value: view.oldEmail },
        { term: t('requests.lost.new'), value: html`${view.newEmail}<div class="hint">${t('requests.proved')}</div>` },
        view.note !== '' && { term: t('requests.message'), value: view.note },
        { term: t('requests.asked'), value: momentInWords(locale, view.createdAt) },
        view.answer !== null && { term: t('correction.answer'), value: view.answer },
      ],
    )}${section({ heading: t('requests.badges'), body: awardsTable(c, o) })}<div>${whatNext(c, o, isOver)}</div>${
      o.vouches.length > 0 &&
      section({
        heading: t('requests.voices'),
        body: timeline(
          o.vouches.map((vouch) => ({
            when: momentInWords(locale, vouch.at),
            dateTime: vouch.at.toISOString(),
            what: `${vouch.givenName} ${vouch.familyName}`.trim(),
            note: vouch.how,
          })),
          { label: t('requests.voices') },
        ),
      })
    }${may(role, 'issue') && !isOver && actions(c, deps, o, errors)}`,
  })
}

function awardsTable(c: Ctx, o: RebindingPage): Html {
  const t = c.get('t')
  const { base } = inConsole(c)
  return dataTable(t, {
    caption: t('requests.badges'),
    captionHidden: true,
    rows: o.awards,
    columns: [
      {
        label: t('issued.person'),
        isRowHeader: true,
        cell: (row) => html`<a href="${base}/issued/${row.publicId}">${row.recipientName}</a>`,
      },
      { label: t('issuing.badge.label'), cell: (row) => row.badgeName },
      {
        label: t('issued.filter.status'),
        cell: (row) =>
          row.successorPublicId
            ? html`<a href="${base}/issued/${row.successorPublicId}">${t('requests.award.moved')}</a>`
            : row.validity !== 'live'
              ? t('requests.award.over')
              : row.accountId === null
                ? t('requests.award.free')
                : t('requests.award.held'),
      },
    ],
  })
}

/** Where the request stands, in one box. */
function whatNext(c: Ctx, o: RebindingPage, isOver: boolean): Html | null {
  const t = c.get('t')
  const { base, role, viewer } = inConsole(c)
  const { view } = o
  const box = (text: string, action?: Html) =>
    messageBox({ kind: 'info', heading: messageHeading(t, 'info'), body: html`<p>${text}</p>`, actions: action })
  if (view.state === 'waiting')
    return box(t('requests.next.waiting', { when: momentInWords(c.get('locale'), view.takesEffectAt ?? o.now) }))
  if (view.state === 'objected') return box(t('requests.next.objected'))
  if (view.state !== 'open' || isOver) return null
  const isMine = o.vouches.some(({ accountId }) => accountId === viewer.accountId)
  if (o.colleagues < 2)
    return messageBox({
      kind: 'warning',
      heading: t('requests.alone.title'),
      body: html`<p>${t('requests.alone')}</p>`,
      actions: may(role, 'manage') && linkButton({ href: `${base}/team`, label: t('requests.alone.invite') }),
    })
  return box(
    isMine
      ? t('requests.next.second')
      : t('requests.next.open', { n: 2 - o.vouches.length, held: heldHours, free: freeHours }),
  )
}

function actions(
  c: Ctx,
  deps: PageDeps,
  o: RebindingPage,
  errors: readonly { field: string; message: string }[],
): Html | null {
  const t = c.get('t')
  const { base, viewer } = inConsole(c)
  const { view } = o
  if (view.state !== 'open' && view.state !== 'waiting') return null
  const at = `${base}/requests/mailbox/${view.publicId}`
  const typed = o.typed ?? {}
  const isMine = o.vouches.some(({ accountId }) => accountId === viewer.accountId)
  const vouch =
    view.state === 'open' &&
    !isMine &&
    section({
      heading: t('requests.vouch'),
      framed: true,
      body: html`<p>${t('requests.vouch.text')}</p>${postForm(c, deps, {
        action: `${at}/vouch`,
        body: html`${textarea(t, {
          name: 'how',
          label: t('requests.vouch.how'),
          hint: t('requests.vouch.how.hint'),
          rows: 2,
          value: typed['how'],
          error: errorFor(errors, 'how'),
        })}${checkbox({
          name: 'sure',
          label: t('requests.vouch.sure', { name: view.name }),
          checked: typed['sure'] !== undefined,
          error: errorFor(errors, 'sure'),
        })}${button({ label: t('requests.vouch.button') })}`,
      })}`,
    })
  return html`${vouch}${disclosure({
    summary: t(view.state === 'waiting' ? 'requests.refuse.stop' : 'requests.refuse'),
    open: errors.some(({ field }) => field === 'answer'),
    body: postForm(c, deps, {
      action: `${at}/refuse`,
      body: html`${textarea(t, {
        name: 'answer',
        label: t('requests.refuse.why'),
        rows: 3,
        value: typed['answer'],
        error: errorFor(errors, 'answer'),
      })}${checkbox({
        name: 'tell',
        label: t('requests.refuse.tell', { email: view.newEmail }),
        hint: t('requests.refuse.tell.hint'),
        checked: typed['tell'] !== undefined,
      })}${button({ label: t('requests.refuse.button'), kind: 'danger' })}`,
    }),
  })}`
}

/** One correction that was asked for: what it says now, what it should say, and the two answers. */
export function correctionPage(
  c: Ctx,
  deps: PageDeps,
  o: { request: CorrectionView; typed?: Record<string, string>; errors?: readonly FieldError[] },
): Promise<Response> {
  const t = c.get('t')
  const locale = c.get('locale')
  const { base, role } = inConsole(c)
  const { request } = o
  const errors = shown(t, o.errors)
  const award = `${base}/issued/${request.publicId}`
  const isLive = request.validity === 'live' && request.lifecycle === 'issued'
  const isAddress = request.kind === 'address'
  return consolePage(c, deps, {
    title: t('requests.correction.title'),
    error: errors.length > 0,
    body: html`${backLink(`${base}/requests`, t('requests.title'))}${errorSummary(t, errors)}<p class="chips">${correctionChip(t, request.state)}</p>${descriptionList(
      [
        { term: t('issued.person'), value: html`<a href="${award}">${request.recipientName}</a>` },
        { term: t('issuing.badge.label'), value: request.badgeName },
        isAddress && { term: t('requests.correction.now'), value: request.recipientEmail },
        { term: t('requests.what'), value: kindWord(t, request.kind) },
        { term: t('requests.correction.wanted'), value: request.requested },
        request.message !== '' && { term: t('requests.message'), value: request.message },
        { term: t('requests.asked'), value: momentInWords(locale, request.createdAt) },
        request.closedAt && { term: t('requests.answered'), value: momentInWords(locale, request.closedAt) },
        request.answer !== null && { term: t('correction.answer'), value: request.answer },
        request.successorPublicId !== null && {
          term: t('person.replacedBy'),
          value: html`<a href="${base}/issued/${request.successorPublicId}">${t('person.later')}</a>`,
        },
      ],
    )}${
      request.state === 'open' &&
      may(role, 'issue') &&
      html`${
        isAddress && request.fromAccountId === null && html`<p>${t('requests.correction.address')}</p>`
      }<div class="cluster">${
        isLive &&
        (isAddress
          ? linkButton({ href: `${award}#actions`, label: t('person.address'), kind: 'primary' })
          : linkButton({ href: `${award}/replace`, label: t('person.replace'), kind: 'primary' }))
      }</div>${disclosure({
        summary: t('requests.refuse'),
        open: errors.length > 0,
        body: postForm(c, deps, {
          action: `${base}/requests/correction/${request.id}/refuse`,
          body: html`${textarea(t, {
            name: 'answer',
            label: t('requests.refuse.why'),
            hint: t('requests.refuse.reads'),
            rows: 3,
            value: o.typed?.['answer'],
            error: errorFor(errors, 'answer'),
          })}${button({ label: t('requests.refuse.button'), kind: 'danger' })}`,
        }),
      })}`
    }`,
  })
}

function shown(t: Translate, errors: readonly FieldError[] = []) {
  return errors.map(({ field, message, values }) => ({ field, message: t(message, values) }))
}
