import { Hono } from 'hono'
import { z } from 'zod'
import { requireSignedIn, signedIn } from '../accounts/index.ts'
import { badgeTexts, dayInWords, type HeldCredential } from '../claiming/index.ts'
import type { Deps } from '../platform/deps.ts'
import { HttpError } from '../platform/errors.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { readForm } from '../platform/http/forms.ts'
import { flash, formFields, page, readIdempotencyKey } from '../platform/http/page.ts'
import type { MessageKey } from '../platform/i18n/messages.ts'
import { credentialUrl } from '../signing/index.ts'
import { emailMessage } from './outgoing-links.ts'
import {
  holdsLink,
  longestMessage,
  mailBadge,
  mostRecipients,
  readRecipients,
  sentMails,
  ShareMailRefused,
  type ShareMailRefusal,
} from './share-mail.ts'
import { shareMailPage } from './share-mail-page.ts'
import { ifShareable, shareable } from './shareable.ts'
import { isOpenToAll } from './visible-credential.ts'

type Problem = { field: string; message: string }

const refusals: Record<ShareMailRefusal, MessageKey> = {
  'share-mail.too-many-today': 'share.email.error.person',
  'share-mail.address-today': 'share.email.error.address',
}

export function shareMailRoutes(deps: Deps): Hono<Env> {
  const routes = new Hono<Env>()

  routes.get('/badges/:id/share/email', requireSignedIn, async (c) => {
    const credential = await ifShareable(deps, c)
    if (!credential) return c.redirect(`/badges/${c.req.param('id')}`, 303)
    // Who may look is asked first, on the panel.
    return isOpenToAll(credential) ? show(c, credential) : c.redirect(`/badges/${credential.publicId}/share`, 303)
  })

  const mailForm = z.object({ to: z.string().optional(), message: z.string().optional() })
  routes.post('/badges/:id/share/email', requireSignedIn, async (c) => {
    const credential = await openBadge(c)
    const form = await readForm(c, mailForm)
    if (!form.ok) throw new HttpError(400, 'The form holds more than it has room for')
    const t = c.get('t')
    const message = (form.data.message ?? '').replaceAll('\r\n', '\n').trim()
    const recipients = readRecipients(form.data.to ?? '')
    const problems: Problem[] = []
    if (!recipients.ok)
      problems.push({
        field: 'to',
        message:
          recipients.reason === 'wrong'
            ? t('share.email.error.wrong', { email: recipients.typed })
            : t(`share.email.error.${recipients.reason}`, { count: mostRecipients }),
      })
    if (message.length > longestMessage)
      problems.push({ field: 'message', message: t('share.email.error.long', { count: longestMessage }) })
    else if (holdsLink(message)) problems.push({ field: 'message', message: t('share.email.error.link') })
    if (!recipients.ok || problems.length > 0) return show(c, credential, { typed: form.typed, problems })

    const { accountId, primaryEmail } = signedIn(c)
    try {
      await mailBadge(deps, {
        accountId,
        replyTo: primaryEmail,
        locale: c.get('locale'),
        credential,
        addresses: recipients.addresses,
        message,
        idempotencyKey: await readIdempotencyKey(c),
      })
    } catch (error) {
      if (!(error instanceof ShareMailRefused)) throw error
      const problem = { field: 'to', message: t(refusals[error.code], error.values) }
      return show(c, credential, { typed: form.typed, problems: [problem] })
    }
    flash(c, deps, { kind: 'success', message: t('share.email.sent', { count: recipients.addresses.length }) })
    return c.redirect(`/badges/${credential.publicId}/share/email`, 303)
  })

  /** Only what whoever gets the link can open: the question who may look comes first, on the panel. */
  async function openBadge(c: Ctx): Promise<HeldCredential> {
    const credential = await shareable(deps, c)
    if (!isOpenToAll(credential)) throw new HttpError(409, 'Nobody could open the link of a private badge')
    return credential
  }

  async function show(
    c: Ctx,
    credential: HeldCredential,
    o: { typed?: Record<string, string>; problems?: readonly Problem[] } = {},
  ): Promise<Response> {
    const { accountId, primaryEmail } = signedIn(c)
    const [t, locale] = [c.get('t'), c.get('locale')]
    const badge = badgeTexts(credential, locale).name
    const text = t('share.text', { badge, issuer: credential.snapshot.issuer.name })
    const url = credentialUrl(deps.config, credential.publicId)
    return page(c, deps, {
      section: 'earner',
      title: t('share.email.heading', { badge }),
      lead: t('share.email.lead', { product: deps.config.productName, email: primaryEmail }),
      width: 'text',
      ...(o.problems ? { error: true } : {}),
      body: shareMailPage({
        t,
        locale,
        credential,
        fields: () => formFields(c, deps),
        typed: o.typed ?? {},
        errors: o.problems ?? [],
        mailtoHref: emailMessage({
          subject: text,
          body: t('share.mail.body', { text, url, date: dayInWords(locale, credential.snapshot.awardedOn) }),
        }),
        sent: await sentMails(deps, { accountId, credentialId: credential.id }),
      }),
    })
  }

  return routes
}
