import { Hono } from 'hono'
import { z } from 'zod'
import { confirmedEmailsOf, requireSignedIn, signedIn } from '../accounts/index.ts'
import type { Deps } from '../platform/deps.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { type FieldError, formBody, readForm } from '../platform/http/forms.ts'
import { flash } from '../platform/http/page.ts'
import { mailEvents, type MailEvent } from './mail-events.ts'
import { notificationSettingsPage, notificationsPage } from './notifications-page.ts'
import * as store from './notifications-store.ts'

const events = z.array(z.enum(mailEvents)).optional()
const choicesForm = z.object({
  mail: events,
  app: events,
  digest: z.enum(['none', 'daily', 'weekly']),
  mailLocale: z.enum(['account', 'en', 'fr']),
})

export function notificationRoutes(deps: Deps): Hono<Env> {
  const routes = new Hono<Env>()
  const { db } = deps

  routes.get('/settings/notifications', requireSignedIn, (c) => show(c))

  async function show(
    c: Ctx,
    refused?: { typed: Record<string, string>; chosen: store.Choices; errors: FieldError[] },
  ): Promise<Response> {
    const { accountId } = signedIn(c)
    const t = c.get('t')
    return notificationSettingsPage(c, deps, {
      choices: refused?.chosen ?? (await store.choicesOf(db, accountId)),
      ...(await store.digestOf(db, accountId)),
      ...refused?.typed,
      errors: (refused?.errors ?? []).map(({ field, message }) => ({ field: boxOf(field), message: t(message) })),
    })
  }

  routes.post('/settings/notifications', requireSignedIn, async (c) => {
    const { accountId } = signedIn(c)
    const form = await readForm(c, choicesForm)
    if (!form.ok) return show(c, { ...form, chosen: chosenIn(await formBody(c)) })
    const { mail = [], app = [], digest, mailLocale } = form.data
    await db.transaction().execute(async (tx) => {
      const hashes = (await confirmedEmailsOf(tx, accountId)).map(({ canonical }) =>
        store.addressHash(deps.secrets, canonical),
      )
      for (const event of mailEvents) {
        const byMail = mail.includes(event)
        await store.saveChoice(tx, { accountId, event, byMail, inApp: app.includes(event) })
        // What was stopped by a link before there was an account would go on to hold otherwise.
        if (byMail && hashes.length > 0) await store.takeBackRefusals(tx, { addressHashes: hashes, event })
      }
      await store.saveDigest(tx, { accountId, digest, mailLocale: mailLocale === 'account' ? null : mailLocale })
      await store.recordNewsConsent(tx, {
        accountId,
        on: mail.includes('news'),
        locale: c.get('locale'),
        at: deps.now(),
      })
    })
    flash(c, deps, { kind: 'success', message: c.get('t')('notify.saved') })
    return c.redirect('/settings/notifications', 303)
  })

  routes.get('/notifications', requireSignedIn, async (c) =>
    notificationsPage(c, deps, await store.notificationsOf(db, signedIn(c).accountId)),
  )

  routes.post('/notifications/read', requireSignedIn, async (c) => {
    await store.markAllRead(db, { accountId: signedIn(c).accountId, at: deps.now() })
    return c.redirect('/notifications', 303)
  })

  return routes
}

/** An event that is none (`mail.0`) is said at the first box of its column. */
function boxOf(field: string): string {
  const [name = ''] = field.split('.')
  return name === 'mail' || name === 'app' ? `${name}-${mailEvents[0]}` : field
}

/** What was ticked, for a page that shows the form again. */
function chosenIn({ mail, app }: Awaited<ReturnType<typeof formBody>>): store.Choices {
  const holds = (list: unknown, event: MailEvent) => [list].flat().includes(event)
  return Object.fromEntries(
    mailEvents.map((event) => [event, { byMail: holds(mail, event), inApp: holds(app, event) }]),
  ) as store.Choices
}
