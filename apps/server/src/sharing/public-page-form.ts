/**
 * Seconds that anybody may keep an answer whose truth can end: half of the minute after which a withdrawal must be seen
 * everywhere (SECURITY S32), so that a cache behind a cache still keeps the promise.
 */
export const maxAgeS = 30

export const cacheControlOfPage = `public, max-age=${maxAgeS}`
/** What the answer at a badge's public address depends on. */
export const varyOfPage = 'Accept, Accept-Encoding, Accept-Language, Cookie'

/**
 * HTML for browsers and for crawlers that take anything, since previews come from it; JSON for whoever asks for JSON
 * first. `?v=2` is the address of the older form, so there anybody who does not ask for a page gets it.
 */
export function wantedForm(given: string | undefined, version: string | undefined): 'page' | 'v2' | (string & {}) {
  const accept = (given ?? '').toLowerCase()
  const jsonAt = accept.search(/application\/(?:[\w.+-]+\+)?json|application\/vc\b/)
  const pageAt = accept.indexOf('text/html')
  const isMachine = jsonAt !== -1 && (pageAt === -1 || jsonAt < pageAt)
  if (version === '2') return isMachine || pageAt === -1 ? 'v2' : 'page'
  if (!isMachine) return 'page'
  const known = ['application/vc+ld+json', 'application/vc', 'application/ld+json', 'application/json']
  const types = accept.split(',').map((part) => part.split(';')[0]?.trim())
  return known.find((type) => types.includes(type)) ?? 'application/json'
}
