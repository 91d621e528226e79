import { all, counted } from './status.ts'

/** Keeps the count of selected rows and adds "Select all on this page". */
export function countSelection(): void {
  for (const bar of all('[data-selection-bar]')) {
    const boxes = all<HTMLInputElement>('[data-row-select]', bar.closest('form') ?? document)
    if (boxes.length === 0) continue
    const label = document.createElement('label')
    label.className = 'cluster'
    const every = document.createElement('input')
    every.type = 'checkbox'
    const words = document.createElement('span')
    words.textContent = bar.dataset['selectAll'] ?? ''
    label.append(every, words)
    const count = document.createElement('span')
    count.className = 'selection-count'
    count.setAttribute('role', 'status')
    bar.prepend(label, count)
    const show = (): void => {
      const chosen = boxes.filter((box) => box.checked).length
      count.textContent =
        chosen === 0 ? (bar.dataset['none'] ?? '') : counted(chosen, bar.dataset['one'], bar.dataset['other'])
      every.checked = chosen === boxes.length
      every.indeterminate = chosen > 0 && chosen < boxes.length
    }
    every.addEventListener('change', () => {
      for (const box of boxes) box.checked = every.checked
      show()
    })
    for (const box of boxes) box.addEventListener('change', show)
    show()
  }
}
