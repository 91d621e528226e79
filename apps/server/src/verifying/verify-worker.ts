import { parentPort } from 'node:worker_threads'
import { readCredential, verifyAll } from '@lapel/openbadges'
import { decodeQR } from 'qr/decode.js'
import type { FromWorker, Question, ToWorker } from './worker-messages.ts'

// The thread in which files of strangers are taken apart: no network, no database, limited memory. What a badge points
// to is asked of the main thread, which asks through the guard.

if (!parentPort) throw new Error('This file is a worker')
const port = parentPort
const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
let lastCall = 0

function ask(job: number, question: Question): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const call = ++lastCall
    waiting.set(call, { resolve, reject })
    port.postMessage({ kind: 'ask', job, call, question } satisfies FromWorker)
  })
}

port.on('message', (message: ToWorker) => {
  if (message.kind === 'answer') {
    const asked = waiting.get(message.call)
    waiting.delete(message.call)
    if ('error' in message) asked?.reject(new Error(message.error))
    else asked?.resolve(message.value)
    return
  }
  const { job } = message
  const done = (reply: FromWorker) => port.postMessage(reply)
  if (message.kind === 'read-qr') {
    done({ kind: 'qr', job, text: readQr(message) })
    return
  }
  if (message.kind === 'read-texts') {
    readCredential(message.input).then(
      ({ credentials }) => done({ kind: 'texts', job, texts: credentials.flatMap(({ text }) => text ?? []) }),
      (error: unknown) => done({ kind: 'failed', job, error: error instanceof Error ? error.message : String(error) }),
    )
    return
  }
  verifyAll(message.input, {
    now: new Date(message.nowMs),
    ...(message.expectedRecipient === undefined ? {} : { expectedRecipient: message.expectedRecipient }),
    load: (url, options) => ask(job, { kind: 'load', url, ...options }) as Promise<LoadAnswer>,
    resolveIssuer: (id) => ask(job, { kind: 'issuer', id }) as Promise<object | undefined>,
    knownIssuer: (id) => ask(job, { kind: 'known', id }) as Promise<KnownAnswer>,
  }).then(
    (reports) => done({ kind: 'reports', job, reports }),
    (error: unknown) => done({ kind: 'failed', job, error: error instanceof Error ? error.message : String(error) }),
  )
})

type LoadAnswer = { status: number; headers: Record<string, string>; body: Uint8Array; url: string }
type KnownAnswer = { name?: string; domain?: string } | undefined

/** A photograph often holds no code that can be read; that is an answer, not a failure. */
function readQr({ pixels, width, height }: { pixels: Uint8Array; width: number; height: number }): string | undefined {
  try {
    return decodeQR({ width, height, data: pixels })
  } catch {
    return undefined
  }
}

port.postMessage({ kind: 'ready' } satisfies FromWorker)
