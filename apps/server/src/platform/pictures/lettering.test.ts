import assert from 'node:assert/strict'
import { test } from 'node:test'
import { covers, layOut, loadScripts, widthOf, wrap } from './lettering.ts'

test('the bundled faces cover the scripts that the comment names, and say so of the others', () => {
  for (const text of [
    'Zoë Čapek',
    'Nguyễn Thị Hoa',
    'Œuvre d’été',
    'Щербакова Їжак',
    'Ωμέγα',
    'नमस्ते',
    'أحمد حسن',
    'מכללת הצפון',
    '7Q2M-9KXA №5',
  ])
    assert.ok(covers('sans-semibold', text), text)
  for (const text of ['数据', 'データ', '데이터', 'ქართული', '🎓']) assert.ok(!covers('sans-semibold', text), text)
})

test('a combining accent, a direction mark and a joined letter change nothing that is seen', () => {
  assert.equal(widthOf('sans', 'e\u0301te\u0301', 20), widthOf('sans', 'été', 20))
  assert.equal(widthOf('sans', 'ab\u200fc', 20), widthOf('sans', 'abc', 20))
})

test('Arabic letters are joined and run from the right', () => {
  const joined = layOut('sans', 'بيت', 100)
  const apart = ['ب', 'ي', 'ت'].reduce((sum, letter) => sum + widthOf('sans', letter, 100), 0)
  assert.ok(joined.width < apart, 'joined letters are narrower than single ones')
})

test('a long name is wrapped inside its room and ends with an ellipsis', () => {
  const room = { face: 'serif-semibold', size: 40, maxWidth: 300, maxLines: 2 } as const
  const lines = wrap({
    ...room,
    text: 'Leadership and Adaptive Organizational Management in Complex Public Institutions',
  })
  assert.equal(lines.length, 2)
  assert.match(lines[1] ?? '', /…$/)
  for (const given of lines) assert.ok(widthOf(room.face, given, room.size) <= room.maxWidth, given)
  const word = wrap({ ...room, maxLines: 9, text: 'Donaudampfschifffahrtsgesellschaftskapitän' })
  assert.equal(word.join(''), 'Donaudampfschifffahrtsgesellschaftskapitän')
  for (const given of word) assert.ok(widthOf(room.face, given, room.size) <= room.maxWidth, given)
  assert.deepEqual(wrap({ ...room, text: 'Data Literacy' }), ['Data Literacy'])
})

test('Chinese, Japanese and Korean names are drawn once their slices are there, and a picture without them stays the same', async () => {
  const texts = ['数据叙事', 'データ分析', '홍길동', '李伟 Li Wei']
  for (const text of texts) assert.ok(!covers('name', text), text)
  await loadScripts(...texts)
  for (const text of texts) {
    assert.ok(covers('name', text) && covers('title', text), text)
    assert.ok(
      layOut('name', text, 40).glyphs.every(({ path, advance }) => advance > 0 && (path !== '' || text.includes(' '))),
      text,
    )
    assert.ok(!covers('sans-semibold', text), 'the generator sees the whole faces only, whatever was loaded')
  }
  assert.equal(wrap({ face: 'name', text: '数据叙事数据叙事', size: 40, maxWidth: 130, maxLines: 2 }).length, 2)
})
