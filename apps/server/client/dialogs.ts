import { addCopyButtons } from './copy.ts'
import { all, makeButton } from './status.ts'

/**
 * Links with `data-dialog="{id}"` open the dialog of that id, when the page holds it.
 *
 * Links with `data-dialog-from="{css id}"` fetch the page they lead to and show its element of that id in a
 * dialog; when anything goes wrong the browser simply follows the link.
 */
export function openDialogs(): void {
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return
    const opener =
      event.target instanceof Element ? event.target.closest<HTMLElement>('[data-dialog], [data-dialog-from]') : null
    if (!opener) return
    const ready = document.getElementById(opener.dataset['dialog'] ?? '')
    if (ready instanceof HTMLDialogElement) {
      event.preventDefault()
      show(ready)
    } else if (opener instanceof HTMLAnchorElement && opener.dataset['dialogFrom']) {
      event.preventDefault()
      void fetchInto(opener, opener.dataset['dialogFrom'])
    }
  })
  document.addEventListener('click', (event) => {
    // A press on the backdrop lands on the dialog element itself.
    if (event.target instanceof HTMLDialogElement && event.target.open) {
      const { left, right, top, bottom } = event.target.getBoundingClientRect()
      if (event.clientX < left || event.clientX > right || event.clientY < top || event.clientY > bottom)
        event.target.close()
    }
  })
}

function show(dialog: HTMLDialogElement): void {
  if (dialog.open) return
  dialog.showModal()
  const first = dialog.querySelector<HTMLElement>('[data-focus-first]')
  first?.focus()
  if (first instanceof HTMLInputElement) first.select()
}

async function fetchInto(opener: HTMLAnchorElement, id: string): Promise<void> {
  try {
    const known = all<HTMLDialogElement>('dialog[data-from]').find((dialog) => dialog.dataset['from'] === opener.href)
    if (known) known.remove()
    const page = await loadPage(opener.href)
    const content = page.getElementById(id)
    const heading = page.querySelector('h1')?.textContent?.trim() ?? ''
    if (!content) throw new Error('no such part')
    const dialog = build(heading, document.importNode(content, true))
    dialog.dataset['from'] = opener.href
    document.body.append(dialog)
    addCopyButtons(dialog)
    show(dialog)
  } catch {
    location.assign(opener.href)
  }
}

/**
 * A page as a document without scripts run. XMLHttpRequest, because DOMParser is a sink that Trusted Types guard
 * and this page has no policy.
 */
function loadPage(url: string): Promise<Document> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('GET', url)
    request.responseType = 'document'
    request.setRequestHeader('accept', 'text/html')
    request.onload = () => {
      const asked = request.status === 200 && request.responseURL.split('#')[0] === url.split('#')[0]
      if (asked && request.responseXML) resolve(request.responseXML)
      else reject(new Error('another page answered'))
    }
    request.onerror = () => reject(new Error('no answer'))
    request.send()
  })
}

function build(heading: string, content: Node): HTMLDialogElement {
  const dialog = document.createElement('dialog')
  dialog.className = 'dialog'
  const head = document.createElement('div')
  head.className = 'dialog-head'
  const title = document.createElement('h2')
  title.id = 'dialog-from-heading'
  title.textContent = heading
  dialog.setAttribute('aria-labelledby', title.id)
  head.append(
    title,
    makeButton(document.body.dataset['close'] ?? '', 'button button-quiet button-small', () => dialog.close()),
  )
  const body = document.createElement('div')
  body.className = 'dialog-body'
  body.append(content)
  dialog.append(head, body)
  // Removed when closed: the page below may hold the same ids.
  dialog.addEventListener('close', () => dialog.remove())
  return dialog
}
