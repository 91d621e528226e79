import { z } from 'zod'
import { line, tick } from '../platform/http/forms.ts'
import type { LinkEnd } from './share-links.ts'
import { shownNames } from './shown-name.ts'

/** The fields of the form for a new link; the same for badges and collections. */
export const newLinkFields = z.object({
  name: line(80, { missing: 'link.error.name', tooLong: 'link.error.nameLong' }),
  end: z.enum(['7', '30', '90', 'date', 'never']),
  date: z.string().optional(),
  pin: tick,
  download: tick,
  shownName: z.enum(shownNames).optional(),
})

/** `undefined` when the date is missing, is none, or has passed. */
export function linkEnd({ end, date = '' }: z.infer<typeof newLinkFields>, now: Date): LinkEnd | undefined {
  if (end === 'never') return { kind: 'never' }
  if (end !== 'date') return { kind: 'days', days: Number(end) as 7 | 30 | 90 }
  if (!z.iso.date().safeParse(date).success || Date.parse(`${date}T23:59:59Z`) < now.getTime()) return undefined
  return { kind: 'date', date }
}
