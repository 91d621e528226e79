// How many badge pages a second the whole server gives, beside a bare server that sends the same bytes.
import { fork } from 'node:child_process'
import path from 'node:path'
import { startTestPostgres } from '../../../scripts/test-postgres.ts'
import { browserGet, load, type Target } from './load.ts'
import type { BareAnswer, Served } from './served.ts'
import { medianOf, timesOf } from './times.ts'

const connections = 16
const rounds = 9
const slotMs = 400
const warmUpMs = 4000

export async function bench() {
  const postgres = await startTestPostgres()
  const child = fork(path.join(import.meta.dirname, 'served.ts'), {
    // Its log is written, as in production, but nobody reads it here.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, LAPEL_TEST_POSTGRES: JSON.stringify(postgres.connection) },
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const told = <T>() =>
    new Promise<T>((resolve, reject) => {
      child.once('message', (message) => resolve(message as T))
      void ended.then(() => reject(new Error('The measured process ended early')))
    })
  try {
    const served = await told<Served>()
    const backpack = await backpackMs(served)
    const page = new URL(served.pageUrl)
    // An address with a query is never kept, so each of these is read from the database and rendered.
    const fresh = new URL(`${served.pageUrl}?fresh=1`)
    const cached = await against(browserGet(page))
    const rendered = await against(browserGet(fresh))
    return {
      rows: [
        {
          id: 'page-cached/H',
          what: 'badge pages, the whole server over a bare node:http server with the same bytes',
          ratio: cached.ratio,
          to: 'of H',
          floor: 0.25,
        },
        {
          id: 'page-fresh/H',
          what: 'the same, read from the database and rendered every time',
          ratio: rendered.ratio,
          to: 'of H',
          floor: 0.15,
        },
        {
          id: 'backpack-500-ms',
          what: 'the backpack of somebody with 500 badges',
          ratio: backpack,
          to: 'ms',
          floor: 0,
          ceiling: 60,
        },
      ],
      notes: [
        `badge page from the cache: ${words(cached)}`,
        `badge page rendered: ${words(rendered)}; the database's own time is in none of the processor figures`,
      ],
    }

    /** Both take turns in short slots; what counts is the median of the quotients, so that a busy moment hits both. */
    async function against(target: Target) {
      // The compiler is done by then, and a page that may be kept is.
      await load(target, { connections, ms: warmUpMs })
      const answer = await fetch(`http://${target.host}:${target.port}${/ (\S+) /.exec(target.request)?.[1]}`, {
        headers: headersOf(target),
      })
      await rawBody(target)
      // The second of two in a row comes from what is kept, where something is.
      const bytes = await rawBody(target)
      const headers = Object.fromEntries(
        [...answer.headers].filter(
          ([name]) => !['connection', 'keep-alive', 'date', 'content-length', 'transfer-encoding'].includes(name),
        ),
      )
      const ready = told<'ready'>()
      child.send({ headers, body: bytes.toString('base64') } satisfies BareAnswer)
      await ready
      const bare = { ...browserGet(new URL(served.bareUrl)), request: target.request }
      const [quotients, ours, theirs]: [number[], Slot[], Slot[]] = [[], [], []]
      for (let round = -1; round < rounds; round++) {
        const before = await slot(bare, slotMs / 2)
        const mine = await slot(target, slotMs)
        const after = await slot(bare, slotMs / 2)
        if (round < 0) continue
        ours.push(mine)
        theirs.push(before, after)
        quotients.push((2 * mine.rate) / (before.rate + after.rate))
      }
      return {
        ratio: thousandths(middle(quotients)),
        perSecond: Math.round(middle(ours.map(({ rate }) => rate))),
        barePerSecond: Math.round(middle(theirs.map(({ rate }) => rate))),
        cpuRatio: thousandths(middle(theirs.map(({ cpuUs }) => cpuUs)) / middle(ours.map(({ cpuUs }) => cpuUs))),
        cpuUs: Math.round(middle(ours.map(({ cpuUs }) => cpuUs))),
        bytes: bytes.length,
      }
    }

    async function slot(target: Target, ms: number): Promise<Slot> {
      const before = await cpu()
      const { count, seconds } = await load(target, { connections, ms })
      return { rate: count / seconds, cpuUs: ((await cpu()) - before) / count }
    }

    /** Microseconds of processor time that the measured process has used, all its threads together. */
    function cpu(): Promise<number> {
      const answer = told<number>()
      child.send('cpu')
      return answer
    }
  } finally {
    if (child.connected) child.send('stop')
    await ended
    await postgres.stop()
  }
}

/** Answers a second, and processor time of the measured process for one of them. */
interface Slot {
  rate: number
  cpuUs: number
}

function words(o: {
  perSecond: number
  barePerSecond: number
  bytes: number
  cpuRatio: number
  cpuUs: number
}): string {
  return `${o.perSecond} a second (H: ${o.barePerSecond}), ${o.bytes} bytes; by processor time ${o.cpuRatio} of H, ${o.cpuUs} µs each`
}

function thousandths(number: number): number {
  return Math.round(number * 1000) / 1000
}

async function backpackMs({ backpackUrl, cookie }: Served): Promise<number> {
  const ask = async () => {
    const answer = await fetch(backpackUrl, { headers: { cookie, accept: 'text/html' } })
    const text = await answer.text()
    if (!text.includes('500'))
      throw new Error(`The backpack does not hold 500 badges: ${answer.status} ${text.slice(0, 3000)}`)
  }
  return medianOf(await timesOf(ask, { warmUp: 10, rounds: 40 }))
}

function middle(numbers: number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0
}

function headersOf({ request }: Target): Record<string, string> {
  const lines = request.split('\r\n').slice(1).filter(Boolean)
  return Object.fromEntries(
    lines
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)] as const)
      .filter(([name]) => name !== 'host'),
  )
}

/** The body as it travels, still compressed. */
async function rawBody(target: Target): Promise<Buffer> {
  const { request } = await import('node:http')
  return new Promise((resolve, reject) => {
    const [, asked = '/'] = / (\S+) /.exec(target.request) ?? []
    request({ host: target.host, port: target.port, path: asked, headers: headersOf(target) }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => resolve(Buffer.concat(chunks)))
    })
      .on('error', reject)
      .end()
  })
}
