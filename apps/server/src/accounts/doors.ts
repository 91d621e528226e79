import type { Db, Tx } from '../platform/database/database.ts'
import { DomainError } from '../platform/errors.ts'
import type { MessageKey } from '../platform/i18n/messages.ts'
import { sameBytes } from '../platform/secrets.ts'
import type { AccountsDeps } from './accounts.ts'
import { linkedSignInsOf } from './linked-sign-ins.ts'
import { passkeysOf } from './passkeys.ts'
import { recordSecurityEvent, type SecurityAction } from './security-log.ts'
import { type NoticeKey, tellOfSecurityChange } from './security-notices.ts'
import { type Device, endSessions } from './sessions.ts'

export const doorsPath = '/settings/privacy-security/doors'

/** One thing that lets somebody in, or at what is the person's, without the password. */
export interface Door {
  id: string
  name: string
  createdAt: Date
  lastUsedAt: Date | null
  /** The browser that asks. */
  isHere?: boolean
}

/** Doors of one sort. A new password ends none of them, so the person is shown them after a reset. */
export interface DoorKind {
  /** In addresses. */
  name: string
  heading: MessageKey
  /** "{count} passkeys", for the message after a reset; kinds without words are not named there. */
  count?: MessageKey
  /** A person can sign in by it, so the last one is not closed while there is no password. */
  signsIn: boolean
  action: SecurityAction
  notice: NoticeKey
  of(db: Db, o: { accountId: string; now: Date; browser?: Buffer }): Promise<Door[]>
  end(tx: Tx, o: { accountId: string; id: string; now: Date }): Promise<unknown>
}

export class DoorRefused extends DomainError<'door.last'> {
  override name = 'DoorRefused'
}

/** The kinds that accounts know themselves. */
export function ownDoors({ providers }: Pick<AccountsDeps['accounts'], 'providers'>): DoorKind[] {
  return [
    {
      name: 'passkeys',
      heading: 'security.passkeys',
      count: 'mail.notice.doorsLeft.passkeys',
      signsIn: true,
      action: 'account.passkey-removed',
      notice: 'mail.notice.passkeyRemoved',
      of: (db, { accountId }) => passkeysOf(db, accountId),
      end: (tx, o) =>
        tx.deleteFrom('passkeys').where('id', '=', o.id).where('accountId', '=', o.accountId).executeTakeFirst(),
    },
    {
      name: 'services',
      heading: 'security.services',
      count: 'mail.notice.doorsLeft.services',
      signsIn: true,
      action: 'account.sign-in-unlinked',
      notice: 'mail.notice.serviceUnlinked',
      of: async (db, { accountId }) =>
        (await linkedSignInsOf(db, accountId)).map(({ id, provider, createdAt, lastUsedAt }) => ({
          id,
          createdAt,
          lastUsedAt,
          name: providers.find(({ issuer }) => issuer === provider)?.name ?? provider,
        })),
      end: (tx, o) =>
        tx.deleteFrom('linkedSignIns').where('id', '=', o.id).where('accountId', '=', o.accountId).executeTakeFirst(),
    },
    {
      name: 'browsers',
      heading: 'doors.browsers',
      signsIn: false,
      action: 'account.browser-forgotten',
      notice: 'mail.notice.browserForgotten',
      of: browsersOf,
      end: (tx, o) =>
        tx.deleteFrom('devices').where('id', '=', o.id).where('accountId', '=', o.accountId).executeTakeFirst(),
    },
  ]
}

async function browsersOf(db: Db, o: { accountId: string; browser?: Buffer }): Promise<Door[]> {
  const rows = await db
    .selectFrom('devices')
    .select(['id', 'tokenHash', 'createdAt', 'lastUsedAt'])
    .where('accountId', '=', o.accountId)
    .orderBy('lastUsedAt', 'desc')
    .execute()
  return rows.map(({ tokenHash, ...row }) => ({
    ...row,
    name: '',
    isHere: o.browser !== undefined && sameBytes(tokenHash, o.browser),
  }))
}

export interface DoorsOfKind {
  kind: DoorKind
  doors: Door[]
}

/** Every door of an account besides its password, its addresses and its sessions. */
export function doorsOf(
  deps: Pick<AccountsDeps, 'db' | 'now' | 'accounts'>,
  o: { accountId: string; browser?: Buffer },
  db: Db = deps.db,
): Promise<DoorsOfKind[]> {
  return Promise.all(
    deps.accounts.doorKinds.map(async (kind) => ({ kind, doors: await kind.of(db, { ...o, now: deps.now() }) })),
  )
}

/**
 * Closes one door, or all but the browser that asks, in one transaction, with one message to every address; the other
 * sessions end.
 *
 * @returns what was closed.
 * @throws {DoorRefused} when nothing would open the account any more.
 */
export async function closeDoors(
  deps: AccountsDeps,
  o: {
    accountId: string
    sessionId: string
    device: Device
    browser?: Buffer
    which: 'all' | { kind: string; id: string }
  },
): Promise<Door[]> {
  const { which } = o
  return deps.db.transaction().execute(async (tx) => {
    // Two doors closed at once take turns, so that one of them is seen to be the last.
    const account = await tx
      .selectFrom('accounts')
      .select('passwordHash')
      .where('id', '=', o.accountId)
      .forUpdate()
      .executeTakeFirstOrThrow()
    const isMeant = (kind: DoorKind, door: Door) =>
      which === 'all' ? !door.isHere : kind.name === which.kind && door.id === which.id
    const all = (await doorsOf(deps, o, tx)).flatMap(({ kind, doors }) => doors.map((door) => ({ kind, door })))
    const meant = all.filter(({ kind, door }) => isMeant(kind, door))
    const waysIn = (list: typeof all) => list.filter(({ kind }) => kind.signsIn).length
    if (!account.passwordHash && waysIn(meant) > 0 && waysIn(meant) === waysIn(all)) throw new DoorRefused('door.last')

    const now = deps.now()
    for (const { kind, door } of meant) {
      await kind.end(tx, { accountId: o.accountId, id: door.id, now })
      const detail = door.name ? { name: door.name } : undefined
      await recordSecurityEvent(tx, { accountId: o.accountId, action: kind.action, at: now, device: o.device, detail })
    }
    if (meant.length > 0 || which === 'all') await endSessions(tx, { accountId: o.accountId, except: o.sessionId, now })
    const [only] = meant
    if (only && (which !== 'all' || meant.length === 1))
      await tellOfSecurityChange(tx, deps, {
        accountId: o.accountId,
        what: only.kind.notice,
        values: { name: only.door.name },
        device: o.device,
      })
    else if (meant.length > 1)
      await tellOfSecurityChange(tx, deps, {
        accountId: o.accountId,
        what: 'mail.notice.doorsClosed',
        values: { count: meant.length },
        device: o.device,
      })
    return meant.map(({ door }) => door)
  })
}
