/** Scopes of the Open Badges 3.0 API (section "Scopes"), and the one of OAuth that lets an app stay. */
export const apiScopes = {
  readCredentials: 'https://purl.imsglobal.org/spec/ob/v3p0/scope/credential.readonly',
  addCredentials: 'https://purl.imsglobal.org/spec/ob/v3p0/scope/credential.upsert',
  readProfile: 'https://purl.imsglobal.org/spec/ob/v3p0/scope/profile.readonly',
  changeProfile: 'https://purl.imsglobal.org/spec/ob/v3p0/scope/profile.update',
  stay: 'offline_access',
} as const
export type ScopeName = keyof typeof apiScopes
export type Scope = (typeof apiScopes)[ScopeName]

/** In the order in which people read them. */
export const scopeNames = Object.keys(apiScopes) as ScopeName[]
export const allScopes: readonly Scope[] = Object.values(apiScopes)

/** For developers, in the discovery document; people read `oauth.scope.*` of the message files. */
export const scopeWords: Record<Scope, string> = {
  [apiScopes.readCredentials]: 'Read the badges of the person',
  [apiScopes.addCredentials]: 'Add badges to the backpack of the person, or replace ones that were added',
  [apiScopes.readProfile]: 'Read the name, email address and profile of the person',
  [apiScopes.changeProfile]: 'Change the name and the description of the person',
  [apiScopes.stay]: 'Stay connected without the person: gives a refresh token',
}

export function isScope(text: string): text is Scope {
  return (allScopes as readonly string[]).includes(text)
}

/** The words of a `scope` parameter (RFC 6749 section 3.3), each once. */
export function scopeList(text: string): string[] {
  return [...new Set(text.split(' ').filter(Boolean))]
}

/** What the scopes are called in messages, in the order in which people read them. */
export function scopeNamesOf(scopes: readonly string[]): ScopeName[] {
  return scopeNames.filter((name) => scopes.includes(apiScopes[name]))
}
