import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contrastRatio } from '../platform/pictures/contrast.ts'
import { rasterize } from '../platform/pictures/raster.ts'
import sharp from 'sharp'
import { badgeAltText, badgeSvg, designBadge, designContrast, initialsOf, paletteColors } from './badge-image.ts'
import { badgeBorders, badgeGlyphs, badgePalettes, badgePatterns, badgeShapes } from './image-choices.ts'

const name = 'Data Storytelling'

test('the same template always gets the same picture, and templates differ', () => {
  const picture = (seed: string) => badgeSvg(designBadge({ seed, name }))
  assert.equal(picture('018f-a'), picture('018f-a'))
  const different = new Set(Array.from({ length: 50 }, (_, at) => picture(`template-${at}`)))
  assert.ok(different.size >= 45, `${different.size} of 50 differ`)
  // A change of the rule would repaint every badge there is: this one must stay as it was.
  const { shape, pattern, palette, border, initials } = designBadge({ seed: 'template-1', name })
  assert.deepEqual(
    { shape, pattern, palette, border, initials },
    { shape: 'circle', pattern: 'weave', palette: 'forest', border: 'double', initials: 'DS' },
  )
})

test('every shape, pattern and palette turns up over enough templates', () => {
  const designs = Array.from({ length: 400 }, (_, at) => designBadge({ seed: `n${at}`, name }))
  assert.deepEqual(new Set(designs.map(({ shape }) => shape)), new Set(badgeShapes))
  assert.deepEqual(new Set(designs.map(({ pattern }) => pattern)), new Set(badgePatterns))
  assert.deepEqual(new Set(designs.map(({ palette }) => palette)), new Set(badgePalettes))
  assert.deepEqual(new Set(designs.map(({ border }) => border)), new Set(badgeBorders))
})

test('letters are the initials of the words that matter, in any language', () => {
  assert.equal(initialsOf('Data Storytelling'), 'DS')
  assert.equal(initialsOf('The Art of War'), 'AW')
  assert.equal(initialsOf('Récits de données'), 'RD')
  assert.equal(initialsOf('L’été à Montréal'), 'ÉM')
  assert.equal(initialsOf('e\u0301tudes'), 'É')
  assert.equal(initialsOf('Leadership and Adaptive Organizational Management'), 'LAO')
  assert.equal(initialsOf('Of the'), 'OT')
  assert.equal(initialsOf('🎓'), '')
})

test('where no letter can be drawn a glyph stands in its place, never an empty box', () => {
  for (const given of ['数据叙事', '🎓', '', 'إدارة المشاريع']) {
    const design = designBadge({ seed: 'a', name: given })
    assert.equal(design.initials, '', given)
    assert.ok(design.glyph, given)
  }
})

test('the letters can be read on every palette and pattern', () => {
  const printed = [14.4, 8.4, 7.7, 10.6, 8.3, 6.9, 7.7, 9.0, 12.8, 13.0, 13.2, 12.6]
  badgePalettes.forEach((palette, at) => {
    const { fill, ink } = paletteColors[palette]
    const ratio = contrastRatio(fill, ink)
    assert.ok(Math.abs(ratio - (printed[at] ?? 0)) <= 0.06, `${palette}: ${ratio}`)
    for (const pattern of badgePatterns) assert.ok(designContrast({ palette, pattern }) >= 4.5, `${palette} ${pattern}`)
  })
})

test('the proposed alt text says what is to be seen, in both languages', () => {
  const design = designBadge({ seed: 'x', name, settings: { shape: 'hexagon' } })
  assert.equal(badgeAltText('en', design), 'Hexagon badge with the letters DS')
  assert.equal(badgeAltText('fr', design), 'Badge en forme d’hexagone avec les lettres DS')
  const rich = designBadge({
    seed: 'x',
    name,
    settings: { shape: 'circle', glyph: 'book', ringText: 'Northfield College', levelMarks: 2 },
  })
  assert.equal(
    badgeAltText('en', rich),
    'Circle badge with a book, and the words Northfield College around the edge, and 2 level marks',
  )
  assert.equal(
    badgeAltText('fr', rich),
    'Badge en forme de cercle avec un livre et, sur le bord, les mots Northfield College et 2 marques de niveau',
  )
  for (const shape of badgeShapes)
    for (const glyph of badgeGlyphs)
      assert.doesNotMatch(
        badgeAltText('fr', designBadge({ seed: 'x', name, settings: { shape, glyph } })),
        /de [éhaiou]/,
      )
})

test('the picture holds outlines only: no text, style, script, font or address', () => {
  for (const shape of badgeShapes) {
    const svg = badgeSvg(
      designBadge({
        seed: shape,
        name: '<script>&"',
        settings: { shape, ringText: '</svg><script>alert(1)</script>', levelMarks: 5 },
      }),
    )
    assert.doesNotMatch(svg.replace('xmlns="http://www.w3.org/2000/svg"', ''), /<text|<style|script|http|href|font/i)
  }
})

test('no shape is cut by the edge of its square, at 120 and 1024 pixels', async () => {
  for (const shape of badgeShapes) {
    for (const size of [120, 1024]) {
      const png = await rasterize(
        badgeSvg(designBadge({ seed: 'x', name, settings: { shape, pattern: 'rays' } })),
        size,
      )
      const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true })
      const alpha = (x: number, y: number) => data[(y * info.width + x) * info.channels + 3]
      for (let at = 0; at < size; at++) {
        for (const [x, y] of [
          [at, 0],
          [at, size - 1],
          [0, at],
          [size - 1, at],
        ] as const)
          assert.equal(alpha(x, y), 0, `${shape} at ${size}: ${x},${y}`)
      }
    }
  }
})

test('a long ring text stays on the ring', () => {
  const svg = badgeSvg(
    designBadge({
      seed: 'x',
      name,
      settings: {
        shape: 'circle',
        ringText: 'Ordre des administrateurs agréés du Québec et de ses régions administratives',
      },
    }),
  )
  const turns = [...svg.matchAll(/rotate\((-?[\d.]+) /g)].map(([, turn]) => Number(turn))
  assert.ok(turns.length > 20)
  assert.ok(Math.max(...turns.map(Math.abs)) <= 102, `widest letter at ${Math.max(...turns.map(Math.abs))} degrees`)
})
