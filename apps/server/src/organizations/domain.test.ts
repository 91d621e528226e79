import assert from 'node:assert/strict'
import { test } from 'node:test'
import { organization } from '../../test/fixtures/console.ts'
import { type Lapel, startLapel } from '../../test/lapel.ts'
import { FetchRefused, type FetchOptions } from '../platform/http/fetch-public.ts'
import { checkDomain, type DomainLookups, domainProof, readDomain, setDomain } from './domain.ts'
import { recheckDomain } from './jobs.ts'
import { domainsDue, organizationById } from './store.ts'

/** The outside as the test wants it: what DNS and the web server say. */
function outside(o: {
  records?: string[] | string
  page?: { status: number; body?: string } | 'fetch.timeout' | 'fetch.not-public'
}) {
  const asked: { names: string[]; urls: string[]; options: FetchOptions[] } = { names: [], urls: [], options: [] }
  const lookups: DomainLookups = {
    async resolveTxt(name) {
      asked.names.push(name)
      if (typeof o.records === 'string') throw Object.assign(new Error(o.records), { code: o.records })
      if (!o.records) throw Object.assign(new Error('none'), { code: 'ENODATA' })
      return o.records
    },
    async fetchPublic(url, options = {}) {
      asked.urls.push(url)
      asked.options.push(options)
      if (typeof o.page === 'string') throw new FetchRefused(o.page)
      return { url, status: o.page?.status ?? 404, headers: {}, bytes: Buffer.from(o.page?.body ?? '') }
    },
  }
  return { lookups, asked }
}

async function withDomain(lapel: Lapel) {
  const ada = await lapel.person('ada@example.org')
  const org = await organization(lapel, { owner: ada })
  await setDomain(lapel.deps, { organization: org, accountId: ada.accountId, domain: 'northfield.example' })
  const value = domainProof(org, 'northfield.example').recordValue
  const check = (o: Parameters<typeof outside>[0]) =>
    checkDomain(lapel.deps, outside(o).lookups, org.id, { accountId: ada.accountId })
  const present = async () => {
    const row = await organizationById(lapel.db, org.id)
    assert.ok(row)
    return row
  }
  return { ada, org, value, check, present }
}

test('a domain is read from what people paste', () => {
  for (const [typed, domain] of [
    ['northfield.example', 'northfield.example'],
    [' HTTPS://WWW.Northfield.Example/about?x=1#y ', 'www.northfield.example'],
    ['école.example.', 'xn--cole-9oa.example'],
  ] as const)
    assert.equal(readDomain(typed), domain)
  for (const typed of [
    '',
    'localhost',
    '127.0.0.1',
    '[::1]',
    'a b.example',
    'northfield',
    'user@northfield.example',
    'x.example:8080',
    '-a.example',
  ])
    assert.equal(readDomain(typed), undefined, typed)
})

test('a DNS record or a file proves the domain, each on its own', async (t) => {
  const lapel = await startLapel(t)
  const { value, check, present } = await withDomain(lapel)
  const byDns = await check({ records: ['v=spf1', value] })
  assert.deepEqual([byDns?.dns.outcome, byDns?.file.outcome, byDns?.isConfirmed], ['confirmed', 'nothing', true])
  assert.equal((await present()).domainMethod, 'dns')
  const byFile = await check({ page: { status: 200, body: `${value}\n` } })
  assert.deepEqual([byFile?.dns.outcome, byFile?.file.outcome, byFile?.isConfirmed], ['nothing', 'confirmed', true])
  assert.equal((await present()).domainMethod, 'file')
})

test('the look goes to the named places only, and follows no redirect', async (t) => {
  const lapel = await startLapel(t)
  const { org } = await withDomain(lapel)
  const { lookups, asked } = outside({ page: { status: 302 } })
  const check = await checkDomain(lapel.deps, lookups, org.id, 'system')
  assert.deepEqual(asked.names, ['_lapel.northfield.example'])
  assert.deepEqual(asked.urls, ['https://northfield.example/.well-known/lapel-verification.txt'])
  assert.equal(asked.options[0]?.maxRedirects, 0)
  assert.deepEqual(check?.file, { outcome: 'not-checked', reason: 'redirect' })
})

test('what was found is told, and what did not answer is not called wrong', async (t) => {
  const lapel = await startLapel(t)
  const { check, present } = await withDomain(lapel)
  const wrong = await check({
    records: ['lapel-verification=other'],
    page: { status: 200, body: '<html>\u0000' + 'x'.repeat(500) },
  })
  assert.deepEqual(wrong?.dns, { outcome: 'other', found: ['lapel-verification=other'] })
  assert.ok(wrong?.file.outcome === 'other' && (wrong.file.found[0]?.length ?? 999) <= 121)
  const silent = await check({ records: 'ETIMEOUT', page: 'fetch.timeout' })
  assert.deepEqual(
    [silent?.dns, silent?.file],
    [
      { outcome: 'not-checked', reason: 'timeout' },
      { outcome: 'not-checked', reason: 'timeout' },
    ],
  )
  assert.deepEqual((await check({ records: 'ESERVFAIL', page: 'fetch.not-public' }))?.file, {
    outcome: 'not-checked',
    reason: 'not-public',
  })
  assert.equal((await present()).domainConfirmedAt, null)
})

test('the proof of one organization proves nothing for another', async (t) => {
  const lapel = await startLapel(t)
  const { value } = await withDomain(lapel)
  const mallory = await lapel.person('mallory@example.org')
  const evil = await organization(lapel, { owner: mallory, name: 'Evil Institute', slug: 'evil' })
  await setDomain(lapel.deps, { organization: evil, accountId: mallory.accountId, domain: 'northfield.example' })
  const check = await checkDomain(lapel.deps, outside({ records: [value] }).lookups, evil.id, 'system')
  assert.equal(check?.isConfirmed, false)
})

test('a lost proof lowers the label after three days, and the owners are told', async (t) => {
  const lapel = await startLapel(t)
  const { org, value, check, present } = await withDomain(lapel)
  await check({ records: [value] })
  assert.deepEqual(await domainsDue(lapel.db, lapel.now()), [])
  lapel.passDays(31)
  assert.deepEqual(await domainsDue(lapel.db, lapel.now()), [{ id: org.id }])

  await recheckDomain(lapel.deps, outside({}).lookups, org.id)
  assert.ok((await present()).domainConfirmedAt, 'still confirmed on the first day')
  assert.equal((await lapel.mailTo('ada@example.org')).length, 0)
  lapel.passDays(1)
  assert.deepEqual(await domainsDue(lapel.db, lapel.now()), [{ id: org.id }], 'looked at again the next day')
  await recheckDomain(lapel.deps, outside({ records: [value] }).lookups, org.id)
  assert.equal((await present()).domainFailingSince, null)

  lapel.passDays(31)
  await recheckDomain(lapel.deps, outside({}).lookups, org.id)
  lapel.passDays(3)
  await recheckDomain(lapel.deps, outside({}).lookups, org.id)
  assert.equal((await present()).domainConfirmedAt, null)
  const [mail] = await lapel.mailTo('ada@example.org')
  assert.equal(mail?.subject, 'northfield.example is no longer confirmed for Northfield College')
})

test('another domain starts unconfirmed', async (t) => {
  const lapel = await startLapel(t)
  const { ada, org, value, check, present } = await withDomain(lapel)
  await check({ records: [value] })
  await ada.submit(
    '/console/northfield-college/domain',
    { domain: 'https://other.example/x' },
    { shownOn: '/console/northfield-college/domain' },
  )
  const row = await present()
  assert.deepEqual([row.domain, row.domainConfirmedAt], ['other.example', null])
  assert.match(ada.page?.words ?? '', /Not confirmed other\.example/)
  assert.equal(org.slug, 'northfield-college')
  const wrong = await ada.submit('/console/northfield-college/domain', { domain: '10.0.0.1' })
  assert.equal(wrong.status, 422)
  assert.match(wrong.words, /Enter a domain such as northfield\.example/)
})
