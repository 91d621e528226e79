import type { Context } from 'hono'
import type { Locale, Translate } from '../i18n/messages.ts'
import type { Theme } from '../pages/layout.ts'

export type { Theme } from '../pages/layout.ts'

/** The signed-in person, as every page may need to know them. The accounts feature puts it there. */
export interface Viewer {
  accountId: string
  sessionId: string
  givenName: string
  familyName: string
  primaryEmail: string
  locale: Locale
  theme: Theme
  /** Belongs to the team of at least one organization. */
  isIssuer: boolean
  /** News that the person has not read. */
  unread: number
  /** Last time this session proved who the person is. */
  provedAt: Date
  /** Agreed to terms that have changed since; everything waits until they agree again. */
  mustAgree?: boolean
}

export interface Variables {
  requestId: string
  viewer: Viewer | undefined
  locale: Locale
  theme: Theme
  t: Translate
  /** Network address of the client, seen through the configured proxies only. */
  clientAddress: string
}
export type Env = { Variables: Variables }
export type Ctx = Context<Env>
