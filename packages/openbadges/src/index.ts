export { OpenBadgesError, type OpenBadgesErrorCode } from './errors.ts'
export { isJsonObject, type JsonObject, type JsonValue } from './json.ts'
