import type { PdfSignature } from './pades.ts'

/** Why a PDF is not taken. */
export type PdfProblem =
  | 'pdf.not-pdf'
  | 'pdf.broken'
  | 'pdf.encrypted'
  | 'pdf.active'
  | 'pdf.certified'
  | 'pdf.too-many-pages'

export interface PdfSummary {
  pages: number
  /** From the document's own information; may be empty. */
  title: string
}

/** A line or a part of one, where it stands on the page's picture, in its pixels. */
export interface PageText {
  text: string
  x: number
  /** Of the base line. */
  y: number
  width: number
  size: number
  /** Ends a line. */
  isLineEnd: boolean
}

export interface PagePicture {
  /** WebP. */
  picture: Uint8Array
  width: number
  height: number
  words: PageText[]
}

/** What is asked of the process that takes PDFs apart; the file itself is sent once, first. */
export type PdfTask =
  | { kind: 'inspect' }
  /** Appends an empty signature field; the key never comes near the file. */
  | { kind: 'prepare'; nowMs: number; reason: string; signerName: string }
  | { kind: 'signatures' }
  /** Counted from 1. */
  | { kind: 'page'; number: number }

export interface PdfAnswers {
  inspect: { summary: PdfSummary } | { problem: PdfProblem }
  prepare: { prepared: Uint8Array; range: [number, number, number, number]; contentsAt: number }
  signatures: { signatures: PdfSignature[] }
  page: PagePicture
}

export type ToProcess = { kind: 'file'; bytes: Uint8Array } | (PdfTask & { id: number })
export type FromProcess =
  | { kind: 'ready' }
  /** The libraries for drawing are being read, once; the time for a task begins after that. */
  | { kind: 'loading' }
  | { kind: 'loaded' }
  | { kind: 'answer'; id: number; value: PdfAnswers[PdfTask['kind']] }
  | { kind: 'failed'; id: number; error: string }
