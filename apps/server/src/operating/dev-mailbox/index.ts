export { startLocalMailbox } from './local-smtp.ts'
