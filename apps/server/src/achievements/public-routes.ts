import { Hono } from 'hono'
import type { Deps } from '../platform/deps.ts'
import { HttpError } from '../platform/errors.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { wantsJson } from '../platform/http/failures.ts'
import { type Html, html } from '../platform/http/html.ts'
import { page } from '../platform/http/page.ts'
import { pictureUrl } from '../platform/pictures/store.ts'
import { accentHead, organizationByFormerSlug, organizationBySlug, type Organization } from '../organizations/index.ts'
import { contentIn } from './content.ts'
import { issuerPage, templatePage } from './public-pages.ts'
import * as store from './store.ts'

/** Fewer are not told: a count of one names a person. */
const leastToldCount = 10

/** What everybody may see of an issuer and of what can be earned from it (UX 12). */
export function publicRoutes(deps: Pick<Deps, 'db' | 'config' | 'secrets' | 'now'>): Hono<Env> {
  const routes = new Hono<Env>()

  /** The organization, or where it has moved. */
  const organizationOf = async (c: Ctx): Promise<Organization | Response> => {
    const slug = c.req.param('org') ?? ''
    const found = await organizationBySlug(deps.db, slug)
    // Its name looks like another's, and nobody has compared the two yet (SECURITY S54).
    if (found?.state === 'held') throw new HttpError(404, 'No such issuer')
    if (found) return found
    const moved = await organizationByFormerSlug(deps.db, slug)
    if (!moved || moved.state === 'held') throw new HttpError(404, 'No such issuer')
    const { pathname, search } = new URL(c.req.url)
    return c.redirect(pathname.replace(/^(\/[ot]\/)[^/]+/, `$1${moved.slug}`) + search, 301)
  }

  routes.get('/o/:org', async (c) => {
    const organization = await organizationOf(c)
    if (organization instanceof Response) return organization
    c.header('vary', 'Accept')
    if (wantsJson(c)) return c.redirect(`/i/${organization.publicId}`, 303)
    const t = c.get('t')
    const query = (c.req.query('q') ?? '').trim().slice(0, 100)
    const all = await store.currentVersions(deps.db, organization.id)
    return page(c, deps, {
      title: organization.name,
      heading: null,
      body: issuerPage(t, { locale: c.get('locale'), organization, templates: all, query }),
      section: 'public',
      head: html`${accentHead(organization)}${openGraph(deps.config.publicUrl, {
        path: `/o/${organization.slug}`,
        title: organization.name,
        description: organization.description,
        picture: organization.logoHash,
      })}`,
    })
  })

  routes.get('/t/:org/:badge', async (c) => {
    const organization = await organizationOf(c)
    if (organization instanceof Response) return organization
    const template = await store.publicTemplate(deps.db, organization.id, c.req.param('badge'))
    if (!template) throw new HttpError(404, 'No such badge template')
    c.header('vary', 'Accept')
    if (wantsJson(c)) return c.redirect(documentPath(organization, template.publicId, template.version), 303)
    const t = c.get('t')
    const locale = c.get('locale')
    const texts = contentIn(template.content, locale)
    const issued = await store.issuedCount(deps.db, organization.id, template.achievementId)
    return page(c, deps, {
      title: texts.name,
      heading: null,
      body: templatePage(t, {
        locale,
        organization,
        template,
        issued: issued >= leastToldCount ? issued : undefined,
        versions: (await store.versionsOf(deps.db, organization.id, template.achievementId)).filter(
          ({ version }) => version !== template.version,
        ),
        jsonPath: (version) => `${documentPath(organization, template.publicId, version)}?format=json`,
      }),
      section: 'public',
      head: html`${accentHead(organization)}${openGraph(deps.config.publicUrl, {
        path: `/t/${organization.slug}/${template.slug}`,
        title: `${texts.name} - ${organization.name}`,
        description: texts.description,
        picture: template.picturePngHash,
      })}${(['json', 'xml'] as const).map((kind) => html`<link rel="alternate" type="${kind === 'json' ? 'application/json' : 'text/xml'}+oembed" href="${deps.config.publicUrl}/oembed?url=${encodeURIComponent(`${deps.config.publicUrl}/t/${organization.slug}/${template.slug}`)}&amp;format=${kind}">`)}`,
    })
  })
  return routes
}

/** Where machines read one version of a template; the address that is in signed badges. */
function documentPath(organization: Organization, publicId: string, version: number): string {
  return `/i/${organization.publicId}/achievements/${publicId}/${version}`
}

function openGraph(
  publicUrl: string,
  o: { path: string; title: string; description: string; picture: string | null },
): Html {
  const description = o.description.replace(/\s+/g, ' ').slice(0, 200)
  return html`<link rel="canonical" href="${publicUrl}${o.path}"><meta name="description" content="${description}"><meta property="og:type" content="website"><meta property="og:title" content="${o.title}"><meta property="og:description" content="${description}"><meta property="og:url" content="${publicUrl}${o.path}">${o.picture && html`<meta property="og:image" content="${publicUrl}${pictureUrl(o.picture)}">`}`
}
