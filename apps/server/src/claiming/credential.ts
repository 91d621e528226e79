import { type Selectable, sql } from 'kysely'
import type { Db } from '../platform/database/database.ts'
import type { CredentialsTable } from '../platform/database/schema.ts'
import type { CredentialSnapshot } from '../signing/index.ts'

type Row = Selectable<CredentialsTable>

/** What the issuer's organization says about itself now; the snapshot has what it said when it issued. */
export interface IssuerNow {
  issuerSlug: string
  issuerPublicId: string
  issuerName: string
  issuerContact: string | null
  issuerState: 'active' | 'held' | 'suspended'
  domainConfirmedAt: Date | null
  issuerDomain: string | null
  linkedinOrganizationId: string | null
  /** Nothing of this organization is shown outside (SECURITY S59). `null`: the holder decides. */
  sharingOffSince: Date | null
}

/** An issued credential as its earner's side reads it. */
export type HeldCredential = Pick<
  Row,
  | 'id'
  | 'publicId'
  | 'organizationId'
  | 'achievementId'
  | 'version'
  | 'label'
  | 'recipientName'
  | 'recipientEmail'
  | 'recipientEmailCanonical'
  | 'accountId'
  | 'validFrom'
  | 'validUntil'
  | 'lifecycle'
  | 'decision'
  | 'validity'
  | 'visibility'
  | 'identitySalt'
  | 'replacedBy'
  | 'issuedAt'
  | 'decidedAt'
  | 'revokedAt'
> &
  IssuerNow & { snapshot: CredentialSnapshot; revocation: Revocation | null }

/** What the issuer said when it withdrew a credential; the note inside is for its team only. */
export interface Revocation {
  reason: string
  publicText?: string
}

/** Reads credentials with the present state of their issuer. Only signed ones: before that there is nothing to show. */
export function heldCredentials(db: Db) {
  return db
    .selectFrom('credentials as c')
    .innerJoin('organizations as o', 'o.id', 'c.organizationId')
    .select([
      'c.id',
      'c.publicId',
      'c.organizationId',
      'c.achievementId',
      'c.version',
      'c.label',
      'c.recipientName',
      'c.recipientEmail',
      'c.recipientEmailCanonical',
      'c.accountId',
      // With what the owner decided about single evidence items.
      sql<CredentialSnapshot>`shown_snapshot(c.snapshot, c.evidence_choices)`.as('snapshot'),
      'c.validFrom',
      'c.validUntil',
      'c.lifecycle',
      'c.decision',
      'c.validity',
      'c.visibility',
      'c.identitySalt',
      'c.replacedBy',
      'c.revocation',
      'c.issuedAt',
      'c.decidedAt',
      'c.revokedAt',
      'o.slug as issuerSlug',
      'o.publicId as issuerPublicId',
      'o.name as issuerName',
      'o.contactEmail as issuerContact',
      'o.state as issuerState',
      'o.domain as issuerDomain',
      'o.domainConfirmedAt',
      'o.linkedinOrganizationId',
      'o.sharingOffSince',
    ])
    .where('c.lifecycle', 'in', ['issued', 'withdrawn'])
    .$narrowType<{ revocation: Revocation | null }>()
}

export function heldCredential(db: Db, publicId: string): Promise<HeldCredential | undefined> {
  return heldCredentials(db).where('c.publicId', '=', publicId).executeTakeFirst()
}

export function heldCredentialById(db: Db, id: string): Promise<HeldCredential | undefined> {
  return heldCredentials(db).where('c.id', '=', id).executeTakeFirst()
}

export type BadgeState = 'waiting' | 'valid' | 'expires-soon' | 'expired' | 'withdrawn' | 'replaced' | 'declined'

const expiresSoonMs = 60 * 86_400_000

/** The one word that the owner reads on a badge (UX 4), drawn from fields that stay independent. */
export function badgeState(
  credential: Pick<HeldCredential, 'validity' | 'decision' | 'validUntil'>,
  now: Date,
): BadgeState {
  if (credential.validity === 'replaced') return 'replaced'
  if (credential.validity === 'revoked' || credential.validity === 'suspended') return 'withdrawn'
  if (credential.decision === 'rejected') return 'declined'
  if (credential.decision === 'waiting') return 'waiting'
  if (credential.validUntil && credential.validUntil <= now) return 'expired'
  if (credential.validUntil && credential.validUntil.getTime() - now.getTime() <= expiresSoonMs) return 'expires-soon'
  return 'valid'
}

/** Taken by its earner, by a click or by standing consent. */
export function isAccepted({ decision }: Pick<HeldCredential, 'decision'>): boolean {
  return decision === 'accepted' || decision === 'automatic'
}
