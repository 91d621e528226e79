/** The fast path's way of saying: this document is outside what I know, ask the reference. Never seen by callers. */
export class Fallback extends Error {
  override name = 'Fallback'
}
