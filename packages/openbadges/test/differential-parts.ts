// The differential tests in parts, two processes at a time: `node differential-parts.ts random 3 500` does the third
// part of random documents alone, so that a difference can be looked at again.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { compareDamagedDocuments, compareFilledTemplates, compareRandomDocuments } from './differential.ts'

const kinds = { random: compareRandomDocuments, damaged: compareDamagedDocuments, templates: compareFilledTemplates }
type Kind = keyof typeof kinds
type Tally = Record<string, number>

const partSize = 1000
const processes = 2

/** All tallies together, and the seconds it took. Rejects at the first difference, with the document. */
export async function compareInParts(kind: Kind, total: number): Promise<Tally> {
  const start = Date.now()
  const tally: Tally = { cases: 0 }
  const pending = Array.from({ length: total / partSize }, (_, i) => i + 1)
  const work = async () => {
    for (let part = pending.shift(); part !== undefined; part = pending.shift()) {
      const args = [import.meta.filename, kind, String(part), String(partSize)]
      const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 26 })
      for (const [name, count] of Object.entries(JSON.parse(stdout) as Tally)) tally[name] = (tally[name] ?? 0) + count
      tally['cases']! += partSize
      console.error(`${kind}: ${tally['cases']} of ${total} after ${seconds(start)} s`)
    }
  }
  await Promise.all(Array.from({ length: processes }, work))
  return { ...tally, seconds: seconds(start) }
}

function seconds(start: number): number {
  return Math.round((Date.now() - start) / 1000)
}

if (import.meta.main) {
  const [kind, part, count] = process.argv.slice(2)
  // Other parts of the random numbers than the fast tests use.
  console.log(JSON.stringify(await kinds[kind as Kind](Number(count), 1000 * Number(part))))
}
