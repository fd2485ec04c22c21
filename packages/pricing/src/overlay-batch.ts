import type { PriceRow } from './price-row.ts';
import { LONG_CONTEXT, OPENAI, type OverlayRow, sources } from './sources.ts';

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** Tiers that are a share of the standard prices, long contexts included. */
const HALVED = { providers: OPENAI, timesStandard: 0.5 } as const satisfies Partial<PriceRow>;

/** The tiers that wait. */
export const batchAndFlexRows: readonly OverlayRow[] = [
  {
    ...HALVED,
    models: words(`
      gpt-3.5-turbo-0125 gpt-3.5-turbo-16k-0613 gpt-4-0314 gpt-4-0613 gpt-4-32k gpt-4-32k-0314 gpt-4-32k-0613
      gpt-4-0125-preview gpt-4-1106-preview gpt-4-1106-vision-preview gpt-4-turbo gpt-4o
      gpt-4o-2024-05-13 gpt-4o-mini gpt-4.1 gpt-4.1-mini gpt-4.1-nano o1 o1-mini o1-preview
      o1-pro o3 o3-mini o3-pro o4-mini o3-deep-research o4-mini-deep-research
      computer-use-preview gpt-5 gpt-5-mini gpt-5-nano gpt-5-pro gpt-5-chat-latest gpt-5.1
      gpt-5.2 gpt-5.1-chat-latest gpt-5.2-chat-latest gpt-5.2-pro gpt-5.4-pro gpt-5.4-mini
      gpt-5.4-nano gpt-5.5 gpt-5.6 gpt-5.6-sol gpt-5.6-terra gpt-5.6-luna
      text-embedding-3-small text-embedding-3-large text-embedding-ada-002 chat-latest
    `),
    tier: 'batch',
    ...sources.portkey,
  },
  {
    ...HALVED,
    models: words(`
      o3 o4-mini gpt-5 gpt-5-mini gpt-5-nano gpt-5-chat-latest gpt-5.1 gpt-5.1-chat-latest
      gpt-5.2 gpt-5.2-chat-latest gpt-5.4-pro gpt-5.4-mini gpt-5.4-nano gpt-5.5 gpt-5.6
      gpt-5.6-sol gpt-5.6-terra gpt-5.6-luna
    `),
    tier: 'flex',
    ...sources.portkey,
  },
  // The list has prices for inputs up to the bound alone.
  ...(['batch', 'flex'] as const).map((tier): OverlayRow => ({
    ...HALVED,
    models: ['gpt-5.5-pro'],
    tier,
    upToInputTokens: LONG_CONTEXT,
    ...sources.portkey,
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
    ...sources.portkey,
  })),
  ...(['batch', 'flex'] as const).map((tier): OverlayRow => ({
    ...HALVED,
    models: ['gpt-6-astra'],
    tier,
    ...sources.dailyReading,
  })),
  { ...HALVED, models: ['gpt-6.1-sol'], tier: 'flex', ...sources.codexManager },
  { ...HALVED, models: ['gpt-6.2-sol'], tier: 'batch', ...sources.openaiSol62 },
  ...(['batch', 'flex'] as const).map((tier): OverlayRow => ({
    ...HALVED,
    models: ['gpt-6.1-terra'],
    tier,
    ...sources.apidog,
  })),
];
