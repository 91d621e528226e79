export {
  achievementContent,
  contentIn,
  type AchievementContent,
  type AchievementImage,
  type BadgeImageSettings,
  type ContentLanguage,
  type ContentTranslation,
  type EvidenceRule,
  type Expiry,
  type Skill,
} from './content.ts'
export {
  achievementVersion,
  publishedAchievement,
  publishedAchievements,
  type PublishedAchievement,
} from './published.ts'
export { createTemplate, publishTemplate, saveDraft, type CheckSignable } from './edit.ts'
export { achievementsRoutes } from './routes.ts'
