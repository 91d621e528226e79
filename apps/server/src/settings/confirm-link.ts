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
  for (const tag of linkTags(page)) {
    const rel = attribute(tag, 'rel')?.toLowerCase().split(/\s+/) ?? []
    const href = attribute(tag, 'href')?.replaceAll('&amp;', '&').replace(/\/$/, '')
    if (rel.includes('me') && href === profileUrl) return true
  }
  return false
}

const longestTag = 2_000
const mostLinks = 5_000

/**
 * The tags of links, in one pass over the page: it comes from a stranger, and an expression that looks for the end of
 * each comment anew would keep this process busy for minutes.
 */
function* linkTags(page: string): Generator<string> {
  const opening = /<(?:!--|(?:script|style|template)\b|(?:a|link)\s)/gi
  for (let found = 0, match = opening.exec(page); match && found < mostLinks; match = opening.exec(page)) {
    const [start] = match
    if (/^<(?:a|link)\s/i.test(start)) {
      const tag = page.slice(match.index, match.index + longestTag)
      const end = tag.indexOf('>')
      if (end === -1) continue
      found++
      yield tag.slice(0, end + 1)
      opening.lastIndex = match.index + end + 1
      continue
    }
    const closing = start === '<!--' ? /-->/g : new RegExp(`</${start.slice(1)}`, 'gi')
    closing.lastIndex = opening.lastIndex
    // Never closed: everything after it belongs to it.
    if (!closing.exec(page)) return
    opening.lastIndex = closing.lastIndex
  }
}

function attribute(tag: string, name: string): string | undefined {
  const found = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, 'i').exec(tag)
  return found?.[1] ?? found?.[2] ?? found?.[3]
}
