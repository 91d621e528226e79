import { randomBytes, randomInt } from 'node:crypto'
import type { PublishedAchievement } from '../achievements/index.ts'
import { issuerProfile, organizationById, type Organization } from '../organizations/index.ts'
import type { Tx } from '../platform/database/database.ts'
import type { EmailAddress } from '../platform/email-address.ts'
import { DomainError } from '../platform/errors.ts'
import { newId, newPublicId } from '../platform/ids.ts'
import {
  type AwardToSign,
  type CredentialSnapshot,
  type SnapshotEvidence,
  unsignedCredential,
  unsignedHash,
} from '../signing/index.ts'
import { expiryOf } from './expiry.ts'
import type { IssuingDeps } from './issuing-deps.ts'
import { signAwardJob, signStatusListJob } from './jobs.ts'
import { closeFullShards, drawEntry, type StatusEntry, shardsFor } from './status-entries.ts'
import * as store from './store.ts'

export interface AwardRequest {
  achievement: PublishedAchievement
  recipient: { name: string; email: EmailAddress; reference?: string }
  validFrom: Date
  /** `null`: it does not end. Left out: by the template's rule, counted from {@link awardedOn}. */
  validUntil?: Date | null
  /** Day that the issuer states, `2026-03-04`; left out: the day of {@link validFrom}. */
  awardedOn?: string
  evidence?: SnapshotEvidence[]
  narrative?: string
  /** Whether the person is told by mail. */
  notify: boolean
  batchRow?: number
}

export interface Awarded {
  credentialId: string
  publicId: string
  batchRow: number | undefined
}

export type AwardRefusal = 'issuing.organization-not-active'
export class AwardRefused extends DomainError<AwardRefusal> {
  override name = 'AwardRefused'
}

/**
 * Awards one achievement to one person: records what will be signed, with which key and status entry, and leaves the
 * rest to a job (DESIGN, data rule 5). Nothing is signed or sent before the caller's transaction commits.
 *
 * @throws {AwardRefused}
 * @throws {InvalidDocument} when the credential would break the standard.
 */
export async function awardCredential(
  deps: IssuingDeps,
  tx: Tx,
  request: AwardRequest & { organizationId: string; createdBy: string; batch?: { id: string; row: number } },
): Promise<Awarded> {
  const [awarded] = await recordAwards(deps, tx, {
    organizationId: request.organizationId,
    createdBy: request.createdBy,
    batchId: request.batch?.id,
    requests: [{ ...request, batchRow: request.batch?.row }],
  })
  if (!awarded) throw new Error('The award was not recorded')
  await deps.jobs.enqueue(tx, signAwardJob, { credentialId: awarded.credentialId })
  return awarded
}

/** Records many awards of one organization at once; who calls sees to it that they get signed. */
export async function recordAwards(
  deps: IssuingDeps,
  tx: Tx,
  o: { organizationId: string; createdBy: string; batchId?: string; requests: readonly AwardRequest[] },
): Promise<Awarded[]> {
  if (o.requests.length === 0) return []
  const organization = await organizationById(tx, o.organizationId)
  if (organization?.state !== 'active') throw new AwardRefused('issuing.organization-not-active')
  const signingKeyId = await deps.signing.ensureSigningKey(o.organizationId)
  const at = deps.now()
  const openedLists: string[] = []
  let shards = await shardsFor(tx, o.organizationId, openedLists)

  const drafts = o.requests.map((request) => draftAward(deps, organization, request))
  const taken = new Map<string, StatusEntry>()
  for (let round = 0, open = drafts; open.length > 0; round++) {
    if (round === 2) shards = await closeFullShards(tx, o.organizationId, shards, openedLists)
    if (round > 60) throw new Error('No free status entry was found')
    // In one order, so that two runs waiting for one another's entries cannot lock each other out.
    const drawn = open.map((draft) => ({ draft, entry: drawEntry(shards) })).sort(byEntry)
    const inserted = await store.insertCredentials(
      tx,
      drawn.map(({ draft, entry }) => ({
        ...draft.row,
        batchId: o.batchId ?? null,
        createdBy: o.createdBy,
        createdAt: at,
        statusListId: entry.statusListId,
        statusIndex: entry.statusIndex,
      })),
    )
    for (const { draft, entry } of drawn) if (inserted.has(draft.row.id)) taken.set(draft.row.id, entry)
    open = open.filter((draft) => !inserted.has(draft.row.id))
  }

  await store.insertIntents(
    tx,
    drafts.map(({ row, snapshot }) => ({
      id: newId(),
      organizationId: o.organizationId,
      credentialId: row.id,
      signingKeyId,
      unsignedHash: unsignedHash(
        unsignedCredential(deps.config, toSign(organization, row, snapshot, taken.get(row.id))),
      ),
      createdAt: at,
    })),
  )
  for (const listId of openedLists) await deps.jobs.enqueue(tx, signStatusListJob, { listId }, { dedupeKey: listId })
  return drafts.map(({ row }) => ({
    credentialId: row.id,
    publicId: row.publicId,
    batchRow: row.batchRow ?? undefined,
  }))
}

/**
 * Builds the credential that an award would become and throws it away: what the standard refuses, it refuses before
 * anything is recorded (SECURITY S19).
 *
 * @throws {InvalidDocument}
 */
export function rehearseAward(
  deps: Pick<IssuingDeps, 'config'>,
  organization: Organization,
  request: AwardRequest,
): void {
  const { row, snapshot } = draftAward(deps, organization, request)
  const entry = { statusListId: '', statusListPublicId: newPublicId(), statusIndex: 0 }
  unsignedCredential(deps.config, toSign(organization, row, snapshot, entry))
}

/** The parts of an award that its mail shows, before there is one. */
export function previewOf(deps: Pick<IssuingDeps, 'config'>, organization: Organization, request: AwardRequest) {
  const { row, snapshot } = draftAward(deps, organization, request)
  return {
    snapshot,
    recipientName: row.recipientName,
    recipientEmail: row.recipientEmail,
    validUntil: row.validUntil,
    issuerContact: organization.contactEmail,
  }
}

type Draft = ReturnType<typeof draftAward>

function draftAward(deps: Pick<IssuingDeps, 'config'>, organization: Organization, request: AwardRequest) {
  const { achievement, recipient } = request
  const awardedOn = request.awardedOn ?? request.validFrom.toISOString().slice(0, 10)
  const issuer = issuerProfile(organization, deps.config)
  const snapshot: CredentialSnapshot = {
    achievement: { ...achievement.content, publicId: achievement.publicId, version: achievement.version },
    issuer: {
      id: issuer.id,
      name: issuer.name,
      url: issuer.url,
      description: issuer.description,
      logoHash: issuer.logoHash,
      domain: issuer.domain,
      domainConfirmed: issuer.domainConfirmed,
    },
    recipient: { name: recipient.name },
    picturePngHash: achievement.picturePngHash,
    awardedOn,
    evidence: request.evidence ?? [],
    ...(request.narrative ? { narrative: request.narrative } : {}),
  }
  const row = {
    id: newId(),
    publicId: newPublicId(),
    organizationId: organization.id,
    achievementId: achievement.achievementId,
    version: achievement.version,
    batchRow: request.batchRow ?? null,
    label: newLabel(),
    recipientName: recipient.name,
    recipientEmail: recipient.email.stored,
    recipientEmailCanonical: recipient.email.canonical,
    recipientReference: recipient.reference ?? null,
    snapshot: JSON.stringify(snapshot),
    // Signed to the second, so nothing finer is kept.
    validFrom: wholeSeconds(request.validFrom),
    validUntil: request.validUntil === undefined ? expiryOf(achievement.content.expiry, awardedOn) : request.validUntil,
    delivery: request.notify ? ('queued' as const) : ('suppressed' as const),
    notify: request.notify,
    identitySalt: randomBytes(16).toString('hex'),
  }
  return { row, snapshot }
}

function toSign(
  organization: Organization,
  row: Draft['row'],
  snapshot: CredentialSnapshot,
  entry: StatusEntry | undefined,
): AwardToSign {
  if (!entry) throw new Error('The award has no status entry')
  return {
    publicId: row.publicId,
    recipientEmailCanonical: row.recipientEmailCanonical,
    identitySalt: row.identitySalt,
    validFrom: row.validFrom,
    validUntil: row.validUntil,
    // As it will come back from the database.
    snapshot: JSON.parse(JSON.stringify(snapshot)) as CredentialSnapshot,
    statusIndex: entry.statusIndex,
    statusListPublicId: entry.statusListPublicId,
    organizationPublicId: organization.publicId,
  }
}

function byEntry(a: { entry: StatusEntry }, b: { entry: StatusEntry }): number {
  if (a.entry.statusListId !== b.entry.statusListId) return a.entry.statusListId < b.entry.statusListId ? -1 : 1
  return a.entry.statusIndex - b.entry.statusIndex
}

function wholeSeconds(moment: Date): Date {
  return new Date(Math.floor(moment.getTime() / 1000) * 1000)
}

/** Letters and digits that nobody mixes up when reading them from paper. */
const labelLetters = '23456789ABCDEFGHJKMNPQRSTVWXYZ'

/** The short number that is printed on a certificate, such as `7Q2M-9KXA`. A label for people, never a key. */
function newLabel(): string {
  const letters = Array.from({ length: 8 }, () => labelLetters[randomInt(labelLetters.length)])
  return `${letters.slice(0, 4).join('')}-${letters.slice(4).join('')}`
}
