import type { Selectable } from 'kysely'
import type { OrganizationsTable } from '../platform/database/schema.ts'
import type { Config } from '../platform/config.ts'

/** The profile that signs, and the group whose members manage it. */
export type Organization = Selectable<OrganizationsTable>

/** From the most powerful to the least. */
export const roles = ['owner', 'admin', 'designer', 'issuer', 'viewer'] as const
export type Role = (typeof roles)[number]

/** What a member may do. `read` is every page of the console that changes nothing. */
export type Permission = 'read' | 'design' | 'issue' | 'manage' | 'own'

const granted: Record<Permission, readonly Role[]> = {
  read: roles,
  design: ['owner', 'admin', 'designer'],
  issue: ['owner', 'admin', 'issuer'],
  manage: ['owner', 'admin'],
  own: ['owner'],
}

/** The roles that a permission is part of. */
export function rolesFor(permission: Permission): readonly Role[] {
  return granted[permission]
}

export function may(role: Role, permission: Permission): boolean {
  return granted[permission].includes(role)
}

/** The organization's decentralized identifier (did:web, section 3.1): never changes, whatever happens to name and slug. */
export function issuerDid(organization: Pick<Organization, 'publicId'>, config: Pick<Config, 'publicUrl'>): string {
  const { host } = new URL(config.publicUrl)
  return `did:web:${encodeURIComponent(host)}:i:${organization.publicId}`
}

/** What a credential and the public page say about the issuer. */
export interface IssuerProfile {
  id: string
  name: string
  /** The issuer's page on this site. */
  url: string
  description: string
  website: string | null
  email: string | null
  logoHash: string | null
  domain: string | null
  domainConfirmed: boolean
}

export function issuerProfile(organization: Organization, config: Pick<Config, 'publicUrl'>): IssuerProfile {
  return {
    id: issuerDid(organization, config),
    name: organization.name,
    url: `${config.publicUrl}/o/${organization.slug}`,
    description: organization.description,
    website: organization.website,
    email: organization.contactEmail,
    logoHash: organization.logoHash,
    domain: organization.domain,
    domainConfirmed: organization.domainConfirmedAt !== null,
  }
}
