export { startLocalMailbox } from './local-smtp.ts'
export { mailboxRoutes } from './routes.ts'
