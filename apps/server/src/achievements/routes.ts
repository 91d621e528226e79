import { Hono } from 'hono'
import type { Deps } from '../platform/deps.ts'
import type { Env } from '../platform/http/context.ts'
import { addConsoleSection } from '../organizations/index.ts'
import { designRoutes } from './design-routes.ts'
import type { CheckSignable } from './edit.ts'
import { editorRoutes } from './editor-routes.ts'
import { publicRoutes } from './public-routes.ts'

/** Badge templates in the console, and the public pages of templates and issuers. */
export function achievementsRoutes(deps: Deps, o: { checkSignable: CheckSignable }): Hono<Env> {
  addConsoleSection({ path: 'badges', label: 'template.nav', permission: 'read', order: 10 })
  const routes = new Hono<Env>()
  routes.route('/', editorRoutes(deps, o.checkSignable))
  routes.route('/', designRoutes(deps))
  routes.route('/', publicRoutes(deps))
  return routes
}
