import type { AccountRow } from '../accounts/index.ts'
import { formatDate, type MemberRow } from '../organizations/index.ts'
import type { Tx } from '../platform/database/database.ts'
import type { Deps } from '../platform/deps.ts'
import { type Locale, locales, translator } from '../platform/i18n/messages.ts'
import { renderMail } from '../platform/mail/render.ts'
import type { openRequest, RequestToPerson } from './people-store.ts'

type MailDeps = Pick<Deps, 'config' | 'outbox'>
type OpenRequest = NonNullable<Awaited<ReturnType<typeof openRequest>>>

export function localeOf(wanted: string | null | undefined): Locale {
  return locales.find((known) => known === wanted) ?? 'en'
}

/** Tells a person what an organization asks for. Its own words stand on the page, not in the mail. */
export async function peopleRequestMail(
  deps: MailDeps,
  tx: Tx,
  { request, account }: { request: OpenRequest; account: Pick<AccountRow, 'locale'> },
): Promise<void> {
  const locale = localeOf(account.locale)
  const t = translator(locale)
  const organization = request.organizationName
  const { productName, publicUrl } = deps.config
  const subject = t('people.mail.subject', { organization })
  await deps.outbox.queue(tx, {
    to: request.email,
    template: 'employer-request',
    locale,
    organizationId: request.organizationId,
    path: '/settings/organizations#employers',
    content: {
      subject,
      fromName: productName,
      ...renderMail({
        t,
        locale,
        productName,
        heading: subject,
        paragraphs: [t('people.mail.text', { organization })],
        items: [
          ...(request.wantsProfile ? [{ label: t('settings.orgs.employers.sees.profile') }] : []),
          ...(request.wantsDirectory ? [{ label: t('settings.orgs.employers.sees.directory') }] : []),
        ],
        button: { label: t('people.mail.button'), url: `${publicUrl}/settings/organizations#employers` },
        footer: t('people.mail.why', { organization, email: request.email }),
      }),
    },
  })
}

/** Tells a member of the team that a person ended the access. */
export async function accessEndedMail(
  deps: MailDeps,
  tx: Tx,
  o: { request: RequestToPerson; member: Pick<MemberRow, 'email' | 'locale'>; name: string; at: Date },
): Promise<void> {
  const locale = localeOf(o.member.locale)
  const t = translator(locale)
  const { productName, publicUrl } = deps.config
  const organization = o.request.organizationName
  await deps.outbox.queue(tx, {
    to: o.member.email,
    template: 'people-access-ended',
    locale,
    organizationId: o.request.organizationId,
    content: {
      subject: t('people.ended.subject'),
      fromName: productName,
      ...renderMail({
        t,
        locale,
        productName,
        heading: t('people.ended.subject'),
        paragraphs: [t('people.ended.text', { name: o.name, organization, date: formatDate(locale, o.at) })],
        button: {
          label: t('people.ended.button'),
          url: `${publicUrl}/console/${o.request.organizationSlug}/people-requests`,
        },
        footer: t('people.ended.why', { organization }),
      }),
    },
  })
}
