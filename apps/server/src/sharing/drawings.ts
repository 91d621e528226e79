import type { Deps } from '../platform/deps.ts'
import { HttpError } from '../platform/errors.ts'
import type { Ctx } from '../platform/http/context.ts'
import { throttle, throttledNetwork } from '../platform/http/throttle.ts'

/** What one network may have drawn anew in a window, in units of about 20 ms of work. */
export const unitsPerNetwork = 1_500
const windowS = 600
/** Drawings at work or waiting in this process; more are sent away for a moment. */
const mostAtOnce = 24

let atWork = 0

/**
 * Lets a stranger's request draw something that is not kept yet. Each one costs work, so a network gets so many in ten
 * minutes, and all of them together so many at once (SECURITY S52).
 *
 * @throws {HttpError} 429 or 503, with the time to wait.
 */
export async function drawFor<T>(
  deps: Pick<Deps, 'db' | 'now' | 'secrets'>,
  c: Ctx,
  o: { cost: number },
  draw: () => Promise<T>,
): Promise<T> {
  const waitS = await throttle(deps, {
    purpose: 'drawing',
    subject: throttledNetwork(c.get('clientAddress')),
    limit: unitsPerNetwork,
    windowS,
    cost: o.cost,
  })
  if (waitS > 0) throw new HttpError(429, 'Too many pictures at once', { retryAfterS: waitS })
  if (atWork >= mostAtOnce) throw new HttpError(503, 'Many pictures are being drawn', { retryAfterS: 5 })
  atWork++
  try {
    return await draw()
  } finally {
    atWork--
  }
}

/** Drawn once for everybody who asks for the same thing at the same time; the last so many stay. */
export class Drawings<T> {
  readonly #kept = new Map<string, Promise<T>>()
  readonly #most: number

  constructor(most: number) {
    this.#most = most
  }

  get(key: string, draw: () => Promise<T>): Promise<T> {
    const known = this.#kept.get(key)
    if (known) {
      // The one that was asked for last goes last.
      this.#kept.delete(key)
      this.#kept.set(key, known)
      return known
    }
    const made = draw()
    this.#kept.set(key, made)
    made.catch(() => this.#kept.delete(key))
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > this.#most && oldest !== undefined) this.#kept.delete(oldest)
    return made
  }
}
