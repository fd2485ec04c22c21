import type { PriceRow, TokenPrices } from './price-row.ts';
import { LONG_CONTEXT, OPENAI, type OverlayRow, sources } from './sources.ts';

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** Tiers that are a share of the standard prices, long contexts included. */
const HALVED = { providers: OPENAI, timesStandard: 0.5 } as const satisfies Partial<PriceRow>;

const BATCH = { providers: OPENAI, tier: 'batch' } as const satisfies Partial<PriceRow>;

/** What the table has, in dollars that are rounded, of pictures made in a batch. */
const images: readonly (readonly [readonly string[], TokenPrices])[] = [
  [['gpt-image-1'], { input: 2.5, cache_read: 0.63, image_input: 5, image_output: 20 }],
  [['gpt-image-1-mini'], { input: 1, cache_read: 0.1, image_input: 1.25, image_output: 4 }],
  [['gpt-image-2'], { input: 2.5, cache_read: 0.625, image_input: 4, image_output: 15 }],
  [
    ['gpt-image-1.5', 'chatgpt-image-latest'],
    { input: 2.5, cache_read: 0.63, output: 5, image_input: 4, image_output: 16 },
  ],
];

const fineTuned: readonly (readonly [string, TokenPrices])[] = [
  ['ft:gpt-4o', { input: 2.225, cache_read: 0.9, output: 12.5 }],
  ['ft:gpt-4o-mini', { input: 0.15, cache_read: 0.075, output: 0.6 }],
  ['ft:gpt-4.1', { input: 1.5, cache_read: 0.5, output: 6 }],
  ['ft:gpt-4.1-mini', { input: 0.4, cache_read: 0.1, output: 1.6 }],
  ['ft:gpt-4.1-nano', { input: 0.1, cache_read: 0.025, output: 0.4 }],
  ['ft:o4-mini', { input: 2, cache_read: 0.5, output: 8 }],
];

/** The tiers that wait. */
export const batchAndFlexRows: readonly OverlayRow[] = [
  {
    ...HALVED,
    models: words(`
      gpt-5 gpt-5-mini gpt-5-nano gpt-5-pro gpt-5.1 gpt-5.2 gpt-5.2-pro gpt-5.4-mini gpt-5.4-nano
      gpt-5.4-pro gpt-5.5 gpt-5.6 gpt-5.6-sol gpt-5.6-terra gpt-5.6-luna gpt-6-astra gpt-6-sol gpt-6-luna
    `),
    tier: 'batch',
    ...sources.openaiFlagships,
  },
  {
    ...HALVED,
    models: words(`
      gpt-3.5-turbo-0125 gpt-4-0613 gpt-4-turbo gpt-4o gpt-4o-2024-05-13 gpt-4o-mini gpt-4.1 gpt-4.1-mini
      gpt-4.1-nano o1 o1-pro o3 o3-mini o3-pro o4-mini davinci-002 babbage-002
    `),
    tier: 'batch',
    // The table has no price for cached input of these, so it may cost what other input does.
    missing: ['cache_read'],
    ...sources.openaiFlagships,
  },
  {
    ...HALVED,
    models: words(`
      gpt-3.5-turbo-16k-0613 gpt-4-0314 gpt-4-32k gpt-4-32k-0314 gpt-4-32k-0613 gpt-4-0125-preview
      gpt-4-1106-preview gpt-4-1106-vision-preview o1-mini o1-preview o3-deep-research
      o4-mini-deep-research computer-use-preview gpt-5-chat-latest gpt-5.1-chat-latest gpt-5.2-chat-latest
      text-embedding-3-small text-embedding-3-large text-embedding-ada-002 chat-latest
    `),
    tier: 'batch',
    ...sources.portkey,
  },
  ...images.map(([models, usdPerMillionTokens]) => ({
    ...BATCH,
    models,
    usdPerMillionTokens,
    ...sources.openaiPricing,
  })),
  ...fineTuned.map(([model, usdPerMillionTokens]) => ({
    ...BATCH,
    models: [model],
    usdPerMillionTokens,
    ...sources.openaiPricing,
  })),
  {
    ...HALVED,
    models: words(`
      o3 gpt-5 gpt-5-mini gpt-5-nano gpt-5.1 gpt-5.2 gpt-5.4-pro gpt-5.4-mini gpt-5.4-nano gpt-5.5 gpt-5.6
      gpt-5.6-sol gpt-5.6-terra gpt-5.6-luna gpt-6-astra
    `),
    tier: 'flex',
    ...sources.openaiPricing,
  },
  {
    ...HALVED,
    models: words('gpt-5-chat-latest gpt-5.1-chat-latest gpt-5.2-chat-latest'),
    tier: 'flex',
    ...sources.portkey,
  },
  {
    providers: OPENAI,
    models: ['o4-mini'],
    tier: 'flex',
    // Cached input is listed at 0.138, not at half of 0.275.
    usdPerMillionTokens: { input: 0.55, cache_read: 0.138, output: 2.2 },
    ...sources.openaiPricing,
  },
  // The list has prices for inputs up to the bound alone.
  ...(['batch', 'flex'] as const).map((tier): OverlayRow => ({
    ...HALVED,
    models: ['gpt-5.5-pro'],
    tier,
    upToInputTokens: LONG_CONTEXT,
    ...sources.openaiPricing,
  })),
  // Cached input is listed at 0.13, not at half of 0.25.
  ...(['batch', 'flex'] as const).map((tier): OverlayRow => ({
    providers: OPENAI,
    models: ['gpt-5.4'],
    tier,
    usdPerMillionTokens: { input: 1.25, cache_read: 0.13, output: 7.5 },
    longContext: {
      aboveInputTokens: LONG_CONTEXT,
      usdPerMillionTokens: { input: 2.5, cache_read: 0.25, output: 11.25 },
    },
    ...sources.openaiPricing,
  })),
  ...(['batch', 'flex'] as const).map((tier): OverlayRow => ({
    ...HALVED,
    models: ['gpt-6.1-sol'],
    tier,
    ...sources.w3cschool,
  })),
  { ...HALVED, models: ['gpt-6.2-sol'], tier: 'batch', ...sources.openaiSol62 },
  ...(['batch', 'flex'] as const).map((tier): OverlayRow => ({
    ...HALVED,
    models: ['gpt-6.1-terra'],
    tier,
    ...sources.openaiTerra61,
  })),
];
