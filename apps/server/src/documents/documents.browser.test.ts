import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { axeCheck, openBrowser, screenshot } from '../../test/browser.ts'
import { anOwner, aPdf, documentLinkOf, issueDocument } from '../../test/fixtures/documents.ts'
import { startLapel } from '../../test/lapel.ts'
import type { Visitor } from '../../test/visitor.ts'

const looks = [
  { name: 'light', colorScheme: 'light', locale: 'en-CA', width: 1280 },
  { name: 'dark-french-320', colorScheme: 'dark', locale: 'fr-CA', width: 320 },
] as const

test('every page of documents is accessible in both themes, on small screens and in French', async (t) => {
  const lapel = await startLapel(t)
  const { issuer, publicId, owner, path: consolePath } = await anOwner(lapel, { bytes: await aPdf({ pages: 2 }) })
  await issueDocument(lapel, { issuer, title: 'Letter of recommendation' })
  const waiting = await documentLinkOf(lapel, 'maya@northfield.example')
  await owner.get(`/documents/${publicId}/share`)
  const made = await owner.submit(`/documents/${publicId}/share`, { name: 'HR at Acme', end: '30', download: 'on' })
  const link = /value="[^"]*(\/s\/[\w-]{43})"/.exec(made.text)?.[1] ?? ''
  const list = `/console/${issuer.organization.slug}/documents`
  const pages: [string, Visitor | undefined, string][] = [
    ['claim', undefined, waiting],
    ['link', undefined, link],
    ['dashboard', owner, '/dashboard'],
    ['list', owner, '/documents'],
    ['viewer', owner, `/documents/${publicId}`],
    ['check', owner, `/documents/${publicId}/check`],
    ['share', owner, `/documents/${publicId}/share`],
    ['console-list', issuer.owner, list],
    ['console-new', issuer.owner, `${list}/new`],
    ['console-one', issuer.owner, consolePath],
    ['console-replace', issuer.owner, `${consolePath}/replace`],
    ['console-withdraw', issuer.owner, `${consolePath}/withdraw`],
  ]
  const browser = await openBrowser(t)
  for (const look of looks) {
    // The language of an account wins over the browser's.
    await lapel.db
      .updateTable('accounts')
      .set({ locale: look.locale === 'fr-CA' ? 'fr' : 'en' })
      .execute()
    for (const [name, person, address] of pages) {
      const page = await browser.newPage({
        colorScheme: look.colorScheme,
        locale: look.locale,
        viewport: { width: look.width, height: 800 },
      })
      await signIn(page, lapel.url, person)
      await page.goto(lapel.url + address)
      await axeCheck(page)
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
      assert.ok(overflow <= 0, `${name} is ${overflow} px too wide at ${look.width}`)
      await screenshot(page, `documents-${name}-${look.name}`)
      await page.close()
    }
  }
})

async function signIn(page: Page, url: string, person: Visitor | undefined): Promise<void> {
  const session = person?.cookies.get('lapel-session')
  if (session) await page.context().addCookies([{ name: 'lapel-session', value: session, url }])
}

test('the words on a page can be selected, and a PDF is checked by dropping it', async (t) => {
  const lapel = await startLapel(t)
  const { publicId, owner } = await anOwner(lapel)
  const browser = await openBrowser(t)
  const page = await browser.newPage()
  await signIn(page, lapel.url, owner)
  await page.goto(`${lapel.url}/documents/${publicId}`)
  const line = page.locator('.document-page text', { hasText: 'Statistics: 8.7' })
  await line.waitFor()
  const picture = await page.locator('.document-page svg').boundingBox()
  const box = await line.boundingBox()
  assert.ok(picture && box)
  // At 72 of 595 points from the left, like in the file.
  assert.ok(Math.abs((box.x - picture.x) / picture.width - 72 / 595) < 0.01)
  const selected = await line.evaluate((element) => {
    getSelection()?.selectAllChildren(element)
    return getSelection()?.toString()
  })
  assert.equal(selected, 'Statistics: 8.7')

  const file = path.join(lapel.config.dataDirectory, 'transcript.pdf')
  writeFileSync(file, (await owner.get(`/documents/${publicId}/document.pdf`)).bytes)
  await page.goto(`${lapel.url}/verify`)
  await page.locator('input[type=file][name=file]').setInputFiles(file)
  await page.getByRole('button', { name: 'Check', exact: true }).click()
  await page.getByRole('heading', { name: 'Genuine' }).waitFor()
  await axeCheck(page)
  await screenshot(page, 'documents-verify')
})
