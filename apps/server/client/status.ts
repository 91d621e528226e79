/** Says something politely to screen readers, through the one status region of the page. */
export function say(text: string): void {
  const region = document.getElementById('announcements')
  if (!region) return
  // The same sentence twice is only spoken twice when the region was empty in between.
  region.textContent = ''
  setTimeout(() => {
    region.textContent = text
  }, 50)
}

/** The form for this number of a pair of texts, with its number put in. */
export function counted(count: number, one: string | undefined, other: string | undefined): string {
  const language = document.documentElement.lang
  const text = new Intl.PluralRules(language).select(count) === 'one' ? one : other
  return (text ?? '').replace('{count}', new Intl.NumberFormat(language).format(count))
}

export function all<E extends HTMLElement>(selector: string, root: ParentNode = document): E[] {
  return [...root.querySelectorAll<E>(selector)]
}

/** A button like those of the server's components. */
export function makeButton(
  label: string,
  className: string,
  press: (button: HTMLButtonElement) => void,
): HTMLButtonElement {
  const button = document.createElement('button')
  button.type = 'button'
  button.className = className
  button.textContent = label
  button.addEventListener('click', () => press(button))
  return button
}
