export { backpackRoutes } from './routes.ts'
export { setVisibility } from './set-visibility.ts'
export { ownCredential } from './store.ts'
