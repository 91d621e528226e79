import { CONTEXTS, isJsonObject, type JsonObject } from '@lapel/openbadges'
import { accountById, confirmedEmailsOf, renameAccount } from '../accounts/index.ts'
import type { Deps } from '../platform/deps.ts'
import { pictureUrl } from '../platform/pictures/store.ts'
import { changeProfile, profileOf } from '../settings/index.ts'
import { ApiRefused } from './status-info.ts'

const longestName = 80
const longestDescription = 2000

/** The person as a `Profile` of Open Badges 3.0. */
export async function personProfile(
  { db, config, secrets }: Pick<Deps, 'db' | 'config' | 'secrets'>,
  accountId: string,
): Promise<JsonObject> {
  const account = await accountById(db, accountId)
  if (!account) throw new ApiRefused(404, 'There is no such person')
  const profile = await profileOf(db, accountId)
  const email = (await confirmedEmailsOf(db, accountId)).find(({ isPrimary }) => isPrimary)?.email
  const { givenName, familyName } = account
  return {
    '@context': [CONTEXTS.credentialsV2, CONTEXTS.openBadges303],
    id: personId(secrets, accountId),
    type: ['Profile'],
    name: `${givenName} ${familyName}`.trim(),
    givenName,
    ...(familyName ? { familyName } : {}),
    ...(email ? { email } : {}),
    ...(profile?.bio ? { description: profile.bio } : {}),
    ...(profile?.isVisible ? { url: `${config.publicUrl}/u/${profile.handle}` } : {}),
    ...(profile?.pictureHash
      ? { image: { id: `${config.publicUrl}${pictureUrl(profile.pictureHash)}`, type: 'Image' } }
      : {}),
  }
}

/**
 * Takes over what an app may change: both parts of the name, and the description. Whatever else the profile says stays as
 * it is here, as Open Badges 3.0 allows ("putProfile": the answer "may not include the patched values").
 *
 * @throws {ApiRefused}
 */
export async function changePersonProfile(
  deps: Pick<Deps, 'db' | 'config' | 'secrets' | 'now'>,
  o: { accountId: string; given: unknown },
): Promise<void> {
  const { accountId, given } = o
  if (!isJsonObject(given) || ![given['type']].flat().includes('Profile'))
    throw new ApiRefused(400, 'Send a Profile: a JSON object whose type is Profile')
  if (given['id'] !== undefined && given['id'] !== personId(deps.secrets, accountId))
    throw new ApiRefused(400, 'The id is not the one of this person')
  const account = await accountById(deps.db, accountId)
  if (!account) throw new ApiRefused(404, 'There is no such person')
  const givenName = text(given, 'givenName', longestName) ?? account.givenName
  const familyName = text(given, 'familyName', longestName) ?? account.familyName
  const bio = text(given, 'description', longestDescription)
  if (givenName === '') throw new ApiRefused(400, 'givenName is empty')
  await deps.db.transaction().execute(async (tx) => {
    await renameAccount(tx, { accountId, givenName, familyName })
    if (bio !== undefined) await changeProfile(tx, { accountId, at: deps.now(), change: { bio } })
  })
}

/** The same for every app, and it says nothing about the account: not its number, and not when it was made. */
function personId(secrets: Deps['secrets'], accountId: string): string {
  const bytes = Buffer.from(secrets.keyedHash('person-id', accountId).subarray(0, 16))
  // Marked as a UUID of version 8 (RFC 9562 section 5.8), which may be made of whatever one likes.
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return `urn:uuid:${bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')}`
}

/** As forms read such fields: trimmed, without control characters and marks that turn the direction of what follows. */
function text(given: JsonObject, name: string, max: number): string | undefined {
  const value = given[name]
  if (value === undefined) return undefined
  if (typeof value !== 'string' || !value.isWellFormed() || /[^\P{Cc}\n\r\t]/u.test(value))
    throw new ApiRefused(400, `${name} is not a text`)
  const clean = value.replace(/[\u202a-\u202e\u2066-\u2069]/g, '').replaceAll('\r\n', '\n')
  const words = name === 'description' ? clean.trim() : clean.replace(/\s+/g, ' ').trim()
  if (words.length > max) throw new ApiRefused(400, `${name} is longer than ${max} characters`)
  return words
}
