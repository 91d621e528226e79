import assert from 'node:assert/strict'
import { test } from 'node:test'
import { linksBack } from './confirm-link.ts'

const me = 'https://badges.example/u/maya'
const link = `<a class="x" rel="me noopener" href="${me}/">badges</a>`

test('a link that says "me" is found among others; in a comment, script or template it is none', () => {
  assert.equal(linksBack(`<p><a href="/">home</a> ${link}</p>`, me), true)
  assert.equal(linksBack(`<!-- a --><script>1</script>${link}`, me), true)
  assert.equal(linksBack(`<link rel=me href='${me}'>`, me), true)
  for (const page of [`<!-- ${link} -->`, `<script>${link}</script>`, `<template>${link}</template>`, `<!-- ${link}`])
    assert.equal(linksBack(page, me), false, page)
  assert.equal(linksBack(`<a rel="nofollow" href="${me}">`, me), false)
  assert.equal(linksBack(`<a rel="me" href="${me}x">`, me), false)
})

test('a hostile page of a megabyte is read in a moment', () => {
  for (const part of ['<!--', '<script ', '<style', '<a ', '<link ', '<!--<script', `<a rel${' '.repeat(900)}`]) {
    const start = performance.now()
    assert.equal(linksBack(part.repeat(Math.floor(1_000_000 / part.length)), me), false)
    const took = performance.now() - start
    assert.ok(took < 1_000, `${part} took ${took} ms`)
  }
})
