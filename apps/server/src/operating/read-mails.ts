import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

/** Larger ones than any mail server sends back. */
const largest = 40 * 1024 * 1024

/**
 * The mails of a Maildir (folders `new` and `cur`), of a folder of files, of an mbox file or of a file with one mail; `-`
 * is standard input. Nothing there is changed.
 *
 * @throws the system's error when it cannot be read.
 */
export async function* readMails(place: string): AsyncGenerator<Buffer> {
  if (place === '-') return yield* mailsOf(process.stdin)
  if (!(await stat(place)).isDirectory()) return yield* mailsOf(createReadStream(place))
  const inside = await readdir(place, { withFileTypes: true })
  const boxes = inside.filter((one) => one.isDirectory() && ['new', 'cur'].includes(one.name))
  const folders = boxes.length > 0 ? boxes.map(({ name }) => path.join(place, name)) : [place]
  for (const folder of folders)
    for (const file of (await readdir(folder, { withFileTypes: true })).toSorted((a, b) => (a.name < b.name ? -1 : 1)))
      if (file.isFile() && !file.name.startsWith('.')) yield* mailsOf(createReadStream(path.join(folder, file.name)))
}

/** Parts an mbox (RFC 4155) at its "From " lines; a text without one is one mail. */
async function* mailsOf(source: Readable): AsyncGenerator<Buffer> {
  let lines: string[] = []
  let size = 0
  let wasEmpty = true
  const mail = () => Buffer.from(lines.join('\n'), 'latin1')
  // One byte is one letter here, so that nothing changes on the way.
  for await (const line of createInterface({
    input: source.setEncoding('latin1'),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    if (wasEmpty && /^From \S/.test(line)) {
      if (size > 0) yield mail()
      lines = []
      size = 0
      continue
    }
    wasEmpty = line === ''
    size += line.length + 1
    // What is too large keeps its beginning, where a report has what matters.
    if (size <= largest) lines.push(line)
  }
  if (lines.some((line) => line !== '')) yield mail()
}
