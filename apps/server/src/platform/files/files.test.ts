import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { test, type TestContext } from 'node:test'
import { type FileStore, fileStore } from './file-store.ts'

function folder(t: TestContext): string {
  const made = mkdtempSync(path.join(os.tmpdir(), 'lapel-files-'))
  t.after(() => rmSync(made, { recursive: true, force: true }))
  return made
}

const text = (words: string) => new TextEncoder().encode(words)

/** What both stores promise. */
async function holdsItsPromises(store: FileStore): Promise<void> {
  const bytes = text('a transcript')
  const hash = createHash('sha256').update(bytes).digest('hex')
  assert.deepEqual(await store.keep(bytes), { hash, size: bytes.length })
  assert.deepEqual(await store.read(hash), bytes)
  // The same bytes in pieces are the same file.
  async function* pieces() {
    yield text('a tran')
    yield text('script')
  }
  assert.deepEqual(await store.keep(pieces()), { hash, size: bytes.length })
  const stream = await store.stream(hash)
  assert.ok(stream)
  const read: Uint8Array[] = []
  for await (const chunk of stream) read.push(chunk as Uint8Array)
  assert.deepEqual(new Uint8Array(Buffer.concat(read)), bytes)
  await store.remove(hash)
  await store.remove(hash)
  assert.equal(await store.read(hash), undefined)
  assert.equal(await store.stream(hash), undefined)
  await assert.rejects(store.read('../../etc/passwd'), RangeError)
}

test('files at home are kept under their hash, once, and leave no part behind', async (t) => {
  const dataDirectory = folder(t)
  const store = fileStore({ dataDirectory, filesS3: undefined })
  await holdsItsPromises(store)
  await assert.rejects(
    store.keep(
      (async function* () {
        yield text('half')
        throw new Error('the line broke')
      })(),
    ),
    /the line broke/,
  )
  assert.deepEqual(readdirSync(path.join(dataDirectory, 'files', 'incoming')), [])
  const { hash } = await store.keep(text('whole'))
  assert.deepEqual(
    readdirSync(path.join(dataDirectory, 'files'), { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith(hash),
    ),
    [path.join(hash.slice(0, 2), hash)],
  )
})

test('a file that the disk has changed is not handed out', async (t) => {
  const dataDirectory = folder(t)
  const store = fileStore({ dataDirectory, filesS3: undefined })
  const { hash } = await store.keep(text('mark: 5.0'))
  writeFileSync(path.join(dataDirectory, 'files', hash.slice(0, 2), hash), 'mark: 1.0')
  await assert.rejects(store.read(hash), /not what was kept/)
})

test('files in a bucket: length and checksum are sent, the same file once', async (t) => {
  const objects = new Map<string, Buffer>()
  const seen: string[] = []
  const server = createServer((request, response) => {
    const key = decodeURIComponent(new URL(request.url ?? '', 'http://s3').pathname)
    seen.push(`${request.method} ${key}`)
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks)
      const known = objects.get(key)
      if (request.method === 'PUT') {
        // As the service does: what does not fit its checksum is refused.
        const sum = createHash('sha256').update(body).digest('base64')
        if (request.headers['x-amz-checksum-sha256'] !== sum) {
          response.writeHead(400).end()
          return
        }
        objects.set(key, body)
        response.writeHead(200).end()
      } else if (request.method === 'DELETE') {
        objects.delete(key)
        response.writeHead(204).end()
      } else if (!known)
        response
          .writeHead(404, { 'content-type': 'application/xml' })
          .end(request.method === 'HEAD' ? '' : '<Error><Code>NoSuchKey</Code></Error>')
      else response.writeHead(200, { 'content-length': known.length }).end(request.method === 'HEAD' ? '' : known)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const dataDirectory = folder(t)
  const store = fileStore({
    dataDirectory,
    filesS3: {
      bucket: 'documents',
      region: 'us-east-1',
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      prefix: 'lapel/',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    },
  })
  await holdsItsPromises(store)
  assert.equal(seen.filter((line) => line.startsWith('PUT')).length, 1)
  assert.ok(seen.every((line) => line.includes(' /documents/lapel/')))
  assert.deepEqual(readdirSync(path.join(dataDirectory, 'incoming')), [])
})
