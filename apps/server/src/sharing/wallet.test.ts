import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash, generateKeyPairSync, verify } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { test, type TestContext } from 'node:test'
import { unzipSync } from 'fflate'
import sharp from 'sharp'
import { anEarner, withdraw } from '../../test/fixtures/earner.ts'
import { startLapel } from '../../test/lapel.ts'
import { readConfig } from '../platform/config.ts'
import { selfSignedCertificate } from '../platform/pdf/document-certificate.ts'
import { checkDetachedSignature } from '../platform/pdf/pades.ts'

function folder(t: TestContext): string {
  const made = mkdtempSync(path.join(os.tmpdir(), 'lapel-wallet-'))
  t.after(() => rmSync(made, { recursive: true, force: true }))
  return made
}

const pem = (der: Buffer) =>
  `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/(.{64})/g, '$1\n')}\n-----END CERTIFICATE-----\n`

/** A pass certificate that is its own intermediate. */
function appleSettings(t: TestContext): Record<string, string> {
  const files = folder(t)
  const key = selfSignedCertificate({ commonName: 'Pass', organization: 'Test', now: new Date(), years: 1 })
  const write = (name: string, content: string) => {
    writeFileSync(path.join(files, name), content)
    return path.join(files, name)
  }
  const certificate = write('pass.pem', pem(key.certificate))
  return {
    APPLE_PASS_TYPE_ID: 'pass.org.example.badges',
    APPLE_TEAM_ID: 'TEAM123456',
    APPLE_PASS_CERTIFICATE_FILE: certificate,
    APPLE_PASS_KEY_FILE: write('pass.key', String(key.privateKey.export({ type: 'pkcs8', format: 'pem' }))),
    APPLE_WWDR_CERTIFICATE_FILE: certificate,
  }
}

test('an Apple pass has a manifest of all its files and a signature over it', async (t) => {
  const settings = appleSettings(t)
  const lapel = await startLapel(t, settings)
  const { publicId, earner, issuer, credentialId } = await anEarner(lapel, { visibility: 'link', name: 'Maya Roy' })
  assert.match((await earner.get(`/badges/${publicId}/share`)).words, /Add to Apple Wallet/)
  const answer = await earner.get(`/badges/${publicId}/badge.pkpass`)
  assert.equal(answer.headers.get('content-type'), 'application/vnd.apple.pkpass')
  const files = unzipSync(answer.bytes)
  const manifest = files['manifest.json']
  const signature = files['signature']
  assert.ok(manifest && signature)
  const listed = JSON.parse(new TextDecoder().decode(manifest)) as Record<string, string>
  assert.deepEqual(
    listed,
    Object.fromEntries(
      Object.entries(files)
        .filter(([name]) => !['manifest.json', 'signature'].includes(name))
        .map(([name, bytes]) => [name, createHash('sha1').update(bytes).digest('hex')]),
    ),
  )
  assert.equal((await sharp(files['icon@2x.png']).metadata()).width, 58)
  assert.equal(checkDetachedSignature(signature, manifest).isIntact, true)
  assert.equal(checkDetachedSignature(signature, Buffer.from(`${Buffer.from(manifest).toString()} `)).isIntact, false)
  const cms = path.join(folder(t), 'signature')
  writeFileSync(cms, signature)
  writeFileSync(`${cms}.json`, manifest)
  // An independent reader, where there is one.
  try {
    execFileSync(
      'openssl',
      [
        'cms',
        '-verify',
        '-inform',
        'DER',
        '-in',
        cms,
        '-binary',
        '-content',
        `${cms}.json`,
        '-noverify',
        '-out',
        `${cms}.out`,
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    )
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    t.diagnostic('openssl is not installed: the signature was checked by our own reader alone')
  }
  const pass = JSON.parse(new TextDecoder().decode(files['pass.json'])) as Record<string, unknown>
  assert.equal(pass['passTypeIdentifier'], 'pass.org.example.badges')
  assert.equal(pass['serialNumber'], publicId)
  assert.match(JSON.stringify(pass), /Maya Roy/)
  assert.match(JSON.stringify(pass['barcodes']), new RegExp(`/b/${publicId}`))

  const stranger = await lapel.person('mallory@example.org')
  assert.equal((await stranger.request(`/badges/${publicId}/badge.pkpass`)).status, 404)
  await withdraw(lapel, issuer, credentialId)
  assert.equal((await earner.request(`/badges/${publicId}/badge.pkpass`)).status, 409)
})

test('a link to Google Wallet holds a token signed by the operator’s service account', async (t) => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const file = path.join(folder(t), 'account.json')
  writeFileSync(
    file,
    JSON.stringify({
      client_email: 'badges@project.iam.gserviceaccount.com',
      private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    }),
  )
  const lapel = await startLapel(t, {
    GOOGLE_WALLET_ISSUER_ID: '3388000000012345678',
    GOOGLE_WALLET_SERVICE_ACCOUNT_FILE: file,
  })
  const { publicId, earner } = await anEarner(lapel, { visibility: 'public', name: 'Maya Roy' })
  const page = await earner.get(`/badges/${publicId}/share`)
  assert.ok(!page.words.includes('Add to Apple Wallet'))
  const token = /https:\/\/pay\.google\.com\/gp\/v\/save\/([\w.-]+)/.exec(page.text)?.[1] ?? ''
  const [head = '', body = '', signature = ''] = token.split('.')
  assert.ok(verify('sha256', Buffer.from(`${head}.${body}`), publicKey, Buffer.from(signature, 'base64url')))
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as {
    iss: string
    aud: string
    payload: { genericObjects: { id: string; barcode: { value: string } }[] }
  }
  assert.equal(claims.iss, 'badges@project.iam.gserviceaccount.com')
  assert.equal(claims.aud, 'google')
  const [object] = claims.payload.genericObjects
  assert.equal(object?.id, `3388000000012345678.${publicId}`)
  assert.equal(object?.barcode.value, `${lapel.config.publicUrl}/b/${publicId}`)
})

test('without the operator’s certificates there is no button and no address', async (t) => {
  const lapel = await startLapel(t)
  const { publicId, earner } = await anEarner(lapel, { visibility: 'public' })
  assert.ok(!/Wallet/.test((await earner.get(`/badges/${publicId}/share`)).words))
  assert.equal((await earner.request(`/badges/${publicId}/badge.pkpass`)).status, 404)
})

test('half a configuration is refused at the start, by name', (t) => {
  const DATA_DIR = folder(t)
  assert.throws(
    () => readConfig({ DATA_DIR, APPLE_TEAM_ID: 'TEAM123456' }),
    /APPLE_PASS_TYPE_ID.* is missing beside APPLE_TEAM_ID/,
  )
  assert.throws(
    () => readConfig({ DATA_DIR, DOCUMENT_CERTIFICATE_FILE: '/nowhere.pem', DOCUMENT_KEY_FILE: '/nowhere.key' }),
    /DOCUMENT_CERTIFICATE_FILE names \/nowhere\.pem, which is not there/,
  )
})
