import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { organization } from '../../test/fixtures/console.ts'
import { hiddenIn } from '../../test/fixtures/settings.ts'
import { startLapel } from '../../test/lapel.ts'
import { CommandRefused, runOperatorCommand } from './operator-commands.ts'

const refusal = (words: RegExp) => (error: unknown) => error instanceof CommandRefused && words.test(error.message)

test('an operator sees who is on hold and lifts a hold, with a reason on record', async (t) => {
  const lapel = await startLapel(t)
  const run = (...words: string[]) => runOperatorCommand(lapel.deps, words)
  assert.equal(await run('holds'), 'No organization is on hold.\n')
  await organization(lapel, { owner: await lapel.person('ada@example.org') })
  const mallory = await lapel.person('mallory@example.org')
  await mallory.submit('/console/new', { name: 'Northfie1d Соllege' }, { shownOn: '/console/new' })
  const list = await run('holds')
  assert.match(list, /name {8}Northfie1d Соllege\n {2}resembles {3}Northfield College\n/)
  assert.match(list, /owner {7}mallory@example\.org/)
  const slug = list.split('\n')[0] ?? ''

  await assert.rejects(run('lift-hold', slug), refusal(/Say which organization and why/))
  await assert.rejects(run('lift-hold', slug, '--reason', ' '), refusal(/Say which organization and why/))
  await assert.rejects(run('lift-hold', slug, '--reason', 'a'.repeat(501)), refusal(/at most 500/))
  await assert.rejects(run('lift-hold', 'nobody', '--reason', 'x'), refusal(/no organization with the address nobody/))
  await assert.rejects(run('lift-hold', 'northfield-college', '--reason', 'x'), refusal(/is not on hold; it is active/))
  await assert.rejects(run('drop'), refusal(/npm run operator/))
  assert.match(await run('holds'), /Northfie1d/)

  const lifted = await Promise.allSettled(
    [1, 2, 3].map(() => run('lift-hold', slug, '--reason', 'Asked the registrar')),
  )
  assert.ok(lifted.some(({ status }) => status === 'fulfilled'))
  assert.equal(await run('holds'), 'No organization is on hold.\n')
  const events = await lapel.db.selectFrom('auditEvents').select(['action', 'detail']).execute()
  assert.equal(events.filter(({ action }) => action === 'organization.hold-lifted').length, 1)
  assert.deepEqual(events.find(({ action }) => action === 'operator.lift-hold')?.detail, {
    reason: 'Asked the registrar',
  })
})

test('news goes once, in each reader’s language, to those who asked for it and to nobody else', async (t) => {
  const lapel = await startLapel(t)
  const run = (...words: string[]) => runOperatorCommand(lapel.deps, words)
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lapel-news-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = (name: string, text: string) => {
    writeFileSync(path.join(folder, name), text)
    return path.join(folder, name)
  }
  const settings = '/settings/notifications'
  for (const [email, locale] of [
    ['maya@home.example', 'fr'],
    ['sam@home.example', 'account'],
  ] as const) {
    const person = await lapel.person(email)
    const csrf = hiddenIn((await person.get(settings)).text, settings, 'csrf')
    await person.send(settings, { csrf, mail: ['news'], digest: 'none', mailLocale: locale })
  }
  await lapel.person('zoe@home.example')
  const en = file(
    'news.en.md',
    '# Collections are here\n\nGroup badges\nfor one purpose.\n\nbutton: Look | https://badges.example/help\n',
  )
  const fr = file('news.fr.md', '# Voici les collections\n\nRegroupez des badges.\n')
  await assert.rejects(run('send-news', en), refusal(/Name both files/))
  await assert.rejects(run('send-news', en, path.join(folder, 'none.md')), refusal(/cannot be read/))
  await assert.rejects(run('send-news', en, file('empty.md', '# Only a title\n')), refusal(/needs a first line/))
  assert.equal(lapel.allMail().length, 0)

  const runs = await Promise.allSettled([1, 2, 3].map(() => run('send-news', en, fr)))
  assert.equal(runs.filter(({ status }) => status === 'fulfilled').length, 1)
  await assert.rejects(run('send-news', en, fr), refusal(/sent before/))
  const subjects = async (address: string) => (await lapel.mailTo(address)).map(({ subject }) => subject)
  assert.deepEqual(await subjects('maya@home.example'), ['Voici les collections'])
  assert.deepEqual(await subjects('sam@home.example'), ['Collections are here'])
  assert.deepEqual(await subjects('zoe@home.example'), [])
  const [mail] = await lapel.mailTo('sam@home.example')
  assert.match(mail?.text ?? '', /Group badges for one purpose\./)
  assert.match(mail?.raw ?? '', /List-Unsubscribe-Post/i)
})
