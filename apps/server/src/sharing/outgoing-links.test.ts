import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import test from 'node:test'
import {
  blueskyPost,
  emailMessage,
  facebookShare,
  googleWalletSave,
  linkedInAddToProfile,
  linkedInPost,
  linkedInRefresh,
  mastodonPost,
  mastodonServer,
  type SharedBadge,
  whatsAppMessage,
  xPost,
} from './outgoing-links.ts'

const url = 'https://lapel.example/b/Hk3vTq9xQyWm0aBcDeFgHi'
const badge: SharedBadge = {
  name: 'Data Storytelling',
  issuerName: 'Northfield College',
  url,
  label: '7Q2M-9KXA',
  issuedOn: new Date('2026-03-04T00:00:00Z'),
  expiresOn: null,
  linkedInOrganizationId: null,
}

test('LinkedIn add-to-profile carries every value, and no expiry when there is none', () => {
  assert.equal(
    linkedInAddToProfile(badge),
    'https://www.linkedin.com/profile/add?startTask=CERTIFICATION_NAME&name=Data%20Storytelling' +
      '&organizationName=Northfield%20College&issueYear=2026&issueMonth=3' +
      '&certUrl=https%3A%2F%2Flapel.example%2Fb%2FHk3vTq9xQyWm0aBcDeFgHi&certId=7Q2M-9KXA',
  )
})

test('LinkedIn gets the organization by its number where there is one, never both', () => {
  const parameters = new URL(linkedInAddToProfile({ ...badge, linkedInOrganizationId: '1337' })).searchParams
  assert.equal(parameters.get('organizationId'), '1337')
  assert.equal(parameters.get('organizationName'), null)
  const wrong = new URL(linkedInAddToProfile({ ...badge, linkedInOrganizationId: 'northfield' })).searchParams
  assert.equal(wrong.get('organizationId'), null)
  assert.equal(wrong.get('organizationName'), 'Northfield College')
})

for (let month = 1; month <= 12; month++) {
  test(`LinkedIn counts month ${month} from 1`, () => {
    const day = new Date(Date.UTC(2026, month - 1, month % 2 ? 1 : 28, month % 2 ? 0 : 23, 59))
    const parameters = new URL(linkedInAddToProfile({ ...badge, issuedOn: day, expiresOn: day })).searchParams
    assert.equal(parameters.get('issueMonth'), String(month))
    assert.equal(parameters.get('expirationMonth'), String(month))
    assert.equal(parameters.get('expirationYear'), '2026')
  })
}

for (const name of [
  'R&D "Level 1" = 50% + more',
  'Démarche qualité : l’essentiel',
  '数据叙事',
  'a?b#c/d\\e',
  "😀 (Master) *!'",
]) {
  test(`an odd name arrives whole: ${name}`, () => {
    const link = linkedInAddToProfile({ ...badge, name, issuerName: name })
    assert.match(link, /^[\x21-\x7e]+$/)
    const parameters = new URL(link).searchParams
    assert.equal(parameters.get('name'), name)
    assert.equal(parameters.get('organizationName'), name)
    assert.equal([...parameters.keys()].length, 7)
    assert.ok(!/[()'!*+ ]/.test(new URL(link).search))
  })
}

test('the other networks get the address, and text where they take it', () => {
  const text = 'I earned Data & Story from Northfield'
  assert.equal(linkedInPost(url), `https://www.linkedin.com/sharing/share-offsite/?url=${encodeURIComponent(url)}`)
  assert.equal(linkedInRefresh(url), `https://www.linkedin.com/post-inspector/inspect/${encodeURIComponent(url)}`)
  assert.equal(facebookShare(url), `https://www.facebook.com/sharer/sharer.php?u=${encodeURIComponent(url)}`)
  assert.equal(
    xPost({ text, url }),
    `https://x.com/intent/tweet?text=I%20earned%20Data%20%26%20Story%20from%20Northfield&url=${encodeURIComponent(url)}`,
  )
  assert.equal(new URL(blueskyPost({ text, url })).searchParams.get('text'), `${text} ${url}`)
  assert.equal(new URL(whatsAppMessage({ text, url })).searchParams.get('text'), `${text} ${url}`)
  assert.equal(new URL(whatsAppMessage({ text, url })).host, 'wa.me')
  assert.equal(
    emailMessage({ subject: 'My badge', body: `Hello\n${url}` }),
    `mailto:?subject=My%20badge&body=Hello%0D%0A${encodeURIComponent(url)}`,
  )
  assert.equal(
    new URL(mastodonPost({ server: 'mastodon.example', text, url }) ?? '').searchParams.get('text'),
    `${text} ${url}`,
  )
})

test('long text is cut where a network has a limit, the address never', () => {
  const text = '👩🏽‍🏫'.repeat(400)
  const bluesky = new URL(blueskyPost({ text, url })).searchParams.get('text') ?? ''
  const count = [...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(bluesky)].length
  assert.equal(count, 300)
  assert.ok(bluesky.endsWith(`… ${url}`))
  const x = new URL(xPost({ text: 'a'.repeat(400), url })).searchParams.get('text') ?? ''
  assert.equal(x.length, 256)
})

test('a Mastodon server is a public host name and nothing else', () => {
  for (const typed of [
    'mastodon.example',
    ' https://mastodon.example/ ',
    '@ada@mastodon.example',
    'Mastodon.Example/share?x',
  ])
    assert.equal(mastodonServer(typed), 'mastodon.example')
  for (const typed of [
    '',
    'localhost',
    '127.0.0.1',
    '[::1]',
    'mastodon.example:8443',
    'a b.example',
    'javascript:alert(1)',
    '//',
    'http://',
    '2130706433',
  ])
    assert.equal(mastodonServer(typed), undefined, typed)
})

test('no other file builds an address on a network', () => {
  const root = path.join(import.meta.dirname, '..')
  const builds =
    /https?:\/\/(?:[\w-]+\.)*(?:linkedin\.com|x\.com|twitter\.com|facebook\.com|bsky\.app|wa\.me|whatsapp\.com|pay\.google\.com|share\.joinmastodon\.org)\b|https:\/\/\$\{[^}]+\}\/share\b|mailto:\?/
  const guilty = globSync('**/*.ts', { cwd: root }).filter(
    (file) =>
      !/\.test\.ts$|(?:^|\/)outgoing-links\.ts$/.test(file) && builds.test(readFileSync(path.join(root, file), 'utf8')),
  )
  assert.deepEqual(guilty, [])
  // What is looked for is what stands in the one file that may.
  assert.match(readFileSync(path.join(root, 'sharing/outgoing-links.ts'), 'utf8'), builds)
  assert.equal(googleWalletSave('a.b.c'), 'https://pay.google.com/gp/v/save/a.b.c')
})
