import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isSlug, looksLike, nameSkeleton, numbersIn, slugFrom } from './names.ts'

const known = [
  'Northfield College',
  'University of Toronto',
  'Project Guild',
  'Red Cross Clinic',
  'McGill University',
  'Open Data Academy',
  'Bluewater Institute',
  'Harbour Learning Centre',
  'École Polytechnique',
  'Trade Skills Board',
]

/** How one name is made to pass for another. */
const tricks: ((name: string) => string)[] = [
  (name) => name.toUpperCase(),
  (name) => name.replaceAll('o', 'о'), // Cyrillic
  (name) => name.replaceAll('e', 'е').replaceAll('a', 'а').replaceAll('c', 'с'),
  (name) => name.replaceAll('o', 'ο'), // Greek
  (name) => name.replace('o', '0'),
  (name) => name.replace('l', '1'),
  (name) => name.replace('l', 'I'),
  (name) => name.replaceAll('i', 'і'),
  (name) => name.replace(' ', ''),
  (name) => name.replace(' ', '-'),
  (name) => name.replace(' ', '\u200b '),
  (name) => name.replaceAll('e', 'é'),
  (name) => name.replaceAll('n', 'ñ'),
  (name) => name.replace('m', 'rn'),
  (name) =>
    Array.from(name)
      .map((letter) => (/[a-z]/.test(letter) ? String.fromCodePoint(letter.charCodeAt(0) + 0xfee0) : letter))
      .join(''),
  (name) => `${name}.`,
  (name) => `${name}s`,
  (name) => name.slice(0, 3) + name.slice(4),
  (name) => name.slice(0, 4) + (name[5] ?? '') + (name[4] ?? '') + name.slice(6),
  (name) => name.slice(0, -1),
]

test('two hundred look-alikes are seen', () => {
  let pairs = 0
  for (const name of known) {
    for (const trick of tricks) {
      pairs++
      assert.ok(looksLike(nameSkeleton(name), nameSkeleton(trick(name))), `${name} / ${trick(name)}`)
    }
  }
  assert.equal(pairs, 200)
})

const places =
  'Alder Birch Cedar Dover Eston Fairview Granby Hilltop Ironwood Juniper Kingston Lakeside Maple Norwood Oakville Pinehurst Quincy Rosedale Stanton Thornhill Upland Verdun Westmount Yarrow Zenith Brookfield Clearwater Dunmore Eastgate Foxboro'.split(
    ' ',
  )
const kinds =
  'College,University,School of Nursing,Technical Institute,Business Academy,Training Centre,Language School,Medical Association,Engineering Guild,Chamber of Commerce,Public Library,Art Museum,Software Institute,Teachers Union,Sports Federation,Volunteer Corps,Music Conservatory,Police Academy,Design School,Farmers Cooperative,Data Laboratory,Aviation School,Trade Board,Safety Council,Research Foundation,Community Hospital,Accounting Society,Youth Network,Summer Camp,Cooking School,Digital Campus,Legal Clinic,Social Workers Order,Science Centre'.split(
    ',',
  )

test('of a thousand ordinary names, fewer than two in a hundred are held', () => {
  const names = places.flatMap((place) => kinds.map((kind) => `${place} ${kind}`)).slice(0, 1000)
  assert.equal(names.length, 1000)
  const skeletons = names.map(nameSkeleton)
  const held = skeletons.filter((skeleton, index) =>
    skeletons.some((other, before) => before < index && looksLike(skeleton, other)),
  )
  assert.ok(held.length < 20, `${held.length} were held`)
})

test('numbers tell a series apart', () => {
  assert.notEqual(numbersIn('School 12'), numbersIn('School 13'))
})

test('addresses are made from names', () => {
  assert.equal(slugFrom('École Polytechnique du Nord', 'x1'), 'ecole-polytechnique-du-nord')
  assert.equal(slugFrom("St. John's College", 'x1'), 'st-johns-college')
  assert.equal(slugFrom('東京大学', 'org-1'), 'org-1')
  assert.equal(slugFrom('New', 'org-1'), 'org-1')
  for (const slug of ['a', 'A-b', '-ab', 'ab-', 'a--b', 'new', 'a/b', 'a b', 'x'.repeat(61)])
    assert.equal(isSlug(slug), false, slug)
  for (const slug of ['ab', 'a-1', '42', 'x'.repeat(60)]) assert.equal(isSlug(slug), true, slug)
})
