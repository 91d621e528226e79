// Files attached to a PDF (ISO 32000-1, section 7.11.4), as certificates carry their badge. This
// reads streams and nothing else of a PDF: no pages, no scripts, no references to the outside.
import { inflate } from '#compression'
import { fromUtf8 } from './base.ts'
import { OpenBadgesError } from './errors.ts'

const largestAttachment = 2 * 1024 * 1024
/** All that one file may make us inflate. */
const largestTotal = 8 * 1024 * 1024
const mostStreams = 2000

interface Stream {
  number: number
  dictionary: string
  data: Uint8Array
}

/**
 * The attachments of a PDF that could be a badge: JSON or JWT text, at most ten.
 *
 * Encrypted files and filters other than Flate are passed over.
 *
 * @example
 * await pdfAttachments(new TextEncoder().encode('%PDF-1.7')) // []
 */
export async function pdfAttachments(pdf: Uint8Array): Promise<string[]> {
  const streams = streamsOf(pdf)
  const budget = { left: largestTotal }
  const attached = await attachedNumbers(pdf, streams, budget)
  const found: string[] = []
  for (const stream of streams) {
    if (!attached.has(stream.number) && !/\/Type\s*\/EmbeddedFile\b/.test(stream.dictionary)) continue
    const text = await textOf(stream, budget)
    if (text !== undefined && /^\ufeff?\s*(\{|[\w-]+\.[\w-]+\.[\w-]+\s*$)/.test(text)) found.push(text)
    if (found.length >= 10) break
  }
  return found
}

/** Every `n g obj << … >> stream … endstream`, found by walking from one keyword to the next. */
function streamsOf(pdf: Uint8Array): Stream[] {
  const source = latin1(pdf)
  const streams: Stream[] = []
  let from = 0
  for (
    let at = source.indexOf('stream', from);
    at >= 0 && streams.length < mostStreams;
    at = source.indexOf('stream', from)
  ) {
    from = at + 6
    if (source.startsWith('end', at - 3)) continue
    const head = source.slice(Math.max(0, at - 4096), at)
    const object = /(\d{1,10})\s+\d{1,5}\s+obj\s*(?!.*\d\s+obj)/s.exec(
      head.slice(Math.max(0, head.lastIndexOf(' obj') - 24)),
    )
    if (!object) continue
    const dictionary = head.slice(head.lastIndexOf(' obj') + 4)
    const start = source.startsWith('\r\n', from) ? from + 2 : from + 1
    const end = endOf(source, dictionary, start)
    if (end < 0) break
    streams.push({ number: Number(object[1]), dictionary, data: pdf.subarray(start, end) })
    from = end
  }
  return streams
}

/** By `/Length` when that is right, else by the next `endstream`. */
function endOf(source: string, dictionary: string, start: number): number {
  const length = /\/Length\s+(\d{1,9})(?!\s+\d+\s+R)/.exec(dictionary)?.[1]
  const end = start + Number(length)
  if (length !== undefined && /^\s*endstream/.test(source.slice(end, end + 14))) return end
  return source.indexOf('endstream', start)
}

/** Objects that a file specification names as its embedded file. */
async function attachedNumbers(
  pdf: Uint8Array,
  streams: readonly Stream[],
  budget: { left: number },
): Promise<Set<number>> {
  const sources = [latin1(pdf)]
  for (const stream of streams) {
    if (!/\/Type\s*\/ObjStm\b/.test(stream.dictionary)) continue
    const bytes = await decoded(stream, budget)
    if (bytes) sources.push(latin1(bytes))
  }
  const references = sources.flatMap((source) =>
    [...source.matchAll(/\/EF\s*<<([^<>]{0,200})>>/g)].map((match) => match[1] ?? ''),
  )
  return new Set(
    references.flatMap((text) => [...text.matchAll(/(\d{1,10})\s+\d{1,5}\s+R/g)].map((match) => Number(match[1]))),
  )
}

async function textOf(stream: Stream, budget: { left: number }): Promise<string | undefined> {
  const bytes = await decoded(stream, budget)
  if (!bytes) return undefined
  try {
    return fromUtf8(bytes)
  } catch (error) {
    if (!(error instanceof OpenBadgesError)) throw error
    return undefined
  }
}

async function decoded({ dictionary, data }: Stream, budget: { left: number }): Promise<Uint8Array | undefined> {
  const filters = /\/Filter\s*(\[[^\]]*\]|\/\w+)/.exec(dictionary)?.[1]?.match(/\/\w+/g) ?? []
  if (filters.length === 0) return data.length <= largestAttachment ? data : undefined
  if (filters.length > 1 || (filters[0] !== '/FlateDecode' && filters[0] !== '/Fl')) return undefined
  try {
    const bytes = await inflate(trimmed(data), Math.min(largestAttachment, budget.left))
    budget.left -= bytes.length
    return bytes
  } catch (error) {
    if (!(error instanceof OpenBadgesError)) throw error
    // A stream that opens to too much has used the budget as far as it was allowed to.
    if (error.code === 'compression.too-large') budget.left -= largestAttachment
    return undefined
  }
}

/** Line ends before `endstream` are not part of the data; strict inflaters refuse them. */
function trimmed(data: Uint8Array): Uint8Array {
  let end = data.length
  while (end > 0 && (data[end - 1] === 10 || data[end - 1] === 13) && end > data.length - 2) end--
  return data.subarray(0, end)
}

function latin1(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes)
}
