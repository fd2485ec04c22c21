import type { TokenKind } from './cost.ts';
import type { PriceRow, TokenPrices } from './price-row.ts';

/** USD for a million tokens: the last step whose bound the request's input passes, for all its tokens. */
export interface Rate {
  readonly usd: number;
  /** A step without a price is one that is not known. */
  readonly steps?: readonly { readonly aboveInputTokens: number; readonly usd: number | undefined }[];
}

export type Rates = { readonly [Kind in TokenKind]?: Rate };

/** What one model costs, in one tier, at one time. */
export interface Prices {
  readonly rates: Rates;
  readonly usdPerThousandCalls: Readonly<Record<string, number>>;
  readonly usdPerRequest?: number | undefined;
  readonly usdPerAudioMinute?: number | undefined;
  readonly usdPerMillionCharacters?: number | undefined;
  readonly upToInputTokens?: number | undefined;
  readonly missing: readonly string[];
}

export const NO_PRICES: Prices = { rates: {}, usdPerThousandCalls: {}, missing: [] };

function mapRates(rates: Rates, change: (rate: Rate) => Rate): Rates {
  return Object.fromEntries(Object.entries(rates).map(([kind, rate]) => [kind, change(rate)]));
}

/** The same prices, times a factor. */
export function scaleRates(rates: Rates, factor: number): Rates {
  return mapRates(rates, ({ usd, steps }) => ({
    usd: usd * factor,
    ...(steps && {
      steps: steps.map((step) => ({ ...step, usd: step.usd === undefined ? undefined : step.usd * factor })),
    }),
  }));
}

function toRates(usdPerMillionTokens: TokenPrices, longContext: PriceRow['longContext']): Rates {
  const kinds = Object.keys(usdPerMillionTokens) as TokenKind[];
  return Object.fromEntries(
    kinds.flatMap((kind): [TokenKind, Rate][] => {
      const usd = usdPerMillionTokens[kind];
      if (usd === undefined) return [];
      if (longContext === undefined) return [[kind, { usd }]];
      const { aboveInputTokens, usdPerMillionTokens: long } = longContext;
      return [[kind, { usd, steps: [{ aboveInputTokens, usd: long[kind] }] }]];
    }),
  );
}

/** The token prices of a row; undefined where it has none of its own. */
export function ratesOf(row: PriceRow, standard: Rates): Rates | undefined {
  if (row.timesStandard !== undefined) return scaleRates(standard, row.timesStandard);
  return row.usdPerMillionTokens && toRates(row.usdPerMillionTokens, row.longContext);
}

/** Lays rows over prices, the farthest first. Of their token prices, those of the closest row count alone. */
export function layOver(prices: Prices, rows: readonly PriceRow[], standard: Rates): Prices {
  const closest = rows.findLast((row) => ratesOf(row, standard) !== undefined);
  const rates = closest && ratesOf(closest, standard);
  const last = (
    name: 'usdPerRequest' | 'usdPerAudioMinute' | 'usdPerMillionCharacters',
  ): number | undefined => rows.findLast((row) => row[name] !== undefined)?.[name] ?? prices[name];
  return {
    rates: rates === undefined ? prices.rates : { ...prices.rates, ...rates },
    usdPerThousandCalls: Object.assign(
      {},
      prices.usdPerThousandCalls,
      ...rows.map((row) => row.usdPerThousandCalls),
    ) as Record<string, number>,
    usdPerRequest: last('usdPerRequest'),
    usdPerAudioMinute: last('usdPerAudioMinute'),
    usdPerMillionCharacters: last('usdPerMillionCharacters'),
    upToInputTokens: closest === undefined ? prices.upToInputTokens : closest.upToInputTokens,
    missing: [...prices.missing, ...rows.flatMap((row) => row.missing ?? [])],
  };
}
