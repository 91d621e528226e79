import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { gzipSync } from 'node:zlib'
import { createFetchPublic, type FetchOptions, type FetchPublic, FetchRefused } from './fetch-public.ts'
import { isPublicAddress } from './public-address.ts'

async function refusal(fetchPublic: FetchPublic, url: string, options?: FetchOptions): Promise<string> {
  try {
    const answer = await fetchPublic(url, options)
    return `answered ${answer.status}`
  } catch (error) {
    if (error instanceof FetchRefused) return error.code
    throw error
  }
}

async function listen(t: TestContext, listener: RequestListener, host = '127.0.0.1') {
  let hits = 0
  const server = createServer((request, response) => {
    hits++
    listener(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  t.after(() => new Promise<void>((resolve) => void server.close(() => resolve())))
  t.after(() => server.closeAllConnections())
  return { port: (server.address() as AddressInfo).port, hits: () => hits }
}

/** Opens the network of the test and nothing else. */
const inside = (port: number, names: Record<string, readonly string[]> = {}) =>
  createFetchPublic({
    ports: [port],
    isAllowed: (address) => address === '127.0.0.1',
    resolve: async (host) => names[host] ?? ['127.0.0.1'],
  })

const spellings = [
  'http://127.0.0.1/',
  'http://127.1/',
  'http://127.0.1/',
  'http://2130706433/',
  'http://0x7f000001/',
  'http://0x7f.0.0.1/',
  'http://0177.0.0.1/',
  'http://017700000001/',
  'http://127.0.0.1./',
  'http://127。0。0。1/',
  'http://①②⑦.⓪.⓪.①/',
  'http://localhost/',
  'http://LOCALHOST./',
  'http://0/',
  'http://0.0.0.0/',
  'http://10.0.0.1/',
  'http://0x0a000001/',
  'http://100.64.0.1/',
  'http://169.254.169.254/latest/meta-data/',
  'http://0xa9fea9fe/',
  'http://2852039166/',
  'http://172.16.0.1/',
  'http://172.31.255.255/',
  'http://192.0.0.192/',
  'http://192.0.2.1/',
  'http://192.168.0.1/',
  'http://198.18.0.1/',
  'http://198.51.100.1/',
  'http://203.0.113.1/',
  'http://224.0.0.1/',
  'http://240.0.0.1/',
  'http://255.255.255.255/',
  'http://[::]/',
  'http://[::1]/',
  'http://[0:0:0:0:0:0:0:1]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::ffff:7f00:1]/',
  'http://[0:0:0:0:0:ffff:a9fe:a9fe]/',
  'http://[::127.0.0.1]/',
  'http://[64:ff9b::7f00:1]/',
  'http://[64:ff9b:1::a9fe:a9fe]/',
  'http://[2002:7f00:1::]/',
  'http://[2002:a9fe:a9fe::1]/',
  'http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/',
  'http://[2001:db8::1]/',
  'http://[fc00::1]/',
  'http://[fd00:ec2::254]/',
  'http://[fe80::1]/',
  'http://[fec0::1]/',
  'http://[ff02::1]/',
  'http://[100::1]/',
]

test('no spelling of an inner address is opened', async () => {
  assert.ok(spellings.length >= 45)
  // The names among them resolve as the system would.
  const fetchPublic = createFetchPublic({ resolve: async () => ['127.0.0.1'] })
  for (const spelling of spellings) {
    assert.equal(await refusal(fetchPublic, spelling, { allowHttp: true }), 'fetch.not-public', spelling)
    assert.equal(await refusal(fetchPublic, spelling.replace('http:', 'https:')), 'fetch.not-public', spelling)
  }
})

test('addresses of the public internet are told apart from the others', () => {
  for (const address of [
    '1.1.1.1',
    '8.8.8.8',
    '93.184.215.14',
    '172.32.0.1',
    '2606:4700::1111',
    '2a00:1450:4001::200e',
  ])
    assert.equal(isPublicAddress(address), true, address)
  for (const address of ['', 'example.org', '1.2.3', '2606:4700::1111%eth0', '::ffff:8.8.8.8', '4000::1'])
    assert.equal(isPublicAddress(address), false, address)
})

test('other schemes, ports and addresses with a password are refused without a look-up', async () => {
  const fetchPublic = createFetchPublic({ resolve: () => assert.fail('it asked the resolver') })
  for (const url of [
    'ftp://example.org/',
    'file:///etc/passwd',
    'gopher://example.org/',
    'data:text/plain,x',
    'http://example.org/',
    'https://example.org:8080/',
    'https://example.org:22/',
    'https://user:secret@example.org/',
    'https://user@example.org/',
    'javascript:alert(1)',
    'https://',
    '/etc/passwd',
    `https://example.org/${'x'.repeat(3000)}`,
  ])
    assert.equal(await refusal(fetchPublic, url), 'fetch.address', url.slice(0, 60))
})

test('one inner address among the answers of the resolver is enough to refuse', async (t) => {
  const canary = await listen(t, (_request, response) => response.end('secret'))
  const fetchPublic = inside(canary.port, { 'rebound.example': ['127.0.0.1', '127.0.0.2'] })
  assert.equal(
    await refusal(fetchPublic, `http://rebound.example:${canary.port}/`, { allowHttp: true }),
    'fetch.not-public',
  )
  assert.equal(canary.hits(), 0)
})

test('the connection goes to the address that was checked, whatever the resolver says next', async (t) => {
  const inner = await listen(t, (_request, response) => response.end('inner'))
  let asked = 0
  const fetchPublic = createFetchPublic({
    ports: [inner.port],
    isAllowed: (address) => address === '127.0.0.2',
    resolve: async () => (asked++ === 0 ? ['127.0.0.2'] : ['127.0.0.1']),
  })
  // Nothing listens at the checked address, so the request fails; it must not fall back to the second answer.
  assert.equal(
    await refusal(fetchPublic, `http://twice.example:${inner.port}/`, { allowHttp: true }),
    'fetch.unreachable',
  )
  assert.equal(asked, 1)
  assert.equal(inner.hits(), 0)
})

test('redirects are checked like the first address, and end after three', async (t) => {
  const canary = await listen(t, (_request, response) => response.end('secret'))
  const server = await listen(t, (request, response) => {
    const hop = Number(/\d+/.exec(request.url ?? '')?.[0] ?? 0)
    const targets: Record<string, string> = {
      '/inner': `http://inner.example:${canary.port}/`,
      '/literal': 'http://169.254.169.254/',
      '/file': 'file:///etc/passwd',
    }
    const location = targets[request.url ?? ''] ?? (hop < 4 ? `/hop${hop + 1}` : undefined)
    if (location) response.writeHead(302, { location })
    response.end('there')
  })
  const fetchPublic = createFetchPublic({
    ports: [server.port, canary.port, 80],
    isAllowed: (address) => address === '127.0.0.1',
    resolve: async (host) => (host === 'inner.example' ? ['10.0.0.1'] : ['127.0.0.1']),
  })
  const at = (path: string) => `http://outer.example:${server.port}${path}`
  assert.equal(await refusal(fetchPublic, at('/inner'), { allowHttp: true }), 'fetch.not-public')
  assert.equal(await refusal(fetchPublic, at('/literal'), { allowHttp: true }), 'fetch.not-public')
  assert.equal(await refusal(fetchPublic, at('/file'), { allowHttp: true }), 'fetch.address')
  assert.equal(await refusal(fetchPublic, at('/hop0'), { allowHttp: true }), 'fetch.too-many-redirects')
  assert.equal(await refusal(fetchPublic, at('/hop1'), { allowHttp: true }), 'answered 200')
  assert.equal(await refusal(fetchPublic, at('/hop1'), { allowHttp: true, maxRedirects: 0 }), 'answered 302')
  assert.equal(canary.hits(), 0)
})

test('answers that are too large, too slow or packed are left', async (t) => {
  const server = await listen(t, (request, response) => {
    if (request.url === '/declared') return void response.writeHead(200, { 'content-length': 2_000_000 }).write('x')
    if (request.url === '/endless') {
      const more = () => {
        while (response.write(Buffer.alloc(65_536)));
      }
      response.on('drain', more)
      return more()
    }
    if (request.url === '/packed')
      return void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(50_000_000)))
    if (request.url === '/drip') {
      response.writeHead(200)
      const timer = setInterval(() => response.write('.'), 20)
      response.on('close', () => clearInterval(timer))
      return
    }
    if (request.url === '/silent') return
    response.end('fine')
  })
  const fetchPublic = inside(server.port)
  const ask = (path: string, options: FetchOptions = {}) =>
    refusal(fetchPublic, `http://a.example:${server.port}${path}`, { allowHttp: true, ...options })
  assert.equal(await ask('/declared'), 'fetch.too-large')
  assert.equal(await ask('/endless'), 'fetch.too-large')
  assert.equal(await ask('/packed'), 'fetch.encoding')
  assert.equal(await ask('/drip', { timeoutMs: 200 }), 'fetch.timeout')
  assert.equal(await ask('/silent', { timeoutMs: 200 }), 'fetch.timeout')
  assert.equal(await ask('/fine'), 'answered 200')
})

test('a resolver that never answers costs no more than the time allowed', async () => {
  const fetchPublic = createFetchPublic({ resolve: () => new Promise(() => undefined) })
  const startedAt = performance.now()
  assert.equal(await refusal(fetchPublic, 'https://slow.example/', { timeoutMs: 100 }), 'fetch.timeout')
  assert.ok(performance.now() - startedAt < 1000)
})

test('proxies of the environment are not used', async (t) => {
  const proxy = await listen(t, (_request, response) => response.end('proxied'))
  const server = await listen(t, (_request, response) => response.end('direct'))
  const before = { ...process.env }
  t.after(() => {
    process.env = before
  })
  process.env.HTTP_PROXY = process.env.http_proxy = `http://127.0.0.1:${proxy.port}`
  process.env.NODE_USE_ENV_PROXY = '1'
  const answer = await inside(server.port)(`http://a.example:${server.port}/`, { allowHttp: true })
  assert.equal(Buffer.from(answer.bytes).toString(), 'direct')
  assert.equal(proxy.hits(), 0)
})
