// Runs vectors/badges.json; also in a browser, so nothing of Node in here.
import { verifyCredential } from '../src/index.ts'

export interface BadgeVectors {
  now: string
  pages: Record<string, unknown>
  vectors: {
    name: string
    input: { text: string } | { base64: string }
    expectedRecipient?: string
    pages?: Record<string, unknown>
    verdict: string
    codes: Record<string, string>
  }[]
}

/** What each vector gives and what it should, as text to compare. */
export async function runBadgeVectors({
  now,
  pages,
  vectors,
}: BadgeVectors): Promise<{ name: string; actual: string; expected: string }[]> {
  const outcomes = []
  for (const vector of vectors) {
    const all = { ...pages, ...vector.pages }
    const report = await verifyCredential('text' in vector.input ? vector.input.text : bytesOf(vector.input), {
      now: new Date(now),
      expectedRecipient: vector.expectedRecipient,
      load: async (url) => {
        const page = Object.hasOwn(all, url) ? all[url] : null
        if (page === null) return { status: 404, headers: {}, body: new Uint8Array() }
        const isBinary = typeof page === 'object' && Object.keys(page).join() === 'base64'
        return {
          status: 200,
          headers: {},
          body: isBinary ? bytesOf(page as { base64: string }) : new TextEncoder().encode(JSON.stringify(page)),
        }
      },
    })
    const codes = Object.fromEntries(
      Object.keys(vector.codes).map((name) => [name, report.checks.find((check) => check.name === name)?.code]),
    )
    outcomes.push({
      name: vector.name,
      actual: JSON.stringify([report.verdict, codes]),
      expected: JSON.stringify([vector.verdict, vector.codes]),
    })
  }
  return outcomes
}

function bytesOf({ base64 }: { base64: string }): Uint8Array {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
}
