import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  type KeyObject,
  X509Certificate,
} from 'node:crypto'
import { bits, boolean, integer, octets, oid, sequence, setOf, tagged, time, utf8 } from './der.ts'

export interface DocumentCertificate {
  privateKey: KeyObject
  /** X.509 certificate, DER. */
  certificate: Buffer
  /** Certificates between it and the authority, DER; they travel with each signature. */
  chain?: readonly Buffer[]
}

const ecdsaWithSha256 = '1.2.840.10045.4.3.2'

/**
 * A key on P-256 and a certificate that it signs itself, for the operator who has none from an authority. Readers of PDF
 * then say that the signature is valid and its signer unknown to them.
 *
 * @param o.years how long the certificate is valid.
 */
export function selfSignedCertificate(o: {
  commonName: string
  organization: string
  now: Date
  years: number
}): DocumentCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const name = sequence(
    setOf(sequence(oid('2.5.4.10'), utf8(o.organization))),
    setOf(sequence(oid('2.5.4.3'), utf8(o.commonName))),
  )
  const end = new Date(o.now)
  end.setUTCFullYear(end.getUTCFullYear() + o.years)
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  const keyId = createHash('sha1').update(spki).digest()
  const extension = (id: string, critical: boolean, value: Buffer) =>
    sequence(oid(id), ...(critical ? [boolean(true)] : []), octets(value))
  const body = sequence(
    tagged(0xa0, integer(2)),
    integer(Buffer.concat([Buffer.from([0x01]), randomBytes(15)])),
    sequence(oid(ecdsaWithSha256)),
    name,
    sequence(time(new Date(o.now.getTime() - 3_600_000)), time(end)),
    name,
    spki,
    tagged(
      0xa3,
      sequence(
        extension('2.5.29.19', true, sequence()),
        // digitalSignature and nonRepudiation (RFC 5280 section 4.2.1.3)
        extension('2.5.29.15', true, bits(Buffer.from([0xc0]), 6)),
        extension('2.5.29.14', false, octets(keyId)),
        // documentSigning (RFC 9336)
        extension('2.5.29.37', false, sequence(oid('1.3.6.1.5.5.7.3.36'))),
      ),
    ),
  )
  return {
    privateKey,
    certificate: sequence(body, sequence(oid(ecdsaWithSha256)), bits(sign('sha256', body, privateKey))),
  }
}

/** @throws when the files hold no certificate, no fitting key, or a key that readers of PDF do not know. */
export function certificateFromPem(pem: { privateKey: string; certificate: string }): DocumentCertificate {
  const [certificate, ...chain] = certificatesInPem(pem.certificate)
  if (!certificate) throw new Error('The certificate file holds no certificate in PEM form')
  const privateKey = createPrivateKey(pem.privateKey)
  if (!['ec', 'rsa'].includes(createPublicKey(privateKey).asymmetricKeyType ?? ''))
    throw new Error('A certificate for documents needs an EC or RSA key; PDF readers know no other')
  if (!new X509Certificate(certificate).checkPrivateKey(privateKey))
    throw new Error('The key does not belong to the first certificate in the certificate file')
  return { privateKey, certificate, chain }
}

export function certificatesInPem(text: string): Buffer[] {
  return [...text.matchAll(/-----BEGIN CERTIFICATE-----([\s\S]+?)-----END CERTIFICATE-----/g)].map(([, base64 = '']) =>
    Buffer.from(base64, 'base64'),
  )
}

/** SHA-256 of a certificate, hex: its name in our records and on pages. */
export function fingerprintOf(certificate: Uint8Array): string {
  return createHash('sha256').update(certificate).digest('hex')
}
