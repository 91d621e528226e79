import { round } from '../platform/pictures/lettering.ts'
import type { badgeGlyphs, badgePatterns, badgeShapes } from './image-choices.ts'

/** Every picture is drawn on a square of this many units. */
export const side = 512
const middle = side / 2

type Point = readonly [number, number]
export type Shape = (typeof badgeShapes)[number]

/** The outline, `inset` units inside the square. */
export function shapeOutline(shape: Shape, inset: number): string {
  const r = middle - inset
  switch (shape) {
    case 'circle':
      return circle(r)
    case 'hexagon':
      return rounded(regular(6, r * 1.03, -90), 26)
    case 'octagon':
      return rounded(regular(8, r * 1.04, -112.5), 20)
    case 'diamond':
      return rounded(regular(4, r * 1.06, -90), 44)
    case 'rounded-square':
      return rounded(square(r * 0.93), 72)
    case 'rosette':
      return rosette(r)
    case 'shield':
      return shield(r)
    case 'pennant':
      return pennant(r)
  }
}

/** Where the letters sit best, and how wide they may grow: a shield's weight lies above its middle. */
export function letterBox(shape: Shape): { y: number; width: number } {
  switch (shape) {
    case 'shield':
      return { y: middle - 18, width: 270 }
    case 'pennant':
      return { y: middle - 28, width: 250 }
    case 'diamond':
      return { y: middle, width: 230 }
    case 'hexagon':
      return { y: middle, width: 290 }
    default:
      return { y: middle, width: 300 }
  }
}

/** The largest circle for letters around the edge; shapes without room for one have none. */
export function ringRadius(shape: Shape): number | undefined {
  switch (shape) {
    case 'circle':
      return 186
    case 'octagon':
      return 180
    case 'rosette':
      return 172
    case 'hexagon':
    case 'rounded-square':
      return 164
    default:
      return undefined
  }
}

function circle(r: number): string {
  return `M${middle - r} ${middle}a${r} ${r} 0 1 1 ${2 * r} 0a${r} ${r} 0 1 1 ${-2 * r} 0Z`
}

function regular(corners: number, r: number, startDegrees: number): Point[] {
  return Array.from({ length: corners }, (_, at) => {
    const angle = ((startDegrees + (360 * at) / corners) * Math.PI) / 180
    return [middle + r * Math.cos(angle), middle + r * Math.sin(angle)] as const
  })
}

function square(r: number): Point[] {
  return [
    [middle - r, middle - r],
    [middle + r, middle - r],
    [middle + r, middle + r],
    [middle - r, middle + r],
  ]
}

/** A polygon whose corners are cut by curves. */
function rounded(points: readonly Point[], radius: number): string {
  let d = ''
  points.forEach((corner, at) => {
    const before = points[(at + points.length - 1) % points.length] ?? corner
    const after = points[(at + 1) % points.length] ?? corner
    const [fromX, fromY] = towards(corner, before, radius)
    const [toX, toY] = towards(corner, after, radius)
    d += `${at === 0 ? 'M' : 'L'}${round(fromX)} ${round(fromY)}Q${round(corner[0])} ${round(corner[1])} ${round(toX)} ${round(toY)}`
  })
  return `${d}Z`
}

function towards(from: Point, to: Point, distance: number): Point {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1])
  return [from[0] + ((to[0] - from[0]) * distance) / length, from[1] + ((to[1] - from[1]) * distance) / length]
}

function rosette(r: number): string {
  const lobes = 16
  const inner = r * 0.884
  let d = ''
  for (let at = 0; at < lobes; at++) {
    const [from, to] = [at, at + 1].map((n) => (((360 * n) / lobes - 90 - 180 / lobes) * Math.PI) / 180) as [
      number,
      number,
    ]
    const bulge = inner * Math.sin(Math.PI / lobes) * 1.04
    if (at === 0) d += `M${round(middle + inner * Math.cos(from))} ${round(middle + inner * Math.sin(from))}`
    d += `A${round(bulge)} ${round(bulge)} 0 0 1 ${round(middle + inner * Math.cos(to))} ${round(middle + inner * Math.sin(to))}`
  }
  return `${d}Z`
}

function shield(r: number): string {
  const x = (part: number) => round(middle + r * part)
  const y = (part: number) => round(middle + r * part)
  return `M${x(-0.8)} ${y(-0.88)}Q${x(-0.36)} ${y(-0.84)} ${x(0)} ${y(-1)}Q${x(0.36)} ${y(-0.84)} ${x(0.8)} ${y(-0.88)}Q${x(0.86)} ${y(-0.88)} ${x(0.86)} ${y(-0.8)}L${x(0.86)} ${y(0)}C${x(0.86)} ${y(0.52)} ${x(0.5)} ${y(0.84)} ${x(0)} ${y(1)}C${x(-0.5)} ${y(0.84)} ${x(-0.86)} ${y(0.52)} ${x(-0.86)} ${y(0)}L${x(-0.86)} ${y(-0.8)}Q${x(-0.86)} ${y(-0.88)} ${x(-0.8)} ${y(-0.88)}Z`
}

function pennant(r: number): string {
  return rounded(
    [
      [middle - r * 0.8, middle - r],
      [middle + r * 0.8, middle - r],
      [middle + r * 0.8, middle + r],
      [middle, middle + r * 0.68],
      [middle - r * 0.8, middle + r],
    ],
    18,
  )
}

export type Pattern = (typeof badgePatterns)[number]

/** Marks over the whole square, to be cut by the shape and laid on at 12 %. */
export function patternMarks(pattern: Pattern, color: string): string {
  switch (pattern) {
    case 'plain':
      return ''
    case 'rays':
      return `<path fill="${color}" d="${Array.from({ length: 12 }, (_, at) => {
        const [a, b] = [at * 30 - 94, at * 30 - 86].map((degrees) => (degrees * Math.PI) / 180) as [number, number]
        return `M${middle} ${middle}L${round(middle + 380 * Math.cos(a))} ${round(middle + 380 * Math.sin(a))}L${round(middle + 380 * Math.cos(b))} ${round(middle + 380 * Math.sin(b))}Z`
      }).join('')}"/>`
    case 'rings':
      return `<g fill="none" stroke="${color}" stroke-width="14">${[60, 108, 156, 204, 252].map((r) => `<circle cx="${middle}" cy="${middle}" r="${r}"/>`).join('')}</g>`
    case 'chevrons':
      return `<path fill="none" stroke="${color}" stroke-width="16" d="${Array.from({ length: 9 }, (_, at) => `M-20 ${at * 72 - 20}L${middle} ${at * 72 + 92}L532 ${at * 72 - 20}`).join('')}"/>`
    case 'dots':
      return `<path fill="${color}" d="${grid(44, 9)}"/>`
    case 'weave':
      return `<path fill="none" stroke="${color}" stroke-width="12" d="${Array.from({ length: 24 }, (_, at) => `M${at * 48 - 560} 0l512 512M${at * 48} 0l-512 512`).join('')}"/>`
  }
}

function grid(step: number, r: number): string {
  let d = ''
  for (let row = 0, y = 8; y < side; row++, y += step) {
    for (let x = row % 2 ? 8 : 8 + step / 2; x < side; x += step)
      d += `M${x - r} ${y}a${r} ${r} 0 1 1 ${2 * r} 0a${r} ${r} 0 1 1 ${-2 * r} 0Z`
  }
  return d
}

export type Glyph = (typeof badgeGlyphs)[number]

/** Pictures in place of letters, on a square of 100 units around 0/0, drawn with lines. */
export const glyphLines: Record<Glyph, string> = {
  star: 'M0 -44 11.8 -15.4 42.6 -13 19 7 26.4 37 0 20.8 -26.4 37 -19 7 -42.6 -13 -11.8 -15.4Z',
  book: 'M0 -26C-12 -36 -28 -38 -44 -36V28C-28 26 -12 28 0 38C12 28 28 26 44 28V-36C28 -38 12 -36 0 -26ZM0 -26V38',
  flask: 'M-14 -42H14M-9 -42V-12L-32 32Q-36 40 -27 40H27Q36 40 32 32L9 -12V-42M-22 16H22',
  leaf: 'M-36 38C-40 -8 -10 -40 40 -40C42 8 14 38 -24 30M-36 38C-26 14 -8 -8 16 -20',
  compass: 'M0 -42A42 42 0 1 1 0 42A42 42 0 1 1 0 -42ZM18 -18 8 8 -18 18 -8 -8Z',
  code: 'M-18 -28 -44 0 -18 28M18 -28 44 0 18 28M8 -40 -8 40',
  people:
    'M-14 -36A15 15 0 1 1 -14 -6A15 15 0 1 1 -14 -36ZM-42 36C-40 12 -28 4 -14 4S12 12 14 36M20 -32A12 12 0 1 1 22 -8M24 4C36 5 42 16 43 34',
  heart: 'M0 38C-30 18 -44 2 -44 -16C-44 -42 -10 -46 0 -20C10 -46 44 -42 44 -16C44 2 30 18 0 38Z',
  spark: 'M0 -44C4 -12 12 -4 44 0C12 4 4 12 0 44C-4 12 -12 4 -44 0C-12 -4 -4 -12 0 -44Z',
  tool: 'M38 -26A22 22 0 0 1 10 2L-22 34A9 9 0 0 1 -34 22L-2 -10A22 22 0 0 1 26 -38L12 -24 14 -14 24 -12Z',
}
