import type { PromptMeasure } from './tokens.ts';

/** Which prompt beginnings a model has seen lately. */
export interface PromptCache {
  /** Tokens of the longest known beginning; the whole prompt is known from now on. */
  read(model: string, prompt: PromptMeasure, nowMs: number): number;
}

const keptMs = 10 * 60_000;
const keptEntries = 50_000;

export function createPromptCache(): PromptCache {
  // A Map keeps the order of insertion: re-inserting on every use makes its first entry the oldest.
  const seen = new Map<string, number>();
  return {
    read(model, prompt, nowMs) {
      let cached = 0;
      for (const prefix of prompt.prefixes) {
        const key = `${model} ${prefix.tokens} ${prefix.hash}`;
        const usedAt = seen.get(key);
        if (usedAt !== undefined && nowMs - usedAt <= keptMs) cached = prefix.tokens;
        seen.delete(key);
        seen.set(key, nowMs);
      }
      for (const oldest of seen.keys()) {
        if (seen.size <= keptEntries) break;
        seen.delete(oldest);
      }
      return cached;
    },
  };
}
