import type { CheckedBadge } from './check-badge.ts'

/**
 * A result as somebody may see it who is not shown the name in full: with the given form of it, or without, and without
 * the signed text, which holds it.
 */
export function withShownName(badge: CheckedBadge, name: string | undefined): CheckedBadge {
  const { document: _, credential, contained, ...rest } = badge
  const inner = contained.map((each) => withShownName(each, name))
  if (!credential) return { ...rest, contained: inner }
  const { name: __, ...given } = credential.recipient
  // What is not hashed is the name again; a hash still lets an address be compared.
  const recipient = { ...given, identities: given.identities.filter(({ hashed }) => hashed) }
  const shown = { ...credential, recipient: name === undefined ? recipient : { ...recipient, name } }
  return { ...rest, contained: inner, credential: shown }
}
