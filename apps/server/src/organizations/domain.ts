import { Resolver } from 'node:dns/promises'
import { domainToASCII } from 'node:url'
import { inOrganization } from '../platform/database/database.ts'
import { recordAudit } from '../platform/audit.ts'
import type { Deps } from '../platform/deps.ts'
import { type FetchPublic, FetchRefused } from '../platform/http/fetch-public.ts'
import type { Organization } from './organization.ts'
import * as store from './store.ts'

/** How the outside is asked about a domain; tests bring their own. */
export interface DomainLookups {
  /** The texts of the TXT records of a name. @throws with `code` ENOTFOUND or ENODATA when there is none. */
  resolveTxt(name: string): Promise<string[]>
  fetchPublic: FetchPublic
}

export function domainLookups(fetchPublic: FetchPublic): DomainLookups {
  return {
    fetchPublic,
    async resolveTxt(name) {
      const resolver = new Resolver({ timeout: 2_500, tries: 2 })
      return (await resolver.resolveTxt(name)).map((parts) => parts.join(''))
    },
  }
}

/** A host name of the public internet as A-labels, from what a person typed or pasted; `undefined` for anything else. */
export function readDomain(typed: string): string | undefined {
  const host = typed
    .trim()
    .replace(/^[a-z]+:\/\//i, '')
    .replace(/[/?#].*$/, '')
    .replace(/\.$/, '')
  const ascii = domainToASCII(host).toLowerCase()
  return /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/.test(ascii) && ascii.length <= 253
    ? ascii
    : undefined
}

export interface DomainProof {
  recordName: string
  recordValue: string
  fileUrl: string
  fileContent: string
}

/** What the organization publishes to show that the domain is its own. The value says nothing and is of no use elsewhere. */
export function domainProof(organization: Pick<Organization, 'domainToken'>, domain: string): DomainProof {
  const value = `lapel-verification=${organization.domainToken}`
  return {
    recordName: `_lapel.${domain}`,
    recordValue: value,
    fileUrl: `https://${domain}/.well-known/lapel-verification.txt`,
    fileContent: value,
  }
}

/** What one way of looking found. */
export type Found =
  | { outcome: 'confirmed' }
  /** It answered with something else, which is shown to the person. */
  | { outcome: 'other'; found: string[] }
  | { outcome: 'nothing' }
  /** It did not answer, so nothing is known. */
  | { outcome: 'not-checked'; reason: 'timeout' | 'unreachable' | 'not-public' | 'redirect' | 'too-large' }

export interface DomainCheck {
  domain: string
  dns: Found
  file: Found
}

/** Looks both ways. */
export async function lookAtDomain(
  lookups: DomainLookups,
  organization: Pick<Organization, 'domainToken'>,
  domain: string,
): Promise<DomainCheck> {
  const proof = domainProof(organization, domain)
  const [dns, file] = await Promise.all([lookAtRecord(lookups, proof), lookAtFile(lookups, proof)])
  return { domain, dns, file }
}

async function lookAtRecord(lookups: DomainLookups, proof: DomainProof): Promise<Found> {
  try {
    const records = await lookups.resolveTxt(proof.recordName)
    if (records.some((record) => record.trim() === proof.recordValue)) return { outcome: 'confirmed' }
    return records.length === 0 ? { outcome: 'nothing' } : { outcome: 'other', found: records.slice(0, 5).map(shown) }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOTFOUND' || code === 'ENODATA') return { outcome: 'nothing' }
    return { outcome: 'not-checked', reason: code === 'ETIMEOUT' ? 'timeout' : 'unreachable' }
  }
}

async function lookAtFile(lookups: DomainLookups, proof: DomainProof): Promise<Found> {
  try {
    // A redirect could lead to a host that somebody else controls, so it proves nothing.
    const answer = await lookups.fetchPublic(proof.fileUrl, { maxRedirects: 0, maxBytes: 4096, accept: 'text/plain' })
    if (answer.status >= 300 && answer.status < 400) return { outcome: 'not-checked', reason: 'redirect' }
    if (answer.status === 404 || answer.status === 410) return { outcome: 'nothing' }
    if (answer.status !== 200) return { outcome: 'not-checked', reason: 'unreachable' }
    const text = new TextDecoder().decode(answer.bytes).trim()
    if (text === proof.fileContent) return { outcome: 'confirmed' }
    return text === '' ? { outcome: 'nothing' } : { outcome: 'other', found: [shown(text)] }
  } catch (error) {
    if (!(error instanceof FetchRefused)) throw error
    if (error.code === 'fetch.not-public') return { outcome: 'not-checked', reason: 'not-public' }
    if (error.code === 'fetch.timeout') return { outcome: 'not-checked', reason: 'timeout' }
    if (error.code === 'fetch.too-large') return { outcome: 'not-checked', reason: 'too-large' }
    return { outcome: 'not-checked', reason: 'unreachable' }
  }
}

function shown(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}]+/gu, ' ').trim()
  return line.length > 120 ? `${line.slice(0, 120)}…` : line
}

/** Names the domain that is to be proven; a new one starts unconfirmed. */
export async function setDomain(
  { db, now }: Pick<Deps, 'db' | 'now'>,
  o: { organization: Organization; accountId: string; domain: string | null },
): Promise<void> {
  if (o.domain === o.organization.domain) return
  await inOrganization(db, o.organization.id, async (tx) => {
    await store.updateOrganization(tx, o.organization.id, {
      domain: o.domain,
      domainConfirmedAt: null,
      domainCheckedAt: null,
      domainMethod: null,
      domainFailingSince: null,
    })
    await recordAudit(tx, {
      organizationId: o.organization.id,
      actor: { accountId: o.accountId },
      action: 'domain.changed',
      detail: { domain: o.domain },
      at: now(),
    })
  })
}

/** Days of failing checks after which a confirmed domain is no longer shown as confirmed. */
const graceDays = 3

/**
 * Looks for the proof now and keeps the result.
 *
 * @returns what was found, and whether a confirmation was lost by it. A check that could not be made confirms nothing
 * and takes nothing away until the days of grace are over.
 */
export async function checkDomain(
  { db, now }: Pick<Deps, 'db' | 'now'>,
  lookups: DomainLookups,
  organizationId: string,
  actor: { accountId: string } | 'system',
): Promise<(DomainCheck & { isConfirmed: boolean; isLost: boolean }) | undefined> {
  const organization = await store.organizationById(db, organizationId)
  const domain = organization?.domain
  if (!organization || !domain) return undefined
  const check = await lookAtDomain(lookups, organization, domain)
  const method = check.dns.outcome === 'confirmed' ? 'dns' : check.file.outcome === 'confirmed' ? 'file' : undefined
  return inOrganization(db, organizationId, async (tx) => {
    const present = await store.lockOrganization(tx, organizationId)
    // Changed while we looked: what was found is about another domain.
    if (present?.domain !== domain) return { ...check, isConfirmed: false, isLost: false }
    const wasConfirmed = present.domainConfirmedAt !== null
    const at = now()
    if (method) {
      await store.updateOrganization(tx, organizationId, {
        domainMethod: method,
        domainConfirmedAt: present.domainConfirmedAt ?? at,
        domainCheckedAt: at,
        domainFailingSince: null,
      })
      if (!wasConfirmed)
        await recordAudit(tx, { organizationId, actor, action: 'domain.confirmed', detail: { domain, method }, at })
      return { ...check, isConfirmed: true, isLost: false }
    }
    const failingSince = present.domainFailingSince ?? at
    const isLost = wasConfirmed && at.getTime() - failingSince.getTime() >= graceDays * 86_400_000
    await store.updateOrganization(tx, organizationId, {
      domainCheckedAt: at,
      domainFailingSince: wasConfirmed && !isLost ? failingSince : null,
      ...(isLost ? { domainConfirmedAt: null, domainMethod: null } : {}),
    })
    if (isLost) await recordAudit(tx, { organizationId, actor, action: 'domain.lost', detail: { domain }, at })
    return { ...check, isConfirmed: wasConfirmed && !isLost, isLost }
  })
}
