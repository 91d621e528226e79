import { createHash } from 'node:crypto'
import { type Locale, type Translate, translator } from '../platform/i18n/messages.ts'
import { blend, contrastRatio } from '../platform/pictures/contrast.ts'
import { covers, graphemes, layOut, line, ringLine, round } from '../platform/pictures/lettering.ts'
import { glyphLines, letterBox, patternMarks, ringRadius, shapeOutline, side } from './badge-shapes.ts'
import { badgeBorders, badgeGlyphs, badgePalettes, badgePatterns, badgeShapes } from './image-choices.ts'

/** Fill and ink of each palette, in the order of {@link badgePalettes} (UX 17). */
export const paletteColors: Record<(typeof badgePalettes)[number], { fill: string; ink: string }> = {
  ink: { fill: '#1B2A41', ink: '#FFFFFF' },
  lagoon: { fill: '#0B5563', ink: '#FFFFFF' },
  forest: { fill: '#2F5D34', ink: '#FFFFFF' },
  plum: { fill: '#5A2A6B', ink: '#FFFFFF' },
  rust: { fill: '#8C2F21', ink: '#FFFFFF' },
  bronze: { fill: '#7A5200', ink: '#FFFFFF' },
  slate: { fill: '#44546A', ink: '#FFFFFF' },
  berry: { fill: '#8A1C4A', ink: '#FFFFFF' },
  sky: { fill: '#CFE6FB', ink: '#14202E' },
  sand: { fill: '#F3E3C3', ink: '#14202E' },
  mint: { fill: '#CDEEDD', ink: '#14202E' },
  rose: { fill: '#F9D9DF', ink: '#14202E' },
}

const brass = '#A9741A'
const patternOpacity = 0.12
/** 2 % of the width, so that the edge reads on light and dark pages. */
const rim = side * 0.02

export interface BadgeDesign {
  shape: (typeof badgeShapes)[number]
  pattern: (typeof badgePatterns)[number]
  palette: (typeof badgePalettes)[number]
  /** 1 to 3 characters; empty where a glyph stands in their place. */
  initials: string
  glyph?: (typeof badgeGlyphs)[number]
  /** Around the edge, on shapes that have room for it. */
  ringText?: string
  /** 0 to 5 marks below the letters. */
  levelMarks: number
  border: (typeof badgeBorders)[number]
}

/**
 * The picture of a template that nobody drew: all that the settings leave open follows from the hash of the
 * seed, so the same template always looks the same.
 *
 * @param seed the template's id
 * @param name gives the letters
 */
export function designBadge({
  seed,
  name,
  settings = {},
}: {
  seed: string
  name: string
  settings?: Partial<BadgeDesign>
}): BadgeDesign {
  const hash = createHash('sha256').update(seed).digest()
  const pick = <T>(from: readonly [T, ...T[]], at: number): T => from[hash.readUInt16BE(at) % from.length] ?? from[0]
  const initials = drawable(settings.initials) || drawable(initialsOf(name))
  const glyph = settings.glyph ?? (initials === '' ? pick(badgeGlyphs, 8) : undefined)
  return {
    shape: settings.shape ?? pick(badgeShapes, 0),
    pattern: settings.pattern ?? pick(badgePatterns, 2),
    palette: settings.palette ?? pick(badgePalettes, 4),
    border: settings.border ?? pick(badgeBorders, 6),
    initials: glyph ? '' : initials,
    glyph,
    ringText: settings.ringText?.trim() || undefined,
    levelMarks: Math.max(0, Math.min(5, Math.trunc(settings.levelMarks ?? 0))),
  }
}

/** Letters that our faces can draw, three at most; none when one is missing, since a box is worse than a star. */
function drawable(initials: string | undefined): string {
  const letters = graphemes((initials ?? '').normalize('NFC').replace(/\s/gu, ''))
    .slice(0, 3)
    .join('')
  // An Arabic letter on its own says nothing: the script joins its letters and has no capitals.
  if (/\p{Script=Arabic}/u.test(letters)) return ''
  return letters !== '' && covers('sans-semibold', letters) ? letters : ''
}

/** Words that carry no meaning of their own, in English and French. */
const small = new Set(
  'a an and at by for from in of on or the to with à au aux d de des du en et l la le les ou par pour sur un une'.split(
    ' ',
  ),
)

/** The first letters of the first three words that matter: "Été indien" gives "ÉI". */
export function initialsOf(name: string): string {
  const words = name
    .normalize('NFC')
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter(Boolean)
  const telling = words.filter((word) => !small.has(word.toLowerCase()))
  return (telling.length > 0 ? telling : words)
    .slice(0, 3)
    .map((word) => graphemes(word)[0]?.toUpperCase() ?? '')
    .join('')
}

/**
 * Contrast of the letters with the ground below them, pattern included: the lowest on the picture, 1 to 21.
 * Below 4.5 the designer explains instead of saving.
 */
export function designContrast({ palette, pattern }: Pick<BadgeDesign, 'palette' | 'pattern'>): number {
  const { fill, ink } = paletteColors[palette]
  return contrastRatio(ink, pattern === 'plain' ? fill : blend(ink, fill, patternOpacity))
}

/** What a person who does not see the picture is told, in one language; editable afterwards. */
export function badgeAltText(locale: Locale, design: BadgeDesign): string {
  return altParts(translator(locale), design)
}

function altParts(t: Translate, { shape, initials, glyph, ringText, levelMarks }: BadgeDesign): string {
  const named = t(`badge-image.shape.${shape}`)
  const letters = graphemes(initials).length
  const base = glyph
    ? t('badge-image.alt.glyph', { shape: named, glyph: t(`badge-image.glyph.${glyph}`) })
    : t('badge-image.alt.letters', { shape: named, initials, count: letters })
  const ring = ringText && ringRadius(shape) ? t('badge-image.alt.ring', { base, text: ringText }) : base
  return levelMarks > 0 ? t('badge-image.alt.marks', { base: ring, count: levelMarks }) : ring
}

/** The picture as SVG: square, without text, fonts, styles, scripts or addresses, so any viewer draws it alike. */
export function badgeSvg(design: BadgeDesign): string {
  const { fill, ink } = paletteColors[design.palette]
  const edge = 6
  const outer = shapeOutline(design.shape, edge + rim / 2)
  const marks = patternMarks(design.pattern, ink)
  // One picture per document in practice, but several may be put into one page: the id tells them apart.
  const id = `b${createHash('sha256').update(JSON.stringify(design)).digest('hex').slice(0, 8)}`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" width="${side}" height="${side}">`,
    `<path d="${outer}" fill="${fill}"/>`,
    marks &&
      `<clipPath id="${id}"><path d="${outer}"/></clipPath><g clip-path="url(#${id})" opacity="${patternOpacity}">${marks}</g>`,
    `<path d="${outer}" fill="none" stroke="${brass}" stroke-width="${rim}" stroke-linejoin="round"/>`,
    innerBorder(design, ink),
    lettering(design, ink),
    '</svg>',
  ].join('')
}

function innerBorder({ shape, border }: BadgeDesign, ink: string): string {
  if (border === 'plain') return ''
  const stitched = border === 'stitched'
  return `<path d="${shapeOutline(shape, 36)}" fill="none" stroke="${ink}" stroke-opacity="${stitched ? 0.75 : 0.55}" stroke-width="${stitched ? 4 : 3}" stroke-linejoin="round"${stitched ? ' stroke-dasharray="13 10" stroke-linecap="round"' : ''}/>`
}

function lettering(design: BadgeDesign, ink: string): string {
  const box = letterBox(design.shape)
  const ring = ringPart(design, ink)
  const width = ring ? Math.min(box.width, 210) : box.width
  const y = box.y + (ring && design.levelMarks === 0 ? 14 : 0) - (design.levelMarks > 0 ? 22 : 0)
  const centre = design.glyph
    ? glyphPart(design.glyph, ink, y, ring ? 1.55 : 2.1)
    : initialsPart(design.initials, ink, y, width)
  return `${ring}${centre}${levelPart(design.levelMarks, ink, y)}`
}

function initialsPart(initials: string, ink: string, y: number, width: number): string {
  const largest = [0, 216, 184, 148][graphemes(initials).length] ?? 148
  const natural = layOut('sans-semibold', initials, 100).width
  const size = Math.min(largest, (width / Math.max(natural, 1)) * 100)
  // Capitals of this face are 0.714 of the size high; half of that below the middle puts them there.
  return line({
    face: 'sans-semibold',
    text: initials,
    size,
    x: side / 2,
    y: y + size * 0.357,
    anchor: 'middle',
    fill: ink,
  })
}

function glyphPart(glyph: NonNullable<BadgeDesign['glyph']>, ink: string, y: number, scale: number): string {
  return `<path transform="translate(${side / 2} ${round(y)}) scale(${scale})" d="${glyphLines[glyph]}" fill="none" stroke="${ink}" stroke-width="7" stroke-linecap="round" stroke-linejoin="round"/>`
}

/** The widest arc that still reads as one line: 200 degrees. */
const widestArc = (200 * Math.PI) / 180

function ringPart({ shape, ringText }: BadgeDesign, ink: string): string {
  const radius = ringRadius(shape)
  if (!radius || !ringText || !covers('sans-semibold', ringText)) return ''
  const words = ringText.toUpperCase()
  const at = (size: number, text: string) =>
    ringLine({
      face: 'sans-semibold',
      text,
      size,
      cx: side / 2,
      cy: side / 2,
      radius,
      fill: ink,
      tracking: size * 0.09,
    })
  const large = at(34, words)
  const size = large.angle <= widestArc ? 34 : Math.max(20, (34 * widestArc) / large.angle)
  let shown = words
  let drawn = at(size, shown)
  while (drawn.angle > widestArc * 1.01 && shown.length > 2) {
    shown = `${graphemes(shown.replace(/…$/u, '')).slice(0, -1).join('').trimEnd()}…`
    drawn = at(size, shown)
  }
  return drawn.markup
}

function levelPart(count: number, ink: string, y: number): string {
  if (count === 0) return ''
  const step = 44
  const left = side / 2 - ((count - 1) * step) / 2
  return `<g fill="${brass}" stroke="${ink}" stroke-width="3.5">${Array.from({ length: count }, (_, at) => `<circle cx="${left + at * step}" cy="${round(y + 112)}" r="14"/>`).join('')}</g>`
}
