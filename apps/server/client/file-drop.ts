import { all, say } from './status.ts'

/** Files may be dropped on the frame around a file input; the chosen name is said. */
export function acceptDrops(): void {
  for (const frame of all('[data-file-drop]')) {
    const input = frame.querySelector<HTMLInputElement>('input[type="file"]')
    if (!input) continue
    const words = document.createElement('p')
    words.className = 'file-drop-words'
    words.textContent = frame.dataset['words'] ?? ''
    words.setAttribute('aria-hidden', 'true')
    frame.prepend(words)
    frame.addEventListener('dragover', (event) => {
      if (!event.dataTransfer?.types.includes('Files')) return
      event.preventDefault()
      frame.dataset['over'] = ''
    })
    for (const name of ['dragleave', 'drop']) frame.addEventListener(name, () => delete frame.dataset['over'])
    frame.addEventListener('drop', (event) => {
      const files = event.dataTransfer?.files
      if (!files?.length) return
      event.preventDefault()
      if (files.length > 1 && !input.multiple) {
        const one = new DataTransfer()
        const [first] = files
        if (first) one.items.add(first)
        input.files = one.files
      } else input.files = files
      input.dispatchEvent(new Event('change', { bubbles: true }))
    })
    input.addEventListener('change', () => {
      const file = input.files?.[0]
      if (!file) return
      const told = (frame.dataset['chosen'] ?? '')
        .replace('{name}', file.name)
        .replace('{size}', sizeInWords(file.size))
      words.textContent = told
      say(told)
    })
  }
}

function sizeInWords(bytes: number): string {
  const unit = bytes < 1e6 ? 'kilobyte' : 'megabyte'
  const value = bytes / (unit === 'kilobyte' ? 1e3 : 1e6)
  return new Intl.NumberFormat(document.documentElement.lang, {
    style: 'unit',
    unit,
    maximumFractionDigits: value < 10 ? 1 : 0,
  }).format(value)
}
