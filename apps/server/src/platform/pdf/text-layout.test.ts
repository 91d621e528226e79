import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runsOf } from './faces.ts'
import { fit, layOut } from './text-layout.ts'

const style = { weight: 'regular', size: 12 } as const

test('lines break between words, are as full as they can be, and lose nothing', async () => {
  const text =
    'Explains to a newcomer what the data can tell, what it cannot, and why that matters for the decision at hand.'
  const { lines, isCut } = await layOut(text, { ...style, maxWidth: 180, maxLines: 20 })
  assert.equal(isCut, false)
  assert.ok(lines.length > 3)
  assert.equal(lines.map((line) => line.text).join(' '), text)
  for (const line of lines) assert.ok(line.width <= 180, line.text)
  // No line could have taken the first word of the next one.
  for (const [number, line] of lines.entries()) {
    const next = lines[number + 1]?.text.split(' ')[0]
    if (next === undefined) continue
    const longer = await layOut(`${line.text} ${next}`, { ...style, maxWidth: 180, maxLines: 5 })
    assert.equal(longer.lines.length, 2, `${line.text} | ${next}`)
  }
})

test('scripts without spaces break too, and a word that is longer than a line is broken', async () => {
  const chinese = '选择适合问题的图表并说明数据不能说明什么'
  const block = await layOut(chinese, { ...style, maxWidth: 80, maxLines: 20 })
  assert.equal(block.lines.map(({ text }) => text).join(''), chinese)
  assert.ok(block.lines.every(({ width }) => width <= 80) && block.lines.length >= 3)
  const long = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'
  const broken = await layOut(long, { ...style, maxWidth: 100, maxLines: 20 })
  assert.equal(broken.lines.map(({ text }) => text).join(''), long)
  assert.ok(broken.lines.every(({ width }) => width <= 100))
})

test('what does not fit is cut with an ellipsis, and a smaller size is tried first', async () => {
  const text = 'one two three four five six seven eight nine ten'
  const { lines, isCut } = await layOut(text, { ...style, maxWidth: 60, maxLines: 2 })
  assert.ok(isCut && lines.length === 2 && lines[1]?.text.endsWith('…') && lines[1].width <= 60)
  const choices = [
    { size: 30, maxLines: 1 },
    { size: 10, maxLines: 2 },
  ]
  assert.equal((await fit(text, { weight: 'serif', maxWidth: 200, choices })).size, 10)
  assert.equal((await fit('one', { weight: 'serif', maxWidth: 200, choices })).size, 30)
})

test('runs stand in the order of their script, and spaces between directions stay between the words', async () => {
  const words = async (text: string) => (await runsOf(text, 'regular')).runs.map((run) => run.text)
  assert.deepEqual(await words('Ahmed أحمد Khan'), ['Ahmed ', 'أحمد', ' ', 'Khan'])
  assert.deepEqual(await words('أحمد Khan بن'), ['بن', ' ', 'Khan', 'أحمد '])
  assert.deepEqual(await words('סיפור.'), ['סיפור.'])
  // Brackets open towards what they hold, also where a line is read from the right.
  assert.deepEqual(await words('أحمد (Khan) بن'), ['بن', ' (', 'Khan', 'أحمد )'])
  assert.deepEqual(await words('(יעל) [כהן]'), ['יעל( ]כהן[', ')'])
  // The ring of a Thai vowel stands below the tone; a picture that no face has leaves no box and no gap.
  assert.deepEqual(await words('น้ำ'), ['น\u0e4d\u0e49า'])
  assert.deepEqual(await words('Data \u{1F393} Story'), ['Data Story'])
  for (const name of ['Ελένη', 'Щукина', 'क्षितिज', 'أحمد', 'יעל', '李雪梅', 'さくら', '김하늘', 'สมชาย', 'Łukasz'])
    assert.deepEqual((await runsOf(name, 'semibold')).missing, [], name)
  assert.deepEqual((await runsOf('\u{1F600}', 'regular')).missing.length, 1)
})
