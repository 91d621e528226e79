import assert from 'node:assert/strict'
import test from 'node:test'
import {
  achievementCredential,
  bakePng,
  bakeSvg,
  didKey,
  generateEd25519KeyPair,
  hashIdentity,
  type JsonObject,
  signCredential,
  signJwt,
} from '@lapel/openbadges'
import { unzipSync } from 'fflate'
import sharp from 'sharp'
import { anEarner } from '../../test/fixtures/earner.ts'
import { type Lapel, startLapel } from '../../test/lapel.ts'
import { createVerifier } from './verifier.ts'
import { addBadge, recheckImported } from './index.ts'

const never = () => Promise.reject(new Error('nothing is fetched in this test'))

/** A badge of an issuer that is known only by its key, as a wallet on a phone makes them. */
async function foreignBadge(o: { to: string; name?: string; validUntil?: string }) {
  const pair = await generateEd25519KeyPair()
  const { did, verificationMethod } = didKey(pair.publicKey)
  const credential = achievementCredential({
    id: `https://elsewhere.example/badges/${o.name ?? 'one'}`,
    issuer: { id: did, name: 'Elsewhere Guild' },
    recipient: { identifier: [hashIdentity(o.to, { salt: 'salt-of-this-one' })] },
    achievement: {
      id: 'https://elsewhere.example/achievements/1',
      name: o.name ?? 'First Aid',
      description: 'Helps first.',
      criteria: { narrative: 'Helped.' },
    },
    validFrom: '2026-01-02T00:00:00Z',
    ...(o.validUntil ? { validUntil: o.validUntil } : {}),
  })
  return signCredential(credential as unknown as JsonObject, {
    signer: pair.signer,
    verificationMethod,
    created: new Date('2026-01-02T00:00:00Z'),
  })
}

function file(text: string, name: string) {
  return new File([text], name)
}

async function add(visitor: Awaited<ReturnType<Lapel['person']>>, content: File) {
  return visitor.submit('/badges/add', { file: content }, { shownOn: '/badges/add' })
}

test('a badge from elsewhere is checked, kept with its result, and shown in the backpack', async (t) => {
  const lapel = await startLapel(t)
  const maya = await lapel.person('maya@northfield.example')
  const signed = await foreignBadge({ to: 'maya@northfield.example' })
  const picture = await sharp({ create: { width: 200, height: 200, channels: 3, background: '#0B5563' } })
    .png()
    .toBuffer()
  const baked = new File([new Uint8Array(bakePng(picture, JSON.stringify(signed)))], 'badge.png')
  const done = await add(maya, baked)
  assert.match(done.words, /The badge is in your backpack, with the result of its check\./)
  assert.match(
    done.words,
    /Issuer not confirmed .*The file is unaltered, but we could not confirm that Elsewhere Guild made it\./,
  )
  const list = await maya.get('/badges')
  assert.match(list.words, /Badges from elsewhere First Aid Elsewhere Guild January 2, 2026 Issuer not confirmed/)
  const path = /href="(\/badges\/elsewhere\/[\w-]{22})"/.exec(list.text)?.[1] ?? ''
  const download = await maya.get(`${path}/credential.json`)
  assert.deepEqual(download.json(), JSON.parse(JSON.stringify(signed)))
  assert.match((await add(maya, baked)).words, /This badge is in your backpack already\./)

  const mallory = await lapel.person('mallory@example.org')
  for (const part of ['', '/credential.json']) assert.equal((await mallory.get(path + part)).status, 404)
  await maya.get(path)
  assert.match((await maya.submit(`${path}/remove`)).words, /First Aid is no longer in your backpack\./)
})

test('a badge of somebody else, an altered one and one of this site are not taken', async (t) => {
  const lapel = await startLapel(t)
  const { earner, publicId } = await anEarner(lapel, { visibility: 'public' })
  const others = await foreignBadge({ to: 'zoe@elsewhere.example' })
  const refused = await add(earner, file(JSON.stringify(others), 'x.json'))
  assert.equal(refused.status, 422)
  assert.match(refused.words, /issued to an address that is not in your account\. Add that address first/)
  assert.match(refused.text, /href="\/settings\/account\/link"/)
  const mine = JSON.stringify(await foreignBadge({ to: earner.email })).replace('First Aid', 'Last Aid')
  assert.match((await add(earner, file(mine, 'x.json'))).words, /This is not a valid badge, so it was not added\./)
  const own = (await earner.request(`/badges/${publicId}/credential.json`)).text
  assert.match((await add(earner, file(own, 'x.json'))).words, /This badge was issued here\./)
  assert.match((await add(earner, file('hello', 'x.txt'))).words, /We could not find a badge in this file\./)
  // Said of what was given: a text, or an address that leads nowhere.
  assert.match(
    (await earner.submit('/badges/add', { text: 'hello' }, { shownOn: '/badges/add' })).words,
    /We could not find a badge in this text\./,
  )
  const nowhere = { text: 'http://127.0.0.1:9/b' }
  assert.match(
    (await earner.submit('/badges/add', nowhere, { shownOn: '/badges/add' })).words,
    /This address did not answer\./,
  )
  assert.equal((await lapel.db.selectFrom('importedBadges').select('id').execute()).length, 0)
})

test('kept badges are checked again after a week, and say what became of them', async (t) => {
  const lapel = await startLapel(t)
  const maya = await lapel.person('maya@northfield.example')
  const verifier = createVerifier(async ({ kind }) => (kind === 'load' ? never() : undefined))
  t.after(() => verifier.close())
  const deps = { ...lapel.deps, verifier, fetchPublic: never }
  const validUntil = new Date(lapel.now().getTime() + 5 * 86_400_000).toISOString().replace(/\.\d+Z/, 'Z')
  const signed = await foreignBadge({ to: maya.email, validUntil })
  await addBadge(deps, { accountId: maya.accountId, input: JSON.stringify(signed), source: 'text' })
  assert.equal(await recheckImported(deps), 0)
  lapel.passDays(8)
  assert.equal(await recheckImported(deps), 1)
  const { report } = await lapel.db.selectFrom('importedBadges').select('report').executeTakeFirstOrThrow()
  const dates = (report as { checks: { name: string; code: string }[] }).checks.find(({ name }) => name === 'dates')
  assert.equal(dates?.code, 'dates.expired')
})

test('a badge is taken from an SVG, from its address and as a JWT, each once', async (t) => {
  const lapel = await startLapel(t)
  const maya = await lapel.person('maya@northfield.example')
  const [drawn, hosted, unsigned] = [
    await foreignBadge({ to: maya.email, name: 'Drawn' }),
    await foreignBadge({ to: maya.email, name: 'Hosted' }),
    await foreignBadge({ to: maya.email, name: 'Token' }),
  ]
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="4"/></svg>'
  await add(maya, file(bakeSvg(svg, JSON.stringify(drawn)), 'badge.svg'))

  // As a wallet sends it: header and payload of its own, signed with the issuer's key.
  const pair = await generateEd25519KeyPair()
  const { did, verificationMethod } = didKey(pair.publicKey)
  const issuer = { id: did, type: ['Profile'], name: 'Elsewhere Guild' }
  const jwt = await signJwt(
    { ...unsigned, issuer, proof: undefined },
    { signer: pair.signer, algorithm: 'EdDSA', kid: verificationMethod },
  )
  const pasted = await maya.submit('/badges/add', { text: jwt }, { shownOn: '/badges/add' })
  assert.match(pasted.words, /The badge is in your backpack/)

  // Only the edge of the network stands in for the other site.
  const address = 'https://elsewhere.example/badges/Hosted'
  const verifier = createVerifier(async (question) =>
    question.kind === 'load'
      ? question.url === address
        ? {
            status: 200,
            headers: { 'content-type': 'application/vc+ld+json' },
            body: new TextEncoder().encode(JSON.stringify(hosted)),
            url: address,
          }
        : never()
      : undefined,
  )
  t.after(() => verifier.close())
  const deps = { ...lapel.deps, verifier, fetchPublic: never }
  await addBadge(deps, { accountId: maya.accountId, input: address, source: 'address' })
  await assert.rejects(addBadge(deps, { accountId: maya.accountId, input: address, source: 'address' }), {
    code: 'add.known',
  })
  const rows = await lapel.db.selectFrom('importedBadges').select(['name', 'source']).orderBy('name').execute()
  assert.deepEqual(
    rows.map(({ name, source }) => `${name} ${source}`),
    ['Drawn file', 'Hosted address', 'Token text'],
  )
  // The search of the backpack finds them, and the archive holds them.
  assert.match((await maya.get('/badges?q=hosted')).words, /Hosted Elsewhere Guild/)
  assert.doesNotMatch((await maya.get('/badges?q=hosted')).words, /Drawn/)
  const files = unzipSync((await maya.request('/badges/backpack.zip?all=1')).bytes)
  const elsewhere = Object.keys(files).filter((name) => name.startsWith('elsewhere/'))
  for (const name of ['drawn.json', 'drawn.png', 'hosted.json', 'token.jwt'])
    assert.ok(elsewhere.includes(`elsewhere/${name}`), `${name} of ${elsewhere.join(' ')}`)
})
