import { heldCredentials, type HeldCredential } from '../claiming/index.ts'
import type { Db } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
import { fileStore } from '../platform/files/file-store.ts'
import { type Locale, translator } from '../platform/i18n/messages.ts'
import { pictureByHash } from '../platform/pictures/store.ts'
import { smallerCopy } from '../platform/pictures/upload.ts'
import { assertionFile, bakedPng, fileName, signedJson } from '../sharing/index.ts'
import type { AskOwnSite } from '../verifying/index.ts'
import { accountById } from '../accounts/index.ts'
import { collectEvidence, emptyEvidence } from './export-evidence.ts'
import { offlinePage, offlineWords } from './export-page.ts'
import type { OfflineData } from './export-page-data.ts'
import * as store from './export-store.ts'
import { localeOf } from './people-mails.ts'
import { profileOf } from './profile-store.ts'

export interface ExportEntry {
  /** Path inside the archive. */
  path: string
  bytes: Uint8Array | string
  /** Pictures and PDFs are compressed already. */
  isCompressed?: boolean
}

export type ExportDeps = Pick<Deps, 'config' | 'db' | 'now' | 'jobs' | 'outbox' | 'log'> & { askOwnSite: AskOwnSite }

/** How many steps the making of an export has, for a progress that is real. */
export async function countParts(db: Db, accountId: string): Promise<number> {
  const badges = await ownBadges(db, accountId).execute()
  return badges.length + (await store.ownDocuments(db, accountId)).length + 2
}

function ownBadges(db: Db, accountId: string) {
  return heldCredentials(db).where('c.accountId', '=', accountId).orderBy('c.validFrom', 'desc').orderBy('c.id')
}

/**
 * Everything that is a person's, one file after the other (GDPR articles 15 and 20): badges in both JSON forms and as
 * pictures, documents, what they wrote, what happened, and a page that verifies the badges without a network.
 *
 * @param step is called when another part is done.
 */
export async function* exportEntries(
  deps: ExportDeps,
  accountId: string,
  step: () => Promise<void>,
): AsyncGenerator<ExportEntry> {
  const { db } = deps
  const account = await accountById(db, accountId)
  if (!account) return
  const locale = localeOf(account.locale)
  const page: OfflineData = {
    locale,
    name: `${account.givenName} ${account.familyName}`.trim(),
    takenAt: deps.now().toISOString(),
    words: offlineWords(locale),
    badges: [],
    evidence: emptyEvidence(),
  }
  for (const badge of await ownBadges(db, accountId).execute()) {
    yield* badgeEntries(deps, badge, page)
    await step()
  }
  yield* importedEntries(db, accountId, page)
  for (const document of await store.ownDocuments(db, accountId)) {
    const bytes = document.fileHash ? await fileStore(deps.config).read(document.fileHash) : undefined
    const name = `${plainName(document.title)}-${document.publicId.slice(0, 6)}`
    if (bytes) yield { path: `documents/${name}.pdf`, bytes, isCompressed: true }
    const { fileHash: _hash, ...facts } = document
    yield { path: `documents/${name}.json`, bytes: text(facts) }
    await step()
  }
  yield* personEntries(db, accountId)
  await step()
  yield { path: 'index.html', bytes: await offlinePage(page) }
  yield { path: 'README.txt', bytes: readme(locale, deps) }
  await step()
}

async function* badgeEntries(deps: ExportDeps, badge: HeldCredential, page: OfflineData): AsyncGenerator<ExportEntry> {
  const folder = `badges/${fileName(badge, '').replace(/\.$/, '')}-${badge.publicId.slice(0, 6)}`
  const signed = await signedJson(deps.db, badge)
  yield { path: `${folder}/credential.json`, bytes: signed.bytes }
  yield { path: `${folder}/assertion-v2.json`, bytes: assertionFile(deps.config, badge).bytes }
  yield { path: `${folder}/badge.png`, bytes: (await bakedPng(deps.db, badge)).bytes, isCompressed: true }
  yield {
    path: `${folder}/about.json`,
    bytes: text({
      name: badge.snapshot.achievement.name,
      issuer: badge.snapshot.issuer.name,
      recipient: badge.recipientName,
      sentTo: badge.recipientEmail,
      awardedOn: badge.snapshot.awardedOn,
      validUntil: badge.validUntil,
      decision: badge.decision,
      validity: badge.validity,
      visibility: badge.visibility,
      evidence: badge.snapshot.evidence,
      narrative: badge.snapshot.narrative ?? null,
    }),
  }
  const credential = typeof signed.bytes === 'string' ? signed.bytes : new TextDecoder().decode(signed.bytes)
  await collectEvidence(deps, page.evidence, credential)
  const picture = await pictureByHash(deps.db, badge.snapshot.picturePngHash)
  const small = picture && (await smallerCopy(picture.bytes, 192))
  page.badges.push({
    name: badge.snapshot.achievement.name,
    issuer: badge.snapshot.issuer.name,
    awardedOn: badge.snapshot.awardedOn,
    picture: small ? `data:image/png;base64,${small.toString('base64')}` : null,
    alt: badge.snapshot.achievement.altText,
    credential,
  })
}

async function* importedEntries(db: Db, accountId: string, page: OfflineData): AsyncGenerator<ExportEntry> {
  for (const badge of await store.importedBadges(db, accountId)) {
    const folder = `badges-from-elsewhere/${plainName(badge.name)}-${badge.publicId.slice(0, 6)}`
    const { body, ...facts } = badge
    yield { path: `${folder}/badge.${body.trimStart().startsWith('{') ? 'json' : 'jwt'}`, bytes: body }
    yield { path: `${folder}/about.json`, bytes: text(facts) }
    page.badges.push({
      name: badge.name,
      issuer: badge.issuerName,
      awardedOn: badge.awardedOn,
      picture: null,
      alt: '',
      credential: body,
    })
  }
}

async function* personEntries(db: Db, accountId: string): AsyncGenerator<ExportEntry> {
  const account = await accountById(db, accountId)
  const profile = await profileOf(db, accountId)
  const { passwordHash: _secret, id: _id, ...person } = account ?? { passwordHash: null, id: '' }
  yield { path: 'profile.json', bytes: text({ account: person, profile: profile ?? null }) }
  const picture = profile?.pictureHash ? await pictureByHash(db, profile.pictureHash) : undefined
  if (picture) yield { path: 'profile-picture.png', bytes: picture.bytes, isCompressed: true }
  for (const [name, rows] of Object.entries(await store.ownRows(db, accountId)))
    yield { path: `account/${name}.json`, bytes: text(rows) }
  const activity = await store.activityOf(db, accountId)
  yield { path: 'activity.json', bytes: text(activity) }
  yield { path: 'activity.csv', bytes: csv(activity) }
}

function text(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

/** With a byte order mark, so that spreadsheets read it as UTF-8; formulas are made plain text (SECURITY S46). */
function csv(rows: readonly store.Activity[]): string {
  const cell = (value: string) => {
    const plain = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
    return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain
  }
  const lines = rows.map(({ at, what, about }) => [at.toISOString(), what, about].map(cell).join(','))
  return `\ufeff${['at,what,about', ...lines].join('\r\n')}\r\n`
}

function plainName(name: string): string {
  const words = name
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .toLowerCase()
    .slice(0, 60)
  return words || 'file'
}

function readme(locale: Locale, { config, now }: Pick<Deps, 'config' | 'now'>): string {
  const t = translator(locale)
  return `${t('export.readme', { product: config.productName, url: config.publicUrl, date: now().toISOString().slice(0, 10) })}\n`
}
