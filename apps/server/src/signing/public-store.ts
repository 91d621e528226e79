import type { Db } from '../platform/database/database.ts'

/** The public halves of an issuer's keys, oldest first; readable by every role. */
export function publicKeys(db: Db, organizationId: string) {
  return db
    .selectFrom('signingKeyPublics')
    .select(['verificationMethod', 'publicKeyMultibase', 'state', 'revokedAt'])
    .where('organizationId', '=', organizationId)
    .orderBy('createdAt')
    .execute()
}

/** One published version of a badge template with its owner, by the ids that stand in credentials. */
export function publishedVersion(
  db: Db,
  o: { organizationPublicId: string; achievementPublicId: string; version: number },
) {
  return db
    .selectFrom('achievementVersions as v')
    .innerJoin('achievements as a', (join) =>
      join.onRef('a.id', '=', 'v.achievementId').onRef('a.organizationId', '=', 'v.organizationId'),
    )
    .innerJoin('organizations as o', 'o.id', 'a.organizationId')
    .select(['v.content', 'v.picturePngHash', 'v.version', 'a.slug', 'o.slug as organizationSlug'])
    .where('o.publicId', '=', o.organizationPublicId)
    .where('a.publicId', '=', o.achievementPublicId)
    .where('v.version', '=', o.version)
    .executeTakeFirst()
}
