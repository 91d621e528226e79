import path from 'node:path'
import { createRequire } from 'node:module'
import { EncryptedPDFError, PDFDict, PDFDocument, PDFName } from '@cantoo/pdf-lib'
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas'
import type { PageViewport, PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs'
import { prepareSignature, readPdfSignatures } from './pades.ts'
import type { FromProcess, PagePicture, PageText, PdfAnswers, PdfProblem, PdfTask, ToProcess } from './pdf-tasks.ts'

// The process in which PDFs of strangers are taken apart; see pdf-reader.ts. It has no environment, no secrets and no
// database, and its parent ends it when it takes too much.

const mostPages = 200
/** Pixels: about 150 to the inch for A4. */
const pictureWidth = 1240
const largestSide = 2200

const assets = path.dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'))
let file = new Uint8Array()

function send(message: FromProcess): void {
  process.send?.(message)
}

process.on('message', (message: ToProcess) => {
  if (message.kind === 'file') {
    file = new Uint8Array(message.bytes)
    return
  }
  const { id } = message
  answer(message).then(
    (value) => send({ kind: 'answer', id, value }),
    (error: unknown) => send({ kind: 'failed', id, error: error instanceof Error ? error.message : String(error) }),
  )
})

async function answer(task: PdfTask): Promise<PdfAnswers[PdfTask['kind']]> {
  switch (task.kind) {
    case 'inspect':
      return inspect()
    case 'prepare':
      return prepareSignature(file, { now: new Date(task.nowMs), reason: task.reason, signerName: task.signerName })
    case 'signatures':
      return { signatures: await readPdfSignatures(file) }
    case 'page':
      return page(task.number)
  }
}

async function inspect(): Promise<PdfAnswers['inspect']> {
  const head = Buffer.from(file.subarray(0, 1024)).toString('latin1')
  if (!head.includes('%PDF-')) return { problem: 'pdf.not-pdf' }
  try {
    const document = await PDFDocument.load(file, { updateMetadata: false, throwOnInvalidObject: false })
    const problem = problemIn(document)
    if (problem) return { problem }
    // The program that will show it must be able to open it too.
    const shown = await open()
    const pages = shown.numPages
    if (pages > mostPages) return { problem: 'pdf.too-many-pages' }
    await shown.getPage(1)
    return { summary: { pages, title: titleOf(document) } }
  } catch (error) {
    return { problem: error instanceof EncryptedPDFError ? 'pdf.encrypted' : 'pdf.broken' }
  }
}

function titleOf(document: PDFDocument): string {
  try {
    return (document.getTitle() ?? '').replace(/\s+/g, ' ').trim().slice(0, 200)
  } catch {
    return '' // not a text: then it has none
  }
}

const actions = new Set(['JavaScript', 'Launch', 'ImportData', 'SubmitForm', 'Rendition', 'GoToE'])

/** What a certificate or a letter has no need of: programs, films, forms that send themselves. */
function problemIn(document: PDFDocument): PdfProblem | undefined {
  if (document.isEncrypted) return 'pdf.encrypted'
  const has = (dictionary: PDFDict, name: string) => dictionary.has(PDFName.of(name))
  const form = document.catalog.lookup(PDFName.of('AcroForm'))
  if (form instanceof PDFDict && has(form, 'XFA')) return 'pdf.active'
  const permissions = document.catalog.lookup(PDFName.of('Perms'))
  // Its signer forbids changes, and our signature would be one.
  if (permissions instanceof PDFDict && has(permissions, 'DocMDP')) return 'pdf.certified'
  for (const [, object] of document.context.enumerateIndirectObjects()) {
    if (!(object instanceof PDFDict)) continue
    if (has(object, 'JS') || has(object, 'JavaScript') || has(object, 'RichMedia')) return 'pdf.active'
    for (const [, value] of object.entries()) {
      const inner = value instanceof PDFDict ? value : object
      const kind = inner.get(PDFName.of('S'))
      if (kind instanceof PDFName && actions.has(kind.decodeText())) return 'pdf.active'
      if (has(inner, 'JS')) return 'pdf.active'
    }
    const kind = object.get(PDFName.of('Subtype'))
    if (kind instanceof PDFName && ['RichMedia', 'Movie', 'Screen', '3D'].includes(kind.decodeText()))
      return 'pdf.active'
  }
  return undefined
}

let libraries: Promise<Awaited<ReturnType<typeof loadLibraries>>> | undefined

/** Read where a page is looked at: checking a signature is quicker without them. */
async function loadLibraries() {
  send({ kind: 'loading' })
  const [{ getDocument, VerbosityLevel }, { createCanvas }] = await Promise.all([
    import('pdfjs-dist/legacy/build/pdf.mjs'),
    import('@napi-rs/canvas'),
  ])
  send({ kind: 'loaded' })
  return { getDocument, VerbosityLevel, createCanvas }
}

async function open() {
  const { getDocument, VerbosityLevel } = await (libraries ??= loadLibraries())
  return getDocument({
    // The library takes the bytes away from whoever gives them.
    data: file.slice(),
    verbosity: VerbosityLevel.ERRORS,
    useSystemFonts: false,
    disableFontFace: true,
    enableXfa: false,
    stopAtErrors: false,
    isImageDecoderSupported: false,
    maxImageSize: 25_000_000,
    canvasMaxAreaInBytes: 100_000_000,
    standardFontDataUrl: `${path.join(assets, 'standard_fonts')}/`,
    cMapUrl: `${path.join(assets, 'cmaps')}/`,
    cMapPacked: true,
    wasmUrl: `${path.join(assets, 'wasm')}/`,
  }).promise
}

/** The library draws on this canvas as on a browser's; its types speak of browsers only. */
interface RendersWithoutBrowser {
  render(
    o:
      | Parameters<PDFPageProxy['render']>[0]
      | { canvas: Canvas; canvasContext: SKRSContext2D; viewport: PageViewport; background: string },
  ): { promise: Promise<void> }
}

let opened: ReturnType<typeof open> | undefined

async function page(number: number): Promise<PagePicture> {
  const document = await (opened ??= open())
  const { createCanvas } = await (libraries ??= loadLibraries())
  const found = await document.getPage(number)
  const natural = found.getViewport({ scale: 1 })
  const scale = Math.min(pictureWidth / natural.width, largestSide / natural.height)
  const viewport = found.getViewport({ scale })
  const width = Math.max(1, Math.round(viewport.width))
  const height = Math.max(1, Math.round(viewport.height))
  const canvas = createCanvas(width, height)
  const renders: RendersWithoutBrowser = found
  await renders.render({ canvas, canvasContext: canvas.getContext('2d'), viewport, background: '#FFFFFF' }).promise
  const { items } = await found.getTextContent()
  const words: PageText[] = []
  for (const item of items) {
    if (!('str' in item) || item.str.trim() === '') continue
    const [x = 0, y = 0] = viewport.convertToViewportPoint(item.transform[4], item.transform[5])
    words.push({
      text: item.str,
      x: Math.round(x * 10) / 10,
      y: Math.round(y * 10) / 10,
      width: Math.round(item.width * scale * 10) / 10,
      size: Math.round(Math.max(1, item.height) * scale * 10) / 10,
      isLineEnd: item.hasEOL,
    })
  }
  found.cleanup()
  return { picture: await canvas.encode('webp', 88), width, height, words }
}

send({ kind: 'ready' })
