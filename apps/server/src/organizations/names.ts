/**
 * Letters that look like others. A short table of our own in the spirit of UTS 39 section 4: it folds what is seen in
 * names of institutions (Latin, Greek, Cyrillic, Armenian, digits), after compatibility forms and accents are gone.
 */
const lookAlikes: Record<string, string> = {}
// The folding of case may leave several code points; only single ones stand in the table.
for (const [letter, others] of Object.entries({
  a: 'аɑα@ªа',
  b: 'ЬвʙɓƀьЪъ',
  c: 'сϲⅽᴄçćс',
  d: 'ԁⅾɗđ',
  e: 'еєɛεҽёеəэ',
  f: 'ƒẝϝſ',
  g: 'ɡցǥɠ9',
  h: 'һհнħ',
  i: 'іιӏɩıi!|1ljӏІl',
  k: 'кκƙкқ',
  m: 'мϻᴍ',
  n: 'ոռппηñη',
  o: 'оοσօ0øөοסо°',
  p: 'рρƿþ',
  q: 'ԛգզ',
  r: 'гᴦгɍ',
  s: 'ѕʂ5$ƨš§',
  t: 'тτŧ7+',
  u: 'υսцʋμ',
  v: 'ѵνᴠⅴ',
  w: 'ԝѡωաщшɯ',
  x: 'хχ×ⅹ',
  y: 'уγүყўÿ',
  z: 'ᴢʐ2ż',
}))
  for (const other of others.toLowerCase()) lookAlikes[other] = letter

/**
 * What a name looks like: two names with the same skeleton cannot be told apart by a hurried reader (SECURITY S54).
 * Case, accents, spaces, punctuation and look-alike letters are folded.
 */
export function nameSkeleton(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{Mark}|\p{Default_Ignorable_Code_Point}/gu, '')
    .toLowerCase()
  let folded = ''
  for (const letter of plain) folded += lookAlikes[letter] ?? letter
  return folded
    .replace(/[^\p{L}\p{N}]/gu, '')
    .replace(/rn/g, 'm')
    .replace(/vv/g, 'w')
    .replace(/cl/g, 'd')
    .replace(/ci/g, 'd')
}

/**
 * True when one name could be taken for the other: the same skeleton, or one letter added, left out, changed or swapped
 * in a name that is long enough for that to be no accident.
 */
export function looksLike(skeleton: string, other: string): boolean {
  if (skeleton === other) return true
  const shorter = Math.min(skeleton.length, other.length)
  if (shorter < 8 || Math.abs(skeleton.length - other.length) > 1) return false
  return isOneEditApart(skeleton, other)
}

function isOneEditApart(a: string, b: string): boolean {
  let at = 0
  while (at < a.length && a[at] === b[at]) at++
  const [restA, restB] = [a.slice(at), b.slice(at)]
  if (a.length !== b.length) return a.length > b.length ? restA.slice(1) === restB : restA === restB.slice(1)
  if (restA.slice(1) === restB.slice(1)) return true
  return restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2)
}

/** The numbers in a name, which tell members of a series apart. */
export function numbersIn(name: string): string {
  return (name.match(/\d+/g) ?? []).join(' ')
}

const reservedSlugs = new Set([
  'new',
  'admin',
  'api',
  'console',
  'help',
  'lapel',
  'ops',
  'www',
  'static',
  'assets',
  'pictures',
])

/** Lower-case letters, digits and single hyphens, 2 to 60. */
export function isSlug(text: string): boolean {
  return /^[a-z0-9]+(-[a-z0-9]+)*$/.test(text) && text.length >= 2 && text.length <= 60 && !reservedSlugs.has(text)
}

/** An address made from a name, or `fallback` when the name has no letter that could stand in one. */
export function slugFrom(name: string, fallback: string): string {
  const slug = name
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/['’]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 48)
    .replace(/-+$/, '')
  return isSlug(slug) ? slug : fallback
}

/** `slug`, or the first of `slug-2`, `slug-3`, … that is not taken. */
export async function freeSlug(slug: string, isTaken: (slug: string) => Promise<boolean>): Promise<string> {
  if (!(await isTaken(slug))) return slug
  for (let number = 2; number < 200; number++) {
    const next = `${slug}-${number}`
    if (!(await isTaken(next))) return next
  }
  throw new Error('Two hundred addresses like this one are taken')
}
