import { createHash, sign, X509Certificate, verify } from 'node:crypto'
import { PDFArray, PDFDict, PDFDocument, PDFHexString, PDFName, PDFNumber, PDFString } from '@cantoo/pdf-lib'
import {
  integer,
  nothing,
  octets,
  oid,
  readElement,
  readElements,
  sequence,
  setOf,
  tagged,
  time,
  type Element,
} from './der.ts'
import type { DocumentCertificate } from './document-certificate.ts'

const ids = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  sha256: '2.16.840.1.101.3.4.2.1',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  rsaEncryption: '1.2.840.113549.1.1.1',
}

/** Room for the signature, in bytes; a certificate chain of an authority fits too. */
const reserved = 8192
const placeholder = 9_999_999_999

export interface SignatureRequest {
  now: Date
  reason: string
  signerName: string
}

/** A PDF with an empty signature field at its end. */
export interface PreparedPdf {
  prepared: Uint8Array
  /** Offsets and lengths of what is signed: everything but the field. */
  range: [number, number, number, number]
  /** Where the signature goes, as hexadecimal digits. */
  contentsAt: number
}

/**
 * Signs a PDF as PAdES baseline B (ETSI EN 319 142-1): an update is appended, the bytes before it stay as they are, so
 * earlier signatures and the tags of the document are kept. The signature covers the whole file but itself.
 *
 * For our own files. One of a stranger is prepared elsewhere, then goes through {@link completeSignature}.
 *
 * @throws when the PDF cannot be read or is encrypted.
 */
export async function signPdf(
  pdf: Uint8Array,
  { key, ...request }: SignatureRequest & { key: DocumentCertificate },
): Promise<Uint8Array> {
  return completeSignature(pdf, await prepareSignature(pdf, request), key)
}

/** The part that takes the file apart; it needs no key. */
export async function prepareSignature(pdf: Uint8Array, request: SignatureRequest): Promise<PreparedPdf> {
  const document = await PDFDocument.load(pdf, { forIncrementalUpdate: true, updateMetadata: false })
  addSignatureField(document, request)
  const prepared = Buffer.from(await document.commit())
  return { prepared, ...fillByteRange(prepared) }
}

/**
 * The part that signs, and that believes nothing of what was prepared.
 *
 * @throws when the prepared file is not the given one with something appended, or the offsets do not cover it.
 */
export function completeSignature(
  pdf: Uint8Array,
  { prepared: bytes, range, contentsAt }: PreparedPdf,
  key: DocumentCertificate,
): Uint8Array {
  const prepared = Buffer.from(bytes)
  const [start, before, after, rest] = range
  const field = prepared.subarray(before, after).toString('latin1')
  if (
    start !== 0 ||
    before < pdf.length ||
    contentsAt !== before + 1 ||
    after + rest !== prepared.length ||
    field !== `<${'0'.repeat(reserved * 2)}>` ||
    !prepared.subarray(0, pdf.length).equals(pdf)
  )
    throw new Error('The PDF was not prepared for a signature as expected')
  const cms = detachedSignature(Buffer.concat([prepared.subarray(0, before), prepared.subarray(after)]), key)
  if (cms.length > reserved) throw new Error('The certificate chain is too long for the signature field')
  prepared.write(cms.toString('hex'), contentsAt, 'latin1')
  return prepared
}

function addSignatureField(document: PDFDocument, o: SignatureRequest): void {
  const { context } = document
  const signature = context.register(
    context.obj({
      Type: 'Sig',
      Filter: 'Adobe.PPKLite',
      SubFilter: 'ETSI.CAdES.detached',
      ByteRange: [0, placeholder, placeholder, placeholder],
      Contents: PDFHexString.of('0'.repeat(reserved * 2)),
      M: PDFString.fromDate(o.now),
      Name: PDFHexString.fromText(o.signerName),
      Reason: PDFHexString.fromText(o.reason),
    }),
  )
  const page = document.getPage(0)
  const widget = context.register(
    context.obj({
      Type: 'Annot',
      Subtype: 'Widget',
      FT: 'Sig',
      Rect: [0, 0, 0, 0],
      V: signature,
      T: PDFHexString.fromText(`Signature ${signature.objectNumber}`),
      TU: PDFHexString.fromText(o.reason),
      F: 132, // printed and locked; it has no appearance
      P: page.ref,
    }),
  )
  page.node.addAnnot(widget)
  const form = document.catalog.lookupMaybe(PDFName.of('AcroForm'), PDFDict)
  if (form) {
    const fields = form.lookupMaybe(PDFName.of('Fields'), PDFArray)
    if (fields) fields.push(widget)
    else form.set(PDFName.of('Fields'), context.obj([widget]))
    form.set(PDFName.of('SigFlags'), PDFNumber.of(3))
  } else {
    document.catalog.set(PDFName.of('AcroForm'), context.obj({ SigFlags: 3, Fields: [widget] }))
  }
}

/** Writes the true offsets over the placeholder; both have the same length. */
function fillByteRange(pdf: Buffer): { range: [number, number, number, number]; contentsAt: number } {
  const rangeAt = pdf.lastIndexOf(`${placeholder}`)
  const start = pdf.lastIndexOf('/ByteRange', rangeAt)
  const end = pdf.indexOf(']', start) + 1
  const zeros = pdf.lastIndexOf(`<${'0'.repeat(reserved * 2)}>`)
  if (rangeAt < 0 || start < 0 || zeros < 0) throw new Error('The signature field was not written as expected')
  const after = zeros + reserved * 2 + 2
  const range: [number, number, number, number] = [0, zeros, after, pdf.length - after]
  const text = `/ByteRange [${range.join(' ')}]`
  if (text.length > end - start) throw new Error('The signature field was not written as expected')
  pdf.write(text.padEnd(end - start), start, 'latin1')
  return { range, contentsAt: zeros + 1 }
}

/**
 * CMS SignedData (RFC 5652) without content, with the attributes that PAdES asks for.
 *
 * @param o.signingTime for passes, which ask for one; PAdES forbids it, since the PDF says when.
 */
export function detachedSignature(
  content: Uint8Array,
  { privateKey, certificate, chain = [] }: DocumentCertificate,
  { signingTime }: { signingTime?: Date } = {},
): Buffer {
  const isRsa = privateKey.asymmetricKeyType === 'rsa'
  const sha256 = sequence(oid(ids.sha256), nothing())
  const attribute = (id: string, value: Buffer) => sequence(oid(id), setOf(value))
  const attributes = [
    attribute(ids.contentType, oid(ids.data)),
    attribute(ids.messageDigest, octets(createHash('sha256').update(content).digest())),
    ...(signingTime ? [attribute(ids.signingTime, time(signingTime))] : []),
    // ESSCertIDv2 with its default algorithm, SHA-256 (RFC 5035 section 3)
    attribute(
      ids.signingCertificateV2,
      sequence(sequence(sequence(octets(createHash('sha256').update(certificate).digest())))),
    ),
  ]
  const toSign = setOf(...attributes)
  const body = readElements(readElements(certificate)[0]?.content ?? Buffer.alloc(0))[0]
  const parts = readElements(body?.content ?? Buffer.alloc(0))
  const [serial, issuer] = parts[0]?.tag === 0xa0 ? [parts[1], parts[3]] : [parts[0], parts[2]]
  if (!serial || !issuer) throw new Error('The certificate cannot be read')
  const signerInfo = sequence(
    integer(1),
    sequence(issuer.whole, serial.whole),
    sha256,
    tagged(0xa0, toSign.subarray(toSign.length - readElement(toSign).content.length)),
    sequence(oid(isRsa ? ids.rsaEncryption : ids.ecdsaWithSha256), ...(isRsa ? [nothing()] : [])),
    octets(sign('sha256', toSign, privateKey)),
  )
  return sequence(
    oid(ids.signedData),
    tagged(
      0xa0,
      sequence(
        integer(1),
        setOf(sha256),
        sequence(oid(ids.data)),
        tagged(0xa0, certificate, ...chain),
        setOf(signerInfo),
      ),
    ),
  )
}

export interface PdfSignature {
  /** We know its algorithms; otherwise nothing was checked and nothing is said against it. */
  isSupported: boolean
  /** The signed bytes are unaltered and the signature fits the certificate. */
  isIntact: boolean
  /** It covers the whole file but itself; otherwise something was added after signing. */
  coversWholeFile: boolean
  /** X.509 certificate of the signer, DER. */
  certificate: Buffer | undefined
  signerName: string | undefined
  validFrom: Date | undefined
  validTo: Date | undefined
  /** What the document says; nobody vouches for it. */
  claimedAt: string | undefined
  /** Bytes from the start of the file that were there when it was signed. */
  signedLength: number
}

/**
 * Reads and checks every signature of a PDF. Never throws because a signature is bad.
 *
 * @throws when the file cannot be read as a PDF with pages, or is encrypted: then nobody can say what is in it.
 */
export async function readPdfSignatures(pdf: Uint8Array): Promise<PdfSignature[]> {
  const document = await PDFDocument.load(pdf, { updateMetadata: false, throwOnInvalidObject: false })
  if (document.getPageCount() === 0) throw new Error('The file has no pages')
  const found: PdfSignature[] = []
  for (const [, object] of document.context.enumerateIndirectObjects()) {
    if (!(object instanceof PDFDict)) continue
    const filter = object.lookupMaybe(PDFName.of('SubFilter'), PDFName)?.decodeText()
    if (filter !== 'ETSI.CAdES.detached' && filter !== 'adbe.pkcs7.detached') continue
    found.push(checkSignature(Buffer.from(pdf), object))
  }
  return found
}

function checkSignature(pdf: Buffer, object: PDFDict): PdfSignature {
  const result: PdfSignature = {
    isSupported: true,
    isIntact: false,
    coversWholeFile: false,
    certificate: undefined,
    signerName: undefined,
    validFrom: undefined,
    validTo: undefined,
    claimedAt: object.lookupMaybe(PDFName.of('M'), PDFString)?.asString(),
    signedLength: 0,
  }
  try {
    const numbers = object
      .lookup(PDFName.of('ByteRange'), PDFArray)
      .asArray()
      .map((n) => (n instanceof PDFNumber ? n.asNumber() : Number.NaN))
    const [a = 0, b = 0, c = 0, d = 0] = numbers
    if (
      numbers.length !== 4 ||
      numbers.some((n) => !Number.isInteger(n) || n < 0) ||
      a !== 0 ||
      c < b ||
      c + d > pdf.length
    )
      return result
    result.coversWholeFile = c + d === pdf.length
    result.signedLength = c + d
    const hex = /^<([0-9a-fA-F\s]*)>$/.exec(pdf.subarray(b, c).toString('latin1').trim())?.[1]
    if (hex === undefined) return result
    const cms = readElement(Buffer.from(hex.replace(/\s/g, ''), 'hex'))
    Object.assign(result, checkCms(cms, Buffer.concat([pdf.subarray(0, b), pdf.subarray(c, c + d)])))
  } catch {
    // Not a signature that can be read: it stays "not intact".
  }
  return result
}

/** Checks a signature that lies beside its content. @throws when it is not CMS. */
export function checkDetachedSignature(cms: Uint8Array, content: Uint8Array): Partial<PdfSignature> {
  return checkCms(readElement(cms), Buffer.from(content))
}

function checkCms(cms: Element, content: Buffer): Partial<PdfSignature> {
  const signedData = readElements(readElements(cms.content)[1]?.content ?? Buffer.alloc(0))[0]
  const parts = readElements(signedData?.content ?? Buffer.alloc(0))
  const certificates = readElements(parts.find(({ tag }) => tag === 0xa0)?.content ?? Buffer.alloc(0))
  const signerInfo = readElements(parts.findLast(({ tag }) => tag === 0x31)?.content ?? Buffer.alloc(0))[0]
  if (!signerInfo) return {}
  const [, signerId, digestAlgorithm, attributes, signatureAlgorithm, signature] = readElements(signerInfo.content)
  if (!signerId || attributes?.tag !== 0xa0 || !signature) return {}
  const serial = readElements(signerId.content)[1]?.content
  const certificate = certificates.find(({ whole }) => serial && certificateSerial(whole)?.equals(serial))?.whole
  if (!certificate) return {}

  const values = new Map(
    readElements(attributes.content).map(({ content: attribute }) => {
      const [id, set] = readElements(attribute)
      return [id?.whole.toString('hex') ?? '', readElements(set?.content ?? Buffer.alloc(0))[0]]
    }),
  )
  const hash = hashes.get(firstId(digestAlgorithm))
  const isKnownScheme = schemes.has(firstId(signatureAlgorithm))
  const digest = values.get(oid(ids.messageDigest).toString('hex'))?.content
  const bound = values.get(oid(ids.signingCertificateV2).toString('hex'))
  if (!hash || !isKnownScheme)
    return { isSupported: false, certificate, signerName: commonName(new X509Certificate(certificate).subject) }
  const hashed = digest !== undefined && createHash(hash).update(content).digest().equals(digest)
  const isBound = bound === undefined || bound.whole.includes(createHash('sha256').update(certificate).digest())
  const x509 = new X509Certificate(certificate)
  const toCheck = Buffer.concat([Buffer.from([0x31]), attributes.whole.subarray(1)])
  const isSigned = verify(hash, toCheck, x509.publicKey, signature.content)
  return {
    isIntact: hashed && isBound && isSigned,
    certificate,
    signerName: commonName(x509.subject),
    validFrom: new Date(x509.validFrom),
    validTo: new Date(x509.validTo),
  }
}

const hashes = new Map(
  [
    [ids.sha256, 'sha256'],
    ['2.16.840.1.101.3.4.2.2', 'sha384'],
    ['2.16.840.1.101.3.4.2.3', 'sha512'],
  ].map(([id = '', name = '']) => [oid(id).toString('hex'), name]),
)

/** RSA with PKCS #1 padding and ECDSA; each with the hash of the digest algorithm. */
const schemes = new Set(
  [
    ids.rsaEncryption,
    '1.2.840.113549.1.1.11',
    '1.2.840.113549.1.1.12',
    '1.2.840.113549.1.1.13',
    ids.ecdsaWithSha256,
    '1.2.840.10045.4.3.3',
    '1.2.840.10045.4.3.4',
  ].map((id) => oid(id).toString('hex')),
)

function firstId(algorithm: Element | undefined): string {
  return readElements(algorithm?.content ?? Buffer.alloc(0))[0]?.whole.toString('hex') ?? ''
}

function certificateSerial(certificate: Buffer): Buffer | undefined {
  const body = readElements(readElements(certificate)[0]?.content ?? Buffer.alloc(0))[0]
  const parts = readElements(body?.content ?? Buffer.alloc(0))
  return (parts[0]?.tag === 0xa0 ? parts[1] : parts[0])?.content
}

function commonName(subject: string): string | undefined {
  return /^CN=(.+)$/m.exec(subject)?.[1]
}
