/** Moves the focus to what the person must hear first: the error summary, the message about what was just done, the verdict. */
export function focusFirstMessage(): void {
  const target =
    document.querySelector<HTMLElement>('.error-summary[data-focus]') ??
    document.querySelector<HTMLElement>('[data-focus]')
  if (!target || location.hash.length > 1) return
  target.focus({
    preventScroll: target.getBoundingClientRect().top >= 0 && target.getBoundingClientRect().bottom <= innerHeight,
  })
}

/** A link of the error summary puts the cursor into its field and keeps the field's label in view. */
export function linkErrorsToFields(): void {
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('.error-summary a[href^="#"]') : null
    if (!(link instanceof HTMLAnchorElement)) return
    const field = document.getElementById(decodeURIComponent(link.hash.slice(1)))
    if (!field) return
    event.preventDefault()
    ;(field.closest('.field, fieldset') ?? field).scrollIntoView({ block: 'start' })
    field.focus({ preventScroll: true })
  })
}
