import { Hono } from 'hono'
import type { Deps } from '../platform/deps.ts'
import type { Env } from '../platform/http/context.ts'
import { addConsoleSection } from './console.ts'
import type { DomainLookups } from './domain.ts'
import { domainRoutes } from './domain-routes.ts'
import { inviteRoutes } from './invite-routes.ts'
import { minorsRoutes } from './minors-routes.ts'
import { profileRoutes, type ProfileHooks } from './profile-routes.ts'
import type { SharingHooks } from './switch-sharing.ts'
import { teamRoutes } from './team-routes.ts'

/** The console's frame, and everything about an organization itself. */
export function organizationsRoutes(
  deps: Deps,
  o: ProfileHooks & { lookups: DomainLookups; sharing: SharingHooks },
): Hono<Env> {
  addConsoleSection({ path: '', label: 'console.nav.overview', permission: 'read', order: 0 })
  addConsoleSection({ path: 'team', label: 'console.nav.team', permission: 'read', order: 70 })
  addConsoleSection({ path: 'profile', label: 'console.nav.profile', permission: 'manage', order: 80 })
  addConsoleSection({ path: 'domain', label: 'console.nav.domain', permission: 'manage', order: 85 })
  addConsoleSection({ path: 'minors', label: 'console.nav.minors', permission: 'own', order: 90 })
  const routes = new Hono<Env>()
  routes.route('/', profileRoutes(deps, o))
  routes.route('/', teamRoutes(deps))
  routes.route('/', domainRoutes(deps, o.lookups))
  routes.route('/', minorsRoutes(deps, o.sharing))
  routes.route('/', inviteRoutes(deps))
  return routes
}
