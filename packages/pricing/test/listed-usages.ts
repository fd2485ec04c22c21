import { type RecordedUsage, used } from './recorded-usages.ts';

const M = 1e6;

/** Usages made up for what no recording has. */
export const listedUsages: readonly RecordedUsage[] = [
  {
    name: 'gpt-4o, priority with cached input',
    query: { model: 'gpt-4o-2024-11-20', tier: 'priority', tokens: used(3_000, 200, { cache_read: 2_000 }) },
    usd: (1_000 * 4.25 + 2_000 * 2.125 + 200 * 17) / M,
  },
  {
    name: 'gpt-4o of May 2024, priority, which has a ratio of its own',
    query: { model: 'gpt-4o-2024-05-13', tier: 'priority', tokens: used(1_000, 200) },
    usd: (1_000 * 8.75 + 200 * 26.25) / M,
  },
  {
    name: 'gpt-4o-mini, priority',
    query: { model: 'gpt-4o-mini', tier: 'priority', tokens: used(1_000, 200) },
    usd: (1_000 * 0.25 + 200 * 1) / M,
  },
  {
    name: 'gpt-4.1, from a batch',
    query: { model: 'gpt-4.1', tier: 'batch', tokens: used(1_000, 200) },
    usd: (1_000 * 1 + 200 * 4) / M,
  },
  {
    name: 'gpt-4.1, cached and from a batch, for which no price of cached input is listed: at least half of it',
    query: { model: 'gpt-4.1', tier: 'batch', tokens: used(1_000, 200, { cache_read: 600 }) },
    usd: (400 * 1 + 600 * 0.25 + 200 * 4) / M,
    reason: 'cache_read_unpriced',
  },
  {
    name: 'o4-mini, flex, whose cached input is listed at 0.138',
    query: { model: 'o4-mini', tier: 'flex', tokens: used(1_000, 200, { cache_read: 600 }) },
    usd: (400 * 0.55 + 600 * 0.138 + 200 * 2.2) / M,
  },
  {
    name: 'o3, flex with cached input',
    query: { model: 'o3-2025-04-16', tier: 'flex', tokens: used(1_000, 200, { cache_read: 600 }) },
    usd: (400 * 1 + 600 * 0.25 + 200 * 4) / M,
  },
  {
    name: 'gpt-5.4, flex, whose cached input is listed at 0.13',
    query: { model: 'gpt-5.4-2026-03-05', tier: 'flex', tokens: used(2_000, 100, { cache_read: 1_000 }) },
    usd: (1_000 * 1.25 + 1_000 * 0.13 + 100 * 7.5) / M,
  },
  {
    name: 'gpt-5.5, the last request that is not long',
    query: { model: 'gpt-5.5', tokens: used(271_999, 1_000) },
    usd: (271_999 * 5 + 1_000 * 30) / M,
  },
  {
    name: 'gpt-5.5, a long request, dearer from its first token on',
    query: { model: 'gpt-5.5', tokens: used(300_000, 1_000, { cache_read: 200_000 }) },
    usd: (100_000 * 10 + 200_000 * 1 + 1_000 * 45) / M,
  },
  {
    name: 'gpt-5.5, a long request as flex: half of that',
    query: { model: 'gpt-5.5', tier: 'flex', tokens: used(300_000, 1_000, { cache_read: 200_000 }) },
    usd: (100_000 * 5 + 200_000 * 0.5 + 1_000 * 22.5) / M,
  },
  {
    name: 'gpt-5.5, fast, which is what priority is called now',
    query: { model: 'gpt-5.5-2026-04-23', tier: 'fast', tokens: used(1_000, 100) },
    usd: (1_000 * 12.5 + 100 * 75) / M,
  },
  {
    name: 'gpt-5.6-terra, fast and long: twice the long prices',
    query: { model: 'gpt-5.6-terra', tier: 'fast', tokens: used(300_000, 1_000) },
    usd: (300_000 * 8 + 1_000 * 36) / M,
  },
  {
    name: 'gpt-5.6-luna, fast and long',
    query: { model: 'gpt-5.6-luna', tier: 'fast', tokens: used(300_000, 1_000) },
    usd: (300_000 * 0.8 + 1_000 * 3.6) / M,
  },
  {
    name: 'gpt-6-astra, from a batch, written to the cache',
    query: { model: 'gpt-6-astra', tier: 'batch', tokens: used(2_000, 100, { cache_write: 1_500 }) },
    usd: (500 * 5 + 1_500 * 6.25 + 100 * 25) / M,
  },
  {
    name: 'gpt-6-sol, cached',
    query: { model: 'gpt-6-sol', tokens: used(2_000, 100, { cache_read: 1_500 }) },
    usd: (500 * 2 + 1_500 * 0.2 + 100 * 10) / M,
  },
  {
    name: 'gpt-6-sol, long, from a batch',
    query: { model: 'gpt-6-sol', tier: 'batch', tokens: used(300_000, 1_000, { cache_read: 100_000 }) },
    usd: (200_000 * 2 + 100_000 * 0.2 + 1_000 * 7.5) / M,
  },
  {
    name: 'gpt-6.2-astra, cached',
    query: { model: 'gpt-6.2-astra', tokens: used(2_000, 100, { cache_read: 1_500 }) },
    usd: (500 * 8 + 1_500 * 0.4 + 100 * 40) / M,
  },
  {
    name: 'gpt-6.1-sol, which genai-prices does not know',
    query: { model: 'gpt-6.1-sol', tokens: used(2_000, 100, { cache_read: 1_500 }) },
    usd: (500 * 2 + 1_500 * 0.1 + 100 * 10) / M,
  },
  {
    name: 'gpt-6.2-sol, long, from a batch: half of the long prices',
    query: { model: 'gpt-6.2-sol', tier: 'batch', tokens: used(300_000, 1_000, { cache_read: 100_000 }) },
    usd: (200_000 * 2 + 100_000 * 0.1 + 1_000 * 7.5) / M,
  },
  {
    name: 'gpt-6.1-sol, fast and long',
    query: { model: 'gpt-6.1-sol', tier: 'fast', tokens: used(300_000, 1_000, { cache_read: 100_000 }) },
    usd: (200_000 * 8 + 100_000 * 0.4 + 1_000 * 30) / M,
  },
  {
    name: 'gpt-6.1-terra, whose writing to the cache has two prices: at least the lower one',
    query: { model: 'gpt-6.1-terra', tokens: used(2_000, 100, { cache_write: 1_500 }) },
    usd: (500 * 1 + 1_500 * 1.25 + 100 * 5) / M,
    reason: 'cache_write_unpriced',
  },
  {
    name: 'gpt-4o-audio-preview, sound both ways',
    query: {
      model: 'gpt-4o-audio-preview-2025-06-03',
      tokens: used(500, 400, { audio_input: 450, audio_output: 350 }),
    },
    usd: (50 * 2.5 + 450 * 40 + 50 * 10 + 350 * 80) / M,
  },
  {
    name: 'gpt-4o-audio-preview of October 2024, two and a half times as dear',
    query: {
      model: 'gpt-4o-audio-preview-2024-10-01',
      tokens: used(500, 400, { audio_input: 450, audio_output: 350 }),
    },
    usd: (50 * 2.5 + 450 * 100 + 50 * 10 + 350 * 200) / M,
  },
  {
    name: 'gpt-4o-mini-audio-preview of December 2024',
    query: {
      model: 'gpt-4o-mini-audio-preview-2024-12-17',
      tokens: used(500, 400, { audio_input: 450, audio_output: 350 }),
    },
    usd: (50 * 0.15 + 450 * 10 + 50 * 0.6 + 350 * 20) / M,
  },
  {
    name: 'the first realtime model, whose sound is dearer than its successors’',
    query: {
      model: 'gpt-4o-realtime-preview-2024-10-01',
      tokens: used(500, 400, { audio_input: 450, audio_output: 350 }),
    },
    usd: (50 * 5 + 450 * 100 + 50 * 20 + 350 * 200) / M,
  },
  {
    name: 'tts-1, by the length of the text',
    query: { model: 'tts-1', characters: 4_096 },
    usd: (4_096 * 15) / M,
  },
  {
    name: 'gpt-image-1, a picture of a text and a picture',
    query: {
      model: 'gpt-image-1',
      tokens: used(373, 1_056, { image_input: 323, image_output: 1_056 }),
    },
    usd: (50 * 5 + 323 * 10 + 1_056 * 40) / M,
  },
  {
    name: 'gpt-image-1.5, text beside the picture',
    query: { model: 'gpt-image-1.5', tokens: used(50, 1_100, { image_output: 1_056 }) },
    usd: (50 * 5 + 44 * 10 + 1_056 * 32) / M,
  },
  {
    name: 'gpt-image-2 from a batch',
    query: { model: 'gpt-image-2', tier: 'batch', tokens: used(50, 1_056, { image_output: 1_056 }) },
    usd: (50 * 2.5 + 1_056 * 15) / M,
  },
  {
    name: 'gpt-image-1 on Azure',
    query: {
      provider: 'azure.ai.openai',
      model: 'gpt-image-1',
      tokens: used(50, 1_056, { image_output: 1_056 }),
    },
    usd: (50 * 5 + 1_056 * 40) / M,
  },
  {
    name: 'a fine-tuned gpt-4o-mini, cached',
    query: {
      model: 'ft:gpt-4o-mini-2024-07-18:acme:support:Abc123',
      tokens: used(2_000, 100, { cache_read: 1_024 }),
    },
    usd: (976 * 0.3 + 1_024 * 0.15 + 100 * 1.2) / M,
  },
  {
    name: 'a fine-tuned gpt-4.1',
    query: { model: 'ft:gpt-4.1-2025-04-14:acme::Abc123', tokens: used(2_000, 100) },
    usd: (2_000 * 3 + 100 * 12) / M,
  },
  {
    name: 'a fine-tuned gpt-4o from a batch, which is not half of its price',
    query: {
      model: 'ft:gpt-4o-2024-08-06:acme::Abc123',
      tier: 'batch',
      tokens: used(2_000, 100, { cache_read: 1_024 }),
    },
    usd: (976 * 2.225 + 1_024 * 0.9 + 100 * 12.5) / M,
  },
  {
    name: 'o3 before its price fell on 2025-06-10',
    query: { model: 'o3-2025-04-16', day: '2025-06-01', tokens: used(1_000, 100) },
    usd: (1_000 * 10 + 100 * 40) / M,
  },
  {
    name: 'gpt-5.4, three searches, by the tool of reasoning models',
    query: { model: 'gpt-5.4', tokens: used(9_000, 500), toolCalls: { web_search_preview: 3 } },
    usd: (9_000 * 2.5 + 500 * 15) / M + (3 * 10) / 1_000,
  },
  {
    name: 'gpt-6-sol, a search by that tool',
    query: { model: 'gpt-6-sol', tokens: used(9_000, 500), toolCalls: { web_search_preview: 1 } },
    usd: (9_000 * 2 + 500 * 10) / M + 10 / 1_000,
  },
  {
    name: 'gpt-4o-mini, a search, whose findings are billed by a rule of their own',
    query: { model: 'gpt-4o-mini', tokens: used(300, 20), toolCalls: { web_search: 1 } },
    usd: (300 * 0.15 + 20 * 0.6) / M + 10 / 1_000,
    reason: 'tool_unpriced',
  },
  {
    name: 'a moderation, which is free',
    query: { model: 'omni-moderation-2024-09-26' },
    usd: 0,
  },
  {
    name: 'a tool without a known price beside tokens with one',
    query: { model: 'gpt-4.1', tokens: used(100, 10), toolCalls: { code_interpreter: 1 } },
    usd: (100 * 2 + 10 * 8) / M,
    reason: 'tool_unpriced',
  },
  {
    name: 'sound to a model whose sound has no price: never at that of text',
    query: { model: 'gpt-4o', tokens: used(100, 10, { audio_input: 60 }) },
    usd: (40 * 2.5 + 10 * 10) / M,
    reason: 'audio_input_unpriced',
  },
  {
    name: 'a tier that was asked for and not told',
    query: { model: 'gpt-4o', tier: 'auto', tokens: used(100, 10) },
    usd: (100 * 2.5 + 10 * 10) / M,
    reason: 'tier_unknown',
  },
];
