import type { CostReason, PriceQuery, TokenKind } from '@genvitals/pricing';

type Details = { readonly [Kind in TokenKind]?: number };

const INPUT_DETAILS = ['cache_read', 'cache_write', 'audio_input', 'image_input'] as const;
const OUTPUT_DETAILS = ['reasoning', 'audio_output', 'image_output'] as const;

/** A usage as answers state it, in totals that include their details, taken apart. */
export function used(input: number, output: number, details: Details = {}): Details {
  const sum = (kinds: readonly TokenKind[]): number =>
    kinds.reduce((total, kind) => total + (details[kind] ?? 0), 0);
  return { ...details, input: input - sum(INPUT_DETAILS), output: output - sum(OUTPUT_DETAILS) };
}

export interface RecordedUsage {
  readonly name: string;
  readonly query: Omit<PriceQuery, 'provider' | 'atMs'> & {
    readonly provider?: string;
    readonly day?: string;
  };
  /** By hand: tokens times USD for a million. */
  readonly usd: number;
  /** Where the price is not whole. */
  readonly reason?: CostReason;
}

const M = 1e6;

/** Usages that servers sent, with what they cost by OpenAI's price list. */
export const recordedUsages: readonly RecordedUsage[] = [
  {
    name: 'gpt-4o-mini, a short chat',
    query: { model: 'gpt-4o-mini-2024-07-18', tier: 'default', tokens: used(22, 3) },
    usd: (22 * 0.15 + 3 * 0.6) / M,
  },
  {
    name: 'gpt-4o-mini, two words',
    query: { model: 'gpt-4o-mini-2024-07-18', tier: 'default', tokens: used(12, 2) },
    usd: (12 * 0.15 + 2 * 0.6) / M,
  },
  {
    name: 'gpt-4o-mini, several choices, no tier told',
    query: { model: 'gpt-4o-mini-2024-07-18', tokens: used(12, 24) },
    usd: (12 * 0.15 + 24 * 0.6) / M,
  },
  {
    name: 'gpt-4o-mini, tools',
    query: { model: 'gpt-4o-mini-2024-07-18', tier: 'default', tokens: used(90, 26) },
    usd: (90 * 0.15 + 26 * 0.6) / M,
  },
  {
    name: 'gpt-4o, a refusal',
    query: { model: 'gpt-4o-2024-08-06', tokens: used(65, 13) },
    usd: (65 * 2.5 + 13 * 10) / M,
  },
  {
    name: 'gpt-4o, cached input, which is part of the input',
    query: { model: 'gpt-4o-2024-08-06', tier: 'default', tokens: used(1_420, 100, { cache_read: 1_280 }) },
    usd: (140 * 2.5 + 1_280 * 1.25 + 100 * 10) / M,
  },
  {
    name: 'gpt-4o, cached input of a response',
    query: { model: 'gpt-4o-2024-08-06', tier: 'default', tokens: used(1_515, 8, { cache_read: 1_390 }) },
    usd: (125 * 2.5 + 1_390 * 1.25 + 8 * 10) / M,
  },
  {
    name: 'gpt-4o of May 2024, which is dearer',
    query: { model: 'gpt-4o-2024-05-13', tokens: used(65, 13) },
    usd: (65 * 5 + 13 * 15) / M,
  },
  {
    name: 'gpt-3.5-turbo',
    query: { model: 'gpt-3.5-turbo-0125', tier: 'default', tokens: used(15, 18) },
    usd: (15 * 0.5 + 18 * 1.5) / M,
  },
  {
    name: 'gpt-5-nano, reasoning, which is part of the output',
    query: { model: 'gpt-5-nano-2025-08-07', tier: 'default', tokens: used(8, 377, { reasoning: 320 }) },
    usd: (8 * 0.05 + 377 * 0.4) / M,
  },
  {
    name: 'gpt-5-nano, nothing but reasoning',
    query: { model: 'gpt-5-nano-2025-08-07', tier: 'default', tokens: used(12, 100, { reasoning: 100 }) },
    usd: (12 * 0.05 + 100 * 0.4) / M,
  },
  {
    name: 'gpt-5-nano, a picture in the prompt, told as input',
    query: { model: 'gpt-5-nano-2025-08-07', tier: 'default', tokens: used(22, 719, { reasoning: 704 }) },
    usd: (22 * 0.05 + 719 * 0.4) / M,
  },
  {
    name: 'gpt-5-nano, parallel tools',
    query: { model: 'gpt-5-nano-2025-08-07', tier: 'default', tokens: used(162, 219, { reasoning: 192 }) },
    usd: (162 * 0.05 + 219 * 0.4) / M,
  },
  {
    name: 'gpt-5-nano, served as flex: half',
    query: { model: 'gpt-5-nano-2025-08-07', tier: 'flex', tokens: used(8, 296, { reasoning: 256 }) },
    usd: (8 * 0.025 + 296 * 0.2) / M,
  },
  {
    name: 'gpt-5-nano, from a batch: half',
    query: { model: 'gpt-5-nano-2025-08-07', tier: 'batch', tokens: used(36, 224, { reasoning: 128 }) },
    usd: (36 * 0.025 + 224 * 0.2) / M,
  },
  {
    name: 'gpt-5-mini, a response that reasoned',
    query: { model: 'gpt-5-mini-2025-08-07', tier: 'default', tokens: used(54, 164, { reasoning: 128 }) },
    usd: (54 * 0.25 + 164 * 2) / M,
  },
  {
    name: 'gpt-5, served with priority: twice',
    query: { model: 'gpt-5-2025-08-07', tier: 'priority', tokens: used(8, 82, { reasoning: 64 }) },
    usd: (8 * 2.5 + 82 * 20) / M,
  },
  {
    name: 'gpt-5, a response served with priority',
    query: { model: 'gpt-5-2025-08-07', tier: 'priority', tokens: used(8, 15) },
    usd: (8 * 2.5 + 15 * 20) / M,
  },
  {
    name: 'gpt-5.6-sol, input written to the cache, at the price of today',
    query: {
      model: 'gpt-5.6-sol',
      tier: 'default',
      tokens: used(1_220, 100, { cache_write: 1_217, reasoning: 100 }),
    },
    usd: (3 * 4 + 1_217 * 5 + 100 * 20) / M,
  },
  {
    name: 'gpt-5.6-sol, the same at the price of July',
    query: {
      model: 'gpt-5.6-sol',
      tier: 'default',
      day: '2026-07-20',
      tokens: used(1_220, 100, { cache_write: 1_217, reasoning: 100 }),
    },
    usd: (3 * 5 + 1_217 * 6.25 + 100 * 30) / M,
  },
  {
    name: 'gpt-4.1, a response that searched the web',
    query: { model: 'gpt-4.1-2025-04-14', tokens: used(291, 23), toolCalls: { web_search: 1 } },
    usd: (291 * 2 + 23 * 8) / M + 10 / 1_000,
  },
  {
    name: 'gpt-4.1, by the older tool',
    query: { model: 'gpt-4.1-2025-04-14', tokens: used(291, 23), toolCalls: { web_search_preview: 1 } },
    usd: (291 * 2 + 23 * 8) / M + 25 / 1_000,
  },
  {
    name: 'gpt-4.1, a response that searched files',
    query: { model: 'gpt-4.1-2025-04-14', tokens: used(291, 23), toolCalls: { file_search: 1 } },
    usd: (291 * 2 + 23 * 8) / M + 2.5 / 1_000,
  },
  {
    name: 'gpt-4o-mini-search-preview, whose searches are billed beside',
    query: { model: 'gpt-4o-mini-search-preview-2025-03-11', tokens: used(26, 22) },
    usd: (26 * 0.15 + 22 * 0.6) / M,
    reason: 'request_unpriced',
  },
  {
    name: 'gpt-4o-mini-audio-preview, sound in the answer',
    query: {
      model: 'gpt-4o-mini-audio-preview-2024-12-17',
      tier: 'default',
      tokens: used(22, 18, { audio_output: 12 }),
    },
    usd: (22 * 0.15 + 6 * 0.6 + 12 * 20) / M,
  },
  {
    name: 'gpt-4o-transcribe, sound in the request',
    query: { model: 'gpt-4o-transcribe', tokens: used(26, 5, { audio_input: 21 }) },
    usd: (5 * 2.5 + 21 * 6 + 5 * 10) / M,
  },
  {
    name: 'whisper-1, seven seconds at 0.006 USD a minute',
    query: { model: 'whisper-1', audioSeconds: 7 },
    usd: (7 / 60) * 0.006,
  },
  {
    name: 'text-embedding-3-small, a batch of texts in one request',
    query: { model: 'text-embedding-3-small', tokens: used(24, 0) },
    usd: (24 * 0.02) / M,
  },
  {
    name: 'text-embedding-3-small, one token',
    query: { model: 'text-embedding-3-small', tokens: used(1, 0) },
    usd: 0.02 / M,
  },
  {
    name: 'text-embedding-ada-002 on Azure, which calls it ada',
    query: { provider: 'azure.ai.openai', model: 'ada', tokens: used(2, 0) },
    usd: (2 * 0.1) / M,
  },
  {
    name: 'gpt-5-nano on Azure',
    query: {
      provider: 'azure.ai.openai',
      model: 'gpt-5-nano-2025-08-07',
      tokens: used(8, 271, { reasoning: 192 }),
    },
    usd: (8 * 0.05 + 271 * 0.4) / M,
  },
];
