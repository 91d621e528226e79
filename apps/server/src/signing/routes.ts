import { createHash } from 'node:crypto'
import { Hono } from 'hono'
import { achievement, profile } from '@lapel/openbadges'
import type { AchievementContent } from '../achievements/index.ts'
import { issuerProfile, organizationByPublicId } from '../organizations/index.ts'
import type { Deps } from '../platform/deps.ts'
import { HttpError } from '../platform/errors.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { achievementUrl, pictureUrl } from './addresses.ts'
import { didDocument } from './did-document.ts'
import { publicKeys, publishedVersion } from './public-store.ts'
import { achievementInput, signable } from './unsigned-credential.ts'

/** Seconds that readers may keep a key document: a key that was revoked is gone everywhere after this. */
const keyDocumentMaxAgeS = 300
const contexts = ['https://www.w3.org/ns/credentials/v2', 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json']

/** What machines look up to check a signature: the issuer's keys, its profile and what was published. */
export function signingRoutes(deps: Pick<Deps, 'db' | 'config'>): Hono<Env> {
  const routes = new Hono<Env>()

  const issuer = async (c: Ctx) => {
    const organization = await organizationByPublicId(deps.db, c.req.param('organization') ?? '')
    if (!organization) throw new HttpError(404, 'There is no such issuer')
    return organization
  }

  routes.get('/i/:organization/did.json', async (c) => {
    const organization = await issuer(c)
    const document = didDocument(deps.config, organization, await publicKeys(deps.db, organization.id))
    return publicJson(c, document, { type: 'application/did+json', maxAgeS: keyDocumentMaxAgeS })
  })

  routes.get('/i/:organization', async (c) => {
    const organization = await issuer(c)
    if (prefersHtml(c)) return c.redirect(`/o/${organization.slug}`, 302)
    const { id, name, url, description, email, logoHash } = issuerProfile(organization, deps.config)
    const document = profile({
      id,
      name: signable(name),
      url,
      description: signable(description),
      email,
      image: logoHash && pictureUrl(deps.config, logoHash),
    })
    return publicJson(c, { '@context': contexts, ...document }, { maxAgeS: keyDocumentMaxAgeS })
  })

  routes.get('/i/:organization/achievements/:achievement/:version{[1-9][0-9]{0,6}}', async (c) => {
    const ids = {
      organizationPublicId: c.req.param('organization'),
      achievementPublicId: c.req.param('achievement'),
      version: Number(c.req.param('version')),
    }
    const found = await publishedVersion(deps.db, ids)
    if (!found) throw new HttpError(404, 'There is no such achievement')
    if (prefersHtml(c)) return c.redirect(`/t/${found.organizationSlug}/${found.slug}`, 302)
    const document = achievement(
      achievementInput(found.content as AchievementContent, {
        id: achievementUrl(deps.config, ids),
        imageId: pictureUrl(deps.config, found.picturePngHash),
        version: found.version,
      }),
    )
    // A version never changes once it is published.
    return publicJson(c, { '@context': contexts, ...document }, { maxAgeS: 86_400 })
  })

  return routes
}

/** A document that any site may read and every cache may keep for a while. */
function publicJson(c: Ctx, document: object, o: { maxAgeS: number; type?: string }): Response {
  const text = JSON.stringify(document)
  const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`
  c.header('cache-control', `public, max-age=${o.maxAgeS}`)
  c.header('etag', etag)
  c.header('access-control-allow-origin', '*')
  c.header('cross-origin-resource-policy', 'cross-origin')
  c.header('vary', 'Accept')
  if (c.req.header('if-none-match') === etag) return c.body(null, 304)
  c.header('content-type', o.type ?? 'application/ld+json')
  return c.body(text)
}

/** Browsers name HTML; machines ask for JSON or say nothing. A link for people who want the JSON adds `?format=json`. */
function prefersHtml(c: Ctx): boolean {
  if (c.req.query('format') === 'json') return false
  const accept = c.req.header('accept') ?? ''
  return accept.includes('text/html') && !/^application\/(ld\+)?json/.test(accept)
}
