import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bakeSvg, isSvg, stripSvg, unbakeSvg } from './bake-svg.ts'

const picture =
  '<?xml version="1.0"?>\n<!-- by hand -->\n<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8"/></svg>\n'
const json = '{"name":"a ]]> b & <c>"}'
const jws = 'eyJhbGciOiJFZERTQSJ9.eyJpZCI6MX0.c2ln'

test('JSON goes in as CDATA in the first child, a JWS as the attribute "verify"', () => {
  const baked = bakeSvg(picture, json)
  assert.ok(
    baked.startsWith(
      '<?xml version="1.0"?>\n<!-- by hand -->\n<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8" xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0"><openbadges:credential><![CDATA[',
    ),
  )
  assert.deepEqual(JSON.parse(unbakeSvg(baked)[0]!.text), JSON.parse(json))
  assert.match(
    bakeSvg(picture, jws),
    new RegExp(`<openbadges:credential verify="${jws}"></openbadges:credential><rect`),
  )
  assert.deepEqual(unbakeSvg(bakeSvg(picture, jws)), [{ keyword: 'openbadgecredential', text: jws }])
})

test('baking again replaces the badge, also one of the other version, and leaves the picture as it was', () => {
  const baked = bakeSvg(bakeSvg(bakeSvg(picture, json), 'https://college.example/assertions/1', 'openbadges'), jws)
  assert.deepEqual(unbakeSvg(baked), [{ keyword: 'openbadgecredential', text: jws }])
  assert.equal(baked.match(/xmlns:openbadges/g)?.length, 1)
  assert.equal(stripSvg(baked), stripSvg(picture))
})

test('an empty root element is opened', () => {
  assert.equal(unbakeSvg(bakeSvg('<svg xmlns="http://www.w3.org/2000/svg"/>', jws))[0]?.text, jws)
})

test('the element is recognized by its namespace, whatever its prefix', () => {
  const own = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:ob="https://purl.imsglobal.org/ob/v3p0"><g><ob:credential>\n <![CDATA[${json.replace(']]>', '')}]]> </ob:credential></g></svg>`
  assert.equal(unbakeSvg(own)[0]?.keyword, 'openbadgecredential')
  const other =
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="https://evil.example"><openbadges:credential verify="x"/></svg>'
  assert.deepEqual(unbakeSvg(other), [])
  const old =
    '<svg xmlns:b="http://openbadges.org"><b:assertion verify="https://college.example/a"><![CDATA[{"id":"https://college.example/a"}]]></b:assertion></svg>'
  assert.deepEqual(unbakeSvg(old), [{ keyword: 'openbadges', text: '{"id":"https://college.example/a"}' }])
})

test('entities and declarations are refused; a bare document type is not', () => {
  const bomb =
    '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg">&b;</svg>'
  assert.throws(() => unbakeSvg(bomb), { code: 'image.unreadable' })
  assert.throws(() => bakeSvg('<svg xmlns="http://www.w3.org/2000/svg">&undefined;</svg>', jws), {
    code: 'image.unreadable',
  })
  const illustrator =
    '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd"><svg xmlns="http://www.w3.org/2000/svg"/>'
  assert.equal(unbakeSvg(bakeSvg(illustrator, jws))[0]?.text, jws)
})

test('what is no SVG is refused, and deep nesting too', () => {
  for (const text of ['', 'hello', '<html/>', '<svg', '<svg xmlns="http://www.w3.org/2000/svg"><a></svg>']) {
    assert.throws(() => bakeSvg(text, jws), { code: 'image.unreadable' })
  }
  assert.throws(() => unbakeSvg(`<svg xmlns="http://www.w3.org/2000/svg">${'<g>'.repeat(5000)}`), {
    code: 'image.unreadable',
  })
  assert.ok(isSvg('\ufeff <!-- x --><svg>') && !isSvg('{"svg":1}'))
})
