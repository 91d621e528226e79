import type { DoorKind } from '../accounts/index.ts'
import { revokeToken, tokensOf } from './tokens-store.ts'

/** Personal tokens as ways to what is a person's, for the page that closes them all. */
export const tokenDoors: DoorKind = {
  name: 'tokens',
  heading: 'apps.tokens',
  count: 'mail.notice.doorsLeft.tokens',
  signsIn: false,
  action: 'account.token-ended',
  notice: 'mail.notice.tokenEnded',
  of: tokensOf,
  end: (tx, { id, accountId, now }) => revokeToken(tx, { id, accountId, at: now }),
}
