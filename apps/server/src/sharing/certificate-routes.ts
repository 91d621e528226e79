import { Hono } from 'hono'
import { requireSignedIn, signedIn } from '../accounts/index.ts'
import { ownCredential } from '../backpack/index.ts'
import { type HeldCredential, isAccepted } from '../claiming/index.ts'
import { statusOf } from '../issuing/index.ts'
import type { Deps } from '../platform/deps.ts'
import { HttpError } from '../platform/errors.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { isPublicId } from '../platform/ids.ts'
import type { Paper } from '../platform/pdf/tagged-document.ts'
import { certificateOf } from './certificate.ts'
import { fileName } from './downloads.ts'
import { drawFor } from './drawings.ts'
import { isOpenToAll, sightOf } from './visible-credential.ts'

/** The certificate of a badge, for its owner always and for everybody where the badge itself is open to all. */
export function certificateRoutes(deps: Deps): Hono<Env> {
  const routes = new Hono<Env>()

  routes.get('/badges/:id/certificate.pdf', requireSignedIn, async (c) => {
    const publicId = c.req.param('id')
    const credential = isPublicId(publicId)
      ? await ownCredential(deps.db, { publicId, accountId: signedIn(c).accountId })
      : undefined
    if (!credential) throw new HttpError(404, 'There is no such badge')
    if (!isAccepted(credential) || !stands(credential)) throw new HttpError(409, 'This badge has no certificate')
    c.header('cache-control', 'no-store')
    return send(c, credential)
  })

  routes.get('/b/:id/certificate.pdf', async (c) => {
    const sight = await sightOf(deps.db, { publicId: c.req.param('id'), looker: undefined })
    if (sight.kind !== 'shown' || !isOpenToAll(sight.credential)) throw new HttpError(404, 'There is no such badge')
    if (!stands(sight.credential)) throw new HttpError(410, 'The badge was withdrawn')
    c.header('cache-control', 'public, max-age=30')
    c.header('x-robots-tag', 'noindex')
    return send(c, sight.credential)
  })

  /** A paper that says that somebody earned something is handed out while that is true; expired is still earned. */
  function stands(credential: HeldCredential): boolean {
    const status = statusOf(credential, deps.now())
    return status === 'valid' || status === 'expired'
  }

  async function send(c: Ctx, credential: HeldCredential): Promise<Response> {
    const bytes = await certificateOf(deps, {
      credential,
      paper: paperOf(c),
      draw: (make) => drawFor(deps, c, { cost: 8 }, make),
    })
    c.header('content-type', 'application/pdf')
    c.header('content-disposition', `attachment; filename="${fileName(credential, 'pdf')}"`)
    // Ours to the last byte, yet read by other programs than ours (SECURITY S37).
    c.header('content-security-policy', "sandbox; default-src 'none'")
    return c.body(new Uint8Array(bytes))
  }

  return routes
}

function paperOf(c: Ctx): Paper {
  const size = c.req.query('size') ?? 'letter'
  if (size !== 'a4' && size !== 'letter') throw new HttpError(400, 'The size is a4 or letter')
  return size
}
