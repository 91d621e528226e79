import { runsOf, type TextRun, type Weight } from './faces.ts'

/** A run with its place, in points from the left edge of its line. */
export interface PlacedRun extends TextRun {
  x: number
}

export interface Line {
  /** As it is read; shorter than what was asked for when it was cut. */
  text: string
  /** In reading order, which for Hebrew and Arabic is from the right. */
  runs: PlacedRun[]
  width: number
  isRightToLeft: boolean
}

export interface TextBlock {
  lines: Line[]
  /** Something was left out, and an ellipsis stands for it. */
  isCut: boolean
}

interface Style {
  weight: Weight
  /** Points. */
  size: number
}

const words = new Intl.Segmenter('und', { granularity: 'word' })
const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })

/**
 * Breaks a paragraph into lines of a width, by the rules of its script: at spaces, and between words where a script has
 * none (Chinese, Japanese, Thai). A word that is longer than a line is broken where it must be. Points everywhere.
 */
export async function layOut(
  text: string,
  { maxWidth, maxLines, ...style }: Style & { maxWidth: number; maxLines: number },
): Promise<TextBlock> {
  const lines: Line[] = []
  let rest = pieces(text.normalize('NFC').replace(/\s+/gu, ' ').trim())
  while (rest.length > 0) {
    if (lines.length === maxLines) return { lines: await cutLast(lines, style, maxWidth), isCut: true }
    const { line, taken } = await longestLine(rest, style, maxWidth)
    lines.push(line)
    rest = rest.slice(taken)
    if (rest[0]) rest[0] = rest[0].trimStart()
    if (taken === 0) rest = brokenApart(rest)
    if (taken === 0) lines.pop()
  }
  return { lines, isCut: false }
}

/** Parts between which a line may end; each carries its own trailing space and punctuation. */
function pieces(text: string): string[] {
  const found: string[] = []
  for (const { segment, isWordLike } of words.segment(text)) {
    const last = found.at(-1)
    const joins = !isWordLike || (last !== undefined && /[\p{Ps}\p{Pi}«“‘'’-]$/u.test(last) && !/\s$/.test(last))
    if (last !== undefined && joins && !(/\s$/.test(last) && !/^\s/.test(segment))) found[found.length - 1] += segment
    else if (last !== undefined && !/\s$/.test(last) && !breaksWithin(last, segment)) found[found.length - 1] += segment
    else found.push(segment)
  }
  return found
}

/** Scripts that write without spaces may end a line between any two words. */
function breaksWithin(before: string, after: string): boolean {
  const dense =
    /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}、。，！？：；）」』]/u
  return dense.test(before.at(-1) ?? '') || dense.test(after.at(0) ?? '')
}

async function longestLine(
  parts: readonly string[],
  style: Style,
  maxWidth: number,
): Promise<{ line: Line; taken: number }> {
  // The parts' own widths say nearly where the line ends; letters that touch across a gap may move it by one.
  let taken = 0
  let width = 0
  for (const part of parts) {
    const trimmed = part.trimEnd()
    if (width + (await widthInEm(trimmed, style)) * style.size > maxWidth) break
    width += (await widthInEm(part, style)) * style.size
    taken++
  }
  for (; taken > 0; taken--) {
    const line = await lineOf(parts.slice(0, taken).join('').trimEnd(), style)
    if (line.width <= maxWidth) return { line, taken }
  }
  return { line: await lineOf('', style), taken: 0 }
}

/** Widths of words that were set lately: the same few stand in every certificate of a template. */
const widths = new Map<string, number>()
const mostWidths = 4000

async function widthInEm(part: string, { weight }: Style): Promise<number> {
  const key = `${weight} ${part}`
  const known = widths.get(key)
  if (known !== undefined) return known
  // `runsOf` trims; the space at the end is measured apart.
  const space = /\s$/.test(part)
    ? (await lineOf('x x', { weight, size: 1 })).width - 2 * (await lineOf('x', { weight, size: 1 })).width
    : 0
  const width = (await lineOf(part.trimEnd(), { weight, size: 1 })).width + space
  if (widths.size >= mostWidths) widths.clear()
  widths.set(key, width)
  return width
}

/** The first part does not fit on a line: it goes letter by letter. */
function brokenApart([first = '', ...rest]: readonly string[]): string[] {
  const letters = [...graphemes.segment(first)].map(({ segment }) => segment)
  // One letter that is wider than the line would never end.
  return letters.length > 1 ? [...letters, ...rest] : rest
}

async function cutLast(lines: readonly Line[], style: Style, maxWidth: number): Promise<Line[]> {
  const last = lines.at(-1)
  if (!last) return []
  const letters = [...graphemes.segment(last.text)].map(({ segment }) => segment)
  for (let end = letters.length; end > 0; end--) {
    const line = await lineOf(`${letters.slice(0, end).join('').trimEnd()}…`, style)
    if (line.width <= maxWidth) return [...lines.slice(0, -1), line]
  }
  return [...lines]
}

/** One line, however wide. */
export async function lineOf(text: string, { weight, size }: Style): Promise<Line> {
  const { runs, isRightToLeft } = await runsOf(text, weight)
  let x = 0
  const placed = runs.map((run) => {
    const at = { ...run, x }
    x += (run.face.font.layout(run.text, []).advanceWidth / run.face.font.unitsPerEm) * size
    return at
  })
  return { text, runs: isRightToLeft ? placed.reverse() : placed, width: x, isRightToLeft }
}

/** The largest of some sizes at which a text takes few enough lines; the last one cuts what does not fit. */
export async function fit(
  text: string,
  o: { weight: Weight; maxWidth: number; choices: readonly { size: number; maxLines: number }[] },
): Promise<TextBlock & { size: number }> {
  let block: (TextBlock & { size: number }) | undefined
  for (const { size, maxLines } of o.choices) {
    block = { ...(await layOut(text, { weight: o.weight, size, maxWidth: o.maxWidth, maxLines })), size }
    if (!block.isCut) return block
  }
  if (!block) throw new RangeError('There is no size to choose from')
  return block
}
