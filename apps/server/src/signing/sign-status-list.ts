import { createStatusList, type JsonObject, setStatus, statusListCredential } from '@lapel/openbadges'
import { issuerDid } from '../organizations/index.ts'
import { statusListUrl } from './addresses.ts'
import type { KeyRing } from './key-ring.ts'
import { SigningRefused } from './refusal.ts'
import { type SigningDeps, signAndVerify } from './sign-intents.ts'
import * as store from './store.ts'

/** How long a signed list says it holds (SECURITY S32: at most 48 hours). */
export const statusListValidityMs = 48 * 3_600_000
/** How long a reader may keep it, as `ttl` in the list and as max-age over HTTP. */
export const statusListTtlMs = 30_000

/**
 * Derives the bits of a status list from the awards and signs the list anew with the issuer's own key.
 *
 * An organization that may not issue any more still signs its lists: withdrawals must reach everybody.
 *
 * @returns false when there is no such list.
 * @throws {SigningRefused} `signing.no-key`
 */
export async function signStatusList(deps: SigningDeps, keys: KeyRing, listId: string): Promise<boolean> {
  const read = await readList(deps, listId)
  if (!read) return false
  const { list, organization, key, bits } = read
  const signedAt = deps.now()
  const validUntil = new Date(signedAt.getTime() + statusListValidityMs)
  const unsigned = await statusListCredential({
    id: statusListUrl(deps.config, list.publicId),
    issuer: issuerDid(organization, deps.config),
    bits,
    validFrom: signedAt,
    validUntil,
    purpose: list.purpose,
    ttlMs: statusListTtlMs,
  })
  const signed = await signAndVerify(keys.open(key), unsigned as unknown as JsonObject, signedAt)
  await store.storeStatusList(deps.db, {
    id: listId,
    version: list.version,
    json: JSON.stringify(signed),
    signedAt,
    validUntil,
  })
  return true
}

/** The bits and their version in one snapshot: a bit that is set after the version was read belongs to the next signature. */
function readList(deps: SigningDeps, listId: string) {
  return deps.db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (tx) => {
      const list = await store.statusList(tx, listId)
      if (!list) return undefined
      const organization = await store.organization(tx, list.organizationId)
      const key = await store.activeKey(tx, list.organizationId)
      if (!organization || !key) throw new SigningRefused('signing.no-key')
      const bits = createStatusList(list.size)
      for (const index of await store.setEntries(tx, list.organizationId, listId)) setStatus(bits, index, true)
      return { list, organization, key, bits }
    })
}
