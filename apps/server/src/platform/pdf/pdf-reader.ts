import { type ChildProcess, fork, type ForkOptions } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { DomainError } from '../errors.ts'
import type { FromProcess, PdfAnswers, PdfTask, ToProcess } from './pdf-tasks.ts'

export type PdfRefusal = 'pdf.too-complex' | 'pdf.busy'
/**
 * No answer about the file, but about us: it wanted more work or memory than any document needs (`pdf.too-complex`), or
 * this machine did not get round to it (`pdf.busy`).
 */
export class PdfRefused extends DomainError<PdfRefusal> {
  override name = 'PdfRefused'
}

/** The file is not what it says it is; the message is for developers. */
export class PdfUnreadable extends Error {
  override name = 'PdfUnreadable'
}

export interface PdfReader {
  ask<Kind extends PdfTask['kind']>(task: PdfTask & { kind: Kind }): Promise<PdfAnswers[Kind]>
}

export interface PdfLimits {
  /**
   * Milliseconds of processor time for one task, so that the verdict on a file is the same on a busy machine. Counted
   * where the system tells (Linux); elsewhere the time of the clock decides.
   */
  taskCpuMs: number
  /** Milliseconds on the clock for one task, for the start, and for reading the libraries: then it has hung. */
  waitMs: number
  /** Megabytes: of JavaScript's own heap, and of the whole process where the system tells (Linux). */
  heapMb: number
  processMb: number
}

const usual: PdfLimits = { taskCpuMs: 8_000, waitMs: 60_000, heapMb: 256, processMb: 512 }
const measureEveryMs = 100
/** Processes at a time, and jobs that may wait for one. */
const most = 2
const mostWaiting = 40
let running = 0
const queue: (() => void)[] = []

const repository = path.resolve(import.meta.dirname, '..', '..', '..', '..', '..')

/**
 * Opens a PDF of a stranger in a process of its own: no environment, no writing, no other files than the program's, limited
 * memory and processor time (SECURITY S34). Whatever the file does, this process goes on.
 *
 * @throws {PdfRefused}
 */
export async function withPdf<T>(
  bytes: Uint8Array,
  work: (reader: PdfReader) => Promise<T>,
  given: Partial<PdfLimits> = {},
): Promise<T> {
  await turn()
  const process = startProcess(bytes, { ...usual, ...given })
  try {
    return await work(process)
  } finally {
    process.end()
    running--
    queue.shift()?.()
  }
}

async function turn(): Promise<void> {
  if (queue.length >= mostWaiting) throw new PdfRefused('pdf.busy')
  while (running >= most) await new Promise<void>((resolve) => queue.push(resolve))
  running++
}

function startProcess(bytes: Uint8Array, limits: PdfLimits): PdfReader & { end(): void } {
  const child = fork(path.join(import.meta.dirname, 'pdf-process.ts'), [], confined(limits))
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>()
  let lastId = 0
  let timer: NodeJS.Timeout | undefined
  /** Of processor time that the process may have used altogether when its task is done. */
  let mostCpuMs: number | undefined
  let isOver = false
  let hasLoading = false
  let hasLoaded = false
  let markReady: () => void = () => {}
  let markBroken: (error: Error) => void = () => {}
  const ready = new Promise<void>((resolve, reject) => {
    markReady = resolve
    markBroken = reject
  })
  ready.catch(() => {})

  const send = (message: ToProcess) => {
    if (!isOver) child.send(message, (error) => error && stop(error))
  }
  const stop = (error: Error) => {
    if (isOver) return
    isOver = true
    clearTimeout(timer)
    clearInterval(watch)
    child.kill('SIGKILL')
    markBroken(error)
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }
  const begin = (cpuMs?: number) => {
    clearTimeout(timer)
    const used = useOf(child)
    mostCpuMs = used && cpuMs !== undefined ? used.cpuMs + cpuMs : undefined
    timer = setTimeout(() => stop(new PdfRefused(used ? 'pdf.busy' : 'pdf.too-complex')), limits.waitMs)
  }
  const measure = () => {
    const used = useOf(child)
    // Pictures and fonts lie outside JavaScript's heap, so the process as a whole is measured.
    if (used && (used.bytes > limits.processMb * 1024 * 1024 || used.cpuMs > (mostCpuMs ?? Infinity)))
      stop(new PdfRefused('pdf.too-complex'))
  }
  const watch = setInterval(measure, measureEveryMs)
  watch.unref()

  begin()
  child.on('error', stop)
  // Out of memory, or a fault in a library: the file asked for it.
  child.on('exit', () => stop(new PdfRefused('pdf.too-complex')))
  child.on('message', (message: FromProcess) => {
    if (message.kind === 'ready') {
      clearTimeout(timer)
      markReady()
      return
    }
    if (message.kind === 'loading' || message.kind === 'loaded') {
      // Believed once: a process that was taken over could say it for ever.
      if (message.kind === 'loading' ? !hasLoading : !hasLoaded)
        begin(message.kind === 'loading' ? undefined : limits.taskCpuMs)
      hasLoading = true
      hasLoaded ||= message.kind === 'loaded'
      return
    }
    measure()
    clearTimeout(timer)
    mostCpuMs = undefined
    const asked = waiting.get(message.id)
    waiting.delete(message.id)
    if (message.kind === 'failed') asked?.reject(new PdfUnreadable(message.error))
    else asked?.resolve(message.value as never)
  })
  send({ kind: 'file', bytes })

  return {
    async ask(task) {
      await ready
      const id = ++lastId
      return new Promise((resolve, reject) => {
        if (isOver) return reject(new PdfRefused('pdf.too-complex'))
        waiting.set(id, { resolve, reject })
        begin(limits.taskCpuMs)
        send({ ...task, id })
      })
    },
    end: () => stop(new Error('The PDF was closed')),
  }
}

/** A process that reads the program's own files and nothing more. Its libraries bring native code, hence addons. */
export function confined({ heapMb }: Pick<PdfLimits, 'heapMb'>): ForkOptions {
  return {
    execArgv: [
      '--permission',
      '--allow-addons',
      `--allow-fs-read=${repository}`,
      `--max-old-space-size=${heapMb}`,
      '--disable-warning=SecurityWarning',
    ],
    env: {},
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  }
}

/**
 * What a process has taken so far; `undefined` where the system does not tell, or the process is gone. Read at once rather
 * than awaited, for it is of the kernel's memory and the moment counts.
 */
function useOf({ pid }: ChildProcess): { cpuMs: number; bytes: number } | undefined {
  if (process.platform !== 'linux' || pid === undefined) return undefined
  try {
    // proc_pid_stat(5): what follows the name in brackets, from the third field on.
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ') ?? []
    const field = (number: number) => Number(fields[number - 3])
    // utime and stime in hundredths of a second, rss in pages of 4 KiB, on every machine that we run on.
    return { cpuMs: (field(14) + field(15)) * 10, bytes: field(24) * 4096 }
  } catch {
    return undefined
  }
}
