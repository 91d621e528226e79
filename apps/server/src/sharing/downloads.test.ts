import assert from 'node:assert/strict'
import test from 'node:test'
import { decodeJwt, publicKeyFromMultibase, readCredential } from '@lapel/openbadges'
import { compactVerify, importJWK } from 'jose'
import { anEarner, withdraw } from '../../test/fixtures/earner.ts'
import { startLapel } from '../../test/lapel.ts'

const file = (bytes: Uint8Array, name: string) => new File([new Uint8Array(bytes)], name)

test('every file that the panel offers is the badge: the checker finds it genuine', async (t) => {
  const lapel = await startLapel(t)
  const { publicId, earner, issuer, credentialId } = await anEarner(lapel, { visibility: 'link', name: 'Maya Roy' })
  const panel = await earner.get(`/badges/${publicId}/share`)
  const offered = [...panel.text.matchAll(/href="([^"]+)"[^>]*\sdownload\b/g)]
    .map(([, href = '']) => href.replaceAll('&amp;', '&'))
    .filter((href) => !href.includes('/share/qr.'))
  const tails = offered.map((href) => href.replace(`/badges/${publicId}/`, ''))
  assert.deepEqual(tails, [
    'badge.png',
    'badge.svg',
    'certificate.pdf?size=letter',
    'certificate.pdf?size=a4',
    'credential.json',
    'credential.jwt',
    'assertion.json',
  ])
  const signed = (await earner.get(`/badges/${publicId}/credential.json`)).text
  for (const [at, href] of offered.entries()) {
    const answer = await earner.get(href)
    assert.equal(answer.status, 200, href)
    const name = /filename="([^"]+)"/.exec(answer.headers.get('content-disposition') ?? '')?.[1] ?? ''
    assert.match(name, /^data-storytelling-[\w-]+\.(png|svg|pdf|json|v2\.json|jwt)$/)
    const checked = await lapel.visitor().submit('/verify', { file: file(answer.bytes, name) }, { shownOn: '/verify' })
    assert.match(checked.words, /Genuine checked/, href)
    // The older form names its recipient by a hash alone.
    assert.equal(/ to Maya Roy on/.test(checked.words), tails[at] !== 'assertion.json', href)
    // Byte for byte what the issuer signed, wherever it is put.
    if (['badge.png', 'badge.svg', 'credential.json'].includes(tails[at] ?? '') || href.includes('.pdf')) {
      const { credentials } = await readCredential(answer.bytes)
      assert.deepEqual(JSON.parse(credentials[0]?.text ?? ''), JSON.parse(signed), href)
    }
  }
  await withdraw(lapel, issuer, credentialId)
  for (const href of offered) assert.ok([404, 409].includes((await earner.get(href)).status), href)
})

test('the JWT holds what was signed, under the issuer’s published key, and another library agrees', async (t) => {
  const lapel = await startLapel(t)
  const { publicId, earner, issuer } = await anEarner(lapel)
  const [jwt, again] = [
    (await earner.get(`/badges/${publicId}/credential.jwt`)).text,
    (await earner.get(`/badges/${publicId}/credential.jwt`)).text,
  ]
  assert.equal(jwt, again)
  const { header, payload } = decodeJwt(jwt)
  const signed = (await earner.get(`/badges/${publicId}/credential.json`)).json() as Record<string, unknown>
  const { proof: _proof, ...document } = signed
  const { iss, jti, nbf, sub, ...claimed } = payload as Record<string, unknown>
  assert.deepEqual(claimed, document)
  assert.deepEqual([iss, jti], [(signed['issuer'] as { id: string }).id, signed['id']])
  assert.ok(typeof nbf === 'number' && (sub === undefined || typeof sub === 'string'))

  const published = (
    await lapel.visitor().request(`/i/${issuer.organization.publicId}/did.json`, {
      headers: { accept: 'application/json' },
    })
  ).json() as { verificationMethod: { id: string; publicKeyMultibase: string }[] }
  const method = published.verificationMethod.find(({ id }) => id === header['kid'])
  assert.ok(method)
  const key = await importJWK({ ...publicKeyFromMultibase(method.publicKeyMultibase).jwk }, 'EdDSA')
  assert.equal((await compactVerify(jwt, key)).protectedHeader.typ, 'JWT')
  await assert.rejects(compactVerify(`${jwt.slice(0, -8)}AAAAAAAA`, key))

  const mallory = await lapel.person('mallory@example.org')
  assert.equal((await mallory.get(`/badges/${publicId}/credential.jwt`)).status, 404)
  await lapel.db.updateTable('organizations').set({ state: 'suspended' }).execute()
  assert.equal((await earner.get(`/badges/${publicId}/credential.jwt`)).status, 409)
})
