import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { SMTPServer } from 'smtp-server'
import { signUp } from '../../../test/fixtures/accounts.ts'
import { anIssuer, issueCredential } from '../../../test/fixtures/issuing.ts'
import { startLapel } from '../../../test/lapel.ts'
import { runOperatorCommand } from '../../operating/operator-commands.ts'
import { newToken } from '../ids.ts'
import { readDeliveryReport } from './delivery-report.ts'
import { learnBounce } from './learn-bounce.ts'
import { mailOfReturnPath, returnPathOf } from './return-path.ts'
import { smtpTransport } from './send.ts'

const maya = 'maya@northfield.example'

/** As Postfix writes it (with the headers of what came back), folded lines and all. */
const postfix = (o: {
  messageId: string
  to?: string
  action?: string
  status?: string
  sentTo?: string
}) => `Return-Path: <>
From: MAILER-DAEMON@mx.northfield.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: ${o.sentTo ?? 'badges@lapel.example'}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
	boundary="4XyzAb12Cdz9.1763874000/mx.northfield.example"
Content-Transfer-Encoding: 8bit
Message-Id: <20261123050000.4XyzAb@mx.northfield.example>

This is a MIME-encapsulated message.

--4XyzAb12Cdz9.1763874000/mx.northfield.example
Content-Description: Notification
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

This is the mail system at host mx.northfield.example.

<${o.to ?? maya}>: unknown user

--4XyzAb12Cdz9.1763874000/mx.northfield.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.northfield.example
X-Postfix-Queue-ID: 4XyzAb12Cdz9
X-Postfix-Sender: rfc822; badges@lapel.example
Arrival-Date: Mon, 23 Nov 2026 01:00:00 +0000 (UTC)

Final-Recipient: rfc822; ${o.to ?? maya}
Original-Recipient: rfc822;${o.to ?? maya}
Action: ${o.action ?? 'failed'}
Status: ${o.status ?? '5.1.1'}
Diagnostic-Code: X-Postfix; unknown user:
    "${o.to ?? maya}"

--4XyzAb12Cdz9.1763874000/mx.northfield.example
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers
Content-Transfer-Encoding: 8bit

Return-Path: <badges@lapel.example>
From: Northfield College via Lapel <badges@lapel.example>
To: ${o.to ?? maya}
Subject: Northfield College sent you a badge
Message-ID: ${o.messageId}
MIME-Version: 1.0

--4XyzAb12Cdz9.1763874000/mx.northfield.example--
`

/** As Exchange writes it: nothing of the message, which the answer's References name. */
const exchange = (o: { messageId: string; to: string }) =>
  `From: <postmaster@northfield.example>
To: <badges@lapel.example>
Content-Type: multipart/report; report-type=delivery-status;
	boundary="9a1c"
Content-Language: en-CA
In-Reply-To: ${o.messageId}
References: ${o.messageId}
Subject: Undeliverable: Northfield College sent you a badge
MIME-Version: 1.0

--9a1c
Content-Type: text/html; charset="us-ascii"

<html><body>Your message could not be delivered.</body></html>

--9a1c
Content-Type: message/delivery-status

Reporting-MTA: dns;EX01.northfield.example

Final-Recipient: RFC822;${o.to}
Action: failed
Status: 5.2.2
Diagnostic-Code: smtp;554 5.2.2 mailbox full

--9a1c--
`.replaceAll('\n', '\r\n')

test('a mail that comes back hours later marks the address and the badge’s delivery, once, and only for an authentic report', async (t) => {
  const lapel = await startLapel(t)
  const issuer = await anIssuer(lapel)
  const visitor = await signUp(lapel, maya)
  const { credentialId } = await issueCredential(lapel, issuer, { to: maya })
  const [sent] = await lapel.mailTo(maya)
  const messageId = sent?.messageId ?? ''
  assert.equal(sent?.returnPath, 'badges@lapel.example')
  const learn = (text: string) => learnBounce(lapel.deps, Buffer.from(text))
  const delivery = async () =>
    (await lapel.db.selectFrom('credentials').select('delivery').where('id', '=', credentialId).executeTakeFirst())
      ?.delivery
  const settings = async () => (await visitor.get('/settings/account')).words

  // A stranger knows the address and nothing of the message.
  const forged = [
    postfix({ messageId: `<${newToken()}@lapel.example>` }),
    postfix({ messageId: '' }),
    postfix({ messageId: '<%@lapel.example>', sentTo: `bounces+${'a'.repeat(39)}@lapel.example` }),
    exchange({ messageId: '<x@lapel.example>', to: maya }),
  ]
  for (const text of forged) assert.equal(await learn(text), 'foreign')
  // What is no failure, and what is no report.
  assert.equal(await learn(postfix({ messageId, action: 'delayed', status: '4.4.1' })), 'no-failure')
  assert.equal(await learn(postfix({ messageId, action: 'delivered', status: '2.0.0' })), 'no-failure')
  const holiday = `From: ${maya}\nTo: badges@lapel.example\nIn-Reply-To: ${messageId}\nAuto-Submitted: auto-replied\nSubject: Away\n\nI am away. Action: failed\n`
  for (const text of [holiday, '', '\u0000', postfix({ messageId }).replace('multipart/report', 'multipart/mixed')])
    assert.equal(await learn(text), 'no-report')
  assert.equal(await delivery(), 'sent')
  assert.doesNotMatch(await settings(), /comes back/)

  const outcomes = await Promise.all(Array.from({ length: 5 }, () => learn(postfix({ messageId }))))
  assert.deepEqual(outcomes.toSorted(), ['known', 'known', 'known', 'known', 'marked'])
  assert.equal(await learn(exchange({ messageId, to: maya })), 'known')
  assert.equal(await delivery(), 'bounced')
  assert.match(await settings(), /Not reachable.*Mail to this address comes back/)
  const events = await lapel.db
    .selectFrom('credentialEvents')
    .select('kind')
    .where('credentialId', '=', credentialId)
    .where('kind', '=', 'not-notified')
    .execute()
  assert.equal(events.length, 1)
  const row = await lapel.db.selectFrom('mailOutbox').selectAll().where('messageId', '=', messageId).executeTakeFirst()
  assert.equal(row?.lastError, `5.1.1 X-Postfix; unknown user: "${maya}"`)

  await t.test('a server that takes the next mail says nothing; one that did not come back for days does', async () => {
    const ask = async () => {
      await lapel.visitor().submit('/forgot', { email: maya }, { shownOn: '/forgot' })
      await lapel.settle()
    }
    await ask()
    assert.match(await settings(), /comes back/)
    lapel.passDays(6)
    await ask()
    assert.doesNotMatch(await settings(), /comes back/)
  })

  await t.test(
    'a report about an older mail of a badge leaves the newer one’s delivery; a month later it is nothing',
    async () => {
      const to = 'sam@home.example'
      const { credentialId: other } = await issueCredential(lapel, issuer, { to })
      const [old] = await lapel.mailTo(to)
      lapel.passMinutes(5)
      const newer = { subject: 'Again', text: 'Again', html: '<p>Again</p>', fromName: 'Lapel' }
      await lapel.db.transaction().execute((tx) =>
        lapel.deps.outbox.queue(tx, {
          to,
          template: 'award',
          locale: 'en',
          content: newer,
          subject: { kind: 'credential', id: other },
        }),
      )
      const [again] = await lapel.mailTo(to)
      assert.notEqual(again?.messageId, old?.messageId)
      assert.equal(await learn(postfix({ messageId: old?.messageId ?? '', to })), 'marked')
      const { delivery: kept } = await lapel.db
        .selectFrom('credentials')
        .select('delivery')
        .where('id', '=', other)
        .executeTakeFirstOrThrow()
      assert.equal(kept, 'sent')
      lapel.passDays(31)
      assert.equal(await learn(postfix({ messageId: again?.messageId ?? '', to })), 'foreign')
    },
  )
})

test('a return path names the message where the operator’s address has a place for it', async (t) => {
  const lapel = await startLapel(t, { MAIL_RETURN_PATH: 'Bounces+{token}@mail.lapel.example' })
  const visitor = await signUp(lapel, maya)
  const [sent] = await lapel.mailTo(maya)
  const returnPath = sent?.returnPath ?? ''
  assert.match(returnPath, /^Bounces\+[a-z2-7]{39}@mail\.lapel\.example$/)
  const row = await lapel.db
    .selectFrom('mailOutbox')
    .select('id')
    .where('messageId', '=', sent?.messageId ?? '')
    .executeTakeFirstOrThrow()
  assert.equal(mailOfReturnPath(lapel.deps, returnPath.toUpperCase()), row.id)
  // Any other letter in it, and it is forged.
  for (let at = 8; at < 47; at++) {
    const letter = returnPath[at] === 'q' ? 'r' : 'q'
    const altered = returnPath.slice(0, at) + letter + returnPath.slice(at + 1)
    assert.equal(mailOfReturnPath(lapel.deps, altered), undefined, altered)
  }
  assert.notEqual(returnPathOf(lapel.deps, row.id), returnPathOf(lapel.deps, '00000000-0000-0000-0000-000000000000'))

  await t.test('the operator hands in a Maildir or an mbox, and may do so again', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'lapel-bounces-'))
    t.after(() => rmSync(folder, { recursive: true }))
    mkdirSync(path.join(folder, 'new'))
    mkdirSync(path.join(folder, 'cur'))
    const nothing = { messageId: '<nothing@elsewhere.example>', to: maya }
    writeFileSync(path.join(folder, 'new', '1.a'), postfix({ ...nothing, sentTo: returnPath.toLowerCase() }))
    writeFileSync(path.join(folder, 'cur', '2.b:2,S'), exchange(nothing))
    writeFileSync(path.join(folder, 'cur', '3.c:2,S'), 'Subject: Hello\n\nIs anybody there?\n')
    const run = (...words: string[]) => runOperatorCommand(lapel.deps, ['bounces', ...words])
    const first = await run(folder)
    assert.match(first, / {5}1 {2}came back, the address is marked\n/)
    assert.match(first, / {5}1 {2}not about a mail of this Lapel\n/)
    assert.match(first, / {5}1 {2}no delivery reports\n/)
    assert.match((await visitor.get('/settings/account')).words, /Mail to this address comes back/)
    const mbox = path.join(folder, 'mbox')
    const mails = [postfix({ ...nothing, sentTo: returnPath }), exchange(nothing)]
    writeFileSync(mbox, mails.map((mail) => `From MAILER-DAEMON Mon Nov 23 05:00:00 2026\n${mail}\n`).join(''))
    const second = await run(mbox)
    assert.match(second, / {5}1 {2}came back, known before\n/)
    assert.match(second, / {5}1 {2}not about a mail of this Lapel\n/)
    await assert.rejects(run(path.join(folder, 'none')), /cannot be read/)
    await assert.rejects(run(), /Say where the mails are/)
  })
})

test('a report is read in its parts', async () => {
  const report = await readDeliveryReport(Buffer.from(postfix({ messageId: '<a@b.example>' })))
  assert.deepEqual(report?.messageIds, ['<a@b.example>'])
  assert.deepEqual(report?.recipients, [
    { address: maya, action: 'failed', status: '5.1.1', diagnostic: `X-Postfix; unknown user: "${maya}"` },
  ])
})

test('a server that knows how is told which message it is, and to speak of failures only', async (t) => {
  const told: unknown[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    hideDSN: false,
    logger: false,
    onData(stream, { envelope }, done) {
      told.push(JSON.parse(JSON.stringify(envelope)))
      stream.resume().on('end', () => done())
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  const transport = smtpTransport({
    smtpUrl: `smtp://127.0.0.1:${port}`,
    mailFrom: 'badges@lapel.example',
    publicUrl: 'https://lapel.example',
  })
  t.after(async () => {
    transport.close()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  })
  const messageId = `<${newToken()}@lapel.example>`
  const to = 'maya+x=y@northfield.example'
  const content = { subject: 'A', text: 'a', html: '<p>a</p>', fromName: 'Lapel' }
  await transport.send({ messageId, to, content, returnPath: 'bounces+abc@lapel.example' })
  const [envelope] = told as [
    {
      mailFrom: { address: string }
      rcptTo: { address: string; dsn: unknown }[]
      dsn: unknown
    },
  ]
  assert.equal(envelope.mailFrom.address, 'bounces+abc@lapel.example')
  assert.deepEqual(envelope.dsn, { ret: 'HDRS', envid: messageId.slice(1, -1) })
  assert.equal(envelope.rcptTo[0]?.address, to)
  assert.deepEqual(envelope.rcptTo[0]?.dsn, { notify: ['FAILURE'], orcpt: `rfc822;${to}` })
  const report = postfix({ messageId: '' }).replace(
    'Arrival-Date:',
    `Original-Envelope-Id: ${messageId.slice(1, -1)}\nArrival-Date:`,
  )
  assert.deepEqual((await readDeliveryReport(Buffer.from(report)))?.messageIds, [messageId])
})
