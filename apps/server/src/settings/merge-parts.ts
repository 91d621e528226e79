import { sql } from 'kysely'
import { endedWithAccount, type MergePart, rowsOfAccount } from '../accounts/index.ts'

/** What of the settings moves when two accounts become one. Choices of the account that stays hold. */
export const settingsMergeParts = ({ now }: { now: () => Date }): MergePart[] => [
  rowsOfAccount({ table: 'peopleRequests', column: 'accountId', key: 'id', label: 'merge.part.employers' }),
  rowsOfAccount({ table: 'peopleRequests', column: 'requestedBy', key: 'id' }),
  rowsOfAccount({ table: 'educationLinks', column: 'accountId', key: 'id', label: 'merge.part.education' }),
  rowsOfAccount({ table: 'notifications', column: 'accountId', key: 'id', label: 'merge.part.notifications' }),
  rowsOfAccount({ table: 'notificationChoices', column: 'accountId', key: 'event', apart: ['event'] }),
  rowsOfAccount({ table: 'notificationSettings', column: 'accountId', key: 'accountId', apart: [] }),
  rowsOfAccount({ table: 'digestItems', column: 'accountId', key: 'id' }),
  // One that is still being built reads the account it was asked for, and is for nobody any more.
  rowsOfAccount({
    table: 'dataExports',
    column: 'accountId',
    key: 'id',
    only: sql`state not in ('queued', 'building')`,
  }),
  endedWithAccount({ table: 'personalTokens', column: 'accountId', endedAt: 'revokedAt', now }),
]
