// What is this file, and is there a badge in it? Decided by content, never by name.
import { fromBase64url, fromUtf8 } from './base.ts'
import { isPng, unbakePng } from './bake-png.ts'
import { isSvg, unbakeSvg } from './bake-svg.ts'
import { OpenBadgesError } from './errors.ts'
import { completed, credentialOf } from './jwt.ts'
import { parseDocument, refuseDeep } from './read-json.ts'
import { kindOf } from './validate/vocabulary.ts'
import { isObject, isUri, listOf, own, textOf } from './validate/shape.ts'
import type { JsonObject } from './validate/shape.ts'
import { viewOfCredential } from './view.ts'
import type { CredentialView } from './view.ts'
import { versionOfV2, viewOfAssertion } from './v2/view.ts'
import { pdfAttachments } from './pdf-attachment.ts'

export type Container = 'json' | 'jwt' | 'png' | 'svg' | 'pdf'

/** One badge found in what was given. */
export interface FoundCredential {
  container: Container
  /** The credential exactly as it was found: JSON text or compact JWS. Absent when an object was given. */
  text?: string
  /** The compact JWS, when it is one. */
  jwt?: string
  /** The credential's JSON; of a JWS, its payload. Nothing in it is verified. */
  document: JsonObject
  view: CredentialView
  /** The picture it was baked into. */
  carrier?: { kind: 'png' | 'svg'; bytes: Uint8Array }
}

export type ReadProblemCode =
  | 'read.empty'
  | 'read.too-large'
  | 'read.not-recognized'
  | 'read.no-badge'
  | 'read.damaged'
  | 'read.repeated-key'
  | 'read.too-deep'
  | 'read.url'

/** What came out of a file. Several badges each get a result of their own. */
export interface Reading {
  credentials: FoundCredential[]
  /** The address of a hosted badge or share page, when that is all there is; to be fetched by the caller. */
  url?: string
  /** Why there is no badge, or not all of them. */
  problem?: { code: ReadProblemCode; message: string }
}

/** No badge file is larger (S34). */
export const largestInput = 10 * 1024 * 1024

/**
 * Finds the badges in a PNG, an SVG, a PDF attachment, JSON text, a compact JWS or a parsed object: Open Badges
 * 0.5 to 3.0 and CLR 2.0, in array and in compacted form.
 *
 * Never throws because of what is in the input, and verifies nothing.
 *
 * @example
 * (await readCredential('{"type":["VerifiableCredential","OpenBadgeCredential"]}')).credentials[0].view.version // '3.0'
 */
export async function readCredential(input: string | Uint8Array | object): Promise<Reading> {
  try {
    if (input instanceof Uint8Array) return await readBytes(input)
    return typeof input === 'string' ? readText(input, 'json') : readObject(input)
  } catch (error) {
    if (!(error instanceof OpenBadgesError)) throw error
    return failed(error)
  }
}

async function readBytes(bytes: Uint8Array): Promise<Reading> {
  if (bytes.length > largestInput) return problem('read.too-large', 'the file is larger than 10 MB')
  if (isPng(bytes)) {
    const badges = await unbakePng(bytes)
    return collect(
      badges.map(({ text }) => readText(text, 'png')),
      { kind: 'png', bytes },
    )
  }
  if (startsWith(bytes, '%PDF-')) {
    const attachments = await pdfAttachments(bytes)
    return collect(attachments.map((content) => readText(content, 'pdf')))
  }
  if (isSvg(bytes))
    return collect(
      unbakeSvg(bytes).map(({ text }) => readText(text, 'svg')),
      { kind: 'svg', bytes },
    )
  return readText(fromUtf8(bytes), 'json')
}

function readText(input: string, container: Container): Reading {
  if (input.length > largestInput) return problem('read.too-large', 'the text is larger than 10 MB')
  const text = input.replace(/^\ufeff/, '').trim()
  if (text === '') return problem('read.empty', 'there is nothing here')
  if (container === 'json' && isSvg(text)) {
    return collect(
      unbakeSvg(text).map((badge) => readText(badge.text, 'svg')),
      { kind: 'svg', bytes: new TextEncoder().encode(text) },
    )
  }
  if (/^https?:\/\/\S+$/i.test(text) && isUri(text)) return { credentials: [], url: text }
  if (/^[\w-]+\.[\w-]+\.[\w-]*$/.test(text)) return readJwt(text, container)
  if (!/^[{["]/.test(text))
    return problem('read.not-recognized', 'this is neither JSON, a JWT, a PNG, an SVG nor a PDF')
  const document = parseDocument(text)
  return recognize(document, { container, text })
}

function readObject(input: object): Reading {
  if (!isObject(input)) return problem('read.not-recognized', 'an array is not a badge')
  refuseDeep(input)
  return recognize(input, { container: 'json' })
}

function readJwt(jwt: string, container: Container): Reading {
  const payload = parseDocument(fromUtf8(fromBase64url(jwt.split('.')[1] ?? '')))
  return recognize(completed(payload, credentialOf(payload)), {
    container: container === 'json' ? 'jwt' : container,
    text: jwt,
    jwt,
  })
}

function recognize(document: JsonObject, found: Omit<FoundCredential, 'document' | 'view'>): Reading {
  const types = listOf(own(document, 'type'))
  if (types.includes('EnvelopedVerifiableCredential')) {
    const data = /^data:application\/(?:vc\+jwt|vc\+ld\+json\+jwt|jwt)(?:;[^,]*)?,(.+)$/.exec(
      textOf(own(document, 'id')) ?? '',
    )
    if (data) return readText(data[1]!, found.container)
  }
  if (types.includes('VerifiablePresentation')) {
    const inner = listOf(own(document, 'verifiableCredential')).slice(0, 20)
    return collect(
      inner.map((item) =>
        typeof item === 'string' ? readText(item, found.container) : readObject(isObject(item) ? item : []),
      ),
    )
  }
  if (types.includes('VerifiableCredential') || kindOf(document) !== 'other') {
    return { credentials: [{ ...found, document, view: viewOfCredential(document) }] }
  }
  if (versionOfV2(document) !== undefined)
    return { credentials: [{ ...found, document, view: viewOfAssertion(document) }] }
  // The Open Badges API and some wallets wrap credentials in lists.
  const wrapped = [
    ...listOf(own(document, 'credential')),
    ...listOf(own(document, 'compactJwsString')),
    ...listOf(own(document, 'compactJwsStrings')),
  ]
  if (wrapped.length > 0 && wrapped.every((item) => typeof item === 'string' || isObject(item))) {
    return collect(
      wrapped
        .slice(0, 20)
        .map((item) => (typeof item === 'string' ? readText(item, found.container) : readObject(item as JsonObject))),
    )
  }
  return problem('read.no-badge', 'the JSON is not a badge')
}

function collect(readings: Reading[], carrier?: FoundCredential['carrier']): Reading {
  const credentials = readings.flatMap((reading) => reading.credentials)
  const withCarrier = carrier ? credentials.map((credential) => ({ ...credential, carrier })) : credentials
  const url = readings.find((reading) => reading.url !== undefined)?.url
  const flaw = readings.find((reading) => reading.problem)?.problem
  const missing =
    credentials.length === 0 && url === undefined
      ? (flaw ?? { code: 'read.no-badge' as const, message: 'there is no badge in this file' })
      : flaw
  return { credentials: withCarrier, ...(url === undefined ? {} : { url }), ...(missing ? { problem: missing } : {}) }
}

function failed(error: OpenBadgesError): Reading {
  const code = (
    {
      'json.repeated-key': 'read.repeated-key',
      'json.too-deep': 'read.too-deep',
      'json.too-large': 'read.too-large',
    } as const
  )[error.code as 'json.too-deep']
  return problem(code ?? 'read.damaged', error.message)
}

function problem(code: ReadProblemCode, message: string): Reading {
  return { credentials: [], problem: { code, message } }
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  // Some writers put a few bytes before the header; readers accept up to 1,024 (PDF 32000, appendix H).
  return String.fromCharCode(...bytes.subarray(0, 1024)).includes(text)
}
