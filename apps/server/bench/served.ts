// The process that is measured: a whole Lapel with its log on, and beside it a bare server that sends the same bytes.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { recordAwards } from '../src/issuing/award-credential.ts'
import { signAwardJob } from '../src/issuing/jobs.ts'
import { issuingDeps } from '../src/app.ts'
import { inOrganization } from '../src/platform/database/database.ts'
import { parseEmailAddress } from '../src/platform/email-address.ts'
import { anEarner } from '../test/fixtures/earner.ts'
import { anAchievement, anIssuer } from '../test/fixtures/issuing.ts'
import { type Lapel, startLapel } from '../test/lapel.ts'

/** What the process tells the bench when everything stands. */
export interface Served {
  /** The public page of a badge. */
  pageUrl: string
  /** Answers every request with the bytes and headers that it was told last. */
  bareUrl: string
  /** The backpack of somebody with 500 badges, and the cookie that opens it. */
  backpackUrl: string
  cookie: string
}

/** The answer that the bare server gives from now on. */
export interface BareAnswer {
  headers: Record<string, string>
  /** In base64. */
  body: string
}

const drops: (() => unknown)[] = []
const lapel = await startLapel({ after: (drop) => void drops.unshift(drop as () => unknown) }, { LOG_LEVEL: 'info' })

let answer: { headers: Record<string, string>; body: Buffer } = { headers: {}, body: Buffer.alloc(0) }
const bare = createServer((_, response) => {
  response.writeHead(200, { ...answer.headers, 'content-length': answer.body.length })
  response.end(answer.body)
})
await new Promise<void>((resolve) => bare.listen(0, '127.0.0.1', resolve))

const { publicId } = await anEarner(lapel, { visibility: 'public', to: 'maya@northfield.example' })
const cookie = await hoarder(lapel)

process.on('message', (message: BareAnswer | 'stop' | 'cpu') => {
  if (message === 'stop') void stop()
  else if (message === 'cpu') {
    const { user, system } = process.cpuUsage()
    process.send?.(user + system)
  } else {
    answer = { headers: message.headers, body: Buffer.from(message.body, 'base64') }
    process.send?.('ready')
  }
})
process.send?.({
  pageUrl: `${lapel.url}/b/${publicId}`,
  bareUrl: `http://127.0.0.1:${(bare.address() as AddressInfo).port}/`,
  backpackUrl: `${lapel.url}/badges`,
  cookie,
} satisfies Served)

/** Somebody who holds 500 badges of five templates of two issuers, all really issued. */
async function hoarder(l: Lapel): Promise<string> {
  const person = await l.person('zoe@northfield.example')
  const email = parseEmailAddress(person.email)
  if (!email) throw new Error('The address is not one')
  for (const name of ['Northfield Trades', 'Harbour Guild']) {
    const issuer = await anIssuer(l, { name })
    const achievements = [
      issuer.achievement,
      await anAchievement(l, issuer.organization.id, { name: 'Welding, Level 2' }),
      await anAchievement(l, issuer.organization.id, { name: 'Workshop Safety' }),
    ]
    const requests = Array.from({ length: 250 }, (_, index) => ({
      achievement: achievements[index % achievements.length] ?? issuer.achievement,
      recipient: { name: 'Zoe Hoarder', email },
      validFrom: new Date(l.now().getTime() - index * 86_400_000),
      notify: false,
    }))
    await inOrganization(l.db, issuer.organization.id, async (tx) => {
      const awarded = await recordAwards(issuingDeps(l.deps), tx, {
        organizationId: issuer.organization.id,
        createdBy: issuer.owner.accountId,
        requests,
      })
      for (const { credentialId } of awarded) await l.deps.jobs.enqueue(tx, signAwardJob, { credentialId })
    })
  }
  await l.settle()
  await l.db
    .updateTable('credentials')
    .set({ accountId: person.accountId, decision: 'accepted', decidedAt: l.now() })
    .where('recipientEmailCanonical', '=', email.canonical)
    .execute()
  return [...person.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
}

async function stop(): Promise<void> {
  bare.close()
  bare.closeAllConnections()
  for (const drop of drops) await drop()
  process.exit(0)
}
