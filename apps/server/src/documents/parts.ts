import { chip } from '../platform/pages/components.ts'
import { attributes, html, type Html } from '../platform/http/html.ts'
import type { Translate } from '../platform/i18n/messages.ts'
import type { PageText } from '../platform/pdf/pdf-tasks.ts'
import type { DocumentRow, PageRow } from './store.ts'

export type DocumentState = 'preparing' | 'waiting' | 'valid' | 'declined' | 'withdrawn' | 'replaced'

/** The one word that is read on a document, drawn from fields that stay independent. */
export function documentState(document: Pick<DocumentRow, 'state' | 'validity' | 'decision'>): DocumentState {
  if (document.validity !== 'live') return document.validity
  if (document.state !== 'issued') return 'preparing'
  if (document.decision === 'rejected') return 'declined'
  return document.decision === 'waiting' ? 'waiting' : 'valid'
}

const looks = {
  preparing: ['neutral', 'clock'],
  waiting: ['info', 'clock'],
  valid: ['ok', 'check'],
  declined: ['neutral', 'cross'],
  withdrawn: ['bad', 'cross'],
  replaced: ['neutral', 'replace'],
} as const satisfies Record<DocumentState, readonly [string, string]>

export function documentChip(t: Translate, state: DocumentState): Html {
  return chip(looks[state][0], t(`documents.state.${state}`), looks[state][1])
}

/** Words of a page that is taken apart line by line are put together again. */
interface ShownLine {
  text: string
  x: number
  y: number
  width: number
  size: number
}

/**
 * One page: its picture, and over it the same words as text without colour, so that they can be selected, searched and
 * read aloud. An SVG carries both, since it needs no style that the page's policy forbids.
 */
export function pagePicture(t: Translate, page: PageRow, o: { src: string; pages: number }): Html {
  const name = t('documents.page', { number: page.number, pages: o.pages })
  return html`<figure class="document-page" id="page-${page.number}"><svg${attributes({
    viewBox: `0 0 ${page.width} ${page.height}`,
    width: page.width,
    height: page.height,
    role: 'group',
    'aria-label': name,
  })}><image href="${o.src}" width="${page.width}" height="${page.height}"/>${linesOf(page.words).map(
    (line) =>
      html`<text${attributes({
        x: line.x,
        y: line.y,
        'font-size': line.size,
        textLength: line.width,
        lengthAdjust: 'spacingAndGlyphs',
        fill: 'transparent',
      })}>${line.text}</text>`,
  )}</svg><figcaption>${name}</figcaption></figure>`
}

/** Neighbours on one base line, close enough to be one sentence for whoever listens. */
function linesOf(words: readonly PageText[]): ShownLine[] {
  const lines: (ShownLine & { isOpen: boolean })[] = []
  for (const word of words) {
    const last = lines.at(-1)
    const gap = last ? word.x - (last.x + last.width) : 0
    if (last?.isOpen && Math.abs(last.y - word.y) < 1 && gap > -1 && gap < word.size * 1.2) {
      last.text += gap > word.size * 0.12 && !/\s$/.test(last.text) ? ` ${word.text}` : word.text
      last.width = Math.round((word.x + word.width - last.x) * 10) / 10
      last.isOpen = !word.isLineEnd
    } else lines.push({ ...word, isOpen: !word.isLineEnd })
  }
  return lines.filter(({ width }) => width > 0)
}

/** A name that every system takes. */
export function documentFileName({ title, publicId }: Pick<DocumentRow, 'title' | 'publicId'>): string {
  const words = title
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .toLowerCase()
    .slice(0, 60)
  return `${words || 'document'}-${publicId.replace(/[^A-Za-z0-9]/g, '').slice(0, 6)}.pdf`
}
