import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deflateSync } from 'node:zlib'
import { pngChunk, samplePng } from '../test/sample.ts'
import { bakePng, preparePng, stripPng, unbakePng } from './bake-png.ts'

const picture = samplePng()
const before = (chunk: Uint8Array) => Buffer.concat([picture.subarray(0, 33), chunk, picture.subarray(33)])

test('a baked badge comes out of the picture as it went in', async () => {
  const text = '{"name":"Prüfung 😀"}'
  assert.deepEqual(await unbakePng(bakePng(picture, text)), [{ keyword: 'openbadgecredential', text }])
})

test('the badge stands right after IHDR, uncompressed, and the rest of the picture is untouched', () => {
  const baked = Buffer.from(bakePng(picture, 'TOKEN'))
  assert.deepEqual(
    baked.subarray(33),
    Buffer.concat([pngChunk('iTXt', Buffer.from('openbadgecredential\0\0\0\0\0TOKEN')), picture.subarray(33)]),
  )
  assert.deepEqual(Buffer.from(stripPng(baked)), Buffer.from(picture))
})

test('baking again replaces the badge, also one of the other version', async () => {
  const twice = bakePng(bakePng(bakePng(picture, 'old', 'openbadges'), 'one'), 'two')
  assert.deepEqual(await unbakePng(twice), [{ keyword: 'openbadgecredential', text: 'two' }])
})

test('a prepared picture bakes the same file as baking at once', () => {
  assert.deepEqual(preparePng(picture).bake('TOKEN'), bakePng(picture, 'TOKEN'))
})

test('reads tEXt, zTXt and compressed iTXt that others wrote, the first one first', async () => {
  const url = 'https://college.example/assertions/1'
  assert.deepEqual(await unbakePng(before(pngChunk('tEXt', Buffer.from(`openbadges\0${url}`)))), [
    { keyword: 'openbadges', text: url },
  ])
  const zipped = deflateSync(Buffer.from('{"a":1}'))
  const itxt = pngChunk('iTXt', Buffer.concat([Buffer.from('openbadgecredential\0\x01\0en\0Abzeichen\0'), zipped]))
  const ztxt = pngChunk('zTXt', Buffer.concat([Buffer.from('openbadges\0\0'), zipped]))
  assert.deepEqual(
    (await unbakePng(before(Buffer.concat([itxt, ztxt])))).map((badge) => badge.keyword),
    ['openbadgecredential', 'openbadges'],
  )
})

test('a compressed badge that opens to gigabytes is not opened', async () => {
  const bomb = pngChunk(
    'iTXt',
    Buffer.concat([Buffer.from('openbadgecredential\0\x01\0\0\0'), deflateSync(Buffer.alloc(64 * 1024 * 1024))]),
  )
  assert.deepEqual(await unbakePng(before(bomb)), [])
})

test('a picture that was cut off still gives its badge; one that is no PNG is refused', async () => {
  const baked = bakePng(picture, 'TOKEN')
  assert.equal((await unbakePng(baked.subarray(0, baked.length - 30)))[0]?.text, 'TOKEN')
  await assert.rejects(unbakePng(Buffer.from('GIF89a, not a PNG at all')), { code: 'image.unreadable' })
  assert.throws(() => bakePng(picture.subarray(0, 60), 'TOKEN'), { code: 'image.unreadable' })
})

test('a chunk that claims more bytes than the file has is not believed', async () => {
  const lying = Buffer.from(before(pngChunk('iTXt', Buffer.from('openbadges\0\0\0\0\0x'))))
  lying.writeUInt32BE(0x7fffffff, 33)
  assert.deepEqual(await unbakePng(lying), [])
})
