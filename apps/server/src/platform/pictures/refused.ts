import { DomainError } from '../errors.ts'

/** Why a picture cannot be taken. Each code is a message that says what to do about it. */
export type PictureRefusal =
  | 'picture.empty'
  | 'picture.too-large'
  | 'picture.unknown-kind'
  | 'picture.other-kind'
  | 'picture.broken'
  | 'picture.too-many-pixels'
  | 'picture.too-small'
  | 'picture.not-square'
  | 'picture.too-complex'
  | 'picture.no-size'

/** `values` may hold `width`, `height`, `minimum` in pixels and `kind`, the format that was found. */
export class PictureRefused extends DomainError<PictureRefusal> {
  override name = 'PictureRefused'
}
