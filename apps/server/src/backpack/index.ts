export { addBackpackPart, addBadgePart, addDashboardPart, type BadgePart, type DashboardPart } from './added-parts.ts'
export { backpackRoutes } from './routes.ts'
export { setVisibility } from './set-visibility.ts'
export { ownCredential } from './store.ts'
