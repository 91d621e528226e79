import { Worker } from 'node:worker_threads'
import type { VerificationReport } from '@lapel/openbadges'
import { DomainError } from '../platform/errors.ts'
import type { FromWorker, Question, Task, ToWorker } from './worker-messages.ts'

export type VerifyRefusal = 'verify.too-complex' | 'verify.busy'
/** No answer about the badge, but about us: it would have taken too long, or too many wait already. */
export class VerifyRefused extends DomainError<VerifyRefusal> {
  override name = 'VerifyRefused'
}

/** Answers what a badge points to; what it throws makes the check "not checked". */
export type Answerer = (question: Question) => Promise<unknown>

export interface Verifier {
  verify(
    input: string | Uint8Array,
    o: { now: Date; expectedRecipient?: string | undefined },
  ): Promise<VerificationReport[]>
  /** The text of a QR code in a picture of RGBA pixels. */
  readQr(picture: { pixels: Uint8Array; width: number; height: number }): Promise<string | undefined>
  /** The badges in a file or text, each as it was found: JSON or a compact JWS. */
  readTexts(input: string | Uint8Array): Promise<string[]>
  close(): Promise<void>
}

export interface VerifierLimits {
  threads: number
  /** Jobs that may wait for a thread. */
  waiting: number
  /** Milliseconds of processor time, so that a busy machine comes to the same verdict. */
  computingMs: number
  /** Milliseconds on the clock altogether, the network's among them. */
  totalMs: number
  memoryMb: number
}

const usual: VerifierLimits = { threads: 2, waiting: 40, computingMs: 5_000, totalMs: 30_000, memoryMb: 256 }

interface Job {
  id: number
  task: Task
  resolve(answer: unknown): void
  reject(error: Error): void
}

interface Thread {
  worker: Worker
  job: Job | undefined
  /** Measures what the job has used. */
  watch: NodeJS.Timeout | undefined
  isReady: boolean
  total: NodeJS.Timeout | undefined
}

/**
 * Verifies in threads of its own, each with limited memory and time: whatever a file does, the main thread goes on, and
 * a thread that hangs or grows is ended together with its job (SECURITY S30, S34).
 */
export function createVerifier(answer: Answerer, given: Partial<VerifierLimits> = {}): Verifier {
  const limits = { ...usual, ...given }
  const threads: Thread[] = []
  const queue: Job[] = []
  let lastJob = 0

  function submit(task: Task): Promise<unknown> {
    if (queue.length >= limits.waiting) return Promise.reject(new VerifyRefused('verify.busy'))
    return new Promise((resolve, reject) => {
      queue.push({ id: ++lastJob, task, resolve, reject })
      next()
    })
  }

  function next(): void {
    if (queue.length === 0) return
    const free = threads.find(({ job }) => job === undefined) ?? (threads.length < limits.threads ? start() : undefined)
    if (free) give(free, queue.shift() as Job)
  }

  function give(thread: Thread, job: Job): void {
    thread.job = job
    // The thread keeps the program alive only while somebody waits for it.
    thread.worker.ref()
    thread.total = setTimeout(() => end(thread, new VerifyRefused('verify.too-complex')), limits.totalMs)
    if (thread.isReady) measure(thread, job)
    thread.worker.postMessage({ ...job.task, job: job.id } satisfies ToWorker)
  }

  /** Ends the job when it has used more than it may, its pauses for the network not counted. */
  function measure(thread: Thread, job: Job): void {
    let before: number | undefined
    const look = async () => {
      const { user, system } = await thread.worker.cpuUsage()
      if (thread.job !== job) return
      const usedMs = (user + system) / 1000
      before ??= usedMs
      if (usedMs - before > limits.computingMs) end(thread, new VerifyRefused('verify.too-complex'))
    }
    // A thread that is gone tells nothing, and its job was answered.
    const tick = () => void look().catch(() => undefined)
    tick()
    thread.watch = setInterval(tick, Math.min(100, limits.computingMs))
  }

  function start(): Thread {
    const worker = new Worker(new URL('./verify-worker.ts', import.meta.url), {
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: limits.memoryMb, maxYoungGenerationSizeMb: 32 },
    })
    const thread: Thread = { worker, job: undefined, watch: undefined, isReady: false, total: undefined }
    worker.on('message', (message: FromWorker) => hear(thread, message))
    // Out of memory, among others: the file asked for more than any badge needs.
    worker.on('error', () => end(thread, new VerifyRefused('verify.too-complex')))
    threads.push(thread)
    return thread
  }

  function hear(thread: Thread, message: FromWorker): void {
    if (message.kind === 'ready') {
      thread.isReady = true
      if (thread.job) measure(thread, thread.job)
      return
    }
    const { job } = thread
    if (!job || message.job !== job.id) return
    if (message.kind === 'ask') {
      void reply(thread, job, message)
      return
    }
    settle(thread)
    if (message.kind === 'failed') job.reject(new Error(`The verification broke: ${message.error}`))
    else if (message.kind === 'reports') job.resolve(message.reports)
    else job.resolve(message.kind === 'texts' ? message.texts : message.text)
    next()
  }

  async function reply(thread: Thread, job: Job, asked: FromWorker & { kind: 'ask' }): Promise<void> {
    let message: ToWorker
    try {
      message = { kind: 'answer', call: asked.call, value: await answer(asked.question) }
    } catch (error) {
      message = { kind: 'answer', call: asked.call, error: error instanceof Error ? error.message : String(error) }
    }
    if (thread.job !== job) return
    thread.worker.postMessage(message)
  }

  function settle(thread: Thread): void {
    thread.job = undefined
    clearInterval(thread.watch)
    clearTimeout(thread.total)
    thread.worker.unref()
  }

  function end(thread: Thread, error: Error): void {
    const { job } = thread
    settle(thread)
    const at = threads.indexOf(thread)
    if (at !== -1) threads.splice(at, 1)
    void thread.worker.terminate()
    job?.reject(error)
    next()
  }

  return {
    verify: async (input, { now, expectedRecipient }) =>
      (await submit({ kind: 'verify', input, nowMs: now.getTime(), expectedRecipient })) as VerificationReport[],
    readQr: async (picture) => (await submit({ kind: 'read-qr', ...picture })) as string | undefined,
    readTexts: async (input) => (await submit({ kind: 'read-texts', input })) as string[],
    async close() {
      await Promise.all(threads.splice(0).map(({ worker }) => worker.terminate()))
    },
  }
}
