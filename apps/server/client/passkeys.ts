import { all, makeButton, say } from './status.ts'

/**
 * Passkey buttons, where the browser and the address of the site allow them. The server's options come as JSON and the
 * answer goes back in an ordinary form.
 */
export function offerPasskeys(): void {
  if (!('PublicKeyCredential' in globalThis) || !globalThis.PublicKeyCredential?.parseCreationOptionsFromJSON) return
  // An address in numbers cannot have passkeys.
  if (/^[\d.]+$|:/.test(location.hostname)) return
  for (const part of all('[data-passkey]')) offer(part)
}

function offer(part: HTMLElement): void {
  const { passkey, label, failed, cancelled } = part.dataset
  const status = document.createElement('p')
  status.className = 'hint robot-status'
  const tell = (text: string): void => {
    status.textContent = text
    say(text)
  }
  const button = makeButton(label ?? '', 'button button-secondary', () => {
    autofill?.abort()
    void run().catch((error: unknown) => {
      const isCancelled = error instanceof DOMException && error.name === 'NotAllowedError'
      tell((isCancelled ? cancelled : failed) ?? '')
    })
  })
  const run = async (): Promise<void> => {
    if (passkey === 'register') return send(part, await create())
    send(part, await ask(passkey ?? 'sign-in'))
  }
  // In place of the sentence that says what is missing.
  part.replaceChildren(button, status)

  let autofill: AbortController | undefined
  if (part.dataset['autofill'] !== undefined) {
    autofill = new AbortController()
    const { signal } = autofill
    void PublicKeyCredential.isConditionalMediationAvailable?.().then(async (isAvailable) => {
      if (!isAvailable) return
      // Nobody chose one, or the button was pressed: nothing to say.
      await ask('sign-in', signal).then(
        (answer) => send(part, answer),
        () => undefined,
      )
    })
  }
}

async function optionsFor(purpose: string): Promise<unknown> {
  const body = new URLSearchParams({ purpose, csrf: csrf() })
  const answer = await fetch('/sign-in/passkey/options', {
    method: 'POST',
    body,
    headers: { accept: 'application/json' },
  })
  if (!answer.ok) throw new Error(`No options: ${answer.status}`)
  return answer.json()
}

async function create(): Promise<PublicKeyCredential> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    (await optionsFor('register')) as PublicKeyCredentialCreationOptionsJSON,
  )
  return (await navigator.credentials.create({ publicKey })) as PublicKeyCredential
}

async function ask(purpose: string, signal?: AbortSignal): Promise<PublicKeyCredential> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    (await optionsFor(purpose)) as PublicKeyCredentialRequestOptionsJSON,
  )
  return (await navigator.credentials.get(
    signal ? { publicKey, signal, mediation: 'conditional' } : { publicKey },
  )) as PublicKeyCredential
}

const targets: Record<string, string> = { 'sign-in': '/sign-in/passkey', prove: '/sign-in/again/passkey' }

function send(part: HTMLElement, answer: PublicKeyCredential): void {
  const response = JSON.stringify(answer.toJSON())
  const own = part.closest('form')
  if (part.dataset['passkey'] === 'register' && own) {
    own.append(hidden('response', response))
    own.requestSubmit()
    return
  }
  const form = document.createElement('form')
  form.method = 'post'
  form.action = targets[part.dataset['passkey'] ?? ''] ?? '/sign-in/passkey'
  form.append(hidden('csrf', csrf()), hidden('response', response))
  if (part.dataset['return']) form.append(hidden('return', part.dataset['return']))
  document.body.append(form)
  form.requestSubmit()
}

function hidden(name: string, value: string): HTMLInputElement {
  const input = document.createElement('input')
  input.type = 'hidden'
  input.name = name
  input.value = value
  return input
}

function csrf(): string {
  // Header forms of visitors carry an empty one.
  return all<HTMLInputElement>('main input[name="csrf"]').find(({ value }) => value !== '')?.value ?? ''
}
