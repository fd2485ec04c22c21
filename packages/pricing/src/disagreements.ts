import { baseModels } from './base.ts';
import type { PriceSource } from './cost.ts';
import type { OtherPrice } from './list-format.ts';
import type { OtherList } from './other-list.ts';
import { overlay } from './overlay.ts';
import { chargedPrice, isModelPriced, pricedThings, tidyUsd } from './priced-things.ts';
import type { PriceRow } from './price-row.ts';
import { createPricer } from './pricer.ts';
import type { UserPrices } from './user-prices.ts';

/** A price that we and another list have, and not the same. */
export interface Disagreement extends Omit<OtherPrice, 'usd'> {
  readonly unit: string;
  readonly ourUsd: number;
  readonly theirUsd: number;
  /** Whose our price is. */
  readonly source: PriceSource;
}

export interface ModelName {
  readonly provider: string;
  readonly model: string;
}

/** What came of comparing our prices with another list. */
export interface Comparison {
  /** How many prices both have. */
  readonly compared: number;
  readonly disagreements: readonly Disagreement[];
  readonly modelsOnlyTheirs: readonly ModelName[];
  readonly modelsOnlyOurs: readonly ModelName[];
  /** Of models that both have. */
  readonly pricesOnlyTheirs: readonly OtherPrice[];
}

/** Below it two prices are the same, but for the last digits of a number. */
const RELATIVE_TOLERANCE = 1e-6;
const DATE_AT_END = /-\d{4}-\d{2}-\d{2}$/;

function isSame(one: number, other: number): boolean {
  return Math.abs(one - other) <= RELATIVE_TOLERANCE * Math.max(one, other);
}

function ourModels(providers: ReadonlySet<string>, userRows: readonly PriceRow[]): readonly ModelName[] {
  const rows: readonly PriceRow[] = [...overlay, ...userRows];
  const listed = [...providers].flatMap((provider) => [
    ...baseModels(provider).map((model) => ({ provider, model })),
    ...rows
      .filter((row) => row.providers.includes(provider))
      .flatMap(({ models }) => models.map((model) => ({ provider, model }))),
  ]);
  const byKey = new Map(listed.map((name) => [keyOf(name), name]));
  return [...byKey.values()].filter(({ model }) => !model.endsWith('*'));
}

function keyOf({ provider, model }: ModelName): string {
  return `${provider} ${model}`;
}

/**
 * Compares our prices of now with another list, for these providers (all that the list has, if undefined).
 * A user's prices count as ours; their discounts do not, as lists have none. A 0 is not compared.
 */
export function comparePrices(
  { prices }: OtherList,
  atMs: number,
  provider?: readonly string[],
  user?: UserPrices,
): Comparison {
  const pricer = createPricer(user && { ...user, discounts: [], provisioned: [] });
  const theirs = prices.filter((price) => provider === undefined || provider.includes(price.provider));
  const theirModels = new Map(theirs.map((price) => [keyOf(price), price]));
  const known = new Set(
    [...theirModels]
      .filter(([, { provider, model }]) => isModelPriced(pricer, provider, model, atMs))
      .map(([key]) => key),
  );

  const disagreements: Disagreement[] = [];
  const pricesOnlyTheirs: OtherPrice[] = [];
  let compared = 0;
  for (const price of theirs) {
    if (!known.has(keyOf(price))) continue;
    const ours = chargedPrice(pricer, price, atMs);
    if (ours === undefined) {
      pricesOnlyTheirs.push(price);
      continue;
    }
    compared += 1;
    if (isSame(ours.usd, price.usd)) continue;
    const { usd, ...name } = price;
    const { unit } = pricedThings[price.thing];
    disagreements.push({ ...name, unit, ourUsd: tidyUsd(ours.usd), theirUsd: usd, source: ours.source });
  }

  const undated = new Set([...theirModels.keys()].map((key) => key.replace(DATE_AT_END, '')));
  const providers = new Set(theirs.map((price) => price.provider));
  return {
    compared,
    disagreements,
    modelsOnlyTheirs: [...theirModels]
      .filter(([key]) => !known.has(key))
      .map(([, { provider, model }]) => ({ provider, model })),
    modelsOnlyOurs: ourModels(providers, user?.prices ?? []).filter(
      (name) => !undated.has(keyOf(name).replace(DATE_AT_END, '')),
    ),
    pricesOnlyTheirs,
  };
}
