import { signedIn } from '../accounts/index.ts'
import { ownCredential } from '../backpack/index.ts'
import { type HeldCredential, isAccepted } from '../claiming/index.ts'
import { statusOf } from '../issuing/index.ts'
import type { Deps } from '../platform/deps.ts'
import { HttpError } from '../platform/errors.ts'
import type { Ctx } from '../platform/http/context.ts'
import { isPublicId } from '../platform/ids.ts'

/**
 * The badge that an address below `/badges/:id` names: one of this person's that they accepted and that was not withdrawn.
 *
 * @throws {HttpError} 404 for anybody else's and for none, 409 for one that cannot be shared.
 */
export async function shareable({ db, now }: Pick<Deps, 'db' | 'now'>, c: Ctx): Promise<HeldCredential> {
  const publicId = c.req.param('id') ?? ''
  const credential = isPublicId(publicId)
    ? await ownCredential(db, { publicId, accountId: signedIn(c).accountId })
    : undefined
  if (!credential) throw new HttpError(404, 'There is no such badge')
  const status = statusOf(credential, now())
  if (!isAccepted(credential) || (status !== 'valid' && status !== 'expired'))
    throw new HttpError(409, 'This badge cannot be shared')
  return credential
}
