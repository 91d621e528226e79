import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { z } from 'zod'
import type { Db, Tx } from '../platform/database/database.ts'
import { isUniqueViolation } from '../platform/database/database.ts'
import { DomainError } from '../platform/errors.ts'
import { newId } from '../platform/ids.ts'
import { hashToken } from '../platform/secrets.ts'
import type { AccountsDeps } from './accounts.ts'
import { recordSecurityEvent } from './security-log.ts'
import { tellOfSecurityChange } from './security-notices.ts'
import { type Device, endSessions } from './sessions.ts'

const challengeMinutes = 10
const mostPasskeys = 20
/** EdDSA, ES256, RS256 (COSE): what authenticators in use speak. */
const algorithms = [-8, -7, -257]

export type PasskeyPurpose = 'register' | 'sign-in' | 'prove'
export class PasskeyRefused extends DomainError<'passkey.failed'> {
  override name = 'PasskeyRefused'
}

/** Where passkeys are good: the site's own name. An address in numbers cannot have any (Web Authentication section 5.1.3). */
export interface RelyingParty {
  id: string
  origin: string
}

export interface Passkey {
  id: string
  name: string
  createdAt: Date
  lastUsedAt: Date | null
}

export function passkeysOf(db: Db, accountId: string): Promise<Passkey[]> {
  return db
    .selectFrom('passkeys')
    .select(['id', 'name', 'createdAt', 'lastUsedAt'])
    .where('accountId', '=', accountId)
    .orderBy('createdAt')
    .execute()
}

/** What the browser needs to make a passkey for an account. */
export async function registrationOptions(
  deps: AccountsDeps,
  o: { party: RelyingParty; accountId: string; email: string; displayName: string; browserHash: Buffer },
) {
  const known = await deps.db
    .selectFrom('passkeys')
    .select(['credentialId', 'transports'])
    .where('accountId', '=', o.accountId)
    .execute()
  const options = await generateRegistrationOptions({
    rpName: deps.config.productName,
    rpID: o.party.id,
    userName: o.email,
    userDisplayName: o.displayName,
    userID: new Uint8Array(Buffer.from(o.accountId.replaceAll('-', ''), 'hex')),
    attestationType: 'none',
    supportedAlgorithmIDs: algorithms,
    excludeCredentials: known.map(({ credentialId }) => ({ id: credentialId })),
    // Stored on the device and unlocked by its holder: such a key is two factors in one.
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  })
  await keepChallenge(deps, { ...o, challenge: options.challenge, purpose: 'register' })
  return options
}

/** What the browser needs to ask for a passkey of this site; any account's, or those of the one that must prove itself. */
export async function signInOptions(
  deps: AccountsDeps,
  o: { party: RelyingParty; accountId: string | undefined; browserHash: Buffer },
) {
  const own = o.accountId
    ? await deps.db.selectFrom('passkeys').select('credentialId').where('accountId', '=', o.accountId).execute()
    : []
  const options = await generateAuthenticationOptions({
    rpID: o.party.id,
    userVerification: 'required',
    allowCredentials: own.map(({ credentialId }) => ({ id: credentialId })),
  })
  await keepChallenge(deps, { ...o, challenge: options.challenge, purpose: o.accountId ? 'prove' : 'sign-in' })
  return options
}

async function keepChallenge(
  { db, now }: Pick<AccountsDeps, 'db' | 'now'>,
  o: { challenge: string; purpose: PasskeyPurpose; accountId: string | undefined; browserHash: Buffer },
): Promise<void> {
  const at = now()
  await db.deleteFrom('passkeyChallenges').where('expiresAt', '<', at).execute()
  await db
    .insertInto('passkeyChallenges')
    .values({
      challengeHash: hashToken(o.challenge),
      purpose: o.purpose,
      accountId: o.accountId ?? null,
      browserHash: o.browserHash,
      expiresAt: new Date(at.getTime() + challengeMinutes * 60_000),
    })
    .execute()
}

/** A challenge counts once, for what it was made for, in the browser that asked. */
function takeChallenge(
  { db, now }: Pick<AccountsDeps, 'db' | 'now'>,
  o: { purpose: PasskeyPurpose; accountId: string | undefined; browserHash: Buffer },
) {
  return async (challenge: string): Promise<boolean> => {
    let taken = db
      .deleteFrom('passkeyChallenges')
      .where('challengeHash', '=', hashToken(challenge))
      .where('purpose', '=', o.purpose)
      .where('browserHash', '=', o.browserHash)
      .where('expiresAt', '>', now())
    taken = o.accountId ? taken.where('accountId', '=', o.accountId) : taken.where('accountId', 'is', null)
    return (await taken.executeTakeFirst()).numDeletedRows > 0n
  }
}

const base64url = z
  .string()
  .regex(/^[\w-]*$/)
  .max(20_000)
const extensions = z.record(z.string(), z.unknown()).default({})
const registrationResponse = z.object({
  id: base64url,
  rawId: base64url,
  type: z.literal('public-key'),
  clientExtensionResults: extensions,
  response: z.object({
    clientDataJSON: base64url,
    attestationObject: base64url,
    transports: z
      .array(z.enum(['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb']))
      .max(10)
      .optional(),
  }),
})
const authenticationResponse = z.object({
  id: base64url,
  rawId: base64url,
  type: z.literal('public-key'),
  clientExtensionResults: extensions,
  response: z.object({
    clientDataJSON: base64url,
    authenticatorData: base64url,
    signature: base64url,
    userHandle: base64url.optional(),
  }),
})

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** @throws {PasskeyRefused} */
export async function addPasskey(
  deps: AccountsDeps,
  o: {
    party: RelyingParty
    accountId: string
    sessionId: string
    browserHash: Buffer
    name: string
    response: string
    device: Device
  },
): Promise<void> {
  const parsed = registrationResponse.safeParse(parseJson(o.response))
  if (!parsed.success) throw new PasskeyRefused('passkey.failed')
  const { verified, registrationInfo } = await verifyRegistrationResponse({
    response: parsed.data,
    expectedChallenge: takeChallenge(deps, { ...o, purpose: 'register' }),
    expectedOrigin: o.party.origin,
    expectedRPID: o.party.id,
    requireUserVerification: true,
    supportedAlgorithmIDs: algorithms,
  }).catch((error: unknown) => refused(deps, error))
  if (!verified || !registrationInfo) throw new PasskeyRefused('passkey.failed')
  const { credential, credentialBackedUp } = registrationInfo
  const now = deps.now()
  try {
    await deps.db.transaction().execute(async (tx) => {
      await tx.selectFrom('accounts').select('id').where('id', '=', o.accountId).forUpdate().execute()
      if ((await passkeysOf(tx, o.accountId)).length >= mostPasskeys) throw new PasskeyRefused('passkey.failed')
      await tx
        .insertInto('passkeys')
        .values({
          id: newId(),
          accountId: o.accountId,
          credentialId: credential.id,
          publicKey: Buffer.from(credential.publicKey),
          signCount: credential.counter,
          transports: parsed.data.response.transports ?? [],
          name: o.name,
          backedUp: credentialBackedUp,
          createdAt: now,
        })
        .execute()
      await tellOfNewPasskey(tx, deps, o)
    })
  } catch (error) {
    if (isUniqueViolation(error)) throw new PasskeyRefused('passkey.failed')
    throw error
  }
}

/** The library's own refusals are all one to the visitor; the log has the reason, which names no person. */
function refused(deps: Pick<AccountsDeps, 'log'>, error: unknown): never {
  deps.log.info({ reason: error instanceof Error ? error.message.slice(0, 120) : 'unknown' }, 'passkey refused')
  throw new PasskeyRefused('passkey.failed', {})
}

/**
 * Whose passkey answered. It has verified its holder, so it is both factors.
 *
 * @param o.accountId the account that must prove itself again; without it any account of the site may answer.
 * @throws {PasskeyRefused}
 */
export async function usePasskey(
  deps: AccountsDeps,
  o: { party: RelyingParty; accountId?: string; browserHash: Buffer; response: string },
): Promise<{ accountId: string }> {
  const parsed = authenticationResponse.safeParse(parseJson(o.response))
  const passkey = parsed.success ? await passkeyByCredential(deps.db, parsed.data.id) : undefined
  if (!parsed.success || !passkey || (o.accountId && passkey.accountId !== o.accountId))
    throw new PasskeyRefused('passkey.failed')
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response: parsed.data,
    expectedChallenge: takeChallenge(deps, {
      purpose: o.accountId ? 'prove' : 'sign-in',
      accountId: o.accountId,
      browserHash: o.browserHash,
    }),
    expectedOrigin: o.party.origin,
    expectedRPID: o.party.id,
    requireUserVerification: true,
    credential: {
      id: passkey.credentialId,
      publicKey: new Uint8Array(passkey.publicKey),
      counter: passkey.signCount,
    },
  }).catch((error: unknown) => refused(deps, error))
  if (!verified) throw new PasskeyRefused('passkey.failed')
  await deps.db
    .updateTable('passkeys')
    .set({ signCount: authenticationInfo.newCounter, lastUsedAt: deps.now() })
    .where('id', '=', passkey.id)
    .execute()
  return { accountId: passkey.accountId }
}

function passkeyByCredential(db: Db, credentialId: string) {
  return db
    .selectFrom('passkeys as p')
    .innerJoin('accounts as a', 'a.id', 'p.accountId')
    .select(['p.id', 'p.accountId', 'p.credentialId', 'p.publicKey', 'p.signCount'])
    .where('p.credentialId', '=', credentialId)
    .where('a.closedAt', 'is', null)
    .where('a.mergedInto', 'is', null)
    .executeTakeFirst()
}

async function tellOfNewPasskey(
  tx: Tx,
  deps: AccountsDeps,
  o: { accountId: string; sessionId: string; name: string; device: Device },
): Promise<void> {
  const now = deps.now()
  await endSessions(tx, { accountId: o.accountId, except: o.sessionId, now })
  await recordSecurityEvent(tx, {
    accountId: o.accountId,
    action: 'account.passkey-added',
    at: now,
    device: o.device,
    detail: { name: o.name },
  })
  await tellOfSecurityChange(tx, deps, {
    accountId: o.accountId,
    what: 'mail.notice.passkeyAdded',
    values: { name: o.name },
    device: o.device,
  })
}
