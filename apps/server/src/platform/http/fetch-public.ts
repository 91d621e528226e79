import { lookup as systemLookup } from 'node:dns/promises'
import http from 'node:http'
import https from 'node:https'
import { isIP } from 'node:net'
import { DomainError } from '../errors.ts'
import { isPublicAddress } from './public-address.ts'

export type FetchRefusal =
  | 'fetch.address' // not an address we may open
  | 'fetch.not-public' // leads into a private network
  | 'fetch.unreachable'
  | 'fetch.timeout'
  | 'fetch.too-large'
  | 'fetch.too-many-redirects'
  | 'fetch.encoding'

/** The address did not give an answer that we may read. `values.host` is the host that was asked last. */
export class FetchRefused extends DomainError<FetchRefusal> {
  override name = 'FetchRefused'
}

export interface PublicAnswer {
  /** The address that answered, after redirects. */
  url: string
  status: number
  headers: Record<string, string>
  bytes: Uint8Array
}

export interface FetchOptions {
  /** Plain http is for hosted badges of old only. */
  allowHttp?: boolean
  accept?: string
  /** For all redirects together. */
  timeoutMs?: number
  maxBytes?: number
  /** 0 where a redirect would prove the wrong host. */
  maxRedirects?: number
  method?: 'GET' | 'POST'
  body?: Uint8Array
  headers?: Record<string, string>
}

export type FetchPublic = (url: string, options?: FetchOptions) => Promise<PublicAnswer>

interface Surroundings {
  resolve(host: string): Promise<readonly string[]>
  isAllowed(address: string): boolean
  ports: readonly number[]
  /** Certificate authorities beside the usual ones. */
  ca?: string
}

const production: Surroundings = {
  resolve: async (host) => (await systemLookup(host, { all: true, verbatim: true })).map(({ address }) => address),
  isAllowed: isPublicAddress,
  ports: [80, 443],
}

/**
 * Makes the only way to open an address that a stranger chose (SECURITY S33): https, ports 80 and 443, every address
 * that the name resolves to is public, and the connection goes to one of those that were checked, not to a second
 * answer of the resolver; each redirect passes the same checks. No cookie, no proxy, no compressed answer.
 *
 * @param surroundings tests bring their own names and networks.
 */
export function createFetchPublic(surroundings: Partial<Surroundings> = {}): FetchPublic {
  const around = { ...production, ...surroundings }
  return async (address, options = {}) => {
    const signal = AbortSignal.timeout(options.timeoutMs ?? 5_000)
    let next = address
    for (let redirects = 0; redirects <= (options.maxRedirects ?? 3); redirects++) {
      const url = permittedUrl(next, options, around)
      const answer = await request(url, options, around, signal)
      const location = answer.headers['location']
      if (![301, 302, 303, 307, 308].includes(answer.status) || location === undefined || options.maxRedirects === 0)
        return answer
      if (!URL.canParse(location, url)) throw new FetchRefused('fetch.address', { host: url.host })
      next = new URL(location, url).href
    }
    throw new FetchRefused('fetch.too-many-redirects', { host: new URL(next).host })
  }
}

function permittedUrl(address: string, options: FetchOptions, around: Surroundings): URL {
  const url = address.length <= 2_000 ? URL.parse(address) : null
  if (!url || (url.protocol !== 'https:' && !(url.protocol === 'http:' && options.allowHttp)))
    throw new FetchRefused('fetch.address', { host: url?.host ?? '' })
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port)
  if (!around.ports.includes(port) || url.username !== '' || url.password !== '' || url.hostname === '')
    throw new FetchRefused('fetch.address', { host: url.host })
  return url
}

async function request(url: URL, options: FetchOptions, around: Surroundings, signal: AbortSignal) {
  try {
    const addresses = await resolved(url, around, signal)
    return await send(url, addresses, options, around, signal)
  } catch (error) {
    if (error instanceof FetchRefused) throw error
    if (signal.aborted) throw new FetchRefused('fetch.timeout', { host: url.host })
    // Names of network failures and nothing of the answer: it may come from inside a network.
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown'
    throw new FetchRefused('fetch.unreachable', { host: url.host, reason: String(code).slice(0, 60) })
  }
}

/** Every address of the host, all of them public. */
async function resolved(url: URL, around: Surroundings, signal: AbortSignal): Promise<readonly string[]> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const addresses = isIP(host) ? [host] : await abortable(around.resolve(host.replace(/\.$/, '')), signal)
  if (addresses.length === 0) throw new FetchRefused('fetch.unreachable', { host: url.host, reason: 'ENOTFOUND' })
  // One private address among public ones is how a name is rebound, so one is enough to refuse.
  if (!addresses.every((address) => around.isAllowed(address)))
    throw new FetchRefused('fetch.not-public', { host: url.host })
  return addresses
}

function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new Error('aborted'))
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

function send(
  url: URL,
  addresses: readonly string[],
  options: FetchOptions,
  around: Surroundings,
  signal: AbortSignal,
): Promise<PublicAnswer> {
  const maxBytes = options.maxBytes ?? 1024 * 1024
  const isSecure = url.protocol === 'https:'
  return new Promise((resolve, reject) => {
    const sent = (isSecure ? https : http).request(
      url,
      {
        method: options.method ?? 'GET',
        signal,
        // An agent of its own: no proxy of the environment, no connection that was checked for another request.
        agent: false,
        headers: {
          'user-agent': 'Lapel (badge platform)',
          accept: options.accept ?? '*/*',
          'accept-encoding': 'identity',
          ...options.headers,
        },
        maxHeaderSize: 16 * 1024,
        ...(isSecure && around.ca ? { ca: around.ca } : {}),
        // The resolver is not asked again: the socket gets the addresses that were checked.
        lookup: (_host, wanted, done) => {
          const found = addresses.map((address) => ({ address, family: isIP(address) }))
          if (wanted.all) done(null, found)
          else done(null, found[0]?.address ?? '', found[0]?.family)
        },
      },
      (answer) => {
        const refuse = (code: FetchRefusal) => {
          answer.destroy()
          reject(new FetchRefused(code, { host: url.host }))
        }
        const encoding = answer.headers['content-encoding']
        if (encoding !== undefined && encoding !== 'identity') return refuse('fetch.encoding')
        if (Number(answer.headers['content-length'] ?? 0) > maxBytes) return refuse('fetch.too-large')
        const chunks: Buffer[] = []
        let size = 0
        answer.on('data', (chunk: Buffer) => {
          size += chunk.length
          if (size > maxBytes) return refuse('fetch.too-large')
          chunks.push(chunk)
        })
        answer.on('error', reject)
        answer.on('end', () =>
          resolve({
            url: url.href,
            status: answer.statusCode ?? 0,
            headers: Object.fromEntries(
              Object.entries(answer.headers).map(([name, value]) => [
                name,
                Array.isArray(value) ? value.join(', ') : (value ?? ''),
              ]),
            ),
            bytes: Buffer.concat(chunks),
          }),
        )
      },
    )
    sent.on('error', reject)
    // The last word on where the connection went, whatever a library did in between.
    sent.on('socket', (socket) =>
      socket.once('connect', () => {
        if (socket.remoteAddress && !around.isAllowed(socket.remoteAddress))
          sent.destroy(new FetchRefused('fetch.not-public', { host: url.host }))
      }),
    )
    sent.end(options.body)
  })
}
