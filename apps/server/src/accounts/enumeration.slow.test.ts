import assert from 'node:assert/strict'
import { test } from 'node:test'
import { goodPassword } from '../../test/fixtures/accounts.ts'
import { type Lapel, startLapel } from '../../test/lapel.ts'
import type { Visitor } from '../../test/visitor.ts'
import { hashPassword } from './password-hash.ts'

// SECURITY S6: whether an address is known here shows neither in the answer nor in how long it takes.

const rounds = 300

interface Route {
  name: string
  prepare(lapel: Lapel, visitor: Visitor, email: string): Promise<unknown>
  send(visitor: Visitor, email: string): Promise<{ status: number }>
}

const routes: Route[] = [
  {
    name: 'sign-in',
    prepare: (_lapel, visitor) => visitor.get('/sign-in'),
    send: (visitor, email) => visitor.post('/sign-in', { email, password: 'wrong wrong wrong' }),
  },
  {
    name: 'forgot',
    prepare: (_lapel, visitor) => visitor.get('/forgot'),
    send: (visitor, email) => visitor.post('/forgot', { email }),
  },
  {
    name: 'register',
    prepare: async (lapel, visitor) => {
      await visitor.get('/register')
      lapel.passMinutes(0.1)
    },
    send: (visitor, email) =>
      visitor.post('/register', { givenName: 'A', email, password: goodPassword, robot: 'yes', terms: 'yes' }),
  },
]

for (const route of routes) {
  test(`${route.name}: ${rounds} timings each, known and unknown`, async (t) => {
    const lapel = await startLapel(t, { TRUSTED_PROXIES: '1' })
    // Not by registering: that is limited per network.
    const passwordHash = await hashPassword(goodPassword)
    for (let n = 0; n < 20; n++) await lapel.person(`known${n}@example.org`, { passwordHash })
    const times = { known: [] as number[], unknown: [] as number[] }
    for (let round = 0; round < rounds; round++) {
      for (const kind of round % 2 === 0 ? (['known', 'unknown'] as const) : (['unknown', 'known'] as const)) {
        const email = `${kind}${round % 20}@example.org`
        const visitor = lapel.visitor()
        // A network and an hour of its own, so that no limit cuts in.
        visitor.headers = { 'x-forwarded-for': `10.${round >> 8}.${round & 255}.${kind === 'known' ? 1 : 2}` }
        await route.prepare(lapel, visitor, email)
        const start = performance.now()
        await route.send(visitor, email)
        times[kind].push(performance.now() - start)
        await lapel.settle()
      }
      if (round % 20 === 19) {
        await lapel.db.deleteFrom('signInTries').execute()
        await lapel.db.deleteFrom('rateLimits').execute()
      }
    }
    const [known, unknown] = [median(times.known), median(times.unknown)]
    const p = rankTest(times.known, times.unknown)
    t.diagnostic(`known ${known.toFixed(1)} ms, unknown ${unknown.toFixed(1)} ms, p ${p.toFixed(3)}`)
    assert.ok(Math.abs(known - unknown) < 5, `medians ${known} and ${unknown} ms`)
    assert.ok(p > 0.01, `the ranks tell them apart: p ${p}`)
  })
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

/** Mann and Whitney's test by the normal approximation, two-sided. */
function rankTest(a: number[], b: number[]): number {
  const all = [...a.map((value) => ({ value, isA: true })), ...b.map((value) => ({ value, isA: false }))]
  all.sort((x, y) => x.value - y.value)
  const ranks = all.reduce((sum, { isA }, index) => (isA ? sum + index + 1 : sum), 0)
  const u = ranks - (a.length * (a.length + 1)) / 2
  const mean = (a.length * b.length) / 2
  const deviation = Math.sqrt((a.length * b.length * (a.length + b.length + 1)) / 12)
  return 2 * (1 - normal(Math.abs(u - mean) / deviation))
}

/** Abramowitz and Stegun 7.1.26, good to 1.5e-7. */
function normal(z: number): number {
  const x = z / Math.SQRT2
  const k = 1 / (1 + 0.3275911 * x)
  const series = k * (0.254829592 + k * (-0.284496736 + k * (1.421413741 + k * (-1.453152027 + k * 1.061405429))))
  return 0.5 * (2 - series * Math.exp(-x * x))
}
