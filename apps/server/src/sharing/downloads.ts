import { bakePng, bakeSvg } from '@lapel/openbadges'
import type { HeldCredential } from '../claiming/index.ts'
import { signedCredentialBody } from '../issuing/index.ts'
import type { Db } from '../platform/database/database.ts'
import { escapeHtml } from '../platform/http/html.ts'
import type { Config } from '../platform/config.ts'
import { hostedAssertion } from './hosted-v2.ts'
import { pictureByHash } from '../platform/pictures/store.ts'

export interface Download {
  bytes: Uint8Array<ArrayBuffer> | string
  contentType: string
  fileName: string
}

/** The signed credential, byte for byte as it was signed. */
export async function signedJson(db: Db, credential: HeldCredential): Promise<Download> {
  return {
    bytes: await body(db, credential),
    contentType: 'application/vc+ld+json',
    fileName: fileName(credential, 'json'),
  }
}

/** The picture with the signed credential in it (Open Badges 3.0, section "Baked Badge"). */
export async function bakedPng(db: Db, credential: HeldCredential): Promise<Download> {
  const [text, picture] = await Promise.all([body(db, credential), pngOf(db, credential)])
  return {
    bytes: new Uint8Array(bakePng(picture, text)),
    contentType: 'image/png',
    fileName: fileName(credential, 'png'),
  }
}

/** The same as SVG: the template's own drawing where there is one, else the PNG in a frame of SVG. */
export async function bakedSvg(db: Db, credential: HeldCredential): Promise<Download> {
  const text = await body(db, credential)
  const drawing = await svgOf(db, credential)
  return { bytes: bakeSvg(drawing, text), contentType: 'image/svg+xml', fileName: fileName(credential, 'svg') }
}

/** The hosted assertion of Open Badges 2.0; it proves nothing by itself, its address does. */
export function assertionFile(site: Pick<Config, 'publicUrl' | 'mailFrom'>, credential: HeldCredential): Download {
  return {
    bytes: JSON.stringify(hostedAssertion(site, credential)),
    contentType: 'application/ld+json',
    fileName: fileName(credential, 'v2.json'),
  }
}

async function body(db: Db, credential: HeldCredential): Promise<string> {
  const text = await signedCredentialBody(db, credential.publicId)
  if (text === undefined) throw new Error(`The issued credential ${credential.id} has no signed form`)
  return text
}

async function pngOf(db: Db, { snapshot }: HeldCredential): Promise<Buffer> {
  const picture = await pictureByHash(db, snapshot.picturePngHash)
  if (!picture) throw new Error(`The picture ${snapshot.picturePngHash} is missing`)
  return Buffer.from(picture.bytes)
}

async function svgOf(db: Db, credential: HeldCredential): Promise<string> {
  const version = await db
    .selectFrom('achievementVersions')
    .select('pictureSvgHash')
    .where('organizationId', '=', credential.organizationId)
    .where('achievementId', '=', credential.achievementId)
    .where('version', '=', credential.version)
    .executeTakeFirst()
  const drawing = version?.pictureSvgHash ? await pictureByHash(db, version.pictureSvgHash) : undefined
  if (drawing) return Buffer.from(drawing.bytes).toString('utf8')
  const png = (await pngOf(db, credential)).toString('base64')
  const alt = escapeHtml(credential.snapshot.achievement.altText)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512" width="512" height="512" role="img"><title>${alt}</title><image width="512" height="512" href="data:image/png;base64,${png}"/></svg>`
}

/** A name that every system takes: letters and digits of ASCII, with the printed number so that two stay apart. */
export function fileName({ snapshot, label }: HeldCredential, ending: string): string {
  const words = snapshot.achievement.name
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-|-$/g, '')
    .toLowerCase()
  return `${words || 'badge'}-${label.replace(/[^A-Za-z0-9-]/g, '')}.${ending}`
}
