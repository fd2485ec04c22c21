import type { PriceRow, TokenPrices } from './price-row.ts';
import { LONG_CONTEXT, OPENAI, type OverlayRow, sources } from './sources.ts';

const PRIORITY = { providers: OPENAI, tier: 'priority' } as const satisfies Partial<PriceRow>;

/** Each model has a ratio of its own to its standard prices, from 1.67 to 2.5. */
const listed: readonly (readonly [readonly string[], TokenPrices])[] = [
  [['gpt-4o'], { input: 4.25, cache_read: 2.125, output: 17 }],
  [['gpt-4o-2024-05-13'], { input: 8.75, output: 26.25 }],
  [['gpt-4o-mini'], { input: 0.25, cache_read: 0.125, output: 1 }],
  [['gpt-4.1'], { input: 3.5, cache_read: 0.875, output: 14 }],
  [['gpt-4.1-mini'], { input: 0.7, cache_read: 0.175, output: 2.8 }],
  [['gpt-4.1-nano'], { input: 0.2, cache_read: 0.05, output: 0.8 }],
  [['o3'], { input: 3.5, cache_read: 0.875, output: 14 }],
  [['o4-mini'], { input: 2, cache_read: 0.5, output: 8 }],
  [['gpt-5'], { input: 2.5, cache_read: 0.25, output: 20 }],
  [['gpt-5-mini'], { input: 0.45, cache_read: 0.045, output: 3.6 }],
  [['gpt-5.1'], { input: 2.5, cache_read: 0.25, output: 20 }],
  [['gpt-5.2', 'gpt-5.3-codex'], { input: 3.5, cache_read: 0.35, output: 28 }],
];

/** What OpenAI's own table does not have any more. */
const listedElsewhere: readonly (readonly [readonly string[], TokenPrices])[] = [
  [['gpt-5-codex', 'gpt-5-chat-latest'], { input: 2.5, cache_read: 0.25, output: 20 }],
  [
    ['gpt-5.1-codex', 'gpt-5.1-codex-max', 'gpt-5.1-chat-latest'],
    { input: 2.5, cache_read: 0.25, output: 20 },
  ],
  [['gpt-5.2-codex', 'gpt-5.2-chat-latest'], { input: 3.5, cache_read: 0.35, output: 28 }],
];

/** What OpenAI lists for the tier ends at the bound. */
const listedUpToLongContext: readonly (readonly [string, TokenPrices])[] = [
  ['gpt-5.4', { input: 5, cache_read: 0.5, output: 30 }],
  ['gpt-5.4-mini', { input: 1.5, cache_read: 0.15, output: 9 }],
  ['gpt-5.5', { input: 12.5, cache_read: 1.25, output: 75 }],
];

/** The tier that OpenAI calls Fast mode since 2026-07-30; `service_tier` says `priority` or `fast`. */
export const priorityRows: readonly OverlayRow[] = [
  ...listed.map(([models, usdPerMillionTokens]) => ({
    ...PRIORITY,
    models,
    usdPerMillionTokens,
    ...sources.openaiPricing,
  })),
  ...listedElsewhere.map(([models, usdPerMillionTokens]) => ({
    ...PRIORITY,
    models,
    usdPerMillionTokens,
    ...sources.portkey,
  })),
  ...listedUpToLongContext.map(([model, usdPerMillionTokens]) => ({
    ...PRIORITY,
    models: [model],
    usdPerMillionTokens,
    upToInputTokens: LONG_CONTEXT,
    ...sources.openaiPricing,
  })),
  {
    ...PRIORITY,
    models: ['gpt-5.6', 'gpt-5.6-sol', 'gpt-5.6-terra', 'gpt-5.6-luna', 'gpt-6-astra'],
    timesStandard: 2,
    ...sources.openaiPricing,
  },
  {
    ...PRIORITY,
    models: ['gpt-6-luna'],
    timesStandard: 2,
    upToInputTokens: LONG_CONTEXT,
    ...sources.vercelLuna,
  },
  {
    ...PRIORITY,
    models: ['gpt-6-sol'],
    timesStandard: 2,
    upToInputTokens: LONG_CONTEXT,
    ...sources.vercelSol,
  },
  { ...PRIORITY, models: ['gpt-6.1-sol'], timesStandard: 2, ...sources.w3cschool },
  { ...PRIORITY, models: ['gpt-6.2-sol'], timesStandard: 2, ...sources.openaiSol62 },
  { ...PRIORITY, models: ['gpt-6.1-terra'], timesStandard: 2, ...sources.apidog },
];
