import { createHash } from 'node:crypto'
import { identityMatches } from '@lapel/openbadges'
import { confirmedEmailsOf } from '../accounts/index.ts'
import type { Db } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
import { DomainError } from '../platform/errors.ts'
import type { FetchPublic } from '../platform/http/fetch-public.ts'
import { newId, newPublicId } from '../platform/ids.ts'
import { savePicture } from '../platform/pictures/store.ts'
import { PictureRefused, readUploadedPicture } from '../platform/pictures/upload.ts'
import { checkBadge, type CheckedBadge, reasonOf } from './check-badge.ts'
import { dueForCheck, type ImportedBadge, insertImported, recordCheck, upsertImported } from './imported-store.ts'
import type { Verifier } from './verifier.ts'
import { VerifyRefused } from './verifier.ts'

export type AddRefusal =
  | 'add.nothing' // no badge in it
  | 'add.not-valid'
  | 'add.withdrawn'
  | 'add.other-recipient'
  | 'add.own' // issued here, so it is no badge from elsewhere
  | 'add.known'
/** The badge was not taken; the report says why, where there is one. */
export class AddRefused extends DomainError<AddRefusal> {
  override name = 'AddRefused'
}

type AddDeps = Pick<Deps, 'config' | 'now' | 'log'> & { db: Db; verifier: Verifier; fetchPublic: FetchPublic }

/**
 * Takes a badge that was issued elsewhere: it is checked first, has to be issued to an address that this account has
 * proved, and is kept together with what the check found. What could not be checked is kept as not checked.
 *
 * @param o.replaces the badge takes the place of one with the same id and issuer, instead of being refused as known.
 * @param o.version only badges of this version are taken.
 * @throws {AddRefused} {VerifyRefused}
 */
export async function addBadge(
  deps: AddDeps,
  o: {
    accountId: string
    input: string | Uint8Array
    source: 'file' | 'text' | 'address'
    replaces?: boolean
    version?: '3.0'
  },
): Promise<{ publicId: string; isNew: boolean }> {
  const [report] = await checkBadge(deps, o.input)
  if (!report?.credential || !report.document)
    throw new AddRefused('add.nothing', { reason: report ? reasonOf(report) : '' })
  if (o.version && (report.credential.version !== o.version || report.credential.kind !== 'achievement'))
    throw new AddRefused('add.nothing')
  refuse(deps, report)
  const addresses = await confirmedEmailsOf(deps.db, o.accountId)
  if (!addresses.some(({ canonical }) => isIssuedTo(report, canonical))) throw new AddRefused('add.other-recipient')

  const [body = JSON.stringify(report.document)] = await deps.verifier.readTexts(o.input)
  const { credential } = report
  const at = deps.now()
  const issued = credential.awardedOn ?? credential.validFrom
  const kept = await (o.replaces ? upsertImported : insertImported)(deps.db, {
    id: newId(),
    publicId: newPublicId(),
    accountId: o.accountId,
    contentHash: createHash('sha256')
      .update(credential.id ?? body)
      .digest(),
    body,
    name: (credential.name ?? '').slice(0, 200) || '?',
    issuerName: (credential.issuer.name ?? credential.issuer.id ?? '').slice(0, 200),
    awardedOn: day(issued),
    issuedAt: issued && day(issued) ? new Date(issued) : null,
    validUntil: credential.validUntil && day(credential.validUntil) ? new Date(credential.validUntil) : null,
    pictureHash: await pictureOf(deps, o.input, credential.image),
    source: o.source,
    verdict: report.verdict,
    report,
    createdAt: at,
    checkedAt: at,
  })
  if (!kept) throw new AddRefused('add.known')
  return kept
}

function refuse({ config }: Pick<Deps, 'config'>, { verdict, credential }: CheckedBadge): void {
  if (verdict === 'not-valid') throw new AddRefused('add.not-valid')
  if (verdict === 'no-longer-valid') throw new AddRefused('add.withdrawn')
  if (credential?.id?.startsWith(`${config.publicUrl}/`)) throw new AddRefused('add.own')
}

function isIssuedTo({ credential }: CheckedBadge, address: string): boolean {
  return (credential?.recipient.identities ?? []).some(
    ({ type, value, hashed, salt }) =>
      type !== 'name' &&
      identityMatches(
        { type: 'IdentityObject', hashed, identityHash: value, identityType: type, ...(salt ? { salt } : {}) },
        address,
      ),
  )
}

/** A day as the standard writes it, or nothing. */
function day(text: string | undefined): string | null {
  return text && /^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(Date.parse(text)) ? text.slice(0, 10) : null
}

/** The picture the badge came in, or the one it names; made anew, so that nothing of the file rides along. */
async function pictureOf(deps: AddDeps, input: string | Uint8Array, image: string | undefined): Promise<string | null> {
  const bytes = typeof input === 'string' ? await namedPicture(deps, image) : input
  if (!bytes) return null
  try {
    const { png } = await readUploadedPicture(bytes, { square: false, minimum: 16, largest: 512 })
    return await savePicture(deps.db, png, deps.now)
  } catch (error) {
    // A badge without a picture is still a badge.
    if (error instanceof PictureRefused) return null
    throw error
  }
}

async function namedPicture(deps: AddDeps, image: string | undefined): Promise<Uint8Array | undefined> {
  if (!image) return undefined
  const data = /^data:image\/(?:png|jpeg|svg\+xml);base64,([A-Za-z0-9+/=]+)$/.exec(image)?.[1]
  if (data) return Buffer.from(data, 'base64')
  if (!image.startsWith('https:')) return undefined
  try {
    const answer = await deps.fetchPublic(image, {
      accept: 'image/png, image/svg+xml, image/jpeg',
      maxBytes: 5_000_000,
    })
    return answer.status === 200 ? answer.bytes : undefined
  } catch (error) {
    deps.log.info({ code: (error as { code?: unknown }).code }, 'picture of a badge from elsewhere was not fetched')
    return undefined
  }
}

const recheckDays = 7
const perRun = 100

/** Checks kept badges again, the longest unchecked first. A badge that cannot be checked today is tried again tomorrow. */
export async function recheckImported(deps: AddDeps): Promise<number> {
  const before = new Date(deps.now().getTime() - recheckDays * 86_400_000)
  const due = await dueForCheck(deps.db, { before, limit: perRun })
  let count = 0
  for (const badge of due)
    try {
      await recheck(deps, badge)
      count++
    } catch (error) {
      if (!(error instanceof VerifyRefused)) throw error
    }
  return count
}

export async function recheck(deps: AddDeps, badge: Pick<ImportedBadge, 'id' | 'body'>): Promise<void> {
  const [report] = await checkBadge(deps, badge.body)
  if (report) await recordCheck(deps.db, { id: badge.id, verdict: report.verdict, report, at: deps.now() })
}
