import { brotliCompressSync, brotliDecompressSync } from 'node:zlib'
import type { Deps } from '../platform/deps.ts'
import type { CheckedBadge } from './check-badge.ts'

const purpose = 'check-result'
const keptMs = 86_400_000
const largest = 4 * 1024 * 1024

/**
 * A result that the page carries along in a hidden field, so that comparing an address or keeping a link needs nothing to
 * be stored first. It is encrypted: nobody can hand in a result that this site did not find.
 */
export function sealResult({ secrets, now }: Pick<Deps, 'secrets' | 'now'>, badges: readonly CheckedBadge[]): string {
  const text = JSON.stringify({ at: now().getTime(), badges })
  return secrets.seal(purpose, brotliCompressSync(text)).toString('base64url')
}

/** `undefined` when it was altered, or is older than a day. */
export function openResult(
  { secrets, now }: Pick<Deps, 'secrets' | 'now'>,
  sealed: string,
): CheckedBadge[] | undefined {
  try {
    const opened = brotliDecompressSync(secrets.open(purpose, Buffer.from(sealed, 'base64url')), {
      maxOutputLength: largest,
    })
    const { at, badges } = JSON.parse(opened.toString('utf8')) as { at: number; badges: CheckedBadge[] }
    return now().getTime() - at < keptMs ? badges : undefined
  } catch {
    return undefined
  }
}
