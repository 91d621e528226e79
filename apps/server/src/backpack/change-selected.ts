import { ClaimRefused, declineCredential, restoreCredential } from '../claiming/index.ts'
import type { Db, Tx } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
import { once } from '../platform/http/idempotency.ts'
import { changeVisibilityOf, type Visibility } from './set-visibility.ts'
import { rememberedAnswer } from './store.ts'

/** How long a change of several badges can be taken back. */
export const undoMinutes = 60

type ChangeDeps = Pick<Deps, 'now'> & { db: Db }

/** A form of a person: what it does is done once, and remembered with its key so that it can be taken back. */
interface OfForm {
  accountId: string
  key: string
}

interface Shown {
  /** Who could see each badge before; only those that were changed. */
  before: Record<string, Visibility>
  to: Visibility
  same: number
  refused: number
}

/**
 * Changes who may see several badges, all or none.
 *
 * @returns what each changed one was before, and how many were so already or cannot be shown (not accepted, withdrawn,
 *   not this account's).
 */
export function setVisibilities(
  { db, now }: ChangeDeps,
  o: OfForm & { publicIds: readonly string[]; visibility: Visibility },
): Promise<Shown> {
  const publicIds = inOneOrder(o.publicIds)
  const body = { publicIds, visibility: o.visibility }
  return once(db, { scope: scopes.visibility(o.accountId), key: o.key, body, now }, async (tx) => {
    const done: Shown = { before: {}, to: o.visibility, same: 0, refused: 0 }
    for (const publicId of publicIds) {
      const { accountId, visibility } = o
      const before = await changeVisibilityOf(tx, { publicId, accountId, visibility, at: now() })
      if (before === undefined) done.refused++
      else if (before === visibility) done.same++
      else done.before[publicId] = before
    }
    return done
  })
}

interface Declined {
  declined: string[]
}

/** Declines several badges, all or none; those that are not this account's are passed over. */
export function declineSelected(
  { db, now }: ChangeDeps,
  o: OfForm & { publicIds: readonly string[] },
): Promise<Declined> {
  const publicIds = inOneOrder(o.publicIds)
  return once(db, { scope: scopes.decline(o.accountId), key: o.key, body: publicIds, now }, async (tx) => {
    for (const publicId of publicIds) await declineCredential({ db: tx, now }, { publicId, accountId: o.accountId })
    return { declined: publicIds }
  })
}

export interface Undone {
  restored: number
  /** Changed again since; that later decision stays. */
  left: number
}

/**
 * Takes back what a form did to several badges: each gets what it had before. Once, however often it is asked for.
 *
 * @returns nothing when there was no such form of this person, or it was too long ago.
 */
export async function undoSelected(
  { db, now }: ChangeDeps,
  o: OfForm & { what: 'visibility' | 'decline' },
): Promise<Undone | undefined> {
  const { accountId, key, what } = o
  const answer = await recallChange({ db, now }, { scope: scopes[what](accountId), key })
  if (answer === undefined) return undefined
  return once(db, { scope: `undo-${scopes[what](accountId)}`, key, body: what, now }, (tx) =>
    what === 'visibility'
      ? showAsBefore(tx, accountId, answer as Shown, now())
      : takeBackDeclines({ db: tx, now }, accountId, answer as Declined),
  )
}

/** What a form of a person did, as it was answered; nothing when it was another's or is too old to take back. */
export function recallChange({ db, now }: ChangeDeps, o: { scope: string; key: string }): Promise<unknown> {
  return rememberedAnswer(db, { ...o, since: new Date(now().getTime() - undoMinutes * 60_000) })
}

async function showAsBefore(tx: Tx, accountId: string, { before, to }: Shown, at: Date): Promise<Undone> {
  const count = { restored: 0, left: 0 }
  for (const [publicId, visibility] of Object.entries(before)) {
    const found = await changeVisibilityOf(tx, { publicId, accountId, visibility, from: to, at })
    count[found === to ? 'restored' : 'left']++
  }
  return count
}

async function takeBackDeclines(deps: ChangeDeps, accountId: string, { declined }: Declined): Promise<Undone> {
  const count = { restored: 0, left: 0 }
  for (const publicId of declined)
    try {
      await restoreCredential(deps, { publicId, accountId })
      count.restored++
    } catch (error) {
      if (!(error instanceof ClaimRefused)) throw error
      count.left++
    }
  return count
}

const scopes = {
  visibility: (accountId: string) => `badges-visibility:${accountId}`,
  decline: (accountId: string) => `badges-decline:${accountId}`,
} as const

/** The same everywhere, so that two at the same moment take turns instead of waiting for each other. */
function inOneOrder(publicIds: readonly string[]): string[] {
  return [...new Set(publicIds)].toSorted()
}
