// Seeded randomness for the differential tests: every failure can be repeated from its seed.

export type Random = {
  /** A number from 0 up to, not including, 1. */
  next(): number
  /** An integer from 0 up to, not including, n. */
  below(n: number): number
  chance(probability: number): boolean
  pick<T>(items: readonly T[]): T
  /** `count` values, or fewer. */
  some<T>(most: number, make: () => T): T[]
}

/** A small generator of good enough quality (splitmix32). */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x9e3779b9) >>> 0
    let z = state
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b)
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
    return ((z ^ (z >>> 16)) >>> 0) / 2 ** 32
  }
  const below = (n: number) => Math.floor(next() * n)
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    pick: (items) => items[below(items.length)]!,
    some: (most, make) => Array.from({ length: below(most + 1) }, make),
  }
}

const SNIPPETS = [
  'plain words',
  'a "quoted" one',
  'back\\slash and \\n that is none',
  'two\nlines',
  'carriage\rreturn',
  'tab\tbed',
  'nul\u0000 bell\u0007 escape\u001b delete\u007f',
  '\b\f',
  'emoji 🎓👩🏽‍🔬',
  'astral 𝒜𠮷',
  'fullwidth Ａ\uffee',
  'replacement \ufffd variation \ufe0f',
  'שלום',
  'مرحبا',
  '中文かな',
  'ünïcödé e\u0301',
  'no-break\u00a0zero\u200bwidth bom\ufeff',
  'line\u2028paragraph\u2029',
  'c1 \u0080\u0085',
  '<b>&amp;</b>',
  '_:b0',
  '_:c14n0',
  '@id',
  'http://example.org/ with blank',
  '"^^<urn:x>',
  '" .\n<urn:a> <urn:b> "c" .',
  '{"json": true}',
  '',
  ' ',
  '\u{10ffff}',
  '\ue000',
]

export function randomText(random: Random): string {
  let text = ''
  for (let i = random.below(3); i >= 0; i--) text += random.pick(SNIPPETS)
  return random.chance(0.4) ? text + random.below(1e9).toString(36) : text
}

const SCHEMES = [
  'https://badges.example.org/x/',
  'urn:uuid:',
  'did:web:example.org:',
  'http://münchen.example/ü/',
  'tag:example.org,2026:',
  'mailto:a',
]

export function randomIri(random: Random): string {
  const tail = random.pick(['', '#part', '?q=1&a=%20', "~!$'()*+,;=", '/.././x'])
  return random.pick(SCHEMES) + random.below(1e12).toString(36) + tail
}

const NUMBERS = [
  0,
  1,
  -1,
  2.5,
  0.1,
  1 / 3,
  1e21,
  1e20,
  123456789012345680000,
  0.1 + 0.2,
  -0.0000012345,
  12345.6789,
  1.5e-10,
  1e-7,
  100,
  -0,
  3.141592653589793,
  5e300,
  2 ** 53,
  4.35,
]

export function randomNumber(random: Random): number {
  return random.chance(0.5) ? random.pick(NUMBERS) : Math.round(random.next() * 1e6) / 10 ** random.below(7)
}

export function randomDate(random: Random): string {
  const dates = [
    '2026-03-01T10:00:00Z',
    '2026-03-01T10:00:00.123Z',
    '2026-03-01T10:00:00+02:00',
    '1999-12-31T00:00:00Z',
  ]
  return random.pick(dates)
}
