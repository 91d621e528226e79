// npm test                      checks, then every fast test
// npm test -- path …            the tests in these files or folders only, with their output
// npm test -- --name "sentence" only tests whose name matches
// npm run test:slow             the slow tests (*.slow.test.ts): kills, soaks, timing
import { existsSync, globSync, statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { run } from 'node:test'
import { parseArgs } from 'node:util'
import { runChecks } from './test-checks.ts'
import { startTestPostgres } from './test-postgres.ts'
import { report, type Totals } from './test-report.ts'

const root = path.join(import.meta.dirname, '..')
const fastFileMs = 5 * 60_000
const slowFileMs = 60 * 60_000
/** One more than there are processors: a browser test waits for a third of its time. */
const atOnce = Math.max(2, Math.min(availableParallelism(), 7)) + 1

process.exit(await main())

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { slow: { type: 'boolean', default: false }, name: { type: 'string' } },
  })
  const everything = positionals.length === 0
  if (everything && !values.slow && !runChecks()) return 1

  const files = everything ? allTests(values.slow) : positionals.flatMap((given) => testsAt(given, values.slow))
  const totals = await runTests({ files, name: values.name, verbose: !everything, slow: values.slow })
  // A file that loads and ends without a test would look like a green one.
  const silent =
    values.name === undefined ? files.filter((file) => !totals.files.includes(path.relative(root, file))) : []
  for (const file of silent) console.log(`✖ ${path.relative(root, file)}: no test was executed in this file`)
  const { passed, skipped } = totals
  const failed = totals.failed + silent.length
  if (passed + failed === 0) console.log('No test was executed, so nothing is proven.')
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`)
  return passed > 0 && failed === 0 && !totals.interrupted ? 0 : 1
}

type Run = { files: string[]; name: string | undefined; verbose: boolean; slow: boolean }

async function runTests({ files, name, verbose, slow }: Run): Promise<Totals & { interrupted: boolean }> {
  const interrupt = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupt.abort())
  const postgres = await startTestPostgres()
  try {
    process.env.LAPEL_TEST_POSTGRES = JSON.stringify(postgres.connection)
    // Every file is a process of its own; without this each of them compiles the whole site again.
    process.env.NODE_COMPILE_CACHE ??= path.join(root, 'node_modules/.cache/compiled')
    const events = run({
      files,
      concurrency: slow ? 2 : atOnce,
      timeout: slow || files.some(isSlow) ? slowFileMs : fastFileMs,
      signal: interrupt.signal,
      ...(name === undefined ? {} : { testNamePatterns: [name] }),
    })
    return { ...(await report(events, { verbose })), interrupted: interrupt.signal.aborted }
  } finally {
    await postgres.stop()
  }
}

function allTests(slow: boolean): string[] {
  const patterns = ['packages/*/{src,test}/**/*.test.ts', 'apps/*/{src,test}/**/*.test.ts']
  return (
    globSync(patterns, { cwd: root })
      .filter((file) => isSlow(file) === slow)
      .map((file) => path.join(root, file))
      .sort()
      // The longest first, so that none of them runs alone at the end.
      .sort((a, b) => Number(isBrowserTest(b)) - Number(isBrowserTest(a)))
  )
}

/** A file is taken as it is named, even a slow one; of a folder, the fast or the slow ones. */
function testsAt(given: string, slow: boolean): string[] {
  const place = [root, process.env.INIT_CWD ?? root].map((base) => path.resolve(base, given)).find(existsSync)
  if (!place) {
    console.error(`There is no file or folder ${given}.`)
    process.exit(1)
  }
  if (statSync(place).isFile()) return [place]
  return globSync('**/*.test.ts', { cwd: place, exclude: ['**/node_modules/**'] })
    .filter((file) => isSlow(file) === slow)
    .map((file) => path.join(place, file))
    .sort()
}

function isBrowserTest(file: string): boolean {
  return file.endsWith('.browser.test.ts')
}

function isSlow(file: string): boolean {
  return file.endsWith('.slow.test.ts')
}
