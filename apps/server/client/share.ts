import { all, makeButton } from './status.ts'

/** What the share panel can do with a script: count the person's own clicks, hand over to the device, remember a server. */
export function quickenSharing(): void {
  document.addEventListener('click', (event) => {
    const pressed = event.target instanceof Element ? event.target.closest('a, button') : null
    const link = pressed?.closest<HTMLElement>('[data-share-channel]')
    if (link) count(link, link.dataset['shareChannel'] ?? '')
  })
  offerDevice(document)
  rememberServer(document)
  // The panel may arrive later, inside a dialog.
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes)
      for (const node of addedNodes)
        if (node instanceof HTMLDialogElement) {
          offerDevice(node)
          rememberServer(node)
        }
  }).observe(document.body, { childList: true })
}

/** Tells our own server, never theirs; the link opens whether or not that works. */
function count(from: HTMLElement, channel: string): void {
  const panel = from.closest<HTMLElement>('[data-shared]')
  const csrf = document.querySelector<HTMLInputElement>('input[name="csrf"][value]:not([value=""])')?.value
  if (panel?.dataset['shared'] && csrf)
    navigator.sendBeacon(panel.dataset['shared'], new URLSearchParams({ csrf, channel }))
}

function offerDevice(root: ParentNode): void {
  if (!('share' in navigator)) return
  for (const place of all('[data-web-share]', root)) {
    if (place.childElementCount > 0) continue
    const { webShare: url = '', webShareTitle: title = '', webShareLabel: label = '' } = place.dataset
    if (!navigator.canShare?.({ url, title })) continue
    place.append(
      makeButton(label, 'button button-secondary', () => {
        navigator.share({ url, title }).then(
          () => count(place, 'device'),
          () => undefined, // closed without choosing anything
        )
      }),
    )
  }
}

/** The Mastodon server is remembered on this device alone. */
function rememberServer(root: ParentNode): void {
  for (const form of all<HTMLFormElement>('form[data-remember]', root)) {
    const key = form.dataset['remember'] ?? ''
    const input = form.querySelector<HTMLInputElement>('input[type="text"]')
    if (!input) continue
    try {
      if (input.value === '') input.value = localStorage.getItem(key) ?? ''
      form.addEventListener('submit', () => localStorage.setItem(key, input.value))
    } catch {
      // Storage may be switched off; the person types it again.
    }
  }
}
