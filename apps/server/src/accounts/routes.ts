import { Hono } from 'hono'
import type { Env } from '../platform/http/context.ts'
import type { AccountsDeps } from './accounts.ts'
import { registerRoutes } from './register-routes.ts'
import { settingsRoutes } from './settings-routes.ts'
import { signInRoutes } from './sign-in-routes.ts'

/** Everything about having an account and entering it. */
export function accountsRoutes(deps: AccountsDeps): Hono<Env> {
  const routes = new Hono<Env>()
  routes.route('/', registerRoutes(deps))
  routes.route('/', signInRoutes(deps))
  routes.route('/', settingsRoutes(deps))
  return routes
}
