import { z } from 'zod'
import { allMessages, type MessageKey } from '../i18n/messages.ts'
import { HttpError } from '../errors.ts'
import type { Ctx } from './context.ts'

export interface FieldError {
  field: string
  message: MessageKey
  values?: Record<string, string | number>
}

export type FormResult<T> =
  | { ok: true; data: T; typed: Record<string, string> }
  | { ok: false; errors: FieldError[]; typed: Record<string, string> }

/** Carried by every form beside its own fields. */
const envelope = new Set(['csrf', 'idempotency'])

/**
 * Reads a form strictly (SECURITY S46, S49): unknown fields, fields sent twice that are not lists, and control
 * characters are refused. A message in the schema is a key of the message files. What was typed comes back, so that the
 * page can show it again.
 */
export async function readForm<Shape extends z.ZodRawShape>(
  c: Ctx,
  schema: z.ZodObject<Shape>,
): Promise<FormResult<z.infer<z.ZodObject<Shape>>>> {
  const body = await formBody(c)
  const given: Record<string, unknown> = {}
  const typed: Record<string, string> = {}
  for (const [name, value] of Object.entries(body)) {
    if (envelope.has(name)) continue
    if (!Object.hasOwn(schema.shape, name))
      throw new HttpError(400, `The form has no field ${JSON.stringify(name.slice(0, 40))}`)
    const type = schema.shape[name] as z.ZodType
    const isList = acceptsList(type)
    if (Array.isArray(value) && !isList) throw new HttpError(400, `The field ${name} was sent twice`)
    if (isFile(value) && value.size === 0 && value.name === '') continue
    if ([value].flat().some(isFile) && !acceptsFile(type)) throw new HttpError(400, `The field ${name} takes no file`)
    given[name] = isList && !Array.isArray(value) ? [value] : value
    for (const text of [value].flat()) {
      if (typeof text !== 'string') continue
      // oxlint-disable-next-line no-control-regex
      if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(text))
        throw new HttpError(400, `The field ${name} holds control characters`)
      if (!text.isWellFormed()) throw new HttpError(400, `The field ${name} is not well-formed text`)
    }
    if (typeof value === 'string') typed[name] = value
  }
  const parsed = schema.safeParse(given)
  if (parsed.success) return { ok: true, data: parsed.data, typed }
  return { ok: false, typed, errors: errorsOf(parsed.error) }
}

/** The fields of the form as they came. A body that is no form, such as one that breaks off, is the sender's fault. */
export async function formBody(c: Ctx) {
  try {
    return await c.req.parseBody({ all: true })
  } catch (error) {
    if (error instanceof TypeError) throw new HttpError(400, 'The form could not be read', { cause: error })
    throw error
  }
}

function isFile(value: unknown): value is File {
  return value instanceof File
}

function acceptsList(type: z.ZodType): boolean {
  return innermost(type) instanceof z.ZodArray
}

/** `z.instanceof(File)`, alone or in a list. */
function acceptsFile(type: z.ZodType): boolean {
  const inner = innermost(type)
  return inner instanceof z.ZodCustom || (inner instanceof z.ZodArray && inner.element instanceof z.ZodCustom)
}

function innermost(type: z.ZodType): unknown {
  let inner: unknown = type
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault || inner instanceof z.ZodNullable)
    inner = inner.unwrap()
  return inner
}

/** One error per field, the first. A schema need not word what no page lets a person choose; it gets one sentence for all. */
export function errorsOf(error: z.ZodError): FieldError[] {
  const seen = new Map<string, FieldError>()
  for (const issue of error.issues) {
    const field = issue.path.join('.')
    if (!seen.has(field))
      seen.set(field, { field, message: isMessageKey(issue.message) ? issue.message : 'error.choice' })
  }
  return [...seen.values()]
}

function isMessageKey(text: string): text is MessageKey {
  return allMessages('en').has(text)
}

/**
 * One line of what was typed: trimmed, white space folded. Marks that turn the direction of all that follows are taken
 * out: in a name they would make other words of the page, or of a mail, read backwards.
 */
function oneLine(text: string): string {
  return text
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
}

/** A line of text: trimmed, inner white space folded, between 1 and `max` characters. */
export function line(max: number, { missing, tooLong }: { missing: MessageKey; tooLong: MessageKey }) {
  return z.string({ message: missing }).transform(oneLine).pipe(z.string().min(1, missing).max(max, tooLong))
}

/** A line that may be left empty; gives `undefined` then. */
export function optionalLine(max: number, tooLong: MessageKey) {
  return z
    .string({ message: tooLong })
    .optional()
    .transform((text) => oneLine(text ?? '') || undefined)
    .pipe(z.string().max(max, tooLong).optional())
}

/** A checkbox: `true` when it was ticked. */
export const tick = z
  .string()
  .optional()
  .transform((value) => value !== undefined)
