import type { EmailAddress } from '../platform/email-address.ts'

/**
 * Why somebody comes to register or to sign in: a link from a mail or a hand-off that is to be continued afterwards. The
 * token stands for everything; what it stands for is read from the database, never from the address (PRODUCT A6).
 */
export interface EntryIntent {
  /** Filled in and read-only: the address that the badge was sent to. */
  email?: EmailAddress
  givenName?: string
  familyName?: string
  /** Own path where the person is taken after signing in. */
  returnTo: string
  /** "Submit" from a mail, "Create Account" from a hand-off (UX 6). */
  arrivedBy: 'mail' | 'hand-off'
  /** Shown above the form. */
  badge?: { name: string; issuerName: string }
  /** Words of the organization, which a password may not consist of. */
  organizationName?: string
  /** Page behind "Not your address?". */
  notYourAddressPath?: string
}

export type EntryKind = 'claim' | 'handoff'
/** Reads what a token stands for; `undefined` when it is unknown, ended or forged. Looking uses nothing up. */
export type EntryResolver = (token: string) => Promise<EntryIntent | undefined>

/** Features that send people to registration say here how their tokens are read; `/register?claim={token}`. */
export interface Entries {
  add(kind: EntryKind, resolver: EntryResolver): void
  /** Reads `{kind}:{token}`, the form that the pages carry along. */
  resolve(entry: string | undefined): Promise<EntryIntent | undefined>
}

const entryKinds: readonly EntryKind[] = ['claim', 'handoff']

export function createEntries(): Entries {
  const resolvers = new Map<EntryKind, EntryResolver>()
  return {
    add: (kind, resolver) => void resolvers.set(kind, resolver),
    async resolve(entry) {
      const [, kind, token] = /^(claim|handoff):([\w-]{16,200})$/.exec(entry ?? '') ?? []
      if (!kind || !token) return undefined
      return resolvers.get(kind as EntryKind)?.(token)
    },
  }
}

/** The entry that an address names, in the form that forms carry: `claim:{token}`. */
export function entryOfQuery(query: (name: EntryKind) => string | undefined): string | undefined {
  for (const kind of entryKinds) {
    const token = query(kind)
    if (token && /^[\w-]{16,200}$/.test(token)) return `${kind}:${token}`
  }
  return undefined
}

/** The same as a query, for links between the entry pages: `?claim={token}`. */
export function entryQuery(entry: string | undefined): string {
  const [kind, token] = entry?.split(':') ?? []
  return kind && token ? `?${kind}=${token}` : ''
}
