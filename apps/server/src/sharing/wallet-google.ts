import { createPrivateKey, type KeyObject, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { HeldCredential } from '../claiming/index.ts'
import type { Config, GoogleWallet } from '../platform/config.ts'
import { pictureUrl } from '../signing/index.ts'
import { googleWalletSave } from './outgoing-links.ts'
import { passWords } from './wallet-pass.ts'

const serviceAccount = z.object({ client_email: z.string().min(3), private_key: z.string().min(1) })

interface ServiceAccount {
  email: string
  key: KeyObject
}

const accounts = new WeakMap<GoogleWallet, ServiceAccount>()

/** @throws when the file is not the JSON key of a service account. */
function accountOf(settings: GoogleWallet): ServiceAccount {
  let account = accounts.get(settings)
  if (!account) {
    const parsed = serviceAccount.safeParse(JSON.parse(readFileSync(settings.serviceAccountFile, 'utf8')))
    if (!parsed.success) throw new Error('GOOGLE_WALLET_SERVICE_ACCOUNT_FILE is not the JSON key of a service account')
    const key = createPrivateKey(parsed.data.private_key)
    if (key.asymmetricKeyType !== 'rsa') throw new Error('The service account needs an RSA key')
    account = { email: parsed.data.client_email, key }
    accounts.set(settings, account)
  }
  return account
}

/**
 * The address that puts a badge into Google Wallet: everything is in a token that we sign (RS256), so nothing is sent
 * before the person follows it.
 */
export function googlePassLink(
  config: Pick<Config, 'publicUrl' | 'productName'>,
  settings: GoogleWallet,
  o: { credential: HeldCredential; now: Date },
): string {
  const { email, key } = accountOf(settings)
  const classId = `${settings.issuerId}.lapel-badge`
  const part = (value: object) => Buffer.from(JSON.stringify(value), 'utf8').toString('base64url')
  const head = part({ alg: 'RS256', typ: 'JWT' })
  const body = part({
    iss: email,
    aud: 'google',
    typ: 'savetowallet',
    iat: Math.floor(o.now.getTime() / 1000),
    origins: [config.publicUrl],
    payload: {
      genericClasses: [{ id: classId }],
      genericObjects: [passObject(config, settings, { credential: o.credential, classId })],
    },
  })
  const signature = sign('sha256', Buffer.from(`${head}.${body}`), key).toString('base64url')
  return googleWalletSave(`${head}.${body}.${signature}`)
}

function passObject(
  config: Pick<Config, 'publicUrl' | 'productName'>,
  settings: GoogleWallet,
  { credential, classId }: { credential: HeldCredential; classId: string },
) {
  const words = passWords(config, credential)
  const text = (value: string) => ({ defaultValue: { language: words.language, value } })
  return {
    id: `${settings.issuerId}.${credential.publicId}`,
    classId,
    state: 'ACTIVE',
    cardTitle: text(words.issuer.value),
    header: text(words.name),
    subheader: text(words.recipient.value),
    hexBackgroundColor: '#F7F8FA',
    logo: { sourceUri: { uri: pictureUrl(config, credential.snapshot.picturePngHash) } },
    barcode: { type: 'QR_CODE', value: words.url, alternateText: words.number.value },
    textModulesData: [words.issued, words.expires].map(({ label, value }, index) => ({
      id: ['issued', 'expires'][index],
      header: label,
      body: value,
    })),
    ...(credential.validUntil ? { validTimeInterval: { end: { date: credential.validUntil.toISOString() } } } : {}),
  }
}
