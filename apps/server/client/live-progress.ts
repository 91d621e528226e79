import { all, say } from './status.ts'

type Answer = { value: number; max: number; text: string; done?: boolean }

function readAnswer(given: unknown): Answer | null {
  if (typeof given !== 'object' || given === null) return null
  const { value, max, text, done } = given as Record<string, unknown>
  return typeof value === 'number' && typeof max === 'number' && typeof text === 'string'
    ? { value, max, text, done: done === true }
    : null
}

/** Asks the server how far a job is. Spoken at each quarter and at the end; a lost connection is told and tried again. */
export function followProgress(): void {
  for (const frame of all('[data-live-progress]')) follow(frame)
}

function follow(frame: HTMLElement): void {
  const bar = frame.querySelector('progress')
  const text = frame.querySelector<HTMLElement>('[data-progress-text]')
  const url = frame.dataset['liveProgress']
  if (!bar || !text || !url) return
  const every = Number(frame.dataset['every'] ?? 1500)
  let failures = 0
  let quarter = Math.floor((4 * bar.value) / bar.max)
  for (const part of all('[data-without-script]')) part.hidden = true

  const ask = async (): Promise<void> => {
    if (document.visibilityState === 'hidden') return void setTimeout(() => void ask(), every)
    try {
      const response = await fetch(url, {
        headers: { accept: 'application/json' },
        credentials: 'same-origin',
        cache: 'no-store',
      })
      const answer = response.ok ? readAnswer(await response.json()) : null
      if (!answer) throw new Error('no figures')
      failures = 0
      bar.max = Math.max(answer.max, 1)
      bar.value = answer.value
      text.textContent = answer.text
      const now = Math.floor((4 * answer.value) / Math.max(answer.max, 1))
      if (now > quarter || answer.done) say(answer.text)
      quarter = now
      if (answer.done) {
        const next = frame.dataset['doneUrl']
        if (next) location.assign(next)
        return
      }
    } catch {
      failures += 1
      text.textContent = document.body.dataset['paused'] ?? text.textContent
    }
    setTimeout(() => void ask(), every * Math.min(2 ** failures, 16))
  }
  setTimeout(() => void ask(), every)
}
