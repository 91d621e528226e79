import { domainToASCII } from 'node:url'

export interface EmailAddress {
  /** As it was typed, trimmed: mail goes to this. */
  stored: string
  /** The form that is compared: local part in lower case, domain as A-labels. */
  canonical: string
}

/**
 * Reads one mail address strictly (SECURITY S5): ASCII local part without quotes or comments, no folding of dots or
 * plus parts, domain as A-labels with at least one dot. Lower-casing is done here, by code point, never by locale.
 *
 * @returns `undefined` when it is not an address that Lapel would send to.
 */
export function parseEmailAddress(typed: string): EmailAddress | undefined {
  const stored = typed.trim()
  if (stored.length > 254) return undefined
  const at = stored.indexOf('@')
  if (at < 1 || at !== stored.lastIndexOf('@') || at > 64) return undefined
  const local = stored.slice(0, at)
  const domain = stored.slice(at + 1)
  if (!/^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/.test(local)) return undefined
  if (/[\s\p{Cc}"()<>,;:\\[\]%@]/u.test(domain)) return undefined
  // A domain whose compatibility form differs could pass for another one (full-width letters, the Kelvin sign).
  if (domain.normalize('NFKC').toLowerCase() !== domain.normalize('NFC').toLowerCase()) return undefined
  if (/[\u0130\u0131\u017f\u212a]/.test(domain)) return undefined
  const ascii = domainToASCII(domain).toLowerCase()
  if (!/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/.test(ascii)) return undefined
  return {
    stored: `${local}@${ascii === domain.toLowerCase() ? domain : ascii}`,
    canonical: `${asciiLower(local)}@${ascii}`,
  }
}

function asciiLower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 32))
}

/** `m***@n***.example`: enough to recognize one's own address, not enough to learn somebody else's. */
export function maskEmailAddress(address: string): string {
  const [local = '', domain = ''] = address.split('@')
  const labels = domain.split('.')
  const top = labels.pop() ?? ''
  return `${local.slice(0, 1)}***@${(labels[0] ?? '').slice(0, 1)}***.${top}`
}
