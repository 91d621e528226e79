import { commonWords } from './common-words.ts'

export const shortestPassword = 12
export const longestPassword = 256

/**
 * True when a password is among those that are tried first: words that many people use (also with digits for letters),
 * the site's, the organization's and the person's own words, years, runs of the keyboard or the alphabet, repetitions,
 * and short rows of these (SECURITY S9). Any other twelve characters pass; nothing is asked of their kinds.
 *
 * Of the usual lists of leaked passwords few entries have twelve characters; those that do are almost all made this
 * way. The rule therefore refuses far more than a list of them would.
 */
export function isGuessable(password: string, ownWords: readonly string[] = []): boolean {
  const own = wordsOf(ownWords)
  const text = fold(password)
  // What separates words adds nothing: maya.roy.1987
  return [text, text.replace(/[\s._-]+/g, '')].some((form) => isEasy(form, own))
}

function isEasy(text: string, own: ReadonlySet<string>): boolean {
  const unit = repeatedUnit(text)
  if (unit.length < 8 && unit.length < text.length) return true
  return partsOf(unit, own) <= easyParts
}

/** A row of this many common parts or single characters is tried early. */
const easyParts = 4

const fold = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

/** The words of names and addresses: "Northfield College" gives northfield, college and northfieldcollege. */
function wordsOf(given: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>()
  for (const text of given.map(fold)) {
    const words = text.split(/[^\p{L}\p{N}]+/u).filter(Boolean)
    for (const word of [...words, words.join('')]) if (word.length >= 3) found.add(word)
  }
  return found
}

/** The shortest text that gives this one when repeated, the last time perhaps in part. */
function repeatedUnit(text: string): string {
  for (let length = 1; length <= text.length / 2; length++) {
    const unit = text.slice(0, length)
    if (unit.repeat(Math.ceil(text.length / length)).startsWith(text)) return unit
  }
  return text
}

/** The least number of common parts and single characters that make up the text. */
function partsOf(text: string, ownWords: ReadonlySet<string>): number {
  const characters = Array.from(text)
  const least = [0]
  for (let end = 1; end <= characters.length; end++) {
    let best = (least[end - 1] ?? 0) + 1
    for (let start = Math.max(0, end - longestPart); start <= end - 3; start++) {
      const before = least[start] ?? 0
      if (before + 1 >= best) continue
      if (isCommonPart(characters.slice(start, end).join(''), ownWords)) best = before + 1
    }
    least.push(best)
  }
  return least[characters.length] ?? 0
}

const longestPart = 24

function isCommonPart(part: string, ownWords: ReadonlySet<string>): boolean {
  if (isRun(part) || /^(.)\1+$/u.test(part) || /^(19|20)\d\d$/.test(part)) return true
  return spellings(part).some((word) => commonWords.has(word) || ownWords.has(word))
}

const runs = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890',
  '1234567890-=',
  '!@#$%^&*()_+',
  'qwertyuiop[]',
  'asdfghjkl;',
  'zxcvbnm,./',
  'azertyuiop',
  'qsdfghjklm',
  'wxcvbn',
  'qwertzuiop',
  'yxcvbnm',
  // Columns of the keyboard, and of the telephone's.
  '1qaz',
  '2wsx',
  '3edc',
  '4rfv',
  '5tgb',
  '6yhn',
  '7ujm',
  '8ik,',
  '9ol.',
  '0p;/',
  '147',
  '258',
  '369',
  '159',
  '753',
].flatMap((run) => [run, Array.from(run).reverse().join('')])

function isRun(part: string): boolean {
  return runs.some((run) => run.includes(part))
}

const lookAlikes: Record<string, string> = {
  '0': 'o',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '@': 'a',
  $: 's',
}

/** The part with digits and signs read as the letters they stand for; 1 and ! stand for i or l. */
function spellings(part: string): string[] {
  const read = part.replace(/[034578@$]/g, (sign) => lookAlikes[sign] ?? sign)
  return [part, read, read.replace(/[1!|]/g, 'i'), read.replace(/[1!|]/g, 'l')]
}
