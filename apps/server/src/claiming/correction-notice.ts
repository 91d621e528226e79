import { html, type Html } from '../platform/http/html.ts'
import { messageBox, messageHeading } from '../platform/pages/components.ts'
import type { Reading } from './badge-parts.ts'
import { dayInWords } from './dates.ts'
import type { correctionsAbout } from './store.ts'

/** Days in which an answer stands on the page of the badge. */
const shownDays = 60

/** What became of the last correction that was asked for, on the page of the badge. One that was made says so by itself. */
export function correctionNotice(
  { t, locale }: Reading,
  o: {
    issuer: string
    requests: Awaited<ReturnType<typeof correctionsAbout>>
    now: Date
    /** The page is the asker's own; a claim link may be in other hands. */
    isOwn: boolean
  },
): Html | null {
  const last = o.requests.at(-1)
  if (!last || last.state === 'done') return null
  const { issuer } = o
  if (last.closedAt && o.now.getTime() - last.closedAt.getTime() > shownDays * 86_400_000) return null
  const words =
    last.state === 'refused'
      ? t('correction.refused', {
          issuer,
          date: dayInWords(locale, last.closedAt ?? last.createdAt),
          answer: last.answer ?? '',
        })
      : t(o.isOwn ? 'correction.open' : 'correction.claim.open', { issuer, date: dayInWords(locale, last.createdAt) })
  return messageBox({ kind: 'info', heading: messageHeading(t, 'info'), body: html`<p>${words}</p>` })
}
