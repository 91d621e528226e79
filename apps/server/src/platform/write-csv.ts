/**
 * A CSV file that spreadsheets open as it stands: UTF-8 with a byte-order mark, line ends as RFC 4180 has them, and no
 * cell that a spreadsheet would run as a formula (SECURITY S44).
 */
export function writeCsv(rows: readonly (readonly (string | number | null | undefined)[])[]): string {
  return `\uFEFF${rows.map((cells) => `${cells.map(writeCell).join(',')}\r\n`).join('')}`
}

/**
 * True for what some spreadsheet would run: it begins with a sign of a formula, also in its full-width form, which
 * Japanese and Chinese editions take for the same, behind white space or letters that nobody sees; or with a tab or a
 * carriage return.
 */
function isFormula(text: string): boolean {
  if (/^[\t\r]/.test(text)) return true
  const first = /^[\s\p{Cc}\p{Cf}]*(.)/su.exec(text)?.[1] ?? ''
  return /^[=+\-@]$/.test(first.normalize('NFKC'))
}

function writeCell(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return String(value)
  const text = isFormula(value) ? `'${value}` : value
  return /[",;\r\n\t]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
