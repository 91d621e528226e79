import assert from 'node:assert/strict'
import { test } from 'node:test'
import { choicesOf, documentsHref, filterDocuments, ofTab, readQuery } from './filter-documents.ts'
import type { DocumentRow } from './store.ts'

const row = (given: Partial<DocumentRow>): DocumentRow => ({
  id: 'x',
  publicId: 'x',
  organizationId: 'o',
  kind: 'transcript',
  title: 'Relevé de notes',
  documentDate: '2026-03-04',
  recipientName: 'Maya Roy',
  recipientEmail: 'maya@northfield.example',
  recipientEmailCanonical: 'maya@northfield.example',
  accountId: 'a',
  credentialId: null,
  originalHash: '',
  originalSize: 1,
  pages: 1,
  fileHash: null,
  fileSize: null,
  state: 'issued',
  decision: 'accepted',
  validity: 'live',
  delivery: 'sent',
  notify: true,
  withdrawal: null,
  createdAt: new Date(0),
  issuedAt: new Date(0),
  decidedAt: null,
  withdrawnAt: null,
  issuerName: 'Northfield College',
  issuerSlug: 'northfield',
  issuerContact: null,
  claimLinkDays: 90,
  domainConfirmedAt: null,
  badgePublicId: null,
  badgeAccountId: null,
  successorPublicId: null,
  badgeName: null,
  ...given,
})
const query = (text: string) => readQuery(new URLSearchParams(text))

test('an address with nonsense in it is the plain list; filters stay in the address', () => {
  assert.equal(documentsHref(query('show=x&page=-3&year=20&kind=;drop&status=declined')), '/documents')
  const asked = query('q=a b&issuer=n&kind=letter&status=valid&year=2026&page=3')
  const expected = '/documents?q=a+b&issuer=n&kind=letter&status=valid&year=2026'
  assert.equal(documentsHref(asked), expected)
  assert.equal(documentsHref(asked, { page: 2 }), `${expected}&page=2`)
})

test('several filters hold together; words are found in any order, without accents and in the badge beside it', () => {
  const rows = [
    row({ publicId: 'a' }),
    row({ publicId: 'b', kind: 'letter', title: 'Letter', documentDate: '2025-01-01', badgeName: 'Ethics' }),
    row({ publicId: 'c', kind: 'letter', title: 'Letter', validity: 'withdrawn' }),
    row({ publicId: 'd', issuerSlug: 'other', issuerName: 'Other' }),
  ]
  const ids = (text: string) => filterDocuments(rows, query(text)).map(({ publicId }) => publicId)
  assert.deepEqual(ids('q=NOTES releve'), ['a', 'd'])
  assert.deepEqual(ids('q=ethics'), ['b'])
  assert.deepEqual(ids('kind=letter'), ['b', 'c'])
  assert.deepEqual(ids('kind=letter&status=withdrawn'), ['c'])
  assert.deepEqual(ids('kind=letter&year=2025&issuer=northfield'), ['b'])
  assert.deepEqual(ids('issuer=other&kind=letter'), [])
  assert.deepEqual(choicesOf(rows, 'en'), {
    issuers: [
      { slug: 'northfield', name: 'Northfield College' },
      { slug: 'other', name: 'Other' },
    ],
    kinds: ['transcript', 'letter'],
    states: ['valid', 'withdrawn'],
    years: ['2026', '2025'],
  })
})

test('a declined document stands in its tab alone', () => {
  const rows = [
    row({ publicId: 'a' }),
    row({ publicId: 'b', decision: 'rejected' }),
    row({ publicId: 'c', decision: 'waiting' }),
  ]
  const ids = (tab: 'all' | 'waiting' | 'declined') => ofTab(rows, tab).map(({ publicId }) => publicId)
  assert.deepEqual([ids('all'), ids('waiting'), ids('declined')], [['a', 'c'], ['c'], ['b']])
})
