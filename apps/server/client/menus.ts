import { all } from './status.ts'

const openMenus = () => all<HTMLDetailsElement>('details[data-menu][open]')

/** Menus close on Escape (the focus goes back to their button), on a click outside, and when the focus leaves them. */
export function closeMenus(): void {
  document.addEventListener('click', (event) => {
    for (const menu of openMenus()) if (event.target instanceof Node && !menu.contains(event.target)) menu.open = false
  })
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return
    const menu = openMenus().at(-1)
    if (!menu) return
    // The innermost layer alone closes: a dialog around the menu stays.
    event.preventDefault()
    menu.open = false
    menu.querySelector('summary')?.focus()
  })
  document.addEventListener('focusin', (event) => {
    for (const menu of openMenus()) if (event.target instanceof Node && !menu.contains(event.target)) menu.open = false
  })
}
