import type { Check, CheckName, Verdict } from '@lapel/openbadges'
import { dayInWords } from '../claiming/index.ts'
import { allMessages, type Locale, type MessageKey, type Translate } from '../platform/i18n/messages.ts'
import type { CheckedBadge } from './check-badge.ts'

export interface Reader {
  t: Translate
  locale: Locale
}

/** Dates in a report are days or moments as the standard writes them; people read them in words. */
function inWords(locale: Locale, params: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      /^\d{4}-\d{2}-\d{2}(T|$)/.test(value) ? dayInWords(locale, value) : value,
    ]),
  )
}

/** What a check found, for somebody who knows nothing of signatures. */
export function checkWords({ t, locale }: Reader, check: Check): string {
  const key = `verify.code.${check.code}`
  return isMessage(locale, key) ? t(key, inWords(locale, check.params)) : check.sentence
}

function isMessage(locale: Locale, key: string): key is MessageKey {
  return allMessages(locale).has(key)
}

export const verdictTone: Record<Verdict, 'ok' | 'warn' | 'bad' | 'neutral'> = {
  genuine: 'ok',
  'genuine-expired': 'neutral',
  'no-longer-valid': 'bad',
  'could-not-finish': 'warn',
  'issuer-not-confirmed': 'warn',
  'not-valid': 'bad',
}

/** The verdict in one sentence (UX 12 and 15). */
export function verdictSentence(reader: Reader, badge: CheckedBadge): string {
  const { t, locale } = reader
  const view = badge.credential
  const awarded = view?.awardedOn ?? view?.validFrom
  const values = {
    issuer: view?.issuer.name ?? view?.issuer.id ?? t('check.someIssuer'),
    badge: view?.name ?? t('check.someBadge'),
    name: view?.recipient.name ?? t('check.somebody'),
    date: awarded ? dayInWords(locale, awarded) : '',
    end: view?.validUntil ? dayInWords(locale, view.validUntil) : '',
  }
  switch (badge.verdict) {
    case 'genuine':
      return t('check.genuine', values)
    case 'genuine-expired':
      return t('check.expired', values)
    case 'issuer-not-confirmed':
      return t('check.issuer', values)
    case 'no-longer-valid':
      return withdrawnSentence(reader, badge, values.issuer)
    case 'could-not-finish':
      return t('check.unsure', { what: silentPart(reader, badge, values.issuer) })
    case 'not-valid':
      return t('check.bad', { why: whyBad(reader, badge) })
  }
}

function find({ checks }: CheckedBadge, name: CheckName): Check | undefined {
  return checks.find((check) => check.name === name)
}

function withdrawnSentence({ t, locale }: Reader, badge: CheckedBadge, issuer: string): string {
  const check = find(badge, 'withdrawn')
  if (check?.code === 'withdrawn.suspended') return t('check.suspended', { issuer })
  const { date, reason } = check?.params ?? {}
  if (!date) return t('check.withdrawn.noDate', { issuer })
  const day = dayInWords(locale, date)
  return reason
    ? t('check.withdrawn', { issuer, date: day, reason: reason.trim().replace(/\.$/, '') })
    : t('check.withdrawn.noReason', { issuer, date: day })
}

/** Who or what did not answer. */
function silentPart({ t }: Reader, badge: CheckedBadge, issuer: string): string {
  const open = (['signature', 'withdrawn', 'dates'] as const).find((name) => find(badge, name)?.result !== 'passed')
  const what = open && find(badge, open)?.params['what']
  // Names of hosts stand as they are; the library's own words for things without one are English.
  if (what && !what.includes(' ')) return what
  return open === 'withdrawn' ? t('check.unsure.list') : open === 'signature' ? t('check.unsure.key') : issuer
}

function whyBad({ t, locale }: Reader, badge: CheckedBadge): string {
  const failed = (name: CheckName) => find(badge, name)?.result === 'failed'
  if (find(badge, 'format')?.result !== 'passed' && find(badge, 'format')?.result !== 'warning')
    return t('check.bad.format')
  if (failed('signature')) return t('check.bad.signature')
  if (failed('issuer')) return t('check.bad.issuer')
  const start = find(badge, 'dates')?.params['start']
  return start ? t('check.bad.dates', { start: dayInWords(locale, start) }) : t('check.bad.datesUnreadable')
}
