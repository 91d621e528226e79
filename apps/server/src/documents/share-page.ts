import { html, type Html } from '../platform/http/html.ts'
import type { FieldError } from '../platform/http/forms.ts'
import { backLink, section } from '../platform/pages/components.ts'
import { type LinksPage, linksTable, newLinkForm } from '../sharing/index.ts'
import type { DocumentRow } from './store.ts'

/** A document goes to others by private links only. */
export function shareDocumentPage(
  p: LinksPage,
  o: { document: DocumentRow; typed: Record<string, string>; errors: readonly FieldError[] },
): Html {
  const { t } = p
  return html`${backLink(`/documents/${o.document.publicId}`, o.document.title)}
${newLinkForm(t, {
  action: `/documents/${o.document.publicId}/share`,
  fields: p.fields,
  isOpen: p.links.length === 0,
  typed: o.typed,
  errors: o.errors,
})}
${p.links.length > 0 && section({ heading: t('documents.share.links'), body: linksTable(p, { showsWhat: false }) })}`
}
