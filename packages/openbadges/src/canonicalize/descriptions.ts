// RDF knows one node per id. Where a document describes one id in two places with different values, a
// signature over its statements cannot tell which value stood where: the two could be exchanged and the
// proof would still verify. So such documents are found here, and refused by those who sign or verify.
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts'

export type Conflict = { id: string; property: string }

// Values of these stand in a graph of their own, where ids do not meet those outside.
const GRAPHS = new Set(['proof', 'verifiableCredential', '@graph'])
const OPEN_BADGES = 'https://purl.imsglobal.org/spec/vc/ob/vocab.html#'
// Endorsements are credentials with proofs of their own, and say themselves what they are about: the same thing may
// carry one of them here and two there.
const STRUCTURE = new Set([
  'id',
  'type',
  '@id',
  '@type',
  '@context',
  'proof',
  'endorsement',
  'endorsementJwt',
  // The same, expanded.
  'https://w3id.org/security#proof',
  `${OPEN_BADGES}endorsement`,
  `${OPEN_BADGES}endorsementJwt`,
])

/**
 * The first property that two descriptions of one id in the same graph state differently, if any.
 * A description that merely leaves properties out is no conflict.
 */
export function conflictingDescription(document: JsonValue): Conflict | null {
  const graphs: JsonValue[] = [document]
  for (let i = 0; i < graphs.length; i++) {
    const conflict = conflictIn(graphs[i]!, graphs)
    if (conflict) return conflict
  }
  return null
}

function conflictIn(root: JsonValue, graphs: JsonValue[]): Conflict | null {
  const described = new Map<string, JsonObject>()
  const pending: JsonValue[] = [root]
  while (pending.length > 0) {
    const value = pending.pop()!
    // One by one: spreading a list of a million into a call exhausts the stack.
    if (Array.isArray(value)) for (const item of value) pending.push(item)
    else if (isJsonObject(value)) {
      const conflict = compareWithOthers(value, described)
      if (conflict) return conflict
      for (const [key, member] of Object.entries(value)) {
        if (key === '@context' || member === undefined) continue
        // What an expanded graph holds is one list.
        if (key === '@graph') graphs.push(member)
        else if (GRAPHS.has(key)) for (const graph of [member].flat().filter(isJsonObject)) graphs.push(graph)
        else pending.push(member)
      }
    }
  }
  return null
}

function compareWithOthers(node: JsonObject, described: Map<string, JsonObject>): Conflict | null {
  const id = node['id'] ?? node['@id']
  if (typeof id !== 'string') return null
  const merged = described.get(id)
  if (merged === undefined) {
    described.set(id, Object.assign(Object.create(null), node))
    return null
  }
  for (const [property, value] of Object.entries(node)) {
    if (STRUCTURE.has(property) || value === null || value === undefined) continue
    const other = merged[property]
    if (other === undefined) merged[property] = value
    else if (comparable(other) !== comparable(value)) return { id, property }
  }
  return null
}

/** A text that is equal for values that say the same: order in sets and one-element arrays do not matter. */
function comparable(value: JsonValue): string {
  if (Array.isArray(value)) {
    const items = [...new Set(value.map(comparable))].sort()
    return items.length === 1 ? items[0]! : `[${items.join()}]`
  }
  if (!isJsonObject(value)) return JSON.stringify(value)
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined && member !== null)
    .map(([key, member]) => `${JSON.stringify(key)}:${comparable(member!)}`)
  return `{${members.sort().join()}}`
}
