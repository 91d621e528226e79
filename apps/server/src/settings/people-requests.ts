import { randomUUID } from 'node:crypto'
import { listMembers } from '../organizations/index.ts'
import { recordAudit } from '../platform/audit.ts'
import { inOrganization, type Tx } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
import type { EmailAddress } from '../platform/email-address.ts'
import { DomainError } from '../platform/errors.ts'
import { once } from '../platform/http/idempotency.ts'
import { throttle } from '../platform/http/throttle.ts'
import { accountByEmail, accountById } from '../accounts/index.ts'
import { defineJob } from '../platform/jobs/jobs.ts'
import { accessEndedMail, peopleRequestMail } from './people-mails.ts'
import * as store from './people-store.ts'

export type PeopleRefusal = 'people.open' | 'people.too-many' | 'people.gone'
export class PeopleRefused extends DomainError<PeopleRefusal> {
  override name = 'PeopleRefused'
}

type RequestDeps = Pick<Deps, 'db' | 'now' | 'secrets' | 'outbox' | 'config' | 'jobs'>

export const tellPersonJob = defineJob<{ requestId: string }>('settings.people-request')
export const forgetPeopleRequestsJob = defineJob<Record<string, never>>('settings.forget-people-requests', {
  schedule: '17 4 * * *',
  concurrency: 1,
})
const keptMs = 365 * 86_400_000

/** Forgets requests that nobody allowed, or that are over, a year later (SECURITY S57). */
export async function forgetPeopleRequests({ db, now }: Pick<Deps, 'db' | 'now'>): Promise<void> {
  await store.forgetRequests(db, new Date(now().getTime() - keptMs))
}

/**
 * Records what an organization asks of the person behind an address. Nothing that the team sees depends on whether the
 * address has an account (SECURITY S6): the row is made in either case, and only an account's owner is written to.
 *
 * @throws {PeopleRefused}
 */
export async function askPerson(
  deps: RequestDeps,
  o: {
    organization: { id: string; name: string }
    actorAccountId: string
    email: EmailAddress
    wantsProfile: boolean
    wantsDirectory: boolean
    message: string
    key: string
  },
): Promise<void> {
  const organizationId = o.organization.id
  const waitS = await throttle(deps, { purpose: 'people-ask', subject: organizationId, limit: 50, windowS: 86_400 })
  if (waitS > 0) throw new PeopleRefused('people.too-many')
  await inOrganization(deps.db, organizationId, (tx) =>
    once(
      tx,
      {
        scope: `people:${organizationId}`,
        key: o.key,
        body: [o.email.canonical, o.wantsProfile, o.wantsDirectory, o.message],
        now: deps.now,
      },
      async () => {
        // Random, not by time: it stands in addresses.
        const id = randomUUID()
        const made = await store.insertRequest(tx, {
          id,
          organizationId,
          email: o.email.stored,
          emailCanonical: o.email.canonical,
          wantsProfile: o.wantsProfile,
          wantsDirectory: o.wantsDirectory,
          message: o.message,
          requestedBy: o.actorAccountId,
          requestedAt: deps.now(),
        })
        if ((made.numInsertedOrUpdatedRows ?? 0n) === 0n) throw new PeopleRefused('people.open')
        await audit(tx, deps, { organizationId, actor: o.actorAccountId, action: 'people.asked' })
        // Whether there is an account is looked up later, so that the answer takes as long in either case.
        await deps.jobs.enqueue(tx, tellPersonJob, { requestId: id })
        return null
      },
    ),
  )
}

/** Writes to the owner of an address about an open request; to nobody when the address has no account. */
export async function tellPerson(deps: RequestDeps, { requestId }: { requestId: string }): Promise<void> {
  await deps.db.transaction().execute(async (tx) => {
    const request = await store.openRequest(tx, requestId)
    const account = request && (await accountByEmail(tx, request.emailCanonical))
    if (request && account) await peopleRequestMail(deps, tx, { request, account })
  })
}

/** @throws {PeopleRefused} when it was answered or withdrawn meanwhile. */
export async function answerPeopleRequest(
  deps: Pick<Deps, 'db' | 'now'>,
  o: { id: string; accountId: string; answer: 'allowed' | 'refused' },
): Promise<store.RequestToPerson> {
  return deps.db.transaction().execute(async (tx) => {
    const request = await store.requestToPerson(tx, o)
    if (!request) throw new PeopleRefused('people.gone')
    const done = await store.answerRequest(tx, { ...o, state: o.answer, at: deps.now() })
    // The same answer again is what a second click means.
    if (!done && request.state !== o.answer) throw new PeopleRefused('people.gone')
    if (done)
      await audit(tx, deps, {
        organizationId: request.organizationId,
        actor: o.accountId,
        action: o.answer === 'allowed' ? 'people.allowed' : 'people.refused',
      })
    return request
  })
}

/** Ends an organization's access at once and tells those who manage it. @throws {PeopleRefused} */
export async function endPeopleAccess(
  deps: RequestDeps,
  o: { id: string; accountId: string },
): Promise<store.RequestToPerson> {
  return deps.db.transaction().execute(async (tx) => {
    const request = await store.requestToPerson(tx, o)
    if (!request) throw new PeopleRefused('people.gone')
    const at = deps.now()
    const done = await store.endRequest(tx, { ...o, at })
    if (!done && request.state !== 'ended') throw new PeopleRefused('people.gone')
    if (done) {
      await audit(tx, deps, { organizationId: request.organizationId, actor: o.accountId, action: 'people.ended' })
      const person = await accountById(tx, o.accountId)
      const name = `${person?.givenName ?? ''} ${person?.familyName ?? ''}`.trim()
      for (const member of await listMembers(tx, request.organizationId))
        if (member.role === 'owner' || member.role === 'admin')
          await accessEndedMail(deps, tx, { request, member, name, at })
    }
    return request
  })
}

async function audit(
  tx: Tx,
  { now }: Pick<Deps, 'now'>,
  o: { organizationId: string; actor: string; action: string },
): Promise<void> {
  await recordAudit(tx, {
    organizationId: o.organizationId,
    actor: { accountId: o.actor },
    action: o.action,
    at: now(),
  })
}
