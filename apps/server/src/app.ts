import { Hono } from 'hono'
import { sql } from 'kysely'
import { bodyLimit } from 'hono/body-limit'
import { styleGuideRoutes } from './achievements/style-guide-routes.ts'
import { achievementsRoutes } from './achievements/index.ts'
import {
  accountsRoutes,
  claimEntries,
  createAccounts,
  memberships,
  type MergePart,
  registerAccountsJobs,
  rowsOfAccount,
  sessionMiddleware,
} from './accounts/index.ts'
import { type IssuingDeps, issuingRoutes, registerIssuingJobs } from './issuing/index.ts'
import { accentRoutes, domainLookups, organizationsRoutes, registerOrganizationJobs } from './organizations/index.ts'
import { mailboxRoutes } from './operating/dev-mailbox/index.ts'
import {
  apiMergeParts,
  apiRoutes,
  connectedAppDoors,
  connectedAppsSection,
  registerApiJobs,
  vcApiRoutes,
} from './api/index.ts'
import { operatingRoutes } from './operating/routes.ts'
import { backpackRoutes } from './backpack/index.ts'
import {
  checkPdf,
  documentEntry,
  documentsRoutes,
  keepDocumentsOfAddress,
  registerDocumentJobs,
} from './documents/index.ts'
import { mailGate, registerSettingsJobs, settingsMergeParts, settingsRoutes, tokenDoors } from './settings/index.ts'
import {
  endSharing,
  registerSharingJobs,
  sharedNow,
  sharingMergeParts,
  sharingOff,
  sharingRoutes,
} from './sharing/index.ts'
import { addingRoutes, createVerifying, registerVerifyingJobs, verifyingRoutes } from './verifying/index.ts'
import {
  claimMailWords,
  claimEntry,
  claimingRoutes,
  keepBadgesOfAddress,
  onIssued,
  registerClaimingJobs,
  sendFreshLink,
} from './claiming/index.ts'
import { isUndoable, registerRevokingJobs, revokingRoutes, statusListRoutes } from './revoking/index.ts'
import { lostMailboxOfClaimRoutes, lostMailboxRoutes, registerRequestJobs, requestsRoutes } from './requests/index.ts'
import { createSigning, signingRoutes, whyUnsignable } from './signing/index.ts'
import type { Env } from './platform/http/context.ts'
import { crossSiteProtection } from './platform/http/csrf.ts'
import { failure } from './platform/http/failures.ts'
import { createFetchPublic } from './platform/http/fetch-public.ts'
import { ownHost } from './platform/http/own-host.ts'
import { pictureRoutes } from './platform/pictures/routes.ts'
import { clientAddress, preferences, requestLog, securityHeaders } from './platform/http/middleware.ts'
import type { Assets } from './platform/http/assets.ts'
import { HttpError } from './platform/errors.ts'
import type { Database } from './platform/database/database.ts'
import type { Deps } from './platform/deps.ts'

/** Bytes of one request; uploads are the largest. */
const largestBody = 12 * 1024 * 1024

/** What {@link createApp} needs beyond what every feature stands on. */
export interface AppParts extends Deps {
  /** Reads the private keys; handed to the signing part alone. */
  signerDb: Database
  assets: Assets
}

/** Wires the features together; the only place that knows them all. */
export function createApp(parts: AppParts): Hono<Env> {
  const app = new Hono<Env>()
  app.onError((error, c) => failure(c, parts, error))
  app.notFound((c) => failure(c, parts, new HttpError(404, 'Nothing is here')))

  app.use(requestLog(parts))
  app.use(securityHeaders(parts))
  app.use(ownHost(parts))
  app.route('/', parts.assets.routes)
  app.route('/', pictureRoutes(parts))
  app.route('/', accentRoutes())
  app.use(clientAddress(parts))
  const limit = bodyLimit({
    maxSize: largestBody,
    onError: () => {
      throw new HttpError(413, 'The request is too large')
    },
  })
  // Asking a GET for its body makes a whole Request of it, which costs more than all the rest of a kept page.
  app.use((c, next) => (c.req.method === 'GET' || c.req.method === 'HEAD' ? next() : limit(c, next)))
  app.use(sessionMiddleware(parts))
  app.use(preferences(parts))
  app.use(crossSiteProtection(parts))
  for (const { path, guard } of sharingOff(parts)) app.use(path, guard)

  const accounts = createAccounts({ providers: parts.config.signInProviders })
  const entries = [claimEntry(parts), documentEntry(parts)]
  accounts.entries.add('claim', async (token) => {
    for (const entry of entries) {
      const intent = await entry(token)
      if (intent) return intent
    }
    return undefined
  })
  accounts.onAddressLeaving(keepBadgesOfAddress)
  accounts.onAddressLeaving(keepDocumentsOfAddress)
  accounts.mergeParts.push(...mergeParts(parts))
  accounts.doorKinds.push(tokenDoors, connectedAppDoors)
  app.route('/', accountsRoutes({ ...parts, accounts }))
  app.route('/', operatingRoutes(parts))
  app.route(
    '/',
    organizationsRoutes(parts, {
      lookups,
      sharing: { endSharing, sharedNow },
      onOrganizationCreated: async (id) => void (await issuingDeps(parts).signing.ensureSigningKey(id)),
    }),
  )
  app.route('/', achievementsRoutes(parts, { checkSignable: (content) => whyUnsignable(parts.config, content) }))
  app.route('/', mailboxRoutes(parts))
  if (parts.config.vcApi) app.route('/', vcApiRoutes(parts))
  app.route('/', signingRoutes(parts))
  app.route('/', revokingRoutes(issuingDeps(parts)))
  app.route('/', issuingRoutes(issuingDeps(parts), { isUndoable }))
  app.route('/', statusListRoutes(parts))
  app.route('/', claimingRoutes(parts, claimEntries({ ...parts, accounts })))
  app.route('/', lostMailboxRoutes(parts))
  app.route('/', lostMailboxOfClaimRoutes(parts))
  app.route('/', requestsRoutes(parts))
  app.route('/', backpackRoutes(parts))
  app.route('/', sharingRoutes(parts, { signAsJwt: (id) => issuingDeps(parts).signing.signAsJwt(id) }))
  app.route('/', documentsRoutes(parts))
  app.route(
    '/',
    settingsRoutes({
      ...parts,
      fetchPublic: createFetchPublic(),
      connectedApps: (c) => connectedAppsSection(c, parts),
    }),
  )
  registerSettingsJobs({ ...parts, askOwnSite: (request) => app.fetch(request) })
  const fetchPublic = createFetchPublic()
  const verifier = createVerifying({ ...parts, fetchPublic, askOwnSite: (request) => app.fetch(request) })
  app.route('/', addingRoutes({ ...parts, verifier, fetchPublic }))
  app.route('/', apiRoutes({ ...parts, verifier, fetchPublic }))
  registerVerifyingJobs({ ...parts, verifier, fetchPublic })
  app.route('/', verifyingRoutes({ ...parts, verifier, checkPdf: (bytes) => checkPdf(parts, bytes) }))
  if (parts.config.mode === 'demo') app.route('/', styleGuideRoutes(parts))
  return app
}

/**
 * What moves when two accounts become one: everything that names the person and still has an effect. A test reads the
 * database's catalog and fails when a column that names an account is forgotten.
 */
const mergeParts = ({ now }: AppParts): MergePart[] => [
  rowsOfAccount({ table: 'credentials', column: 'accountId', key: 'id', label: 'merge.part.badges' }),
  // The signing part asks again whether the one who issues may: the place in the team has moved.
  rowsOfAccount({ table: 'credentials', column: 'createdBy', key: 'id', only: sql`lifecycle <> 'issued'` }),
  rowsOfAccount({ table: 'batches', column: 'createdBy', key: 'id' }),
  rowsOfAccount({
    table: 'importedBadges',
    column: 'accountId',
    key: 'id',
    apart: ['contentHash'],
    label: 'merge.part.imported',
  }),
  rowsOfAccount({ table: 'documents', column: 'accountId', key: 'id', label: 'documents.count' }),
  rowsOfAccount({
    table: 'autoAccepts',
    column: 'accountId',
    key: 'organizationId',
    apart: ['organizationId'],
    label: 'merge.part.autoAccepts',
  }),
  rowsOfAccount({ table: 'correctionRequests', column: 'fromAccountId', key: 'id' }),
  rowsOfAccount({ table: 'lostMailboxes', column: 'accountId', key: 'id' }),
  rowsOfAccount({ table: 'rebindingAwards', column: 'holderId', key: 'credentialId' }),
  rowsOfAccount({ table: 'rebindingVouches', column: 'accountId', key: 'rebindingId', apart: ['rebindingId'] }),
  memberships,
  ...settingsMergeParts({ now }),
  ...apiMergeParts({ now }),
  ...sharingMergeParts,
]

/** How the outside is asked about an organization's domain. */
const lookups = domainLookups(createFetchPublic())

/** Registers what the features do later. Called once per process, before the queue starts. */
export function registerJobs(parts: AppParts): void {
  parts.outbox.useGate(mailGate(parts))
  registerAccountsJobs(parts)
  registerOrganizationJobs(parts, lookups)
  const issuing = issuingDeps(parts)
  issuing.issuedListeners.push(onIssued(parts))
  registerIssuingJobs(issuing)
  registerRevokingJobs(issuing)
  registerRequestJobs(issuing)
  registerDocumentJobs(parts)
  registerClaimingJobs(parts)
  registerSharingJobs(parts)
  registerApiJobs(parts)
}

const known = new WeakMap<AppParts, IssuingDeps>()

/** What issuing and revoking stand on: the signing part, which alone gets the connection to the keys, and the listeners. */
export function issuingDeps(parts: AppParts): IssuingDeps {
  let deps = known.get(parts)
  if (!deps) {
    const { signerDb, assets: _assets, ...ground } = parts
    const signing = createSigning({ db: signerDb, config: parts.config, now: parts.now, log: parts.log })
    deps = {
      ...ground,
      signing,
      issuedListeners: [],
      resendAwardMail: (credentialId, idempotencyKey) => sendFreshLink(parts, { credentialId, idempotencyKey }),
      previewAwardMail: ({ locale, ...award }) =>
        claimMailWords(parts, {
          credential: { ...award, publicId: 'preview' },
          claim: { token: '…', expiresAt: new Date(parts.now().getTime() + 90 * 86_400_000) },
          locale,
          isKnown: false,
        }),
    }
    known.set(parts, deps)
  }
  return deps
}
