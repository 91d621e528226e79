import { Hono } from 'hono'
import type { Deps } from '../platform/deps.ts'
import type { Env } from '../platform/http/context.ts'
import type { FetchPublic } from '../platform/http/fetch-public.ts'
import { personalApiRoutes } from './api-routes.ts'
import { applicationRoutes, type ConnectedAppsSection } from './applications-routes.ts'
import { eraseRoutes } from './erase-routes.ts'
import { exportRoutes } from './export-routes.ts'
import { notificationRoutes } from './notifications-routes.ts'
import { organizationSettingsRoutes } from './organizations-routes.ts'
import { peopleRoutes } from './people-routes.ts'
import { privacyRoutes } from './privacy-part.ts'
import { profileRoutes } from './profile-routes.ts'
import { unsubscribeMailRoutes } from './unsubscribe-routes.ts'

/** What a person decides about their account beyond how it is entered, and what organizations may see of it. */
export function settingsRoutes(
  deps: Deps & { fetchPublic: FetchPublic; connectedApps: ConnectedAppsSection },
): Hono<Env> {
  const routes = new Hono<Env>()
  routes.route('/', applicationRoutes(deps))
  routes.route('/', organizationSettingsRoutes(deps))
  routes.route('/', notificationRoutes(deps))
  routes.route('/', privacyRoutes(deps))
  routes.route('/', profileRoutes(deps))
  routes.route('/', exportRoutes(deps))
  routes.route('/', eraseRoutes(deps))
  routes.route('/', unsubscribeMailRoutes(deps))
  routes.route('/', peopleRoutes(deps))
  routes.route('/', personalApiRoutes(deps))
  return routes
}
