import { all, makeButton, say } from './status.ts'
import { toast } from './toast.ts'

/**
 * Puts a copy button beside every copy field. The field itself can be selected without script.
 *
 * `data-copy-rich="{id}"` names an element whose markup is copied as well, for mail programs.
 */
export function addCopyButtons(root: ParentNode = document): void {
  for (const frame of all('[data-copy]', root)) {
    if (frame.querySelector('[data-copy-button]')) continue
    const source = document.getElementById(frame.dataset['copy'] ?? '')
    if (!source) continue
    const button = makeButton(
      frame.dataset['copyLabel'] ?? '',
      'button button-secondary',
      () => void copy(frame, source),
    )
    button.dataset['copyButton'] = ''
    const label = frame.querySelector('label')?.textContent?.trim()
    if (label && !frame.dataset['copyLabel']?.includes(' '))
      button.setAttribute('aria-label', `${frame.dataset['copyLabel']}: ${label}`)
    ;(frame.querySelector('.copy-row') ?? frame).append(button)
    if (source instanceof HTMLInputElement) source.addEventListener('focus', () => source.select())
  }
}

async function copy(frame: HTMLElement, source: HTMLElement): Promise<void> {
  const text =
    source instanceof HTMLInputElement || source instanceof HTMLTextAreaElement
      ? source.value
      : (source.textContent ?? '')
  const rich = document.getElementById(frame.dataset['copyRich'] ?? '')
  try {
    if (rich) {
      await navigator.clipboard.write([
        new ClipboardItem({
          'text/plain': new Blob([text], { type: 'text/plain' }),
          // Markup with styles in it stands in a text field: as elements, the page's own policy would strip it.
          'text/html': new Blob([rich instanceof HTMLTextAreaElement ? rich.value : rich.innerHTML], {
            type: 'text/html',
          }),
        }),
      ])
    } else await navigator.clipboard.writeText(text)
    toast(frame.dataset['copied'] ?? '')
  } catch {
    // Not allowed, or not a secure context: the value is selected, and the person is told the keys.
    if (source instanceof HTMLInputElement || source instanceof HTMLTextAreaElement) source.select()
    say(frame.dataset['copyFailed'] ?? '')
    toast(frame.dataset['copyFailed'] ?? '')
  }
}
