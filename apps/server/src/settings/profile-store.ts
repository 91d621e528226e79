import { randomInt } from 'node:crypto'
import { sql } from 'kysely'
import { type Db, inTransaction, type Tx } from '../platform/database/database.ts'
import type { Locale } from '../platform/i18n/messages.ts'
import type { PublicBadge } from './people-pages.ts'

export const socialNetworks = ['linkedin', 'x', 'bluesky', 'mastodon', 'orcid', 'site'] as const
export type SocialNetwork = (typeof socialNetworks)[number]

export interface ProfileLink {
  label: string
  url: string
}
export interface SocialLink {
  network: SocialNetwork
  url: string
  /** When the page there was seen to link back to the profile; ISO 8601. */
  confirmedAt?: string
}
export type Visibility = 'private' | 'link' | 'public'

export interface Profile {
  handle: string
  isVisible: boolean
  allowsSearchEngines: boolean
  showsFullName: boolean
  badgeVisibility: Visibility
  headline: string
  place: string
  bio: string
  links: ProfileLink[]
  social: SocialLink[]
  pictureHash: string | null
}

export async function profileOf(db: Db, accountId: string): Promise<Profile | undefined> {
  const row = await db
    .selectFrom('profiles')
    .select([
      'handle',
      'isVisible',
      'allowsSearchEngines',
      'showsFullName',
      'badgeVisibility',
      'headline',
      'place',
      'bio',
      'links',
      'social',
      'pictureHash',
    ])
    .where('accountId', '=', accountId)
    .executeTakeFirst()
  return row as Profile | undefined
}

/** What holds before a person has said anything: nothing is seen by anybody. */
export const blankProfile: Profile = {
  handle: '',
  isVisible: false,
  allowsSearchEngines: false,
  showsFullName: true,
  badgeVisibility: 'private',
  headline: '',
  place: '',
  bio: '',
  links: [],
  social: [],
  pictureHash: null,
}

/** Letters and digits that nobody confuses; says nothing about the person until they choose a handle themselves. */
const handleAlphabet = 'abcdefghjkmnpqrstuvwxyz23456789'

/** The profile of an account, made with a random handle and everything switched off when there is none. */
export async function ensureProfile(db: Db, o: { accountId: string; at: Date }): Promise<Profile> {
  return inTransaction(db, async (tx) => {
    const known = await profileOf(tx, o.accountId)
    if (known) return known
    const handle = Array.from({ length: 12 }, () => handleAlphabet[randomInt(handleAlphabet.length)]).join('')
    await tx
      .insertInto('profiles')
      .values({ accountId: o.accountId, handle, updatedAt: o.at })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    const made = await profileOf(tx, o.accountId)
    if (!made) throw new Error('The profile was not made')
    return made
  })
}

export type ProfileChange = Partial<Omit<Profile, 'links' | 'social' | 'handle'>> & {
  links?: ProfileLink[]
  social?: SocialLink[]
}

export async function changeProfile(tx: Tx, o: { accountId: string; at: Date; change: ProfileChange }): Promise<void> {
  await ensureProfile(tx, o)
  const { links, social, ...columns } = o.change
  await tx
    .updateTable('profiles')
    .set({
      ...columns,
      ...(links ? { links: JSON.stringify(links) } : {}),
      ...(social ? { social: JSON.stringify(social) } : {}),
      updatedAt: o.at,
    })
    .where('accountId', '=', o.accountId)
    .execute()
}

/** Whether a handle is somebody else's, now or before: an old one goes on leading to its person. */
export async function handleIsTaken(db: Db, o: { handle: string; accountId: string }): Promise<boolean> {
  const { rows } = await sql<{ taken: boolean }>`select
    exists (select 1 from profiles where handle = ${o.handle} and account_id <> ${o.accountId})
    or exists (select 1 from former_handles where handle = ${o.handle} and account_id <> ${o.accountId}) as taken`.execute(
    db,
  )
  return rows[0]?.taken ?? true
}

/** @throws a unique violation when somebody was faster. */
export async function changeHandle(
  tx: Tx,
  o: { accountId: string; from: string | undefined; to: string },
): Promise<void> {
  await tx.deleteFrom('formerHandles').where('handle', '=', o.to).where('accountId', '=', o.accountId).execute()
  await tx.updateTable('profiles').set({ handle: o.to }).where('accountId', '=', o.accountId).execute()
  if (o.from === undefined) return
  await tx
    .insertInto('formerHandles')
    .values({ handle: o.from, accountId: o.accountId })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** The badges that a person shows to everybody, newest first. */
export async function publicBadgesOf(db: Db, o: { accountId: string; locale: Locale }): Promise<PublicBadge[]> {
  const { rows } = await sql<PublicBadge>`
    select c.public_id as "publicId",
      coalesce(nullif(c.snapshot->'achievement'->'translations'->${o.locale}->>'name', ''),
        c.snapshot->'achievement'->>'name') as name,
      case when c.snapshot->'achievement'->'translations'->${o.locale}->>'name' <> ''
        then ${o.locale} else c.snapshot->'achievement'->>'language' end as language,
      c.snapshot->'issuer'->>'name' as "issuerName",
      c.snapshot->>'picturePngHash' as "picturePngHash",
      c.snapshot->>'awardedOn' as "awardedOn"
    from credentials c join organizations o on o.id = c.organization_id
    where c.account_id = ${o.accountId} and c.visibility = 'public' and c.decision in ('accepted', 'automatic')
      and c.lifecycle = 'issued' and c.validity = 'live' and o.state <> 'held'
      and o.sharing_off_since is null
    order by "awardedOn" desc, c.created_at desc limit 200`.execute(db)
  return rows
}
