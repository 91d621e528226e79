import { svgProperties } from './svg-rules.ts'

/**
 * True for a value that reaches nothing outside the document: no address but `url(#id)`, no escape that could spell one,
 * no function that runs anything.
 */
export function isHarmlessValue(value: string): boolean {
  if (
    /[\\<>@{};]|\/\*|expression|javascript:|image-set|image\(|cross-fade|element\(|src\(|attr\(|var\(|env\(/i.test(
      value,
    )
  )
    return false
  return !/url/i.test(value.replace(/url\(\s*(["']?)#[\w.:-]+\1\s*\)/gi, ''))
}

/** The `url(#id)` references in a value. */
export function referencesIn(value: string): string[] {
  return [...value.matchAll(/url\(\s*["']?#([\w.:-]+)["']?\s*\)/gi)].map((found) => found[1] ?? '')
}

/** The declarations of a `style` attribute or a rule that may stay. */
export function cleanDeclarations(css: string, onRemoved: (name: string) => void): string {
  const kept: string[] = []
  for (const declaration of withoutComments(css).split(';')) {
    if (declaration.trim() === '') continue
    const colon = declaration.indexOf(':')
    const name = declaration.slice(0, colon).trim().toLowerCase()
    const value = declaration.slice(colon + 1).trim()
    // What other programs leave behind for themselves is dropped without a word.
    if (/^-|^(inkscape|sodipodi)|^(enable-background|line-height|white-space)$/.test(name)) continue
    if (colon > 0 && svgProperties.has(name) && value !== '' && isHarmlessValue(value)) kept.push(`${name}:${value}`)
    else onRemoved(colon > 0 ? name.slice(0, 40) : 'style')
  }
  return kept.join(';')
}

/** A style sheet of plain rules; at-rules such as `@import` and everything that is not understood go. */
export function cleanStyleSheet(css: string, onRemoved: (name: string) => void): string {
  const text = withoutComments(css).replace(/<!--|-->/g, '')
  let out = ''
  let rest = text
  while (rest.trim() !== '') {
    const at = /^\s*@([\w-]*)/.exec(rest)
    if (at) {
      onRemoved(`@${at[1] ?? ''}`)
      rest = afterAtRule(rest)
      continue
    }
    const rule = /^([^{}]*)\{([^{}]*)\}/.exec(rest)
    if (!rule) {
      onRemoved('style')
      break
    }
    rest = rest.slice(rule[0].length)
    const selector = (rule[1] ?? '').trim()
    const declarations = cleanDeclarations(rule[2] ?? '', onRemoved)
    if (!/^[\w\s.#,>+~*-]+$/.test(selector)) onRemoved('style')
    else if (declarations !== '') out += `${selector}{${declarations}}`
  }
  return out
}

function withoutComments(css: string): string {
  return css.replace(/\/\*[^]*?\*\//g, '').replace(/\/\*[^]*$/, '')
}

/** What follows an at-rule: after its semicolon, or after its block with everything inside. */
function afterAtRule(css: string): string {
  const semicolon = css.indexOf(';')
  const brace = css.indexOf('{')
  if (brace === -1 || (semicolon !== -1 && semicolon < brace)) return semicolon === -1 ? '' : css.slice(semicolon + 1)
  let depth = 0
  for (let i = brace; i < css.length; i++) {
    if (css[i] === '{') depth++
    else if (css[i] === '}' && --depth === 0) return css.slice(i + 1)
  }
  return ''
}
