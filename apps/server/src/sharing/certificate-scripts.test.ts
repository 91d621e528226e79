import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { PDFDict, PDFDocument, PDFHexString, PDFName, PDFString } from '@cantoo/pdf-lib'
import { decodeQR } from 'qr/decode.js'
import sharp from 'sharp'
import { drawCertificate } from './certificate-drawing.ts'

const url = 'https://badges.northfield.example/b/Hk3vTq9xYzAbCdEfGhIjKl'
const people = {
  Latin: ['Récit de données', 'Maya Łukasiewicz-Ñandú'],
  Greek: ['Αφήγηση με δεδομένα', 'Ελένη Παπαδοπούλου'],
  Cyrillic: ['Анализ данных', 'Щукина Наталья Юрьевна'],
  Arabic: ['سرد القصص بالبيانات', 'عبد الله بن أحمد'],
  Hebrew: ['סיפור באמצעות נתונים', 'יעל כהן'],
  Devanagari: ['डेटा कहानी कौशल', 'क्षितिज त्रिवेदी'],
  Chinese: ['数据叙事', '李雪梅'],
  Japanese: ['データストーリー', '山田 さくら'],
  Korean: ['데이터 스토리텔링', '김하늘'],
  Thai: ['การเล่าเรื่องด้วยข้อมูล', 'สมชาย ใจดี'],
} as const

async function certificate([title, name]: readonly [string, string]): Promise<Buffer> {
  const png = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#1B2A41' } })
    .png()
    .toBuffer()
  return drawCertificate({
    paper: 'a4',
    lang: 'en-CA',
    title,
    recipientName: name,
    issuerName: 'Northfield College',
    picture: { png, alt: 'Badge' },
    logo: undefined,
    facts: [{ label: 'Issued on', value: 'March 4, 2026' }],
    learning: { heading: 'Learning outcomes', items: [title], isList: true },
    url,
    words: {
      awardedTo: 'Awarded to',
      issuedBy: 'Issued by Northfield College',
      more: 'And more',
      qrAlt: 'QR code',
      check: 'Check this certificate',
      signed: 'Signed',
      subject: 'Certificate',
    },
    attachment: {
      bytes: Buffer.from('{}'),
      name: 'credential.json',
      type: 'application/json',
      description: 'The badge',
    },
    producer: 'Lapel',
    madeAt: new Date('2026-03-04T00:00:00Z'),
  })
}

/** Descriptors of all the fonts in a file: their names, and whether their outlines are inside. */
function fontsOf(pdf: PDFDocument): { name: string; isEmbedded: boolean }[] {
  return pdf.context
    .enumerateIndirectObjects()
    .map(([, object]) => object)
    .filter((object) => object instanceof PDFDict)
    .filter((object) => object.lookup(PDFName.of('Type'))?.toString() === '/FontDescriptor')
    .map((object) => ({
      name: object.lookup(PDFName.of('FontName'), PDFName).decodeText(),
      isEmbedded: ['FontFile', 'FontFile2', 'FontFile3'].some((key) => object.has(PDFName.of(key))),
    }))
}

function wordsBeside(pdf: PDFDocument): string[] {
  return pdf.context
    .enumerateIndirectObjects()
    .map(([, object]) => (object instanceof PDFDict ? object.lookup(PDFName.of('ActualText')) : undefined))
    .filter((text) => text instanceof PDFString || text instanceof PDFHexString)
    .map((text) => text.decodeText())
}

const hasPoppler = (() => {
  try {
    execFileSync('pdftotext', ['-v'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

for (const [script, person] of Object.entries(people)) {
  test(`a name in ${script} script is drawn with subsets that are inside the file, and can be read out of it`, async (t) => {
    const bytes = await certificate(person)
    const pdf = await PDFDocument.load(bytes, { updateMetadata: false })
    const fonts = fontsOf(pdf)
    assert.ok(fonts.length >= 2)
    for (const { name, isEmbedded } of fonts) {
      assert.ok(isEmbedded, `${name} is not inside`)
      assert.match(name, /^[A-Z]{6}\+/, `${name} is no subset`)
    }
    // Drawn letters stand in another order there, so the words go beside them for whoever reads aloud or copies.
    if (['Arabic', 'Hebrew', 'Devanagari'].includes(script)) assert.ok(wordsBeside(pdf).includes(person[1]))
    assert.ok(bytes.length < 400_000, `${bytes.length} bytes`)
    if (!hasPoppler) return t.diagnostic('poppler is not installed: the letters were not read back')
    const folder = mkdtempSync(path.join(os.tmpdir(), 'lapel-certificate-'))
    t.after(() => rmSync(folder, { recursive: true, force: true }))
    const file = path.join(folder, 'certificate.pdf')
    writeFileSync(file, bytes)
    const text = execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' })
    // Marks may come back composed or not, and lines from the right with marks of their own.
    const plain = (words: string) => words.normalize('NFKC').replace(/[\s\u200e\u200f\u202a-\u202e]/g, '')
    // Poppler's plain text follows the drawing; in Devanagari that is another order of the same letters.
    const sorted = (words: string) => (script === 'Devanagari' ? Array.from(words).sort().join('') : words)
    const found = plain(text).split(plain('Awarded to'))[1]?.split(plain('Issued on'))[0] ?? ''
    assert.equal(sorted(found), sorted(plain(person[1])), text)
    assert.ok(!text.includes('\ufffd'))

    if (script !== 'Latin') return
    execFileSync('pdftoppm', ['-r', '200', '-png', '-singlefile', file, path.join(folder, 'page')])
    const { data, info } = await sharp(path.join(folder, 'page.png'))
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    assert.equal(decodeQR({ width: info.width, height: info.height, data: new Uint8Array(data) }), url)
  })
}
