/**
 * A path of this site to go back to, or `undefined` when it is anything else (SECURITY S41): no scheme, no host, no
 * backslash, no control character, no encoded way around these.
 */
export function safeReturnPath(text: string | null | undefined): string | undefined {
  if (!text || text.length > 500 || !/^\/[A-Za-z0-9\-._~!$&'()*+,;=:@/?%#]*$/.test(text)) return undefined
  if (/^\/[/\\]|%(?:2f|5c|0[0-9a-f]|1[0-9a-f]|7f)/i.test(text) || text.includes('//')) return undefined
  const base = 'https://site.invalid'
  if (!URL.canParse(text, base)) return undefined
  const url = new URL(text, base)
  return url.origin === base ? `${url.pathname}${url.search}${url.hash}` : undefined
}
