import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { access, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { type FileStore, isFileHash } from './file-store.ts'
import { spool } from './spool.ts'

/**
 * Files below `{dataDirectory}/files`, 256 folders by the first byte of the hash. A file appears by being renamed, after
 * its bytes are on the disk, so a power cut leaves it whole or not at all.
 */
export function localFiles(dataDirectory: string): FileStore {
  const root = path.join(dataDirectory, 'files')
  const incoming = path.join(root, 'incoming')
  const pathOf = (hash: string) => {
    if (!isFileHash(hash)) throw new RangeError('A file is named by the hash of its bytes')
    return path.join(root, hash.slice(0, 2), hash)
  }
  return {
    async keep(bytes) {
      const { path: from, hash, size } = await spool(incoming, bytes)
      const target = pathOf(hash)
      if (await exists(target)) await rm(from)
      else {
        await mkdir(path.dirname(target), { recursive: true, mode: 0o700 })
        await rename(from, target)
        await syncFolder(path.dirname(target))
        await syncFolder(root)
      }
      return { hash, size }
    },
    async read(hash) {
      const bytes = await readFile(pathOf(hash)).catch(missing)
      if (bytes && createHash('sha256').update(bytes).digest('hex') !== hash)
        throw new Error(`The file ${hash} is not what was kept: the disk has changed it`)
      return bytes && new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
    },
    async stream(hash) {
      const target = pathOf(hash)
      return (await exists(target)) ? createReadStream(target) : undefined
    },
    async remove(hash) {
      await rm(pathOf(hash), { force: true })
    },
  }
}

async function exists(target: string): Promise<boolean> {
  return access(target).then(
    () => true,
    (error: unknown) => missing(error) ?? false,
  )
}

function missing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
  throw error
}

/** The new name itself must survive a power cut. Windows does not open folders; there the rename is all there is. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
