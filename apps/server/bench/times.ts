/** Milliseconds of some rounds, sorted; the first ones warm up and do not count. */
export async function timesOf(work: (round: number) => Promise<unknown>, o: { warmUp: number; rounds: number }) {
  const times: number[] = []
  for (let round = -o.warmUp; round < o.rounds; round++) {
    const startedAt = performance.now()
    await work(round + o.warmUp)
    if (round >= 0) times.push(performance.now() - startedAt)
  }
  return times.sort((a, b) => a - b)
}

export function medianOf(sorted: readonly number[]): number {
  return Math.round((sorted[Math.floor(sorted.length / 2)] ?? 0) * 10) / 10
}
