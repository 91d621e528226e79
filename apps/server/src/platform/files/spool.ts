import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, rm } from 'node:fs/promises'
import path from 'node:path'
import type { KeptFile } from './file-store.ts'

/** A file that lies on this machine's disk, whole and synchronized, under a name of its own. */
export interface Spooled extends KeptFile {
  path: string
}

/**
 * Writes what comes to a file of its own and hashes it on the way, so that nothing is held in memory and the name, which
 * is the hash, is known before the file gets it. The caller moves or removes it.
 */
export async function spool(folder: string, bytes: Uint8Array | AsyncIterable<Uint8Array>): Promise<Spooled> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const target = path.join(folder, `${randomUUID()}.part`)
  const file = await open(target, 'wx', 0o600)
  const hash = createHash('sha256')
  let size = 0
  try {
    for await (const chunk of bytes instanceof Uint8Array ? [bytes] : bytes) {
      hash.update(chunk)
      size += chunk.length
      await file.writeFile(chunk)
    }
    await file.sync()
  } catch (error) {
    await file.close()
    await rm(target, { force: true })
    throw error
  }
  await file.close()
  return { path: target, hash: hash.digest('hex'), size }
}
