import type { Attributes } from '@opentelemetry/api';
import { promptHash } from '@genvitals/context/host';
import type { Endpoint } from './endpoint.ts';
import { PROMPT_HASH, PROMPT_HASH_SOURCE } from './keys.ts';

/** Writes the hash of the instructions of a request that has some. */
export function describePrompt(endpoint: Endpoint, params: unknown, target: Attributes): void {
  // A template that the app names says more.
  if (endpoint.promptText === undefined || target[PROMPT_HASH] !== undefined) return;
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
