import { bakePng } from '@lapel/openbadges'
import { Zip, ZipPassThrough } from 'fflate'
import { mostInArchive, selectedCredentials } from '../backpack/index.ts'
import { badgeTexts, dayInWords, type HeldCredential, isAccepted, momentInWords } from '../claiming/index.ts'
import { statusOf } from '../issuing/index.ts'
import type { Deps } from '../platform/deps.ts'
import type { Locale, Translate } from '../platform/i18n/messages.ts'
import { pictureByHash } from '../platform/pictures/store.ts'
import { assertionFile, bakedPng, type Download, signedJson } from '../sharing/index.ts'
import type { ImportedBadge } from './imported-store.ts'

export interface ArchiveRequest {
  accountId: string
  /** Name of the person, for the list inside. */
  name: string
  publicIds: readonly string[]
  /** Badges from elsewhere that go along. */
  imported: readonly ImportedBadge[]
  t: Translate
  locale: Locale
}

type ArchiveDeps = Pick<Deps, 'db' | 'config' | 'now' | 'log'>

interface Report {
  put: string[]
  left: string[]
}

/**
 * The archive of badges, made while it is read, so that it is never whole in memory: for each badge the picture with the
 * signed badge inside, the badge as it was signed, and its older form. The list of contents comes last, since it names
 * what could not be put in, and why.
 */
export async function* backpackArchive(deps: ArchiveDeps, o: ArchiveRequest): AsyncGenerator<Uint8Array> {
  const chunks: Uint8Array[] = []
  const zip = new Zip((error, chunk) => {
    if (error) throw error
    chunks.push(chunk)
  })
  const names = new Set<string>()
  const add = (path: string, bytes: Uint8Array | string) => {
    // Pictures are compressed already, and a signed badge is small.
    const file = new ZipPassThrough(path)
    file.mtime = deps.now()
    zip.add(file)
    file.push(typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes, true)
  }
  const report: Report = { put: [], left: [] }
  let places = mostInArchive
  for (let at = 0; at < o.publicIds.length; at += 25) {
    const publicIds = o.publicIds.slice(at, at + 25)
    for (const badge of await selectedCredentials(deps.db, { accountId: o.accountId, publicIds })) {
      if (isAccepted(badge) && --places < 0) {
        report.left.push(line(o, badge, o.t('backpack.zip.why.tooMany', { most: mostInArchive })))
        continue
      }
      for (const { fileName, bytes } of await filesOf(deps, o, badge, report)) add(`badges/${fileName}`, bytes)
      yield* chunks.splice(0)
    }
  }
  for (const badge of o.imported) {
    for (const [ending, bytes] of await importedFiles(deps, badge))
      add(`elsewhere/${unique(names, slugOf(badge.name), ending)}`, bytes)
    report.put.push(`${badge.name} · ${badge.issuerName}${badge.awardedOn ? ` · ${badge.awardedOn}` : ''}`)
    yield* chunks.splice(0)
  }
  add(`${o.t('backpack.zip.index')}.txt`, contents(deps, o, report))
  zip.end()
  yield* chunks.splice(0)
}

/** The files of one badge; what cannot be put in is noted with its reason, and never stops the others. */
async function filesOf(
  deps: ArchiveDeps,
  o: ArchiveRequest,
  badge: HeldCredential,
  report: Report,
): Promise<Download[]> {
  const leave = (why: 'waiting' | 'declined' | 'failed') => {
    report.left.push(line(o, badge, o.t(`backpack.zip.why.${why}`, { product: deps.config.productName })))
    return []
  }
  if (badge.decision === 'rejected') return leave('declined')
  if (!isAccepted(badge)) return leave('waiting')
  // Its picture is handed out no more; what was signed says itself that it does not count any longer.
  const isGone = ['withdrawn', 'replaced'].includes(statusOf(badge, deps.now()))
  try {
    const files = [await signedJson(deps.db, badge)]
    if (!isGone) files.push(await bakedPng(deps.db, badge), assertionFile(deps.config, badge))
    const note = isGone ? ` (${o.t('backpack.zip.withoutPicture')})` : ''
    report.put.push(`${line(o, badge)}${note}\n  ${files.map(({ fileName }) => `badges/${fileName}`).join('\n  ')}`)
    return files
  } catch (error) {
    deps.log.error({ err: error, credential: badge.id }, 'a badge could not be put into an archive')
    return leave('failed')
  }
}

async function importedFiles(deps: ArchiveDeps, badge: ImportedBadge): Promise<[string, Uint8Array | string][]> {
  const body: [string, string] = [badge.body.trimStart().startsWith('{') ? 'json' : 'jwt', badge.body]
  const picture = badge.pictureHash ? await pictureByHash(deps.db, badge.pictureHash) : undefined
  return picture?.contentType === 'image/png'
    ? [body, ['png', new Uint8Array(bakePng(Buffer.from(picture.bytes), badge.body))]]
    : [body]
}

function line(o: ArchiveRequest, badge: HeldCredential, why?: string): string {
  const { name } = badgeTexts(badge, o.locale)
  const words = [name, badge.snapshot.issuer.name, dayInWords(o.locale, badge.snapshot.awardedOn), badge.label]
  return `${words.join(' · ')}${why ? `: ${why}` : ''}`
}

/** Plain text: it opens everywhere, also in twenty years. */
function contents(deps: ArchiveDeps, o: ArchiveRequest, { put, left }: Report): string {
  const { t } = o
  const block = (heading: string, lines: string[]) =>
    lines.length > 0 ? [heading, '', ...lines.map((each) => `- ${each}`), ''] : []
  const text = [
    t('backpack.zip.heading', { name: o.name, when: momentInWords(o.locale, deps.now()) }),
    '',
    t('backpack.zip.how', { url: `${deps.config.publicUrl}/verify` }),
    '',
    ...block(t('backpack.zip.in', { count: put.length }), put),
    ...block(t('backpack.zip.out', { count: left.length }), left),
  ].join('\n')
  return text.replaceAll('\n', '\r\n')
}

/** A file name of ASCII letters that no other file of the archive has. */
function unique(names: Set<string>, slug: string, ending: string): string {
  for (let number = 1; ; number++) {
    const name = `${slug}${number === 1 ? '' : `-${number}`}.${ending}`
    if (names.has(name)) continue
    names.add(name)
    return name
  }
}

function slugOf(name: string): string {
  const words = name
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
  return words.toLowerCase().slice(0, 60) || 'badge'
}
