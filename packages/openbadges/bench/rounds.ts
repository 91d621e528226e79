// Measuring side by side: every case takes turns with the others in many short slots of one process, and
// its rate is divided by that of the bare signature measured right before and after it. Rates are per second
// of CPU time (garbage collection and pool threads included), which other work on the machine hardly moves.

export type Case = {
  name: string
  /** One unit of work; `number` counts up, so that inputs can vary. */
  run: (number: number) => unknown
}

export type Measured = {
  /** Median rate per CPU second. */
  rate: number
  /** Medians of the rate divided by the anchor's in the same round. */
  ratio: number
}

export type RoundOptions = { rounds?: number; slotMs?: number }

/** Measures cases against an anchor. All run once to warm up, then `rounds` times in turn. */
export async function measure(
  anchor: Case,
  cases: readonly Case[],
  { rounds = 7, slotMs = 150 }: RoundOptions = {},
): Promise<Map<string, Measured>> {
  const rates = new Map<string, number[]>()
  const ratios = new Map<string, number[]>()
  for (const item of [anchor, ...cases]) await slotOf(item, slotMs)
  for (let round = 0; round < rounds; round++) {
    for (const item of cases) {
      const before = await slotOf(anchor, slotMs / 3)
      const rate = await slotOf(item, slotMs)
      const after = await slotOf(anchor, slotMs / 3)
      push(rates, item.name, rate)
      push(rates, anchor.name, (before + after) / 2)
      push(ratios, item.name, rate / ((before + after) / 2))
    }
  }
  ratios.set(anchor.name, [1])
  return new Map(Array.from(rates, ([name, all]) => [name, { rate: median(all), ratio: median(ratios.get(name)!) }]))
}

async function slotOf({ run }: Case, ms: number): Promise<number> {
  const start = process.cpuUsage()
  const end = process.hrtime.bigint() + BigInt(Math.round(ms * 1e6))
  let count = 0
  do {
    for (let i = 0; i < 4; i++) {
      const made = run(count++)
      if (made instanceof Promise) await made
    }
  } while (process.hrtime.bigint() < end)
  const { user, system } = process.cpuUsage(start)
  return (count / (user + system)) * 1e6
}

function push(map: Map<string, number[]>, key: string, value: number): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!
}
