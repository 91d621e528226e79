import type { FetchPublic } from '../platform/http/fetch-public.ts'
import type { Deps } from '../platform/deps.ts'
import { answerer, type AskOwnSite } from './own-documents.ts'
import { createVerifier, type Verifier } from './verifier.ts'

export { checkBadge, type CheckedBadge } from './check-badge.ts'
export { type CheckedPdf, verifyingRoutes, type VerifyingDeps } from './routes.ts'
export { VerifyRefused, type Verifier } from './verifier.ts'
export type { AskOwnSite } from './own-documents.ts'
export { verdictSentence } from './words.ts'

/** The part that checks badges, with its threads; `askOwnSite` answers addresses of this site from within. */
export function createVerifying(
  deps: Pick<Deps, 'config' | 'db'> & { fetchPublic: FetchPublic; askOwnSite: AskOwnSite },
): Verifier {
  return createVerifier(answerer(deps))
}
export { type AddingDeps, addingRoutes, registerVerifyingJobs } from './add-routes.ts'
export { addBadge, type AddRefusal, AddRefused, recheckImported } from './add-badge.ts'
