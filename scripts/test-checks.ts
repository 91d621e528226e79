// What is checked before any test runs: types, lint, format, message keys.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { messageKeysModule } from './message-keys.ts'

const root = path.join(import.meta.dirname, '..')

type Check = { name: string; run: () => string | undefined }

const checks: Check[] = [
  // First, since a missing key otherwise shows as a hundred type errors.
  { name: 'message keys', run: messageKeys },
  { name: 'types', run: () => tool('tsc', ['--noEmit']) },
  { name: 'lint', run: () => tool('oxlint', ['--type-aware']) },
  { name: 'format', run: () => tool('biome', ['format', '--max-diagnostics=10', '.']) },
]

/** Runs the checks in order, a line for each; false after the first that failed, whose output it shows. */
export function runChecks(): boolean {
  for (const { name, run } of checks) {
    const start = performance.now()
    const complaint = run()
    const seconds = ((performance.now() - start) / 1000).toFixed(1)
    console.log(`${complaint === undefined ? '✔' : '✖'} ${name} (${seconds} s)`)
    if (complaint !== undefined) {
      console.log(complaint)
      return false
    }
  }
  return true
}

/** The tool's output when it fails. */
function tool(name: string, args: string[]): string | undefined {
  const windows = process.platform === 'win32'
  const program = path.join(root, 'node_modules', '.bin', windows ? `${name}.cmd` : name)
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: root,
    encoding: 'utf8',
    shell: windows,
    maxBuffer: 64 * 1024 * 1024,
  })
  if (status === 0) return undefined
  return [stdout, stderr, error?.message].filter(Boolean).join('\n')
}

function messageKeys(): string | undefined {
  const file = 'apps/server/src/platform/i18n/keys.generated.ts'
  if (readFileSync(path.join(root, file), 'utf8') === messageKeysModule()) return undefined
  return `${file} does not match the message files. Run: npm run messages`
}
