// Open Badges 2.0 (final 2018) vocabulary, as we write it.

export interface Recipient {
  type: string
  identity: string
  hashed: boolean
  salt?: string
}
export interface AlignmentV2 {
  targetName: string
  targetUrl: string
  targetDescription?: string
  targetFramework?: string
  targetCode?: string
}
export interface CriteriaV2 {
  id?: string
  type?: string
  narrative?: string
}
export interface EvidenceV2 {
  type?: string
  id?: string
  narrative?: string
  name?: string
  description?: string
  genre?: string
  audience?: string
}
export interface VerificationV2 {
  type: string
  creator?: string
  startsWith?: string | string[]
  allowedOrigins?: string | string[]
}

export interface ProfileV2 {
  '@context': string
  type: string
  id: string
  name: string
  url: string
  email: string
  description?: string
  image?: string
  telephone?: string
  publicKey?: string
  verification?: VerificationV2
  revocationList?: string
}

export interface BadgeClassV2 {
  '@context': string
  type: string
  id: string
  name: string
  description: string
  image: string
  criteria: string | CriteriaV2
  issuer: string
  alignment?: AlignmentV2[]
  tags?: string[]
}

export interface AssertionV2 {
  '@context': string
  type: string
  id: string
  recipient: Recipient
  badge: string
  verification: VerificationV2
  issuedOn: string
  image?: string
  expires?: string
  evidence?: EvidenceV2[]
  narrative?: string
  revoked?: boolean
  revocationReason?: string
}

export interface CryptographicKeyV2 {
  '@context': string
  type: string
  id: string
  owner: string
  publicKeyPem: string
}
export interface RevocationListV2 {
  '@context': string
  type: string
  id: string
  issuer: string
  revokedAssertions: { id: string; revocationReason?: string }[]
}
