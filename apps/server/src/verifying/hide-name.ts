import type { CheckedBadge } from './check-badge.ts'

/**
 * A result as somebody may see it who is not shown the name in full: with the given form of it, or without, and without
 * what leads to it: the signed text, and the address of the badge's own page.
 */
export function withShownName(badge: CheckedBadge, name: string | undefined): CheckedBadge {
  const { document: _, credential, contained, ...rest } = badge
  const inner = contained.map((each) => withShownName(each, name))
  if (!credential) return { ...rest, contained: inner }
  const { id: __, recipient, ...view } = credential
  const { name: ___, ...given } = recipient
  // What is not hashed is the name again; a hash still lets an address be compared.
  const identities = given.identities.filter(({ hashed }) => hashed)
  // The point of "Maya R." would meet that of the sentence.
  const shown = name === undefined ? {} : { name: name.replace(/\.$/, '') }
  return { ...rest, contained: inner, credential: { ...view, recipient: { ...given, identities, ...shown } } }
}
