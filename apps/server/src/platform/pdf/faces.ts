import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { type Font, create } from 'fontkit'
import { decompress } from 'wawoff2'

/**
 * Faces for documents: whole files for scripts whose letters join or move, and the slices that the web uses for the
 * ten thousands of characters of East Asia. pdfkit embeds the characters that are used and nothing else.
 */
export interface FaceData {
  /** Same for the same font. */
  id: string
  ttf: Buffer
  font: Font
  /** The slices hold the thinnest weight only; drawing them with an outline gives the weight that is wanted. */
  isThin: boolean
}

export type Weight = 'regular' | 'semibold' | 'serif'

const require = createRequire(import.meta.url)
const noto = '@expo-google-fonts'
const wholeFiles: Record<Weight, readonly string[]> = {
  regular: [
    `${noto}/noto-sans/400Regular/NotoSans_400Regular.ttf`,
    `${noto}/noto-sans-arabic/400Regular/NotoSansArabic_400Regular.ttf`,
    `${noto}/noto-sans-hebrew/400Regular/NotoSansHebrew_400Regular.ttf`,
    `${noto}/noto-sans-thai/400Regular/NotoSansThai_400Regular.ttf`,
  ],
  semibold: [
    `${noto}/noto-sans/600SemiBold/NotoSans_600SemiBold.ttf`,
    `${noto}/noto-sans-arabic/600SemiBold/NotoSansArabic_600SemiBold.ttf`,
    `${noto}/noto-sans-hebrew/600SemiBold/NotoSansHebrew_600SemiBold.ttf`,
    `${noto}/noto-sans-thai/600SemiBold/NotoSansThai_600SemiBold.ttf`,
  ],
  serif: [
    `${noto}/noto-serif/600SemiBold/NotoSerif_600SemiBold.ttf`,
    `${noto}/noto-sans/600SemiBold/NotoSans_600SemiBold.ttf`,
    `${noto}/noto-sans-arabic/600SemiBold/NotoSansArabic_600SemiBold.ttf`,
    `${noto}/noto-sans-hebrew/600SemiBold/NotoSansHebrew_600SemiBold.ttf`,
    `${noto}/noto-sans-thai/600SemiBold/NotoSansThai_600SemiBold.ttf`,
  ],
}

const faces = new Map<string, Promise<FaceData>>()

function face(id: string, load: () => Promise<Buffer>, isThin: boolean): Promise<FaceData> {
  let known = faces.get(id)
  if (!known) {
    known = load().then((ttf) => {
      const font = create(ttf)
      if (!('layout' in font)) throw new Error(`${id} is a collection of fonts, not one`)
      return { id, ttf, font, isThin }
    })
    faces.set(id, known)
  }
  return known
}

const wholeFace = (file: string) => face(file, async () => readFileSync(require.resolve(file)), false)

/** Japanese kana speak for Japanese, Hangul for Korean; Han characters alone are read as Chinese first. */
function eastAsianOrder(text: string): readonly string[] {
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)) return ['jp', 'sc', 'kr']
  if (/\p{Script=Hangul}/u.test(text)) return ['kr', 'sc', 'jp']
  return ['sc', 'jp', 'kr']
}

interface Slice {
  file: string
  ranges: [number, number][]
}
const slices = new Map<string, Slice[]>()

function slicesOf(language: string): Slice[] {
  let known = slices.get(language)
  if (!known) {
    const folder = path.dirname(require.resolve(`@fontsource-variable/noto-sans-${language}/unicode.json`))
    const table = JSON.parse(readFileSync(path.join(folder, 'unicode.json'), 'utf8')) as Record<string, string>
    known = Object.entries(table).map(([name, ranges]) => ({
      file: path.join(folder, 'files', `noto-sans-${language}-${name.replace(/[[\]]/g, '')}-wght-normal.woff2`),
      ranges: ranges.split(',').map((range) => {
        const [from = '', to] = range.trim().replace(/^U\+/i, '').split('-')
        return [Number.parseInt(from, 16), Number.parseInt(to ?? from, 16)]
      }),
    }))
    slices.set(language, known)
  }
  return known
}

async function sliceFor(codePoint: number, order: readonly string[]): Promise<FaceData | undefined> {
  for (const language of order) {
    const slice = slicesOf(language).find(({ ranges }) =>
      ranges.some(([from, to]) => codePoint >= from && codePoint <= to),
    )
    if (!slice) continue
    const data = await face(slice.file, async () => Buffer.from(await decompress(readFileSync(slice.file))), true)
    if (data.font.hasGlyphForCodePoint(codePoint)) return data
  }
  return undefined
}

export interface TextRun {
  text: string
  face: FaceData
  /** Hebrew and Arabic: the line is laid from the right. */
  isRightToLeft: boolean
}

/** Thai SARA AM under a tone mark: the ring is written below the tone, so it is taken apart as the script's shaper does. */
const amWithTone = /([\u0e48-\u0e4b])\u0e33/g
const rightToLeft = /[\p{Script=Hebrew}\p{Script=Arabic}]/u
// Joiners and marks belong to the letter before them, whatever face that has.
const clusters = new Intl.Segmenter('und', { granularity: 'grapheme' })

/**
 * Cuts a line into runs of one face each, in the order in which they are drawn from left to right. A line whose first
 * letter is Hebrew or Arabic reads from the right. A character that no face has is drawn as the empty box of the first
 * face; `missing` tells of it.
 */
export async function runsOf(
  line: string,
  weight: Weight,
): Promise<{ runs: TextRun[]; missing: string[]; isRightToLeft: boolean }> {
  const text = line.normalize('NFC').replace(/\s+/gu, ' ').trim().replace(amWithTone, '\u0e4d$1\u0e32')
  const order = eastAsianOrder(text)
  const whole = await Promise.all(wholeFiles[weight].map(wholeFace))
  const [first] = whole
  if (!first) throw new Error('There is no face')
  const lineIsRightToLeft = rightToLeft.test(/\p{L}/u.exec(text)?.[0] ?? '')
  const runs: TextRun[] = []
  const missing: string[] = []
  for (const { segment } of clusters.segment(text)) {
    const last = runs.at(-1)
    const isNeutral = neutralOnly.test(segment)
    const chosen =
      (isNeutral && last && drawable(last.face, segment) ? last.face : undefined) ??
      (await faceFor(segment, whole, order))
    if (!chosen) missing.push(segment)
    // An empty box where a picture was says less than nothing; the words around it stand for themselves.
    if (!chosen && /\p{Extended_Pictographic}/u.test(segment)) continue
    if (segment === ' ' && last?.text.endsWith(' ')) continue
    const used = chosen ?? first
    const isRightToLeft = isNeutral ? (last?.isRightToLeft ?? lineIsRightToLeft) : rightToLeft.test(segment)
    if (last && last.face.id === used.id && last.isRightToLeft === isRightToLeft) last.text += segment
    else runs.push({ text: segment, face: used, isRightToLeft })
  }
  const placed = runs.flatMap((run) => withoutTail(run, lineIsRightToLeft)).map(asDrawn)
  return { runs: lineIsRightToLeft ? placed.reverse() : placed, missing, isRightToLeft: lineIsRightToLeft }
}

/**
 * Spaces and points after words of the other direction belong to the line, not to the words (UAX #9, rules N1 and N2):
 * else they would stand at the wrong end of them.
 */
function withoutTail(run: TextRun, lineIsRightToLeft: boolean): TextRun[] {
  if (run.isRightToLeft === lineIsRightToLeft) return [run]
  const tail = /[\s\p{P}\p{S}]+$/u.exec(run.text)?.[0] ?? ''
  const words = run.text.slice(0, run.text.length - tail.length)
  if (tail === '' || words === '') return [run]
  return [
    { ...run, text: words },
    { ...run, text: tail, isRightToLeft: lineIsRightToLeft },
  ]
}

const brackets = ['()', '[]', '{}', '<>', '«»', '‹›']
const mirrored = new Map(
  brackets.flatMap(([left = '', right = '']) => [[left, right] as const, [right, left] as const]),
)
const neutralOnly = /^[\s\p{P}\p{S}]+$/u

/**
 * What is read from the right has its brackets the other way around (UAX #9, rule L4), which fontkit leaves to its
 * callers; and without a letter to tell the direction it would lay the signs from the left.
 */
function asDrawn(run: TextRun): TextRun {
  if (!run.isRightToLeft) return run
  const signs = [...clusters.segment(run.text)].map(({ segment }) => mirrored.get(segment) ?? segment)
  return { ...run, text: (neutralOnly.test(run.text) ? signs.reverse() : signs).join('') }
}

async function faceFor(
  segment: string,
  whole: readonly FaceData[],
  order: readonly string[],
): Promise<FaceData | undefined> {
  const found = whole.find((candidate) => drawable(candidate, segment))
  if (found) return found
  return sliceFor(segment.codePointAt(0) ?? 0, order)
}

function drawable({ font }: FaceData, segment: string): boolean {
  for (const character of segment) {
    if (/\s|\p{Cf}|\p{Variation_Selector}/u.test(character)) continue
    if (!font.hasGlyphForCodePoint(character.codePointAt(0) ?? 0)) return false
  }
  return true
}
