import { html, type Html, safeUrl } from '../platform/http/html.ts'
import type { Translate } from '../platform/i18n/messages.ts'
import { button, checkbox, chip, icon, linkButton, section } from '../platform/pages/components.ts'
import type { EvidenceItem } from './store.ts'

/**
 * The evidence of a badge for its owner: what others see of each item is chosen here. An item that the issuer signed
 * stays in the signed file; nobody can take it out, so the page says it instead of promising more.
 */
export function evidencePart(o: {
  t: Translate
  publicId: string
  items: readonly EvidenceItem[]
  /** Not accepted yet, or withdrawn: then nobody else sees anything of it. */
  isFixed: boolean
  fields: () => Html
}): Html | null {
  const { t, items } = o
  if (items.length === 0) return null
  const isSigned = items.some(({ isInFile }) => isInFile)
  const path = `/badges/${o.publicId}`
  const list = html`<ul class="plain-list evidence-list">${items.map((item, index) => itemOf(t, item, { index, isFixed: o.isFixed }))}</ul>`
  const words = html`<p class="hint">${t('badge.evidence.lead')}</p>`
  const honest =
    isSigned &&
    html`<p class="hint">${t('badge.evidence.signed.text')} ${linkButton({ href: `${path}/report`, label: t('badge.report'), small: true, kind: 'quiet' })}</p>`
  return section({
    heading: t('badge.evidence', { count: items.length }),
    id: 'evidence',
    body: o.isFixed
      ? list
      : html`<form method="post" action="${path}/evidence" class="form" novalidate>${o.fields()}${words}${list}${button({ label: t('badge.evidence.save'), kind: 'secondary', small: true })}</form>${honest}`,
  })
}

function itemOf(t: Translate, item: EvidenceItem, { index, isFixed }: { index: number; isFixed: boolean }): Html {
  const url = safeUrl(item.url)
  const name = url
    ? html`<a href="${url}" rel="ugc nofollow noopener noreferrer">${item.name}${icon('external')}</a>`
    : html`<strong>${item.name}</strong>`
  const box =
    !isFixed &&
    checkbox({
      id: `evidence-${index + 1}`,
      name: 'shown',
      value: item.id,
      checked: item.isPublic,
      label: html`${t('badge.evidence.show')}<span class="visually-hidden">: ${item.name}</span>`,
    })
  return html`<li>${name}${item.narrative && html`<p>${item.narrative}</p>`}<div class="cluster">${box}${item.isInFile ? chip('info', t('badge.evidence.inFile'), 'file') : chip('neutral', t('badge.evidence.notInFile'), 'ring')}</div></li>`
}
