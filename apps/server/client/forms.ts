import { all, counted } from './status.ts'

/**
 * A form that was sent shows it: the pressed button keeps its place and reads "Working…" until the answer.
 * A second press does nothing; without script the idempotency key sees to that.
 */
export function showBusyForms(): void {
  document.addEventListener('submit', (event) => {
    const form = event.target
    if (!(form instanceof HTMLFormElement) || form.method === 'dialog' || event.defaultPrevented) return
    if (form.dataset['busy'] !== undefined) return event.preventDefault()
    const button = event.submitter instanceof HTMLButtonElement ? event.submitter : null
    // Downloads and answers in a new tab leave this page standing, so nothing here may stay busy.
    if (form.method === 'get' || form.target === '_blank' || form.dataset['download'] !== undefined) return
    form.dataset['busy'] = ''
    if (!button || button.classList.contains('tool') || button.classList.contains('menu-item')) return
    const label = button.querySelector('span') ?? button
    button.style.setProperty('min-inline-size', `${button.offsetWidth}px`)
    button.dataset['label'] = label.textContent ?? ''
    label.textContent = document.body.dataset['working'] ?? ''
    button.setAttribute('aria-disabled', 'true')
  })
  // Coming back with the Back button shows the page as it was left: busy. Set it right.
  window.addEventListener('pageshow', () => {
    for (const form of all<HTMLFormElement>('form[data-busy]')) {
      delete form.dataset['busy']
      for (const button of all<HTMLButtonElement>('button[data-label]', form)) {
        ;(button.querySelector('span') ?? button).textContent = button.dataset['label'] ?? ''
        delete button.dataset['label']
        button.removeAttribute('aria-disabled')
      }
    }
  })
}

/** Counts what is left in a text with a limit. Spoken only when the typing rests. */
export function countCharacters(): void {
  for (const area of all<HTMLTextAreaElement>('textarea[data-count]')) {
    const status = document.getElementById(area.dataset['countStatus'] ?? '')
    if (!status) continue
    const show = (): void => {
      const left = Number(area.dataset['count']) - area.value.length
      const { countOne, countOther, overOne, overOther } = area.dataset
      status.textContent = left >= 0 ? counted(left, countOne, countOther) : counted(-left, overOne, overOther)
    }
    area.addEventListener('input', show)
    show()
  }
}

/** A choice that sends its form at once; the button that does it without scripts goes away. */
export function submitOnChange(): void {
  for (const select of all<HTMLSelectElement>('select[data-submit-on-change]')) {
    const form = select.form
    if (!form) continue
    for (const button of all('button[data-without-script]', form)) button.hidden = true
    select.addEventListener('change', () => form.requestSubmit())
  }
}
