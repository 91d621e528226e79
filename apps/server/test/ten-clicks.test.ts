import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { newId, newToken } from '../src/platform/ids.ts'
import { asking } from './fixtures/apps.ts'
import { codeFor, goodPassword, linkFor, register, signUp } from './fixtures/accounts.ts'
import { listOf, readyBatch } from './fixtures/batches.ts'
import { claimPathOf } from './fixtures/earner.ts'
import { aWorld, csrfOf, type World } from './fixtures/every-route.ts'
import { issueCredential } from './fixtures/issuing.ts'
import { hiddenIn } from './fixtures/settings.ts'
import { type Lapel, startLapel } from './lapel.ts'
import { formsOf, type Visitor } from './visitor.ts'

// STYLE: a race test needs the pool's connections open beforehand. Ten clicks on one button, sent at the same moment.

interface Row {
  /** What is clicked, in words. */
  name: string
  /** Brings somebody before the button: who clicks, where it posts, what the form carries. */
  before(world: World): Promise<{ visitor: Visitor; path: string; fields?: Record<string, string | string[] | File> }>
  /** What the database and the mailboxes hold afterwards. */
  after: Record<string, (world: World) => Promise<unknown>>
  holds: Record<string, unknown>
  /** Answers other than going to the next page, that later clicks may get. */
  also?: number[]
}

const count = (query: (world: World) => ReturnType<typeof sql<{ n: string }>>) => async (world: World) =>
  Number((await query(world).execute(world.lapel.db)).rows[0]?.n)

const mails =
  (address: string, subject: RegExp) =>
  async ({ lapel }: World) =>
    (await lapel.mailTo(address)).filter((mail) => subject.test(mail.subject)).length

async function fresh({ lapel, issuer }: World, o: { accept?: boolean; to?: string } = {}) {
  const to = o.to ?? 'maya@northfield.example'
  const { publicId, credentialId } = await issueCredential(lapel, issuer, { to })
  const maya = await lapel.person('maya@northfield.example')
  if (o.accept) await maya.submit(`/badges/${publicId}/accept`, {}, { shownOn: `/badges/${publicId}` })
  return { publicId, credentialId, maya }
}

/** The id of the badge that a row is about, for its queries. */
let id = ''
let token = ''

const event = (kind: string) =>
  count(
    () =>
      sql<{
        n: string
      }>`select count(*) as n from credential_events e join credentials c on c.id = e.credential_id where c.public_id = ${id} and e.kind = ${kind}`,
  )

const rows: Row[] = [
  {
    name: 'Register',
    async before({ lapel }) {
      const visitor = lapel.visitor()
      await visitor.get('/register')
      const hidden = formsOf(visitor.page?.text ?? '').find(({ action }) => action === '/register')?.fields ?? {}
      lapel.passMinutes(0.2)
      const fields = {
        ...hidden,
        givenName: 'Ada',
        familyName: 'Byron',
        email: 'ada@click.example',
        password: goodPassword,
        robot: 'yes',
        terms: 'yes',
      }
      return { visitor, path: '/register', fields }
    },
    after: {
      registrations: count(() => sql`select count(*) as n from registrations where email = 'ada@click.example'`),
      codes: mails('ada@click.example', /./),
    },
    holds: { registrations: 1, codes: 1 },
    // Without script five forms an hour come from one network, and each click counts.
    also: [429],
  },
  {
    name: 'Next (activate)',
    async before({ lapel }) {
      const visitor = lapel.visitor()
      await register(lapel, visitor, { email: 'bea@click.example' })
      const code = await codeFor(lapel, 'bea@click.example')
      const hidden =
        formsOf((await visitor.get('/register/verify')).text).find(({ action }) => action === '/register/verify')
          ?.fields ?? {}
      return { visitor, path: '/register/verify', fields: { ...hidden, code } }
    },
    after: {
      accounts: count(
        () => sql`select count(distinct account_id) as n from account_emails where email = 'bea@click.example'`,
      ),
      addresses: count(() => sql`select count(*) as n from account_emails where email = 'bea@click.example'`),
    },
    holds: { accounts: 1, addresses: 1 },
    also: [200],
  },
  {
    name: 'Sign in',
    before: async ({ lapel }) => {
      await signUp(lapel, 'cleo@click.example')
      return {
        visitor: lapel.visitor(),
        path: '/sign-in',
        fields: { email: 'cleo@click.example', password: goodPassword },
      }
    },
    after: { isPaused: count(() => sql`select count(*) as n from sign_in_tries where paused_until is not null`) },
    holds: { isPaused: 0 },
    // More tries than a person makes, until the first right one is through and they are forgotten.
    also: [429],
  },
  {
    name: 'Send a code, on the claim page',
    before: async (world) => {
      await fresh(world)
      const path = await claimPathOf(world.lapel, 'maya@northfield.example')
      return { visitor: world.lapel.visitor(), path: `${path}/sign-in-code` }
    },
    after: { codes: mails('maya@northfield.example', /^\d{6} is your/) },
    holds: { codes: 1 },
  },
  {
    name: 'Continue, with new terms',
    before: async ({ lapel }) => {
      const visitor = await lapel.person('outdated@click.example')
      const consent = { accountId: visitor.accountId, version: 'before', locale: 'en', givenAt: lapel.now() }
      await lapel.db
        .insertInto('consents')
        .values({ ...consent, id: newId(), purpose: 'terms' })
        .execute()
      return { visitor, path: '/sign-in/terms', fields: { terms: 'yes', return: '/badges' } }
    },
    after: {
      consents: count(
        () =>
          sql`select count(*) as n from consents c join account_emails e on e.account_id = c.account_id where e.email = 'outdated@click.example'`,
      ),
    },
    // The one of before, and one each for terms and privacy.
    holds: { consents: 3 },
  },
  {
    name: 'Accept badge, on the claim page',
    async before(world) {
      const { publicId, maya } = await fresh(world)
      id = publicId
      return { visitor: maya, path: `${await claimPathOf(world.lapel, 'maya@northfield.example')}/accept` }
    },
    after: { accepted: event('accepted') },
    holds: { accepted: 1 },
  },
  {
    name: 'Accept badge, in the backpack',
    async before(world) {
      const { publicId, maya } = await fresh(world)
      id = publicId
      return { visitor: maya, path: `/badges/${publicId}/accept` }
    },
    after: { accepted: event('accepted') },
    holds: { accepted: 1 },
  },
  {
    name: 'Decline',
    async before(world) {
      const { publicId, maya } = await fresh(world, { accept: true })
      id = publicId
      return { visitor: maya, path: `/badges/${publicId}/decline` }
    },
    after: {
      declined: event('declined'),
      state: async ({ lapel }) =>
        (await lapel.db.selectFrom('credentials').select('decision').where('publicId', '=', id).executeTakeFirst())
          ?.decision,
    },
    holds: { declined: 1, state: 'rejected' },
  },
  {
    name: 'Undo of Decline',
    before: async ({ lapel, maya }) => ({ visitor: await lapel.person(maya.email), path: `/badges/${id}/restore` }),
    after: {
      restored: event('restored'),
      state: async ({ lapel }) =>
        (await lapel.db.selectFrom('credentials').select('decision').where('publicId', '=', id).executeTakeFirst())
          ?.decision,
    },
    holds: { restored: 1, state: 'accepted' },
  },
  ...(['public', 'private'] as const).map(
    (visibility): Row => ({
      name: `Make ${visibility}`,
      before: async ({ lapel, maya, accepted }) => {
        id = accepted
        return {
          visitor: await lapel.person(maya.email),
          path: `/badges/${accepted}/visibility`,
          fields: { visibility },
        }
      },
      after: {
        visibility: async ({ lapel, accepted }) =>
          (
            await lapel.db
              .selectFrom('credentials')
              .select('visibility')
              .where('publicId', '=', accepted)
              .executeTakeFirst()
          )?.visibility,
      },
      holds: { visibility },
    }),
  ),
  {
    name: 'Create a private link',
    before: async ({ lapel, maya, accepted }) => ({
      visitor: await lapel.person(maya.email),
      path: `/badges/${accepted}/share/links`,
      fields: { name: 'Clicked', end: '30', pin: 'yes' },
    }),
    after: { links: count(() => sql`select count(*) as n from share_links where name = 'Clicked'`) },
    holds: { links: 1 },
  },
  {
    name: 'Extend a private link',
    before: async ({ lapel, maya, shareLink }) => ({
      visitor: await lapel.person(maya.email),
      path: `/shares/${shareLink}/extend`,
    }),
    after: {
      days: count(
        ({ shareLink }) =>
          sql`select round(extract(epoch from ends_at - created_at) / 86400) as n from share_links where id = ${shareLink}`,
      ),
    },
    holds: { days: 60 },
  },
  {
    name: 'Revoke a private link',
    before: async ({ lapel, maya, shareLink }) => ({
      visitor: await lapel.person(maya.email),
      path: `/shares/${shareLink}/revoke`,
    }),
    after: { revoked: count(() => sql`select count(*) as n from share_links where revoked_at is not null`) },
    holds: { revoked: 1 },
  },
  {
    name: 'Share a document',
    before: async ({ lapel, maya, document }) => ({
      visitor: await lapel.person(maya.email),
      path: `/documents/${document}/share`,
      fields: { name: 'Clicked document', end: '30' },
    }),
    after: {
      links: count(() => sql`select count(*) as n from share_links where name = 'Clicked document'`),
      told: count(() => sql`select count(*) as n from document_events where kind = 'shared'`),
    },
    holds: { links: 1, told: 1 },
  },
  {
    name: 'Add a badge from elsewhere',
    before: async ({ lapel, maya, imported }) => {
      const visitor = await lapel.person(maya.email)
      const { text } = await visitor.get(`/badges/elsewhere/${imported}/credential.json`)
      await visitor.submit(`/badges/elsewhere/${imported}/remove`, {}, { shownOn: `/badges/elsewhere/${imported}` })
      return { visitor, path: '/badges/add', fields: { text } }
    },
    after: { imported: count(() => sql`select count(*) as n from imported_badges`) },
    holds: { imported: 1 },
    // "This badge is in your backpack already."
    also: [422],
  },
  {
    name: 'Remove a badge from elsewhere',
    before: async ({ lapel, maya }) => {
      const { publicId } = await lapel.db.selectFrom('importedBadges').select('publicId').executeTakeFirstOrThrow()
      return { visitor: await lapel.person(maya.email), path: `/badges/elsewhere/${publicId}/remove` }
    },
    after: { imported: count(() => sql`select count(*) as n from imported_badges`) },
    holds: { imported: 0 },
    also: [404],
  },
  {
    name: 'New collection',
    before: async ({ lapel, maya }) => ({
      visitor: await lapel.person(maya.email),
      path: '/collections',
      fields: { name: 'Clicked', description: '' },
    }),
    after: { collections: count(() => sql`select count(*) as n from collections where name = 'Clicked'`) },
    holds: { collections: 1 },
  },
  {
    name: 'Add to a collection',
    before: async (world) => {
      const { publicId, maya } = await fresh(world, { accept: true })
      id = publicId
      return { visitor: maya, path: `/collections/${world.collection}/add`, fields: { badge: publicId } }
    },
    after: {
      items: count(
        () =>
          sql`select count(*) as n from collection_items i join credentials c on c.id = i.credential_id where c.public_id = ${id}`,
      ),
      places: count(() => sql`select count(*) - count(distinct position) as n from collection_items`),
    },
    holds: { items: 1, places: 0 },
  },
  {
    name: 'Report an error',
    before: async ({ lapel, maya, accepted }) => ({
      visitor: await lapel.person(maya.email),
      path: `/badges/${accepted}/report`,
      fields: { kind: 'name', requested: 'Maya R. Roy' },
    }),
    after: {
      requests: count(() => sql`select count(*) as n from correction_requests where requested = 'Maya R. Roy'`),
    },
    holds: { requests: 1 },
  },
  {
    name: 'Add an address',
    before: async ({ lapel }) => ({
      visitor: await lapel.person('noor@click.example'),
      path: '/settings/account/link',
      fields: { email: 'noor@home.example' },
    }),
    after: {
      waiting: count(
        () => sql`select count(*) as n from address_changes where email = 'noor@home.example' and state = 'pending'`,
      ),
      codes: mails('noor@home.example', /./),
    },
    holds: { waiting: 1, codes: 1 },
  },
  {
    name: 'Confirm an address by its link',
    before: async ({ lapel }) => ({
      visitor: await lapel.person('noor@click.example'),
      path: await linkFor(lapel, 'noor@home.example', '/email/confirm/'),
    }),
    after: {
      addresses: count(() => sql`select count(*) as n from account_emails where email = 'noor@home.example'`),
      told: mails('noor@click.example', /^Change to your/),
    },
    holds: { addresses: 1, told: 1 },
    also: [200, 410],
  },
  {
    name: 'Make primary',
    before: async ({ lapel }) => ({
      visitor: await lapel.person('noor@click.example'),
      path: `/settings/account/emails/${await emailId(lapel, 'noor@home.example')}/primary`,
    }),
    after: {
      primary: count(
        () =>
          sql`select count(*) as n from account_emails e where is_primary and exists (select 1 from account_emails o where o.account_id = e.account_id and o.email = 'noor@click.example')`,
      ),
    },
    holds: { primary: 1 },
  },
  {
    name: 'Remove an address',
    before: async ({ lapel }) => ({
      visitor: await lapel.person('noor@click.example'),
      path: `/settings/account/emails/${await emailId(lapel, 'noor@click.example')}/remove`,
    }),
    after: {
      left: count(() => sql`select count(*) as n from account_emails where email like 'noor@%.example'`),
      told: mails('noor@click.example', /^Change to your/),
    },
    // Of the new address, of the new primary one, and of the removal.
    holds: { left: 1, told: 3 },
  },
  {
    name: 'Merge accounts',
    async before({ lapel }) {
      await signUp(lapel, 'two@click.example')
      const one = await lapel.person('one@click.example')
      await one.submit('/settings/account/link', { email: 'two@click.example' }, { shownOn: '/settings/account/link' })
      const code = await codeFor(lapel, 'two@click.example')
      const form = formsOf(one.page?.text ?? '').find(({ action }) => /\/account\/link\/[0-9a-f-]{36}$/.test(action))
      await one.submit(form?.action ?? '', { code })
      const merge = formsOf(one.page?.text ?? '').find(({ action }) => action.startsWith('/settings/account/merge/'))
      return { visitor: one, path: merge?.action ?? '', fields: { password: goodPassword } }
    },
    after: {
      merges: count(() => sql`select count(*) as n from account_merges`),
      addresses: count(
        () =>
          sql`select count(distinct account_id) as n from account_emails where email in ('one@click.example', 'two@click.example')`,
      ),
    },
    holds: { merges: 1, addresses: 1 },
    // Each click is a try of the other account's password, and so many at once make it pause.
    also: [429],
  },
  {
    name: 'Export my data',
    before: async ({ lapel, maya }) => ({
      visitor: await lapel.person(maya.email),
      path: '/settings/privacy-security/export/start',
    }),
    after: {
      exports: count(() => sql`select count(*) as n from data_exports`),
      told: mails('maya@northfield.example', /data is ready/),
    },
    holds: { exports: 1, told: 1 },
  },
  ...(['allow', 'end'] as const).map(
    (answer): Row => ({
      name: `${answer} an employer`,
      before: async ({ lapel, maya }) => ({
        visitor: await lapel.person(maya.email),
        path: `/settings/organizations/employers/${answer}`,
        fields: { request: (await lapel.db.selectFrom('peopleRequests').select('id').executeTakeFirstOrThrow()).id },
      }),
      after: {
        state: async ({ lapel }) =>
          (await lapel.db.selectFrom('peopleRequests').select('state').executeTakeFirstOrThrow()).state,
        log: count(
          () =>
            sql`select count(*) as n from audit_events where action like 'people%' and actor_account_id = (select account_id from account_emails where email = 'maya@northfield.example')`,
        ),
      },
      holds: answer === 'allow' ? { state: 'allowed', log: 1 } : { state: 'ended', log: 2 },
    }),
  ),
  {
    name: 'Accept automatically',
    before: async ({ lapel, maya, issuer }) => ({
      visitor: await lapel.person(maya.email),
      path: '/settings/organizations/auto-accept',
      fields: { organization: issuer.organization.id, to: 'on' },
    }),
    after: { consents: count(() => sql`select count(*) as n from auto_accepts`) },
    holds: { consents: 1 },
  },
  {
    name: 'Join a team',
    before: async ({ lapel, maya, places }) => {
      token = places['/invite/']?.['token'] ?? ''
      return { visitor: await lapel.person(maya.email), path: `/invite/${token}/join` }
    },
    after: {
      members: count(
        ({ maya }) => sql`select count(*) as n from organization_members where account_id = ${maya.accountId}`,
      ),
    },
    holds: { members: 1 },
    also: [410],
  },
  {
    name: 'Issue a batch',
    before: async ({ lapel, issuer }) => {
      const { publicId } = await readyBatch(lapel.deps, issuer, listOf(5))
      return {
        visitor: await lapel.person(issuer.owner.email),
        path: `/console/${issuer.organization.slug}/issue/${publicId}/send`,
        fields: { notify: 'yes', when: 'now' },
      }
    },
    after: {
      badges: count(() => sql`select count(*) as n from credentials where recipient_email like '%@cohort.example'`),
      mails: mails('person3@cohort.example', /./),
    },
    holds: { badges: 5, mails: 1 },
  },
  {
    name: 'Replace a badge',
    before: async (world) => {
      const { publicId } = await fresh(world, { to: 'rita@click.example' })
      id = publicId
      const { lapel, issuer } = world
      return {
        visitor: await lapel.person(issuer.owner.email),
        path: `/console/${issuer.organization.slug}/issued/${publicId}/replace`,
        fields: { name: 'Rita Right', notify: 'yes' },
      }
    },
    after: {
      badges: count(() => sql`select count(*) as n from credentials where recipient_email = 'rita@click.example'`),
      successors: count(
        () =>
          sql`select count(*) as n from credentials where recipient_email = 'rita@click.example' and replaced_by is not null`,
      ),
    },
    holds: { badges: 2, successors: 1 },
    also: [409, 410, 422],
  },
  {
    name: 'Revoke a badge',
    before: async (world) => {
      const { publicId } = await fresh(world, { to: 'rosa@click.example' })
      id = publicId
      const { lapel, issuer } = world
      return {
        visitor: await lapel.person(issuer.owner.email),
        path: `/console/${issuer.organization.slug}/issued/${publicId}/revoke`,
        fields: { reason: 'mistake', publicText: 'Issued by mistake', note: '', notify: 'yes' },
      }
    },
    after: {
      revoked: event('revoked'),
    },
    holds: { revoked: 1 },
    also: [409, 410],
  },
  {
    name: 'Resend',
    before: async (world) => {
      const { publicId } = await fresh(world, { to: 'rene@click.example' })
      const { lapel, issuer } = world
      return {
        visitor: await lapel.person(issuer.owner.email),
        path: `/console/${issuer.organization.slug}/issued/${publicId}/resend`,
      }
    },
    after: { mails: mails('rene@click.example', /./) },
    holds: { mails: 2 },
  },
  {
    name: 'Allow an app',
    before: async ({ lapel, maya, app }) => {
      const visitor = await lapel.person(maya.email)
      const { text } = await visitor.get(`/authorize?${asking(app, { state: 'ten-clicks' })}`)
      const request = hiddenIn(text, '/authorize/allow', 'request')
      return { visitor, path: '/authorize/allow', fields: { request } }
    },
    after: {
      grants: count(() => sql`select count(*) as n from oauth_grants`),
      log: count(() => sql`select count(*) as n from audit_events where action = 'account.app-connected'`),
    },
    // With the one that the world has.
    holds: { grants: 2, log: 2 },
  },
  {
    name: 'Disconnect an app',
    before: async ({ lapel, maya }) => {
      const visitor = await lapel.person(maya.email)
      const app = hiddenIn(
        (await visitor.get('/settings/applications')).text,
        '/settings/applications/disconnect',
        'app',
      )
      return { visitor, path: '/settings/applications/disconnect', fields: { app } }
    },
    after: {
      open: count(() => sql`select count(*) as n from oauth_grants where revoked_at is null`),
      log: count(() => sql`select count(*) as n from audit_events where action = 'account.app-disconnected'`),
    },
    holds: { open: 0, log: 1 },
  },
  {
    name: 'Delete account',
    before: async ({ lapel }) => ({
      visitor: await lapel.person('gone@click.example'),
      path: '/settings/privacy-security/delete/confirm',
      fields: { email: 'gone@click.example' },
    }),
    after: {
      deletions: count(() => sql`select count(*) as n from account_deletions`),
      told: mails('gone@click.example', /./),
    },
    holds: { deletions: 1, told: 1 },
  },
]

async function emailId(lapel: Lapel, email: string): Promise<string> {
  return (await lapel.db.selectFrom('accountEmails').select('id').where('email', '=', email).executeTakeFirstOrThrow())
    .id
}

test('ten clicks at once are one', async (t) => {
  const lapel = await startLapel(t)
  const world = await aWorld(lapel)
  for (const row of rows)
    await t.test(row.name, async () => {
      await lapel.db.deleteFrom('rateLimits').execute()
      const { visitor, path, fields = {} } = await row.before(world)
      const csrf = await csrfOf(visitor)
      const idempotency = newToken()
      await Promise.all(Array.from({ length: 10 }, () => lapel.db.selectFrom('accounts').select('id').execute()))
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => visitor.send(path, { idempotency, ...fields, csrf })),
      )
      await lapel.settle()
      const held: Record<string, unknown> = {}
      for (const [name, look] of Object.entries(row.after)) held[name] = await look(world)
      const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b)
      assert.deepEqual(held, row.holds, `answers ${statuses.join()}: ${answers[9]?.words.slice(0, 300)}`)
      const expected = [303, ...(row.also ?? [])]
      const odd = answers.filter(({ status }) => !expected.includes(status))
      assert.deepEqual(
        odd.map(({ status, words }) => `${status} ${words.slice(0, 300)}`),
        [],
      )
      // Whichever answer a browser shows, it leads to one page.
      const places = new Set(answers.filter(({ status }) => status === 303).map(({ location }) => location))
      assert.equal(places.size, 1, [...places].join())
    })
})
