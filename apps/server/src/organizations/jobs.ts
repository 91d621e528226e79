import type { Deps } from '../platform/deps.ts'
import { locales, translator } from '../platform/i18n/messages.ts'
import { defineJob } from '../platform/jobs/jobs.ts'
import { renderMail } from '../platform/mail/render.ts'
import { checkDomain, type DomainLookups } from './domain.ts'
import * as store from './store.ts'

/** Confirmed domains are looked at again every 30 days; ones that fail, every day (SECURITY S55). */
const recheckDomainsJob = defineJob<Record<string, never>>('organizations.recheck-domains', {
  concurrency: 1,
  schedule: '17 4 * * *',
})
const recheckDomainJob = defineJob<{ organizationId: string }>('organizations.recheck-domain', {
  concurrency: 2,
  deduped: true,
})

export function registerOrganizationJobs(deps: Deps, lookups: DomainLookups): void {
  deps.jobs.handle(recheckDomainsJob, async () => {
    for (const { id } of await store.domainsDue(deps.db, deps.now()))
      await deps.jobs.enqueue(deps.db, recheckDomainJob, { organizationId: id }, { dedupeKey: id })
  })
  deps.jobs.handle(recheckDomainJob, ({ organizationId }) => recheckDomain(deps, lookups, organizationId))
}

/** Looks again, and tells the owners when the confirmation is lost. */
export async function recheckDomain(deps: Deps, lookups: DomainLookups, organizationId: string): Promise<void> {
  const check = await checkDomain(deps, lookups, organizationId, 'system')
  if (!check?.isLost) return
  const organization = await store.organizationById(deps.db, organizationId)
  if (!organization) return
  const owners = (await store.membersOf(deps.db, organizationId)).filter(({ role }) => role === 'owner')
  for (const owner of owners) {
    const locale = locales.find((known) => known === owner.locale) ?? 'en'
    const t = translator(locale)
    const productName = deps.config.productName
    const values = { domain: check.domain, organization: organization.name }
    await deps.outbox.queue(deps.db, {
      to: owner.email,
      template: 'domain-lost',
      locale,
      organizationId,
      content: {
        ...renderMail({
          t,
          locale,
          productName,
          heading: t('mail.domainLost.subject', values),
          paragraphs: [t('mail.domainLost.body', values), t('mail.domainLost.how')],
          button: {
            label: t('mail.domainLost.button'),
            url: `${deps.config.publicUrl}/console/${organization.slug}/domain`,
          },
          footer: t('mail.domainLost.why', values),
        }),
        subject: t('mail.domainLost.subject', values),
        fromName: productName,
      },
    })
  }
}
