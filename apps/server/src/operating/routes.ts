import { Hono } from 'hono'
import type { Deps } from '../platform/deps.ts'
import { databaseNow } from '../platform/database/database.ts'
import type { Env } from '../platform/http/context.ts'
import { HttpError } from '../platform/errors.ts'
import { locales } from '../platform/i18n/messages.ts'
import { helpGuide, helpPicture } from './help.ts'
import { helpBookletPage, helpGuidePage, helpIndexPage } from './help-pages.ts'
import { homePage, textPage } from './pages.ts'
import { sitePages } from './site-pages.ts'

/** The start page and what a load balancer asks. */
export function operatingRoutes(deps: Deps): Hono<Env> {
  const routes = new Hono<Env>()

  routes.get('/', (c) => (c.get('viewer') ? c.redirect('/dashboard', 303) : homePage(c, deps)))

  for (const name of sitePages) routes.get(`/${name}`, (c) => textPage(c, deps, name))

  routes.get('/help', (c) => helpIndexPage(c, deps))
  routes.get('/help/booklet', (c) => helpBookletPage(c, deps))
  routes.get('/help/pictures/:file', (c) => {
    const [, name = '', language] = /^([a-z-]+)\.([a-z]+)\.png$/.exec(c.req.param('file')) ?? []
    const locale = locales.find((known) => known === language)
    const png = locale && helpPicture(name, locale)
    if (!png) throw new HttpError(404, 'There is no such picture')
    return c.body(new Uint8Array(png), 200, { 'content-type': 'image/png', 'cache-control': 'public, max-age=3600' })
  })
  routes.get('/help/:guide', (c) => {
    const guide = helpGuide(c.req.param('guide'), c.get('locale'))
    if (!guide) throw new HttpError(404, 'There is no such guide')
    return helpGuidePage(c, deps, guide)
  })

  // Holders' pages and everything behind a sign-in ask not to be listed themselves (SECURITY S60).
  routes.get('/robots.txt', (c) => c.text('User-agent: *\nDisallow: /claim/\nDisallow: /s/\nDisallow: /dev/\n'))

  // Alive: the process answers. Ready: it can do its work.
  routes.get('/healthz', (c) => c.json({ status: 'ok' }))
  routes.get('/readyz', async (c) => {
    await databaseNow(deps.db)
    return c.json({ status: 'ok', database: 'ok' })
  })
  return routes
}
