import { organizationByPublicId } from '../organizations/index.ts'
import type { Db } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
import type { FetchPublic } from '../platform/http/fetch-public.ts'
import { FetchRefused } from '../platform/http/fetch-public.ts'
import type { Answerer } from './verifier.ts'

/** Answers an address of this site from within, as its own visitor without a session would be answered. */
export type AskOwnSite = (request: Request) => Response | Promise<Response>

/**
 * Answers what a badge points to. What lies on this site is answered from within, out of the database, so that the guard
 * on outgoing requests needs no exception for the machine itself (DESIGN ruling 9); everything else goes through it.
 */
export function answerer(
  deps: Pick<Deps, 'config'> & { db: Db; fetchPublic: FetchPublic; askOwnSite: AskOwnSite },
): Answerer {
  const origin = deps.config.publicUrl
  const load = async (url: string, o: { accept: string; maxBytes: number }) =>
    URL.parse(url)?.origin === origin ? own(url, o) : outside(url, o)

  async function own(url: string, { accept, maxBytes }: { accept: string; maxBytes: number }) {
    if (!publicDocuments.test(new URL(url).pathname)) throw new Error('this address holds no public document')
    const answer = await deps.askOwnSite(new Request(url, { headers: { accept } }))
    const body = new Uint8Array(await answer.arrayBuffer())
    if (body.length > maxBytes) throw new Error('the answer is too large')
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body, url }
  }

  async function outside(url: string, { accept, maxBytes }: { accept: string; maxBytes: number }) {
    try {
      const answer = await deps.fetchPublic(url, { accept, maxBytes, allowHttp: true })
      return { status: answer.status, headers: answer.headers, body: answer.bytes, url: answer.url }
    } catch (error) {
      if (error instanceof FetchRefused) throw new Error(fetchWords[error.code], { cause: error })
      throw error
    }
  }

  return async (question) => {
    switch (question.kind) {
      case 'load':
        return load(question.url, question)
      case 'issuer': {
        const publicId = ownIssuer(question.id, origin)
        if (publicId === undefined || !question.id.startsWith('did:')) return undefined
        const { status, body } = await own(`${origin}/i/${publicId}/did.json`, {
          accept: 'application/did+json',
          maxBytes: 1024 * 1024,
        })
        return status === 200 ? (JSON.parse(new TextDecoder().decode(body)) as object) : undefined
      }
      case 'known': {
        const publicId = ownIssuer(question.id, origin)
        const organization = publicId === undefined ? undefined : await organizationByPublicId(deps.db, publicId)
        if (!organization) return undefined
        const domain = organization.domainConfirmedAt ? organization.domain : null
        return { name: organization.name, ...(domain ? { domain } : {}) }
      }
    }
  }
}

/** Nothing else of this site is asked from within: a badge must not make us check badges. */
const publicDocuments = /^\/(i|v2|status|pictures|b)\//

/** English and for the technical details; the sentence beside the check is translated by its code. */
const fetchWords: Record<FetchRefused['code'], string> = {
  'fetch.address': 'this is not an address that may be opened',
  'fetch.not-public': 'the address does not lead to a public host',
  'fetch.unreachable': 'the address did not answer',
  'fetch.timeout': 'the address did not answer in time',
  'fetch.too-large': 'the answer is too large',
  'fetch.too-many-redirects': 'the address redirects too often',
  'fetch.encoding': 'the answer is encoded in a way that is not accepted',
}

/** The public id of an organization of this site that an issuer's id names: its did:web, or its address in either version. */
function ownIssuer(id: string, origin: string): string | undefined {
  const did = `did:web:${encodeURIComponent(new URL(origin).host)}:i:`
  for (const prefix of [did, `${origin}/i/`, `${origin}/v2/issuers/`])
    if (id.startsWith(prefix)) return /^[\w-]{22}$/.exec(id.slice(prefix.length))?.[0]
  return undefined
}
