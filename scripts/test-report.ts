// Tells the events of a test run in a readable way: a line per file, the failures whole at the end.
import path from 'node:path'
import { inspect } from 'node:util'
import type { run } from 'node:test'

type Events = ReturnType<typeof run>

export interface Totals {
  passed: number
  failed: number
  skipped: number
  /** Files in which a test ran, relative to the root. */
  files: string[]
}
type Counts = Pick<Totals, 'passed' | 'failed' | 'skipped'>

const root = path.join(import.meta.dirname, '..')

/**
 * Prints the run while it goes on and returns what came of it.
 *
 * @param verbose one line per test, and what the tests print; for runs of single files
 */
export async function report(events: Events, { verbose }: { verbose: boolean }): Promise<Totals> {
  const totals: Counts = { passed: 0, failed: 0, skipped: 0 }
  const files = new Map<string, Counts & { printed: string }>()
  const failures: string[] = []
  const fileOf = (file: string | undefined) => {
    const name = file ? path.relative(root, file) : '(unknown file)'
    const known = files.get(name) ?? { passed: 0, failed: 0, skipped: 0, printed: '' }
    files.set(name, known)
    return { name, counts: known }
  }

  for await (const { type, data } of events) {
    if (type === 'test:stdout' || type === 'test:stderr') {
      if (verbose) process.stdout.write(data.message)
      const { counts } = fileOf(data.file)
      counts.printed = (counts.printed + data.message).slice(-8_000)
    } else if (type === 'test:pass' || type === 'test:fail') {
      // A suite is no test. A file without tests comes as one that passes, named by its path.
      if (type === 'test:pass' && (data.details.type === 'suite' || isFileItself(data))) continue
      const { name, counts } = fileOf(data.file)
      const outcome = type === 'test:fail' ? 'failed' : data.skip || data.todo ? 'skipped' : 'passed'
      if (outcome === 'failed' && isOnlyAboutChildren(data.details.error)) continue
      counts[outcome] += 1
      totals[outcome] += 1
      if (verbose) console.log(line(outcome, data.name, data.details.duration_ms))
      else if (outcome === 'skipped') console.log(`- ${name}: ${data.name} (skipped: ${reasonOf(data)})`)
      if (type === 'test:fail')
        failures.push(`✖ ${data.name}\n  ${name}:${data.line ?? 1}\n${indent(tell(data.details.error))}`)
    } else if (type === 'test:summary' && data.file) {
      const { name, counts } = fileOf(data.file)
      console.log(line(counts.failed > 0 ? 'failed' : 'passed', name, data.duration_ms, counts.passed + counts.failed))
    } else if (type === 'test:interrupted') {
      console.log('Interrupted.')
    }
  }

  for (const [name, { failed, printed }] of files)
    if (failed > 0 && printed && !verbose) failures.push(`What ${name} printed last:\n${indent(printed)}`)
  if (failures.length > 0) console.log(`\nFailures:\n\n${failures.join('\n\n')}\n`)
  return {
    ...totals,
    files: [...files].filter(([, { passed, failed, skipped }]) => passed + failed + skipped > 0).map(([name]) => name),
  }
}

function isFileItself({ name, file }: { name: string; file?: string }): boolean {
  return file !== undefined && path.resolve(root, name) === path.resolve(file)
}

/** A suite fails when a test in it does, which has been told already. */
function isOnlyAboutChildren(error: unknown): boolean {
  return (error as { failureType?: string } | undefined)?.failureType === 'subtestsFailed'
}

function reasonOf({ skip, todo }: { skip?: string | boolean; todo?: string | boolean }): string {
  const reason = skip || todo
  return typeof reason === 'string' ? reason : 'no reason given'
}

function line(outcome: keyof Counts, name: string, durationMs: number, tests?: number): string {
  const sign = { passed: '✔', failed: '✖', skipped: '-' }[outcome]
  const count = tests === undefined ? '' : `${tests} ${tests === 1 ? 'test' : 'tests'}, `
  return `${sign} ${name} (${count}${(durationMs / 1000).toFixed(1)} s)`
}

function tell(error: unknown): string {
  const cause = (error as { cause?: unknown } | undefined)?.cause ?? error
  if (cause instanceof Error && cause.stack) {
    const shownAlready = cause.stack.includes(cause.message) ? cause.stack : `${cause.message}\n${cause.stack}`
    return cause.cause === undefined ? shownAlready : `${shownAlready}\nCause: ${inspect(cause.cause)}`
  }
  return typeof cause === 'string' ? cause : inspect(cause)
}

function indent(text: string): string {
  return text.trimEnd().replace(/^/gm, '    ')
}
