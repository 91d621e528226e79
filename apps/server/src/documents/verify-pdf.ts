import { createHash } from 'node:crypto'
import type { Db } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
import type { MessageKey } from '../platform/i18n/messages.ts'
import { isOurCertificate } from '../platform/pdf/document-key.ts'
import type { PdfSignature } from '../platform/pdf/pades.ts'
import { PdfRefused, PdfUnreadable, withPdf } from '../platform/pdf/pdf-reader.ts'
import * as store from './store.ts'

export type PdfCheckName = 'signature' | 'complete' | 'signer' | 'certificate' | 'withdrawn'
export type PdfCheckResult = 'passed' | 'failed' | 'warning' | 'not-checked'

export interface PdfCheck {
  name: PdfCheckName
  result: PdfCheckResult
  /** What was found, as the key of a message. */
  code: MessageKey
  values: Record<string, string>
}

export type PdfVerdict =
  /** Signed by this site, unaltered, and on record as live. */
  | 'genuine'
  /** Signed by this site and unaltered; what it says is another matter (a certificate of a badge). */
  | 'ours'
  | 'withdrawn'
  | 'replaced'
  /** The signature does not fit, or something was added after it. */
  | 'altered'
  /** Unaltered since somebody signed it whom this site does not know. */
  | 'unknown-signer'
  | 'unsigned'
  | 'unfinished'

export interface PdfReport {
  verdict: PdfVerdict
  checks: PdfCheck[]
  signerName: string | undefined
  /** What is on record about the very same file. */
  document:
    | {
        title: string
        kind: store.DocumentKind
        issuerName: string
        recipientName: string
        date: string
        withdrawnAt: Date | null
        reason: string | undefined
      }
    | undefined
}

/**
 * Checks a PDF as a file: who signed it, whether it is unaltered, and whether it still counts. A badge inside it is checked
 * by whoever checks badges. The file is taken apart in a process of its own.
 */
export async function verifyPdf(deps: Pick<Deps, 'now'> & { db: Db }, pdf: Uint8Array): Promise<PdfReport> {
  let signatures: PdfSignature[]
  try {
    signatures = await withPdf(pdf, async (reader) => (await reader.ask({ kind: 'signatures' })).signatures)
  } catch (error) {
    // Too slow, too large, or not to be read: nothing was checked, so nothing is claimed.
    if (!(error instanceof PdfRefused || error instanceof PdfUnreadable)) throw error
    return unfinished()
  }
  const signature = await deciding(deps.db, signatures)
  if (!signature) return unsigned()
  return withSignature(deps, pdf, signature)
}

/** Ours if there is one, else the last: what was signed last covers what was signed before. */
async function deciding(db: Db, signatures: readonly PdfSignature[]): Promise<PdfSignature | undefined> {
  const last = signatures.toSorted((a, b) => b.signedLength - a.signedLength)
  for (const signature of last)
    if (signature.certificate && (await isOurCertificate(db, signature.certificate))) return signature
  return last[0]
}

async function withSignature(
  deps: Pick<Deps, 'now'> & { db: Db },
  pdf: Uint8Array,
  signature: PdfSignature,
): Promise<PdfReport> {
  const { isSupported, isIntact, coversWholeFile, certificate } = signature
  const signer = signature.signerName ?? ''
  const isOurs = certificate !== undefined && (await isOurCertificate(deps.db, certificate))
  const signed = signature.signedLength > 0 ? pdf.subarray(0, signature.signedLength) : pdf
  const record = await store.documentByFile(deps.db, createHash('sha256').update(signed).digest('hex'))
  const checks: PdfCheck[] = [
    !isSupported
      ? check('signature', 'not-checked', 'documents.check.signature.unsupported')
      : isIntact
        ? check('signature', 'passed', 'documents.check.signature.passed')
        : check('signature', 'failed', 'documents.check.signature.failed'),
    coversWholeFile
      ? check('complete', 'passed', 'documents.check.complete.passed')
      : check('complete', 'failed', 'documents.check.complete.failed'),
    !isSupported || !isIntact
      ? check('signer', 'not-checked', 'documents.check.signer.notChecked')
      : isOurs
        ? check('signer', 'passed', 'documents.check.signer.passed', { signer })
        : check('signer', 'warning', 'documents.check.signer.unknown', { signer }),
    certificateCheck(signature, deps.now()),
    withdrawnCheck(record, isOurs),
  ]
  return {
    verdict: verdictOf({ isSupported, isIntact, coversWholeFile, isOurs, record }),
    checks,
    signerName: signature.signerName,
    document: isIntact && record ? recorded(record) : undefined,
  }
}

function verdictOf(o: {
  isSupported: boolean
  isIntact: boolean
  coversWholeFile: boolean
  isOurs: boolean
  record: store.DocumentRow | undefined
}): PdfVerdict {
  if (!o.isSupported) return 'unfinished'
  if (!o.isIntact || !o.coversWholeFile) return 'altered'
  if (!o.isOurs) return 'unknown-signer'
  if (!o.record) return 'ours'
  if (o.record.validity === 'live') return 'genuine'
  return o.record.validity
}

function certificateCheck({ validFrom, validTo }: PdfSignature, now: Date): PdfCheck {
  if (!validFrom || !validTo) return check('certificate', 'not-checked', 'documents.check.certificate.none')
  if (validFrom > now) return check('certificate', 'warning', 'documents.check.certificate.early')
  // The signature has no time that somebody vouches for, so an ended certificate is a warning, not proof of anything.
  if (validTo <= now) return check('certificate', 'warning', 'documents.check.certificate.ended')
  return check('certificate', 'passed', 'documents.check.certificate.passed')
}

function withdrawnCheck(record: store.DocumentRow | undefined, isOurs: boolean): PdfCheck {
  if (!record)
    return check(
      'withdrawn',
      'not-checked',
      isOurs ? 'documents.check.withdrawn.noRecord' : 'documents.check.withdrawn.notOurs',
    )
  if (record.validity === 'live') return check('withdrawn', 'passed', 'documents.check.withdrawn.passed')
  return check(
    'withdrawn',
    'failed',
    record.validity === 'withdrawn' ? 'documents.check.withdrawn.failed' : 'documents.check.withdrawn.replaced',
    { issuer: record.issuerName },
  )
}

function recorded(record: store.DocumentRow): NonNullable<PdfReport['document']> {
  return {
    title: record.title,
    kind: record.kind,
    issuerName: record.issuerName,
    recipientName: record.recipientName,
    date: record.documentDate,
    withdrawnAt: record.withdrawnAt,
    reason: record.withdrawal?.publicText,
  }
}

const names: readonly PdfCheckName[] = ['signature', 'complete', 'signer', 'certificate', 'withdrawn']

function unsigned(): PdfReport {
  return {
    verdict: 'unsigned',
    checks: [
      check('signature', 'failed', 'documents.check.signature.none'),
      ...names.slice(1).map((name) => check(name, 'not-checked', 'documents.check.nothingSigned')),
    ],
    signerName: undefined,
    document: undefined,
  }
}

function unfinished(): PdfReport {
  return {
    verdict: 'unfinished',
    checks: names.map((name) => check(name, 'not-checked', 'documents.check.unreadable')),
    signerName: undefined,
    document: undefined,
  }
}

function check(
  name: PdfCheckName,
  result: PdfCheckResult,
  code: MessageKey,
  values: Record<string, string> = {},
): PdfCheck {
  return { name, result, code, values }
}
