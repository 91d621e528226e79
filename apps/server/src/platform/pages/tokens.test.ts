import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { blend, contrastRatio } from '../pictures/contrast.ts'

const folder = path.join(import.meta.dirname, '../../../client/css')
const source = readFileSync(path.join(folder, 'tokens.css'), 'utf8')

type Theme = 'light' | 'dark'
const themes = ['light', 'dark'] as const

/** The colour of a token in a theme, as the browser reads it. */
function token(name: string, theme: Theme): string {
  const both = new RegExp(`--${name}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\);`).exec(source)
  const one = new RegExp(`--${name}: (#[0-9a-f]{6});`).exec(source)?.[1]
  const found = both ? both[theme === 'light' ? 1 : 2] : one
  assert.ok(found, `tokens.css has no --${name}`)
  return found
}

const ratio = (first: string, second: string, theme: Theme) => contrastRatio(token(first, theme), token(second, theme))

test('every text token reaches the measured contrast of the specification on every ground', () => {
  const texts = ['text', 'muted', 'accent', 'accent-hover', 'visited', 'ok', 'warn', 'bad', 'info', 'neutral']
  for (const theme of themes) {
    for (const name of texts) {
      for (const ground of ['canvas', 'surface', 'sunken']) {
        assert.ok(ratio(name, ground, theme) >= 6.4, `${name} on ${ground}, ${theme}: ${ratio(name, ground, theme)}`)
      }
    }
  }
})

test('the ratios printed in UX 17 are the ratios of our colours', () => {
  const printed: [string, string, number, number][] = [
    ['text', 'surface', 16.5, 14.6],
    ['muted', 'surface', 7.3, 8.2],
    ['accent', 'surface', 7.9, 8.4],
    ['on-accent', 'accent', 7.9, 9.2],
    ['visited', 'surface', 8.7, 9.1],
    ['field-outline', 'surface', 4.4, 4.9],
    ['focus', 'surface', 6.4, 11.9],
    ['ok', 'ok-soft', 6.5, 8.4],
    ['warn', 'warn-soft', 6.6, 9.3],
    ['bad', 'bad-soft', 6.5, 7.5],
    ['info', 'info-soft', 7.5, 7.9],
    ['neutral', 'neutral-soft', 7.6, 8.3],
    ['brass', 'surface', 4.0, 4.2],
  ]
  for (const [first, second, light, dark] of printed) {
    assert.ok(
      Math.abs(ratio(first, second, 'light') - light) <= 0.1,
      `${first} on ${second}, light: ${ratio(first, second, 'light')}`,
    )
    assert.ok(
      Math.abs(ratio(first, second, 'dark') - dark) <= 0.1,
      `${first} on ${second}, dark: ${ratio(first, second, 'dark')}`,
    )
  }
})

test('what is not text reaches 3 to 1: outlines, focus ring, brass, charts 4.7', () => {
  for (const theme of themes) {
    for (const ground of ['canvas', 'surface']) {
      for (const name of ['field-outline', 'focus', 'brass'])
        assert.ok(ratio(name, ground, theme) >= 3, `${name} on ${ground}, ${theme}`)
      for (let n = 1; n <= 6; n++)
        assert.ok(ratio(`chart-${n}`, ground, theme) >= 4.7, `chart-${n} on ${ground}, ${theme}`)
    }
  }
})

test('the colours that are written outside the tokens are readable as well', () => {
  const pairs: [string, string][] = []
  for (const file of readdirSync(folder)) {
    const css = readFileSync(path.join(folder, file), 'utf8')
    for (const [, block = ''] of css.matchAll(/\{([^{}]*)\}/g)) {
      const color = /(?<![-\w])color: light-dark\((#\w+), (#\w+)\);/.exec(block)
      const ground = /background: light-dark\((#\w+), (#\w+)\);/.exec(block)
      if (color && ground) pairs.push([color[1] ?? '', ground[1] ?? ''], [color[2] ?? '', ground[2] ?? ''])
    }
  }
  for (const [color, ground] of pairs) assert.ok(contrastRatio(color, ground) >= 4.5, `${color} on ${ground}`)
  // The danger button's label, on its fill of either theme.
  assert.ok(contrastRatio('#ffffff', token('bad', 'light')) >= 4.5)
  assert.ok(contrastRatio('#2a0709', token('bad', 'dark')) >= 4.5)
  // The demo bar's two stripes.
  for (const stripe of [token('warn-soft', 'light'), '#ffe7b8']) assert.ok(contrastRatio('#4d2f00', stripe) >= 7)
  for (const stripe of [token('warn-soft', 'dark'), '#46340d']) assert.ok(contrastRatio('#ffe2ab', stripe) >= 7)
})

test('blending and contrast agree with the definition', () => {
  assert.equal(contrastRatio('#000', '#fff'), 21)
  assert.equal(contrastRatio('#777777', '#777777'), 1)
  assert.equal(blend('#ffffff', '#000000', 0.5), '#808080')
  assert.throws(() => contrastRatio('red', '#fff'), TypeError)
})

test('no style sheet names a side: left and right follow the direction of the text', () => {
  for (const file of readdirSync(folder)) {
    const css = readFileSync(path.join(folder, file), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '')
    const physical = css.match(
      /^\s*(?:margin|padding|border)-(?:left|right|top|bottom)|^\s*(?:left|right|top|bottom):|text-align: (?:left|right)/gm,
    )
    assert.deepEqual(physical, null, file)
  }
})
