import { setTimeout as sleep } from 'node:timers/promises'
import type { Deps } from '../platform/deps.ts'
import { throttle, throttledNetwork } from '../platform/http/throttle.ts'

type LimitDeps = Pick<Deps, 'db' | 'now' | 'secrets'>
const hour = 3600

/** The networks an address belongs to, with what each may do more than the smallest one: an IPv6 /48 holds many homes. */
function networksOf(address: string): { network: string; times: number }[] {
  const network = throttledNetwork(address)
  if (!network.endsWith('::/64')) return [{ network, times: 1 }]
  return [
    { network, times: 1 },
    {
      network: `${network
        .replace(/::\/64$/, '')
        .split(':')
        .slice(0, 3)
        .join(':')}::/48`,
      times: 8,
    },
  ]
}

/** Counts one act of a client against its networks. @returns seconds to wait, 0 when it may go on. */
export async function limitNetwork(
  deps: LimitDeps,
  o: { purpose: string; address: string; limit: number; windowS: number; cost?: number },
): Promise<number> {
  let wait = 0
  for (const { network, times } of networksOf(o.address)) {
    const { purpose, windowS, cost } = o
    wait = Math.max(wait, await throttle(deps, { purpose, subject: network, limit: o.limit * times, windowS, cost }))
  }
  return wait
}

/** Registrations from one source; without a proof of work a quarter of them (SECURITY S13). */
export function limitRegistrations(deps: LimitDeps, o: { address: string; hasProof: boolean }): Promise<number> {
  return o.hasProof
    ? limitNetwork(deps, { purpose: 'register', address: o.address, limit: 20, windowS: hour })
    : limitNetwork(deps, { purpose: 'register-without-proof', address: o.address, limit: 5, windowS: hour })
}

/** Codes to one address, over all registrations: 5 an hour, 10 a day, whether or not it is known here. */
export function limitCodeMail(deps: LimitDeps, canonical: string): Promise<number> {
  return limitMail(deps, 'code-mail', canonical)
}

export function limitResetMail(deps: LimitDeps, canonical: string): Promise<number> {
  return limitMail(deps, 'reset-mail', canonical)
}

async function limitMail(deps: LimitDeps, purpose: string, subject: string): Promise<number> {
  const wait = await throttle(deps, { purpose: `${purpose}-hour`, subject, limit: 5, windowS: hour })
  if (wait > 0) return wait
  return throttle(deps, { purpose: `${purpose}-day`, subject, limit: 10, windowS: 24 * hour })
}

/**
 * Answers no sooner than after `ms`, so that the time tells nothing about which of two paths was taken (SECURITY S6).
 * The paths themselves differ by a few statements.
 */
export async function inSteadyTime<T>(ms: number, work: () => Promise<T>): Promise<T> {
  const [outcome] = await Promise.allSettled([work(), sleep(ms)])
  if (outcome.status === 'rejected') throw outcome.reason
  return outcome.value
}
