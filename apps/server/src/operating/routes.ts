import { Hono } from 'hono'
import type { Deps } from '../platform/deps.ts'
import { databaseNow } from '../platform/database/database.ts'
import type { Env } from '../platform/http/context.ts'
import { homePage, textPage } from './pages.ts'
import { sitePages } from './site-pages.ts'

/** The start page and what a load balancer asks. */
export function operatingRoutes(deps: Deps): Hono<Env> {
  const routes = new Hono<Env>()

  routes.get('/', (c) => (c.get('viewer') ? c.redirect('/dashboard', 303) : homePage(c, deps)))

  for (const name of sitePages) routes.get(`/${name}`, (c) => textPage(c, deps, name))

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
