import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PDFDocument } from '@cantoo/pdf-lib'
import { anOwner, aPdf, documentLinkOf, issueDocument, pdfFile } from '../../test/fixtures/documents.ts'
import { anEarner } from '../../test/fixtures/earner.ts'
import { member } from '../../test/fixtures/console.ts'
import { startLapel } from '../../test/lapel.ts'
import { readPdfSignatures } from '../platform/pdf/pades.ts'
import { verifyPdf } from './verify-pdf.ts'

const to = 'maya@northfield.example'

test('a document is signed, mailed, accepted by its person, read and downloaded', async (t) => {
  const lapel = await startLapel(t)
  const { publicId } = await issueDocument(lapel, { bytes: await aPdf({ pages: 2 }) })
  const [mail] = await lapel.mailTo(to)
  assert.equal(mail?.subject, 'Northfield College sent you a document: Transcript of records')
  const link = await documentLinkOf(lapel, to)
  const signedOut = await lapel.visitor().get(link)
  assert.match(signedOut.words, /Transcript of records/)
  assert.match(signedOut.words, /Register/)

  const maya = await lapel.person(to)
  assert.match((await maya.get('/dashboard')).words, /1 document is waiting for you/)
  await maya.get(link)
  const page = await maya.submit(`${link}/accept`)
  assert.match(page.words, /is among your documents\. Nobody else can see it yet\./)
  assert.match(page.text, /Statistics: 8\.7/, 'the words of the page stand on it')
  assert.match(page.words, /Page 2 of 2/)

  const file = await maya.get(`/documents/${publicId}/document.pdf`)
  assert.match(
    file.headers.get('content-disposition') ?? '',
    /^attachment; filename="transcript-of-records-\w{1,6}\.pdf"$/,
  )
  const [signature] = await readPdfSignatures(file.bytes)
  assert.ok(signature?.isIntact && signature.coversWholeFile)
  assert.equal((await PDFDocument.load(file.bytes)).getPageCount(), 2)
  const picture = await maya.get(`/documents/${publicId}/pages/1.webp`)
  assert.equal(picture.headers.get('content-type'), 'image/webp')
  assert.equal((await maya.request(`/documents/${publicId}/pages/3.webp`)).status, 404)
  assert.match(
    (await maya.get(`/documents/${publicId}/check`)).words,
    /Northfield College issued Transcript of records to Maya Roy on March 4, 2026, and it is valid today\./,
  )
  assert.match((await maya.get('/dashboard')).words, /Recent documents/)
  assert.match((await maya.get('/documents')).words, /1 document .*Transcript/)
  assert.match((await maya.get('/settings/account')).text, /data-label="Documents received there"><div class="cell">1</)
})

test('a link that was forwarded gives nothing away, and opening it many times uses nothing up', async (t) => {
  const lapel = await startLapel(t)
  const { publicId } = await issueDocument(lapel)
  const link = await documentLinkOf(lapel, to)
  const mallory = await lapel.person('mallory@example.org')
  for (let time = 0; time < 3; time++) await lapel.visitor().get(link)
  const page = await mallory.get(link)
  assert.match(page.words, /This document was sent to m[^ ]*@/)
  assert.ok(!page.text.includes(to))
  const csrf = /name="csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? ''
  assert.equal((await mallory.send(`${link}/accept`, { csrf })).status, 403)
  for (const path of ['', '/document.pdf', '/pages/1.webp', '/share', '/check'])
    assert.equal((await mallory.request(`/documents/${publicId}${path}`)).status, 404, path)
  const row = await lapel.db.selectFrom('documents').select(['accountId', 'decision']).executeTakeFirstOrThrow()
  assert.deepEqual(row, { accountId: null, decision: 'waiting' })

  const maya = await lapel.person(to)
  await maya.get(link)
  const clicks = await Promise.all(Array.from({ length: 10 }, () => maya.post(`${link}/accept`)))
  assert.ok(clicks.every(({ status }) => status === 303))
  const accepted = await lapel.db.selectFrom('documentEvents').select('id').where('kind', '=', 'accepted').execute()
  assert.equal(accepted.length, 1)
})

test('an expired link is renewed in one click, to the same address', async (t) => {
  const lapel = await startLapel(t)
  await issueDocument(lapel)
  const link = await documentLinkOf(lapel, to)
  lapel.passDays(91)
  const visitor = lapel.visitor()
  assert.match((await visitor.get(link)).words, /This link has expired\. Your document is safe/)
  await visitor.post(`${link}/renew`)
  const fresh = await documentLinkOf(lapel, to)
  assert.notEqual(fresh, link)
  assert.match((await visitor.get(fresh)).words, /Register/)
})

test('every field of the form says what is wrong, and files that are no documents are refused', async (t) => {
  const lapel = await startLapel(t)
  const { issuer } = await issueDocument(lapel)
  const path = `/console/${issuer.organization.slug}/documents/new`
  const { owner } = issuer
  const good = { title: 'Letter', kind: 'letter', date: '2026-03-04', name: 'Maya Roy', email: to }
  const send = async (fields: Record<string, string | File>) => {
    const answer = await owner.post(path, { ...good, file: pdfFile(await aPdf()), ...fields }, { shownOn: path })
    return answer.status === 422 ? answer.words : String(answer.status)
  }
  assert.match(await send({ title: ' ' }), /Enter a title/)
  assert.match(await send({ kind: 'diploma' }), /Choose a type/)
  assert.match(await send({ date: '04.03.2026' }), /Enter a date in the format/)
  assert.match(await send({ name: '' }), /Enter the person’s name/)
  assert.match(await send({ email: 'maya' }), /Enter an email address in the format/)
  assert.match(await send({ badge: 'XXXX-XXXX' }), /No badge of this person has that number/)
  const none = await owner.post(path, good, { shownOn: path })
  assert.match(none.words, /Choose a PDF file/)
  assert.match(await send({ file: new File(['<html></html>'], 'a.pdf') }), /This file is not a PDF/)
  assert.match(await send({ file: new File(['%PDF-1.7\nrubbish'], 'a.pdf') }), /This PDF is damaged/)
  const script = await PDFDocument.load(await aPdf())
  script.addJavaScript('main', 'app.alert(1)')
  assert.match(await send({ file: pdfFile(new Uint8Array(await script.save())) }), /holds scripts, films or forms/)
  const locked = await PDFDocument.load(await aPdf())
  locked.encrypt({ userPassword: 'x', ownerPassword: 'y' })
  assert.match(await send({ file: pdfFile(new Uint8Array(await locked.save())) }), /protected by a password/)
  assert.match(await send({ file: new File([new Uint8Array(10 * 1024 * 1024 + 1)], 'a.pdf') }), /larger than 10 MB/)
  assert.equal((await lapel.db.selectFrom('documents').select('id').execute()).length, 1)
})

test('only those who may issue see and send documents; other organizations find nothing', async (t) => {
  const lapel = await startLapel(t)
  const { issuer, publicId } = await issueDocument(lapel)
  const base = `/console/${issuer.organization.slug}/documents`
  const viewer = await lapel.person('vera@northfield.example')
  await member(lapel, issuer.organization.id, viewer, 'viewer')
  assert.match((await viewer.get(base)).words, /Transcript of records/)
  for (const path of ['/new', `/${publicId}`, `/${publicId}/document.pdf`, `/${publicId}/withdraw`])
    assert.equal((await viewer.request(base + path)).status, 403, path)
  const stranger = await lapel.person('mallory@example.org')
  assert.equal((await stranger.request(base)).status, 404)
  const { issuer: other } = await issueDocument(lapel, {
    issuer: await (await import('../../test/fixtures/issuing.ts')).anIssuer(lapel, { name: 'Red Clinic' }),
  })
  assert.equal((await other.owner.request(`/console/${other.organization.slug}/documents/${publicId}`)).status, 404)
})

test('a withdrawn document says so to its owner, behind links and to the checker', async (t) => {
  const lapel = await startLapel(t)
  const { publicId, path, issuer, owner } = await anOwner(lapel)
  const { bytes } = await owner.get(`/documents/${publicId}/document.pdf`)
  assert.equal((await verifyPdf(lapel.deps, bytes)).verdict, 'genuine')
  await owner.get(`/documents/${publicId}/share`)
  await owner.submit(`/documents/${publicId}/share`, { name: 'HR at Acme', end: '30' })
  const link = /value="[^"]*(\/s\/[\w-]{43})"/.exec(owner.page?.text ?? '')?.[1] ?? ''
  const hr = lapel.visitor()
  const before = await hr.get(link)
  assert.match(before.words, /Shared by Maya Roy until/)
  assert.match(before.text, /Statistics: 8\.7/)
  assert.equal((await hr.request(`${link}/pages/1.webp`)).status, 200)
  assert.equal((await hr.request(`${link}/document.pdf`)).status, 404, 'downloads were not allowed')
  assert.match((await hr.get(`${link}/check-document`)).words, /Genuine Northfield College issued/)

  assert.ok(!(await issuer.owner.get(path)).words.includes('Private link made'), 'sharing is the person’s own business')
  const done = await issuer.owner.submit(
    `${path}/withdraw`,
    { reason: 'Wrong marks', note: 'Ask Bob' },
    { shownOn: `${path}/withdraw` },
  )
  assert.match(done.words, /is withdrawn\./)
  const [mail] = await lapel.mailTo(to)
  assert.match(mail?.subject ?? '', /withdrew Transcript of records/)
  assert.match(mail?.text ?? '', /Wrong marks/)
  assert.ok(!(mail?.text ?? '').includes('Ask Bob'))
  const page = await owner.get(`/documents/${publicId}`)
  assert.match(page.words, /Northfield College withdrew this document on .*Reason given: Wrong marks/)
  assert.equal((await owner.request(`/documents/${publicId}/document.pdf`)).status, 410)
  const shared = await hr.get(link)
  assert.match(shared.words, /withdrew this document/)
  assert.ok(!/Statistics/.test(shared.text))
  assert.equal((await hr.request(`${link}/pages/1.webp`)).status, 404)
  const report = await verifyPdf(lapel.deps, bytes)
  assert.equal(report.verdict, 'withdrawn')
  assert.equal(report.document?.reason, 'Wrong marks')
})

test('a new document takes the place of the old one', async (t) => {
  const lapel = await startLapel(t)
  const { publicId, path, issuer, owner } = await anOwner(lapel)
  const old = (await owner.get(`/documents/${publicId}/document.pdf`)).bytes
  await issuer.owner.post(
    `${path}/replace`,
    { file: pdfFile(await aPdf({ words: 'Corrected transcript' })), title: 'Corrected transcript' },
    { shownOn: `${path}/replace` },
  )
  const [mail] = await lapel.mailTo(to)
  assert.match(mail?.subject ?? '', /updated a document: Corrected transcript/)
  const page = await owner.get(`/documents/${publicId}`)
  assert.match(page.words, /Northfield College replaced this document/)
  const next = /href="(\/documents\/[\w-]{22})"[^>]*><span>View the new document/.exec(page.text)?.[1] ?? ''
  assert.match((await owner.get(next)).words, /Corrected transcript .*Accept document/)
  assert.equal((await verifyPdf(lapel.deps, old)).verdict, 'replaced')
})

test('private links of documents end, ask for a PIN, and stop when the owner declines', async (t) => {
  const lapel = await startLapel(t)
  const { publicId, owner } = await anOwner(lapel)
  await owner.get(`/documents/${publicId}/share`)
  const made = await owner.submit(`/documents/${publicId}/share`, {
    name: 'Embassy',
    end: '7',
    pin: 'on',
    download: 'on',
  })
  const link = /value="[^"]*(\/s\/[\w-]{43})"/.exec(made.text)?.[1] ?? ''
  const pin = /Its PIN is (\d{6})/.exec(made.words)?.[1] ?? ''
  const visitor = lapel.visitor()
  const asked = await visitor.get(link)
  assert.match(asked.words, /Enter the PIN/)
  assert.ok(!asked.text.includes('Transcript'))
  for (const path of ['/document.pdf', '/pages/1.webp', '/check-document'])
    assert.equal((await visitor.request(link + path)).status, 404, `${path} before the PIN`)
  const opened = await visitor.submit(`${link}/pin`, { pin })
  assert.match(opened.text, /Statistics/)
  assert.equal((await visitor.request(`${link}/document.pdf`)).status, 200)
  assert.match((await owner.get('/shares')).words, /Embassy/)
  await owner.get(`/documents/${publicId}`)
  await owner.submit(`/documents/${publicId}/decline`)
  assert.match((await visitor.get(link)).words, /This link no longer works/)
  await owner.get(`/documents/${publicId}`)
  await owner.submit(`/documents/${publicId}/accept`)
  assert.match((await visitor.get(link)).text, /Statistics/)
  lapel.passDays(8)
  assert.match((await visitor.get(link)).words, /This link no longer works/)
})

test('a document and its badge lead to one another', async (t) => {
  const lapel = await startLapel(t)
  const { issuer, publicId: badge } = await anEarner(lapel, { to })
  const { label } = await lapel.db
    .selectFrom('credentials')
    .select('label')
    .where('publicId', '=', badge)
    .executeTakeFirstOrThrow()
  const { publicId, owner } = await anOwner(lapel, { issuer, badge: label.toLowerCase() })
  assert.ok((await owner.get(`/documents/${publicId}`)).text.includes(`href="/badges/${badge}"`))
  assert.ok((await owner.get(`/badges/${badge}`)).text.includes(`href="/documents/${publicId}"`))
})

test('what happened to a file after signing is found', async (t) => {
  const lapel = await startLapel(t)
  const { publicId, owner } = await anOwner(lapel)
  const { bytes } = await owner.get(`/documents/${publicId}/document.pdf`)
  const changed = Buffer.from(bytes)
  const at = changed.indexOf('%PDF-')
  changed[at + 200] = (changed[at + 200] ?? 0) ^ 1
  assert.equal((await verifyPdf(lapel.deps, new Uint8Array(changed))).verdict, 'altered')

  const again = await PDFDocument.load(bytes, { forIncrementalUpdate: true })
  again.getPage(0).drawText('9.9', { x: 72, y: 100 })
  const added = new Uint8Array(await again.commit())
  const report = await verifyPdf(lapel.deps, added)
  assert.equal(report.verdict, 'altered')
  assert.equal(report.checks.find(({ name }) => name === 'complete')?.result, 'failed')
  assert.equal((await verifyPdf(lapel.deps, await aPdf())).verdict, 'unsigned')
  const rubbish = await verifyPdf(lapel.deps, new TextEncoder().encode('%PDF-1.7 no'))
  assert.equal(rubbish.verdict, 'unfinished')
  assert.ok(rubbish.checks.every(({ result }) => result === 'not-checked'))
})

test('the checker says of a PDF who signed it, whether it is unaltered, and finds the badge inside a certificate', async (t) => {
  const lapel = await startLapel(t)
  const { publicId, owner, issuer, path } = await anOwner(lapel)
  const { bytes } = await owner.get(`/documents/${publicId}/document.pdf`)
  const visitor = lapel.visitor()
  const check = async (file: Uint8Array) => {
    await visitor.get('/verify')
    return (await visitor.submit('/verify', { file: pdfFile(new Uint8Array(file)) })).words
  }
  assert.match(await check(bytes), /Genuine .*Northfield College issued Transcript of records to Maya Roy/)
  const changed = Buffer.from(bytes)
  changed[300] = (changed[300] ?? 0) ^ 1
  const altered = await check(changed)
  assert.match(altered, /Not valid This PDF was changed after it was signed/)
  assert.ok(!altered.includes('Maya Roy'), 'nothing is said of a file that is not the one on record')
  assert.match(await check(await aPdf()), /Not signed Nobody signed this PDF/)
  await issuer.owner.post(`${path}/withdraw`, { reason: 'Wrong marks' }, { shownOn: `${path}/withdraw` })
  assert.match(await check(bytes), /No longer valid .*Reason given: Wrong marks/)

  const badge = await anEarner(lapel, { issuer, to: 'ana@guild.example', name: 'Ana Ruiz' })
  const certificate = (await badge.earner.get(`/badges/${badge.publicId}/certificate.pdf`)).bytes
  const words = await check(certificate)
  assert.match(words, /issued Data Storytelling to/)
  assert.match(words, /The PDF file Unaltered The PDF is unaltered since Lapel documents signed it\./)
  const tampered = Buffer.from(certificate)
  const at = tampered.indexOf('/Title')
  tampered[at + 12] = (tampered[at + 12] ?? 0) ^ 1
  assert.match(await check(tampered), /The PDF file Not valid/)

  const api = await fetch(`${lapel.url}/api/verify`, {
    method: 'POST',
    body: new Uint8Array(certificate),
    headers: { 'content-type': 'application/pdf' },
  })
  const { pdf, reports } = (await api.json()) as { pdf: { verdict: string }; reports: { verdict: string }[] }
  assert.equal(pdf.verdict, 'ours')
  assert.equal(reports.length, 1)
})
