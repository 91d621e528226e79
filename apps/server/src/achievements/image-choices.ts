/** What the badge generator can draw (UX.md section 17). */
export const badgeShapes = [
  'circle',
  'hexagon',
  'shield',
  'rosette',
  'octagon',
  'rounded-square',
  'diamond',
  'pennant',
] as const

export const badgePatterns = ['plain', 'rays', 'rings', 'chevrons', 'dots', 'weave'] as const

export const badgePalettes = [
  'ink',
  'lagoon',
  'forest',
  'plum',
  'rust',
  'bronze',
  'slate',
  'berry',
  'sky',
  'sand',
  'mint',
  'rose',
] as const

/** What may stand in place of the letters. */
export const badgeGlyphs = [
  'star',
  'book',
  'flask',
  'leaf',
  'compass',
  'code',
  'people',
  'heart',
  'spark',
  'tool',
] as const

/** The line inside the brass rim. */
export const badgeBorders = ['plain', 'double', 'stitched'] as const
