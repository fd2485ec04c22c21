import type { CompletionUsage } from 'openai/resources/completions';
import type { Usage } from '../endpoint.ts';

/** Fields that only some versions or providers send. */
interface PromptDetails {
  readonly cached_tokens?: number;
  readonly cache_write_tokens?: number;
  readonly audio_tokens?: number;
  readonly image_tokens?: number;
}

interface CompletionDetails {
  readonly reasoning_tokens?: number;
  readonly audio_tokens?: number;
  readonly image_tokens?: number;
}

/** The usage of chat and legacy completions, whose totals include their details. */
export function completionUsage(usage: CompletionUsage | null | undefined): Usage | undefined {
  if (usage === null || usage === undefined) return undefined;
  const prompt: PromptDetails = usage.prompt_tokens_details ?? {};
  const completion: CompletionDetails = usage.completion_tokens_details ?? {};
  return {
    input: usage.prompt_tokens,
    output: usage.completion_tokens ?? 0,
    cacheRead: prompt.cached_tokens,
    cacheWrite: prompt.cache_write_tokens,
    reasoning: completion.reasoning_tokens,
    audioInput: prompt.audio_tokens,
    audioOutput: completion.audio_tokens,
    imageInput: prompt.image_tokens,
    imageOutput: completion.image_tokens,
  };
}
