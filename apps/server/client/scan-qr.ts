import { all, makeButton, say } from './status.ts'

/** Part of the Shape Detection API; browsers without it get the upload of a photograph, which is on the page anyway. */
interface BarcodeReader {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>
}
declare global {
  var BarcodeDetector: (new (options: { formats: string[] }) => BarcodeReader) | undefined
}

const betweenLooksMs = 200

/** Puts a "Scan a QR code" button where the form has a place for one; what is read goes into the text field, and off. */
export function scanQrCodes(): void {
  if (!globalThis.BarcodeDetector || !navigator.mediaDevices?.getUserMedia) return
  for (const place of all('[data-scan-qr]')) {
    const button = makeButton(
      place.dataset['scanLabel'] ?? '',
      'button button-secondary',
      () => void start(place, button),
    )
    place.append(button)
  }
}

async function start(place: HTMLElement, button: HTMLButtonElement): Promise<void> {
  let stream: MediaStream
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } })
  } catch {
    say(place.dataset['scanDenied'] ?? '')
    const note = document.createElement('p')
    note.textContent = place.dataset['scanDenied'] ?? ''
    place.replaceChildren(note)
    return
  }
  const video = document.createElement('video')
  video.className = 'scan-video'
  video.muted = true
  video.playsInline = true
  video.srcObject = stream
  let isRunning = true
  const stop = () => {
    isRunning = false
    for (const track of stream.getTracks()) track.stop()
    place.replaceChildren(button)
    button.focus()
  }
  const stopButton = makeButton(place.dataset['scanStop'] ?? '', 'button button-secondary', stop)
  place.replaceChildren(video, stopButton)
  stopButton.focus()
  say(place.dataset['scanLooking'] ?? '')
  await video.play()
  const text = await look(video, () => isRunning)
  if (text === undefined) return
  stop()
  hand(place, text)
}

async function look(video: HTMLVideoElement, isRunning: () => boolean): Promise<string | undefined> {
  const Detector = globalThis.BarcodeDetector
  if (!Detector) return undefined
  const reader = new Detector({ formats: ['qr_code'] })
  while (isRunning()) {
    const [found] = await reader.detect(video).catch(() => [])
    if (found?.rawValue) return found.rawValue
    await new Promise((resolve) => setTimeout(resolve, betweenLooksMs))
  }
  return undefined
}

function hand(place: HTMLElement, text: string): void {
  const field = document.getElementById(place.dataset['scanQr'] ?? '')
  if (!(field instanceof HTMLTextAreaElement)) return
  field.value = text
  field.form?.requestSubmit()
}
