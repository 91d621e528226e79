import { all } from './status.ts'

/** Milliseconds of rest after the last change before a form is sent along. */
const restMs = 1200

/**
 * Sends a form along while somebody works on it, and takes the named parts of the page from the answer: drafts are
 * saved and previews drawn without leaving the page. Without script the form's own buttons do the same.
 */
export function runLiveForms(): void {
  for (const form of all<HTMLFormElement>('form[data-live-form]')) {
    for (const button of all(`button[data-without-script]`)) {
      if (button instanceof HTMLButtonElement && button.form === form) button.hidden = true
    }
    let timer: ReturnType<typeof setTimeout> | undefined
    let sending = false
    let changed = false
    const send = (): void => {
      changed = false
      sending = true
      // The parser of a request is the one that makes a document out of text without running or loading anything.
      const request = new XMLHttpRequest()
      request.open('POST', form.dataset['liveForm'] ?? '')
      request.responseType = 'document'
      request.setRequestHeader('content-type', 'application/x-www-form-urlencoded')
      request.addEventListener('loadend', () => {
        sending = false
        const answer = request.responseXML
        if (answer && [200, 409, 422].includes(request.status)) takeParts(form, answer)
        if (changed) wait()
      })
      request.send(fieldsOf(form))
    }
    const wait = (): void => {
      changed = true
      clearTimeout(timer)
      if (!sending) timer = setTimeout(send, restMs)
    }
    form.addEventListener('input', wait)
    form.addEventListener('submit', () => clearTimeout(timer))
  }
}

function fieldsOf(form: HTMLFormElement): string {
  const fields = new URLSearchParams()
  for (const [name, value] of new FormData(form)) if (typeof value === 'string') fields.append(name, value)
  return fields.toString()
}

function takeParts(form: HTMLFormElement, answer: Document): void {
  for (const id of (form.dataset['liveParts'] ?? '').split(' ')) {
    const present = document.getElementById(id)
    const fresh = answer.getElementById(id)
    // What did not change stays, so that its pictures do not flicker.
    if (!present || !fresh || present.isEqualNode(fresh)) continue
    present.replaceWith(document.importNode(fresh, true))
  }
}
