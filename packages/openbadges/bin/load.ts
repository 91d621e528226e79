// How the command line reaches the network: over HTTPS, to public hosts, with limits on time and size.
import { lookup } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'
import type { Load } from '../src/index.ts'

const inside = new BlockList()
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['224.0.0.0', 3],
] as const) {
  inside.addSubnet(net, bits, 'ipv4')
}
for (const [net, bits] of [
  ['::', 127],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  inside.addSubnet(net, bits, 'ipv6')

/** Fetches a public address, following at most three redirects, each looked at again. */
export const loadPublic: Load = async (url, { accept, maxBytes }) => {
  let at = url
  for (let redirects = 0; redirects <= 3; redirects++) {
    await refuseInside(at)
    const response = await fetch(at, { headers: { accept }, redirect: 'manual', signal: AbortSignal.timeout(10_000) })
    const target = response.headers.get('location')
    if (response.status < 300 || response.status >= 400 || target === null) {
      return { status: response.status, headers: response.headers, body: await readAll(response, maxBytes), url: at }
    }
    await response.body?.cancel()
    at = new URL(target, at).href
  }
  throw new Error('too many redirects')
}

/** A badge must not make this machine ask its own network. */
async function refuseInside(url: string): Promise<void> {
  const { protocol, hostname } = new URL(url)
  if (protocol !== 'https:' && protocol !== 'http:') throw new Error(`${protocol} is not fetched`)
  const host = hostname.replace(/^\[|\]$/g, '')
  const addresses = isIP(host) ? [{ address: host, family: isIP(host) }] : await lookup(host, { all: true })
  if (addresses.some(({ address, family }) => inside.check(address, family === 6 ? 'ipv6' : 'ipv4')))
    throw new Error('not a public address')
}

async function readAll(response: Response, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of response.body ?? []) {
    length += part.length
    if (length > maxBytes) throw new Error('the answer is too large')
    parts.push(part)
  }
  return Buffer.concat(parts)
}
