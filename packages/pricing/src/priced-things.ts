import type { CostKind, PriceQuery, PriceSource, Tier, TokenKind } from './cost.ts';
import type { Pricer } from './pricer.ts';

/** Something that has a price of its own, and how much of it that price is for. */
export interface PricedThing {
  readonly unit: '1M tokens' | '1k calls' | 'minute' | '1M characters';
  /** The part of a cost that it is in. */
  readonly part: CostKind;
  /** A call that used an amount of it. */
  readonly use: (amount: number) => Pick<PriceQuery, 'tokens' | 'toolCalls' | 'audioSeconds' | 'characters'>;
  readonly amount: number;
  /** What the cost of that amount is to be multiplied by. */
  readonly factor: number;
}

const tokens = (kind: TokenKind, part: CostKind): PricedThing => ({
  unit: '1M tokens',
  part,
  use: (amount) => ({ tokens: { [kind]: amount } }),
  amount: 1_000,
  factor: 1_000,
});

const tool = (name: string): PricedThing => ({
  unit: '1k calls',
  part: 'tool',
  use: (amount) => ({ toolCalls: { [name]: amount } }),
  amount: 1_000,
  factor: 1,
});

/** What price lists are compared by. */
export const pricedThings = {
  input: tokens('input', 'input'),
  cache_read: tokens('cache_read', 'cache_read'),
  cache_write: tokens('cache_write', 'cache_write'),
  output: tokens('output', 'output'),
  reasoning: tokens('reasoning', 'output'),
  audio_input: tokens('audio_input', 'audio'),
  audio_output: tokens('audio_output', 'audio'),
  image_input: tokens('image_input', 'image'),
  image_output: tokens('image_output', 'image'),
  web_search: tool('web_search'),
  file_search: tool('file_search'),
  audio_minutes: {
    unit: 'minute',
    part: 'audio',
    use: (amount) => ({ audioSeconds: amount }),
    amount: 60,
    factor: 1,
  },
  characters: {
    unit: '1M characters',
    part: 'audio',
    use: (amount) => ({ characters: amount }),
    amount: 1_000_000,
    factor: 1,
  },
} as const satisfies Readonly<Record<string, PricedThing>>;

export type PricedThingName = keyof typeof pricedThings;

/** Which price of a model. */
export interface PriceName {
  readonly provider: string;
  readonly model: string;
  readonly tier: Tier;
  readonly thing: PricedThingName;
  /** The price holds for requests whose input is longer; 0 for all others. */
  readonly aboveInputTokens: number;
}

/** What a call is charged by our prices, in USD for the thing's unit; undefined where they have none. */
export function chargedPrice(
  { priceOf }: Pricer,
  { provider, model, tier, thing, aboveInputTokens }: PriceName,
  atMs: number,
): { readonly usd: number; readonly source: PriceSource } | undefined {
  const { part, use, amount, factor }: PricedThing = pricedThings[thing];
  const used = use(amount);
  // Only input makes a context long, and it is a part of its own.
  const isLong = aboveInputTokens > 0;
  const inputTokens = aboveInputTokens + amount;
  const query = isLong ? { ...used, tokens: { ...used.tokens, input: inputTokens } } : used;
  const { parts, source } = priceOf({ provider, model, tier, atMs, ...query });
  const usd = parts[part];
  if (usd === undefined || source === undefined) return undefined;
  const share = isLong && thing === 'input' ? amount / inputTokens : 1;
  return { usd: usd * share * factor, source };
}

/** Without the last digits that come of the arithmetic alone. */
export function tidyUsd(usd: number): number {
  return Number(usd.toPrecision(12));
}

/** Whether our prices know a model at all. */
export function isModelPriced({ priceOf }: Pricer, provider: string, model: string, atMs: number): boolean {
  const kinds = Object.entries(pricedThings).filter(
    ([, { unit }]: [string, PricedThing]) => unit === '1M tokens',
  );
  const tokens = Object.fromEntries(kinds.map(([kind]) => [kind, 1])) as PriceQuery['tokens'];
  const used = { tokens, audioSeconds: 1, characters: 1 };
  return priceOf({ ...used, provider, model, atMs }).status !== 'none';
}
