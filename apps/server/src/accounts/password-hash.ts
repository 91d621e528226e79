import { hash, verify } from '@node-rs/argon2'
import { HttpError } from '../platform/errors.ts'

// OWASP's first recommendation for argon2id: 19 MiB, two passes, one lane (SECURITY S9). The package's default algorithm
// is argon2id.
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** Each hash takes a core for 25 ms and 19 MiB: more at once would only make everything else wait. */
const atOnce = 2
const longestQueue = 200
let running = 0
const waiting: (() => void)[] = []

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= atOnce) {
    if (waiting.length >= longestQueue) throw new HttpError(503, 'Too many sign-ins at once', { retryAfterS: 10 })
    await new Promise<void>((resolve) => waiting.push(resolve))
  } else running++
  try {
    return await work()
  } finally {
    const next = waiting.shift()
    if (next) next()
    else running--
  }
}

// The same password typed on two systems may differ in how accents are composed (NIST SP 800-63B-4 section 3.1.1.2).
const composed = (password: string) => password.normalize('NFKC')

export function hashPassword(password: string): Promise<string> {
  return inTurn(() => hash(composed(password), parameters))
}

/**
 * Compares a password with a stored hash. Without one it compares with the hash of a password that nobody has, so that
 * the answer takes as long (SECURITY S6).
 */
export async function isPassword(stored: string | null | undefined, password: string): Promise<boolean> {
  const against = stored ?? (await nobody())
  const matches = await inTurn(() => verify(against, composed(password)))
  return matches && Boolean(stored)
}

let nobodyHash: Promise<string> | undefined
function nobody(): Promise<string> {
  nobodyHash ??= hashPassword(crypto.randomUUID())
  return nobodyHash
}
