import type { Deps } from '../deps.ts'
import { newToken } from '../ids.ts'
import type { MessageKey } from '../i18n/messages.ts'
import { type LayoutAccount, renderLayout } from '../pages/layout.ts'
import type { NavItem } from '../pages/navigation.ts'
import { assetUrls } from './assets.ts'
import type { Ctx, Flash } from './context.ts'
import { clearCookie, readCookie, writeCookie } from './cookies.ts'
import { csrfToken } from './csrf.ts'
import { HttpError } from '../errors.ts'
import { type Html, html } from './html.ts'

type PageDeps = Pick<Deps, 'config' | 'secrets'>

export interface PageOptions {
  /** The h1 and the first part of the title; already translated. Never an address, a token or a person's name. */
  title: string
  body: Html
  status?: 200 | 400 | 401 | 403 | 404 | 409 | 410 | 413 | 415 | 422 | 429 | 500 | 503
  /** Which navigation the header shows; guessed from who is looking when absent. */
  section?: 'public' | 'earner' | 'settings' | 'console' | 'entry' | 'portal'
  /** Shown in place of the product's name, on the pages of one organization. */
  organizationName?: string
  noindex?: boolean
  /** Open Graph tags and the like. */
  head?: Html
  wide?: boolean
  /** The page answers a form that was refused: the title begins with "Error: ". */
  error?: boolean
  /** The title is a heading of the body already. */
  ownHeading?: boolean
  /** Same for everybody and without a form that needs a session: may be kept by caches; sets no cookie. */
  shared?: boolean
}

const signedInNav: readonly { href: string; label: MessageKey }[] = [
  { href: '/dashboard', label: 'nav.dashboard' },
  { href: '/badges', label: 'nav.badges' },
]

/** One whole page, with the frame that UX.md section 3 asks for. */
export function page(c: Ctx, deps: PageDeps, o: PageOptions): Response {
  const t = c.get('t')
  const viewer = o.shared ? undefined : c.get('viewer')
  const flash = o.shared ? undefined : takeFlash(c, deps)
  const nav: NavItem[] = viewer ? signedInNav.map(({ href, label }) => ({ href, label: t(label) })) : []
  const account: LayoutAccount | undefined = viewer && {
    name: `${viewer.givenName} ${viewer.familyName}`.trim(),
    items: [
      { href: '/settings/account', label: t('nav.settings') },
      ...(viewer.isIssuer ? [{ href: '/console', label: t('nav.console') }] : []),
    ],
  }
  const document = renderLayout({
    t,
    locale: c.get('locale'),
    theme: c.get('theme'),
    title: o.title,
    body: o.body,
    nav,
    ...(account ? { account } : {}),
    ...(flash ? { flash } : {}),
    productName: o.organizationName ?? deps.config.productName,
    demo: deps.config.mode === 'demo',
    noindex: o.noindex ?? o.section !== 'public',
    ...(o.head ? { head: o.head } : {}),
    assetUrls: assetUrls(),
    currentPath: c.req.path,
    returnTo: returnAddress(c),
    // Only the sign-out form needs it, and only signed-in people see that form.
    csrf: viewer ? csrfToken(c, deps) : '',
    wide: o.wide ?? false,
    error: o.error ?? false,
    ownHeading: o.ownHeading ?? false,
  })
  c.header('content-type', 'text/html; charset=utf-8')
  c.header('content-language', c.get('locale'))
  if (!o.shared) c.header('cache-control', 'no-store')
  return c.body(document.toString(), o.status ?? (o.error ? 422 : 200))
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
  if (typeof key !== 'string' || !/^[\w-]{16,64}$/.test(key)) throw new HttpError(400, 'The form has no idempotency key')
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
