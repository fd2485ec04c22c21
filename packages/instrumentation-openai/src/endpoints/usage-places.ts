import type { ProviderName } from '@genvitals/conventions';
import type { Usage } from '../endpoint.ts';
import { isCount, toCount } from '../tokens.ts';

/** A part of an answer as it came; it may be anything. */
type Part = { readonly [name: string]: Part | undefined } | null | undefined;

/** A place in a completion, or in a chunk of one, where some server puts its usage. */
export interface UsagePlace {
  /** Whose answers have it there, beside whoever copies them. */
  readonly seenAt: readonly ProviderName[];
  readonly find: (answer: Part) => Part;
  /** Whether what was found counts the input; without that it is no usage. */
  readonly counts: (found: Part) => boolean;
  readonly read: (found: Part) => Usage;
}

/** Another place in a usage that says what was read from the cache, beside OpenAI's own. */
interface CachePlace {
  readonly seenAt: readonly ProviderName[];
  readonly read: (usage: Part) => unknown;
}

const CACHE_PLACES: readonly CachePlace[] = [
  { seenAt: ['deepseek'], read: (usage) => usage?.['prompt_cache_hit_tokens'] },
  { seenAt: ['moonshot_ai'], read: (usage) => usage?.['cached_tokens'] },
  { seenAt: ['mistral_ai'], read: (usage) => usage?.['num_cached_tokens'] },
  { seenAt: ['mistral_ai'], read: (usage) => usage?.['prompt_token_details']?.['cached_tokens'] },
];

function toCountOrNone(value: unknown): number | undefined {
  return isCount(value) ? value : undefined;
}

function cachedElsewhere(usage: Part): number | undefined {
  for (const { read } of CACHE_PLACES) {
    const count = read(usage);
    if (isCount(count)) return count;
  }
  return undefined;
}

/** Tokens that some servers count beside prompt and completion, and where they belong. */
interface Addition {
  readonly seenAt: readonly ProviderName[];
  /**
   * How many there are; 0 where the usage is not of this kind.
   * @param remainder what the total has beyond prompt and completion; 0 where there is no total
   */
  readonly tokens: (remainder: number, usage: Part, counts: Usage) => number;
  readonly total: 'input' | 'output';
  readonly part: keyof Usage;
}

function isPositive(value: unknown): boolean {
  return typeof value === 'number' && value > 0;
}

function hasNoOutputDetails(usage: Part): boolean {
  return (usage?.['completion_tokens_details'] ?? undefined) === undefined;
}

const ADDITIONS: readonly Addition[] = [
  {
    seenAt: ['x_ai'],
    tokens: (remainder, _usage, { reasoning }) => (remainder === reasoning ? remainder : 0),
    total: 'output',
    part: 'reasoning',
  },
  {
    // More than the completion, of which it can be no part; it is not in the total either.
    seenAt: ['perplexity'],
    tokens: (_remainder, usage, { output = 0 }) => {
      const reasoning: unknown = usage?.['reasoning_tokens'];
      return isCount(reasoning) && reasoning > output && hasNoOutputDetails(usage) ? reasoning : 0;
    },
    total: 'output',
    part: 'reasoning',
  },
  {
    seenAt: ['mistral_ai'],
    tokens: (remainder, usage) => (isPositive(usage?.['prompt_audio_seconds']) ? remainder : 0),
    total: 'input',
    part: 'audioInput',
  },
  {
    // Thinking that is in the total and named nowhere.
    seenAt: ['gcp.gemini', 'gcp.vertex_ai'],
    tokens: (remainder, usage) => (hasNoOutputDetails(usage) ? remainder : 0),
    total: 'output',
    part: 'reasoning',
  },
];

function withAdditions(usage: Part, counts: Usage): Usage {
  const { input, output = 0 } = counts;
  const total: unknown = usage?.['total_tokens'];
  const remainder = isCount(total) ? Math.max(0, total - input - output) : 0;
  for (const row of ADDITIONS) {
    const tokens = row.tokens(remainder, usage, counts);
    if (tokens > 0) return { ...counts, [row.part]: tokens, [row.total]: (counts[row.total] ?? 0) + tokens };
  }
  // Some leave out what is 0; the total tells.
  return counts.output === undefined && isCount(total) ? { ...counts, output: remainder } : counts;
}

/** Counts in OpenAI's words, whose totals include their details, and are made to where a server's do not. */
function readCounts(usage: Part): Usage {
  const prompt = usage?.['prompt_tokens_details'];
  const completion = usage?.['completion_tokens_details'];
  const counts: Usage = {
    input: toCount(usage?.['prompt_tokens']),
    output: toCountOrNone(usage?.['completion_tokens']),
    cacheRead: toCountOrNone(prompt?.['cached_tokens']) ?? cachedElsewhere(usage),
    cacheWrite: toCountOrNone(prompt?.['cache_write_tokens']),
    reasoning: toCountOrNone(completion?.['reasoning_tokens']),
    audioInput: toCountOrNone(prompt?.['audio_tokens']),
    audioOutput: toCountOrNone(completion?.['audio_tokens']),
    imageInput: toCountOrNone(prompt?.['image_tokens']),
    imageOutput: toCountOrNone(completion?.['image_tokens']),
  };
  return withAdditions(usage, counts);
}

const countsPrompt = (usage: Part): boolean => isCount(usage?.['prompt_tokens']);

/** The first place with a count holds. To read a usage from another place, add its row. */
export const usagePlaces: readonly UsagePlace[] = [
  {
    seenAt: ['openai'],
    find: (answer) => answer?.['usage'],
    counts: countsPrompt,
    read: readCounts,
  },
  {
    seenAt: ['groq'],
    find: (answer) => answer?.['x_groq']?.['usage'],
    counts: countsPrompt,
    read: readCounts,
  },
  {
    seenAt: ['moonshot_ai'],
    find: (answer) => answer?.['choices']?.[0]?.['usage'],
    counts: countsPrompt,
    read: readCounts,
  },
  {
    seenAt: ['llama_cpp'],
    find: (answer) => answer?.['timings'],
    // What is cached is not in `prompt_n`; a server that does not say how much that is has not counted the input.
    counts: (timings) => isCount(timings?.['prompt_n']) && isCount(timings?.['cache_n']),
    read: (timings) => {
      const cacheRead = toCount(timings?.['cache_n']);
      const input = toCount(timings?.['prompt_n']) + cacheRead;
      return { input, output: toCountOrNone(timings?.['predicted_n']), cacheRead };
    },
  },
];
