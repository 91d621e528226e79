/** Lapel's components: plain functions that take translated words and give markup. See style-guide.ts for each in every state. */
export * from './badge-card.ts'
export * from './content.ts'
export * from './feedback.ts'
export * from './forms.ts'
export { drawing, type DrawingName, icon, type IconName, logoMark } from './icons.ts'
export * from './navigation.ts'
export * from './tables.ts'
