import { type Html, html, type Renderable } from '../http/html.ts'
import type { MessageKey, Translate } from '../i18n/messages.ts'
import {
  addressChip,
  backLink,
  badgeCard,
  badgeChip,
  badgeGrid,
  badgeHero,
  batchChip,
  breadcrumbs,
  button,
  checkbox,
  checkChip,
  chips,
  cluster,
  codeField,
  columns,
  copyField,
  countdown,
  dataTable,
  deliveryChip,
  descriptionList,
  dialog,
  disclosure,
  emptyState,
  errorSummary,
  field,
  fileField,
  figure,
  filterForm,
  form,
  formActions,
  linkButton,
  menuButton,
  menuLink,
  messageBox,
  messageHeading,
  pageHeader,
  pagination,
  passwordField,
  postButton,
  progress,
  radios,
  rowCheckbox,
  section,
  select,
  selectionBar,
  sideNavigation,
  stepper,
  tabs,
  textarea,
  timeline,
  verdictBox,
  visibilityChip,
} from './components.ts'

export type StyleGuideOptions = {
  t: Translate
  csrf: string
  /** Pictures to fill the cards with, one address per badge; any number from three on. */
  badgePictures: readonly { url: string; alt: string }[]
}

type GuideKey = Extract<MessageKey, `guide.${string}`> extends `guide.${infer Rest}` ? Rest : never

/** Every component in every state, for people who change one and for the test that looks at all of them. */
export function styleGuidePage(options: StyleGuideOptions): Html {
  const words = (key: GuideKey, values?: Parameters<Translate>[1]) => options.t(`guide.${key}`, values)
  const given = { ...options, words }
  return html`${pageHeader({ heading: words('title'), lead: words('lead') })}${[
    typeSection(given),
    colorSection(given),
    buttonSection(given),
    formSection(given),
    messageSection(given),
    verdictSection(given),
    chipSection(given),
    cardSection(given),
    heroSection(given),
    tableSection(given),
    navigationSection(given),
    moreSection(given),
    progressSection(given),
    generatorSection(given),
  ]}`
}

type Given = StyleGuideOptions & { words: (key: GuideKey, values?: Parameters<Translate>[1]) => string }

function typeSection({ words }: Given): Html {
  const [before, after] = words('type.body', { link: '\0' }).split('\0')
  return section({
    id: 'type',
    heading: words('type'),
    body: html`<div class="panel"><p class="display serif">${words('type.display')}</p><p class="display">${words('type.display')}</p><h3>${words('type.h3')}</h3><p class="lead">${words('lead')}</p><p>${before}<a href="#type">${words('type.link')}</a>${after}</p><p class="small muted">${words('type.small')}</p><p><code>7Q2M-9KXA</code></p></div>`,
  })
}

const tokens = [
  'canvas',
  'surface',
  'sunken',
  'border',
  'text',
  'muted',
  'accent',
  'visited',
  'field-outline',
  'focus',
  'ok',
  'warn',
  'bad',
  'info',
  'neutral',
  'brass',
  'chart-1',
  'chart-2',
  'chart-3',
  'chart-4',
  'chart-5',
  'chart-6',
]

function colorSection({ words }: Given): Html {
  return section({
    id: 'color',
    heading: words('color'),
    body: html`<ul class="swatches" role="list">${tokens.map((token) => html`<li><span class="swatch swatch-${token}" aria-hidden="true"></span><code>${token}</code></li>`)}</ul>`,
  })
}

function buttonSection({ words }: Given): Html {
  return section({
    id: 'buttons',
    heading: words('buttons'),
    body: html`<div class="panel">${cluster(
      button({ label: words('button.primary'), type: 'button' }),
      button({ label: words('button.secondary'), kind: 'secondary', icon: 'share', type: 'button' }),
      button({ label: words('button.quiet'), kind: 'quiet', type: 'button' }),
      button({ label: words('button.danger'), kind: 'danger', type: 'button' }),
      html`<button type="button" class="button button-primary" aria-disabled="true"><span>${words('button.busy')}</span></button>`,
    )}${cluster(
      linkButton({ label: words('button.small'), href: '#buttons', small: true, icon: 'download' }),
      button({ label: words('button.primary'), small: true, type: 'button' }),
      button({ label: words('button.quiet'), kind: 'quiet', small: true, type: 'button' }),
    )}</div>`,
  })
}

function formSection({ t, csrf, words }: Given): Html {
  const optional = t('component.optional')
  const errors = [
    { field: 'bad-email', message: words('field.email.error') },
    { field: 'bad-terms', message: words('field.terms.error') },
  ]
  const left: Renderable = [
    field({ name: 'name', label: words('field.name'), autocomplete: 'name', optionalLabel: optional }),
    field({
      name: 'email',
      label: words('field.email'),
      hint: words('field.email.hint'),
      type: 'email',
      autocomplete: 'email',
      required: true,
    }),
    field({
      name: 'sent',
      label: words('field.readonly'),
      value: 'maya@northfield.example',
      type: 'email',
      readOnly: true,
      autocomplete: 'off',
    }),
    passwordField(t, {
      name: 'password',
      label: words('field.password'),
      hint: words('field.password.hint'),
      autocomplete: 'new-password',
    }),
    codeField({ name: 'code', label: words('field.code'), value: '482 917' }),
    select({
      name: 'country',
      label: words('field.country'),
      placeholder: words('field.country.choose'),
      autocomplete: 'country',
      width: 'medium',
      options: [
        { value: 'CA', label: words('field.country.ca') },
        { value: 'FR', label: words('field.country.fr') },
      ],
    }),
    field({
      name: 'validity',
      label: words('field.validity'),
      type: 'number',
      value: 24,
      min: 1,
      suffix: words('field.months'),
      width: 'short',
      autocomplete: 'off',
    }),
    formActions(
      button({ label: words('button.primary') }),
      linkButton({ label: words('button.quiet'), href: '#forms', kind: 'quiet' }),
    ),
  ]
  const right: Renderable = [
    errorSummary(t, errors),
    field({
      name: 'bad-email',
      label: words('field.email'),
      hint: words('field.email.hint'),
      error: words('field.email.error'),
      value: 'maya@',
      type: 'email',
      autocomplete: 'email',
      required: true,
    }),
    checkbox({ name: 'bad-terms', label: words('field.terms'), error: words('field.terms.error'), required: true }),
    textarea(t, {
      name: 'about',
      label: words('field.about'),
      hint: words('field.about.hint'),
      value: words('field.about.value'),
      rows: 3,
      count: 300,
    }),
    radios({
      name: 'visibility',
      legend: words('field.visibility'),
      value: 'link',
      options: [
        { value: 'public', label: words('field.visibility.public'), hint: words('field.visibility.public.hint') },
        { value: 'link', label: words('field.visibility.link') },
      ],
    }),
    radios({
      name: 'view',
      legend: words('field.columns'),
      value: 'cards',
      inline: true,
      options: [
        { value: 'cards', label: words('field.columns.cards') },
        { value: 'table', label: words('field.columns.table') },
      ],
    }),
    checkbox({ name: 'news', label: words('field.news'), hint: words('field.news.hint'), checked: true }),
    fileField(t, {
      name: 'picture',
      label: words('field.file'),
      hint: words('field.file.hint'),
      accept: 'image/png,image/svg+xml',
    }),
    copyField(t, {
      id: 'link',
      label: words('field.copy'),
      value: 'https://lapel.example/b/Hk3vTq9wXyZ81mNpQrStUv',
      buttonLabel: words('field.copy.button'),
      copied: words('field.copy.done'),
    }),
    formActions(button({ label: words('button.primary'), kind: 'secondary' })),
  ]
  return section({
    id: 'forms',
    heading: words('forms'),
    body: html`${filterForm({
      action: '#forms',
      label: words('field.search'),
      body: [
        field({ name: 'q', label: words('field.search'), type: 'search', autocomplete: 'off' }),
        select({
          name: 'issuer',
          label: words('field.issuer'),
          options: [{ value: '', label: words('field.issuer.all') }],
        }),
        button({ label: words('field.apply'), kind: 'secondary' }),
      ],
    })}${columns(form({ action: '#forms', csrf, body: left }), form({ action: '#forms', csrf, body: right }))}`,
  })
}

function messageSection({ t, words }: Given): Html {
  const kinds = ['success', 'info', 'warning', 'error'] as const
  return section({
    id: 'messages',
    heading: words('messages'),
    body: html`<div class="stack">${kinds.map((kind) =>
      messageBox({ kind, heading: messageHeading(t, kind), level: 3, body: html`<p>${words(`message.${kind}`)}</p>` }),
    )}</div>`,
  })
}

function verdictSection({ words }: Given): Html {
  const all = [
    ['ok', 'genuine'],
    ['bad', 'bad'],
    ['neutral', 'unsure'],
  ] as const
  return section({
    id: 'verdicts',
    heading: words('verdicts'),
    body: html`<div class="stack">${all.map(([tone, name]) =>
      verdictBox({
        tone,
        word: words(`verdict.${name}`),
        sentence: words(`verdict.${name}.text`),
        when: words('verdict.when'),
        takesFocus: false,
        id: `verdict-${name}`,
      }),
    )}</div>`,
  })
}

function chipSection({ t, words }: Given): Html {
  return section({
    id: 'chips',
    heading: words('chips'),
    body: html`<div class="panel">${descriptionList([
      {
        term: words('chips.badge'),
        value: chips(
          (['waiting', 'valid', 'expires-soon', 'expired', 'withdrawn', 'replaced', 'declined'] as const).map((state) =>
            badgeChip(t, state),
          ),
        ),
      },
      {
        term: words('chips.visibility'),
        value: chips((['private', 'link', 'public'] as const).map((state) => visibilityChip(t, state))),
      },
      {
        term: words('chips.address'),
        value: chips((['primary', 'confirmed', 'waiting', 'bounced'] as const).map((state) => addressChip(t, state))),
      },
      {
        term: words('chips.delivery'),
        value: chips(
          (['queued', 'sent', 'delivered', 'bounced', 'suppressed'] as const).map((state) => deliveryChip(t, state)),
        ),
      },
      {
        term: words('chips.batch'),
        value: chips(
          (
            ['draft', 'checking', 'ready', 'on-hold', 'sending', 'done', 'done-with-problems', 'cancelled'] as const
          ).map((state) => batchChip(t, state)),
        ),
      },
      {
        term: words('chips.check'),
        value: chips((['passed', 'failed', 'warning', 'not-checked'] as const).map((state) => checkChip(t, state))),
      },
    ])}</div>`,
  })
}

function moreMenu({ t, words, csrf }: Given, name: string): Html {
  return menuButton({
    label: t('component.menu.more'),
    accessibleName: t('component.menu.moreFor', { name }),
    kind: 'quiet',
    small: true,
    items: [
      menuLink({ href: '#cards', label: words('more.download'), icon: 'download' }),
      postButton({ action: '#cards', csrf, label: words('more.hide'), kind: 'quiet' }),
      postButton({ action: '#cards', csrf, label: words('more.decline'), kind: 'quiet' }),
    ],
  })
}

function cardSection(given: Given): Html {
  const { t, words, badgePictures } = given
  const states = [
    ['valid', 'private'],
    ['expires-soon', 'public'],
    ['withdrawn', 'link'],
    ['waiting', 'private'],
  ] as const
  return section({
    id: 'cards',
    heading: words('cards'),
    body: badgeGrid(
      states.map(([state, visibility], index) => {
        const name = index === 1 ? words('card.long') : words('type.serif')
        return badgeCard({
          name,
          href: '#cards',
          imageUrl: badgePictures[index % badgePictures.length]?.url ?? '',
          issuer: words('card.issuer'),
          date: words('card.date'),
          dateTime: '2026-03-04',
          chips: [badgeChip(t, state), visibilityChip(t, visibility)],
          actions: [
            linkButton({
              label: words('button.secondary'),
              href: '#cards',
              small: true,
              accessibleName: `${words('button.secondary')} ${name}`,
            }),
            moreMenu(given, name),
          ],
        })
      }),
    ),
  })
}

function heroSection(given: Given): Html {
  const { t, words, badgePictures } = given
  return section({
    id: 'hero',
    heading: words('hero'),
    body: badgeHero({
      headingLevel: 3,
      imageUrl: badgePictures[2]?.url ?? '',
      imageAlt: badgePictures[2]?.alt ?? '',
      name: words('type.serif'),
      chips: [badgeChip(t, 'valid'), visibilityChip(t, 'private')],
      actions: [
        button({ label: words('button.secondary'), icon: 'share', type: 'button' }),
        button({ label: words('field.visibility.public'), kind: 'secondary', type: 'button' }),
      ],
      facts: descriptionList([
        { term: words('fact.recipient'), value: 'Maya Roy' },
        { term: words('fact.issuer'), value: html`<a href="#hero">${words('card.issuer')}</a>` },
        { term: words('fact.date'), value: html`<time datetime="2026-03-04">${words('card.date')}</time>` },
        { term: words('fact.expires'), value: words('fact.never') },
        { term: words('fact.id'), value: html`<code>7Q2M-9KXA</code>` },
      ]),
    }),
  })
}

function tableSection(given: Given): Html {
  const { t, words, csrf } = given
  const people = [
    { name: 'Maya Roy', delivery: 'delivered', state: 'valid', opens: 12 },
    { name: 'Zoë Čapek', delivery: 'bounced', state: 'waiting', opens: 0 },
    { name: 'Nguyễn Thị Hoa', delivery: 'sent', state: 'expired', opens: 1043 },
  ] as const
  const shared = [
    {
      label: words('table.person'),
      isRowHeader: true,
      cell: (row: (typeof people)[number]) => html`<a href="#tables">${row.name}</a>`,
      sort: { href: '#tables', direction: 'ascending' as const },
    },
    {
      label: words('table.issued'),
      cell: () => html`<time datetime="2026-03-04">${words('card.date')}</time>`,
      sort: { href: '#tables' },
    },
    { label: words('table.notified'), cell: (row: (typeof people)[number]) => deliveryChip(t, row.delivery) },
    { label: words('table.status'), cell: (row: (typeof people)[number]) => badgeChip(t, row.state) },
    { label: words('table.opens'), numeric: true, cell: (row: (typeof people)[number]) => row.opens },
  ]
  return section({
    id: 'tables',
    heading: words('tables'),
    body: html`${form({
      action: '#tables',
      csrf,
      className: 'form form-wide',
      body: html`${selectionBar(t, button({ label: words('table.revoke'), kind: 'secondary', small: true }))}${dataTable(
        t,
        {
          caption: words('table.caption'),
          rows: people,
          columns: [
            {
              label: t('component.table.selectAll'),
              labelHidden: true,
              cell: (row) => rowCheckbox(t, { name: 'person', value: row.name, rowName: row.name }),
            },
            ...shared,
            {
              label: words('table.actions'),
              labelHidden: true,
              cell: (row) =>
                button({
                  label: words('table.resend'),
                  accessibleName: `${words('table.resend')} ${row.name}`,
                  kind: 'quiet',
                  small: true,
                  type: 'button',
                }),
            },
          ],
        },
      )}`,
    })}${dataTable(t, { caption: words('table.compare'), rows: people, compare: true, dense: true, columns: shared })}${pagination(t, { page: 2, pages: 9, href: (page) => `?page=${page}#tables` })}`,
  })
}

function navigationSection({ t, words }: Given): Html {
  return section({
    id: 'navigation',
    heading: words('navigation'),
    body: html`<div class="stack-large">${breadcrumbs(t, [{ href: '#navigation', label: words('nav.badges') }], words('type.serif'))}${backLink('#navigation', words('nav.badges'))}${tabs(
      {
        label: t('component.tabs'),
        items: [
          { href: '#navigation', label: words('nav.all'), current: true, count: 12 },
          { href: '#navigation', label: words('nav.waiting'), current: false, count: 1 },
          { href: '#navigation', label: words('nav.declined'), current: false },
        ],
      },
    )}${stepper(t, [{ label: words('step.badge'), href: '#navigation' }, { label: words('step.people'), href: '#navigation' }, { label: words('step.columns') }, { label: words('step.check') }, { label: words('step.review') }], 2)}<div class="columns"><div>${sideNavigation(
      {
        label: words('card.issuer'),
        currentPath: '/console/northfield/issued',
        items: [
          { href: '/console/northfield', label: words('nav.overview') },
          { href: '/console/northfield/issued', label: words('nav.issued') },
          { href: '/console/northfield/team', label: words('nav.team') },
        ],
      },
    )}</div><div></div></div></div>`,
  })
}

function moreSection(given: Given): Html {
  const { t, words } = given
  return section({
    id: 'more',
    heading: words('more'),
    body: html`${columns(
      [
        disclosure({ summary: words('disclosure.one'), open: true, body: html`<p>${words('field.about.value')}</p>` }),
        disclosure({ summary: words('disclosure.two'), body: html`<p>${words('empty.badges')}</p>` }),
        disclosure({ summary: words('disclosure.two'), boxed: true, body: html`<p>${words('empty.badges')}</p>` }),
      ],
      timeline([
        { when: words('card.date'), dateTime: '2026-03-04', what: words('timeline.issued') },
        { when: words('card.date'), dateTime: '2026-03-04', what: words('timeline.accepted') },
        {
          when: words('card.date'),
          dateTime: '2026-03-04',
          what: words('timeline.shared'),
          note: words('timeline.note'),
        },
      ]),
    )}${cluster(moreMenu(given, words('type.serif')), html`<a class="button button-secondary" href="#guide-dialog" data-dialog="guide-dialog">${words('dialog.open')}</a>`)}${dialog(
      t,
      {
        id: 'guide-dialog',
        heading: words('dialog.heading'),
        body: copyField(t, {
          id: 'dialog-link',
          label: words('field.copy'),
          value: 'https://lapel.example/b/Hk3vTq9wXyZ81mNpQrStUv',
          buttonLabel: words('field.copy.button'),
          copied: words('field.copy.done'),
          focusFirst: true,
        }),
      },
    )}`,
  })
}

function progressSection({ words }: Given): Html {
  return section({
    id: 'progress',
    heading: words('progress'),
    body: html`${columns(
      progress({ id: 'batch', label: words('progress.label'), text: words('progress.text'), value: 1240, max: 2000 }),
      html`${countdown({
        secondsLeft: 107,
        totalSeconds: 120,
        pattern: words('countdown.pattern'),
        until: words('countdown.until'),
        announcements: { at60: words('countdown.60'), at30: words('countdown.30'), at0: words('countdown.0') },
        extendButtonId: 'more-time',
      })}${formActions(button({ label: words('countdown.more'), kind: 'secondary', id: 'more-time', type: 'button' }))}`,
    )}<div class="figures">${figure({ value: '187', label: words('figure.issued'), definition: words('figure.issued.def') })}${figure({ value: '64 %', label: words('figure.accepted'), definition: words('figure.accepted.def') })}</div>${columns(
      emptyState({
        sentence: words('empty.badges'),
        action: linkButton({ label: words('empty.badges.action'), href: '#progress' }),
      }),
      emptyState({ sentence: words('empty.documents'), drawing: 'documents' }),
      emptyState({
        sentence: words('empty.people'),
        drawing: 'people',
        action: linkButton({ label: words('empty.people.action'), href: '#progress' }),
      }),
    )}`,
  })
}

function generatorSection({ words, badgePictures }: Given): Html {
  return section({
    id: 'generator',
    heading: words('generator'),
    lead: words('generator.lead'),
    body: html`<ul class="picture-wall" role="list">${badgePictures.map(({ url, alt }) => html`<li><img src="${url}" alt="${alt}" width="96" height="96"></li>`)}</ul>`,
  })
}
