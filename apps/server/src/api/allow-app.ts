import { type Device, recordSecurityEvent, tellOfSecurityChange } from '../accounts/index.ts'
import type { Deps } from '../platform/deps.ts'
import { once } from '../platform/http/idempotency.ts'
import { newId } from '../platform/ids.ts'
import { hashToken } from '../platform/secrets.ts'
import type { AuthorizeRequest } from './authorize-request.ts'
import { insertGrant } from './connections-store.ts'
import { codeMinutes } from './issue-tokens.ts'

/**
 * Lets an app at what it asked for, and gives the code that it exchanges for tokens.
 *
 * The same press of the button gives the same code however often it arrives. The code is made from the grant and the
 * installation's secret, so that it can be given again without being kept: the database has its hash alone.
 */
export async function allowApp(
  { db, ...deps }: Pick<Deps, 'db' | 'now' | 'secrets' | 'config' | 'outbox'>,
  o: { accountId: string; request: AuthorizeRequest; idempotencyKey: string; device: Device },
): Promise<{ code: string }> {
  const { now, secrets } = deps
  const { accountId, device } = o
  const { client, redirectUri, scopes, codeChallenge, state } = o.request
  const codeOf = (grantId: string) => secrets.keyedHash('oauth-code', grantId).toString('base64url')
  const grantId = await once(
    db,
    {
      scope: `authorize:${accountId}`,
      key: o.idempotencyKey,
      body: [client.publicId, redirectUri, scopes, codeChallenge, state],
      now,
    },
    async (tx) => {
      const at = now()
      const id = newId(at.getTime())
      const codeExpiresAt = new Date(at.getTime() + codeMinutes * 60_000)
      await insertGrant(tx, {
        id,
        clientId: client.id,
        accountId: accountId,
        scopes,
        redirectUri,
        codeHash: hashToken(codeOf(id)),
        codeChallenge,
        codeExpiresAt,
        createdAt: at,
        expiresAt: codeExpiresAt,
      })
      const detail = { name: client.name }
      await recordSecurityEvent(tx, { accountId, action: 'account.app-connected', at, device, detail })
      await tellOfSecurityChange(tx, deps, {
        accountId,
        what: 'mail.notice.appConnected',
        values: { name: client.name, host: client.host },
        links: (t) => [
          { label: t('mail.notice.appConnected.go'), url: `${deps.config.publicUrl}/settings/applications` },
        ],
        device,
      })
      return id
    },
  )
  return { code: codeOf(grantId) }
}
