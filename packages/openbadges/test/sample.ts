// Documents and pictures that several tests start from.
import { crc32, deflateSync } from 'node:zlib'
import { achievementCredential, hashIdentity } from '../src/index.ts'
import type { AchievementCredentialInput } from '../src/index.ts'

export const sampleInput: AchievementCredentialInput = {
  id: 'urn:uuid:6b7a2f0e-0d2c-4f0b-9f64-0b3c5c1e8a11',
  issuer: { id: 'https://college.example/issuer', name: 'Northfield College', url: 'https://college.example' },
  recipient: { identifier: hashIdentity('maya@college.example', { salt: 'deadsea' }) },
  achievement: {
    id: 'https://college.example/badges/data-storytelling',
    name: 'Data Storytelling',
    description: 'Tells a story with data.',
    criteria: 'Present a data set to the class.',
    image: 'https://college.example/badges/data-storytelling.png',
    tag: ['data', 'story'],
    alignment: [
      { targetName: 'Present data', targetUrl: 'https://skills.example/present-data', targetType: 'ext:ESCO' },
    ],
  },
  validFrom: '2026-03-04T00:00:00Z',
}

export function sampleCredential(change: Partial<AchievementCredentialInput> = {}) {
  return achievementCredential({ ...sampleInput, ...change })
}

/** A small picture that any viewer can show. */
export function samplePng(size = 8): Uint8Array {
  const header = new Uint8Array(13)
  new DataView(header.buffer).setUint32(0, size)
  new DataView(header.buffer).setUint32(4, size)
  header.set([8, 2, 0, 0, 0], 8)
  const rows = new Uint8Array(size * (1 + size * 3)).map((_, i) => (i % (1 + size * 3) === 0 ? 0 : (i * 37) & 255))
  return Buffer.concat([
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(rows)),
    pngChunk('IEND', new Uint8Array()),
  ])
}

export function pngChunk(type: string, data: Uint8Array): Uint8Array {
  const chunk = Buffer.alloc(12 + data.length)
  chunk.writeUInt32BE(data.length)
  chunk.write(type, 4, 'latin1')
  chunk.set(data, 8)
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length)
  return chunk
}
