import type { Config } from '../platform/config.ts'

type Site = Pick<Config, 'publicUrl'>

/** Id of a credential and address of its page: machines that ask for JSON there get the credential. */
export function credentialUrl({ publicUrl }: Site, publicId: string): string {
  return `${publicUrl}/b/${publicId}`
}

/** Id of one version of an achievement. It is in signatures, so it depends on no name that may change. */
export function achievementUrl(
  { publicUrl }: Site,
  o: { organizationPublicId: string; achievementPublicId: string; version: number },
): string {
  return `${publicUrl}/i/${o.organizationPublicId}/achievements/${o.achievementPublicId}/${o.version}`
}

export function statusListUrl({ publicUrl }: Site, publicId: string): string {
  return `${publicUrl}/status/${publicId}`
}

/** A picture by the hash of its bytes: the same address always gives the same bytes. */
export function pictureUrl({ publicUrl }: Site, hash: string): string {
  return `${publicUrl}/pictures/${hash}.png`
}
