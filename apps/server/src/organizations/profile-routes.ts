import { Hono } from 'hono'
import { requireSignedIn, signedIn } from '../accounts/index.ts'
import type { Deps } from '../platform/deps.ts'
import type { Ctx, Env } from '../platform/http/context.ts'
import { type FieldError as FormError, readForm } from '../platform/http/forms.ts'
import { flash, formFields, page, readIdempotencyKey } from '../platform/http/page.ts'
import type { MessageKey, Translate } from '../platform/i18n/messages.ts'
import type { FieldError } from '../platform/pages/components.ts'
import { pictureByHash, savePicture } from '../platform/pictures/store.ts'
import { PictureRefused, readUploadedPicture } from '../platform/pictures/upload.ts'
import {
  type ConsoleContext,
  consolePage,
  hasConsoleSection,
  inConsole,
  requirePermission,
  requireRole,
} from './console.ts'
import { createOrganization, OrganizationRefused, type OrganizationRefusal } from './create-organization.ts'
import { formatNumber } from './formats.ts'
import { may, type Permission } from './organization.ts'
import { overviewParts } from './overview-parts.ts'
import { choices, figures, overview, setupChecklist, type SetupStep } from './overview-pages.ts'
import { pictureRefusalMessage, removedMessage } from './picture-messages.ts'
import { type OrganizationProfile, profileForm as profileSchema } from './profile.ts'
import { profileForm, type ProfileFormState, profileState } from './profile-pages.ts'
import * as store from './store.ts'
import { updateProfile } from './update-profile.ts'

const refusals: Record<OrganizationRefusal, { field: string; message: MessageKey }> = {
  'organization.slug-taken': { field: 'slug', message: 'organization.slug.taken' },
  'organization.slug': { field: 'slug', message: 'organization.slug.shape' },
  'organization.too-many': { field: '', message: 'organization.tooMany' },
}

export interface ProfileHooks {
  /** Called after an organization was created; makes its signing key. */
  onOrganizationCreated(organizationId: string): Promise<void>
}

/** Choosing, creating, looking over and describing an organization. */
export function profileRoutes(deps: Deps, hooks: ProfileHooks): Hono<Env> {
  const routes = new Hono<Env>()

  routes.get('/console', requireSignedIn, async (c) => {
    const t = c.get('t')
    const organizations = await store.organizationsOf(deps.db, signedIn(c).accountId)
    return page(c, deps, {
      title: t('console.title'),
      ...(organizations.length > 0 ? { lead: t('console.lead') } : {}),
      body: choices(t, organizations),
      section: 'console',
      width: 'text',
    })
  })

  const newPage = (c: Ctx, state: ProfileFormState) => {
    const t = c.get('t')
    return page(c, deps, {
      title: t('organization.new.title'),
      lead: t('organization.new.lead'),
      body: profileForm(t, {
        ...state,
        locale: c.get('locale'),
        fields: formFields(c, deps),
        action: '/console/new',
        publicUrl: deps.config.publicUrl,
      }),
      section: 'console',
      width: 'form',
      error: state.errors.length > 0,
    })
  }
  routes.get('/console/new', requireSignedIn, (c) => newPage(c, profileState(undefined)))
  routes.post('/console/new', requireSignedIn, async (c) => {
    const read = await readProfile(c, deps, { keptLogo: null })
    if (!read.ok) return newPage(c, read.state)
    try {
      const { id, slug } = await createOrganization(deps, {
        accountId: signedIn(c).accountId,
        profile: read.profile,
        slug: read.slug,
        key: await readIdempotencyKey(c),
      })
      await hooks.onOrganizationCreated(id)
      flash(c, deps, {
        kind: 'success',
        message: withNotice(c.get('t')('organization.new.done', { name: read.profile.name }), read.notice),
      })
      return c.redirect(`/console/${slug}`, 303)
    } catch (error) {
      return newPage(c, refused(c.get('t'), read, error))
    }
  })

  const profilePage = async (c: Ctx, state: ProfileFormState) => {
    const t = c.get('t')
    const { organization, base } = inConsole(c)
    return consolePage(c, deps, {
      title: t('organization.profile.title'),
      lead: t('organization.profile.lead'),
      body: profileForm(t, {
        ...state,
        locale: c.get('locale'),
        fields: formFields(c, deps),
        action: `${base}/profile`,
        publicUrl: deps.config.publicUrl,
        organization,
      }),
      width: 'form',
      error: state.errors.length > 0,
    })
  }
  routes.get('/console/:org/profile', requirePermission(deps, 'manage'), (c) =>
    profilePage(c, profileState(inConsole(c).organization)),
  )
  routes.post('/console/:org/profile', requirePermission(deps, 'manage'), async (c) => {
    const { organization, viewer } = inConsole(c)
    const read = await readProfile(c, deps, { keptLogo: organization.logoHash })
    if (!read.ok) return profilePage(c, read.state)
    const slug = read.slug ?? organization.slug
    try {
      await updateProfile(deps, { organization, accountId: viewer.accountId, profile: read.profile, slug })
      flash(c, deps, { kind: 'success', message: withNotice(c.get('t')('organization.profile.done'), read.notice) })
      return c.redirect(`/console/${slug}/profile`, 303)
    } catch (error) {
      return profilePage(c, refused(c.get('t'), read, error))
    }
  })

  routes.get('/console/:org', requireRole(deps), async (c) => {
    const t = c.get('t')
    const context = inConsole(c)
    const { organization, base } = context
    const counts = await store.overviewCounts(deps.db, organization.id)
    const members = await store.membersOf(deps.db, organization.id)
    const number = (value: number) => formatNumber(c.get('locale'), value)
    const parts = await Promise.all(overviewParts().map((part) => part(c, context)))
    return consolePage(c, deps, {
      title: t('organization.overview.title'),
      body: overview([
        setupChecklist(t, setupSteps(t, context, counts)),
        ...parts,
        figures(
          t,
          { published: number(counts.published), issued: number(counts.issued), members: number(members.length) },
          base,
        ),
      ]),
    })
  })
  return routes
}

function setupSteps(
  t: Translate,
  { organization, role, base }: ConsoleContext,
  counts: { published: number; hasTestAward: boolean },
): SetupStep[] {
  const step = (
    key: 'profile' | 'logo' | 'domain' | 'linkedin' | 'template' | 'test',
    path: string,
    permission: Permission,
    isDone: boolean,
  ): SetupStep => ({
    title: t(`organization.setup.${key}`),
    why: t(`organization.setup.${key}.why`),
    href: may(role, permission) ? `${base}/${path}` : undefined,
    isDone,
  })
  const { description, website, contactEmail, logoHash, domainConfirmedAt, linkedinOrganizationId } = organization
  const isDescribed = description !== '' && website !== null && contactEmail !== null
  return [
    step('profile', 'profile', 'manage', isDescribed),
    step('logo', 'profile#looks', 'manage', logoHash !== null),
    step('domain', 'domain', 'manage', domainConfirmedAt !== null),
    step('linkedin', 'profile#issuing', 'manage', linkedinOrganizationId !== null),
    ...(hasConsoleSection('badges') ? [step('template', 'badges', 'design', counts.published > 0)] : []),
    ...(hasConsoleSection('issue') ? [step('test', 'issue', 'issue', counts.hasTestAward)] : []),
  ]
}

function withNotice(message: string, notice: string | undefined): string {
  return notice ? `${message} ${notice}` : message
}

type ReadProfile =
  | {
      ok: true
      profile: OrganizationProfile
      slug: string | undefined
      notice: string | undefined
      typed: Record<string, string>
    }
  | { ok: false; state: ProfileFormState }

/**
 * Reads the form and the picture in it. A good picture is stored even when another field is refused, since a browser
 * cannot be given a chosen file back.
 */
async function readProfile(
  c: Ctx,
  deps: Pick<Deps, 'db' | 'now'>,
  { keptLogo }: { keptLogo: string | null },
): Promise<ReadProfile> {
  const t = c.get('t')
  const form = await readForm(c, profileSchema)
  const body = await c.req.parseBody({ all: true })
  const errors: FieldError[] = form.ok ? [] : translated(t, form.errors)
  // The hash comes back from our own form; one that is not stored is as good as none.
  const carried = form.typed['logoHash']
  let logoHash =
    carried && /^[0-9a-f]{64}$/.test(carried) && (await pictureByHash(deps.db, carried)) ? carried : keptLogo
  if (body['removeLogo'] !== undefined) logoHash = null
  let notice: string | undefined
  const file = body['logo']
  if (file instanceof File && (file.size > 0 || file.name !== '')) {
    try {
      const upload = await readUploadedPicture(new Uint8Array(await file.arrayBuffer()), {
        square: false,
        minimum: 64,
        largest: 512,
      })
      logoHash = await savePicture(deps.db, upload.png, deps.now)
      notice = removedMessage(t, c.get('locale'), upload.removed)
    } catch (error) {
      if (!(error instanceof PictureRefused)) throw error
      errors.push({ field: 'logo', message: pictureRefusalMessage(t, error) })
    }
  }
  if (!form.ok || errors.length > 0) return { ok: false, state: { typed: form.typed, errors, logoHash, notice } }
  const { data } = form
  return {
    ok: true,
    typed: form.typed,
    slug: data.slug,
    notice,
    profile: {
      name: data.name,
      description: data.description,
      website: data.website,
      contactEmail: data.contactEmail,
      linkedinOrganizationId: data.linkedinOrganizationId,
      logoHash,
      accent: data.accent,
      credentialLabel: data.credentialLabel,
      claimLinkDays: data.claimLinkDays,
      reminderDays: data.reminderDays,
      endingDays: data.endingDays,
    },
  }
}

function translated(t: Translate, errors: readonly FormError[]): FieldError[] {
  return errors.map(({ field, message, values }) => ({ field, message: t(message, values) }))
}

function refused(t: Translate, read: ReadProfile & { ok: true }, error: unknown): ProfileFormState {
  if (!(error instanceof OrganizationRefused)) throw error
  const { field, message } = refusals[error.code]
  return {
    typed: read.typed,
    logoHash: read.profile.logoHash,
    notice: read.notice,
    errors: [{ field, message: t(message, error.values) }],
  }
}
