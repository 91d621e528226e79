import { type ChildProcess, fork, type ForkOptions } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { DomainError } from '../errors.ts'
import type { FromProcess, PdfAnswers, PdfTask, ToProcess } from './pdf-tasks.ts'

export type PdfRefusal = 'pdf.too-complex' | 'pdf.busy'
/** No answer about the file, but about us: it wanted more time or memory than any document needs, or too many wait. */
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
  /** Milliseconds for one task, without the start of the process. */
  taskMs: number
  /** Megabytes: of JavaScript's own heap, and of the whole process where the system tells (Linux). */
  heapMb: number
  processMb: number
}

const usual: PdfLimits = { taskMs: 5_000, heapMb: 256, processMb: 512 }
const startMs = 30_000
/** Processes at a time, and jobs that may wait for one. */
const most = 2
const mostWaiting = 40
let running = 0
const queue: (() => void)[] = []

const repository = path.resolve(import.meta.dirname, '..', '..', '..', '..', '..')

/**
 * Opens a PDF of a stranger in a process of its own: no environment, no writing, no other files than the program's, limited
 * memory and time (SECURITY S34). Whatever the file does, this process goes on.
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
    watch.end()
    child.kill('SIGKILL')
    markBroken(error)
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }
  const limit = (ms: number) => {
    clearTimeout(timer)
    timer = setTimeout(() => stop(new PdfRefused('pdf.too-complex')), ms)
  }
  const watch = watchMemory(child, limits.processMb, () => stop(new PdfRefused('pdf.too-complex')))

  limit(startMs)
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
        limit(message.kind === 'loading' ? startMs : limits.taskMs)
      hasLoading = true
      hasLoaded ||= message.kind === 'loaded'
      return
    }
    clearTimeout(timer)
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
        limit(limits.taskMs)
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

/** Pictures and fonts lie outside JavaScript's heap, so the process as a whole is measured where the system tells. */
function watchMemory(child: ChildProcess, megabytes: number, onTooMuch: () => void): { end(): void } {
  if (process.platform !== 'linux') return { end: () => {} }
  const timer = setInterval(() => {
    readFile(`/proc/${child.pid}/statm`, 'utf8').then(
      (text) => {
        // Second field: resident pages, of 4 KiB on every machine that we run on.
        if (Number(text.split(' ')[1]) * 4096 > megabytes * 1024 * 1024) onTooMuch()
      },
      () => {},
    )
  }, 100)
  timer.unref()
  return { end: () => clearInterval(timer) }
}
