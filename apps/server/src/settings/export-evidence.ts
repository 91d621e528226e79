import { verifyCredential } from '@lapel/openbadges'
import type { AskOwnSite } from '../verifying/index.ts'
import type { Deps } from '../platform/deps.ts'

/** What a public address of this site answered, kept so that a badge can be verified without a network. */
export interface KeptAnswer {
  status: number
  contentType: string
  /** Base64. */
  body: string
}

/** Everything that the verification of some badges asks for. */
export interface Evidence {
  /** By address: status lists, templates, pictures. */
  answers: Record<string, KeptAnswer>
  /** DID documents with the issuers' keys, by issuer. */
  issuers: Record<string, object>
  /** What this site knows of an issuer, by issuer. */
  known: Record<string, { name: string; domain?: string }>
}

export function emptyEvidence(): Evidence {
  return { answers: {}, issuers: {}, known: {} }
}

type EvidenceDeps = Pick<Deps, 'config' | 'db' | 'now'> & { askOwnSite: AskOwnSite }
const largestAnswer = 4 * 1024 * 1024

/**
 * Verifies a badge of this site and keeps all that was asked for on the way, so that the page in the export has the same
 * answers. Nothing outside is asked: a person's export must not make us open addresses.
 */
export async function collectEvidence(deps: EvidenceDeps, evidence: Evidence, credential: string): Promise<void> {
  const origin = deps.config.publicUrl
  const didPrefix = `did:web:${encodeURIComponent(new URL(origin).host)}:i:`
  const ask = async (url: string, accept: string) => {
    const answer = await deps.askOwnSite(new Request(url, { headers: { accept } }))
    const body = new Uint8Array(await answer.arrayBuffer())
    return { status: answer.status, contentType: answer.headers.get('content-type') ?? '', body }
  }
  await verifyCredential(credential, {
    now: deps.now(),
    async load(url, { accept, maxBytes }) {
      const path = URL.parse(url)?.origin === origin ? new URL(url).pathname : ''
      if (!/^\/(i|v2|status|pictures)\//.test(path)) throw new Error('not part of this export')
      const answer = await ask(url, accept)
      if (answer.body.length > Math.min(maxBytes, largestAnswer)) throw new Error('the answer is too large')
      const { status, contentType, body } = answer
      // Pictures stand in the badge's own file; the page needs the documents.
      if (!path.startsWith('/pictures/'))
        evidence.answers[url] = { status, contentType, body: Buffer.from(body).toString('base64') }
      return { status, headers: { 'content-type': contentType }, body, url }
    },
    async resolveIssuer(id) {
      const publicId = id.startsWith(didPrefix) ? id.slice(didPrefix.length) : undefined
      if (!publicId || !/^[\w-]{22}$/.test(publicId)) return undefined
      const { status, body } = await ask(`${origin}/i/${publicId}/did.json`, 'application/did+json')
      if (status !== 200) return undefined
      const document = JSON.parse(new TextDecoder().decode(body)) as object
      evidence.issuers[id] = document
      return document
    },
    async knownIssuer(id) {
      const publicId = id.startsWith(didPrefix) ? id.slice(didPrefix.length) : ''
      const organization = await deps.db
        .selectFrom('organizations')
        .select(['name', 'domain', 'domainConfirmedAt'])
        .where('publicId', '=', publicId)
        .executeTakeFirst()
      if (!organization) return undefined
      const domain = organization.domainConfirmedAt ? organization.domain : null
      const known = { name: organization.name, ...(domain ? { domain } : {}) }
      evidence.known[id] = known
      return known
    },
  })
}
