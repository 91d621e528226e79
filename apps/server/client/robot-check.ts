import { solveChallenge } from 'altcha-lib'
import { deriveKey } from 'altcha-lib/algorithms/web/pbkdf2'
import { all, say } from './status.ts'

type Challenge = Parameters<typeof solveChallenge>[0]['challenge']

/**
 * "I'm not a robot": ticking the box starts a proof of work, and its solution goes along with the form. The work runs in
 * the browser's own cryptography threads, so the page stays alive without a worker. If anything fails the form is sent
 * without a solution, and the server applies its stricter limits.
 */
export function proveNotRobot(): void {
  // Plain http on another host than this machine: the browser hides its cryptography.
  if (!globalThis.crypto?.subtle) return
  for (const box of all<HTMLInputElement>('input[data-robot-check]')) watch(box)
}

function watch(box: HTMLInputElement): void {
  const { form } = box
  // Solved before, for the same form with other faults.
  if (!form || form.elements.namedItem('proof')) return
  const status = document.createElement('p')
  status.className = 'hint robot-status'
  box.closest('.choice-field')?.append(status)
  const proof = document.createElement('input')
  proof.type = 'hidden'
  proof.name = 'proof'

  let work: Promise<void> | undefined
  let isDone = false
  const begin = (): Promise<void> => {
    const tell = (text: string | undefined): void => {
      status.textContent = text ?? ''
      say(text ?? '')
    }
    if (work) return work
    tell(box.dataset['working'])
    work = solve(box.dataset['robotCheck'] ?? '')
      .then(
        (solution) => {
          proof.value = solution
          form.append(proof)
          tell(box.dataset['done'])
        },
        () => tell(box.dataset['failed']),
      )
      .finally(() => {
        isDone = true
      })
    return work
  }
  box.addEventListener('change', () => {
    if (box.checked) void begin()
  })
  form.addEventListener('submit', (event) => {
    if (isDone || !box.checked) return
    event.preventDefault()
    const { submitter } = event
    // A task of its own: a form does not take a second submission while the first is being announced.
    void begin().then(() => setTimeout(() => form.requestSubmit(submitter as HTMLElement | null)))
  })
}

async function solve(address: string): Promise<string> {
  const answer = await fetch(address, { headers: { accept: 'application/json' } })
  if (!answer.ok) throw new Error(`The challenge could not be had: ${answer.status}`)
  const challenge = (await answer.json()) as Challenge
  const solution = await solveChallenge({ challenge, deriveKey, timeout: 60_000 })
  if (!solution) throw new Error('The challenge was not solved in time')
  return btoa(JSON.stringify({ challenge, solution }))
}
