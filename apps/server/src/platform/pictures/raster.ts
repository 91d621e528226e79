import { Worker } from 'node:worker_threads'

/** Larger pictures are refused: a page of text is an answer, a gigabyte of pixels is an attack. */
const largestWidth = 2048
const largestSvg = 2_000_000
const timeoutMs = 15_000

type Job = { id: number; svg: string; width: number }
type Answer = { id: number; png: Uint8Array } | { id: number; problem: string }
type Waiting = { resolve: (png: Buffer) => void; reject: (error: Error) => void; timer: NodeJS.Timeout }

let worker: Worker | undefined
let lastId = 0
const waiting = new Map<number, Waiting>()

/**
 * Draws an SVG as PNG, on one thread of its own so that requests go on. The drawing reads no file and no address:
 * references other than `#id` and embedded PNG or JPEG are refused (SECURITY S43); text is drawn with the bundled faces.
 *
 * @param width pixels, up to 2048; the height follows from the picture
 * @throws when the picture cannot be drawn, or takes longer than 15 seconds
 */
export function rasterize(svg: string, width: number): Promise<Buffer> {
  if (!Number.isInteger(width) || width < 1 || width > largestWidth)
    return Promise.reject(new RangeError(`A picture cannot be ${width} pixels wide`))
  if (svg.length > largestSvg) return Promise.reject(new RangeError('The SVG is too long to draw'))
  const outside = outsideReference(svg)
  if (outside !== undefined)
    return Promise.reject(new Error(`The SVG refers to ${JSON.stringify(outside.slice(0, 60))}`))
  return new Promise((resolve, reject) => {
    const id = ++lastId
    const timer = setTimeout(() => stop(new Error('Drawing the picture took too long')), timeoutMs)
    waiting.set(id, { resolve, reject, timer })
    const running = (worker ??= start())
    // The thread keeps the program alive only while somebody waits for it.
    running.ref()
    running.postMessage({ id, svg, width } satisfies Job)
  })
}

/** The first reference that leads out of the picture, if any. A DOCTYPE could hide one in an entity. */
function outsideReference(svg: string): string | undefined {
  if (/<!(?!--|\[CDATA\[)/.test(svg)) return '<!DOCTYPE'
  for (const [, , target = ''] of svg.matchAll(/\b(?:xlink:)?href\s*=\s*(["'])(.*?)\1/gis)) {
    if (!/^(#|data:image\/(png|jpeg);base64,)/i.test(target.trim())) return target
  }
  for (const [, target = ''] of svg.matchAll(/url\(\s*['"]?([^)'"]*)/gi))
    if (!target.trim().startsWith('#')) return target
  return undefined
}

function start(): Worker {
  const made = new Worker(new URL('./raster-worker.ts', import.meta.url))
  made.on('message', (answer: Answer) => {
    const job = waiting.get(answer.id)
    if (!job) return
    waiting.delete(answer.id)
    clearTimeout(job.timer)
    if (waiting.size === 0) made.unref()
    if ('png' in answer) job.resolve(Buffer.from(answer.png))
    else job.reject(new Error(`The picture cannot be drawn: ${answer.problem}`))
  })
  made.on('error', (error) => stop(error instanceof Error ? error : new Error(String(error))))
  return made
}

/** Ends the thread and fails what waits; the next picture starts a new one. */
function stop(error: Error): void {
  const old = worker
  worker = undefined
  for (const { reject, timer } of waiting.values()) {
    clearTimeout(timer)
    reject(error)
  }
  waiting.clear()
  void old?.terminate()
}
