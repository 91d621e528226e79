import { Hono } from 'hono'
import type { Env } from '../platform/http/context.ts'
import { onePress } from '../platform/http/one-press.ts'
import type { AccountsDeps } from './accounts.ts'
import { addressRoutes } from './address-routes.ts'
import { entryPaths, limitEntry } from './entry-limits.ts'
import { mailedCodeRoutes } from './claim-entries.ts'
import { doorRoutes } from './door-routes.ts'
import { mergeRoutes } from './merge-routes.ts'
import { passkeyRoutes } from './passkey-routes.ts'
import { registerRoutes } from './register-routes.ts'
import { secondStepRoutes } from './second-step-routes.ts'
import { securityRoutes } from './security-routes.ts'
import { serviceRoutes } from './service-routes.ts'
import { settingsRoutes } from './settings-routes.ts'
import { signInRoutes } from './sign-in-routes.ts'
import { termsRoutes } from './terms-routes.ts'

/** Forms whose buttons people press twice; `/x/*` is `/x` as well. */
const pressed = [
  '/register/*',
  '/sign-in/*',
  '/forgot/*',
  '/reset/*',
  '/email/*',
  '/settings/account/*',
  '/settings/privacy-security/*',
]

/** Everything about having an account and entering it. */
export function accountsRoutes(deps: AccountsDeps): Hono<Env> {
  const routes = new Hono<Env>()
  const press = onePress()
  for (const path of pressed) routes.use(path, press)
  for (const path of entryPaths) routes.use(path, limitEntry(deps))
  routes.route('/', registerRoutes(deps))
  routes.route('/', signInRoutes(deps))
  routes.route('/', secondStepRoutes(deps))
  routes.route('/', mailedCodeRoutes(deps))
  routes.route('/', passkeyRoutes(deps))
  routes.route('/', termsRoutes(deps))
  routes.route('/', settingsRoutes(deps))
  routes.route('/', addressRoutes(deps))
  routes.route('/', mergeRoutes(deps))
  routes.route('/', securityRoutes(deps))
  routes.route('/', doorRoutes(deps))
  routes.route('/', serviceRoutes(deps))
  return routes
}
