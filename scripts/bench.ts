// npm run bench            every figure of every workspace, as a table; fails when one is below its floor
// npm run bench -- --json  the figures only, as one line: [{"id", "ratio", "to", "floor"}, …]
import { globSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'

/** `ceiling` is for what is better when it is less, such as milliseconds. */
type Row = { id: string; what: string; ratio: number; to: string; floor: number; ceiling?: number }
type Report = { rows: Row[]; notes: string[] }

const root = path.join(import.meta.dirname, '..')
const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } })

const files = globSync(['packages/*/bench/*.bench.ts', 'apps/*/bench/*.bench.ts'], { cwd: root }).toSorted()
const rows: Row[] = []
for (const file of files) {
  const { bench } = (await import(path.join(root, file))) as { bench: () => Promise<Report> }
  const report = await bench()
  rows.push(...report.rows)
  if (!values.json) show(file, report)
}
if (values.json)
  console.log(JSON.stringify(rows.map(({ id, ratio, to, floor, ceiling }) => ({ id, ratio, to, floor, ceiling }))))
const missed = rows.filter((row) => !isMet(row))
if (!values.json)
  for (const { id, ratio, floor, ceiling } of missed)
    console.log(`✖ ${id}: ${ratio} is ${ratio < floor ? `below ${floor}` : `above ${ceiling}`}`)
process.exit(rows.length > 0 && missed.length === 0 ? 0 : 1)

// A declaration, since it is called above this line.
function isMet({ ratio, floor, ceiling }: Row): boolean {
  return ratio >= floor && (ceiling === undefined || ratio <= ceiling)
}

function show(file: string, report: Report): void {
  console.log(
    `\n${file} (S, V: bare Ed25519 signing, verifying with node:crypto; db: @digitalbazaar/vc; all in one run)`,
  )
  for (const row of report.rows) {
    const { id, what, ratio, to, floor, ceiling } = row
    const bound =
      ceiling === undefined ? `never below ${String(floor).padEnd(6)}` : `never above ${String(ceiling).padEnd(6)}`
    console.log(`${isMet(row) ? ' ' : '✖'} ${id.padEnd(22)} ${`${ratio} ${to}`.padStart(12)}   ${bound} ${what}`)
  }
  for (const note of report.notes) console.log(`  ${note}`)
}
