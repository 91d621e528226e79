import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Config } from '../config.ts'
import type { Db } from '../database/database.ts'
import type { Deps } from '../deps.ts'
import type { Secrets } from '../secrets.ts'
import {
  certificateFromPem,
  type DocumentCertificate,
  fingerprintOf,
  selfSignedCertificate,
} from './document-certificate.ts'

type KeyDeps = Pick<Deps, 'config' | 'now' | 'secrets'> & { db: Db }

const purpose = 'document-key'
/** Longer than any document is likely to be asked about; a new certificate would not make old signatures better. */
const years = 20

const known = new WeakMap<Config, Promise<DocumentCertificate>>()

/**
 * What documents are signed with: the operator's certificate from files, or one that this installation has made for itself
 * once. All processes use the same one, since its key is sealed in the database.
 *
 * @throws when the configured files do not fit together.
 */
export function documentKey(deps: KeyDeps): Promise<DocumentCertificate> {
  let key = known.get(deps.config)
  if (!key) {
    key = findKey(deps)
    known.set(deps.config, key)
    key.catch(() => known.delete(deps.config))
  }
  return key
}

async function findKey({ config, db, now, secrets }: KeyDeps): Promise<DocumentCertificate> {
  if (config.documentCertificate) {
    const key = certificateFromPem({
      certificate: readFileSync(config.documentCertificate.certificateFile, 'utf8'),
      privateKey: readFileSync(config.documentCertificate.keyFile, 'utf8'),
    })
    await record(db, { certificate: key.certificate, sealedKey: null, at: now() })
    return key
  }
  const own = await ownKey(db, secrets)
  if (own) return own
  const made = selfSignedCertificate({
    commonName: `${config.productName} documents`,
    organization: new URL(config.publicUrl).host,
    now: now(),
    years,
  })
  const pkcs8 = made.privateKey.export({ type: 'pkcs8', format: 'der' })
  await record(db, { certificate: made.certificate, sealedKey: secrets.seal(purpose, pkcs8), at: now() })
  pkcs8.fill(0)
  // Another process may have been quicker: the one that is in the database counts.
  const kept = await ownKey(db, secrets)
  if (!kept) throw new Error('The certificate for documents was not kept')
  return kept
}

async function ownKey(db: Db, secrets: Secrets): Promise<DocumentCertificate | undefined> {
  const row = await db
    .selectFrom('documentCertificates')
    .select(['certificate', 'sealedKey'])
    .where('isOwn', '=', true)
    .executeTakeFirst()
  if (!row?.sealedKey) return undefined
  const pkcs8 = secrets.open(purpose, row.sealedKey)
  const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
  pkcs8.fill(0)
  return { privateKey, certificate: Buffer.from(row.certificate) }
}

async function record(db: Db, o: { certificate: Buffer; sealedKey: Buffer | null; at: Date }): Promise<void> {
  await db
    .insertInto('documentCertificates')
    .values({
      fingerprint: fingerprintOf(o.certificate),
      certificate: o.certificate,
      sealedKey: o.sealedKey,
      isOwn: o.sealedKey !== null,
      createdAt: o.at,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** True when this installation has signed with the certificate, now or earlier. */
export async function isOurCertificate(db: Db, certificate: Uint8Array): Promise<boolean> {
  const row = await db
    .selectFrom('documentCertificates')
    .select('fingerprint')
    .where('fingerprint', '=', fingerprintOf(certificate))
    .executeTakeFirst()
  return row !== undefined
}
