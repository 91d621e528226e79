import { heldCredential, type HeldCredential, isAccepted } from '../claiming/index.ts'
import type { Db } from '../platform/database/database.ts'
import { isPublicId } from '../platform/ids.ts'

/** Who looks at a public address, as far as it matters there. */
export interface Looker {
  accountId: string
}

export type PublicSight<Badge extends HeldCredential = HeldCredential> =
  /** `asOwner` and `asIssuer`: others may see less than this. */
  | { kind: 'shown'; credential: Badge; asOwner: boolean; asIssuer: boolean; isOpen: boolean }
  | { kind: 'removed' }
  | { kind: 'none' }

/**
 * What somebody may see behind the public address of a badge. A private badge, one that nobody accepted and one that does
 * not exist are the same nothing; the earner and the issuer's team see it always.
 */
export async function sightOf(
  db: Db,
  { publicId, looker }: { publicId: string; looker: Looker | undefined },
): Promise<PublicSight> {
  return sightOn(db, isPublicId(publicId) ? await heldCredential(db, publicId) : undefined, looker)
}

/** The same for a badge that was read already. */
export async function sightOn<Badge extends HeldCredential>(
  db: Db,
  credential: Badge | undefined,
  looker: Looker | undefined,
): Promise<PublicSight<Badge>> {
  if (!credential) return { kind: 'none' }
  const isOpen = isOpenToAll(credential)
  if (looker) {
    const asOwner = credential.accountId === looker.accountId && isAccepted(credential)
    const asIssuer = !asOwner && (await isOnTeam(db, credential.organizationId, looker.accountId))
    if (asOwner || asIssuer) return { kind: 'shown', credential, asOwner, asIssuer, isOpen }
  }
  if (isOpen) return { kind: 'shown', credential, asOwner: false, asIssuer: false, isOpen }
  // It was open to all and its owner took it back: whoever has the address is told so.
  if (credential.decision === 'rejected' && credential.visibility !== 'private' && !credential.sharingOffSince)
    return { kind: 'removed' }
  return { kind: 'none' }
}

/**
 * Accepted, and public or for anyone with the link, and of an organization that lets its badges be shown. A withdrawn
 * badge stays, so that it can say so.
 */
export function isOpenToAll(
  credential: Pick<HeldCredential, 'decision' | 'visibility' | 'issuerState' | 'sharingOffSince'>,
): boolean {
  return (
    isAccepted(credential) &&
    credential.visibility !== 'private' &&
    credential.issuerState !== 'held' &&
    credential.sharingOffSince === null
  )
}

async function isOnTeam(db: Db, organizationId: string, accountId: string): Promise<boolean> {
  const member = await db
    .selectFrom('organizationMembers')
    .select('role')
    .where('organizationId', '=', organizationId)
    .where('accountId', '=', accountId)
    .executeTakeFirst()
  return member !== undefined
}
