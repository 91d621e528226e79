import PostalMime, { type Attachment } from 'postal-mime'

/** What a server says later about a message of ours (RFC 3464), as far as it says which one. */
export interface DeliveryReport {
  /** Where the report was sent: the envelope sender of our message. */
  sentTo: string[]
  /** What may be the Message-ID of our message, with its brackets. */
  messageIds: string[]
  recipients: { address: string; action: string; status: string; diagnostic: string }[]
}

/** @returns `undefined` for what is no delivery report: answers, holiday notices, what cannot be read. */
export async function readDeliveryReport(raw: Uint8Array): Promise<DeliveryReport | undefined> {
  let mail: Awaited<ReturnType<typeof PostalMime.parse>>
  try {
    // What came back is an attachment here: its own parts are not looked at.
    mail = await PostalMime.parse(raw, { forceRfc822Attachments: true, maxNestingDepth: 20 })
  } catch {
    return undefined
  }
  const type = mail.headers.find(({ key }) => key === 'content-type')?.value ?? ''
  if (!/^multipart\/report\b/i.test(type.trim())) return undefined
  const status = mail.attachments.find(({ mimeType }) => /^message\/(global-)?delivery-status$/.test(mimeType))
  if (!status) return undefined

  const [about = new Map<string, string>(), ...groups] = fieldGroups(textOf(status))
  const returned = mail.attachments
    .filter(({ mimeType }) =>
      /^(message\/rfc822|text\/rfc822-headers|message\/global|message\/global-headers)$/.test(mimeType),
    )
    .map((part) => fieldGroups(textOf(part))[0]?.get('message-id'))
  const envelopeId = about.get('original-envelope-id')
  const named = [
    ...returned,
    envelopeId && `<${envelopeId}>`,
    ...[mail.inReplyTo, mail.references].flatMap((ids) => ids?.split(/\s+/)),
  ]
  return {
    sentTo: mail.headers
      .filter(({ key }) => ['to', 'delivered-to', 'x-original-to', 'envelope-to', 'x-envelope-to'].includes(key))
      .flatMap(({ value }) => value.match(/[^\s<>,;:"]+@[^\s<>,;:"]+/g) ?? []),
    messageIds: [...new Set(named.filter((id) => id !== undefined && /^<[^<>\s]{1,250}>$/.test(id)))] as string[],
    recipients: groups.map((fields) => ({
      address: addressOf(fields.get('original-recipient') ?? fields.get('final-recipient') ?? ''),
      action: (fields.get('action') ?? '').toLowerCase().split(/[\s(;]/)[0] ?? '',
      status: /\d\.\d{1,3}\.\d{1,3}/.exec(fields.get('status') ?? '')?.[0] ?? '',
      diagnostic: (fields.get('diagnostic-code') ?? '').slice(0, 400),
    })),
  }
}

function textOf({ content }: Attachment): string {
  return typeof content === 'string' ? content : new TextDecoder('utf-8').decode(content)
}

/** Blocks of header fields, parted by empty lines, each field unfolded to one line; the first of a name counts. */
function fieldGroups(text: string): Map<string, string>[] {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/\n[ \t]+(?=\S)/g, ' ')
    .split(/\n[ \t]*\n+/)
    .map((block) => {
      const fields = new Map<string, string>()
      for (const line of block.split('\n')) {
        const [, name, value = ''] = /^([!-9;-~]+)[ \t]*:(.*)$/.exec(line) ?? []
        const key = name?.toLowerCase()
        if (key && !fields.has(key)) fields.set(key, value.trim())
      }
      return fields
    })
    .filter(({ size }) => size > 0)
}

/** `rfc822; maya@example.org` (RFC 3464, section 2.3.1). */
function addressOf(field: string): string {
  return field
    .replace(/^[^;]*;/, '')
    .trim()
    .replace(/^<|>$/g, '')
}
