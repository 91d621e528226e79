import { sql } from 'kysely'
import { heldCredentials, type HeldCredential } from '../claiming/index.ts'
import type { Db } from '../platform/database/database.ts'
import { type Locale, locales } from '../platform/i18n/messages.ts'

export interface Profile {
  accountId: string
  handle: string
  name: string
  /** The person's own language: what they hand out reads the same to everybody. */
  locale: Locale
  isVisible: boolean
  allowsSearchEngines: boolean
  headline: string
  place: string
  bio: string
  links: { label: string; url: string }[]
  social: { network: string; url: string; confirmedAt?: string }[]
  pictureHash: string | null
  updatedAt: Date
}

const select = (db: Db) =>
  db
    .selectFrom('profiles as p')
    .innerJoin('accounts as a', 'a.id', 'p.accountId')
    .select([
      'p.accountId',
      'p.handle',
      'p.isVisible',
      'p.allowsSearchEngines',
      'p.showsFullName',
      'p.headline',
      'p.place',
      'p.bio',
      'p.links',
      'p.social',
      'p.pictureHash',
      'p.updatedAt',
      'a.givenName',
      'a.familyName',
      'a.locale',
    ])
    .where('a.closedAt', 'is', null)
    .where('a.mergedInto', 'is', null)
    .$narrowType<{ links: Profile['links']; social: Profile['social'] }>()

type Row = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>

function asProfile(row: Row | undefined): Profile | undefined {
  if (!row) return undefined
  const { givenName, familyName, showsFullName, locale, ...profile } = row
  return {
    ...profile,
    name: shownName({ givenName, familyName, showsFullName }),
    locale: locales.find((known) => known === locale) ?? 'en',
  }
}

// A letter may be several code points.
const graphemes = new Intl.Segmenter('und')

/** The whole name, or the first with an initial, as the person chose. */
export function shownName(o: { givenName: string; familyName: string; showsFullName: boolean }): string {
  const [first] = graphemes.segment(o.familyName)
  const family = o.showsFullName ? o.familyName : first ? `${first.segment}.` : ''
  return `${o.givenName} ${family}`.trim()
}

export async function profileByHandle(db: Db, handle: string): Promise<Profile | undefined> {
  return asProfile(await select(db).where('p.handle', '=', handle.toLowerCase()).executeTakeFirst())
}

export async function profileOf(db: Db, accountId: string): Promise<Profile | undefined> {
  return asProfile(await select(db).where('p.accountId', '=', accountId).executeTakeFirst())
}

/** The present handle of somebody who changed it. */
export function handleAfter(db: Db, former: string) {
  return db
    .selectFrom('formerHandles as f')
    .innerJoin('profiles as p', 'p.accountId', 'f.accountId')
    .select('p.handle')
    .where('f.handle', '=', former.toLowerCase())
    .executeTakeFirst()
}

/** Badges that their owner made public and that still say something. */
function publicBadges(db: Db, accountId: string) {
  return heldCredentials(db)
    .where('c.accountId', '=', accountId)
    .where('c.decision', 'in', ['accepted', 'automatic'])
    .where('c.visibility', '=', 'public')
    .where('c.validity', 'in', ['live', 'suspended'])
    .where('o.state', '=', 'active')
    .where('o.sharingOffSince', 'is', null)
}

/** One page of the public badges, newest first; `page` counts from 1. */
export function publicBadgesOf(
  db: Db,
  o: { accountId: string; page: number; perPage: number },
): Promise<HeldCredential[]> {
  return publicBadges(db, o.accountId)
    .orderBy('c.validFrom', 'desc')
    .orderBy('c.id', 'desc')
    .limit(o.perPage)
    .offset((o.page - 1) * o.perPage)
    .execute()
}

export async function publicBadgeCount(db: Db, accountId: string): Promise<number> {
  const { count } = await publicBadges(db, accountId)
    .clearSelect()
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

const mostSkills = 60

/** Skills of all the public badges, those of the newest first. */
export async function publicSkillsOf(db: Db, accountId: string): Promise<string[]> {
  const rows = await publicBadges(db, accountId)
    .clearSelect()
    .select(sql<{ name: string }[]>`coalesce(c.snapshot->'achievement'->'skills', '[]')`.as('skills'))
    .orderBy('c.validFrom', 'desc')
    .limit(2_000)
    .execute()
  return [...new Set(rows.flatMap(({ skills }) => skills.map(({ name }) => name)))].slice(0, mostSkills)
}

export function publicCollectionsOf(db: Db, accountId: string) {
  return db
    .selectFrom('collections')
    .select(['slug', 'name', 'description'])
    .where('accountId', '=', accountId)
    .where('visibility', '=', 'public')
    .orderBy('updatedAt', 'desc')
    .execute()
}
