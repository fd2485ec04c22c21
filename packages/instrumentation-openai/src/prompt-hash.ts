import type { Attributes } from '@opentelemetry/api';
import type { Endpoint } from './endpoint.ts';
import { PROMPT_HASH, PROMPT_HASH_SOURCE } from './keys.ts';

const HEX_LENGTH = 12;
const CACHE_CAP = 256;
/** Longer texts are hashed each time: keeping them would hold an app's documents in memory. */
const CACHED_LENGTH = 32_768;

const cache = new Map<string, string>();

/**
 * A short name for the app's instructions to the model: the first 12 hex digits of SHA-256. Only for
 * system, developer and instructions text: a short hash of a user's words could be guessed back.
 */
function promptHash(text: string): string | undefined {
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

/** Writes the hash of the instructions of a request that has some. */
export function describePrompt(endpoint: Endpoint, params: unknown, target: Attributes): void {
  if (endpoint.promptText === undefined) return;
  let text: string | undefined;
  try {
    text = endpoint.promptText(params);
  } catch {
    return;
  }
  if (text === undefined) return;
  const hash = promptHash(text);
  if (hash === undefined) return;
  target[PROMPT_HASH] = hash;
  target[PROMPT_HASH_SOURCE] = 'instructions';
}
