import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { PDFArray, PDFDict, PDFDocument, PDFHexString, PDFName, PDFString } from '@cantoo/pdf-lib'
import { readCredential } from '@lapel/openbadges'
import { anEarner, withdraw } from '../../test/fixtures/earner.ts'
import { startLapel } from '../../test/lapel.ts'
import { fileStore } from '../platform/files/file-store.ts'
import { readPdfSignatures } from '../platform/pdf/pades.ts'
import { unitsPerNetwork } from './drawings.ts'

const name = (text: string) => PDFName.of(text)

interface Element {
  kind: string
  alt: string | undefined
  children: Element[]
}

/** The structure tree as a reader aloud walks it. */
function structureOf(pdf: PDFDocument): Element {
  const root = pdf.catalog.lookup(name('StructTreeRoot'), PDFDict)
  return { kind: 'Root', alt: undefined, children: childrenOf(root) }
}

function childrenOf(element: PDFDict): Element[] {
  const kids = element.lookup(name('K'))
  const all = kids instanceof PDFArray ? kids.asArray().map((kid) => element.context.lookup(kid)) : [kids]
  return all
    .filter((kid) => kid instanceof PDFDict)
    .filter((kid) => kid.has(name('S')))
    .map((kid) => {
      const alt = kid.lookup(name('Alt'))
      return {
        kind: kid.lookup(name('S'), PDFName).decodeText(),
        alt: alt instanceof PDFString || alt instanceof PDFHexString ? alt.decodeText() : undefined,
        children: childrenOf(kid),
      }
    })
}

function poppler(tool: string, args: string[]): string | undefined {
  try {
    return execFileSync(tool, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

test('the certificate is signed, tagged, in order, and holds the badge', async (t) => {
  const lapel = await startLapel(t)
  const { publicId, earner } = await anEarner(lapel, { name: 'Maya Roy' })
  const answer = await earner.get(`/badges/${publicId}/certificate.pdf?size=a4`)
  assert.equal(answer.status, 200)
  assert.equal(answer.headers.get('content-type'), 'application/pdf')
  assert.match(
    answer.headers.get('content-disposition') ?? '',
    /^attachment; filename="data-storytelling-[\w-]+\.pdf"$/,
  )

  const pdf = await PDFDocument.load(answer.bytes, { updateMetadata: false })
  assert.equal(pdf.getTitle(), 'Data Storytelling – Maya Roy')
  assert.equal(pdf.catalog.lookup(name('Lang'), PDFString).asString(), 'en-CA')
  assert.equal(
    pdf.catalog.lookup(name('ViewerPreferences'), PDFDict).lookup(name('DisplayDocTitle'))?.toString(),
    'true',
  )
  assert.deepEqual(pdf.getPage(0).getSize(), { width: 841.89, height: 595.28 })
  const [document] = structureOf(pdf).children
  assert.equal(document?.kind, 'Document')
  assert.deepEqual(
    document.children.map(({ kind }) => kind),
    ['H1', 'P', 'P', 'P', 'P', 'P', 'P', 'H2', 'L', 'Figure', 'Figure', 'P', 'P', 'P'],
  )
  assert.deepEqual(
    document.children.filter(({ kind }) => kind === 'Figure').map(({ alt }) => alt),
    ['Hexagon badge with the letters DS', `QR code that opens ${lapel.config.publicUrl}/b/${publicId}`],
  )

  const [signature, ...others] = await readPdfSignatures(answer.bytes)
  assert.deepEqual(others, [])
  assert.ok(signature?.isIntact && signature.coversWholeFile)
  assert.equal(signature.signerName, 'Lapel documents')

  const { credentials } = await readCredential(answer.bytes)
  const signed = (await earner.get(`/badges/${publicId}/credential.json`)).text
  assert.equal(credentials.length, 1)
  const [attached] = await attachmentsOf(pdf)
  assert.equal(attached?.text, signed)
  assert.equal(attached?.relationship, 'Source')

  const file = path.join(lapel.config.dataDirectory, 'certificate.pdf')
  writeFileSync(file, answer.bytes)
  const tree = poppler('pdfinfo', ['-struct-text', file])
  if (tree === undefined) t.diagnostic('pdfinfo is not installed: the tree was read by pdf-lib alone')
  else {
    const words = [...tree.matchAll(/"([^"\n]+)"/g)].map(([, text]) => text)
    const order = [
      'Data Storytelling',
      'Awarded to',
      'Maya Roy',
      'Northfield College',
      'Learning outcomes',
      'Hexagon badge with the letters DS',
      'Check this certificate',
    ].map((text) => words.indexOf(text))
    assert.deepEqual(
      order,
      [...order].sort((a, b) => a - b),
    )
    assert.ok(!order.includes(-1), tree)
  }
  const signatures = poppler('pdfsig', ['-nocert', file])
  if (signatures !== undefined) {
    assert.match(signatures, /Signature is Valid/)
    assert.match(signatures, /Total document signed/)
    // PAdES baseline B (ETSI EN 319 142-1, section 6).
    assert.match(signatures, /ETSI\.CAdES\.detached/)
  }
})

async function attachmentsOf(pdf: PDFDocument) {
  const files = pdf.catalog.lookup(name('AF'), PDFArray)
  return files.asArray().map((reference) => {
    const file = pdf.context.lookup(reference, PDFDict)
    return {
      relationship: file.lookup(name('AFRelationship'), PDFName).decodeText(),
      text: pdf.getAttachments().map(({ data }) => new TextDecoder().decode(data))[0],
    }
  })
}

test('it is drawn once, again when its file is lost, and anew when the badge is another', async (t) => {
  const lapel = await startLapel(t)
  const { publicId, earner } = await anEarner(lapel)
  const get = async (size: string) => (await earner.get(`/badges/${publicId}/certificate.pdf?size=${size}`)).bytes
  const first = await get('letter')
  // Signatures on P-256 differ each time, so the same bytes mean the same file.
  assert.deepEqual(await get('letter'), first)
  assert.notDeepEqual(await get('a4'), first)
  const rows = await lapel.db.selectFrom('certificateFiles').select(['paper', 'fileHash']).execute()
  assert.deepEqual(rows.map(({ paper }) => paper).sort(), ['a4', 'letter'])
  await fileStore(lapel.config).remove(rows.find(({ paper }) => paper === 'letter')?.fileHash ?? '')
  const again = await get('letter')
  assert.notDeepEqual(again, first)
  assert.ok((await readPdfSignatures(again))[0]?.isIntact)
  assert.equal((await earner.get(`/badges/${publicId}/certificate.pdf?size=a3`)).status, 400)
})

test('ten who ask at once get one and the same, and a network gets only so many new ones', async (t) => {
  const lapel = await startLapel(t)
  const { publicId } = await anEarner(lapel, { visibility: 'public' })
  const stranger = lapel.visitor()
  const get = (size: string) => stranger.request(`/b/${publicId}/certificate.pdf?size=${size}`)
  const [first, ...others] = await Promise.all(Array.from({ length: 10 }, () => get('a4')))
  assert.equal(first?.status, 200)
  for (const { bytes } of others) assert.deepEqual(bytes, first.bytes)
  const { used } = await lapel.db
    .selectFrom('rateLimits')
    .select('used')
    .where('bucket', 'like', 'drawing:%')
    .executeTakeFirstOrThrow()
  assert.equal(used, 8)

  await lapel.db
    .updateTable('rateLimits')
    .set({ used: unitsPerNetwork - 1 })
    .where('bucket', 'like', 'drawing:%')
    .execute()
  const refused = await get('letter')
  assert.equal(refused.status, 429)
  assert.ok(Number(refused.headers.get('retry-after')) > 0)
  // What is kept is no work.
  assert.equal((await get('a4')).status, 200)
})

test('strangers get the certificate where the badge is open to all, and nobody gets that of a withdrawn badge', async (t) => {
  const lapel = await startLapel(t)
  const { publicId, credentialId, issuer, earner } = await anEarner(lapel)
  const open = await anEarner(lapel, { issuer, to: 'ana@guild.example', visibility: 'public' })
  const stranger = await lapel.person('mallory@example.org')
  const status = async (visitor: typeof stranger, where: string) =>
    (await visitor.request(`${where}/certificate.pdf`)).status
  assert.equal(await status(stranger, `/b/${publicId}`), 404)
  assert.equal(await status(earner, `/b/${publicId}`), 404)
  assert.equal(await status(stranger, `/badges/${publicId}`), 404)
  assert.equal((await lapel.visitor().request(`/badges/${publicId}/certificate.pdf`)).status, 303)
  assert.equal(await status(stranger, `/b/${open.publicId}`), 200)
  assert.equal(await status(earner, `/badges/${publicId}`), 200)

  await withdraw(lapel, issuer, credentialId)
  await withdraw(lapel, issuer, open.credentialId)
  assert.equal(await status(earner, `/badges/${publicId}`), 409)
  assert.equal(await status(stranger, `/b/${open.publicId}`), 410)
})

test('a certificate in French, with a name from the right and a logo', async (t) => {
  const lapel = await startLapel(t)
  const { publicId, earner } = await anEarner(lapel, {
    name: 'عبد الله بن أحمد',
    badge: {
      language: 'fr',
      name: 'Récit de données',
      outcomes: [],
      criteria: '- un **exposé**\n- des [liens](https://x.example)',
    },
  })
  const { bytes } = await earner.get(`/badges/${publicId}/certificate.pdf`)
  const pdf = await PDFDocument.load(bytes, { updateMetadata: false })
  assert.equal(pdf.catalog.lookup(name('Lang'), PDFString).asString(), 'fr-CA')
  assert.deepEqual(pdf.getPage(0).getSize(), { width: 792, height: 612 })
  const actual = pdf.context
    .enumerateIndirectObjects()
    .map(([, object]) => (object instanceof PDFDict ? object.lookup(name('ActualText')) : undefined))
    .filter((text) => text instanceof PDFString || text instanceof PDFHexString)
    .map((text) => text.decodeText())
  assert.ok(actual.includes('عبد الله بن أحمد'), 'the words stand in reading order beside the letters')
  const file = path.join(lapel.config.dataDirectory, 'certificate.pdf')
  writeFileSync(file, bytes)
  const text = poppler('pdftotext', ['-layout', file, '-'])
  if (text !== undefined) {
    assert.match(text, /Remis à/)
    assert.match(text, /un exposé/)
    assert.ok(!text.includes('**') && !text.includes('x.example'))
    assert.ok(text.includes('عبد الله بن أحمد'))
  }
})
