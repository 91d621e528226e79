import type { FieldError } from '../platform/http/forms.ts'
import { isGuessable, longestPassword, shortestPassword } from './guessable-password.ts'

/**
 * What is wrong with a new password, if anything (SECURITY S9).
 *
 * @param ownWords names of the site, the organization and the person, and the person's addresses.
 */
export function passwordError(field: string, password: string, ownWords: readonly string[]): FieldError | undefined {
  const length = Array.from(password).length
  if (length < shortestPassword) return { field, message: 'register.password.short' }
  if (length > longestPassword) return { field, message: 'register.password.long' }
  if (isGuessable(password, ownWords)) return { field, message: 'register.password.guessable' }
  return undefined
}
