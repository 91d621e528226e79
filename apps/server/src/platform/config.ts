import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { z } from 'zod'

export type Role = 'web' | 'worker' | 'fetcher'

export interface Config {
  /** Without `PUBLIC_URL`: demo organizations and sign-ins, `/dev/mail`, a striped bar. With it: none of them. */
  mode: 'demo' | 'production'
  roles: ReadonlySet<Role>
  /** Origin that people and machines see, without a trailing slash. */
  publicUrl: string
  host: string
  /** 0 lets the system choose. */
  port: number
  /** Holds the embedded database, uploaded documents and generated secrets. */
  dataDirectory: string
  /** `undefined`: the embedded PostgreSQL. The owner's address; migrations run with it. */
  databaseUrl: string | undefined
  databaseWebUrl: string | undefined
  databaseSignerUrl: string | undefined
  /** `undefined` in demo mode: mail goes to the local mailbox page. */
  smtpUrl: string | undefined
  /** Envelope and header sender, an address. */
  mailFrom: string
  /** Envelope sender, where it differs; `{token}` in it becomes the name of the message. */
  mailReturnPath: string | undefined
  productName: string
  /** Number of proxies in front of Lapel whose `X-Forwarded-For` entries are ours (SECURITY S12). */
  trustedProxies: number
  /** 32 bytes or more; everything but the signing keys is derived from it. */
  secret: Buffer
  /** 32 bytes; wraps the data keys of the signing keys. Kept apart from the database and from {@link secret}. */
  keyEncryptionKey: Buffer
  /** Minutes a batch waits before it is sent, so that it can be cancelled. */
  batchHoldMinutes: number
  /** The VC API, which signs whatever it is sent with a key of its own: for conformance suites. */
  vcApi: boolean
  logLevel: 'silent' | 'error' | 'warn' | 'info' | 'debug'
  /** Files of the certificate (with its chain) and key that documents are signed with; `undefined`: one of our own. */
  documentCertificate: { certificateFile: string; keyFile: string } | undefined
  /** Where documents are kept; `undefined`: below {@link dataDirectory}. */
  filesS3: FilesS3 | undefined
  appleWallet: AppleWallet | undefined
  googleWallet: GoogleWallet | undefined
  /** Other services that people may sign in with. */
  signInProviders: readonly SignInProvider[]
  registration: RegistrationSettings
}

/** How people come to an account; the defaults suit a public site. */
export interface RegistrationSettings {
  /** The right code opens a session at once, instead of the sign-in page with its green box. */
  signsIn: boolean
  needsCountry: boolean
  /** The box "I'm not a robot", with its proof of work. Limits per network and address hold either way. */
  checksRobots: boolean
  /** The box "I am 16 or older", whose age depends on the country; nothing else about the age is asked or kept. */
  checksAge: boolean
  /** Ages that the operator sets otherwise than our table, by country (`FR`), and `*` for every other. */
  ages: Readonly<Record<string, number>>
}

/** An OpenID Connect provider: an institution's, or a network's. */
export interface SignInProvider {
  /** In addresses: letters, digits, hyphens. */
  id: string
  /** On the button. */
  name: string
  issuer: string
  clientId: string
  clientSecret: string
}

/** A bucket of S3 or of a service that speaks the same. Without keys the client finds its own (role, profile). */
export interface FilesS3 {
  bucket: string
  region: string
  endpoint: string | undefined
  /** Begins every key in the bucket. */
  prefix: string
  credentials: { accessKeyId: string; secretAccessKey: string } | undefined
}

export interface AppleWallet {
  passTypeIdentifier: string
  teamIdentifier: string
  certificateFile: string
  keyFile: string
  /** Apple's intermediate certificate (WWDR) that issued the pass certificate. */
  wwdrFile: string
}

export interface GoogleWallet {
  issuerId: string
  /** JSON key of a service account that may issue for {@link issuerId}. */
  serviceAccountFile: string
}

export class ConfigError extends Error {
  override name = 'ConfigError'
}

const bytes32 = (value: string) => Buffer.from(value.trim(), 'base64').length >= 32
const url = (schemes: string[]) =>
  z.string().refine((value) => URL.canParse(value) && schemes.includes(new URL(value).protocol), {
    message: `must be an address that begins with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}`,
  })

/** A local part has 64 characters at most (RFC 5321, section 4.5.3.1.1), of which a token takes 39. */
const isReturnPath = (value: string) => {
  const address = value.replace('{token}', 'a'.repeat(39))
  return /^[^\s<>"{}]{1,64}@[^\s<>"@{}]+$/.test(address)
}

const file = z.string().min(1).optional()
const onOrOff = z.enum(['on', 'off'], { message: 'must be on or off' })

const ageTable = z.record(z.string().regex(/^(?:[A-Z]{2}|\*)$/), z.number().int().min(10).max(21))

const signInProviders = z.array(
  z.strictObject({
    id: z.string().regex(/^[a-z0-9-]{1,40}$/),
    name: z.string().trim().min(1).max(60),
    issuer: url(['https:', 'http:']),
    clientId: z.string().min(1),
    clientSecret: z.string().min(1),
  }),
)

const environment = z.object({
  PUBLIC_URL: url(['http:', 'https:'])
    .refine((value) => ['/', ''].includes(new URL(value).pathname), { message: 'must be an origin, without a path' })
    .optional(),
  HOST: z.string().min(1).optional(),
  PORT: z.coerce
    .number({ message: 'must be a number from 0 to 65535' })
    .int()
    .min(0)
    .max(65_535, { message: 'must be a number from 0 to 65535' })
    .default(3000),
  DATA_DIR: z.string().min(1).default('data'),
  DATABASE_URL: url(['postgres:', 'postgresql:']).optional(),
  DATABASE_WEB_URL: url(['postgres:', 'postgresql:']).optional(),
  DATABASE_SIGNER_URL: url(['postgres:', 'postgresql:']).optional(),
  SMTP_URL: url(['smtp:', 'smtps:']).optional(),
  MAIL_FROM: z
    .string()
    .regex(/^[^\s<>"]+@[^\s<>"]+$/, { message: 'must be one mail address, such as badges@example.org' })
    .optional(),
  MAIL_RETURN_PATH: z
    .string()
    .refine(isReturnPath, {
      message: 'must be one mail address, such as bounces@example.org or bounces+{token}@example.org',
    })
    .optional(),
  PRODUCT_NAME: z.string().trim().min(1).max(60).default('Lapel'),
  TRUSTED_PROXIES: z.coerce.number({ message: 'must be a whole number' }).int().min(0).max(10).default(0),
  SECRET_KEY: z.string().refine(bytes32, { message: 'must be 32 random bytes or more in base64' }).optional(),
  SECRET_KEY_FILE: z.string().optional(),
  KEY_ENCRYPTION_KEY: z.string().refine(bytes32, { message: 'must be 32 random bytes in base64' }).optional(),
  KEY_ENCRYPTION_KEY_FILE: z.string().optional(),
  SIGN_IN_PROVIDERS: z
    .string()
    .default('[]')
    .refine((value) => signInProviders.safeParse(parseJson(value)).success, {
      message: 'must be a JSON list of { id, name, issuer, clientId, clientSecret }',
    }),
  LAPEL_ROLES: z
    .string()
    .default('web,worker,fetcher')
    .transform((value) => value.split(',').map((role) => role.trim()))
    .pipe(
      z.array(z.enum(['web', 'worker', 'fetcher'], { message: 'must list roles out of web, worker, fetcher' })).min(1),
    ),
  VC_API: onOrOff.default('off'),
  SIGN_IN_AFTER_ACTIVATION: onOrOff.default('off'),
  COUNTRY_REQUIRED: onOrOff.default('off'),
  ROBOT_CHECK: onOrOff.default('on'),
  AGE_CHECK: onOrOff.default('off'),
  AGES: z
    .string()
    .default('{}')
    .refine((value) => ageTable.safeParse(parseJson(value)).success, {
      message: 'must be JSON such as {"FR":15,"*":16}: countries by their two letters, ages from 10 to 21',
    }),
  BATCH_HOLD_MINUTES: z.coerce.number({ message: 'must be a number of minutes' }).min(0).max(1440).default(5),
  LOG_LEVEL: z
    .enum(['silent', 'error', 'warn', 'info', 'debug'], { message: 'must be silent, error, warn, info or debug' })
    .default('info'),
  DOCUMENT_CERTIFICATE_FILE: file,
  DOCUMENT_KEY_FILE: file,
  FILES_S3_BUCKET: z.string().min(1).optional(),
  FILES_S3_REGION: z.string().min(1).default('us-east-1'),
  FILES_S3_ENDPOINT: url(['http:', 'https:']).optional(),
  FILES_S3_PREFIX: z
    .string()
    .regex(/^[\w./-]*$/, { message: 'must hold letters, digits, points, dashes and slashes only' })
    .default(''),
  FILES_S3_ACCESS_KEY_ID: z.string().min(1).optional(),
  FILES_S3_SECRET_ACCESS_KEY: z.string().min(1).optional(),
  APPLE_PASS_TYPE_ID: z
    .string()
    .regex(/^pass\.[\w.-]+$/, { message: 'must be a pass type identifier, such as pass.org.example.badges' })
    .optional(),
  APPLE_TEAM_ID: z.string().min(1).optional(),
  APPLE_PASS_CERTIFICATE_FILE: file,
  APPLE_PASS_KEY_FILE: file,
  APPLE_WWDR_CERTIFICATE_FILE: file,
  GOOGLE_WALLET_ISSUER_ID: z
    .string()
    .regex(/^\d+$/, { message: 'must be the number that Google gave the issuer' })
    .optional(),
  GOOGLE_WALLET_SERVICE_ACCOUNT_FILE: file,
})
type Environment = z.infer<typeof environment>

/**
 * Reads the environment once.
 *
 * @throws {ConfigError} naming every variable that is wrong and what it should be.
 */
export function readConfig(env: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''))
  const parsed = environment.safeParse(given)
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`)
    throw new ConfigError(`Lapel cannot start with these settings:\n${lines.join('\n')}`)
  }
  const e = parsed.data
  const mode = e.PUBLIC_URL ? 'production' : 'demo'
  if (mode === 'production' && !e.SMTP_URL)
    throw new ConfigError(
      'Lapel cannot start: SMTP_URL is missing. With PUBLIC_URL set, mail must go to a real server.',
    )
  if (mode === 'production' && !e.MAIL_FROM)
    throw new ConfigError('Lapel cannot start: MAIL_FROM is missing. It is the address that badges are sent from.')
  if (e.DATABASE_URL && !e.SECRET_KEY && !e.SECRET_KEY_FILE && mode === 'production')
    throw new ConfigError(
      'Lapel cannot start: SECRET_KEY or SECRET_KEY_FILE is missing. Several processes must share it.',
    )

  const dataDirectory = path.resolve(e.DATA_DIR)
  return {
    mode,
    roles: new Set(e.LAPEL_ROLES),
    publicUrl: e.PUBLIC_URL ? new URL(e.PUBLIC_URL).origin : `http://127.0.0.1:${e.PORT}`,
    host: e.HOST ?? (mode === 'demo' ? '127.0.0.1' : '0.0.0.0'),
    port: e.PORT,
    dataDirectory,
    databaseUrl: e.DATABASE_URL,
    databaseWebUrl: e.DATABASE_WEB_URL,
    databaseSignerUrl: e.DATABASE_SIGNER_URL,
    smtpUrl: e.SMTP_URL,
    mailFrom: e.MAIL_FROM ?? 'badges@lapel.example',
    mailReturnPath: e.MAIL_RETURN_PATH,
    productName: e.PRODUCT_NAME,
    trustedProxies: e.TRUSTED_PROXIES,
    secret: secretFrom(
      'SECRET_KEY',
      e.SECRET_KEY,
      e.SECRET_KEY_FILE,
      path.join(dataDirectory, 'secrets', 'secret.key'),
    ),
    keyEncryptionKey: secretFrom(
      'KEY_ENCRYPTION_KEY',
      e.KEY_ENCRYPTION_KEY,
      e.KEY_ENCRYPTION_KEY_FILE,
      path.join(dataDirectory, 'secrets', 'key-encryption.key'),
    ).subarray(0, 32),
    batchHoldMinutes: e.BATCH_HOLD_MINUTES,
    vcApi: e.VC_API === 'on',
    signInProviders: signInProviders.parse(parseJson(e.SIGN_IN_PROVIDERS)),
    registration: {
      signsIn: e.SIGN_IN_AFTER_ACTIVATION === 'on',
      needsCountry: e.COUNTRY_REQUIRED === 'on',
      checksRobots: e.ROBOT_CHECK === 'on',
      checksAge: e.AGE_CHECK === 'on',
      ages: ageTable.parse(parseJson(e.AGES)),
    },
    logLevel: e.LOG_LEVEL,
    ...documentSettings(e),
  }
}

/** Documents, files and wallet passes: each is configured whole or not at all. */
function documentSettings(
  e: Environment,
): Pick<Config, 'documentCertificate' | 'filesS3' | 'appleWallet' | 'googleWallet'> {
  const certificate = together(e, ['DOCUMENT_CERTIFICATE_FILE', 'DOCUMENT_KEY_FILE'])
  const s3Keys = together(e, ['FILES_S3_ACCESS_KEY_ID', 'FILES_S3_SECRET_ACCESS_KEY'])
  const apple = together(e, [
    'APPLE_PASS_TYPE_ID',
    'APPLE_TEAM_ID',
    'APPLE_PASS_CERTIFICATE_FILE',
    'APPLE_PASS_KEY_FILE',
    'APPLE_WWDR_CERTIFICATE_FILE',
  ])
  const google = together(e, ['GOOGLE_WALLET_ISSUER_ID', 'GOOGLE_WALLET_SERVICE_ACCOUNT_FILE'])
  return {
    documentCertificate: certificate && {
      certificateFile: certificate.DOCUMENT_CERTIFICATE_FILE,
      keyFile: certificate.DOCUMENT_KEY_FILE,
    },
    filesS3: e.FILES_S3_BUCKET
      ? {
          bucket: e.FILES_S3_BUCKET,
          region: e.FILES_S3_REGION,
          endpoint: e.FILES_S3_ENDPOINT,
          prefix: e.FILES_S3_PREFIX,
          credentials: s3Keys && {
            accessKeyId: s3Keys.FILES_S3_ACCESS_KEY_ID,
            secretAccessKey: s3Keys.FILES_S3_SECRET_ACCESS_KEY,
          },
        }
      : undefined,
    appleWallet: apple && {
      passTypeIdentifier: apple.APPLE_PASS_TYPE_ID,
      teamIdentifier: apple.APPLE_TEAM_ID,
      certificateFile: apple.APPLE_PASS_CERTIFICATE_FILE,
      keyFile: apple.APPLE_PASS_KEY_FILE,
      wwdrFile: apple.APPLE_WWDR_CERTIFICATE_FILE,
    },
    googleWallet: google && {
      issuerId: google.GOOGLE_WALLET_ISSUER_ID,
      serviceAccountFile: google.GOOGLE_WALLET_SERVICE_ACCOUNT_FILE,
    },
  }
}

/** @throws {ConfigError} when some of the variables are given and others are not, or a file is not there. */
function together<Name extends keyof Environment>(
  e: Environment,
  names: readonly Name[],
): Record<Name, string> | undefined {
  const given = names.filter((name) => e[name] !== undefined)
  if (given.length === 0) return undefined
  const missing = names.filter((name) => e[name] === undefined)
  if (missing.length > 0)
    throw new ConfigError(`Lapel cannot start: ${missing.join(', ')} is missing beside ${given.join(', ')}.`)
  for (const name of names)
    if (name.endsWith('_FILE') && !existsSync(String(e[name])))
      throw new ConfigError(`Lapel cannot start: ${name} names ${String(e[name])}, which is not there.`)
  return Object.fromEntries(names.map((name) => [name, String(e[name])])) as Record<Name, string>
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** From the variable, from the file it names, or from a file of our own that the first start writes (mode 0600). */
function secretFrom(name: string, value: string | undefined, file: string | undefined, own: string): Buffer {
  if (value) return Buffer.from(value.trim(), 'base64')
  if (file && !existsSync(file))
    throw new ConfigError(`Lapel cannot start: ${name}_FILE names ${file}, which is not there.`)
  const from = file ?? own
  if (!existsSync(from)) {
    mkdirSync(path.dirname(from), { recursive: true, mode: 0o700 })
    writeFileSync(from, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' })
  }
  const text = readFileSync(from, 'utf8')
  if (!bytes32(text)) throw new ConfigError(`Lapel cannot start: ${from} must hold 32 random bytes or more in base64.`)
  return Buffer.from(text.trim(), 'base64')
}
