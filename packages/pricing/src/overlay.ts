import { batchAndFlexRows } from './overlay-batch.ts';
import { priorityRows } from './overlay-priority.ts';
import type { PriceRow } from './price-row.ts';
import { AZURE, LONG_CONTEXT, OPENAI, type OverlayRow, sources } from './sources.ts';

const STANDARD = { providers: OPENAI, tier: 'standard' } as const satisfies Partial<PriceRow>;

/** What costs the same on Azure; each list speaks of one of the two. */
function onAzureToo(
  row: Pick<PriceRow, 'models' | 'usdPerMillionTokens' | 'usdPerMillionCharacters'>,
): OverlayRow[] {
  return [
    { ...STANDARD, ...row, ...sources.openaiPricing },
    { ...STANDARD, ...row, providers: AZURE, ...sources.portkey },
  ];
}

const audioRows: readonly OverlayRow[] = [
  {
    ...STANDARD,
    models: ['gpt-4o-audio-preview'],
    usdPerMillionTokens: { input: 2.5, output: 10, audio_input: 40, audio_output: 80 },
    ...sources.openaiAudio,
  },
  {
    ...STANDARD,
    models: ['gpt-4o-audio-preview-2024-10-01'],
    usdPerMillionTokens: { input: 2.5, output: 10, audio_input: 100, audio_output: 200 },
    ...sources.portkey,
  },
  {
    ...STANDARD,
    models: ['gpt-4o-realtime-preview-2024-10-01'],
    usdPerMillionTokens: { audio_input: 100, audio_output: 200 },
    ...sources.portkey,
  },
  {
    ...STANDARD,
    models: ['gpt-4o-mini-audio-preview'],
    usdPerMillionTokens: { input: 0.15, output: 0.6, audio_input: 10, audio_output: 20 },
    ...sources.openaiMiniAudio,
  },
  {
    ...STANDARD,
    models: ['gpt-4o-mini-tts'],
    // All that it puts out is audio, whether its usage says so or not.
    usdPerMillionTokens: { input: 0.6, output: 12, audio_output: 12 },
    ...sources.openaiPricing,
  },
  {
    ...STANDARD,
    models: ['gpt-4o-mini-transcribe'],
    usdPerMillionTokens: { input: 1.25, output: 5, audio_input: 3 },
    ...sources.portkey,
  },
  ...onAzureToo({ models: ['tts-1', 'tts-1-1106'], usdPerMillionCharacters: 15 }),
  ...onAzureToo({ models: ['tts-1-hd', 'tts-1-hd-1106'], usdPerMillionCharacters: 30 }),
];

const imageRows: readonly OverlayRow[] = [
  ...onAzureToo({
    models: ['gpt-image-1'],
    usdPerMillionTokens: { input: 5, cache_read: 1.25, image_input: 10, image_output: 40 },
  }),
  ...onAzureToo({
    models: ['gpt-image-2'],
    usdPerMillionTokens: { input: 5, cache_read: 1.25, image_input: 8, image_output: 30 },
  }),
  {
    ...STANDARD,
    models: ['gpt-image-1-mini'],
    // genai-prices has the price of its images under `output`.
    usdPerMillionTokens: { input: 2, cache_read: 0.2, image_input: 2.5, image_output: 8 },
    ...sources.openaiPricing,
  },
  {
    ...STANDARD,
    models: ['chatgpt-image-latest'],
    usdPerMillionTokens: { input: 5, cache_read: 1.25, output: 10, image_input: 8, image_output: 32 },
    ...sources.openaiPricing,
  },
];

const fineTunedRows: readonly OverlayRow[] = (
  [
    ['ft:gpt-4o', { input: 3.75, cache_read: 1.875, output: 15 }],
    ['ft:gpt-4o-mini', { input: 0.3, cache_read: 0.15, output: 1.2 }],
    ['ft:gpt-4.1', { input: 3, cache_read: 0.75, output: 12 }],
    ['ft:gpt-4.1-mini', { input: 0.8, cache_read: 0.2, output: 3.2 }],
    ['ft:gpt-4.1-nano', { input: 0.2, cache_read: 0.05, output: 0.8 }],
    ['ft:o4-mini', { input: 4, cache_read: 1, output: 16 }],
  ] as const
).map(([model, usdPerMillionTokens]) => ({
  ...STANDARD,
  models: [model],
  usdPerMillionTokens,
  ...sources.openaiPricing,
}));

const missingModelRows: readonly OverlayRow[] = [
  {
    ...STANDARD,
    models: ['gpt-6.2-astra'],
    // Cached input is told as 60 % below that of gpt-6-astra; of writing to the cache and of long inputs nothing is.
    usdPerMillionTokens: { input: 8, cache_read: 0.4, output: 40 },
    upToInputTokens: LONG_CONTEXT,
    ...sources.litellm,
  },
  {
    ...STANDARD,
    models: ['gpt-6.2-sol'],
    // What is kept for 12 hours costs 5 to write, and the usage does not tell which it was.
    usdPerMillionTokens: { input: 2, cache_read: 0.1, cache_write: 2.5, output: 10 },
    longContext: {
      aboveInputTokens: LONG_CONTEXT,
      usdPerMillionTokens: { input: 4, cache_read: 0.2, cache_write: 5, output: 15 },
    },
    missing: ['cache_write'],
    ...sources.openaiSol62,
  },
  {
    ...STANDARD,
    models: ['gpt-6.1-sol'],
    // What it costs to keep for 12 hours is not told.
    usdPerMillionTokens: { input: 2, cache_read: 0.1, cache_write: 2.5, output: 10 },
    longContext: {
      aboveInputTokens: LONG_CONTEXT,
      usdPerMillionTokens: { input: 4, cache_read: 0.2, cache_write: 5, output: 15 },
    },
    missing: ['cache_write'],
    ...sources.w3cschool,
  },
  {
    ...STANDARD,
    models: ['gpt-6.1-terra'],
    // What is kept for 12 hours costs 2.50 to write, and the usage does not tell which it was.
    usdPerMillionTokens: { input: 1, cache_read: 0.05, cache_write: 1.25, output: 5 },
    longContext: {
      aboveInputTokens: LONG_CONTEXT,
      usdPerMillionTokens: { input: 2, cache_read: 0.1, cache_write: 2.5, output: 7.5 },
    },
    missing: ['cache_write'],
    ...sources.openaiTerra61,
  },
  {
    ...STANDARD,
    models: ['chat-latest'],
    usdPerMillionTokens: { input: 5, cache_read: 0.5, output: 30 },
    ...sources.openaiPricing,
  },
  {
    ...STANDARD,
    models: ['gpt-5.2-chat'],
    usdPerMillionTokens: { input: 1.75, cache_read: 0.175, output: 14 },
    ...sources.portkey,
  },
  {
    ...STANDARD,
    models: ['davinci-002'],
    usdPerMillionTokens: { input: 2, output: 2 },
    ...sources.openaiPricing,
  },
  {
    ...STANDARD,
    models: ['babbage-002'],
    usdPerMillionTokens: { input: 0.4, output: 0.4 },
    ...sources.openaiPricing,
  },
  {
    ...STANDARD,
    models: ['gpt-5-search-api'],
    usdPerMillionTokens: { input: 1.25, cache_read: 0.125, output: 10 },
    missing: ['request'],
    ...sources.openaiPricing,
  },
  // They search on their own account, and how often is not told.
  {
    ...STANDARD,
    models: ['gpt-4o-search-preview', 'gpt-4o-mini-search-preview'],
    missing: ['request'],
    ...sources.portkey,
  },
  {
    ...STANDARD,
    models: ['omni-moderation*'],
    usdPerMillionTokens: { input: 0, output: 0 },
    usdPerRequest: 0,
    ...sources.openaiPricing,
  },
  {
    ...STANDARD,
    models: ['text-moderation*'],
    usdPerMillionTokens: { input: 0, output: 0 },
    usdPerRequest: 0,
    ...sources.portkey,
  },
];

const toolRows: readonly OverlayRow[] = [
  {
    ...STANDARD,
    models: ['*'],
    usdPerThousandCalls: { web_search: 10 },
    ...sources.openaiPricing,
  },
  { ...STANDARD, models: ['*'], usdPerThousandCalls: { file_search: 2.5 }, ...sources.openaiPricing },
  {
    ...STANDARD,
    // By reasoning models, which all since gpt-5 are.
    models: ['gpt-5*', 'gpt-6*', 'o1*', 'o3*', 'o4-mini*'],
    usdPerThousandCalls: { web_search_preview: 10 },
    ...sources.openaiPricing,
  },
  {
    ...STANDARD,
    models: ['gpt-4o*', 'gpt-4.1*'],
    usdPerThousandCalls: { web_search_preview: 25 },
    ...sources.openaiPricing,
  },
  // What they find is billed as 8,000 input tokens a search, and the usage does not tell whether it has them.
  {
    ...STANDARD,
    models: ['gpt-4o-mini', 'gpt-4.1-mini'],
    missing: ['web_search'],
    ...sources.openaiPricing,
  },
];

/** What genai-prices lacks, or has otherwise, each with who says so. */
export const overlay: readonly OverlayRow[] = [
  ...batchAndFlexRows,
  ...priorityRows,
  ...audioRows,
  ...imageRows,
  ...fineTunedRows,
  ...missingModelRows,
  ...toolRows,
];
