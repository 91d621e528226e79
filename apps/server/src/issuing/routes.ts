import { Hono } from 'hono'
import type { Env } from '../platform/http/context.ts'
import type { IssuingDeps } from './issuing-deps.ts'
import { wizardRoutes } from './wizard-routes.ts'

/** The pages of a team that issues badges. */
export function issuingRoutes(deps: IssuingDeps): Hono<Env> {
  const routes = new Hono<Env>()
  routes.route('/', wizardRoutes(deps))
  return routes
}
