// Made by scripts/message-keys.ts from locales/*.en.json.
export type MessageKey =
  | 'error.notfound'
  | 'error.summary'
  | 'platform.name'
