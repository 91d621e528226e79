import type { Locale, MessageKey, Translate } from '../platform/i18n/messages.ts'
import { PictureRefused, type PictureRefusal, type Removed } from '../platform/pictures/upload.ts'
import { formatList } from './formats.ts'

const words: Record<PictureRefusal, MessageKey> = {
  'picture.empty': 'picture.empty',
  'picture.too-large': 'picture.tooLarge',
  'picture.unknown-kind': 'picture.unknownKind',
  'picture.other-kind': 'picture.otherKind',
  'picture.broken': 'picture.broken',
  'picture.too-many-pixels': 'picture.tooManyPixels',
  'picture.too-small': 'picture.tooSmall',
  'picture.not-square': 'picture.notSquare',
  'picture.too-complex': 'picture.tooComplex',
  'picture.no-size': 'picture.noSize',
}

/** Why a picture was refused and what helps, for the error at its field. */
export function pictureRefusalMessage(t: Translate, refused: PictureRefused): string {
  return t(words[refused.code], refused.values)
}

/** What was taken out of a drawing; `undefined` when nothing was. */
export function removedMessage(t: Translate, locale: Locale, removed: readonly Removed[]): string | undefined {
  if (removed.length === 0) return undefined
  const items = removed.slice(0, 12).map(({ kind, name }) => t(`picture.removed.${kind}`, { name }))
  return t('picture.removed', { list: formatList(locale, items, 'and') })
}
