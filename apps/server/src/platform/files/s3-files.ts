import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import type { FilesS3 } from '../config.ts'
import { type FileStore, isFileHash } from './file-store.ts'
import { spool } from './spool.ts'

/**
 * Files in a bucket, for several machines. What comes is written to this machine's disk first: the name is the hash, and
 * a request to the service says its length and checksum, so a broken upload leaves nothing.
 */
export function s3Files(o: FilesS3, dataDirectory: string): FileStore {
  const client = new S3Client({
    region: o.region,
    ...(o.endpoint ? { endpoint: o.endpoint, forcePathStyle: true } : {}),
    ...(o.credentials ? { credentials: o.credentials } : {}),
    maxAttempts: 4,
  })
  const incoming = path.join(dataDirectory, 'incoming')
  const at = (hash: string) => {
    if (!isFileHash(hash)) throw new RangeError('A file is named by the hash of its bytes')
    return { Bucket: o.bucket, Key: `${o.prefix}${hash.slice(0, 2)}/${hash}` }
  }
  const stream = async (hash: string): Promise<Readable | undefined> => {
    const answer = await client.send(new GetObjectCommand(at(hash))).catch(missing)
    return answer?.Body instanceof Readable ? answer.Body : undefined
  }
  return {
    async keep(bytes) {
      const { path: from, hash, size } = await spool(incoming, bytes)
      try {
        const known = await client.send(new HeadObjectCommand(at(hash))).catch(missing)
        if (known?.ContentLength !== size)
          await client.send(
            new PutObjectCommand({
              ...at(hash),
              Body: createReadStream(from),
              ContentLength: size,
              ContentType: 'application/octet-stream',
              ChecksumSHA256: Buffer.from(hash, 'hex').toString('base64'),
            }),
          )
      } finally {
        await rm(from, { force: true })
      }
      return { hash, size }
    },
    async read(hash) {
      const body = await stream(hash)
      if (!body) return undefined
      const chunks: Uint8Array[] = []
      for await (const chunk of body) chunks.push(chunk as Uint8Array)
      const bytes = Buffer.concat(chunks)
      if (createHash('sha256').update(bytes).digest('hex') !== hash)
        throw new Error(`The file ${hash} is not what was kept: the service has changed it`)
      return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
    },
    stream,
    async remove(hash) {
      await client.send(new DeleteObjectCommand(at(hash)))
    },
  }
}

function missing(error: unknown): undefined {
  if (error instanceof NoSuchKey || error instanceof NotFound) return undefined
  throw error
}
