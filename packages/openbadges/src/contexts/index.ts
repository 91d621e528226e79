import type { JsonObject } from '../json.ts'
import { text as credentialsV1 } from './credentials-v1.generated.ts'
import { text as credentialsV2 } from './credentials-v2.generated.ts'
import { text as dataIntegrityV1 } from './data-integrity-v1.generated.ts'
import { text as dataIntegrityV2 } from './data-integrity-v2.generated.ts'
import { text as didV1 } from './did-v1.generated.ts'
import { text as ed25519Signature2020V1 } from './ed25519-2020-v1.generated.ts'
import { text as multikeyV1 } from './multikey-v1.generated.ts'
import { text as openBadges300 } from './ob-3.0.0.generated.ts'
import { text as openBadges301 } from './ob-3.0.1.generated.ts'
import { text as openBadges302 } from './ob-3.0.2.generated.ts'
import { text as openBadges303 } from './ob-3.0.3.generated.ts'
import { text as openBadgesExtensions } from './ob-extensions.generated.ts'
import { text as securityJwkV1 } from './security-jwk-v1.generated.ts'
import { text as statusListV1 } from './status-list-2021-v1.generated.ts'
import { text as statusV1 } from './status-v1.generated.ts'

/** Addresses of the contexts that a credential of ours names. */
export const CONTEXTS = {
  credentialsV1: 'https://www.w3.org/2018/credentials/v1',
  credentialsV2: 'https://www.w3.org/ns/credentials/v2',
  openBadges300: 'https://purl.imsglobal.org/spec/ob/v3p0/context.json',
  openBadges301: 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json',
  openBadges302: 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json',
  openBadges303: 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json',
  openBadgesExtensions: 'https://purl.imsglobal.org/spec/ob/v3p0/extensions.json',
  dataIntegrityV1: 'https://w3id.org/security/data-integrity/v1',
  dataIntegrityV2: 'https://w3id.org/security/data-integrity/v2',
  multikeyV1: 'https://w3id.org/security/multikey/v1',
  didV1: 'https://www.w3.org/ns/did/v1',
  ed25519Signature2020V1: 'https://w3id.org/security/suites/ed25519-2020/v1',
  securityJwkV1: 'https://w3id.org/security/jwk/v1',
  statusList2021V1: 'https://w3id.org/vc/status-list/2021/v1',
  statusV1: 'https://www.w3.org/ns/credentials/status/v1',
  clr201: 'https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json',
} as const

type Bundled = { text: string; sha256: string; parsed?: JsonObject }

// The pins are the SHA-256 of the bundled text (the published JSON without white space). A test holds
// them against the texts, so a context cannot change without somebody changing a line here.
const bundled = new Map<string, Bundled>([
  pin(CONTEXTS.credentialsV1, credentialsV1, '778eb3a2ffad5df9773231da61b42c098e9849844873a6b5bf9be95c70d73df7'),
  pin(CONTEXTS.credentialsV2, credentialsV2, 'bf6fd611e6773d58f649459a45dbbb81f94e8cfd058a756644cd5a4a882c4050'),
  pin(CONTEXTS.openBadges300, openBadges300, 'ce6ab7f5729910f4fd7f35ec2cdb91f15446d1d2f886b6ccc1c1380b47fa8383'),
  pin(CONTEXTS.openBadges301, openBadges301, 'a6196945628b9d02b7b60f57f0a8f6baa9771a202d1a9e378555fc95d71d6c33'),
  pin(CONTEXTS.openBadges302, openBadges302, '3b7ee3db2a81386e4369ea73ccc6b85f3cf463094e633466cee7e0b048cbeb35'),
  pin(CONTEXTS.openBadges303, openBadges303, 'e407ae98563c7b4708be4c8198a7f254bc09c131afc68e73d5f90eb0a34c6f7f'),
  pin(
    CONTEXTS.openBadgesExtensions,
    openBadgesExtensions,
    'f9767b4f07e2c92e6c084c34882f67cb335b13f0aface4b9bfc2ea08432a5892',
  ),
  pin(CONTEXTS.dataIntegrityV1, dataIntegrityV1, '3d76dae0cd98b289312e02c08d6a7b746cb1c66da17d605067f10f697ea0a76c'),
  pin(CONTEXTS.dataIntegrityV2, dataIntegrityV2, 'be223c58c54657e930970f0d11f03caf7287bddc7be7e6f010855190c6b39c21'),
  pin(CONTEXTS.multikeyV1, multikeyV1, '91f130b30b6705ee65dfa8f86e74922a74aaa0d5fc8bb35427ec2d607d3ad3eb'),
  pin(CONTEXTS.didV1, didV1, '922d86fef06acc0754ef45a4d662c51b57dcd1c9dab3bbdc8d71da81285a5270'),
  pin(
    CONTEXTS.ed25519Signature2020V1,
    ed25519Signature2020V1,
    '9ccf2b2a579a86c1fd167f4d1dfbdebc72dae44c7b4d592715cd621e1b5c6ba8',
  ),
  pin(CONTEXTS.securityJwkV1, securityJwkV1, 'b782caba84eb0c7410a2c95641b5e36ea35539f7d9e3340297dec474f9a55693'),
  pin(CONTEXTS.statusList2021V1, statusListV1, '2420f53a4af31944aade1e7b98dc2b2e94fd243438d20864e39b1bbf74dc3c28'),
  pin(CONTEXTS.statusV1, statusV1, '1d5d557d174395f467c025726ff37da4b18e81d95e2a7e285d8e2158e5f889ce'),
])

/**
 * SHA-256 of the JCS form (RFC 8785) of contexts that we may use but do not ship: no package carries
 * them, so an operator provides the file and it must match. Two editions of CLR 2.0.1 were published
 * under one address, before and after `partial` was added.
 */
export const PROVIDED_CONTEXT_HASHES: Readonly<Record<string, readonly string[]>> = {
  [CONTEXTS.clr201]: [
    'ff5ab3cbe89f16a7a57b802718b2fe9673d911cd319e5727799f6d327d87e38d',
    '7defe702c102faf14108579b7d65ef39ecf4c3bbef925b803e15bd77cd6e3394',
  ],
}

/**
 * SHA-256 of the bytes the W3C publishes at the address, which differ from ours in white space only.
 * For `relatedResource` digests (VC Data Model 2.0, section 5.3 and appendix B.1).
 */
export const PUBLISHED_CONTEXT_HASHES: Readonly<Record<string, string>> = {
  [CONTEXTS.credentialsV1]: 'ab4ddd9a531758807a79a5b450510d61ae8d147eab966cc9a200c07095b0cdcc',
  [CONTEXTS.credentialsV2]: '59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734',
}

/**
 * The bundled JSON-LD context of an address, or undefined. Do not change what you get: it is shared.
 *
 * @example
 * typeof bundledContext(CONTEXTS.openBadges303) // 'object'
 */
export function bundledContext(url: string): JsonObject | undefined {
  const context = bundled.get(url)
  if (context === undefined) return undefined
  context.parsed ??= JSON.parse(context.text) as JsonObject
  return context.parsed
}

/**
 * Addresses and pins of every bundled context, for those who audit or display them.
 *
 * @example
 * bundledContexts().length // 15
 */
export function bundledContexts(): { url: string; sha256: string; text: string }[] {
  return Array.from(bundled, ([url, { sha256, text }]) => ({ url, sha256, text }))
}

function pin(url: string, text: string, sha256: string): [string, Bundled] {
  return [url, { text, sha256 }]
}
