import assert from 'node:assert/strict'
import { test } from 'node:test'
import { likelyAddress, looksInstitutional } from './address-hint.ts'

test('addresses of schools and public employers are told from personal ones', () => {
  for (const domain of [
    'northfield.edu',
    'cs.ox.ac.uk',
    'education.gouv.qc.ca',
    'school.k12.ca.us',
    'univ-lyon1.fr',
    'uni-hamburg.de',
    'etu.univ-paris.fr',
    'student.northfield.example',
    'northfieldcollege.ca',
    'cegepmontpetit.ca',
    'ecole-art.fr',
    'agency.gc.ca',
    'army.mil',
  ])
    assert.ok(looksInstitutional(`maya@${domain}`), domain)
  for (const domain of [
    'gmail.com',
    'ac.com',
    'videotron.ca',
    'roy.family',
    'northfield.example',
    'unicorn.example',
    'education.example',
    'mac.com',
    'u2.example',
  ])
    assert.ok(!looksInstitutional(`maya@${domain}`), domain)
})

test('a slip in a provider’s name is seen; a name that is right, or far from all, is left alone', () => {
  assert.equal(likelyAddress('maya@gmial.com'), 'maya@gmail.com')
  assert.equal(likelyAddress('maya@hotmal.com'), 'maya@hotmail.com')
  assert.equal(likelyAddress('maya@gmail.com'), undefined)
  assert.equal(likelyAddress('maya@northfield.example'), undefined)
})
