import { Hono } from 'hono'
import type { Env } from '../platform/http/context.ts'
import { type IssuedParts, issuedRoutes } from './issued-routes.ts'
import type { IssuingDeps } from './issuing-deps.ts'
import { wizardRoutes } from './wizard-routes.ts'

/** The pages of a team that issues badges. */
export function issuingRoutes(deps: IssuingDeps, parts: IssuedParts): Hono<Env> {
  const routes = new Hono<Env>()
  routes.route('/', wizardRoutes(deps))
  routes.route('/', issuedRoutes(deps, parts))
  return routes
}
