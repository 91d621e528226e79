// npm run bench             every figure of every workspace, as a table; fails when one is below its floor
// npm run bench -- --json   the figures only, as one line: [{"id", "ratio", "to", "floor"}, …]
// npm run bench -- path …   those in these files only
import { fork } from 'node:child_process'
import { globSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'

/** `ceiling` is for what is better when it is less, such as milliseconds. */
type Row = { id: string; what: string; ratio: number; to: string; floor: number; ceiling?: number }
type Report = { rows: Row[]; notes: string[] }

const root = path.join(import.meta.dirname, '..')
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, apart: { type: 'string' } },
})

if (values.apart === undefined) process.exit(await main())
else await reportToParent(values.apart)

async function main(): Promise<number> {
  const named = positionals.map((given) => path.resolve(process.env['INIT_CWD'] ?? root, given))
  const all = () => globSync(['packages/*/bench/*.bench.ts', 'apps/*/bench/*.bench.ts'], { cwd: root })
  const files = named.length > 0 ? named : all().map((file) => path.join(root, file))
  const rows: Row[] = []
  for (const file of files.toSorted()) {
    const report = await runApart(file)
    rows.push(...report.rows)
    if (!values.json) show(path.relative(root, file), report)
  }
  if (values.json)
    console.log(JSON.stringify(rows.map(({ id, ratio, to, floor, ceiling }) => ({ id, ratio, to, floor, ceiling }))))
  const missed = rows.filter((row) => !isMet(row))
  if (!values.json)
    for (const { id, ratio, floor, ceiling } of missed)
      console.log(`✖ ${id}: ${ratio} is ${ratio < floor ? `below ${floor}` : `above ${ceiling}`}`)
  return rows.length > 0 && missed.length === 0 ? 0 : 1
}

/** Runs one file in a process of its own: what another has left in memory must not slow this one down. */
function runApart(file: string): Promise<Report> {
  return new Promise((resolve, reject) => {
    const child = fork(import.meta.filename, ['--apart', file])
    child.on('message', (report) => resolve(report as Report))
    child.on('error', reject)
    child.on('exit', (code, signal) => reject(new Error(`${file} ended with ${signal ?? code} before its report`)))
  })
}

async function reportToParent(file: string): Promise<void> {
  const { bench } = (await import(file)) as { bench: () => Promise<Report> }
  const report = await bench()
  // Servers and pools that a file leaves open must not keep the others waiting.
  process.send?.(report, () => process.exit())
}

function isMet({ ratio, floor, ceiling }: Row): boolean {
  return ratio >= floor && (ceiling === undefined || ratio <= ceiling)
}

function show(file: string, report: Report): void {
  const isBesideBare = report.rows.some(({ to }) => to === 'S')
  const units = ' (S, V: bare Ed25519 signing, verifying with node:crypto; db: @digitalbazaar/vc; all in one run)'
  console.log(`\n${file}${isBesideBare ? units : ''}`)
  for (const row of report.rows) {
    const { id, what, ratio, to, floor, ceiling } = row
    const bound =
      ceiling === undefined ? `never below ${String(floor).padEnd(6)}` : `never above ${String(ceiling).padEnd(6)}`
    console.log(`${isMet(row) ? ' ' : '✖'} ${id.padEnd(22)} ${`${ratio} ${to}`.padStart(12)}   ${bound} ${what}`)
  }
  for (const note of report.notes) console.log(`  ${note}`)
}
