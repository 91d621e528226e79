import { type Html, html } from '../platform/http/html.ts'
import type { Locale, Translate } from '../platform/i18n/messages.ts'
import {
  button,
  checkChip,
  chip,
  copyField,
  dataTable,
  errorFor,
  errorSummary,
  type FieldError,
  field,
  form,
  formActions,
  section,
} from '../platform/pages/components.ts'
import { type DomainCheck, domainProof, type Found } from './domain.ts'
import { formatDate } from './formats.ts'
import type { Organization } from './organization.ts'

export function domain(
  t: Translate,
  o: {
    base: string
    locale: Locale
    organization: Organization
    fields: () => Html
    typed: Record<string, string>
    errors: readonly FieldError[]
    check?: DomainCheck
  },
): Html {
  const { organization, base } = o
  return html`${errorSummary(t, o.errors)}${form({
    action: `${base}/domain`,
    csrf: o.fields(),
    body: html`${field({
      name: 'domain',
      label: t('domain.field'),
      hint: t('domain.field.hint'),
      value: o.typed['domain'] ?? organization.domain ?? '',
      error: errorFor(o.errors, 'domain'),
      inputmode: 'url',
      spellcheck: false,
      autocomplete: 'off',
      width: 'long',
    })}${formActions(button({ label: t('domain.save'), kind: organization.domain ? 'secondary' : 'primary' }))}`,
  })}${organization.domain && [state(t, o), o.check && found(t, organization, o.check), !isSettled(organization) && proofs(t, organization), checkForm(t, o)]}`
}

function isSettled(organization: Organization): boolean {
  return organization.domainConfirmedAt !== null && organization.domainFailingSince === null
}

function state(t: Translate, { organization, locale }: { organization: Organization; locale: Locale }): Html {
  const { domainConfirmedAt, domainFailingSince } = organization
  const lostAt = domainFailingSince && new Date(domainFailingSince.getTime() + 3 * 86_400_000)
  return section({
    id: 'state',
    heading: t('domain.state'),
    body: html`<p>${domainConfirmedAt ? chip('ok', t('domain.confirmed'), 'check') : chip('neutral', t('domain.unconfirmed'), 'ring')} <strong>${organization.domain}</strong></p><p>${
      domainConfirmedAt
        ? t('domain.confirmed.since', { date: formatDate(locale, domainConfirmedAt) })
        : t('domain.unconfirmed.why')
    }</p>${
      domainFailingSince &&
      lostAt &&
      html`<p>${t('domain.failing', { date: formatDate(locale, domainFailingSince), until: formatDate(locale, lostAt) })}</p>`
    }`,
  })
}

function proofs(t: Translate, organization: Organization): Html {
  const proof = domainProof(organization, organization.domain ?? '')
  return section({
    id: 'proof',
    heading: t('domain.proof'),
    body: html`${section({
      heading: t('domain.proof.dns'),
      level: 3,
      framed: true,
      lead: t('domain.proof.dns.how'),
      body: html`${copyField(t, { id: 'record-name', label: t('domain.proof.dns.name'), value: proof.recordName })}${copyField(t, { id: 'record-value', label: t('domain.proof.dns.value'), value: proof.recordValue })}`,
    })}${section({
      heading: t('domain.proof.file'),
      level: 3,
      framed: true,
      lead: t('domain.proof.file.how'),
      body: html`${copyField(t, { id: 'file-address', label: t('domain.proof.file.address'), value: proof.fileUrl })}${copyField(t, { id: 'file-content', label: t('domain.proof.file.content'), value: proof.fileContent })}`,
    })}`,
  })
}

function checkForm(t: Translate, { base, fields }: { base: string; fields: () => Html }): Html {
  return form({
    action: `${base}/domain/check`,
    csrf: fields(),
    body: formActions(button({ label: t('domain.check') })),
  })
}

/** What was found beside what was expected (UX 10). */
function found(t: Translate, organization: Organization, check: DomainCheck): Html {
  const proof = domainProof(organization, check.domain)
  const rows = [
    { where: t('domain.check.dns', { name: proof.recordName }), found: check.dns, expected: proof.recordValue },
    { where: t('domain.check.file', { url: proof.fileUrl }), found: check.file, expected: proof.fileContent },
  ]
  return section({
    id: 'found',
    heading: t('domain.check.title'),
    body: dataTable(t, {
      caption: t('domain.check.title'),
      captionHidden: true,
      rows,
      columns: [
        {
          label: t('domain.check.where'),
          isRowHeader: true,
          cell: (row) => html`<span class="break-anywhere">${row.where}</span>`,
        },
        { label: t('domain.check.result'), cell: (row) => checkChip(t, outcomeOf(row.found)) },
        { label: t('domain.check.found'), cell: (row) => foundWords(t, row.found) },
        { label: t('domain.check.expected'), cell: (row) => html`<code class="break-anywhere">${row.expected}</code>` },
      ],
    }),
  })
}

function outcomeOf(found: Found): 'passed' | 'failed' | 'not-checked' {
  if (found.outcome === 'confirmed') return 'passed'
  return found.outcome === 'not-checked' ? 'not-checked' : 'failed'
}

function foundWords(t: Translate, found: Found): Html | string {
  if (found.outcome === 'confirmed') return t('domain.check.same')
  if (found.outcome === 'nothing') return t('domain.check.nothing')
  if (found.outcome === 'not-checked') return t(`domain.check.${found.reason}`)
  return html`${found.found.map((text) => html`<code class="break-anywhere">${text}</code> `)}`
}
