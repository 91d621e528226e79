import { createRequire } from 'node:module'
import { type Font, type Glyph, openSync } from 'fontkit'
import { runsOf } from '../pdf/faces.ts'

/**
 * Text as outlines. A picture whose letters are paths looks the same in every browser, mail program and
 * rasterizer, and drawing it opens no font, no file and no address (SECURITY S43).
 *
 * The faces cover Latin, Vietnamese, Greek, Cyrillic, Devanagari, Arabic, Hebrew and Thai. `name` and `title` cover
 * Chinese, Japanese and Korean as well, once {@link loadScripts} has seen the text. {@link covers} tells what cannot
 * be drawn, and callers leave such a text out rather than draw boxes.
 */
export type Face = 'sans' | 'sans-semibold' | 'serif-semibold' | 'name' | 'title'

const require = createRequire(import.meta.url)
const noto = '@expo-google-fonts'
// The first face that has all characters of a word draws it.
const whole = (weight: '400Regular' | '600SemiBold') =>
  ['', 'Arabic', 'Hebrew', 'Thai'].map(
    (script) => `${noto}/noto-sans${script && `-${script.toLowerCase()}`}/${weight}/NotoSans${script}_${weight}.ttf`,
  )
const serif = [`${noto}/noto-serif/600SemiBold/NotoSerif_600SemiBold.ttf`, ...whole('600SemiBold')]
const files: Record<Face, readonly string[]> = {
  sans: whole('400Regular'),
  'sans-semibold': whole('600SemiBold'),
  'serif-semibold': serif,
  name: whole('600SemiBold'),
  title: serif,
}

const opened = new Map<string, Font>()

function open(file: string): Font {
  const known = opened.get(file)
  if (known) return known
  const font = openSync(require.resolve(file))
  if (!('layout' in font)) throw new Error(`${file} is a collection of fonts, not one`)
  opened.set(file, font)
  return font
}

/** Where a face's file lies, for writers of PDF. */
export function fontFile(face: Face): string {
  return require.resolve(files[face][0] ?? '')
}

/** What has no picture of its own and is skipped: joiners, direction marks, variation selectors. */
const invisible = /\p{Cf}|\p{Variation_Selector}/gu

function has(font: Font, text: string): boolean {
  for (const character of text)
    if (!/\s/u.test(character) && !font.hasGlyphForCodePoint(character.codePointAt(0) ?? 0)) return false
  return true
}

/** Whether every character of the text can be drawn. */
export function covers(face: Face, text: string): boolean {
  return runs(face, clean(text)).every(({ font }) => font !== undefined)
}

function clean(text: string): string {
  return text.normalize('NFC').replace(invisible, '').replace(/\s+/gu, ' ').trim()
}

/** East Asian slices in use, by file; the oldest leave first. */
const slices = new Map<string, Font>()
const mostSlices = 120

/** Makes the East Asian characters of these texts known to the faces `name` and `title`. */
export async function loadScripts(...texts: (string | undefined)[]): Promise<void> {
  for (const text of texts) {
    if (!text || covers('name', text)) continue
    const { runs: needed } = await runsOf(clean(text), 'semibold')
    for (const { face } of needed) {
      if (!face.isThin || slices.has(face.id)) continue
      slices.set(face.id, face.font.getVariation({ wght: 600 }))
      const [oldest] = slices.keys()
      if (slices.size > mostSlices && oldest) slices.delete(oldest)
    }
  }
}

/** The slices in which to look for a character, those of the text's own language first. */
function slicesFor(text: string): Font[] {
  const language = /[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)
    ? 'jp'
    : /\p{Script=Hangul}/u.test(text)
      ? 'kr'
      : 'sc'
  const own = [...slices].filter(([id]) => id.includes(`noto-sans-${language}`))
  return [...own, ...[...slices].filter((entry) => !own.includes(entry))].map(([, font]) => font)
}

type Run = { text: string; font: Font | undefined; rightToLeft: boolean }

const rightToLeft = /[\p{Script=Hebrew}\p{Script=Arabic}]/u

/** Neighbouring words, or characters where no font has the word, that the same font can draw. */
function runs(face: Face, text: string): Run[] {
  const fonts = files[face].map(open)
  const more = face === 'name' || face === 'title' ? slicesFor(text) : []
  const all: Run[] = []
  const add = (part: string, font: Font | undefined) => {
    const toLeft = rightToLeft.test(part)
    const last = all.at(-1)
    if (last && last.font === font && last.rightToLeft === toLeft) last.text += part
    else all.push({ text: part, font, rightToLeft: toLeft })
  }
  for (const part of text.match(/\S+\s*/gu) ?? []) {
    const font = fonts.find((given) => has(given, part))
    if (font) add(part, font)
    else
      for (const character of graphemes(part))
        add(
          character,
          [...fonts, ...more].find((given) => has(given, character)),
        )
  }
  // A line that begins with a right-to-left word reads from the right as a whole.
  return all[0]?.rightToLeft ? all.reverse() : all
}

export type LaidGlyph = { path: string; x: number; advance: number }
export type LaidText = { width: number; glyphs: LaidGlyph[] }

/**
 * Lays one line out with kerning and shaping. Characters that no face has are left out.
 *
 * @param size font size in the units of the picture
 * @param tracking extra space after each glyph, in the same units
 */
export function layOut(face: Face, text: string, size: number, tracking = 0): LaidText {
  const glyphs: LaidGlyph[] = []
  let x = 0
  for (const run of runs(face, clean(text))) {
    if (!run.font) continue
    const scale = size / run.font.unitsPerEm
    const laid = run.font.layout(run.rightToLeft ? run.text.trimEnd() : run.text)
    laid.glyphs.forEach((glyph, at) => {
      const position = laid.positions[at]
      const advance = (position?.xAdvance ?? glyph.advanceWidth) * scale + tracking
      const path = outline(glyph, scale, x + (position?.xOffset ?? 0) * scale, (position?.yOffset ?? 0) * scale)
      glyphs.push({ path, x, advance })
      x += advance
    })
    if (run.rightToLeft) x += size * 0.25
  }
  return { width: Math.max(0, x - tracking), glyphs }
}

/** A glyph's outline with y pointing down, moved to its place. */
function outline(glyph: Glyph, scale: number, dx: number, dy: number): string {
  let d = ''
  for (const { command, args } of glyph.path.commands) {
    const points: string[] = []
    for (let at = 0; at + 1 < args.length; at += 2)
      points.push(`${round((args[at] ?? 0) * scale + dx)} ${round(-((args[at + 1] ?? 0) * scale + dy))}`)
    d += letters[command as keyof typeof letters] + points.join(' ')
  }
  return d
}

const letters = { moveTo: 'M', lineTo: 'L', quadraticCurveTo: 'Q', bezierCurveTo: 'C', closePath: 'Z' } as const

export const round = (value: number): number => Math.round(value * 100) / 100

/** Widths in ems: wrapping asks for the same words again and again, and shaping is the slow part. */
const advances = new Map<Font, Map<string, number>>()
const mostAdvances = 5_000

function advanceOf({ font, text }: Run): number {
  if (!font) return 0
  let known = advances.get(font)
  if (!known || known.size > mostAdvances) advances.set(font, (known = new Map()))
  let width = known.get(text)
  if (width === undefined) {
    width = font.layout(text).advanceWidth / font.unitsPerEm
    known.set(text, width)
  }
  return width
}

/** Width of one line, word by word: close enough for breaking lines, kerning across spaces left aside. */
export function widthOf(face: Face, text: string, size: number): number {
  const words = clean(text).split(' ')
  const gaps = (words.length - 1) * advanceOf({ font: open(files[face][0] ?? ''), text: ' ', rightToLeft: false })
  return (
    (words.reduce((sum, word) => sum + runs(face, word).reduce((all, run) => all + advanceOf(run), 0), 0) + gaps) * size
  )
}

export type LineOptions = {
  face: Face
  text: string
  size: number
  x: number
  /** The base line. */
  y: number
  anchor?: 'start' | 'middle' | 'end'
  fill: string
  tracking?: number
}

/** One line of text as an SVG path. */
export function line({ face, text, size, x, y, anchor = 'start', fill, tracking }: LineOptions): string {
  const { width, glyphs } = layOut(face, text, size, tracking)
  const left = anchor === 'start' ? x : anchor === 'middle' ? x - width / 2 : x - width
  const d = glyphs.map(({ path }) => path).join('')
  return d ? `<path fill="${fill}" transform="translate(${round(left)} ${round(y)})" d="${d}"/>` : ''
}

/**
 * Text along a circle, centred at its top, reading clockwise.
 *
 * @returns the markup and the angle it takes, in radians
 */
export function ringLine({
  face,
  text,
  size,
  cx,
  cy,
  radius,
  fill,
  tracking = 0,
}: {
  face: Face
  text: string
  size: number
  cx: number
  cy: number
  radius: number
  fill: string
  tracking?: number
}): { markup: string; angle: number } {
  const { width, glyphs } = layOut(face, text, size, tracking)
  const angle = width / radius
  const markup = glyphs
    .filter(({ path }) => path !== '')
    .map(({ path, x, advance }) => {
      const middle = x + (advance - tracking) / 2
      const turn = ((middle / radius - angle / 2) * 180) / Math.PI
      return `<path transform="rotate(${round(turn)} ${cx} ${cy}) translate(${round(cx - middle)} ${round(cy - radius)})" d="${path}"/>`
    })
    .join('')
  return { markup: markup && `<g fill="${fill}">${markup}</g>`, angle }
}

/**
 * Breaks a text into lines of at most `maxWidth`. What does not fit on the last line ends with an ellipsis;
 * a word longer than a line is broken between its characters.
 */
export function wrap({
  face,
  text,
  size,
  maxWidth,
  maxLines,
}: {
  face: Face
  text: string
  size: number
  maxWidth: number
  maxLines: number
}): string[] {
  const fits = (given: string) => widthOf(face, given, size) <= maxWidth
  const words = clean(text)
    .split(' ')
    .flatMap((word) => (fits(word) ? [word] : pieces(word, fits)))
  const lines: string[] = []
  for (const word of words) {
    const last = lines.at(-1)
    if (last !== undefined && fits(`${last} ${word}`)) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  if (lines.length <= maxLines) return lines
  const kept = lines.slice(0, maxLines)
  kept[maxLines - 1] = shorten(lines.slice(maxLines - 1).join(' '), fits)
  return kept
}

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })
/** What a reader takes for one character, accents and joins included. */
export const graphemes = (text: string): string[] => [...segmenter.segment(text)].map(({ segment }) => segment)

function pieces(word: string, fits: (text: string) => boolean): string[] {
  const parts: string[] = []
  let rest = graphemes(word)
  while (rest.length > 0) {
    const count = Math.max(
      1,
      longest(rest, (text) => fits(text)),
    )
    parts.push(rest.slice(0, count).join(''))
    rest = rest.slice(count)
  }
  return parts
}

function shorten(text: string, fits: (text: string) => boolean): string {
  const characters = graphemes(text)
  const count = longest(characters, (given) => fits(`${given.trimEnd()}…`))
  return `${characters.slice(0, count).join('').trimEnd()}…`
}

/** How many characters from the start still fit, by halving. */
function longest(characters: readonly string[], fits: (text: string) => boolean): number {
  let [low, high] = [0, characters.length]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (fits(characters.slice(0, middle).join(''))) low = middle
    else high = middle - 1
  }
  return low
}
