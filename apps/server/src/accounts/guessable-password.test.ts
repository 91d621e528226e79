import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commonWords } from './common-words.ts'
import { isGuessable } from './guessable-password.ts'

test('what is tried first is refused', () => {
  for (const password of [
    'password1234',
    'Password123!',
    'P@ssw0rd2024',
    'motdepasse123',
    'iloveyouforever',
    'qwertyuiop123',
    '1qaz2wsx3edc',
    '123456789012',
    '098765432109',
    'abcdefghijkl',
    'aaaaaaaaaaaa',
    'abcabcabcabc',
    'Passw0rdPassw0rd',
    'letmein12345',
    'welcome2026!',
    'azertyuiop12',
    'canadien2025!',
    'Summer2026!!',
    'Été2026Été2026',
    '!@#$%^&*()_+',
  ])
    assert.equal(isGuessable(password), true, password)
})

test('the words of the site, the organization and the person are refused, however they are spelled', () => {
  const own = ['Lapel', 'Northfield College', 'Maya', 'Roy-Tremblay', 'maya.roy@northfield.example']
  for (const password of ['lapel1234567', 'NorthfieldCollege1', 'N0rthf1eld2026', 'maya.roy.1987', 'Tremblay12345'])
    assert.equal(isGuessable(password, own), true, password)
  assert.equal(isGuessable('maya likes slow ferries', own), false)
})

test('twelve characters of any kind pass, with no demand for capitals or signs', () => {
  for (const password of [
    'correct horse battery staple',
    'vzqmtkwplrxh',
    'umbrella tuesday gravel',
    'Wq8#nV2!rT6x',
    'ずっと前から好きでした',
    'mon parapluie est resté là',
    '749261850374',
  ])
    assert.equal(isGuessable(password), false, password)
})

test('more than 10,000 passwords that lists of leaked ones are made of are refused', () => {
  const endings = [
    '',
    '1',
    '12',
    '123',
    '1234',
    '12345',
    '123456',
    '1234567',
    '123456789',
    '!',
    '123!',
    '1!',
    '2024',
    '2025',
    '2026',
    '2026!',
    '1990',
    '007',
    '111',
    '1111',
    '321',
    '4321',
    '54321',
    '69',
    '99',
    '00',
    '000',
    '@123',
    '#1',
    '_123',
  ]
  let refused = 0
  for (const word of commonWords)
    for (const start of [
      word,
      word[0]?.toUpperCase() + word.slice(1),
      word.replaceAll('a', '@'),
      word.replaceAll('o', '0'),
    ])
      for (const ending of endings) {
        if (start.length + ending.length < 12) continue
        assert.equal(isGuessable(start + ending), true, start + ending)
        refused++
      }
  for (const one of commonWords)
    for (const two of ['password', 'iloveyou', 'qwerty', 'football', 'princess', 'monkey'])
      if ((one + two).length >= 12) {
        assert.equal(isGuessable(one + two), true, one + two)
        refused++
      }
  assert.ok(refused > 10_000, `${refused}`)
})
