import type { PublicKey } from './public-key.ts'

/** A public key together with what its controller says about it. */
export type VerificationKey = {
  /** The verification method's own id (a URL, mostly with a fragment). */
  id: string
  /** Who speaks with this key: the id of the controller document that lists it. */
  controller: string
  publicKey: PublicKey
  /** The verification relationships under which the controller lists the key, such as `assertionMethod`. */
  purposes: readonly string[]
  /** XML Schema dateTime after which, or from which on, the key must not be used. */
  expires?: string
  revoked?: string
}
