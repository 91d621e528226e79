import { z } from 'zod'
import { parseEmailAddress } from '../platform/email-address.ts'
import { line, optionalLine } from '../platform/http/forms.ts'

/** What an organization says about itself. */
export interface OrganizationProfile {
  name: string
  description: string
  website: string | null
  contactEmail: string | null
  linkedinOrganizationId: string | null
  logoHash: string | null
  /** `#rrggbb` as chosen; pages use a form of it that can be read. */
  accent: string | null
  credentialLabel: 'badge' | 'micro-credential'
  claimLinkDays: number
  /** Days after the award on which a badge that waits is mentioned again, in their order; none: never. */
  reminderDays: number[]
  /** Days before the end of a badge on which its owner is told, the most first; none: never. */
  endingDays: number[]
}

/** What an organization has that has chosen nothing. */
export const usualDays = { reminderDays: [3, 10, 30], endingDays: [60, 14] }
const mostReminders = 3
/** A badge that was not answered for two months is let be. */
const mostReminderDays = 59
const mostEndings = 2
export const mostEndingDays = 180

/** Adds the scheme that people leave out. */
function webAddress(typed: string): string | undefined {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:/i.test(typed) ? typed : `https://${typed}`)
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return undefined
  return /\.[a-z0-9-]{2,}$/i.test(url.hostname) && !/^[\d.]+$/.test(url.hostname) ? url.href : undefined
}

/** "3, 10, 30", apart by commas, semicolons or spaces; nothing typed is an empty list. */
function days(o: { most: number; largest: number; usual: readonly number[]; message: string }) {
  return z
    .string()
    .max(100, o.message)
    .optional()
    .transform((typed, context): number[] => {
      // A form that does not ask leaves it as it usually is.
      const words = (typed ?? o.usual.join()).split(/[\s,;]+/).filter(Boolean)
      const numbers = [...new Set(words.map(Number))].toSorted((a, b) => a - b)
      const isFine = numbers.every((day) => Number.isInteger(day) && day >= 1 && day <= o.largest)
      if (isFine && numbers.length <= o.most && words.every((word) => /^\d+$/.test(word))) return numbers
      context.addIssue({ code: 'custom', message: o.message })
      return z.NEVER
    })
}

/** The number, also out of the address of the page's admin view. */
function linkedinId(typed: string): string | undefined {
  return /^(\d{1,12})$/.exec(typed)?.[1] ?? /linkedin\.com\/(?:company|school)\/(\d{1,12})(?:\/|$)/.exec(typed)?.[1]
}

const optional = <T>(read: (typed: string) => T | undefined, message: string) =>
  z
    .string()
    .max(500, message)
    .optional()
    .transform((typed, context): T | null => {
      const text = typed?.trim() ?? ''
      if (text === '') return null
      const value = read(text)
      if (value !== undefined) return value
      context.addIssue({ code: 'custom', message })
      return z.NEVER
    })

/** The fields of the profile form. `logo` is the file; `logoHash` a picture that an earlier try has stored. */
export const profileForm = z.object({
  name: line(120, { missing: 'organization.name.missing', tooLong: 'organization.name.tooLong' }),
  slug: optionalLine(60, 'organization.slug.shape').transform((slug) => slug?.toLowerCase()),
  description: z
    .string()
    .optional()
    .transform((text) => (text ?? '').replace(/\r\n?/g, '\n').trim())
    .pipe(z.string().max(2000, 'organization.description.tooLong')),
  website: optional(webAddress, 'organization.website.shape'),
  contactEmail: optional((typed) => parseEmailAddress(typed)?.stored, 'organization.contactEmail.shape'),
  linkedinOrganizationId: optional(linkedinId, 'organization.linkedin.shape'),
  logo: z.instanceof(File).optional(),
  logoHash: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .or(z.literal(''))
    .optional(),
  removeLogo: z
    .string()
    .optional()
    .transform((value) => value !== undefined),
  accent: optional(
    (typed) => /^#?([0-9a-f]{6})$/i.exec(typed)?.[1]?.toLowerCase(),
    'organization.accent.shape',
  ).transform((hex) => (hex === null ? null : `#${hex}`)),
  credentialLabel: z.enum(['badge', 'micro-credential']).default('badge'),
  claimLinkDays: z.coerce
    .number({ message: 'organization.claimLinkDays.shape' })
    .int('organization.claimLinkDays.shape')
    .min(7, 'organization.claimLinkDays.shape')
    .max(365, 'organization.claimLinkDays.shape')
    .default(90),
  reminderDays: days({
    most: mostReminders,
    largest: mostReminderDays,
    usual: usualDays.reminderDays,
    message: 'organization.reminderDays.shape',
  }),
  endingDays: days({
    most: mostEndings,
    largest: mostEndingDays,
    usual: usualDays.endingDays,
    message: 'organization.endingDays.shape',
  }).transform((numbers) => numbers.toReversed()),
})
