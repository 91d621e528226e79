import { all, makeButton, say } from './status.ts'

/** A button that shows the password. It hides it again before the form leaves, so that browsers may store it. */
export function addShowPassword(): void {
  for (const frame of all('[data-password]')) {
    const input = frame.querySelector('input')
    if (!input) continue
    const words = frame.dataset
    const set = (shown: boolean): void => {
      input.type = shown ? 'text' : 'password'
      button.textContent = (shown ? words['hide'] : words['show']) ?? ''
      button.setAttribute('aria-label', (shown ? words['hideName'] : words['showName']) ?? '')
    }
    const button = makeButton('', 'button button-secondary', () => {
      const shown = input.type === 'password'
      set(shown)
      say((shown ? words['shown'] : words['hidden']) ?? '')
    })
    button.setAttribute('aria-controls', input.id)
    set(false)
    frame.append(button)
    input.form?.addEventListener('submit', () => set(false))
  }
}
