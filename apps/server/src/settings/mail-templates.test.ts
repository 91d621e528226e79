import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { hiddenIn } from '../../test/fixtures/settings.ts'
import { startLapel } from '../../test/lapel.ts'
import { mailEvents, mailTemplates, stoppable } from './mail-events.ts'

const root = path.join(import.meta.dirname, '..')

/** Every template that some code gives to the outbox, with the places; a template made of parts counts with each ending. */
function templatesInSource(): Map<string, string> {
  const found = new Map<string, string>()
  for (const file of globSync('**/*.ts', { cwd: root })) {
    if (file.endsWith('.test.ts')) continue
    const source = readFileSync(path.join(root, file), 'utf8')
    for (const call of source.split(/outbox\.queue\(/).slice(1)) {
      const given = /\btemplate:([^\n]*?),?\n/.exec(call)?.[1] ?? ''
      const names = [...given.matchAll(/'([a-z-]+)'/g)]
        .map(([, name]) => name ?? '')
        .filter((name) => name.includes('-') || name === 'digest' || name === 'news')
      const start = /`([a-z-]+)\$\{/.exec(given)?.[1]
      const made = start ? Object.keys(mailTemplates).filter((name) => name.startsWith(start)) : []
      assert.ok(names.length + made.length > 0, `${file}: the template of a message could not be read: ${given}`)
      for (const name of [...names, ...made]) found.set(name, file)
    }
  }
  return found
}

test('every template that is sent is in the list that says who may stop it, and the list names no other', () => {
  const found = templatesInSource()
  assert.ok(found.size > 20, `only ${found.size} templates were found`)
  const forgotten = [...found].filter(([name]) => !Object.hasOwn(mailTemplates, name))
  assert.deepEqual(forgotten, [], 'sent, but missing in settings/mail-events.ts: decide which choice stops it')
  assert.deepEqual(
    Object.keys(mailTemplates).filter((name) => !found.has(name)),
    [],
    'in the list, but never sent',
  )
  const used = new Set(Object.values(mailTemplates))
  assert.deepEqual(
    mailEvents.filter((event) => !used.has(event)),
    [],
    'offered under Notifications, but it never happens',
  )
})

test('each template obeys the choice of its kind, by mail and in the account; what guards an account always goes out', async (t) => {
  const lapel = await startLapel(t)
  const maya = await lapel.person('maya@home.example')
  const path_ = '/settings/notifications'
  const csrf = hiddenIn((await maya.get(path_)).text, path_, 'csrf')
  const choose = (mail: readonly string[], app: readonly string[], digest = 'none') =>
    maya.send(path_, { csrf, digest, mailLocale: 'account', mail: [...mail], app: [...app] })
  const queue = (template: string) =>
    lapel.deps.outbox.queue(lapel.db, {
      to: 'maya@home.example',
      template,
      locale: 'en',
      content: { subject: template, text: template, html: template, fromName: 'Lapel' },
    })
  const newsOf = () => lapel.db.selectFrom('notifications').select('words').execute()

  await choose([], [])
  for (const template of Object.keys(mailTemplates)) await queue(template)
  const always = Object.keys(mailTemplates).filter((name) => [undefined, 'all'].includes(stoppable(name)))
  const sent = (await lapel.mailTo('maya@home.example')).map(({ subject }) => subject)
  assert.deepEqual(sent.sort(), always.sort(), 'with everything stopped, only what nobody may stop goes out')
  assert.deepEqual(await newsOf(), [])

  for (const [template, kind] of Object.entries(mailTemplates)) {
    const event = stoppable(template)
    if (event === undefined || event === 'all') continue
    // All but this kind: it stays away, in both channels.
    await choose(
      mailEvents.filter((other) => other !== event),
      mailEvents.filter((other) => other !== event),
    )
    const before = (await lapel.mailTo('maya@home.example')).length
    await queue(template)
    assert.equal((await lapel.mailTo('maya@home.example')).length, before, `${template} although ${kind} is off`)
    // Only this kind: it goes out, with the one click that stops it.
    await choose([event], [event])
    await queue(template)
    const [mail, ...older] = await lapel.mailTo('maya@home.example')
    assert.equal(older.length, before, `${template} although ${kind} is on`)
    assert.match(mail?.raw ?? '', /List-Unsubscribe-Post: List-Unsubscribe=One-Click/i, template)
    assert.equal((await newsOf()).at(-1)?.words, template)
    await choose([event], [], 'weekly')
    await queue(template)
    assert.equal((await lapel.mailTo('maya@home.example')).length, before + 1, `${template} waits for the summary`)
    await lapel.db.deleteFrom('digestItems').execute()
  }
})
