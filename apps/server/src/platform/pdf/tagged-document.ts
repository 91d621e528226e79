import PDFDocument from 'pdfkit'
import type { FaceData } from './faces.ts'
import type { Line, TextBlock } from './text-layout.ts'

/** Paper in points, landscape. */
export const papers = {
  a4: { width: 841.89, height: 595.28 },
  letter: { width: 792, height: 612 },
} as const
export type Paper = keyof typeof papers

export interface DocumentHead {
  title: string
  author: string
  subject: string
  /** BCP 47. */
  lang: string
  createdAt: Date
  producer: string
}

/**
 * One page whose content is tagged (ISO 32000-1 section 14.8): headings, paragraphs, lists and pictures in the order in
 * which they are added, everything else an artifact. Text is drawn with embedded fonts; no file is read on the way.
 */
export class TaggedPage {
  readonly width: number
  readonly height: number
  readonly #pdf: PDFKit.PDFDocument
  readonly #root: PDFKit.PDFStructureElement
  readonly #chunks: Buffer[] = []
  readonly #ended: Promise<void>
  readonly #faces = new Set<string>()
  #list: PDFKit.PDFStructureElement | undefined

  constructor(paper: Paper, head: DocumentHead) {
    const { width, height } = papers[paper]
    this.width = width
    this.height = height
    this.#pdf = new PDFDocument({
      size: [width, height],
      margin: 0,
      pdfVersion: '1.7',
      tagged: true,
      lang: head.lang,
      displayTitle: true,
      // None of the fonts that every reader has: they cannot write most names.
      font: noFont,
      info: {
        Title: head.title,
        Author: head.author,
        Subject: head.subject,
        Creator: head.producer,
        Producer: head.producer,
        CreationDate: head.createdAt,
        ModDate: head.createdAt,
      },
    })
    this.#pdf.on('data', (chunk: Buffer) => this.#chunks.push(chunk))
    this.#ended = new Promise((resolve, reject) => {
      this.#pdf.on('end', () => resolve())
      this.#pdf.on('error', reject)
    })
    this.#root = this.#pdf.struct('Document')
    this.#pdf.addStructure(this.#root)
  }

  /** Lines, frames, grounds: what a reader aloud passes over. */
  decorate(draw: (pdf: PDFKit.PDFDocument) => void): void {
    this.#pdf.markContent('Artifact', { type: 'Layout' })
    this.#pdf.save()
    draw(this.#pdf)
    this.#pdf.restore()
    this.#pdf.endMarkedContent()
  }

  /** A block of text as one element. `top` is where its first line begins; `leading` is from line to line. */
  text(kind: 'H1' | 'H2' | 'P', block: TextBlock, style: PlacedText): void {
    this.#root.add(this.#element(kind, block, style))
  }

  /** A label and its value as one paragraph. */
  labelled(label: { block: TextBlock; style: PlacedText }, value: { block: TextBlock; style: PlacedText }): void {
    this.#root.add(
      this.#pdf.struct('P', spoken([label.block, value.block]), [
        () => this.#block(label.block, label.style),
        () => this.#block(value.block, value.style),
      ]),
    )
  }

  /** Opens a list; {@link item} adds to it until {@link endList}. */
  startList(): void {
    this.#list = this.#pdf.struct('L')
    this.#root.add(this.#list)
  }

  item(label: Line, block: TextBlock, style: PlacedText & { indent: number }): void {
    if (!this.#list) throw new Error('No list was begun')
    const item = this.#pdf.struct('LI')
    this.#list.add(item)
    item.add(
      this.#element(
        'Lbl',
        { lines: [label], isCut: false },
        {
          ...style,
          room: style.indent,
        },
      ),
    )
    item.add(this.#element('LBody', block, { ...style, left: style.left + style.indent }))
    item.end()
  }

  endList(): void {
    this.#list?.end()
    this.#list = undefined
  }

  /** A picture with the words that stand for it. */
  figure(alt: string, draw: (pdf: PDFKit.PDFDocument) => void): void {
    this.#root.add(
      // The title says it once more, for programs that list the structure and leave alternatives out.
      this.#pdf.struct('Figure', { alt, title: alt }, () => {
        this.#pdf.save()
        draw(this.#pdf)
        this.#pdf.restore()
      }),
    )
  }

  /** A file inside the document; the relationship is one of ISO 32000-2 table 43. */
  attach(
    bytes: Buffer,
    o: { name: string; type: string; description: string; relationship: 'Source' | 'Data'; at: Date },
  ): void {
    // The relationship is younger than the types of pdfkit.
    const options = { ...o, creationDate: o.at, modifiedDate: o.at }
    this.#pdf.file(bytes, options)
  }

  async end(): Promise<Buffer> {
    this.#root.end()
    this.#pdf.end()
    await this.#ended
    return Buffer.concat(this.#chunks)
  }

  #element(kind: string, block: TextBlock, o: PlacedText): PDFKit.PDFStructureElement {
    return this.#pdf.struct(kind, o.readAs ? { actual: o.readAs } : spoken([block]), () => this.#block(block, o))
  }

  #block(block: TextBlock, o: PlacedText): void {
    // Lines that read from the right begin at one edge, that of the longest.
    const edge = Math.max(...block.lines.map(({ width }) => width))
    for (const [number, line] of block.lines.entries()) {
      const indent = o.align === 'center' ? (o.room - line.width) / 2 : line.isRightToLeft ? edge - line.width : 0
      this.#line(line, { ...o, left: o.left + indent, baseline: o.top + number * o.leading + o.size })
    }
  }

  #line(line: Line, o: TextStyle & { left: number; baseline: number }): void {
    for (const run of line.runs) {
      this.#face(run.face)
      this.#pdf.font(run.face.id, o.size).fillColor(o.color)
      if (run.face.isThin) this.#pdf.lineWidth(o.size * (o.isQuiet ? 0.02 : 0.05)).strokeColor(o.color)
      this.#pdf.text(run.text, o.left + run.x, o.baseline, {
        lineBreak: false,
        baseline: 'alphabetic',
        // Any list at all: the whole run is shaped at once, which words of Arabic need.
        features: [],
        fill: true,
        stroke: run.face.isThin,
      })
    }
  }

  #face(face: FaceData): void {
    if (this.#faces.has(face.id)) return
    this.#faces.add(face.id)
    const pdf: TakesFonts = this.#pdf
    pdf.registerFont(face.id, face.font)
  }
}

/** pdfkit takes fonts that are open already, which its types leave out; reading one anew costs more than all the rest. */
interface TakesFonts {
  registerFont(name: string, source: FaceData['font'] | Parameters<PDFKit.PDFDocument['registerFont']>[1]): unknown
}

export interface TextStyle {
  size: number
  /** `#RRGGBB`. */
  color: string
  align?: 'start' | 'center'
  /** Of ordinary weight; otherwise semibold, which thin faces imitate. */
  isQuiet?: boolean
}

/** Points from the left and upper edge of the page; `room` is the width of the block. */
export interface PlacedText extends TextStyle {
  left: number
  top: number
  leading: number
  room: number
  /** What is read aloud where the letters alone say too little. */
  readAs?: string
}

/** Scripts whose vowel signs are drawn before the letter that they follow, and a Thai vowel that is drawn in parts. */
const reordered =
  /[\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Tamil}\p{Script=Malayalam}\p{Script=Khmer}\p{Script=Myanmar}]|[\u0e48-\u0e4b]\u0e33/u

/**
 * Letters that are drawn from the right stand backwards in the file, signs of some scripts before their letter, and broken
 * lines lose their space: the words go beside them.
 */
function spoken(blocks: readonly TextBlock[]): { actual?: string } {
  const lines = blocks.flatMap((block) => block.lines)
  const isPlain =
    blocks.every((block) => block.lines.length === 1) &&
    !lines.some((line) => hasRightToLeft(line) || reordered.test(line.text))
  return isPlain ? {} : { actual: lines.map(({ text }) => text).join(' ') }
}

function hasRightToLeft(line: Line): boolean {
  return line.runs.some((run) => run.isRightToLeft)
}

/** pdfkit reads its standard font from a file unless it is told that there is none; its types do not know that. */
const noFont = '' satisfies string
