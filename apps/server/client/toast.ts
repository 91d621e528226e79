import { all, makeButton, say } from './status.ts'

const lifeMs = 8000

function tray(): HTMLElement {
  const known = document.querySelector<HTMLElement>('.toasts')
  if (known) return known
  const made = document.createElement('div')
  made.className = 'toasts'
  document.body.append(made)
  return made
}

/**
 * A short word at the bottom, gone after eight seconds; the clock stops while the pointer or the focus is on it.
 * What it says is also in the status region, so it is never the only carrier.
 */
export function toast(text: string, action?: { label: string; run: () => void }): void {
  for (const old of all('.toast')) old.remove()
  const box = document.createElement('div')
  box.className = 'toast'
  const words = document.createElement('span')
  words.textContent = text
  box.append(words)
  if (action) {
    box.append(
      makeButton(action.label, 'button button-quiet button-small', () => {
        box.remove()
        action.run()
      }),
    )
  }
  // A modal dialog makes the rest of the page inert and covers it; the toast goes where the person is.
  const dialog = document.querySelector<HTMLDialogElement>('dialog[open]')
  if (dialog) {
    const inside = document.createElement('div')
    inside.className = 'toasts'
    inside.append(box)
    dialog.append(inside)
  } else tray().append(box)
  say(text)

  let timer = setTimeout(remove, lifeMs)
  function remove(): void {
    const holder = box.parentElement
    box.remove()
    if (holder && holder.childElementCount === 0) holder.remove()
  }
  for (const event of ['pointerenter', 'focusin']) box.addEventListener(event, () => clearTimeout(timer))
  for (const event of ['pointerleave', 'focusout']) {
    box.addEventListener(event, () => {
      clearTimeout(timer)
      timer = setTimeout(remove, lifeMs)
    })
  }
}
