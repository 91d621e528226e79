// Writes the union of all message keys, so that the type checker finds a key that no message file holds.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const server = path.join(import.meta.dirname, '..', 'apps', 'server')
const target = path.join(server, 'src/platform/i18n/keys.generated.ts')

/** The text of the generated module; the tests compare it with the file. */
export function messageKeysModule(): string {
  const keys = readdirSync(path.join(server, 'locales'))
    .filter((file) => file.endsWith('.en.json'))
    .flatMap((file) =>
      Object.keys(JSON.parse(readFileSync(path.join(server, 'locales', file), 'utf8')) as Record<string, string>),
    )
    .sort()
  return `// Made by scripts/message-keys.ts from locales/*.en.json.\nexport type MessageKey =\n${keys.map((key) => `  | '${key}'`).join('\n')}\n`
}

if (process.argv[1] === import.meta.filename) writeFileSync(target, messageKeysModule())
