import { z } from 'zod'
import type { Deps } from '../platform/deps.ts'
import { DomainError } from '../platform/errors.ts'
import { newId, newPublicId, newToken } from '../platform/ids.ts'
import { hashToken } from '../platform/secrets.ts'
import { insertClient } from './connections-store.ts'
import { isScope, scopeList } from './scopes.ts'

/** The codes of RFC 7591 section 3.2.2. */
export type RegistrationRefusal = 'invalid_redirect_uri' | 'invalid_client_metadata'
/** `values.why` says in English what is wrong, for the developer. */
export class RegistrationRefused extends DomainError<RegistrationRefusal> {
  override name = 'RegistrationRefused'
}

const text = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    // Neither control characters nor marks that turn the direction of what follows: people read these beside Allow.
    .refine((value) => !/[\p{Cc}\u200b-\u200f\u2028-\u202e\u2066-\u2069]/u.test(value) && value.isWellFormed())
    .refine((value) => value.trim() === value)

/** What 1EdTech requires of a client beyond RFC 7591 (Open Badges 3.0, "Register with Authorization Server"). */
const metadata = z.object({
  client_name: text(80),
  client_uri: z.string(),
  logo_uri: z.string(),
  tos_uri: z.string(),
  policy_uri: z.string(),
  software_id: text(200),
  software_version: text(200),
  redirect_uris: z.array(z.string()).min(1).max(10),
  scope: z.string().max(2000),
  token_endpoint_auth_method: z.literal('client_secret_basic').default('client_secret_basic'),
  grant_types: z
    .array(z.enum(['authorization_code', 'refresh_token']))
    .min(1)
    .default(['authorization_code']),
  response_types: z.array(z.literal('code')).min(1).default(['code']),
  contacts: z.array(text(254)).max(10).optional(),
})
const pages = ['client_uri', 'logo_uri', 'tos_uri', 'policy_uri'] as const

/**
 * Takes down a client (RFC 7591), as anybody may. Nothing that it names is fetched; its addresses have one host, which is
 * what people are shown beside its name.
 *
 * @returns the body of the answer, with the secret, which is kept as a hash only.
 * @throws {RegistrationRefused}
 */
export async function registerClient(
  { db, config, now }: Pick<Deps, 'db' | 'config' | 'now'>,
  given: unknown,
): Promise<Record<string, unknown>> {
  const parsed = metadata.safeParse(given)
  if (!parsed.success) {
    const field = String(parsed.error.issues[0]?.path[0] ?? '')
    throw new RegistrationRefused(field === 'redirect_uris' ? 'invalid_redirect_uri' : 'invalid_client_metadata', {
      why: field ? `${field} is missing or cannot be taken` : 'Send a JSON object',
    })
  }
  const { data } = parsed
  // People would take it for ourselves.
  if (folded(data.client_name) === folded(config.productName))
    throw new RegistrationRefused('invalid_client_metadata', { why: 'client_name is the name of this site' })
  const host = hostOf(data, config)
  const scopes = scopeList(data.scope).filter(isScope)
  if (scopes.length === 0)
    throw new RegistrationRefused('invalid_client_metadata', { why: 'scope names nothing that is offered here' })
  if (new Set(data.redirect_uris).size !== data.redirect_uris.length)
    throw new RegistrationRefused('invalid_redirect_uri', { why: 'redirect_uris names one twice' })

  const registered = { ...data, scope: scopes.join(' ') }
  const clientId = newPublicId()
  const secret = newToken()
  const at = now()
  await insertClient(db, {
    id: newId(at.getTime()),
    publicId: clientId,
    secretHash: hashToken(secret),
    name: data.client_name,
    host,
    metadata: JSON.stringify(registered),
    redirectUris: data.redirect_uris,
    scopes,
    createdAt: at,
  })
  return {
    client_id: clientId,
    client_secret: secret,
    client_id_issued_at: Math.floor(at.getTime() / 1000),
    client_secret_expires_at: 0,
    ...registered,
  }
}

/** The one host of all addresses. @throws {RegistrationRefused} */
function hostOf(data: z.infer<typeof metadata>, config: Pick<Deps['config'], 'publicUrl'>): string {
  const own = new URL(config.publicUrl)
  const hosts = new Set<string>()
  const read = (address: string, code: RegistrationRefusal, field: string) => {
    const url = clientAddress(address, { allowLoopback: own.protocol === 'http:' })
    if (!url) throw new RegistrationRefused(code, { why: `${field} has to be an https address without a fragment` })
    hosts.add(url.hostname)
  }
  for (const address of data.redirect_uris) read(address, 'invalid_redirect_uri', 'Each of redirect_uris')
  for (const field of pages) read(data[field], 'invalid_client_metadata', field)
  const [host = ''] = hosts
  if (hosts.size > 1)
    throw new RegistrationRefused('invalid_client_metadata', { why: 'All addresses have to have the same host' })
  // Nobody comes with a name that is ours. On a local trial everything is one machine.
  if (own.protocol === 'https:' && host === own.hostname)
    throw new RegistrationRefused('invalid_client_metadata', { why: 'The host is the one of this site' })
  return host
}

/**
 * An address that a client may name: https; or http on this very machine, where Lapel itself is tried out without https.
 * Only characters that a header and a link can hold as they are, since it is compared and sent back letter by letter.
 */
function clientAddress(address: string, { allowLoopback }: { allowLoopback: boolean }): URL | undefined {
  if (address.length > 500 || !/^https?:\/\/[\w.~:/?[\]@!$&'()*+,;=%-]+$/i.test(address)) return undefined
  const url = URL.parse(address)
  if (!url || url.hostname === '' || url.username !== '' || url.password !== '') return undefined
  if (url.protocol === 'https:') return url
  const isLoopback = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  return allowLoopback && isLoopback ? url : undefined
}

const folded = (name: string) => name.normalize('NFKC').replace(/\s+/g, '').toLowerCase()
