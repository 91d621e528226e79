import { all, makeButton } from './status.ts'

/** The browser's own way back, which keeps what was typed; where a page was opened afresh there is none. */
export function addBackButtons(): void {
  if (history.length < 2) return
  for (const place of all('[data-back]'))
    place.prepend(makeButton(place.dataset['back'] ?? '', 'button button-secondary', () => history.back()))
}
