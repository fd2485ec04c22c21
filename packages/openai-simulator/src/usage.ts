/** Tokens of one answer. `cached` is a part of `input`, `reasoning` a part of `output`. */
export interface Usage {
  readonly input: number;
  readonly cached: number;
  readonly output: number;
  readonly reasoning: number;
}

export const noUsage: Usage = { input: 0, cached: 0, output: 0, reasoning: 0 };

/** As chat completions and legacy completions write it. */
export function toCompletionUsage(usage: Usage) {
  return {
    prompt_tokens: usage.input,
    completion_tokens: usage.output,
    total_tokens: usage.input + usage.output,
    prompt_tokens_details: { cached_tokens: usage.cached, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoning,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

/** As the Responses API writes it. */
export function toResponseUsage(usage: Usage) {
  return {
    input_tokens: usage.input,
    input_tokens_details: { cached_tokens: usage.cached, cache_write_tokens: 0 },
    output_tokens: usage.output,
    output_tokens_details: { reasoning_tokens: usage.reasoning },
    total_tokens: usage.input + usage.output,
  };
}

/** As embeddings and the oldest completions write it: no details. */
export function toBareUsage(usage: Usage) {
  return { prompt_tokens: usage.input, total_tokens: usage.input };
}
