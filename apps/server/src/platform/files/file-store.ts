import type { Readable } from 'node:stream'
import type { Config, FilesS3 } from '../config.ts'
import { localFiles } from './local-files.ts'

export interface KeptFile {
  /** SHA-256 of the bytes, hex: the file's name for ever. */
  hash: string
  /** Bytes. */
  size: number
}

/**
 * Where documents and other large files lie: immutable, under the hash of their bytes. The hash is never shown outside,
 * and the rows that name it say who may read the file.
 */
export interface FileStore {
  /** Keeps the bytes; they are on the disk, or with the service, when this returns. The same file is kept once. */
  keep(bytes: Uint8Array | AsyncIterable<Uint8Array>): Promise<KeptFile>
  /** @returns `undefined` when there is no such file. @throws when the bytes are not the ones that were kept. */
  read(hash: string): Promise<Uint8Array | undefined>
  /** The same without holding it in memory; unchecked, since the hash is known only at the end. */
  stream(hash: string): Promise<Readable | undefined>
  /** Forgets it; harmless when there is none. */
  remove(hash: string): Promise<void>
}

/** The largest file that is ever read whole. */
export const largestFile = 32 * 1024 * 1024

export function isFileHash(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text)
}

const known = new WeakMap<object, FileStore>()

/** The store that the configuration names; one for the whole process. */
export function fileStore(config: Pick<Config, 'dataDirectory' | 'filesS3'>): FileStore {
  let store = known.get(config)
  if (!store) {
    store = config.filesS3 ? loadedLater(config.filesS3, config.dataDirectory) : localFiles(config.dataDirectory)
    known.set(config, store)
  }
  return store
}

/** The client of the service is large; a program that keeps its files at home never loads it. */
function loadedLater(settings: FilesS3, dataDirectory: string): FileStore {
  let loading: Promise<FileStore> | undefined
  const store = () => (loading ??= import('./s3-files.ts').then(({ s3Files }) => s3Files(settings, dataDirectory)))
  return {
    keep: async (bytes) => (await store()).keep(bytes),
    read: async (hash) => (await store()).read(hash),
    stream: async (hash) => (await store()).stream(hash),
    remove: async (hash) => (await store()).remove(hash),
  }
}
