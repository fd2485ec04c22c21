const HEX_LENGTH = 12;
const CACHE_CAP = 256;
/** Longer texts are hashed each time: keeping them would hold an app's documents in memory. */
const CACHED_LENGTH = 32_768;

const cache = new Map<string, string>();

/**
 * A short name for the app's template or instructions: the first 12 hex digits of SHA-256. Only for text that the
 * app's authors wrote: a short hash of a user's words could be guessed back.
 * @returns undefined where there is no `node:crypto`
 */
export function promptHash(text: string): string | undefined {
  const known = cache.get(text);
  if (known !== undefined) return known;
  const crypto = globalThis.process?.getBuiltinModule?.('node:crypto');
  if (crypto === undefined) return undefined;
  const hash = crypto.createHash('sha256').update(text).digest('hex').slice(0, HEX_LENGTH);
  if (text.length <= CACHED_LENGTH) {
    if (cache.size >= CACHE_CAP) cache.clear();
    cache.set(text, hash);
  }
  return hash;
}
