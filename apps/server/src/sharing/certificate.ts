import { createHash } from 'node:crypto'
import { contentIn } from '../achievements/index.ts'
import { dayInWords, type HeldCredential } from '../claiming/index.ts'
import { signedCredentialBody } from '../issuing/index.ts'
import type { Db } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
import { fileStore } from '../platform/files/file-store.ts'
import { regions, translator } from '../platform/i18n/messages.ts'
import { fingerprintOf } from '../platform/pdf/document-certificate.ts'
import { documentKey } from '../platform/pdf/document-key.ts'
import { signPdf } from '../platform/pdf/pades.ts'
import type { Paper } from '../platform/pdf/tagged-document.ts'
import { pictureByHash } from '../platform/pictures/store.ts'
import { credentialUrl } from '../signing/index.ts'
import { type CertificateContent, cloth, drawCertificate } from './certificate-drawing.ts'
import { flatPicture } from './certificate-pictures.ts'

type CertificateDeps = Pick<Deps, 'config' | 'now' | 'secrets'> & { db: Db }

/** Counts changes of the drawing; the certificates of before are drawn anew. */
const drawing = 2

export interface CertificateRequest {
  credential: HeldCredential
  paper: Paper
  /** Stands before the drawing, not before a file that is kept: may refuse. */
  draw?: (make: () => Promise<Uint8Array>) => Promise<Uint8Array>
}

/** At work now: whoever asks for the same meanwhile gets the same. */
const atWork = new Map<string, Promise<Uint8Array>>()

/**
 * The certificate of a badge as a PDF in the badge's language: signed by the operator (PAdES baseline B), with the signed
 * credential inside. Drawn once for what stands in it and the paper; the same file comes back until something changes.
 */
export async function certificateOf(
  deps: CertificateDeps,
  { credential, paper, draw = (make) => make() }: CertificateRequest,
): Promise<Uint8Array> {
  const { db, config } = deps
  const [key, text] = await Promise.all([documentKey(deps), signedCredentialBody(db, credential.publicId)])
  if (text === undefined) throw new Error(`The issued credential ${credential.id} has no signed form`)
  const words = certificateWords(deps, credential, paper)
  const version = createHash('sha256')
    .update(JSON.stringify([drawing, words, pictureHashes(credential), fingerprintOf(key.certificate)]))
    .update(text)
    .digest('hex')

  const files = fileStore(config)
  const known = await db
    .selectFrom('certificateFiles')
    .select('fileHash')
    .where('credentialId', '=', credential.id)
    .where('organizationId', '=', credential.organizationId)
    .where('paper', '=', paper)
    .where('version', '=', version)
    .executeTakeFirst()
  // A file that was lost (a folder that the backup left out) is drawn again.
  const kept = known && (await files.read(known.fileHash))
  if (kept) return kept

  const work = `${credential.id} ${paper} ${version}`
  let made = atWork.get(work)
  if (!made) {
    made = draw(() => makeCertificate(deps, { credential, paper, version, words, text, key }))
    atWork.set(work, made)
    made.finally(() => atWork.delete(work)).catch(() => undefined)
  }
  return made
}

async function makeCertificate(
  deps: CertificateDeps,
  o: {
    credential: HeldCredential
    paper: Paper
    version: string
    words: ReturnType<typeof certificateWords>
    text: string
    key: Awaited<ReturnType<typeof documentKey>>
  },
): Promise<Uint8Array> {
  const { db, config } = deps
  const { credential, words, key } = o
  const madeAt = deps.now()
  const pdf = await drawCertificate({
    ...words,
    ...(await pictures(db, credential, words)),
    attachment: {
      bytes: Buffer.from(o.text, 'utf8'),
      name: 'credential.json',
      type: 'application/json',
      description: words.attachmentDescription,
    },
    madeAt,
  })
  const signed = await signPdf(pdf, {
    key,
    now: madeAt,
    reason: words.reason,
    signerName: config.productName,
  })
  const { hash } = await fileStore(config).keep(signed)
  await keepRow(db, { credential, paper: o.paper, version: o.version, fileHash: hash, madeAt })
  return signed
}

async function keepRow(
  db: Db,
  o: { credential: HeldCredential; paper: Paper; version: string; fileHash: string; madeAt: Date },
): Promise<void> {
  const { version, fileHash, madeAt } = o
  await db
    .insertInto('certificateFiles')
    .values({
      organizationId: o.credential.organizationId,
      credentialId: o.credential.id,
      paper: o.paper,
      version,
      fileHash,
      madeAt,
    })
    .onConflict((conflict) => conflict.columns(['credentialId', 'paper']).doUpdateSet({ version, fileHash, madeAt }))
    .execute()
}

function pictureHashes({ snapshot }: Pick<HeldCredential, 'snapshot'>): (string | null)[] {
  return [snapshot.picturePngHash, snapshot.issuer.logoHash]
}

/** What is written on it, and on what paper. */
function certificateWords({ config }: Pick<Deps, 'config'>, credential: HeldCredential, paper: Paper) {
  const { snapshot } = credential
  const locale = snapshot.achievement.language
  const t = translator(locale)
  const content = contentIn(snapshot.achievement, locale)
  // Without a page of its own, the paper leads to where the file can be checked.
  const url = credential.sharingOffSince ? `${config.publicUrl}/verify` : credentialUrl(config, credential.publicId)
  const issuer = snapshot.issuer.name
  const numbers = new Intl.NumberFormat(regions[locale])
  const { hours } = snapshot.achievement
  return {
    paper,
    lang: regions[locale],
    title: content.name,
    recipientName: credential.recipientName,
    issuerName: issuer,
    facts: [
      { label: t('certificate.issuedOn'), value: dayInWords(locale, snapshot.awardedOn) },
      {
        label: t('certificate.validUntil'),
        value: credential.validUntil ? dayInWords(locale, credential.validUntil) : t('certificate.never'),
      },
      ...(hours === undefined ? [] : [{ label: t('certificate.hours'), value: numbers.format(hours) }]),
      { label: t('certificate.number'), value: credential.label },
    ],
    learning: learning(content, { outcomes: t('certificate.outcomes'), criteria: t('certificate.criteria') }),
    url,
    words: {
      awardedTo: t('certificate.awardedTo'),
      issuedBy: t('certificate.issuedBy', { issuer }),
      more: t('certificate.more'),
      qrAlt: t('certificate.qr.alt', { url }),
      check: t('certificate.check'),
      signed: t('certificate.signed', { address: `${new URL(config.publicUrl).host}/verify` }),
      subject: t('certificate.subject', { issuer }),
    },
    pictureAlt: snapshot.achievement.altText,
    logoAlt: t('certificate.logo.alt', { issuer }),
    attachmentDescription: t('certificate.attachment'),
    reason: t('certificate.reason', { product: config.productName }),
    producer: config.productName,
  }
}

/** The outcomes, else what it took in plain words. */
function learning(
  content: { outcomes: readonly string[]; criteria: string },
  headings: { outcomes: string; criteria: string },
): CertificateContent['learning'] {
  if (content.outcomes.length > 0) return { heading: headings.outcomes, items: content.outcomes, isList: true }
  const paragraphs = plainParagraphs(content.criteria)
  return paragraphs.length > 0 ? { heading: headings.criteria, items: paragraphs, isList: false } : undefined
}

/** Markdown as paper shows it: words without marks, links by their words. */
function plainParagraphs(markdown: string): string[] {
  return markdown
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[*_`~]+(?=\S)|(?<=\S)[*_`~]+/g, '')
    .split(/\n\s*\n|\n(?=\s*(?:[-*+]|\d+[.)])\s)/)
    .map((paragraph) => paragraph.replace(/^\s*(?:#{1,6}|>|[-*+]|\d+[.)])\s+/gm, '').trim())
    .filter((paragraph) => paragraph !== '')
}

async function pictures(db: Db, { snapshot }: HeldCredential, words: { pictureAlt: string; logoAlt: string }) {
  const { logoHash } = snapshot.issuer
  const [badge, logo] = await Promise.all([
    pictureByHash(db, snapshot.picturePngHash),
    logoHash ? pictureByHash(db, logoHash) : Promise.resolve(undefined),
  ])
  if (!badge) throw new Error(`The picture ${snapshot.picturePngHash} is missing`)
  const flat = await flatPicture(badge, { ground: cloth, side: 700 })
  const flatLogo = logo && (await flatPicture(logo, { ground: '#FFFFFF', side: 200 }))
  return {
    picture: { png: flat.png, alt: words.pictureAlt },
    logo: flatLogo && { ...flatLogo, alt: words.logoAlt },
  }
}
