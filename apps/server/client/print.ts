import { all, makeButton } from './status.ts'

/** Puts a Print button where a page has a place for one; without scripts the browser's own menu prints. */
export function addPrintButtons(): void {
  for (const place of all('[data-print]'))
    place.append(makeButton(place.dataset['print'] ?? '', 'button button-secondary', () => window.print()))
}
