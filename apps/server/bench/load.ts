import { connect, type Socket } from 'node:net'

export interface Target {
  host: string
  port: number
  /** The whole request as it goes over the line, without a body. */
  request: string
}

/** A GET as a browser without an account sends it. */
export function browserGet(url: URL, more: Record<string, string> = {}): Target {
  const headers = {
    host: url.host,
    accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
    'accept-encoding': 'gzip, deflate, br',
    'accept-language': 'en-CA,en;q=0.9',
    'user-agent': 'lapel-bench',
    ...more,
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const request = `GET ${url.pathname}${url.search} HTTP/1.1\r\n${lines.join('')}\r\n`
  return { host: url.hostname, port: Number(url.port), request }
}

/**
 * Asks the same thing again and again over some connections that stay open, each time when the answer before is whole.
 * Reads no more of an answer than its length, so that the client is never what is measured.
 *
 * @returns how many answers came, and in which time. @throws when an answer is not 200.
 */
export async function load(
  target: Target,
  o: { connections: number; ms: number },
): Promise<{ count: number; seconds: number }> {
  const clients = await Promise.all(Array.from({ length: o.connections }, () => open(target)))
  const startedAt = performance.now()
  const until = startedAt + o.ms
  const counts = await Promise.all(clients.map((socket) => ask(socket, target.request, until)))
  const seconds = (performance.now() - startedAt) / 1000
  for (const socket of clients) socket.destroy()
  return { count: counts.reduce((sum, count) => sum + count, 0), seconds }
}

function open({ host, port }: Target): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true }, () => resolve(socket)).once('error', reject)
  })
}

function ask(socket: Socket, request: string, until: number): Promise<number> {
  return new Promise((resolve, reject) => {
    let count = 0
    let missing = -1
    let head = ''
    const fail = (why: string) => reject(new Error(why))
    socket.on('close', () => fail('The server closed the connection'))
    socket.on('error', reject)
    socket.on('data', (chunk: Buffer) => {
      let at = 0
      if (missing < 0) {
        const end = chunk.indexOf('\r\n\r\n')
        if (end < 0) return void (head += chunk.toString('latin1'))
        head += chunk.toString('latin1', 0, end)
        at = end + 4
        if (!head.startsWith('HTTP/1.1 200')) return fail(`The answer was ${head.slice(0, 40)}`)
        const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1]
        if (length === undefined) return fail('The answer does not say how long it is')
        missing = Number(length)
        head = ''
      }
      missing -= chunk.length - at
      if (missing > 0) return
      missing = -1
      count++
      if (performance.now() >= until) {
        socket.removeAllListeners('close')
        resolve(count)
      } else socket.write(request)
    })
    socket.write(request)
  })
}
