/** How a person's name stands behind one private link: chosen for each, since not every reader needs to know it whole. */
export const shownNames = ['full', 'initial', 'none'] as const
export type ShownName = (typeof shownNames)[number]

const graphemes = new Intl.Segmenter('und')

/**
 * A name in the chosen form: "Maya Roy", "Maya R.", or nothing. A name in one word stays as it is, since nobody can say
 * which part of it would be the family's.
 */
export function nameIn(form: ShownName, name: string): string | undefined {
  if (form === 'none') return undefined
  const words = name.trim().split(/\s+/)
  if (form === 'full' || words.length < 2) return name.trim()
  const [first] = graphemes.segment(words.at(-1) ?? '')
  return `${words.slice(0, -1).join(' ')} ${first?.segment ?? ''}.`
}
