import { Hono } from 'hono'
import { z } from 'zod'
import { requireRecentProof } from '../accounts/index.ts'
import { contentIn } from '../achievements/index.ts'
import {
  type CredentialRow,
  credentialByPublicId,
  endOfDay,
  type IssuingDeps,
  showAward,
  shownErrors,
} from '../issuing/index.ts'
import { inConsole, requirePermission } from '../organizations/index.ts'
import { parseEmailAddress } from '../platform/email-address.ts'
import { HttpError } from '../platform/errors.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { type FieldError, line, readForm, tick } from '../platform/http/forms.ts'
import { inOrganization } from '../platform/database/database.ts'
import { once } from '../platform/http/idempotency.ts'
import { flash, readIdempotencyKey } from '../platform/http/page.ts'
import { isPublicId } from '../platform/ids.ts'
import { translator } from '../platform/i18n/messages.ts'
import { replacePage, revokePage } from './pages.ts'
import { type Correction, replaceInTransaction } from './replace-credential.ts'
import {
  isUndoable,
  type RevocationReason,
  revocationReasons,
  revokeCredential,
  RevokeRefused,
  undoRevocation,
} from './revoke-credential.ts'
import * as store from './store.ts'

const text = (max: number, message: 'revoking.error.publicText' | 'revoking.error.note' | 'issuing.error.narrative') =>
  z
    .string()
    .max(max, message)
    .optional()
    .transform((value) => value?.trim() || undefined)

const revokeForm = z.object({
  reason: z.enum(revocationReasons, 'revoking.error.reason'),
  publicText: text(300, 'revoking.error.publicText'),
  note: text(2000, 'revoking.error.note'),
  notify: tick,
})
const revokeManyForm = revokeForm.extend({ id: z.array(z.string()).max(200) })
const replaceForm = z.object({
  name: line(200, { missing: 'issuing.row.name-missing', tooLong: 'revoking.error.name' }),
  validUntil: z
    .string()
    .optional()
    .transform((value) => value?.trim() || undefined)
    .pipe(z.iso.date('issuing.error.date').optional()),
  narrative: text(2000, 'issuing.error.narrative'),
  notify: tick,
})
const addressForm = z.object({ email: z.string().max(1000, 'revoking.error.email').default('') })

/** Withdrawing, undoing, correcting: what a team does with awards after they were made (UX 10, Issued). */
export function revokingRoutes(deps: IssuingDeps): Hono<Env> {
  const routes = new Hono<Env>()
  const mayIssue = requirePermission(deps, 'issue')
  const proof = requireRecentProof(deps)

  const credentialOf = async (c: Ctx): Promise<CredentialRow> => {
    const publicId = c.req.param('id') ?? ''
    const credential = isPublicId(publicId) ? await credentialByPublicId(deps.db, publicId) : undefined
    if (credential?.organizationId !== inConsole(c).organization.id) throw new HttpError(404, 'There is no such award')
    return credential
  }
  const pathOf = (c: Ctx, publicId: string) => `${inConsole(c).base}/issued/${publicId}`
  const refused = (c: Ctx, error: unknown, publicId: string) => {
    if (!(error instanceof RevokeRefused)) throw error
    flash(c, deps, { kind: 'warning', message: c.get('t')(`revoking.refused.${error.code}`) })
    return c.redirect(pathOf(c, publicId), 303)
  }
  const badgeOf = (c: Ctx, credential: CredentialRow) =>
    contentIn(credential.snapshot.achievement, c.get('locale')).name

  // Many at once. These stand before the routes of one, whose id could be the word.
  const peopleOf = (c: Ctx, ids: readonly string[]) =>
    store.credentialsByPublicIds(deps.db, inConsole(c).organization.id, ids.filter(isPublicId).slice(0, 200))
  const showMany = async (
    c: Ctx,
    ids: readonly string[],
    typed?: Record<string, string>,
    errors: FieldError[] = [],
  ) => {
    const people = (await peopleOf(c, ids)).filter(({ validity }) => validity === 'live')
    if (people.length === 0) throw new HttpError(404, 'There is nothing to withdraw')
    const { base } = inConsole(c)
    return revokePage(c, deps, {
      people: people.map(({ publicId, recipientName }) => ({ publicId, name: recipientName })),
      action: people.length === 1 ? `${base}/issued/${people[0]?.publicId}/revoke` : `${base}/issued/revoke`,
      back: `${base}/issued`,
      typed,
      errors: shownErrors(c.get('t'), errors),
    })
  }
  routes.get('/console/:org/issued/revoke', mayIssue, proof, (c) => showMany(c, c.req.queries('id') ?? []))
  routes.post('/console/:org/issued/revoke', mayIssue, proof, async (c) => {
    const { organization, viewer, base } = inConsole(c)
    const form = await readForm(c, revokeManyForm)
    const given = (await c.req.parseBody({ all: true }))['id']
    const ids = [given ?? []].flat().filter((id) => typeof id === 'string')
    if (!form.ok) return showMany(c, ids, form.typed, form.errors)
    const people = (await peopleOf(c, ids)).filter(({ validity }) => validity === 'live')
    for (const { publicId, id } of people) {
      const credential = await credentialByPublicId(deps.db, publicId)
      if (!credential) continue
      await revokeCredential(deps, {
        organizationId: organization.id,
        credentialId: id,
        ...form.data,
        publicText: form.data.publicText ?? reasonWords(credential, form.data.reason),
        actorAccountId: viewer.accountId,
      })
    }
    flash(c, deps, { kind: 'success', message: c.get('t')('revoking.done', { n: people.length }) })
    return c.redirect(`${base}/issued`, 303)
  })

  // One
  const showRevoke = (c: Ctx, credential: CredentialRow, typed?: Record<string, string>, errors: FieldError[] = []) =>
    revokePage(c, deps, {
      people: [{ publicId: credential.publicId, name: credential.recipientName }],
      badgeName: badgeOf(c, credential),
      action: `${pathOf(c, credential.publicId)}/revoke`,
      back: pathOf(c, credential.publicId),
      typed,
      errors: shownErrors(c.get('t'), errors),
    })
  routes.get('/console/:org/issued/:id/revoke', mayIssue, proof, async (c) => showRevoke(c, await credentialOf(c)))
  routes.post('/console/:org/issued/:id/revoke', mayIssue, proof, async (c) => {
    const credential = await credentialOf(c)
    const form = await readForm(c, revokeForm)
    if (!form.ok) return showRevoke(c, credential, form.typed, form.errors)
    try {
      await revokeCredential(deps, {
        organizationId: credential.organizationId,
        credentialId: credential.id,
        ...form.data,
        publicText: form.data.publicText ?? reasonWords(credential, form.data.reason),
        actorAccountId: inConsole(c).viewer.accountId,
      })
    } catch (error) {
      return refused(c, error, credential.publicId)
    }
    flash(c, deps, {
      kind: 'success',
      message: c.get('t')('revoking.done', { n: 1 }),
      undo: { action: `${pathOf(c, credential.publicId)}/undo-revoke` },
    })
    return c.redirect(pathOf(c, credential.publicId), 303)
  })
  routes.post('/console/:org/issued/:id/undo-revoke', mayIssue, async (c) => {
    const credential = await credentialOf(c)
    await readForm(c, z.object({}))
    try {
      await undoRevocation(deps, {
        organizationId: credential.organizationId,
        credentialId: credential.id,
        actorAccountId: inConsole(c).viewer.accountId,
      })
    } catch (error) {
      return refused(c, error, credential.publicId)
    }
    flash(c, deps, { kind: 'success', message: c.get('t')('revoking.undone') })
    return c.redirect(pathOf(c, credential.publicId), 303)
  })

  // Correct
  const showReplace = (c: Ctx, credential: CredentialRow, typed?: Record<string, string>, errors: FieldError[] = []) =>
    replacePage(c, deps, {
      publicId: credential.publicId,
      badgeName: badgeOf(c, credential),
      typed: typed ?? {
        name: credential.recipientName,
        validUntil: credential.validUntil?.toISOString().slice(0, 10),
        narrative: credential.snapshot.narrative,
      },
      errors: shownErrors(c.get('t'), errors),
    })
  const replace = async (
    c: Ctx,
    credential: CredentialRow,
    o: { correction: Correction; notify: boolean; body: unknown; isWaitingOnly?: boolean },
  ) => {
    const { viewer } = inConsole(c)
    const key = await readIdempotencyKey(c)
    try {
      // One transaction for both, so that clicks that wait for the first one hold no connection that it needs.
      const publicId = await inOrganization(deps.db, credential.organizationId, (outer) =>
        once(outer, { scope: `replace:${credential.id}`, key, body: o.body, now: deps.now }, (tx) =>
          replaceInTransaction(deps, tx, {
            organizationId: credential.organizationId,
            credentialId: credential.id,
            correction: o.correction,
            isWaitingOnly: o.isWaitingOnly ?? false,
            notify: o.notify,
            actorAccountId: viewer.accountId,
          }),
        ),
      )
      flash(c, deps, { kind: 'success', message: c.get('t')('revoking.replace.done') })
      return c.redirect(pathOf(c, publicId), 303)
    } catch (error) {
      return refused(c, error, credential.publicId)
    }
  }
  routes.get('/console/:org/issued/:id/replace', mayIssue, proof, async (c) => showReplace(c, await credentialOf(c)))
  routes.post('/console/:org/issued/:id/replace', mayIssue, proof, async (c) => {
    const credential = await credentialOf(c)
    const form = await readForm(c, replaceForm)
    if (!form.ok) return showReplace(c, credential, form.typed, form.errors)
    const { name, narrative, notify, validUntil } = form.data
    if (validUntil && validUntil < credential.snapshot.awardedOn)
      return showReplace(c, credential, form.typed, [{ field: 'validUntil', message: 'issuing.error.order' }])
    return replace(c, credential, {
      body: form.typed,
      notify,
      correction: {
        name,
        narrative,
        validUntil: validUntil ? endOfDay(validUntil) : null,
        email: { stored: credential.recipientEmail, canonical: credential.recipientEmailCanonical },
      },
    })
  })
  // A wrong address, while nobody has taken the badge: its hash is signed, so this is a correction like any other.
  routes.post('/console/:org/issued/:id/address', mayIssue, proof, async (c) => {
    const credential = await credentialOf(c)
    const form = await readForm(c, addressForm)
    const email = form.ok ? parseEmailAddress(form.data.email) : undefined
    if (!email)
      return showAward(c, deps, credential, {
        isUndoable,
        typedEmail: form.typed['email'] ?? '',
        errors: [{ field: 'email', message: c.get('t')('revoking.error.email') }],
      })
    return replace(c, credential, {
      body: email.canonical,
      isWaitingOnly: true,
      notify: true,
      correction: {
        name: credential.recipientName,
        narrative: credential.snapshot.narrative,
        validUntil: credential.validUntil,
        email,
      },
    })
  })

  return routes
}

/** What the public reads when nothing was written: the reason, in the language of the badge. */
function reasonWords(credential: CredentialRow, reason: RevocationReason): string {
  return translator(credential.snapshot.achievement.language)(`revoking.reason.${reason}`)
}
