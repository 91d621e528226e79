/** A JSON value as `JSON.parse` gives it. */
export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject

/** A JSON object; JSON-LD documents, credentials and proofs arrive as this and are checked from there. */
export type JsonObject = { [key: string]: JsonValue | undefined }

/**
 * True for a JSON object, false for arrays, null and everything else.
 *
 * @example
 * isJsonObject([]) // false
 */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
