// Open Badges 2.0 (final 2018) vocabulary, as we write it.

export type Recipient = {
  type: string
  identity: string
  hashed: boolean
  salt?: string
}
export type AlignmentV2 = {
  targetName: string
  targetUrl: string
  targetDescription?: string
  targetFramework?: string
  targetCode?: string
}
export type CriteriaV2 = {
  id?: string
  type?: string
  narrative?: string
}
export type EvidenceV2 = {
  type?: string
  id?: string
  narrative?: string
  name?: string
  description?: string
  genre?: string
  audience?: string
}
export type VerificationV2 = {
  type: string
  creator?: string
  startsWith?: string | string[]
  allowedOrigins?: string | string[]
}

export type ProfileV2 = {
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

export type BadgeClassV2 = {
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

export type AssertionV2 = {
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

export type CryptographicKeyV2 = {
  '@context': string
  type: string
  id: string
  owner: string
  publicKeyPem: string
}
export type RevocationListV2 = {
  '@context': string
  type: string
  id: string
  issuer: string
  revokedAssertions: { id: string; revocationReason?: string }[]
}
