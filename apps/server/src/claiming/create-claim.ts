import type { Tx } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
import { newToken } from '../platform/ids.ts'
import { hashToken } from '../platform/secrets.ts'
import * as store from './store.ts'

/**
 * Makes the link that a mail about a credential carries. It works until its end (the organization chooses 7 to 365
 * days), opens a page only, and gives nothing to a person who has not proved the address.
 *
 * @returns the token; only its hash is stored.
 */
export async function createClaim(tx: Tx, { now }: Pick<Deps, 'now'>, credentialId: string): Promise<NewClaim> {
  const credential = await store.credentialForClaim(tx, credentialId)
  if (!credential) throw new Error(`There is no credential ${credentialId} to make a claim link for`)
  const token = newToken()
  const createdAt = now()
  const expiresAt = new Date(createdAt.getTime() + credential.claimLinkDays * 86_400_000)
  await store.insertClaim(tx, {
    organizationId: credential.organizationId,
    credentialId,
    tokenHash: hashToken(token),
    email: credential.recipientEmail,
    emailCanonical: credential.recipientEmailCanonical,
    createdAt,
    expiresAt,
  })
  return { token, expiresAt }
}

export interface NewClaim {
  token: string
  expiresAt: Date
}
