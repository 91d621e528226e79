import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { unbakePng } from '@lapel/openbadges'
import { strFromU8, unzipSync } from 'fflate'
import { axeCheck, openBrowser, screenshot } from '../../test/browser.ts'
import { anEarner, withdraw } from '../../test/fixtures/earner.ts'
import { issueCredential } from '../../test/fixtures/issuing.ts'
import { startLapel } from '../../test/lapel.ts'
import { buildExport } from './export-data.ts'

const page = '/settings/privacy-security/export'

test('the export holds everything, and its page verifies the badges with the network off', async (t) => {
  const lapel = await startLapel(t)
  const { issuer, earner } = await anEarner(lapel, { to: 'maya@home.example' })
  const gone = await issueCredential(lapel, issuer, { to: 'maya@home.example' })
  await earner.get(`/badges/${gone.publicId}`)
  await earner.submit(`/badges/${gone.publicId}/accept`)
  await withdraw(lapel, issuer, gone.credentialId)
  const long = await issueCredential(lapel, issuer, { to: 'maya@home.example' })
  await earner.get(`/badges/${long.publicId}`)
  await earner.submit(`/badges/${long.publicId}/accept`)

  await earner.get(page)
  assert.match((await earner.submit(`${page}/start`)).words, /We are making your file/)
  const [mail] = await lapel.mailTo('maya@home.example')
  assert.equal(mail?.subject, 'Your Lapel data is ready')
  const answer = await earner.request(`${page}/download`)
  assert.equal(answer.status, 200)
  assert.match(answer.headers.get('content-disposition') ?? '', /attachment; filename="lapel-/)

  const files = unzipSync(answer.bytes)
  const names = Object.keys(files)
  assert.equal(names.filter((name) => /^badges\/[^/]+\/credential\.json$/.test(name)).length, 3)
  for (const wanted of ['profile.json', 'activity.csv', 'activity.json', 'account/addresses.json', 'README.txt'])
    assert.ok(names.includes(wanted), wanted)
  for (const [name, bytes] of Object.entries(files)) {
    if (name.endsWith('badge.png')) {
      assert.ok(JSON.stringify(await unbakePng(bytes)).includes('credentialSubject'), name)
    }
    if (name.endsWith('.json')) JSON.parse(strFromU8(bytes))
    assert.ok(
      !/passwordHash|tokenHash|token_hash/.test(name.endsWith('.png') ? '' : strFromU8(bytes).slice(0, 5000)),
      name,
    )
  }
  assert.match(strFromU8(files['activity.csv'] ?? new Uint8Array()), /badge\.accepted/)

  const folder = mkdtempSync(path.join(os.tmpdir(), 'lapel-export-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const html = strFromU8(files['index.html'] ?? new Uint8Array())
  writeFileSync(path.join(folder, 'index.html'), html)
  writeFileSync(path.join(folder, 'altered.html'), tampered(html))

  const { visitor } = await openBrowser(t)
  for (const colorScheme of ['light', 'dark'] as const) {
    const context = await visitor({ colorScheme, offline: true, reducedMotion: 'reduce' })
    const asked: string[] = []
    const tab = await context.newPage()
    tab.on(
      'request',
      (request) =>
        void (request.url().startsWith('file:') || request.url().startsWith('data:') || asked.push(request.url())),
    )
    const problems: string[] = []
    tab.on('pageerror', (error) => void problems.push(String(error)))
    await tab.goto(pathToFileURL(path.join(folder, 'index.html')).href)
    await tab.waitForSelector('html[data-done=yes]')
    const verdicts = await tab.$$eval('[data-verdict]', (all) =>
      all.map((one) => (one as HTMLElement).dataset['verdict']),
    )
    assert.deepEqual(verdicts.map(String).sort(), ['genuine', 'genuine', 'no-longer-valid'])
    assert.deepEqual(asked, [])
    assert.deepEqual(problems, [])
    await axeCheck(tab)
    await screenshot(tab, `export-offline-${colorScheme}`)
    await tab.goto(pathToFileURL(path.join(folder, 'altered.html')).href)
    await tab.waitForSelector('html[data-done=yes]')
    const altered = await tab.$$eval('[data-verdict]', (all) =>
      all.map((one) => (one as HTMLElement).dataset['verdict']),
    )
    assert.ok(altered.includes('not-valid'), altered.join())
  }
})

/** The same page with another name in the signed content of every badge. */
function tampered(html: string): string {
  const made = html.replace(
    /(<script type="application\/json" id="data">)([\s\S]*?)(<\/script>)/,
    (_, start, json, end) => {
      const data = JSON.parse(json) as { badges: { credential: string }[] }
      for (const badge of data.badges)
        badge.credential = badge.credential.replace(/"description":"/, '"description":"Not ')
      return start + JSON.stringify(data).replaceAll('<', '\\u003c') + end
    },
  )
  assert.notEqual(made, html)
  return made
}

test('only the person takes the file, with a recent proof, for seven days', async (t) => {
  const lapel = await startLapel(t)
  const { earner } = await anEarner(lapel, { to: 'maya@home.example' })
  const mallory = await lapel.person('mallory@home.example')
  assert.match((await lapel.visitor().request(`${page}/download`)).location ?? '', /^\/sign-in/)
  await earner.get(page)
  // Ten clicks at once are one file.
  const csrf = /name="csrf" value="([^"]+)"/.exec(earner.page?.text ?? '')?.[1] ?? ''
  await Promise.all(Array.from({ length: 10 }, () => earner.send(`${page}/start`, { csrf })))
  await lapel.settle()
  assert.equal((await lapel.db.selectFrom('dataExports').selectAll().execute()).length, 1)
  assert.equal((await mallory.request(`${page}/download`)).status, 404)
  assert.equal((await earner.request(`${page}/download`)).status, 200)
  lapel.passMinutes(6)
  assert.match((await earner.request(`${page}/download`)).location ?? '', /^\/sign-in\/again/)
  lapel.passDays(8)
  const fresh = await lapel.person('maya@home.example')
  assert.equal((await fresh.request(`${page}/download`)).status, 404)
})

test('a run that begins again after a crash ends in one file and one message', async (t) => {
  const lapel = await startLapel(t)
  const { earner } = await anEarner(lapel, { to: 'maya@home.example' })
  await earner.get(page)
  await earner.submit(`${page}/start`)
  await lapel.settle()
  const before = await lapel.mailTo('maya@home.example')
  const row = await lapel.db.selectFrom('dataExports').select(['id', 'fileHash']).executeTakeFirstOrThrow()
  // As if the worker had died between the file and the row: the same work is done once more, by two workers at once.
  await lapel.db.updateTable('dataExports').set({ state: 'building' }).where('id', '=', row.id).execute()
  const deps = { ...lapel.deps, askOwnSite: (request: Request) => fetch(request) }
  await Promise.all([buildExport(deps, { exportId: row.id }), buildExport(deps, { exportId: row.id })])
  assert.equal((await lapel.mailTo('maya@home.example')).length, before.length + 1)
  await buildExport(deps, { exportId: row.id })
  assert.equal((await lapel.mailTo('maya@home.example')).length, before.length + 1)
  assert.equal((await earner.request(`${page}/download`)).status, 200)
})
