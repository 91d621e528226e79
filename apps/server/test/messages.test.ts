import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { IntlMessageFormat } from 'intl-messageformat'
import { messageKeysModule } from '../../../scripts/message-keys.ts'
import { allMessages, locales, regions } from '../src/platform/i18n/messages.ts'

const source = path.join(import.meta.dirname, '..', 'src')

/** Names of the arguments of a message, whatever their kind. */
function argumentsOf(text: string, locale: string): string[] {
  const names = new Set<string>()
  const visit = (elements: readonly unknown[]) => {
    for (const element of elements as {
      type: number
      value?: string
      options?: Record<string, { value: unknown[] }>
    }[]) {
      if (element.type !== 0 && element.type !== 7 && element.value !== undefined) names.add(element.value)
      for (const option of Object.values(element.options ?? {})) visit(option.value)
    }
  }
  visit(new IntlMessageFormat(text, locale, undefined, { ignoreTag: true }).getAst())
  return [...names].sort()
}

test('English and French hold the same messages with the same arguments', () => {
  const [english, french] = [allMessages('en'), allMessages('fr')]
  assert.deepEqual(
    [...french.keys()].filter((key) => !english.has(key)),
    [],
    'only in French',
  )
  assert.deepEqual(
    [...english.keys()].filter((key) => !french.has(key)),
    [],
    'only in English',
  )
  const different = [...english].flatMap(([key, text]) => {
    const there = argumentsOf(french.get(key) ?? '', 'fr-CA')
    return argumentsOf(text, 'en-CA').join() === there.join() ? [] : [key]
  })
  assert.deepEqual(different, [])
})

test('every message can be formatted', () => {
  for (const locale of locales) {
    for (const [key, text] of allMessages(locale)) {
      assert.doesNotThrow(
        () => new IntlMessageFormat(text, regions[locale], undefined, { ignoreTag: true }),
        `${locale} ${key}`,
      )
    }
  }
})

test('French follows the spacing of French Canada', () => {
  const wrong = [...allMessages('fr')].flatMap(([key, text]) => {
    const plain = text.replace(/\{[^{}]*\}/g, 'x').replace(/https?:\S+/g, '')
    const noSpaceBeforeColon = /[\p{L}\d»)]:(\s|$)/u.test(plain)
    const spaceBeforeHigh = /\s[;!?]/.test(plain)
    const straight = /\p{L}'\p{L}/u.test(plain)
    return noSpaceBeforeColon || spaceBeforeHigh || straight ? [`${key}: ${text}`] : []
  })
  assert.deepEqual(wrong, [])
})

test('the list of keys that the type checker sees is up to date', () => {
  const file = path.join(source, 'platform/i18n/keys.generated.ts')
  assert.equal(readFileSync(file, 'utf8'), messageKeysModule(), 'run: npm run messages')
})

test('every message is used, and no words stand in the pages themselves', () => {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !/\.test\.ts$|keys\.generated\.ts$/.test(file),
  )
  const texts = new Map(files.map((file) => [file, readFileSync(path.join(source, file), 'utf8')]))
  const inBrowser = readdirSync(path.join(source, '..', 'client')).filter((file) => file.endsWith('.ts'))
  const scripts = inBrowser.map((file) => readFileSync(path.join(source, '..', 'client', file), 'utf8'))
  const everything = [...texts.values(), ...scripts].join('\n')
  const unused = [...allMessages('en').keys()].filter((key) => {
    if (everything.includes(`'${key}'`)) return false
    // Keys put together from a code: `t(`check.${code}`)`.
    const parts = key.split('.')
    return !parts.some((_, at) => at > 0 && everything.includes(`\`${parts.slice(0, at).join('.')}.\${`))
  })
  assert.deepEqual(unused, [], 'in the message files, but nowhere in the code')

  const literal: string[] = []
  for (const [file, text] of texts) {
    for (const [, words = ''] of text.matchAll(
      /<(?:h[1-6]|p|button|a|label|legend|th|td|li|summary|dt|dd|span|strong)\b[^<>$]*>([^<>${}`]*)</g,
    )) {
      if (/\p{L}{3,}/u.test(words)) literal.push(`${file}: ${words.trim()}`)
    }
  }
  assert.deepEqual(literal, [])
})
