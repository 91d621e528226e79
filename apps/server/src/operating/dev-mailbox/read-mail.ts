import PostalMime, { type Attachment } from 'postal-mime'
import type { Db } from '../../platform/database/database.ts'

export interface MailRow {
  id: string
  receivedAt: Date
  envelopeTo: string[]
  subject: string
}

/** Newest first; `query` looks for its words in subjects and addresses. */
export function listMail(db: Db, { query, limit }: { query: string; limit: number }): Promise<MailRow[]> {
  let mails = db
    .selectFrom('localMailbox')
    .select(['id', 'receivedAt', 'envelopeTo', 'subject'])
    .orderBy('receivedAt', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
  for (const word of query.split(/\s+/).filter(Boolean)) {
    const pattern = `%${word.replace(/[\\%_]/g, '\\$&')}%`
    mails = mails.where((eb) =>
      eb.or([
        eb('subject', 'ilike', pattern),
        eb(eb.fn<string>('array_to_string', ['envelopeTo', eb.val(' ')]), 'ilike', pattern),
      ]),
    )
  }
  return mails.execute()
}

export interface ReadMail extends MailRow {
  from: string
  source: string
  text: string
  html: string | undefined
  attachments: Attachment[]
  /** Addresses in the text part, each once, in order. */
  links: string[]
  /** Groups of six digits that stand alone in the text part. */
  codes: string[]
}

export async function readMail(db: Db, id: string): Promise<ReadMail | undefined> {
  const row = await db
    .selectFrom('localMailbox')
    .select(['id', 'receivedAt', 'envelopeTo', 'subject', 'raw'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (!row) return undefined
  const mail = await PostalMime.parse(row.raw)
  const text = mail.text ?? ''
  const { from } = mail
  return {
    id: row.id,
    receivedAt: row.receivedAt,
    envelopeTo: row.envelopeTo,
    subject: row.subject,
    from: from && 'address' in from ? `${from.name} <${from.address}>` : '',
    source: Buffer.from(row.raw).toString('utf8'),
    text,
    html: mail.html,
    attachments: mail.attachments,
    links: [...new Set(Array.from(text.matchAll(/https?:\/\/[^\s<>")]+/g), ([link]) => link))],
    codes: [...new Set(Array.from(text.matchAll(/^\s*(\d{6})\s*$/gm), ([, code]) => code ?? ''))],
  }
}

/** The HTML part with its own pictures inside, and links that open a new tab. It is shown in a sandbox without scripts. */
export function htmlForFrame({ html = '', attachments }: Pick<ReadMail, 'html' | 'attachments'>): string {
  const withPictures = html.replace(/\bcid:([^"'\s>)]+)/g, (whole, cid: string) => {
    const part = attachments.find(({ contentId }) => contentId === `<${cid}>` || contentId === cid)
    if (!part || !/^image\/[\w.+-]+$/.test(part.mimeType)) return whole
    const bytes =
      typeof part.content === 'string' ? Buffer.from(part.content) : Buffer.from(part.content as ArrayBuffer)
    return `data:${part.mimeType};base64,${bytes.toString('base64')}`
  })
  return withPictures.replace(/<head\b[^>]*>/i, (head) => `${head}<base target="_blank">`)
}
