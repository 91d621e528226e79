// Verification of Open Badges 2.0 and older (2.0 specification, section "Verification"): hosted badges are
// what their own address says, signed ones what the issuer's published key says.
import type { FoundCredential } from '../read.ts'
import { check } from '../report.ts'
import type { Check, CheckDetails } from '../report.ts'
import { isObject, own } from '../validate/shape.ts'
import type { JsonObject } from '../validate/shape.ts'
import { validateV2 } from '../validate/v2.ts'
import type { ProofOptions } from '../verify/proofs.ts'
import { checkDates } from '../verify/proofs.ts'
import { checkPicture, definitionAnswer } from '../verify/published.ts'
import { first, words } from '../view.ts'
import { askHost, judgeHosted } from './hosted.ts'
import { partsOf } from './parts.ts'
import type { Parts } from './parts.ts'
import { judgeSigned } from './signed.ts'
import { versionOfV2, viewOfAssertion } from './view.ts'

/** What the checks of an assertion found, with badge class and issuer put in their places for showing. */
export interface ResultV2 {
  checks: Check[]
  document: JsonObject
}

/**
 * Judges an assertion. `hostedAt` is the address it was fetched from, when it was: the assertion's own, for badges
 * that do not say.
 */
export async function verifyAssertion(
  found: FoundCredential,
  options: ProofOptions & { checkRecipient: (document: JsonObject) => Check; hostedAt?: string },
): Promise<ResultV2> {
  const given = found.document
  const host = found.jwt === undefined ? await askHost(given, options) : undefined
  // The hosted copy is the badge: what it says counts, and the copy in hand only has to agree.
  const parts = await partsOf(host?.document ?? given, options)
  const document = assembled(parts)
  const format = checkFormat(parts)
  const { signature, issuer, withdrawn } =
    host === undefined ? await judgeSigned(found, parts, options) : await judgeHosted(given, host, parts, options)
  const view = viewOfAssertion(document)
  return {
    document,
    checks: [
      format,
      signature,
      issuer,
      withdrawn,
      checkDates(view, options.now),
      options.checkRecipient(document),
      checkDefinition(parts),
      await checkPicture({ image: view.image, document, carrier: found.carrier }, options.ring.evidence),
    ],
  }
}

/** The assertion with what it points to in place, for the view. Data that was fetched is marked as such by nothing: checks say it. */
function assembled({ assertion, badge, issuer }: Parts): JsonObject {
  if (!badge) return assertion
  return { ...assertion, badge: { ...badge, ...(issuer ? { issuer } : {}) } }
}

function checkFormat({ assertion, badge, issuer, fetched }: Parts): Check {
  const format = `Open Badge ${versionOfV2(assertion) ?? '2.0'}`
  const problems = [
    ...validateV2('Assertion', assertion),
    ...(badge && own(first(own(badge, 'issuer')), 'origin') === undefined ? validateV2('BadgeClass', badge) : []),
    ...(issuer && own(issuer, 'origin') === undefined ? validateV2('Profile', issuer) : []),
  ]
  const details: CheckDetails = { method: 'shape of assertion, badge class and issuer', problems, fetched }
  if (problems.length === 0) return check('format', 'passed', 'format.valid', { format }, details)
  const problem = `${problems[0]!.path}: ${problems[0]!.message}`
  // Old badges are often a little wrong; only what says that it is a badge, whose and which, must be right.
  const isFatal = problems.some(({ path }) => /^(recipient|badge|type|@context|expires)(\.|\[|$)/.test(path))
  return isFatal
    ? check('format', 'failed', 'format.invalid', { format, problem }, details)
    : check('format', 'warning', 'format.unusual', { format, problem }, details)
}

/** Check 7: an embedded badge class against the published one; one that was fetched is the published one. */
function checkDefinition({ assertion, badge, badgeFetched, fetched }: Parts): Check {
  const embedded = own(assertion, 'badge')
  const details: CheckDetails = { method: 'compared with the published badge class', fetched }
  if (!badge) return check('definition', 'not-checked', 'definition.unavailable', {}, details)
  if (!badgeFetched) return check('definition', 'not-checked', 'definition.not-published', {}, details)
  if (!isObject(embedded)) return check('definition', 'passed', 'definition.same', {}, details)
  const facts = (item: JsonObject) => [
    words(own(item, 'name')),
    words(own(item, 'description')),
    JSON.stringify(own(item, 'criteria') ?? null),
  ]
  const [ours, theirs] = [facts(embedded), facts(badgeFetched)]
  return definitionAnswer(
    ['name', 'description', 'criteria'].filter(
      (_, index) => ours[index] !== undefined && ours[index] !== theirs[index],
    ),
    details,
  )
}
