import {
  type AchievementContent,
  createTemplate,
  publishedAchievements,
  publishTemplate,
  saveDraft,
} from '../achievements/index.ts'
import { setVisibility } from '../backpack/index.ts'
import { acceptCredential } from '../claiming/index.ts'
import { issueDocument } from '../documents/index.ts'
import { accountByEmail, hashPassword } from '../accounts/index.ts'
import { awardCredential, type IssuingDeps } from '../issuing/index.ts'
import { createOrganization, organizationBySlug } from '../organizations/index.ts'
import { inOrganization } from '../platform/database/database.ts'
import { parseEmailAddress } from '../platform/email-address.ts'
import { newId } from '../platform/ids.ts'
import { drawTranscript } from './demo-document.ts'
import { demoOrganizations, demoPassword, demoPeople, type DemoOrganization } from './demo-content.ts'

export interface DemoSignIns {
  password: string
  people: { email: string; role: string }[]
}

/**
 * Fills a demo installation with two organizations, their templates and a few people, out of the use cases that the pages
 * call. What is there already stays, so a start that was cut short is completed by the next one.
 */
export async function prepareDemo(deps: IssuingDeps): Promise<DemoSignIns> {
  for (const person of demoPeople) await ensurePerson(deps, person)
  for (const organization of demoOrganizations) await ensureOrganization(deps, organization)
  return {
    password: demoPassword,
    people: demoPeople.map(({ email, role }) => ({ email, role })),
  }
}

async function ensurePerson(
  { db, now }: Pick<IssuingDeps, 'db' | 'now'>,
  person: { email: string; givenName: string; familyName: string; locale: 'en' | 'fr' },
): Promise<void> {
  const address = emailOf(person.email)
  if (await accountByEmail(db, address.canonical)) return
  const passwordHash = await hashPassword(demoPassword)
  await db.transaction().execute(async (tx) => {
    const id = newId()
    const { givenName, familyName, locale } = person
    await tx
      .insertInto('accounts')
      .values({ id, givenName, familyName, locale, passwordHash, createdAt: now() })
      .execute()
    await tx
      .insertInto('accountEmails')
      .values({
        id: newId(),
        accountId: id,
        email: address.stored,
        emailCanonical: address.canonical,
        isPrimary: true,
        confirmedAt: now(),
      })
      .execute()
  })
}

function emailOf(text: string) {
  const address = parseEmailAddress(text)
  if (!address) throw new Error(`${text} is not an address`)
  return address
}

async function accountOf({ db }: Pick<IssuingDeps, 'db'>, email: string): Promise<{ id: string }> {
  const account = await accountByEmail(db, emailOf(email).canonical)
  if (!account) throw new Error(`The demo has no account ${email}`)
  return account
}

async function ensureOrganization(deps: IssuingDeps, demo: DemoOrganization): Promise<void> {
  const owner = await accountOf(deps, demo.owner)
  const known = await organizationBySlug(deps.db, demo.slug)
  const { id } =
    known ??
    (await createOrganization(deps, {
      accountId: owner.id,
      profile: demo.profile,
      slug: demo.slug,
      key: `demo-${demo.slug}`,
    }))
  await deps.signing.ensureSigningKey(id)

  const published = await inOrganization(deps.db, id, (tx) => publishedAchievements(tx, id))
  for (const content of demo.templates) {
    if (published.some(({ content: { name } }) => name === content.name)) continue
    await publishNew(deps, { organizationId: id, accountId: owner.id, content })
  }
  if (!(await hasAwards(deps, id))) await award(deps, { organizationId: id, ownerId: owner.id, demo })
  for (const transcript of demo.transcripts)
    await ensureTranscript(deps, { organizationId: id, ownerId: owner.id, issuer: demo.profile.name, transcript })
}

async function ensureTranscript(
  deps: IssuingDeps,
  o: { organizationId: string; ownerId: string; issuer: string; transcript: DemoOrganization['transcripts'][number] },
): Promise<void> {
  const { email, ...words } = o.transcript
  const known = await deps.db
    .selectFrom('documents')
    .select('id')
    .where('organizationId', '=', o.organizationId)
    .where('title', '=', words.title)
    .executeTakeFirst()
  if (known) return
  await issueDocument(deps, {
    organization: { id: o.organizationId, state: 'active' },
    kind: 'transcript',
    title: words.title,
    documentDate: words.date,
    recipient: { name: words.recipient, email: emailOf(email) },
    notify: false,
    bytes: await drawTranscript({ issuer: o.issuer, ...words }),
    createdBy: o.ownerId,
    key: `demo-${words.title}`,
  })
}

async function publishNew(
  deps: IssuingDeps,
  { organizationId, accountId, content }: { organizationId: string; accountId: string; content: AchievementContent },
): Promise<void> {
  const actor = { accountId }
  const { publicId } = await createTemplate(deps, {
    organizationId,
    actor,
    name: content.name,
    language: content.language,
    key: `demo-${content.name}`,
  })
  await saveDraft(deps, { organizationId, publicId, actor, content })
  await publishTemplate(deps, async () => undefined, { organizationId, publicId, actor })
}

async function hasAwards({ db }: Pick<IssuingDeps, 'db'>, organizationId: string): Promise<boolean> {
  const first = await db
    .selectFrom('credentials')
    .select('id')
    .where('organizationId', '=', organizationId)
    .limit(1)
    .executeTakeFirst()
  return first !== undefined
}

async function award(
  deps: IssuingDeps,
  { organizationId, ownerId, demo }: { organizationId: string; ownerId: string; demo: DemoOrganization },
): Promise<void> {
  const achievements = await inOrganization(deps.db, organizationId, (tx) => publishedAchievements(tx, organizationId))
  const accept: { publicId: string; accountId: string; isPublic: boolean }[] = []
  await inOrganization(deps.db, organizationId, async (tx) => {
    for (const { email, name, badge, daysAgo, outcome } of demo.awards) {
      const achievement = achievements.find(({ content }) => content.name === badge)
      if (!achievement) throw new Error(`The demo has no template ${badge}`)
      const validFrom = new Date(deps.now().getTime() - daysAgo * 86_400_000)
      const { publicId } = await awardCredential(deps, tx, {
        organizationId,
        achievement,
        recipient: { name, email: emailOf(email) },
        validFrom,
        notify: outcome === 'waits',
        createdBy: ownerId,
      })
      if (outcome !== 'waits')
        accept.push({
          publicId,
          accountId: (await accountOf(deps, email)).id,
          isPublic: outcome === 'accepted and public',
        })
    }
  })
  if (accept.length === 0) return
  await deps.jobs.settle()
  for (const { publicId, accountId, isPublic } of accept) {
    await acceptCredential(deps, { publicId, accountId })
    if (isPublic) await setVisibility(deps, { publicId, accountId, visibility: 'public' })
  }
}
