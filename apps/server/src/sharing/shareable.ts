import { signedIn } from '../accounts/index.ts'
import { ownCredential } from '../backpack/index.ts'
import { type HeldCredential, isAccepted } from '../claiming/index.ts'
import { statusOf } from '../issuing/index.ts'
import type { Deps } from '../platform/deps.ts'
import { HttpError } from '../platform/errors.ts'
import type { Ctx } from '../platform/http/context.ts'
import { isPublicId } from '../platform/ids.ts'

type ShareableDeps = Pick<Deps, 'db' | 'now'>

/**
 * The badge that an address below `/badges/:id` names: one of this person's that they accepted and that was not withdrawn.
 *
 * @throws {HttpError} 404 for anybody else's and for none, 409 for one that cannot be shared.
 */
export async function shareable(deps: ShareableDeps, c: Ctx): Promise<HeldCredential> {
  const credential = await ifShareable(deps, c)
  if (!credential) throw new HttpError(409, 'This badge cannot be shared')
  return credential
}

/**
 * The same for a page, which can send the person to the badge instead: there it says what it waits for, or why it ended.
 *
 * @returns nothing for a badge of this person that cannot be shared.
 * @throws {HttpError} 404 for anybody else's and for none.
 */
export async function ifShareable({ db, now }: ShareableDeps, c: Ctx): Promise<HeldCredential | undefined> {
  const publicId = c.req.param('id') ?? ''
  const credential = isPublicId(publicId)
    ? await ownCredential(db, { publicId, accountId: signedIn(c).accountId })
    : undefined
  if (!credential) throw new HttpError(404, 'There is no such badge')
  const status = statusOf(credential, now())
  return isAccepted(credential) && (status === 'valid' || status === 'expired') ? credential : undefined
}
