import type { Deps } from '../deps.ts'
import { newToken } from '../ids.ts'
import type { Locale, MessageKey, Translate } from '../i18n/messages.ts'
import type { Flash } from '../pages/feedback.ts'
import { type LayoutOptions, renderLayout } from '../pages/layout.ts'
import type { NavItem } from '../pages/navigation.ts'
import type { Ctx, Theme, Viewer } from './context.ts'
import { clearCookie, readCookie, writeCookie } from './cookies.ts'
import { csrfToken } from './csrf.ts'
import { HttpError } from '../errors.ts'
import { type Html, html, type Renderable } from './html.ts'

type PageDeps = Pick<Deps, 'config' | 'secrets'>

export interface PageOptions {
  /** The first part of the title, and the h1 unless {@link heading} says otherwise; already translated. Never an address, a token or a person's name. */
  title: string
  /** `null` when the body brings its own h1. */
  heading?: Renderable
  /** One sentence below the heading. */
  lead?: Renderable
  /** Beside the heading where there is room. */
  actions?: Renderable
  body: Renderable
  status?: 200 | 400 | 401 | 403 | 404 | 409 | 410 | 413 | 415 | 422 | 429 | 500 | 503
  /** Public pages may be found by search engines; all others say noindex. */
  section?: 'public' | 'earner' | 'settings' | 'console' | 'entry' | 'portal'
  noindex?: boolean
  /** Open Graph tags and the like. */
  head?: Html
  /** The page answers a form that was refused: the title begins with "Error: " and the status is 422. */
  error?: boolean
  /** Same for everybody: may be kept by caches, shows no account and sets no cookie. */
  shared?: boolean
  width?: LayoutOptions['width']
  aside?: Html
  brand?: LayoutOptions['brand']
  bar?: Renderable
  signInHidden?: boolean
  signInHref?: string
  /** Main navigation when it is not the earner's own. */
  nav?: readonly NavItem[]
}

const signedInNav: readonly { href: string; label: MessageKey }[] = [
  { href: '/dashboard', label: 'nav.dashboard' },
  { href: '/badges', label: 'nav.badges' },
  { href: '/documents', label: 'nav.documents' },
  { href: '/collections', label: 'nav.collections' },
]

let assets: LayoutOptions['assetUrls'] = { css: '', js: '' }

/** Where the style sheet and the script of this start are; set once, by the program that bundled them. */
export function useAssets(urls: LayoutOptions['assetUrls']): void {
  assets = urls
  frames = new WeakMap()
}

/** One whole page, with the frame that UX.md section 3 asks for. */
export function page(c: Ctx, deps: PageDeps, o: PageOptions): Response {
  const text = pageText(c, deps, o)
  c.header('content-type', 'text/html; charset=utf-8')
  c.header('content-language', c.get('locale'))
  if (!o.shared) c.header('cache-control', 'no-store')
  return c.body(text, o.status ?? (o.error ? 422 : 200))
}

/** The text of such a page, for whoever keeps it. */
export function pageText(c: Ctx, deps: PageDeps, o: PageOptions): string {
  const viewer = o.shared ? undefined : c.get('viewer')
  const flash = o.shared ? undefined : takeFlash(c, deps)
  const reader = {
    t: c.get('t'),
    locale: c.get('locale'),
    theme: c.get('theme'),
    path: c.req.path,
    returnTo: returnAddress(c),
  }
  return documentText(reader, deps, o, {
    viewer,
    flash,
    // Only forms with a session, and the Undo of a message, need it; a page without them sets no cookie.
    csrf: viewer || flash?.undo ? csrfToken(c, deps) : '',
  })
}

/** Who reads a page that is the same for everybody, and where. */
export interface PageReader {
  t: Translate
  locale: Locale
  theme: Theme
  path: string
  /** The path with its query. */
  returnTo: string
}

/** What differs between two public pages of one kind; the rest of the document is the same for every reader of a language. */
export type SharedPage = Required<Pick<PageOptions, 'title' | 'body'>> & Pick<PageOptions, 'head'>

/**
 * The bytes of a public page that brings its own heading and is not for search engines, without a request. Its frame is
 * rendered and encoded once for each language and theme.
 */
export function sharedPageBytes(
  reader: PageReader,
  { config }: Pick<Deps, 'config'>,
  o: SharedPage,
): Buffer<ArrayBuffer> {
  const slots: Record<Slot, Renderable> = { title: o.title, head: o.head, body: o.body, returnTo: reader.returnTo }
  return Buffer.concat(
    frameOf(reader, config).map((part) => (typeof part === 'string' ? Buffer.from(html`${slots[part]}`.text) : part)),
  )
}

type Slot = 'title' | 'head' | 'body' | 'returnTo'
let frames = new WeakMap<Deps['config'], Map<string, (Buffer | Slot)[]>>()

/** The document between what differs, in the order in which it is sent. */
function frameOf(reader: PageReader, config: Deps['config']): readonly (Buffer | Slot)[] {
  let ofSite = frames.get(config)
  if (!ofSite) frames.set(config, (ofSite = new Map()))
  const key = `${reader.locale} ${reader.theme}`
  const known = ofSite.get(key)
  if (known) return known
  // A control character stands in no text of ours, and nothing escapes it.
  const slot = (name: Slot) => `\u0001${name}\u0001`
  const text = documentText(
    { ...reader, path: slot('returnTo'), returnTo: slot('returnTo') },
    { config },
    {
      section: 'public',
      noindex: true,
      heading: null,
      title: slot('title'),
      head: html`${slot('head')}`,
      body: slot('body'),
    },
    { viewer: undefined, flash: undefined, csrf: '' },
  )
  const made = text.split('\u0001').map((part, index) => (index % 2 ? (part as Slot) : Buffer.from(part)))
  ofSite.set(key, made)
  return made
}

function documentText(
  { t, locale, theme, path, returnTo }: PageReader,
  { config }: Pick<Deps, 'config'>,
  o: PageOptions,
  { viewer, flash, csrf }: { viewer: Viewer | undefined; flash: Flash | undefined; csrf: string },
): string {
  return renderLayout({
    t,
    locale,
    theme,
    productName: config.productName,
    title: o.title,
    heading: o.heading,
    lead: o.lead,
    actions: o.actions,
    body: o.body,
    nav: o.nav ?? (viewer ? signedInNav.map(({ href, label }) => ({ href, label: t(label) })) : []),
    account: viewer && accountMenu(t, viewer),
    flash,
    demo: config.mode === 'demo',
    noindex: o.noindex ?? o.section !== 'public',
    head: o.head,
    assetUrls: assets,
    currentPath: path,
    returnTo,
    csrf,
    width: o.width,
    part: o.section,
    aside: o.aside,
    brand: o.brand,
    bar: o.bar,
    failed: o.error,
    signInHidden: o.signInHidden,
    signInHref: o.signInHref,
  }).toString()
}

function accountMenu(t: Translate, viewer: Viewer): NonNullable<LayoutOptions['account']> {
  const initials = `${firstLetter(viewer.givenName)}${firstLetter(viewer.familyName)}`.toUpperCase()
  return {
    name: `${viewer.givenName} ${viewer.familyName}`.trim(),
    initials,
    items: [
      { href: '/notifications', label: t('notify.menu', { count: viewer.unread }) },
      { href: '/u', label: t('nav.profile') },
      { href: '/settings/account', label: t('nav.settings') },
      { href: '/shares', label: t('link.heading') },
      ...(viewer.isIssuer ? [{ href: '/console', label: t('nav.console') }] : []),
    ],
  }
}

const letters = new Intl.Segmenter('und')

function firstLetter(name: string): string {
  return letters.segment(name).containing(0)?.segment ?? ''
}

function returnAddress(c: Ctx): string {
  if (c.req.method !== 'GET') return c.req.path
  return `${c.req.path}${new URL(c.req.url).search}`
}

/** The hidden inputs that every form carries: proof that this site showed it, and a key so that a double click counts once. */
export function formFields(c: Ctx, deps: PageDeps): Html {
  return html`<input type="hidden" name="csrf" value="${csrfToken(c, deps)}"><input type="hidden" name="idempotency" value="${newToken()}">`
}

/** The key of the form that was sent. */
export async function readIdempotencyKey(c: Ctx): Promise<string> {
  const key = (await c.req.parseBody({ all: true }))['idempotency']
  if (typeof key !== 'string' || !/^[\w-]{16,64}$/.test(key))
    throw new HttpError(400, 'The form has no idempotency key')
  return key
}

/** Leaves one message for the next page; encrypted, since it may name a badge or a person. */
export function flash(c: Ctx, { config, secrets }: PageDeps, message: Flash): void {
  writeCookie(c, config, 'flash', secrets.seal('flash', JSON.stringify(message)).toString('base64url'), { maxAgeS: 60 })
}

function takeFlash(c: Ctx, { config, secrets }: PageDeps): Flash | undefined {
  const sealed = readCookie(c, config, 'flash')
  if (!sealed) return undefined
  clearCookie(c, config, 'flash')
  try {
    return JSON.parse(secrets.open('flash', Buffer.from(sealed, 'base64url')).toString('utf8')) as Flash
  } catch {
    return undefined // altered, or from before the secret changed: there is nothing to show
  }
}
