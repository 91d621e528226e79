import { createHash, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { zipSync } from 'fflate'
import sharp from 'sharp'
import type { AppleWallet, Config } from '../platform/config.ts'
import type { HeldCredential } from '../claiming/index.ts'
import {
  certificateFromPem,
  certificatesInPem,
  type DocumentCertificate,
} from '../platform/pdf/document-certificate.ts'
import { detachedSignature } from '../platform/pdf/pades.ts'
import { passWords } from './wallet-pass.ts'

const ink = 'rgb(20, 32, 46)'
const paper = 'rgb(247, 248, 250)'
const muted = 'rgb(74, 88, 104)'

const keys = new WeakMap<AppleWallet, DocumentCertificate>()

/** The operator's pass certificate with the intermediate that issued it. @throws when they do not fit together. */
function passKey(settings: AppleWallet): DocumentCertificate {
  let key = keys.get(settings)
  if (!key) {
    const own = certificateFromPem({
      certificate: readFileSync(settings.certificateFile, 'utf8'),
      privateKey: readFileSync(settings.keyFile, 'utf8'),
    })
    const [intermediate] = certificatesInPem(readFileSync(settings.wwdrFile, 'utf8'))
    if (!intermediate) throw new Error('APPLE_WWDR_CERTIFICATE_FILE holds no certificate in PEM form')
    if (!new X509Certificate(own.certificate).verify(new X509Certificate(intermediate).publicKey))
      throw new Error('The pass certificate was not issued by the certificate in APPLE_WWDR_CERTIFICATE_FILE')
    key = { ...own, chain: [intermediate] }
    keys.set(settings, key)
  }
  return key
}

/**
 * A badge as a pass of Apple Wallet: a ZIP of what is shown, a manifest with the SHA-1 of each file (Apple's form knows no
 * other), and a detached signature of the manifest.
 */
export async function applePass(
  config: Pick<Config, 'publicUrl' | 'productName'>,
  settings: AppleWallet,
  o: { credential: HeldCredential; picture: Uint8Array; now: Date },
): Promise<Uint8Array<ArrayBuffer>> {
  const files: Record<string, Uint8Array> = {
    'pass.json': Buffer.from(JSON.stringify(passDocument(config, settings, o.credential)), 'utf8'),
    ...(await pictures(o.picture)),
  }
  const manifest = Buffer.from(
    JSON.stringify(
      Object.fromEntries(
        Object.entries(files).map(([name, bytes]) => [name, createHash('sha1').update(bytes).digest('hex')]),
      ),
    ),
    'utf8',
  )
  const signature = detachedSignature(manifest, passKey(settings), { signingTime: o.now })
  // PNGs do not get smaller, and a reader needs no inflating for the rest.
  return new Uint8Array(zipSync({ ...files, 'manifest.json': manifest, signature }, { level: 0, mtime: o.now }))
}

function passDocument(
  config: Pick<Config, 'publicUrl' | 'productName'>,
  settings: AppleWallet,
  credential: HeldCredential,
) {
  const words = passWords(config, credential)
  const shown = (key: string, { label, value }: { label: string; value: string }) => ({ key, label, value })
  return {
    formatVersion: 1,
    passTypeIdentifier: settings.passTypeIdentifier,
    teamIdentifier: settings.teamIdentifier,
    serialNumber: credential.publicId,
    organizationName: words.issuer.value,
    description: words.name,
    logoText: config.productName,
    foregroundColor: ink,
    backgroundColor: paper,
    labelColor: muted,
    ...(credential.validUntil ? { expirationDate: credential.validUntil.toISOString() } : {}),
    generic: {
      primaryFields: [shown('badge', { label: words.issuer.value, value: words.name })],
      secondaryFields: [shown('recipient', words.recipient)],
      auxiliaryFields: [shown('issued', words.issued), shown('expires', words.expires)],
      backFields: [
        shown('description', words.description),
        shown('issuer', words.issuer),
        shown('number', words.number),
        shown('page', words.page),
      ],
    },
    barcodes: [
      { format: 'PKBarcodeFormatQR', message: words.url, messageEncoding: 'iso-8859-1', altText: words.number.value },
    ],
  }
}

/** The sizes that a pass must have (icon) and may have, each also for finer screens. */
async function pictures(bytes: Uint8Array): Promise<Record<string, Uint8Array>> {
  const square = async (side: number) =>
    new Uint8Array(
      await sharp(bytes, { limitInputPixels: 25_000_000 })
        .resize(side, side, { fit: 'contain', background: { r: 0, g: 0, b: 0, alpha: 0 } })
        .png()
        .toBuffer(),
    )
  const sizes: [string, number][] = [
    ['icon.png', 29],
    ['icon@2x.png', 58],
    ['icon@3x.png', 87],
    ['logo.png', 50],
    ['logo@2x.png', 100],
    ['thumbnail.png', 90],
    ['thumbnail@2x.png', 180],
  ]
  return Object.fromEntries(await Promise.all(sizes.map(async ([name, side]) => [name, await square(side)] as const)))
}
