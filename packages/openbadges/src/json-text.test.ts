import assert from 'node:assert/strict'
import test from 'node:test'
import { parseJson, parseJsonObject } from './json-text.ts'

test('trap 18: a repeated key is refused, however it is written', () => {
  for (const text of [
    '{"a":1,"a":2}',
    '{"a":1,"\\u0061":2}',
    ' { "x" : { "b" : [ {"a":1, "c":{} , "a":2} ] } } ',
    '{"a":{"a":1},"a":1}',
    '{"__proto__":1,"__proto__":2}',
    '{"\\"":1,"\\"":2}',
    '{"\\\\":1,"\\\\":2}',
  ]) {
    assert.throws(() => parseJson(text), { code: 'json.repeated-key' }, text)
  }
})

test('a repeated key has no room beside escapes, long numbers and other texts that are longer than need be', () => {
  const fillers = [
    '',
    '"\\n"',
    '"\\n\\n\\n\\n"',
    '"\\u0061\\u0062"',
    '1.0',
    '1e3',
    '1000000000000',
    '[ ]',
    '{ }',
    '-0',
    '[[],{},"",null,true]',
  ]
  for (const filler of fillers) {
    const first = filler === '' ? '' : `"x":${filler},`
    for (const again of ['"":0,"":1', '"":0,"":""', '"a":{},"a":[]', '"":0,"":1e9']) {
      assert.throws(() => parseJson(`{${first}${again}}`), { code: 'json.repeated-key' }, first + again)
      assert.throws(() => parseJson(`[{${first}${again}}]`), { code: 'json.repeated-key' }, first + again)
    }
    assert.deepEqual(parseJson(`{${first}"":0}`), JSON.parse(`{${first}"":0}`))
  }
})

test('equal keys in different objects are fine, in any layout', () => {
  for (const text of [
    '{"a":{"a":[{"a":1},{"a":2}]},"b":"a"}',
    '{ "a" : ["a", "a", {"a": "\\"a\\":1,\\"a\\""}], "b":{"a":1} }',
    '[{"a":1},{"a":1}]',
    '{"a":"b","c":"a","d":{"a":"c"}, "e":[1,2,"a","a"]}',
    '{"1":1,"0":1.0,"x":1e3}',
  ]) {
    assert.deepEqual(parseJson(text), JSON.parse(text), text)
  }
})

test('a key named __proto__ is a key like any other', () => {
  const value = parseJsonObject('{"__proto__":{"polluted":true}}')
  assert.deepEqual(Object.keys(value), ['__proto__'])
  assert.equal(Reflect.get({}, 'polluted'), undefined)
})

test('trap 3: lone surrogates are refused, escaped or not', () => {
  for (const text of ['{"a":"\\ud800"}', '{"a":"\ud800"}', '{"\\udc00":1}', '[{"a":["\\ud83d x"]}]']) {
    assert.throws(() => parseJson(text), { code: 'json.lone-surrogate' }, text)
  }
  assert.deepEqual(parseJson('["\\ud83d\\ude00","\ud83d\ude00"]'), ['😀', '😀'])
})

test('depth and length are bounded, and nothing overflows the stack', () => {
  assert.throws(() => parseJson('['.repeat(33) + ']'.repeat(33)), { code: 'json.too-deep' })
  assert.ok(Array.isArray(parseJson('['.repeat(32) + ']'.repeat(32))))
  assert.throws(() => parseJson('{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000)), { code: 'json.too-deep' })
  assert.throws(() => parseJson('"aaa"', { maxLength: 4 }), { code: 'json.too-large' })
})

test('what is no JSON object says so', () => {
  assert.throws(() => parseJsonObject('{"a":1'), { code: 'json.syntax' })
  assert.throws(() => parseJsonObject('[1]'), { code: 'json.not-an-object' })
  assert.deepEqual(parseJsonObject('\ufeff{"a":1}'), { a: 1 })
})
