import { recordAudit } from '../platform/audit.ts'
import type { Deps } from '../platform/deps.ts'
import type { Organization } from './organization.ts'

/** What somebody of the team did with records of people. */
export type DisclosureKind = 'opened' | 'listed' | 'exported'
export type RecordKind = 'credential' | 'document' | 'request' | 'batch'

interface Disclosure {
  kind: DisclosureKind
  record?: { kind: RecordKind; id: string }
}

interface DisclosingAddress extends Omit<Disclosure, 'record'> {
  /** Below `/console/{org}`; its first group is the id of the record. */
  path: RegExp
  record?: RecordKind
}

/**
 * Addresses of the console that show what people have earned. Whoever opens one in an organization with minors is
 * written down (FERPA, 34 CFR 99.32). A test knows every other address of the console by name, so that a new one is
 * put here or there.
 */
const disclosing: readonly DisclosingAddress[] = [
  { path: /^\/issued(?:\/revoke)?$/, kind: 'listed' },
  { path: /^\/issued\.csv$/, kind: 'exported' },
  { path: /^\/issued\/([\w-]{22})(?:\/(?:replace|revoke))?$/, kind: 'opened', record: 'credential' },
  { path: /^\/issue\/([\w-]{22})\/report\.csv$/, kind: 'exported', record: 'batch' },
  { path: /^\/issue\/([\w-]{22})\/progress$/, kind: 'listed', record: 'batch' },
  { path: /^\/documents$/, kind: 'listed' },
  { path: /^\/documents\/([\w-]{22})(?:\/(?:replace|withdraw))?$/, kind: 'opened', record: 'document' },
  { path: /^\/documents\/([\w-]{22})\/document\.pdf$/, kind: 'exported', record: 'document' },
  { path: /^\/requests$/, kind: 'listed' },
  { path: /^\/requests\/(?:mailbox|correction)\/([\w-]{1,40})$/, kind: 'opened', record: 'request' },
]

/** What a page of the console discloses; `path` is the part of its address below `/console/{org}`. */
export function disclosureOf(path: string): Disclosure | undefined {
  for (const { path: pattern, kind, record } of disclosing) {
    const found = pattern.exec(path)
    if (found) return { kind, ...(record && found[1] ? { record: { kind: record, id: found[1] } } : {}) }
  }
  return undefined
}

/** Writes down that a member of the team saw records, before they are handed out. Only organizations with minors ask for it. */
export async function recordDisclosure(
  { db, now }: Pick<Deps, 'db' | 'now'>,
  o: Disclosure & { organization: Pick<Organization, 'id' | 'sharingOffSince'>; accountId: string; filter?: string },
): Promise<void> {
  if (o.organization.sharingOffSince === null) return
  await recordAudit(db, {
    organizationId: o.organization.id,
    actor: { accountId: o.accountId },
    action: `record.${o.kind}`,
    ...(o.record ? { object: o.record } : {}),
    ...(o.filter ? { detail: { filter: o.filter } } : {}),
    at: now(),
  })
}
