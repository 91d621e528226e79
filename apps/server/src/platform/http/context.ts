import type { Context } from 'hono'
import type { Locale, Translate } from '../i18n/messages.ts'

export type Theme = 'system' | 'light' | 'dark'

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
  /** Last time this session proved who the person is. */
  provedAt: Date
}

/** One message for the next page. */
export interface Flash {
  kind: 'ok' | 'info' | 'warn' | 'bad'
  /** Already translated. */
  text: string
  /** Path and label of an Undo button, where there is one. */
  undo?: { action: string; label: string }
}

export interface Variables {
  requestId: string
  viewer: Viewer | undefined
  locale: Locale
  theme: Theme
  t: Translate
  flash: Flash | undefined
  /** Network address of the client, seen through the configured proxies only. */
  clientAddress: string
}
export type Env = { Variables: Variables }
export type Ctx = Context<Env>
