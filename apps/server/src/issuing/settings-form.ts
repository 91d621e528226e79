import { z } from 'zod'
import { optionalLine, tick } from '../platform/http/forms.ts'
import type { MessageKey } from '../platform/i18n/messages.ts'
import type { BatchSettings } from './batch.ts'

const day = (message: MessageKey) =>
  z
    .string()
    .optional()
    .transform((text) => text?.trim() || undefined)
    .pipe(z.iso.date(message).optional())

const webAddress = z
  .string()
  .optional()
  .transform((text) => text?.trim() || undefined)
  .pipe(
    z
      .string()
      .max(1000, 'issuing.error.url')
      .regex(/^https?:\/\/[^\s<>"{}|\\^`]+$/, 'issuing.error.url')
      .refine((text) => URL.canParse(text), 'issuing.error.url')
      .optional(),
  )

/** Step 1: the badge, and what holds for everybody who gets it. */
export const settingsForm = z.object({
  badge: z.string({ message: 'issuing.error.badge' }).min(1, 'issuing.error.badge').max(60, 'issuing.error.badge'),
  awardedOn: day('issuing.error.date'),
  expiry: z.enum(['template', 'never', 'on'], 'issuing.error.expiry').default('template'),
  validUntil: day('issuing.error.date'),
  narrative: z
    .string()
    .max(2000, 'issuing.error.narrative')
    .optional()
    .transform((text) => text?.trim() || undefined),
  evidenceUrl: webAddress,
  evidenceName: optionalLine(200, 'issuing.error.evidenceName'),
})

/** One person, on the page of step 2. What is wrong with it is said by the same check as for a row of a list. */
export const personForm = z.object({
  name: z.string().default(''),
  email: z.string().default(''),
  reference: z.string().default(''),
  evidenceUrl: z.string().default(''),
  notify: tick,
  again: tick,
})

/** A list as a file; how large it may be is for the reader of tables to say. */
export const uploadForm = z.object({
  file: z.instanceof(File, { message: 'issuing.error.noFile' }).refine(({ size }) => size > 0, 'issuing.error.noFile'),
})
export const pasteForm = z.object({ list: z.string().default('') })

/** What is done with the rows that were ticked in the list of what was issued: at most those of one page. */
export const selectedForm = z.object({
  select: z.array(z.string().max(60)).max(200).default([]),
  action: z.enum(['resend', 'revoke']).optional(),
  return: z.string().optional(),
})

export const reviewForm = z.object({
  notify: z.enum(['yes', 'no'], 'issuing.error.notify'),
  when: z.enum(['now', 'later'], 'issuing.error.when'),
  scheduledAt: z.string().max(40).optional(),
  again: tick,
})

export function settingsOf(data: z.infer<typeof settingsForm>): BatchSettings {
  const { badge: _badge, ...settings } = data
  return settings
}
