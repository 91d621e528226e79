import { DomainError } from '../platform/errors.ts'
import { type FetchPublic, FetchRefused } from '../platform/http/fetch-public.ts'

export type LinkRefusal = 'link.unreachable' | 'link.no-link-back'
export class LinkRefused extends DomainError<LinkRefusal> {
  override name = 'LinkRefused'
}

/**
 * Checks that a page belongs to the person of a profile: it links back to the profile and says that it means the same
 * person (`rel="me"`, HTML living standard 4.6.7; Mastodon does so for the links of an account).
 *
 * @throws {LinkRefused}
 */
export async function checkLinkBack(
  fetchPublic: FetchPublic,
  { pageUrl, profileUrl }: { pageUrl: string; profileUrl: string },
): Promise<void> {
  let text: string
  try {
    const answer = await fetchPublic(pageUrl, { accept: 'text/html', maxBytes: 1_000_000, timeoutMs: 8_000 })
    if (answer.status !== 200) throw new LinkRefused('link.unreachable')
    text = new TextDecoder().decode(answer.bytes)
  } catch (error) {
    if (error instanceof FetchRefused) throw new LinkRefused('link.unreachable')
    throw error
  }
  if (!linksBack(text, profileUrl)) throw new LinkRefused('link.no-link-back')
}

/** Looks at the tags of links only; what stands in comments and scripts is no link. */
export function linksBack(page: string, profileUrl: string): boolean {
  const visible = page.replace(/<!--[\s\S]*?-->/g, '').replace(/<(script|style|template)\b[\s\S]*?<\/\1>/gi, '')
  for (const [tag] of visible.matchAll(/<(?:a|link)\s[^>]{0,2000}>/gi)) {
    const rel = attribute(tag, 'rel')?.toLowerCase().split(/\s+/) ?? []
    const href = attribute(tag, 'href')?.replaceAll('&amp;', '&').replace(/\/$/, '')
    if (rel.includes('me') && href === profileUrl) return true
  }
  return false
}

function attribute(tag: string, name: string): string | undefined {
  const found = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, 'i').exec(tag)
  return found?.[1] ?? found?.[2] ?? found?.[3]
}
