import {
  InvalidDocument,
  type JsonObject,
  OpenBadgesError,
  type SignedCredential,
  signCredential,
  verifyProof,
} from '@lapel/openbadges'
import type { Config } from '../platform/config.ts'
import type { Database, Tx } from '../platform/database/database.ts'
import type { Log } from '../platform/log.ts'
import type { Now } from '../platform/clock.ts'
import type { KeyRing, OpenKey } from './key-ring.ts'
import { isPassing, SigningRefused, type SigningRefusal } from './refusal.ts'
import { checkRight, readRights, type Rights } from './rights.ts'
import * as store from './store.ts'
import { unsignedCredential, unsignedHash } from './unsigned-credential.ts'

export interface SigningDeps {
  /** A pool of the role that may read private keys; nothing else has it. */
  db: Database
  config: Pick<Config, 'publicUrl' | 'keyEncryptionKey'>
  now: Now
  log: Log
}

export type SigningOutcome =
  | { intentId: string; credentialId: string; outcome: 'signed' }
  | {
      intentId: string
      credentialId: string
      outcome: 'refused'
      refusal: SigningRefusal
      /** It will not be signed by trying again; something about the award has to change first. */
      isFinal: boolean
    }

/**
 * Signs what the intents say, in one transaction: rebuilds each credential from the database, checks the right again,
 * compares it with the hash that was pinned before, signs, verifies the signature, keeps the bytes.
 *
 * Intents that another process holds at this moment are left out of the answer. Signing twice is harmless: an intent
 * that is signed already counts as signed.
 */
export async function signIntents(
  deps: SigningDeps,
  keys: KeyRing,
  intentIds: readonly string[],
): Promise<SigningOutcome[]> {
  if (intentIds.length === 0) return []
  return deps.db.transaction().execute(async (tx) => {
    const intents = await store.lockIntents(tx, intentIds)
    const outcomes: SigningOutcome[] = []
    const signed: store.SignedRow[] = []
    for (const [organizationId, own] of Map.groupBy(intents, (intent) => intent.organizationId)) {
      const turn = await openTurn(deps, tx, keys, organizationId, own)
      for (const intent of own) {
        const { intentId, credentialId } = intent
        if (intent.signedAt) {
          outcomes.push({ intentId, credentialId, outcome: 'signed' })
          continue
        }
        try {
          signed.push(await signOne(deps, turn, intent))
          outcomes.push({ intentId, credentialId, outcome: 'signed' })
        } catch (error) {
          const refusal = refusalOf(error)
          const isFinal = !isPassing(refusal)
          deps.log.warn(
            { intent: intentId, organization: organizationId, refusal, err: isFinal ? error : undefined },
            'signing refused',
          )
          if (isFinal) await store.storeRefusal(tx, intentId, refusal, deps.now())
          outcomes.push({ intentId, credentialId, outcome: 'refused', refusal, isFinal })
        }
      }
    }
    await store.storeSigned(tx, signed, deps.now())
    return outcomes
  })
}

/** What holds for all intents of one organization in this transaction, or why none of them is signed. */
type Turn = { rights: Rights; keys: Map<string, OpenKey | undefined>; budget: number } | { refused: SigningRefused }

async function openTurn(
  deps: SigningDeps,
  tx: Tx,
  ring: KeyRing,
  organizationId: string,
  intents: readonly store.LockedIntent[],
): Promise<Turn> {
  const staff = [...new Set(intents.map(({ createdBy }) => createdBy).filter((id) => id !== null))]
  try {
    const rights = await readRights({ db: tx, now: deps.now }, organizationId, staff)
    const keys = new Map<string, OpenKey | undefined>()
    for (const id of new Set(intents.map(({ signingKeyId }) => signingKeyId))) {
      const row = await store.signingKey(tx, organizationId, id)
      keys.set(id, row?.state === 'active' ? ring.open(row) : undefined)
    }
    return { rights, keys, budget: rights.left }
  } catch (error) {
    if (error instanceof SigningRefused) return { refused: error }
    throw error
  }
}

async function signOne(deps: SigningDeps, turn: Turn, intent: store.LockedIntent): Promise<store.SignedRow> {
  if ('refused' in turn) throw turn.refused
  if (turn.budget <= 0) throw new SigningRefused('signing.daily-cap')
  const key = turn.keys.get(intent.signingKeyId)
  if (!key) throw new SigningRefused('signing.foreign-key')
  await checkRight(deps.config, turn.rights, intent)

  const unsigned = unsignedCredential(deps.config, {
    ...intent,
    organizationPublicId: turn.rights.organization.publicId,
  })
  if (unsignedHash(unsigned) !== intent.unsignedHash) throw new SigningRefused('signing.hash-mismatch')
  const signed = await signAndVerify(key, unsigned as unknown as JsonObject, deps.now())
  turn.budget--
  return {
    intentId: intent.intentId,
    credentialId: intent.credentialId,
    organizationId: intent.organizationId,
    signingKeyId: key.id,
    body: JSON.stringify(signed),
  }
}

/**
 * Signs with `eddsa-rdfc-2022` and returns only what verifies with the public key that the issuer publishes.
 *
 * @throws {SigningRefused} `signing.not-verified`
 */
export async function signAndVerify(key: OpenKey, document: JsonObject, created: Date): Promise<SignedCredential> {
  const signed = await signCredential(document, {
    signer: key.signer,
    verificationMethod: key.verificationMethod,
    created,
  })
  const [proof] = signed.proof
  const result =
    proof && (await verifyProof(signed, proof, { resolveKey: async () => key.verificationKey, now: created }))
  if (result?.status !== 'passed') throw new SigningRefused('signing.not-verified')
  return signed
}

function refusalOf(error: unknown): SigningRefusal {
  if (error instanceof SigningRefused) return error.code
  // The library refuses documents that would not mean the same to every reader.
  if (error instanceof InvalidDocument || error instanceof OpenBadgesError) return 'signing.invalid'
  throw error
}
