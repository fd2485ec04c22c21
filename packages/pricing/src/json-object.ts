/** An object as JSON has them, of whose properties nothing is known. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The value where it is an object, else one without properties. */
export function toObject(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}
