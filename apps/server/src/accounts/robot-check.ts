import { createChallenge, randomInt, verifySolution } from 'altcha-lib'
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2'
import { z } from 'zod'
import type { Db } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
import { hashToken } from '../platform/secrets.ts'

/** A challenge is good this long; people read forms slowly. */
const challengeMinutes = 60
/**
 * Work for the visitor's processor: PBKDF2 of so many rounds, so many times. About half a second on a telephone, and
 * nothing to see, hear or solve. The server works once per challenge; checking costs it one keyed hash.
 */
const rounds = 2_000
const fewest = 150
const most = 450

/** Somebody who fills in a whole form faster than this is a program. */
const fastestS = 3
const oldestFormHours = 24

/** An ALTCHA challenge (version 2), signed, with its end inside. */
export async function newChallenge({ secrets, now }: Pick<Deps, 'secrets' | 'now'>) {
  return createChallenge({
    algorithm: 'PBKDF2/SHA-256',
    cost: rounds,
    counter: randomInt(most, fewest),
    // Our own clock judges it, so that the end travels as data and not as the library's own expiry.
    data: { until: now().getTime() + challengeMinutes * 60_000 },
    deriveKey,
    ...signatureSecrets(secrets),
  })
}

function signatureSecrets(secrets: Deps['secrets']) {
  return {
    hmacSignatureSecret: secrets.derive('robot-challenge').toString('base64'),
    hmacKeySignatureSecret: secrets.derive('robot-solution').toString('base64'),
  }
}

const payload = z.object({
  challenge: z.object({
    parameters: z.strictObject({
      algorithm: z.literal('PBKDF2/SHA-256'),
      cost: z.number().int().max(rounds),
      nonce: z.string().max(64),
      salt: z.string().max(64),
      keyLength: z.number().int().max(64),
      keyPrefix: z.string().max(64),
      keySignature: z.string().max(128),
      data: z.strictObject({ until: z.number() }),
    }),
    signature: z.string().max(128),
  }),
  solution: z.object({ counter: z.number().int(), derivedKey: z.string().max(128), time: z.number().optional() }),
})

/** What a solution is worth: a proof that counts once, or nothing. */
export async function readProof(
  { secrets, now }: Pick<Deps, 'secrets' | 'now'>,
  text: string,
): Promise<{ hash: Buffer; expiresAt: Date } | undefined> {
  const parsed = payload.safeParse(parseBase64Json(text))
  if (!parsed.success) return undefined
  const { challenge, solution } = parsed.data
  const expiresAt = new Date(challenge.parameters.data.until)
  if (!(expiresAt > now())) return undefined
  const { verified } = await verifySolution({
    challenge,
    solution: { counter: solution.counter, derivedKey: solution.derivedKey },
    deriveKey,
    ...signatureSecrets(secrets),
  })
  return verified ? { hash: hashToken(challenge.signature), expiresAt } : undefined
}

function parseBase64Json(text: string): unknown {
  if (text.length > 4_000) return undefined
  try {
    return JSON.parse(Buffer.from(text, 'base64').toString('utf8'))
  } catch {
    return undefined
  }
}

/** Marks a proof as used. @returns false when it was used before. */
export async function spendProof(tx: Db, proof: { hash: Buffer; expiresAt: Date }): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('spentProofs')
    .values({ proofHash: proof.hash, expiresAt: proof.expiresAt })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** Says in the form when it was shown, sealed, so that a program cannot choose it. */
export function formShownAt({ secrets, now }: Pick<Deps, 'secrets' | 'now'>): string {
  return secrets.seal('form-shown-at', String(now().getTime())).toString('base64url')
}

/** True when a person could have filled the form in, in the time since it was shown. */
export function tookHumanTime({ secrets, now }: Pick<Deps, 'secrets' | 'now'>, shownAt: string | undefined): boolean {
  if (!shownAt || shownAt.length > 200) return false
  try {
    const at = Number(secrets.open('form-shown-at', Buffer.from(shownAt, 'base64url')).toString('utf8'))
    const seconds = (now().getTime() - at) / 1000
    return seconds >= fastestS && seconds <= oldestFormHours * 3600
  } catch {
    return false // altered, or from before the secret changed
  }
}
