import { Hono } from 'hono'
import { z } from 'zod'
import type { Deps } from '../platform/deps.ts'
import { HttpError } from '../platform/errors.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { readForm } from '../platform/http/forms.ts'
import { html, type Html } from '../platform/http/html.ts'
import { flash, formFields, page } from '../platform/http/page.ts'
import { throttle, throttledNetwork } from '../platform/http/throttle.ts'
import { chip, postButton, section, stack } from '../platform/pages/components.ts'
import { mailEvents } from './mail-events.ts'
import { mailTo, openStopLink, setMail, type StopLink } from './stop-mail.ts'

const choiceForm = z.object({ event: z.enum([...mailEvents, 'all']), to: z.enum(['stop', 'resume']) })

/** `/unsubscribe/mail/{token}`: for people with and without an account. Opening the page changes nothing. */
export function unsubscribeMailRoutes(deps: Deps): Hono<Env> {
  const routes = new Hono<Env>()

  routes.use('/unsubscribe/mail/*', async (c, next) => {
    // The address in the bar stops somebody's mail: nothing keeps it, and no other site learns of it (SECURITY S42).
    await next()
    c.header('cache-control', 'no-store')
    c.header('referrer-policy', 'no-referrer')
  })

  routes.get('/unsubscribe/mail/:token', async (c) => show(c, linkOf(c)))

  routes.post('/unsubscribe/mail/:token', async (c) => {
    const link = linkOf(c)
    const form = await readForm(c, choiceForm)
    if (!form.ok) throw new HttpError(400, 'Choose a kind of mail')
    const { event, to } = form.data
    const on = to === 'resume'
    // Not everything was wanted before all was stopped, and news needs a consent of its own.
    if (on && event === 'all') throw new HttpError(400, 'Choose one kind of mail')
    await setMail(deps, { ...link, event, on, locale: c.get('locale') })
    const t = c.get('t')
    const path = `/unsubscribe/mail/${c.req.param('token')}`
    flash(c, deps, {
      kind: 'success',
      message: t(on ? 'unsub.done.on' : 'unsub.done.off', { kind: t(`notify.event.${event}`) }),
      ...(event === 'all' ? {} : { undo: { action: path, hidden: { event, to: on ? 'stop' : 'resume' } } }),
    })
    return c.redirect(path, 303)
  })

  /** RFC 8058: sent by mail programs, with no cookie and nobody to read the answer. */
  routes.post('/api/unsubscribe/mail/:token', async (c) => {
    const waitS = await throttle(deps, {
      purpose: 'unsubscribe',
      subject: throttledNetwork(c.get('clientAddress')),
      limit: 600,
      windowS: 3600,
    })
    if (waitS > 0) throw new HttpError(429, 'Too many requests', { retryAfterS: waitS })
    await setMail(deps, { ...linkOf(c), on: false, locale: c.get('locale') })
    return c.body(null, 204)
  })

  function linkOf(c: Ctx): StopLink {
    const link = openStopLink(deps.secrets, c.req.param('token') ?? '')
    if (!link) throw new HttpError(404, 'There is nothing to unsubscribe from')
    return link
  }

  async function show(c: Ctx, link: StopLink): Promise<Response> {
    const t = c.get('t')
    const wanted = await mailTo(deps, link.canonical)
    const isOn = (event: StopLink['event']) => (event === 'all' ? Object.values(wanted).includes(true) : wanted[event])
    const others = mailEvents.filter((event) => event !== link.event)
    return page(c, deps, {
      section: 'entry',
      noindex: true,
      width: 'text',
      title: t('unsub.title'),
      lead: isOn(link.event) ? t('unsub.lead', { kind: t(`notify.event.${link.event}`) }) : undefined,
      body: stack(
        html`<ul role="list" class="stack">${kind(c, link.event, isOn(link.event), true)}</ul>`,
        section({
          id: 'others',
          heading: t('unsub.others'),
          body: html`<ul role="list" class="stack">${others.map((event) => kind(c, event, wanted[event], false))}</ul>`,
        }),
        html`<p class="hint">${t('notify.security')}</p>`,
      ),
    })
  }

  function kind(c: Ctx, event: StopLink['event'], isOn: boolean, isMain: boolean): Html {
    const t = c.get('t')
    const name = t(`notify.event.${event}`)
    return html`<li class="cluster"><span><strong>${name}</strong> ${isOn ? chip('ok', t('notify.on'), 'check') : chip('neutral', t('notify.off'), 'ring')}</span>${
      (isOn || event !== 'all') &&
      postButton({
        action: `/unsubscribe/mail/${c.req.param('token')}`,
        csrf: formFields(c, deps),
        hidden: { event, to: isOn ? 'stop' : 'resume' },
        label: isOn ? t('unsub.stop') : t('unsub.resume'),
        accessibleName: isOn ? t('unsub.stopName', { kind: name }) : t('unsub.resumeName', { kind: name }),
        kind: isMain && isOn ? 'primary' : 'secondary',
        small: !isMain,
      })
    }</li>`
  }

  return routes
}
