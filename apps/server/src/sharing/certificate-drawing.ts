import encodeQR from 'qr'
import { fit, layOut, lineOf, type TextBlock } from '../platform/pdf/text-layout.ts'
import { type Paper, TaggedPage } from '../platform/pdf/tagged-document.ts'

/** Everything that stands on a certificate, in its language. */
export interface CertificateContent {
  paper: Paper
  /** BCP 47. */
  lang: string
  title: string
  recipientName: string
  issuerName: string
  /** PNG without transparency, on the ground that it stands on. */
  picture: { png: Buffer; alt: string }
  logo: { png: Buffer; alt: string; width: number; height: number } | undefined
  /** "Issued on", "March 4, 2026"; the last one is the number of the credential. */
  facts: readonly { label: string; value: string }[]
  learning: { heading: string; items: readonly string[]; isList: boolean } | undefined
  /** Address of the public page, in the code and below it. */
  url: string
  words: {
    awardedTo: string
    /** The whole sentence, with the name. */
    issuedBy: string
    /** Stands for what did not fit. */
    more: string
    qrAlt: string
    check: string
    signed: string
    subject: string
  }
  /** The credential as it was signed. */
  attachment: { bytes: Buffer; name: string; type: string; description: string }
  producer: string
  madeAt: Date
}

const ink = '#14202E'
const muted = '#4A5868'
const brass = '#A9741A'
const rule = '#D3DAE3'
/** The cloth at the left; pictures of badges are laid on it. */
export const cloth = '#F7F8FA'

const margin = 48
const band = 248
/** The fold of the lapel reaches this far beyond the band. */
const fold = 30

/**
 * Draws a certificate: the badge pinned on the lapel at the left, who earned what at the right, a code to check it below.
 *
 * @returns the PDF, not yet signed.
 */
export async function drawCertificate(content: CertificateContent): Promise<Buffer> {
  const page = new TaggedPage(content.paper, {
    title: `${content.title} – ${content.recipientName}`,
    author: content.issuerName,
    subject: content.words.subject,
    lang: content.lang,
    createdAt: content.madeAt,
    producer: content.producer,
  })
  ground(page)
  await person(page, content)
  picture(page, content)
  await check(page, content)
  page.attach(content.attachment.bytes, { ...content.attachment, relationship: 'Source', at: content.madeAt })
  return page.end()
}

/** The same edge of cloth as in the picture that links show. */
function ground(page: TaggedPage): void {
  page.decorate((pdf) => {
    const cut = 92
    pdf.rect(0, 0, page.width, page.height).fill('#FFFFFF')
    pdf
      .moveTo(0, 0)
      .lineTo(band - fold, 0)
      .lineTo(band, cut)
      .lineTo(band, page.height)
      .lineTo(0, page.height)
      .fill(cloth)
    pdf
      .moveTo(band - fold, 0)
      .lineTo(band, cut)
      .lineTo(band, page.height)
      .lineWidth(1)
      .stroke(rule)
    pdf
      .moveTo(band - fold - 9, 0)
      .lineTo(band - 9, cut)
      .lineTo(band - 9, page.height)
      .lineWidth(1.4)
      .dash(7, { space: 6 })
      .strokeColor(brass)
      .stroke()
  })
}

async function person(page: TaggedPage, content: CertificateContent): Promise<void> {
  const left = band + 44
  const room = page.width - left - margin
  const { words } = content
  const issuer = await fit(content.issuerName, {
    weight: 'semibold',
    maxWidth: room - (content.logo ? 60 : 0),
    choices: [
      { size: 15, maxLines: 1 },
      { size: 12.5, maxLines: 2 },
    ],
  })
  const title = await fit(content.title, {
    weight: 'serif',
    maxWidth: room,
    choices: [
      { size: 38, maxLines: 1 },
      { size: 33, maxLines: 2 },
      { size: 27, maxLines: 3 },
      { size: 21, maxLines: 4 },
    ],
  })
  const name = await fit(content.recipientName, {
    weight: 'semibold',
    maxWidth: room,
    choices: [
      { size: 25, maxLines: 1 },
      { size: 20, maxLines: 2 },
      { size: 15, maxLines: 3 },
    ],
  })
  const small = async (text: string) => layOut(text, { weight: 'regular', size: 11, maxWidth: room, maxLines: 1 })

  const outcomes = await learningBlocks(content, room)
  const headTop = margin + (content.logo ? 66 : 34)
  const needed =
    title.lines.length * title.size * 1.2 + name.lines.length * name.size * 1.22 + factsHeight(content) + 96 + outcomes
  // Little text stands in the middle of the paper, a little above it; much text begins at the top.
  const spare = Math.max(0, page.height - margin - headTop - needed)
  const scale = Math.min(1, spare / 160)
  let top = headTop + Math.min(spare * 0.36, 96)
  page.text('H1', title, { left, top, room, size: title.size, leading: title.size * 1.2, color: ink })
  top += title.lines.length * title.size * 1.2 + 22 + 10 * scale
  page.text('P', await small(words.awardedTo), { left, top, room, size: 11, leading: 15, color: muted, isQuiet: true })
  top += 19
  page.text('P', name, { left, top, room, size: name.size, leading: name.size * 1.22, color: ink })
  top += name.lines.length * name.size * 1.22 + 20 + 12 * scale
  // Above the title on paper, after the person for the ear: what was earned comes first.
  issuerHead(page, content, issuer, { left, room })
  top = await facts(page, content, { left, top, room })
  await learning(page, content, { left, top: top + 22 + 10 * scale, room })
}

function factsHeight({ facts: given }: CertificateContent): number {
  return Math.ceil(given.length / 3) * 40
}

/** Height of everything that was learnt, were there room for it. */
async function learningBlocks({ learning: given }: CertificateContent, room: number): Promise<number> {
  let lines = 0
  for (const item of given?.items ?? [])
    lines += (await layOut(item, { weight: 'regular', size: 11, maxWidth: room - 14, maxLines: 12 })).lines.length
  return given ? 30 + lines * 15.5 + given.items.length * 3 : 0
}

function issuerHead(
  page: TaggedPage,
  content: CertificateContent,
  issuer: TextBlock & { size: number },
  { left, room }: { left: number; room: number },
): void {
  const { logo } = content
  const side = 46
  if (logo) {
    const scale = Math.min(side / logo.width, side / logo.height)
    page.figure(logo.alt, (pdf) => {
      pdf.image(logo.png, left, margin + (side - logo.height * scale) / 2, {
        width: logo.width * scale,
        height: logo.height * scale,
      })
    })
  }
  const height = issuer.lines.length * issuer.size * 1.25
  page.text('P', issuer, {
    left: left + (logo ? side + 14 : 0),
    top: logo ? margin + (side - height) / 2 : margin - 4,
    room: room - (logo ? side + 14 : 0),
    size: issuer.size,
    leading: issuer.size * 1.25,
    color: ink,
    readAs: content.words.issuedBy,
  })
}

/** Two columns of small facts; returns where the next thing may begin. */
async function facts(
  page: TaggedPage,
  content: CertificateContent,
  { left, top, room }: { left: number; top: number; room: number },
): Promise<number> {
  const columns = Math.min(3, Math.max(1, content.facts.length))
  const gap = 18
  const width = (room - gap * (columns - 1)) / columns
  let at = top
  let lowest = top
  for (const [number, fact] of content.facts.entries()) {
    const column = number % columns
    if (column === 0) at = number === 0 ? top : lowest + 10
    const x = left + column * (width + gap)
    const label = await layOut(fact.label, { weight: 'regular', size: 9.5, maxWidth: width, maxLines: 1 })
    const value = await layOut(fact.value, { weight: 'semibold', size: 12, maxWidth: width, maxLines: 2 })
    page.labelled(
      { block: label, style: { left: x, top: at, room: width, size: 9.5, leading: 13, color: muted, isQuiet: true } },
      { block: value, style: { left: x, top: at + 14, room: width, size: 12, leading: 15.5, color: ink } },
    )
    lowest = Math.max(lowest, at + 14 + value.lines.length * 15.5)
  }
  return lowest
}

/** As many outcomes as the paper has room for, and a word about the rest. */
async function learning(
  page: TaggedPage,
  content: CertificateContent,
  { left, top, room }: { left: number; top: number; room: number },
): Promise<void> {
  const { learning: given } = content
  if (!given || given.items.length === 0) return
  const bottom = page.height - margin - 4
  const size = 11
  const leading = 15.5
  const heading = await layOut(given.heading, { weight: 'semibold', size: 12, maxWidth: room, maxLines: 1 })
  let at = top + 22
  if (at + leading > bottom) return
  page.decorate((pdf) => {
    pdf
      .moveTo(left, top - 8)
      .lineTo(left + room, top - 8)
      .lineWidth(0.75)
      .stroke(rule)
  })
  page.text('H2', heading, { left, top: top + 2, room, size: 12, leading, color: ink })
  const bullet = await lineOf('•', { weight: 'regular', size })
  const indent = given.isList ? 14 : 0
  if (given.isList) page.startList()
  let left_ = given.items.length
  for (const item of given.items) {
    // One line is kept for the word about the rest.
    const lines = Math.floor((bottom - at) / leading) - (left_ > 1 ? 1 : 0)
    if (lines < 1) break
    const block = await layOut(item, {
      weight: 'regular',
      size,
      maxWidth: room - indent,
      maxLines: Math.min(lines, given.isList ? 3 : 12),
    })
    const style = { left, top: at, room: room - indent, size, leading, color: ink, isQuiet: true }
    if (given.isList) page.item(bullet, block, { ...style, indent })
    else page.text('P', block, style)
    at += block.lines.length * leading + (given.isList ? 2 : 6)
    left_--
  }
  if (given.isList) page.endList()
  if (left_ > 0 && at + leading <= bottom + 6) {
    const more = await layOut(content.words.more, { weight: 'regular', size: 10, maxWidth: room, maxLines: 1 })
    page.text('P', more, { left, top: at, room, size: 10, leading, color: muted, isQuiet: true })
  }
}

function picture(page: TaggedPage, { picture: given }: CertificateContent): void {
  const side = 168
  page.figure(given.alt, (pdf) => {
    pdf.image(given.png, (band - 9 - side) / 2 - 6, margin + 6, { width: side, height: side })
  })
}

/** The code, where it leads in letters, and what the file is. */
async function check(page: TaggedPage, content: CertificateContent): Promise<void> {
  const room = band - 9 - 2 * 26
  const left = 20
  const side = 104
  const words = await layOut(content.words.check, { weight: 'semibold', size: 10, maxWidth: room, maxLines: 2 })
  const address = await layOut(content.url, { weight: 'regular', size: 7.5, maxWidth: room, maxLines: 3 })
  const signed = await layOut(content.words.signed, { weight: 'regular', size: 7.5, maxWidth: room, maxLines: 4 })
  const height = side + 12 + words.lines.length * 13 + 3 + address.lines.length * 10 + 8 + signed.lines.length * 10
  let top = page.height - margin + 14 - height
  const modules = encodeQR(content.url, 'raw', { ecc: 'medium', border: 2 })
  const unit = side / modules.length
  page.figure(content.words.qrAlt, (pdf) => {
    pdf.rect(left + (room - side) / 2, top, side, side).fill('#FFFFFF')
    for (const [y, row] of modules.entries())
      for (let x = 0; x < row.length; x++) {
        if (!row[x]) continue
        let end = x
        while (row[end + 1]) end++
        // A hair of overlap closes the seams that some viewers draw.
        pdf.rect(left + (room - side) / 2 + x * unit, top + y * unit, (end - x + 1) * unit + 0.02, unit + 0.02)
        x = end
      }
    pdf.fill('#000000')
  })
  top += side + 12
  const centred = { left, room, align: 'center' } as const
  page.text('P', words, { ...centred, top, size: 10, leading: 13, color: ink })
  top += words.lines.length * 13 + 3
  page.text('P', address, { ...centred, top, size: 7.5, leading: 10, color: muted, isQuiet: true })
  top += address.lines.length * 10 + 8
  page.text('P', signed, { ...centred, top, size: 7.5, leading: 10, color: muted, isQuiet: true })
}
