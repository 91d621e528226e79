import assert from 'node:assert/strict'
import test from 'node:test'
import { backpackHref, badgesOfTab, filterBadges, readQuery } from './filter-badges.ts'
import type { BackpackRow } from './store.ts'

const now = new Date('2026-06-01T00:00:00Z')
const row = (given: Partial<BackpackRow>): BackpackRow => ({
  publicId: 'x',
  name: 'Data Storytelling',
  language: 'en',
  badgeLanguage: 'en',
  issuerName: 'Northfield College',
  issuerSlug: 'northfield',
  picturePngHash: '0',
  skills: '["Charts"]',
  awardedOn: '2026-03-04',
  validUntil: null,
  validity: 'live',
  decision: 'accepted',
  visibility: 'private',
  decidedAt: null,
  sharingOffSince: null,
  ...given,
})
const query = (text: string) => readQuery(new URLSearchParams(text))

test('an address with nonsense in it is the plain list', () => {
  assert.equal(backpackHref(query('show=x&page=-3&year=20&sort=;drop&view=list&status=declined')), '/badges')
})

test('filters stay in the address, and another filter begins at the first page', () => {
  const asked = query('q=a b&issuer=n&status=valid&sort=name&view=table&page=3&year=2026&visibility=link')
  const expected = '/badges?q=a+b&issuer=n&status=valid&visibility=link&year=2026&sort=name&view=table'
  assert.equal(backpackHref(asked), expected)
  assert.equal(backpackHref(asked, { page: 2 }), `${expected}&page=2`)
})

test('search finds words in any order, without accents and in skills', () => {
  const badges = badgesOfTab(
    [row({ publicId: 'a', name: 'Travail d’équipe' }), row({ publicId: 'b', skills: '["Ethics"]' })],
    'all',
    now,
  )
  const ids = (q: string) => filterBadges(badges, query(`q=${q}`), 'fr').map(({ publicId }) => publicId)
  assert.deepEqual(ids('EQUIPE travail'), ['a'])
  assert.deepEqual(ids('ethics northfield'), ['b'])
  assert.deepEqual(ids('nothing'), [])
})

test('each badge stands in the tabs it belongs to, and a declined one goes after 30 days', () => {
  const rows = [
    row({ publicId: 'waiting', decision: 'waiting' }),
    row({ publicId: 'declined', decision: 'rejected', decidedAt: new Date('2026-05-20T00:00:00Z') }),
    row({ publicId: 'gone', decision: 'rejected', decidedAt: new Date('2026-04-20T00:00:00Z') }),
    row({ publicId: 'soon', validUntil: new Date('2026-07-01T00:00:00Z') }),
    row({ publicId: 'past', validUntil: now }),
    row({ publicId: 'revoked', validity: 'revoked' }),
  ]
  const ids = (show: 'all' | 'waiting' | 'declined') => badgesOfTab(rows, show, now).map(({ publicId }) => publicId)
  assert.deepEqual(ids('all'), ['waiting', 'soon', 'past', 'revoked'])
  assert.deepEqual(ids('waiting'), ['waiting'])
  assert.deepEqual(ids('declined'), ['declined'])
  assert.deepEqual(
    badgesOfTab(rows, 'all', now).map(({ state }) => state),
    ['waiting', 'expires-soon', 'expired', 'withdrawn'],
  )
})

test('names are sorted as the reader’s language sorts them', () => {
  const badges = badgesOfTab(
    ['Zèbre', 'école', 'Eau', 'Badge 10', 'Badge 9'].map((name) => row({ name })),
    'all',
    now,
  )
  assert.deepEqual(
    filterBadges(badges, query('sort=name'), 'fr').map(({ name }) => name),
    ['Badge 9', 'Badge 10', 'Eau', 'école', 'Zèbre'],
  )
})
