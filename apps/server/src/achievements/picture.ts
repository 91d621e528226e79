import type { Db } from '../platform/database/database.ts'
import type { Now } from '../platform/clock.ts'
import { rasterize } from '../platform/pictures/raster.ts'
import { pictureByHash, savePicture } from '../platform/pictures/store.ts'
import { badgeAltText, type BadgeDesign, badgeSvg, designBadge, designContrast } from './badge-image.ts'
import type { AchievementContent, BadgeImageSettings } from './content.ts'

/** Width of the PNG of a template, in pixels. */
export const pictureWidth = 1024
/** Below this the letters are hard to read, and the designer says so instead of saving (WCAG 2.2, 1.4.3). */
export const leastContrast = 4.5

/** How the generated picture of a template looks; the same template always looks the same. */
export function designOf(achievement: { publicId: string }, name: string, settings: BadgeImageSettings): BadgeDesign {
  return designBadge({ seed: achievement.publicId, name, settings })
}

export function contrastOf(design: BadgeDesign): number {
  return designContrast(design)
}

/** The words for people who do not see the picture, as long as nobody wrote better ones. */
export function proposedAltText(
  content: Pick<AchievementContent, 'name' | 'language'>,
  achievement: { publicId: string },
  settings: BadgeImageSettings,
): string {
  return badgeAltText(content.language, designOf(achievement, content.name, settings))
}

/** Draws and keeps the pictures that a version is published with. */
export async function pictureForPublication(
  db: Db,
  now: Now,
  achievement: { publicId: string },
  content: AchievementContent,
): Promise<{ pngHash: string; svgHash: string | null }> {
  if (content.image.kind === 'uploaded') {
    const { pictureHash, svgHash } = content.image
    if (!(await pictureByHash(db, pictureHash))) throw new Error(`The picture ${pictureHash} is not stored`)
    return { pngHash: pictureHash, svgHash: svgHash ?? null }
  }
  const svg = badgeSvg(designOf(achievement, content.name, content.image.settings))
  const png = await rasterize(svg, pictureWidth)
  const size = { width: pictureWidth, height: pictureWidth }
  return {
    pngHash: await savePicture(db, { contentType: 'image/png', ...size, bytes: png }, now),
    svgHash: await savePicture(db, { contentType: 'image/svg+xml', ...size, bytes: Buffer.from(svg) }, now),
  }
}
