/** Providers whose names are mistyped most. */
const providers =
  'gmail.com hotmail.com outlook.com yahoo.com yahoo.ca icloud.com live.com live.ca videotron.ca sympatico.ca bell.net rogers.com shaw.ca telus.net protonmail.com proton.me gmx.com orange.fr free.fr wanadoo.fr laposte.net'.split(
    ' ',
  )

/** The address with the provider that was probably meant, when one letter is wrong, missing, too many or swapped. */
export function likelyAddress(address: string): string | undefined {
  const at = address.lastIndexOf('@')
  const domain = address.slice(at + 1).toLowerCase()
  if (providers.includes(domain)) return undefined
  const meant = providers.find((provider) => isOneSlipApart(provider, domain))
  return meant && `${address.slice(0, at)}@${meant}`
}

function isOneSlipApart(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false
  let start = 0
  while (start < a.length && a[start] === b[start]) start++
  let end = 0
  while (end < Math.min(a.length, b.length) - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++
  const restA = a.slice(start, a.length - end)
  const restB = b.slice(start, b.length - end)
  if (restA.length <= 1 && restB.length <= 1) return true
  return restA.length === 2 && restB.length === 2 && restA[0] === restB[1] && restA[1] === restB[0]
}

/** Labels that schools and administrations have in their names wherever they are: `ac.uk`, `gouv.qc.ca`, `k12.ca.us`. */
const publicLabels = new Set(['edu', 'ac', 'gov', 'gouv', 'gob', 'gc', 'gv', 'mil', 'k12', 'sch'])
const schoolWords =
  /^(univ|uni|college|colleges|school|schools|ecole|lycee|cegep|academy|academie|polytech|hochschule|schule|students?|etu|etudiant|alumni?)(-|$)|^(univ|college|school|cegep|ecole|polytech|hochschule)|(university|universite|college|school|academy|schule)$/

/**
 * A school's or a public employer's address, as far as its domain can tell. Other employers' names look like anybody's
 * own domain, so nothing is said about them: a wrong guess would be a nuisance, and the advice is given to all on the
 * page of the addresses.
 */
export function looksInstitutional(canonical: string): boolean {
  const domain = canonical.slice(canonical.lastIndexOf('@') + 1)
  if (providers.includes(domain)) return false
  const labels = domain.split('.')
  // The first label of two is a name that somebody chose (`ac.com`); behind it, it says what kind of place this is.
  return labels.some(
    (label, at) => (at > 0 && publicLabels.has(label)) || (at < labels.length - 1 && schoolWords.test(label)),
  )
}
