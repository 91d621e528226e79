import type { PublishedAchievement } from '../achievements/index.ts'
import { newId } from '../platform/ids.ts'
import type { AwardRequest } from './award-credential.ts'
import type { Batch, BatchSettings, CheckedPerson } from './batch.ts'
import { endOfDay, validFromOf } from './expiry.ts'

/** One row of a batch, or one person, as an award: what the row says, else what holds for everybody. */
export function awardRequestOf(o: {
  achievement: PublishedAchievement
  person: CheckedPerson
  batch: Pick<Batch, 'settings'>
  now: Date
  row?: number
}): AwardRequest {
  const { person, now } = o
  const { settings } = o.batch
  const awardedOn = person.awardedOn ?? settings.awardedOn ?? now.toISOString().slice(0, 10)
  const evidenceUrl = person.evidenceUrl ?? settings.evidenceUrl
  return {
    achievement: o.achievement,
    recipient: {
      name: person.name,
      email: { stored: person.email, canonical: person.emailCanonical },
      ...(person.reference ? { reference: person.reference } : {}),
    },
    awardedOn,
    validFrom: validFromOf(awardedOn, now),
    validUntil: person.validUntil ? endOfDay(person.validUntil) : validUntilOf(settings),
    narrative: person.narrative ?? settings.narrative,
    evidence: evidenceUrl
      ? [
          {
            id: newId(),
            name: person.evidenceName ?? settings.evidenceName ?? new URL(evidenceUrl).hostname,
            url: evidenceUrl,
            isPublic: true,
          },
        ]
      : [],
    notify: settings.notify ?? true,
    ...(o.row === undefined ? {} : { batchRow: o.row }),
  }
}

/** `undefined` follows the template's rule. */
function validUntilOf({ expiry, validUntil }: BatchSettings): Date | null | undefined {
  if (expiry === 'never') return null
  return expiry === 'on' && validUntil ? endOfDay(validUntil) : undefined
}
