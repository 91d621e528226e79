import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { PDFDocument, PDFName, PDFString, StandardFonts } from '@cantoo/pdf-lib'
import sharp from 'sharp'
import { selfSignedCertificate } from './document-certificate.ts'
import { completeSignature, readPdfSignatures } from './pades.ts'
import { confined, PdfRefused, withPdf } from './pdf-reader.ts'

const now = new Date('2026-03-04T12:00:00Z')

async function letter(change: (pdf: PDFDocument) => void = () => {}, pages = 1): Promise<Uint8Array> {
  const pdf = await PDFDocument.create()
  const font = await pdf.embedFont(StandardFonts.TimesRoman)
  for (let number = 1; number <= pages; number++)
    pdf.addPage([595, 842]).drawText(`Page ${number} of the transcript`, { x: 72, y: 700, size: 18, font })
  pdf.setTitle('Transcript of records')
  change(pdf)
  return pdf.save()
}

const problem = (bytes: Uint8Array) =>
  withPdf(bytes, async (reader) => {
    const found = await reader.ask({ kind: 'inspect' })
    return 'problem' in found ? found.problem : 'fine'
  })

test('a page is drawn with its words where they stand', async () => {
  const bytes = await letter(() => {}, 2)
  await withPdf(bytes, async (reader) => {
    assert.deepEqual(await reader.ask({ kind: 'inspect' }), { summary: { pages: 2, title: 'Transcript of records' } })
    const page = await reader.ask({ kind: 'page', number: 2 })
    assert.deepEqual({ width: page.width, height: page.height }, { width: 1240, height: 1755 })
    assert.deepEqual(
      page.words.map(({ text }) => text),
      ['Page 2 of the transcript'],
    )
    const [word] = page.words
    assert.ok(word)
    const { data, info } = await sharp(page.picture).greyscale().raw().toBuffer({ resolveWithObject: true })
    assert.deepEqual({ width: info.width, height: info.height }, { width: page.width, height: page.height })
    // There is ink where the words are said to be, and none elsewhere.
    const darkIn = (x: number, y: number, w: number, h: number) => {
      let dark = 0
      for (let row = Math.floor(y); row < y + h; row++)
        for (let column = Math.floor(x); column < x + w; column++)
          if ((data[row * info.width + column] ?? 255) < 128) dark++
      return dark
    }
    const inside = darkIn(word.x, word.y - word.size, word.width, word.size * 1.3)
    assert.ok(inside > 500)
    assert.equal(darkIn(0, 0, info.width, info.height), inside)
  })
})

test('what is no document is refused by name', async () => {
  assert.equal(await problem(new TextEncoder().encode('<html>%not a pdf')), 'pdf.not-pdf')
  assert.equal(await problem(new TextEncoder().encode('%PDF-1.7\nnothing else')), 'pdf.broken')
  assert.equal((await problem((await letter()).subarray(0, 400))) === 'fine', false)
  const encrypted = await PDFDocument.create()
  encrypted.addPage()
  encrypted.encrypt({ userPassword: '', ownerPassword: 'owner' })
  assert.equal(await problem(await encrypted.save()), 'pdf.encrypted')
  assert.equal(await problem(await letter((pdf) => pdf.addJavaScript('main', 'app.alert(1)'))), 'pdf.active')
  const launch = await letter((pdf) =>
    pdf.catalog.set(
      PDFName.of('OpenAction'),
      pdf.context.obj({ Type: 'Action', S: 'Launch', F: PDFString.of('calc.exe') }),
    ),
  )
  assert.equal(await problem(launch), 'pdf.active')
  assert.equal(await problem(await letter(() => {}, 201)), 'pdf.too-many-pages')
  assert.equal(await problem(await letter()), 'fine')
})

test('a file that wants too much work ends its process and nothing else', async () => {
  const bytes = await letter()
  await assert.rejects(
    withPdf(bytes, (reader) => reader.ask({ kind: 'page', number: 1 }), { taskCpuMs: 1 }),
    (error) => error instanceof PdfRefused && error.code === 'pdf.too-complex',
  )
  await assert.rejects(
    withPdf(bytes, (reader) => reader.ask({ kind: 'inspect' }), { processMb: 20 }),
    (error) => error instanceof PdfRefused && error.code === 'pdf.too-complex',
  )
  assert.equal(await problem(bytes), 'fine')
})

test('a machine that does not get round to a file says that, and nothing about the file', async (t) => {
  if (process.platform !== 'linux') return t.skip('the system does not tell what a process used')
  const bytes = await letter()
  // Held by the system, as on a machine with other things to do: for longer than the work may take, then for good.
  const held = (o: { waitMs: number; heldMs: number }) =>
    withPdf(
      bytes,
      async (reader) => {
        await reader.ask({ kind: 'signatures' })
        const [child] = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ').map(Number)
        assert.ok(child)
        process.kill(child, 'SIGSTOP')
        const goOn = setTimeout(() => process.kill(child, 'SIGCONT'), o.heldMs)
        return reader.ask({ kind: 'signatures' }).finally(() => clearTimeout(goOn))
      },
      { taskCpuMs: 1_000, waitMs: o.waitMs },
    )
  assert.deepEqual(await held({ waitMs: 60_000, heldMs: 1_500 }), { signatures: [] })
  await assert.rejects(
    held({ waitMs: 500, heldMs: 60_000 }),
    (error) => error instanceof PdfRefused && error.code === 'pdf.busy',
  )
})

test('the process reads no other file, writes none, starts none, and knows no environment', async () => {
  const child = fork(path.join(import.meta.dirname, '../../../test/fixtures/confined.ts'), [], confined({ heapMb: 64 }))
  const [tried] = (await once(child, 'message')) as [Record<string, string>]
  child.kill('SIGKILL')
  assert.deepEqual(tried, {
    'read /etc/hostname': 'ERR_ACCESS_DENIED',
    'read a folder of the system': 'ERR_ACCESS_DENIED',
    'write a file': 'ERR_ACCESS_DENIED',
    'start a program': 'ERR_ACCESS_DENIED',
    'read this program': 'done',
    environment: '',
  })
})

test('the field is prepared there and signed here, and a prepared file that is another is not signed', async () => {
  const bytes = await letter()
  const key = selfSignedCertificate({ commonName: 'Test', organization: 'Test', now, years: 1 })
  const prepared = await withPdf(bytes, (reader) =>
    reader.ask({ kind: 'prepare', nowMs: now.getTime(), reason: 'Issued by Northfield College', signerName: 'Lapel' }),
  )
  const signed = completeSignature(bytes, prepared, key)
  const [signature] = await withPdf(signed, async (reader) => (await reader.ask({ kind: 'signatures' })).signatures)
  assert.ok(signature?.isIntact && signature.coversWholeFile)
  assert.deepEqual((await readPdfSignatures(signed))[0], signature)

  const other = Buffer.from(prepared.prepared)
  other[100] = (other[100] ?? 0) ^ 1
  assert.throws(() => completeSignature(bytes, { ...prepared, prepared: other }, key), /not prepared/)
  const [start, before, after, rest] = prepared.range
  assert.throws(() => completeSignature(bytes, { ...prepared, range: [start, before, after, rest - 10] }, key))
})
