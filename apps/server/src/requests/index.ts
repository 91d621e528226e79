export { lostMailboxOfClaimRoutes, lostMailboxRoutes } from './lost-mailbox-routes.ts'
export { registerRequestJobs } from './register-jobs.ts'
export { requestsRoutes } from './console-routes.ts'
