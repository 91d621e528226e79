import { readFileSync } from 'node:fs'
import { liftHold } from '../organizations/index.ts'
import { recordAudit } from '../platform/audit.ts'
import type { Deps } from '../platform/deps.ts'
import { type BounceLearnt, learnBounce } from '../platform/mail/learn-bounce.ts'
import { NewsRefused, readNews, sendNews } from '../settings/index.ts'
import { readMails } from './read-mails.ts'

/** What an operator asked for cannot be done; the message says why and what to do instead. */
export class CommandRefused extends Error {
  override name = 'CommandRefused'
}

export const operatorUsage = `What an operator does from the command line:

  npm run operator -- holds
      Organizations that wait for a look, since their name resembles a known one.

  npm run operator -- lift-hold <address> --reason "<why>"
      Lets one of them issue. <address> is the part after /o/; the reason goes into the audit record.

  npm run operator -- send-news <file.en.md> <file.fr.md>
      Mails news to everybody who asked for it, in their language. A file holds "# Subject", paragraphs with an empty
      line between them, and at most one line "button: Words | https://…".

  npm run operator -- bounces <Maildir, mbox or file, or - for standard input>
      Reads mails that came back to the sender's mailbox and marks the addresses that could not be reached. Only reports
      about mails that this Lapel sent count. Nothing is changed there, and reading again does nothing more.
`

/** Runs one command. @returns what to print. @throws {CommandRefused} */
export async function runOperatorCommand(
  deps: Pick<Deps, 'db' | 'now' | 'config' | 'outbox' | 'secrets'>,
  [command, ...rest]: readonly string[],
): Promise<string> {
  switch (command) {
    case 'holds':
      return listHolds(deps)
    case 'lift-hold':
      return lift(deps, rest)
    case 'send-news':
      return news(deps, rest)
    case 'bounces':
      return bounces(deps, rest)
    default:
      throw new CommandRefused(operatorUsage)
  }
}

async function listHolds({ db }: Pick<Deps, 'db'>): Promise<string> {
  const held = await db
    .selectFrom('organizations as o')
    .select((eb) => [
      'o.slug',
      'o.name',
      'o.holdLooksLike',
      'o.createdAt',
      'o.contactEmail',
      eb
        .selectFrom('organizationMembers as m')
        .innerJoin('accountEmails as e', (join) =>
          join.onRef('e.accountId', '=', 'm.accountId').on('e.isPrimary', '=', true),
        )
        .whereRef('m.organizationId', '=', 'o.id')
        .where('m.role', '=', 'owner')
        .select((sub) => sub.fn.min('e.email').as('email'))
        .as('owner'),
    ])
    .where('o.state', '=', 'held')
    .orderBy('o.createdAt')
    .execute()
  if (held.length === 0) return 'No organization is on hold.\n'
  return held
    .map(
      (row) =>
        `${row.slug}\n  name        ${oneLine(row.name)}\n  resembles   ${oneLine(row.holdLooksLike ?? '')}\n  since       ${row.createdAt.toISOString().slice(0, 10)}\n  owner       ${row.owner ?? 'nobody'}\n  contact     ${row.contactEmail ?? 'none'}\n`,
    )
    .join('\n')
}

/** A name is a stranger's text: it may not move the cursor of the operator's terminal, or begin a line of its own. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
}

async function lift(deps: Pick<Deps, 'db' | 'now'>, rest: readonly string[]): Promise<string> {
  const [slug, flag, ...words] = rest
  const reason = words.join(' ').trim()
  if (!slug || flag !== '--reason' || reason === '')
    throw new CommandRefused(
      `Say which organization and why:\n  npm run operator -- lift-hold <address> --reason "<why>"\n`,
    )
  if (reason.length > 500) throw new CommandRefused('Use at most 500 characters for the reason.\n')
  const organization = await deps.db
    .selectFrom('organizations')
    .select(['id', 'name', 'state'])
    .where('slug', '=', slug)
    .executeTakeFirst()
  if (!organization) throw new CommandRefused(`There is no organization with the address ${oneLine(slug)}.\n`)
  if (organization.state !== 'held')
    throw new CommandRefused(`${oneLine(organization.name)} is not on hold; it is ${organization.state}.\n`)
  // First, so that a hold never ends without its reason on record.
  await recordAudit(deps.db, {
    organizationId: organization.id,
    actor: 'system',
    action: 'operator.lift-hold',
    object: { kind: 'organization', id: organization.id },
    detail: { reason },
    at: deps.now(),
  })
  await liftHold(deps, organization.id, 'system')
  return `${oneLine(organization.name)} may issue now. Its owners see that in their console.\n`
}

async function news(
  deps: Pick<Deps, 'db' | 'now' | 'config' | 'outbox'>,
  [english, french]: readonly string[],
): Promise<string> {
  if (!english || !french)
    throw new CommandRefused('Name both files:\n  npm run operator -- send-news <file.en.md> <file.fr.md>\n')
  const read = (file: string) => {
    let text: string
    try {
      text = readFileSync(file, 'utf8')
    } catch {
      throw new CommandRefused(`The file ${file} cannot be read.\n`)
    }
    try {
      return readNews(text)
    } catch (error) {
      if (!(error instanceof NewsRefused)) throw error
      throw new CommandRefused(`${file} needs a first line "# Subject" and at least one paragraph.\n`, { cause: error })
    }
  }
  try {
    const count = await sendNews(deps, { en: read(english), fr: read(french) })
    return `Queued for ${count} ${count === 1 ? 'person' : 'people'} who asked for news.\n`
  } catch (error) {
    if (!(error instanceof NewsRefused)) throw error
    throw new CommandRefused('These very words were sent before. Nothing was sent now.\n', { cause: error })
  }
}

async function bounces(
  deps: Pick<Deps, 'db' | 'now' | 'config' | 'outbox' | 'secrets'>,
  [place]: readonly string[],
): Promise<string> {
  if (!place)
    throw new CommandRefused('Say where the mails are:\n  npm run operator -- bounces <Maildir, mbox or file, or ->\n')
  const counts: Record<BounceLearnt, number> = { marked: 0, known: 0, 'no-failure': 0, foreign: 0, 'no-report': 0 }
  try {
    for await (const mail of readMails(place)) counts[await learnBounce(deps, mail)] += 1
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && 'path' in error)) throw error
    throw new CommandRefused(`${place} cannot be read.\n`, { cause: error })
  }
  const rows: [BounceLearnt, string][] = [
    ['marked', 'came back, the address is marked'],
    ['known', 'came back, known before'],
    ['no-failure', 'only late, or delivered after all'],
    ['foreign', 'not about a mail of this Lapel'],
    ['no-report', 'no delivery reports'],
  ]
  return rows.map(([kind, words]) => `${String(counts[kind]).padStart(6)}  ${words}\n`).join('')
}
