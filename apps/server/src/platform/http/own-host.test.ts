import assert from 'node:assert/strict'
import { request } from 'node:http'
import { test } from 'node:test'
import { startLapel } from '../../../test/lapel.ts'

/** `fetch` sets the header itself, so this asks by hand. */
function statusFor(url: string, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, { headers: { host } }, (answer) => {
      answer.resume()
      resolve(answer.statusCode ?? 0)
    })
      .on('error', reject)
      .end()
  })
}

test('the demo answers at addresses and names that nobody else can own', async (t) => {
  const lapel = await startLapel(t)
  const { port } = new URL(lapel.url)
  for (const host of ['127.0.0.1', 'localhost', '192.168.1.20', '[::1]', 'lapel', 'demo.localhost'])
    assert.equal(await statusFor(`${lapel.url}/dev/mail`, `${host}:${port}`), 200, host)
  for (const host of ['rebind.evil.example', '127.0.0.1.evil.example', 'localhost.evil.example'])
    for (const path of ['/dev/mail', '/sign-in', '/'])
      assert.equal(await statusFor(`${lapel.url}${path}`, `${host}:${port}`), 421, host)
})

test('a real site answers whatever name its proxy passes on', async (t) => {
  const lapel = await startLapel(t, {
    PUBLIC_URL: 'https://badges.example.org',
    SMTP_URL: 'smtp://127.0.0.1:1',
    MAIL_FROM: 'badges@example.org',
  })
  assert.equal(await statusFor(`${lapel.url}/sign-in`, 'internal.example.org'), 200)
})
