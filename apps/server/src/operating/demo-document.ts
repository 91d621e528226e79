import PDFDocument from 'pdfkit'

export interface DemoTranscript {
  issuer: string
  title: string
  recipient: string
  date: string
  lines: readonly (readonly [course: string, hours: string, result: string])[]
}

/** A page as a registry's program would print it: the PDF that an institution uploads for one person. */
export async function drawTranscript({ issuer, title, recipient, date, lines }: DemoTranscript): Promise<Uint8Array> {
  const pdf = new PDFDocument({ size: 'A4', margin: 64, lang: 'en', info: { Title: title, Author: issuer } })
  const chunks: Buffer[] = []
  const ended = new Promise<void>((resolve, reject) => {
    pdf.on('data', (chunk: Buffer) => chunks.push(chunk))
    pdf.on('end', () => resolve())
    pdf.on('error', reject)
  })
  pdf.font('Times-Bold').fontSize(24).fillColor('#14202E').text(issuer, { align: 'center' })
  pdf.moveDown(0.3).font('Times-Roman').fontSize(15).text(title, { align: 'center' })
  const width = 595.28 - 2 * 64
  const rule = (y: number) =>
    pdf
      .moveTo(64, y)
      .lineTo(64 + width, y)
      .lineWidth(0.7)
      .strokeColor('#8A97A6')
      .stroke()
  rule(pdf.y + 14)
  pdf.moveDown(2).fontSize(12).text(`Name: ${recipient}`, 64).text(`Date: ${date}`)
  const columns = [64, 64 + width * 0.62, 64 + width * 0.8] as const
  let y = pdf.y + 22
  const row = (font: string, words: readonly string[]) => {
    pdf.font(font).fontSize(11.5)
    for (const [index, word] of words.entries()) pdf.text(word, columns[index] ?? 64, y, { lineBreak: false })
    y += 21
  }
  row('Times-Bold', ['Course', 'Hours', 'Result'])
  rule(y - 5)
  for (const line of lines) row('Times-Roman', line)
  rule(y + 4)
  pdf
    .font('Times-Italic')
    .fontSize(10.5)
    .text('End of the transcript.', 64, y + 14)
  pdf.end()
  await ended
  return new Uint8Array(Buffer.concat(chunks))
}
