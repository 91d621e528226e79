import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'

const root = path.join(import.meta.dirname, '..', '..', '..')
const server = path.join(root, 'apps/server/src')
const library = path.join(root, 'packages/openbadges/src')

/** Features in the order in which they may know each other: later ones import earlier ones, through `index.ts`. */
const features = [
  'accounts',
  'organizations',
  'achievements',
  'signing',
  'issuing',
  'claiming',
  'revoking',
  'requests',
  'backpack',
  'sharing',
  'verifying',
  'documents',
  'settings',
  'portal',
  'api',
  'operating',
]

interface Import {
  file: string
  from: string
  to: string
}

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.join(folder, file))
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8').replace(/^\s*(\/\/|\*).*$/gm, '')
  return [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g)].map(([, to = '']) => ({
    file,
    from: path.relative(root, file),
    to: to.startsWith('.') ? path.relative(root, path.resolve(path.dirname(file), to)) : to,
  }))
}

const isTest = (file: string) => /\.(slow\.)?test\.ts$/.test(file)
const featureOf = (file: string) => /^apps\/server\/src\/([a-z-]+)\//.exec(file)?.[1]

test('every folder of the server is a feature that this test knows, or platform', () => {
  const folders = readdirSync(server, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
  assert.deepEqual(
    folders.filter((folder) => folder !== 'platform' && !features.includes(folder)),
    [],
  )
})

test('imports point the way that docs/architecture.md draws', () => {
  const wrong: string[] = []
  const complain = (found: Import, why: string) => wrong.push(`${found.from} imports ${found.to}: ${why}`)

  for (const found of sources(server)
    .filter((file) => !isTest(file))
    .flatMap(importsOf)) {
    const here = featureOf(found.from)
    const there = featureOf(found.to)
    if (here === undefined || there === undefined || here === there) continue
    if (here === 'platform') complain(found, 'platform knows no feature')
    else if (there !== 'platform') {
      if (!found.to.endsWith(`/${there}/index.ts`)) complain(found, `${there} is reached through its index.ts only`)
      if (features.indexOf(there) > features.indexOf(here)) complain(found, `${there} comes after ${here}`)
    }
  }
  assert.deepEqual(wrong, [])
})

test('the library imports nothing of ours, nothing from Node but in its doors, and no Buffer', () => {
  const wrong: string[] = []
  for (const file of sources(library).filter((source) => !isTest(source))) {
    const name = path.relative(library, file)
    const isDoor = /^(crypto|compression)\/node\.ts$/.test(name)
    for (const { to } of importsOf(file)) {
      if (to.startsWith('node:') && !isDoor) wrong.push(`${name} imports ${to}`)
      if (to.startsWith('apps/') || to.startsWith('@lapel/')) wrong.push(`${name} imports ${to}`)
    }
    const text = readFileSync(file, 'utf8').replace(/^\s*(\/\/|\*|\/\*).*$/gm, '')
    if (!isDoor && /\bBuffer\b|\bprocess\.|\bDate\.now\(|\bnew Date\(\)|\bfetch\(/.test(text))
      wrong.push(`${name} uses Node, the clock or the network`)
  }
  assert.deepEqual(wrong, [])
})

test('only the signing part knows the tables and the connection of private keys', () => {
  const wrong = sources(server)
    .filter((file) => !isTest(file))
    .filter((file) => /signingKeys\b|signerDb|sealedPrivateKey/.test(readFileSync(file, 'utf8')))
    .map((file) => path.relative(server, file))
    .filter(
      (file) => !file.startsWith('signing/') && !['server.ts', 'app.ts', 'platform/database/schema.ts'].includes(file),
    )
  assert.deepEqual(wrong, [])
})

test('the environment is read in one place', () => {
  const wrong = sources(server)
    .filter((file) => !isTest(file) && /process\.env/.test(readFileSync(file, 'utf8')))
    .map((file) => path.relative(server, file))
  // Each of the two programs hands it to `readConfig` once. The embedded server's child process gets a cleaned copy.
  assert.deepEqual(
    wrong.filter(
      (file) => !['main.ts', 'operating/operator.ts'].includes(file) && !file.startsWith('platform/database/'),
    ),
    [],
  )
})

test('unescaped markup is made in the few places that clean or generate it', () => {
  const allowed = [
    'platform/http/html.ts',
    'platform/markdown.ts',
    'platform/pages/icons.ts',
    'achievements/badge-image.ts',
    'sharing/qr-code.ts',
  ]
  const users = sources(server)
    .filter((file) => !isTest(file) && /\btrustedHtml\(/.test(readFileSync(file, 'utf8')))
    .map((file) => path.relative(server, file))
  assert.deepEqual(
    users.filter((file) => !allowed.includes(file)),
    [],
  )
})

test('there is no folder for leftovers, and no file above 700 lines', () => {
  const all = [...sources(server), ...sources(library)].filter((file) => !/generated\.ts$|schema\.ts$/.test(file))
  assert.deepEqual(
    all
      .filter((file) => /\/(utils?|helpers?|common|services|misc)(\/|\.ts$)/.test(file))
      .map((file) => path.relative(root, file)),
    [],
  )
  const long = all
    .filter((file) => readFileSync(file, 'utf8').split('\n').length > 700)
    .map((file) => path.relative(root, file))
  assert.deepEqual(long, [])
})
