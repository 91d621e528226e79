import { sql } from 'kysely'
import { isHeldBy } from '../accounts/index.ts'
import { heldCredentials, type HeldCredential } from '../claiming/index.ts'
import type { Db, Tx } from '../platform/database/database.ts'
import type { Locale } from '../platform/i18n/messages.ts'

/** One badge in a list. */
export interface BackpackRow {
  publicId: string
  name: string
  /** Language of the name. */
  language: Locale
  /** The language that the badge itself is in. */
  badgeLanguage: Locale
  issuerName: string
  issuerSlug: string
  picturePngHash: string
  /** Words that a search finds it by, beside name and issuer. */
  skills: string
  awardedOn: string
  validUntil: Date | null
  validity: HeldCredential['validity']
  decision: HeldCredential['decision']
  visibility: HeldCredential['visibility']
  decidedAt: Date | null
  /** Its issuer keeps badges from being shown (SECURITY S59). */
  sharingOffSince: Date | null
}

/** Every badge before an account, newest first: the few words of each that a list shows, never the whole snapshot. */
export async function backpackRows(db: Db, o: { accountId: string; locale: Locale }): Promise<BackpackRow[]> {
  const translated = sql<string | null>`c.snapshot->'achievement'->'translations'->${o.locale}->>'name'`
  const rows = await db
    .selectFrom('credentials as c')
    .innerJoin('organizations as o', 'o.id', 'c.organizationId')
    .select([
      'c.publicId',
      sql<string>`c.snapshot->'achievement'->>'name'`.as('ownName'),
      sql<Locale>`c.snapshot->'achievement'->>'language'`.as('ownLanguage'),
      translated.as('translatedName'),
      sql<string>`c.snapshot->'issuer'->>'name'`.as('issuerName'),
      'o.slug as issuerSlug',
      sql<string>`c.snapshot->>'picturePngHash'`.as('picturePngHash'),
      sql<string>`coalesce(jsonb_path_query_array(c.snapshot, '$.achievement.skills[*].name')::text, '')`.as('skills'),
      sql<string>`c.snapshot->>'awardedOn'`.as('awardedOn'),
      'c.validUntil',
      'c.validity',
      'c.decision',
      'c.visibility',
      'c.decidedAt',
      'o.sharingOffSince',
    ])
    .where('c.lifecycle', 'in', ['issued', 'withdrawn'])
    .where(isHeldBy(o.accountId, 'c'))
    .orderBy('awardedOn', 'desc')
    .orderBy('c.createdAt', 'desc')
    .execute()
  return rows.map(({ ownName, ownLanguage, translatedName, ...row }) => {
    const isTranslated = o.locale !== ownLanguage && translatedName !== null && translatedName !== ''
    return {
      ...row,
      badgeLanguage: ownLanguage,
      name: isTranslated ? translatedName : ownName,
      language: isTranslated ? o.locale : ownLanguage,
    }
  })
}

/** One badge, when it is this account's or waits for it. */
export function ownCredential(db: Db, o: { publicId: string; accountId: string }): Promise<HeldCredential | undefined> {
  return heldCredentials(db).where('c.publicId', '=', o.publicId).where(isHeldBy(o.accountId, 'c')).executeTakeFirst()
}

/** The badge that took the place of one, when it is this account's or waits for it. */
export function successorOf(db: Db, o: { credentialId: string; accountId: string }) {
  return heldCredentials(db).where('c.id', '=', o.credentialId).where(isHeldBy(o.accountId, 'c')).executeTakeFirst()
}

/**
 * Changes who may see a badge, for the account that accepted it; with `from`, only while that is what it is.
 *
 * @returns what it was before.
 */
export async function changeVisibility(
  tx: Tx,
  o: {
    publicId: string
    accountId: string
    visibility: HeldCredential['visibility']
    from?: HeldCredential['visibility']
  },
) {
  const before = await tx
    .selectFrom('credentials')
    .select(['id', 'organizationId', 'visibility'])
    .where('publicId', '=', o.publicId)
    .where('accountId', '=', o.accountId)
    .where('decision', 'in', ['accepted', 'automatic'])
    .where('lifecycle', '=', 'issued')
    .forUpdate()
    .executeTakeFirst()
  if (!before) return undefined
  const isChanged = before.visibility !== o.visibility && (o.from ?? before.visibility) === before.visibility
  if (isChanged)
    await tx.updateTable('credentials').set({ visibility: o.visibility }).where('id', '=', before.id).execute()
  return { ...before, isChanged }
}

/** The history of a badge as its owner sees it, newest first. */
export function eventsOf(db: Db, credentialId: string) {
  return db
    .selectFrom('credentialEvents')
    .select(['kind', 'channel', 'at'])
    .where('credentialId', '=', credentialId)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(100)
    .execute()
}

/** The chosen badges of an account in the order they were named; those of others are passed over. */
export async function selectedCredentials(
  db: Db,
  o: { accountId: string; publicIds: readonly string[] },
): Promise<HeldCredential[]> {
  if (o.publicIds.length === 0) return []
  const rows = await heldCredentials(db)
    .where('c.publicId', 'in', o.publicIds)
    .where(isHeldBy(o.accountId, 'c'))
    .orderBy('c.validFrom', 'desc')
    .execute()
  const order = new Map(o.publicIds.map((id, index) => [id, index]))
  return rows.toSorted((a, b) => (order.get(a.publicId) ?? 0) - (order.get(b.publicId) ?? 0))
}

export interface EvidenceItem {
  id: string
  name: string
  url?: string
  narrative?: string
  /** Shown to whoever may see the badge. */
  isPublic: boolean
  /** Stands in the signed file, where nobody can take it out. */
  isInFile: boolean
}

type Choices = Record<string, boolean>
type SignedItem = Omit<EvidenceItem, 'isInFile'>

/** The evidence of a badge as its owner decides about it. */
export async function evidenceOf(db: Db, credentialId: string): Promise<EvidenceItem[]> {
  const row = await db
    .selectFrom('credentials as c')
    .select([sql<SignedItem[]>`c.snapshot->'evidence'`.as('evidence'), 'c.evidenceChoices'])
    .where('c.id', '=', credentialId)
    .$narrowType<{ evidenceChoices: Choices }>()
    .executeTakeFirst()
  return (row?.evidence ?? []).map((item) => ({
    ...item,
    isInFile: item.isPublic,
    isPublic: row?.evidenceChoices[item.id] ?? item.isPublic,
  }))
}

/** The evidence of an accepted badge; locked, so that two forms at once take turns. */
export function lockEvidence(tx: Tx, o: { publicId: string; accountId: string }) {
  return tx
    .selectFrom('credentials as c')
    .select([
      'c.id',
      'c.organizationId',
      'c.evidenceChoices as choices',
      sql<SignedItem[]>`c.snapshot->'evidence'`.as('evidence'),
    ])
    .where('c.publicId', '=', o.publicId)
    .where('c.accountId', '=', o.accountId)
    .where('c.decision', 'in', ['accepted', 'automatic'])
    .where('c.lifecycle', '=', 'issued')
    .forUpdate()
    .$narrowType<{ choices: Choices }>()
    .executeTakeFirst()
}

export function saveEvidenceChoices(tx: Tx, o: { id: string; choices: Choices }) {
  return tx
    .updateTable('credentials')
    .set({ evidenceChoices: JSON.stringify(o.choices) })
    .where('id', '=', o.id)
    .execute()
}

/**
 * What a form was answered, when it was sent after `since`. It is kept with the key of the form, which is written in the
 * transaction of the work itself, so nothing else has to remember what was before.
 */
export async function rememberedAnswer(db: Db, o: { scope: string; key: string; since: Date }): Promise<unknown> {
  const row = await db
    .selectFrom('idempotencyKeys')
    .select('answer')
    .where('scope', '=', o.scope)
    .where('key', '=', o.key)
    .where('createdAt', '>', o.since)
    .executeTakeFirst()
  return row?.answer ?? undefined
}

/** Private links that lead to these badges now. Sharing writes them; here they are only counted. */
export async function privateLinks(db: Db, o: { credentialIds: readonly string[]; now: Date }): Promise<number> {
  if (o.credentialIds.length === 0) return 0
  const { count } = await db
    .selectFrom('shareLinks')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('credentialId', 'in', o.credentialIds)
    .where('revokedAt', 'is', null)
    .where((eb) => eb.or([eb('endsAt', 'is', null), eb('endsAt', '>', o.now)]))
    .executeTakeFirstOrThrow()
  return Number(count)
}
