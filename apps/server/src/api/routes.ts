import { Hono } from 'hono'
import type { Env } from '../platform/http/context.ts'
import { authorizeRoutes } from './authorize-routes.ts'
import { connectedAppsRoutes } from './connected-apps.ts'
import { oauthRoutes } from './oauth-routes.ts'
import { type OpenBadgesDeps, openBadgesRoutes } from './open-badges-routes.ts'

/** What apps of others ask of this site, and what people decide about them. */
export function apiRoutes(deps: OpenBadgesDeps): Hono<Env> {
  const routes = new Hono<Env>()
  routes.route('/', authorizeRoutes(deps))
  routes.route('/', connectedAppsRoutes(deps))
  routes.route('/', oauthRoutes(deps))
  routes.route('/', openBadgesRoutes(deps))
  return routes
}
