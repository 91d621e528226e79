import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { PDFDocument } from '@cantoo/pdf-lib'
import { selfSignedCertificate } from './document-certificate.ts'
import { readPdfSignatures, signPdf } from './pades.ts'

const now = new Date('2026-11-22T10:00:00Z')
const key = selfSignedCertificate({
  commonName: 'Lapel of Northfield',
  organization: 'Northfield College',
  now,
  years: 10,
})

async function signedPdf(): Promise<Uint8Array> {
  const document = await PDFDocument.create()
  document.addPage([595, 842]).drawText('Transcript of Maya Roy')
  return signPdf(await document.save(), { key, now, reason: 'Issued', signerName: 'Northfield College' })
}

test('a signed PDF says who signed it, and that it is unaltered', async () => {
  const [signature, ...others] = await readPdfSignatures(await signedPdf())
  assert.equal(others.length, 0)
  assert.equal(signature?.isIntact, true)
  assert.equal(signature?.coversWholeFile, true)
  assert.equal(signature?.signerName, 'Lapel of Northfield')
})

test('one changed byte anywhere in the signed part is found', async () => {
  const pdf = Buffer.from(await signedPdf())
  const contents = pdf.lastIndexOf('/Contents')
  for (const at of [20, Math.floor(contents / 2), contents - 5, pdf.length - 12]) {
    const altered = Buffer.from(pdf)
    altered[at] = (altered[at] ?? 0) ^ 0x01
    const signatures = await readPdfSignatures(altered).catch(() => [])
    assert.notEqual(signatures[0]?.isIntact, true, `byte ${at}`)
  }
})

test('what is added after signing is told apart, and a second signature leaves the first one intact', async () => {
  const first = await signedPdf()
  const second = await signPdf(first, { key, now, reason: 'Countersigned', signerName: 'Registrar' })
  const signatures = await readPdfSignatures(second)
  assert.deepEqual(
    signatures.map(({ isIntact }) => isIntact),
    [true, true],
  )
  assert.equal(signatures.filter(({ coversWholeFile }) => coversWholeFile).length, 1)
})

test('another key over the same digest does not pass for the signer', async () => {
  const other = selfSignedCertificate({
    commonName: 'Lapel of Northfield',
    organization: 'Northfield College',
    now,
    years: 1,
  })
  const document = await PDFDocument.create()
  document.addPage()
  const forged = await signPdf(await document.save(), {
    key: { privateKey: other.privateKey, certificate: key.certificate },
    now,
    reason: 'Issued',
    signerName: 'Northfield College',
  })
  assert.equal((await readPdfSignatures(forged))[0]?.isIntact, false)
})

// An implementation that is not ours, where the machine has it; our own reader is tested above in any case.
test('poppler finds the signature valid', async (t) => {
  if (spawnSync('pdfsig', ['-v']).error) return t.skip('pdfsig is not on this machine')
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lapel-pdf-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const file = path.join(folder, 'signed.pdf')
  writeFileSync(file, await signedPdf())
  const said = execFileSync('pdfsig', [file], { encoding: 'utf8' })
  assert.match(said, /Signature is Valid/)
  assert.match(said, /ETSI\.CAdES\.detached/)
  assert.match(said, /Total document signed/)
})
