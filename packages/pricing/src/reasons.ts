/** Why a cost is not known, or not whole. A closed list: it labels a metric. */
export const costReasons = {
  model_missing: 'The answer names no model.',
  model_unknown: 'No list has a price of the model.',
  provider_unknown: 'No list has prices of the provider, or it has no name in the conventions.',
  usage_missing: 'The answer does not say what was used, or not all of it.',
  tier_unknown: 'The answer says `auto`, a wish and no tier; taken at the standard prices.',
  tier_unpriced: 'No list has a price of the tier for that model.',
  long_context_unpriced: 'No list has a price of the tier for so long an input.',
  provisioned: 'Throughput that is paid by the hour, as your file says.',
  input_unpriced: 'The model has no price for its input.',
  cache_read_unpriced: 'The model has no price for input from the cache.',
  cache_write_unpriced: 'The model has no price, or several, for writing input to the cache.',
  cache_mixed:
    'More input came from the cache than there was text, so sound or pictures did too; taken at the price of text.',
  output_unpriced: 'The model has no price for its output.',
  reasoning_unpriced: 'The model has no price for reasoning, nor for output.',
  audio_input_unpriced: 'The model has no price for sound that was sent.',
  audio_output_unpriced: 'The model has no price for sound that was answered.',
  image_input_unpriced: 'The model has no price for pictures that were sent.',
  image_output_unpriced: 'The model has no price for pictures that were answered.',
  tool_unpriced: "One of the provider's tools ran whose fee, or what it bills beside, is not known.",
  request_unpriced: 'Requests to the model have a fee that is not known.',
  duration_unpriced: 'The model has no price for the length of a recording.',
  characters_unpriced: 'The model has no price for the length of a text.',
} as const satisfies Readonly<Record<string, string>>;

export type CostReason = keyof typeof costReasons;
