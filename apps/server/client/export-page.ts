// The script of the page in a person's export: verifies the badges that the page carries, with the keys and lists that
// it carries. It has no network; what is not here is "not checked".
import { fill, verifyCredential, type VerificationReport } from '@lapel/openbadges'
import type { OfflineData } from '../src/settings/export-page-data.ts'

const data = JSON.parse(document.getElementById('data')?.textContent ?? '{}') as OfflineData
const { words, evidence } = data
const day = new Intl.DateTimeFormat(data.locale === 'fr' ? 'fr-CA' : 'en-CA', { dateStyle: 'long', timeZone: 'UTC' })

const tones = {
  genuine: 'ok',
  'genuine-expired': 'neutral',
  'no-longer-valid': 'bad',
  'could-not-finish': 'warn',
  'issuer-not-confirmed': 'warn',
  'not-valid': 'bad',
} as const

function say(key: string, values: Record<string, string> = {}): string {
  return fill(words[key] ?? key, values)
}

function element(name: string, className: string, ...content: (string | Node)[]): HTMLElement {
  const made = document.createElement(name)
  if (className) made.className = className
  made.append(...content)
  return made
}

function inWords(value: string): string {
  return /^\d{4}-\d{2}-\d{2}/.test(value) && !Number.isNaN(Date.parse(value)) ? day.format(new Date(value)) : value
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
}

function verify(credential: string): Promise<VerificationReport> {
  return verifyCredential(credential, {
    // The lists say what held on that day, so that is the day that is judged.
    now: new Date(data.takenAt),
    load: async (url) => {
      const kept = evidence.answers[url]
      if (!kept) throw new Error('there is no network here')
      return { status: kept.status, headers: { 'content-type': kept.contentType }, body: bytesOf(kept.body), url }
    },
    resolveIssuer: async (id) => evidence.issuers[id],
    knownIssuer: async (id) => evidence.known[id],
  })
}

function sentence(report: VerificationReport): string {
  const view = report.credential
  const awarded = view?.awardedOn ?? view?.validFrom
  const values = {
    issuer: view?.issuer.name ?? view?.issuer.id ?? '',
    badge: view?.name ?? '',
    name: view?.recipient.name ?? words['check.somebody'] ?? '',
    date: awarded ? inWords(awarded) : '',
    end: view?.validUntil ? inWords(view.validUntil) : '',
  }
  if (report.verdict === 'genuine') return say('offline.genuine', { ...values, today: inWords(data.takenAt) })
  if (report.verdict === 'genuine-expired') return say('check.expired', values)
  if (report.verdict === 'issuer-not-confirmed') return say('check.issuer', values)
  return say(`offline.${report.verdict}`, values)
}

function shown(badge: OfflineData['badges'][number], report: VerificationReport): HTMLElement {
  const verdict = element(
    'div',
    `verdict ${tones[report.verdict]}`,
    element('strong', '', say(`verify.verdict.${report.verdict}`)),
    sentence(report),
  )
  verdict.dataset['verdict'] = report.verdict
  const end = report.credential?.validUntil
  const isOverSince = report.verdict === 'genuine' && end !== undefined && new Date(end) < new Date()
  const checks = report.checks.map(({ name, result, code, params }) => {
    const values = Object.fromEntries(Object.entries(params).map(([key, value]) => [key, inWords(value)]))
    return element(
      'li',
      '',
      element('strong', '', `${say(`verify.check.${name}`)}: ${say(`chip.check.${result}`)}. `),
      say(`verify.code.${code}`, values),
    )
  })
  const details = element('details', '', element('summary', '', say('offline.checks')), element('ul', '', ...checks))
  return element(
    'div',
    '',
    element('h2', '', badge.name),
    element(
      'p',
      'facts',
      [badge.issuer, badge.awardedOn ? inWords(badge.awardedOn) : ''].filter((text) => text !== '').join(' · '),
    ),
    verdict,
    ...(isOverSince ? [element('p', 'note', say('offline.expiredSince', { date: inWords(end) }))] : []),
    details,
  )
}

async function run(): Promise<void> {
  const list = document.getElementById('badges')
  const progress = document.getElementById('progress')
  if (!list || !progress) return
  if (data.badges.length === 0) progress.textContent = say('offline.none')
  for (const [index, badge] of data.badges.entries()) {
    progress.textContent = say('offline.progress', { done: String(index), total: String(data.badges.length) })
    const report = await verify(badge.credential)
    const picture = document.createElement('img')
    picture.alt = badge.alt
    if (badge.picture) picture.src = badge.picture
    list.append(element('article', '', badge.picture ? picture : element('span', ''), shown(badge, report)))
    // Lets the browser draw between two badges.
    await new Promise((resolve) => setTimeout(resolve, 0))
  }
  if (data.badges.length > 0)
    progress.textContent = say('offline.progress', {
      done: String(data.badges.length),
      total: String(data.badges.length),
    })
  document.documentElement.dataset['done'] = 'yes'
}

void run()
