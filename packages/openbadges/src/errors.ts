/** What went wrong, as a stable code that callers may compare and translate. */
export type OpenBadgesErrorCode =
  | 'json.syntax'
  | 'json.repeated-key'
  | 'json.too-deep'
  | 'json.too-large'
  | 'json.lone-surrogate'
  | 'json.not-an-object'
  | 'base.invalid'
  | 'key.invalid'
  | 'key.unsupported'
  | 'key.not-found'
  | 'context.unknown'
  | 'canonicalize.refused'
  | 'canonicalize.too-complex'
  | 'canonicalize.aborted'
  | 'credential.conflicting-descriptions'
  | 'credential.ambiguous-order'
  | 'credential.unsafe-number'
  | 'credential.control-character'
  | 'credential.language-tag'
  | 'credential.colliding-nodes'
  | 'cryptosuite.unsupported'
  | 'proof.malformed'
  | 'template.invalid'
  | 'template.value'
  | 'compression.too-large'
  | 'compression.corrupt'
  | 'image.unreadable'
  | 'document.unreadable'
  | 'jwt.malformed'
  | 'jwt.refused'

/**
 * A refusal that the caller could have expected: bad input, an unsupported key, an unknown context.
 * `code` is stable; `message` is English, for developers.
 */
export class OpenBadgesError extends Error {
  override name = 'OpenBadgesError'
  readonly code: OpenBadgesErrorCode

  constructor(code: OpenBadgesErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}
