import { type MergePart, rowsOfAccount } from '../accounts/index.ts'

/** What of the settings moves when two accounts become one. Choices of the account that stays hold. */
export const settingsMergeParts: MergePart[] = [
  rowsOfAccount({ table: 'peopleRequests', column: 'accountId', key: 'id' }),
  rowsOfAccount({ table: 'educationLinks', column: 'accountId', key: 'id' }),
  rowsOfAccount({ table: 'notifications', column: 'accountId', key: 'id' }),
  rowsOfAccount({ table: 'digestItems', column: 'accountId', key: 'id' }),
  rowsOfAccount({ table: 'personalTokens', column: 'accountId', key: 'id' }),
]
