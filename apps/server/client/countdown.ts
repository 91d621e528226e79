import { all, say } from './status.ts'

/**
 * Ticks a countdown down from the seconds that the server gave. The device's clock is only used to measure how
 * long this page has been open, so a wrong clock does no harm. The text is silent; 60, 30 and 0 are spoken.
 */
export function runCountdowns(): void {
  for (const frame of all('[data-countdown]')) run(frame)
}

function run(frame: HTMLElement): void {
  const words = frame.dataset
  const text = frame.querySelector<HTMLElement>('[role="timer"]')
  if (!text) return
  const start = performance.now()
  const given = Number(words['countdown'])
  const bar = document.createElement('progress')
  bar.max = Number(words['total'])
  bar.setAttribute('aria-hidden', 'true')
  frame.append(bar)
  let spokenAt = given
  const tick = (): void => {
    const left = Math.max(0, Math.ceil(given - (performance.now() - start) / 1000))
    bar.value = left
    text.textContent = (words['pattern'] ?? '{time}').replace(
      '{time}',
      `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`,
    )
    for (const mark of [60, 30, 0]) {
      if (left <= mark && spokenAt > mark) say(words[`at${mark}`] ?? '')
    }
    spokenAt = left
    if (left <= 30) {
      frame.dataset['late'] = ''
      // A warning style; the focus never moves.
      document.getElementById(words['extend'] ?? '')?.classList.add('button-warned')
    }
    if (left === 0) {
      clearInterval(timer)
      const hidden = document.getElementById(words['hideAtEnd'] ?? '')
      const shown = document.getElementById(words['showAtEnd'] ?? '')
      if (shown) shown.hidden = false
      if (hidden && shown) hidden.hidden = true
    }
  }
  const timer = setInterval(tick, 1000)
  tick()
}
