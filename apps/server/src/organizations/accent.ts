import { Hono } from 'hono'
import { HttpError } from '../platform/errors.ts'
import type { Env } from '../platform/http/context.ts'
import { type Html, html } from '../platform/http/html.ts'
import { blend, readableAccent } from '../platform/pictures/contrast.ts'
import type { Organization } from './organization.ts'

/** The style sheet that puts an organization's accent in place of ours, on its own public pages (UX 17). */
export function accentHead(organization: Pick<Organization, 'accent'>): Html | undefined {
  const hex = /^#([0-9a-f]{6})$/i.exec(organization.accent ?? '')?.[1]
  return hex === undefined ? undefined : html`<link rel="stylesheet" href="/accents/${hex.toLowerCase()}.css">`
}

/** `/accents/{hex}.css`: the colour, made readable in both themes. Holds nothing else, so it may be cached for ever. */
export function accentRoutes(): Hono<Env> {
  const routes = new Hono<Env>()
  routes.get('/accents/:file{[0-9a-f]{6}\\.css}', (c) => {
    const wanted = `#${c.req.param('file').slice(0, 6)}`
    if (!/^#[0-9a-f]{6}$/.test(wanted)) throw new HttpError(404, 'No such colour')
    const light = readableAccent(wanted, { label: '#ffffff', page: '#eef1f5' }).color
    const dark = readableAccent(wanted, { label: '#0b1420', page: '#161e27' }).color
    const css = `:root{--accent:light-dark(${light},${dark});--accent-hover:light-dark(${blend('#000000', light, 0.25)},${blend('#ffffff', dark, 0.3)})}\n`
    return c.body(css, 200, {
      'content-type': 'text/css; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
    })
  })
  return routes
}
