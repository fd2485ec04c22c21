import { basePrices, hasProvider } from './base.ts';
import type { PriceSource, Tier } from './cost.ts';
import { overlay } from './overlay.ts';
import { isMeant, type PriceRow, rowsFor } from './price-row.ts';
import { layOver, NO_PRICES, type Prices } from './prices.ts';
import type { CostReason } from './reasons.ts';
import type { UserPrices } from './user-prices.ts';

/** Prices, whose they are, and what is left of them after a discount. */
export interface Found {
  readonly prices: Prices;
  readonly source: PriceSource;
  readonly factor: number;
}

/** What prices are looked up by. */
export interface Wanted {
  readonly provider: string;
  readonly model: string;
  readonly deployment: string | undefined;
  readonly tier: Tier;
  readonly atMs: number;
}

interface Listed {
  readonly prices: Prices;
  readonly source: PriceSource;
}

/** Fees for tools alone are no price of a model. */
function isPriced({ rates, usdPerRequest, usdPerAudioMinute, usdPerMillionCharacters }: Prices): boolean {
  const others = [usdPerRequest, usdPerAudioMinute, usdPerMillionCharacters];
  return Object.keys(rates).length > 0 || others.some((usd) => usd !== undefined);
}

function sourceOf(rows: readonly PriceRow[]): PriceSource {
  return rows.some((row) => isPriced(layOver(NO_PRICES, [row], {}))) ? 'overlay' : 'genai-prices';
}

/** What the lists of this package say. */
function listedPrices({ provider, model, tier, atMs }: Wanted): Listed | CostReason {
  const standardRows = rowsFor(overlay, provider, model, 'standard', atMs);
  const standard = layOver(basePrices(provider, model, atMs) ?? NO_PRICES, standardRows, {});
  if (!isPriced(standard)) return hasProvider(provider) ? 'model_unknown' : 'provider_unknown';
  if (tier === 'standard') return { prices: standard, source: sourceOf(standardRows) };
  const rows = rowsFor(overlay, provider, model, tier, atMs);
  if (rows.length === 0) return 'tier_unpriced';
  // Tools cost the same in every tier; what else a tier has no price for has none.
  const { usdPerThousandCalls, missing } = standard;
  const start: Prices = { ...NO_PRICES, usdPerThousandCalls, missing };
  return { prices: layOver(start, rows, standard.rates), source: 'overlay' };
}

/** A price of the user's own answers what a list leaves open. */
function stillMissing(missing: readonly string[], rows: readonly PriceRow[]): readonly string[] {
  return missing.filter(
    (name) =>
      !rows.some(
        (row) =>
          (name === 'request' && row.usdPerRequest !== undefined) ||
          Object.hasOwn(row.usdPerMillionTokens ?? {}, name) ||
          Object.hasOwn(row.usdPerThousandCalls ?? {}, name),
      ),
  );
}

/** What the user's file says, over the lists. Its token prices stand alone: a contract is not half a list. */
function userPrices(wanted: Wanted, user: UserPrices): Listed | undefined {
  const { provider, model, tier, atMs } = wanted;
  const rows = rowsFor(user.prices, provider, model, tier, atMs);
  if (rows.length === 0) return undefined;
  const listed = listedPrices(wanted);
  const below = typeof listed === 'string' ? NO_PRICES : listed.prices;
  const hasRates = rows.some((row) => row.usdPerMillionTokens !== undefined);
  const start: Prices = {
    ...below,
    ...(hasRates && { rates: {}, upToInputTokens: undefined }),
    missing: stillMissing(below.missing, rows),
  };
  const prices = layOver(start, rows, {});
  return isPriced(prices) ? { prices, source: 'user' } : undefined;
}

function discountFactor({ provider, model }: Wanted, user: UserPrices | undefined): number {
  const discount = user?.discounts.findLast(
    (each) =>
      (each.provider === undefined || each.provider === provider) &&
      (each.model === undefined || isMeant(each.model, model)),
  );
  return discount === undefined ? 1 : 1 - discount.percent / 100;
}

function pricesOf(wanted: Wanted, user: UserPrices | undefined): Found | CostReason {
  const listed = (user && userPrices(wanted, user)) ?? listedPrices(wanted);
  return typeof listed === 'string' ? listed : { ...listed, factor: discountFactor(wanted, user) };
}

/** Finds the prices of a model, or why there are none. Names that users gave come before what lists guess. */
export function findPrices(wanted: Wanted, user?: UserPrices): Found | CostReason {
  if (user === undefined) return pricesOf(wanted, undefined);
  const { provider, model, deployment } = wanted;
  const names = [model, deployment];
  const isProvisioned = user.provisioned.some(
    (each) => each.provider === provider && names.includes(each.deployment),
  );
  if (isProvisioned) return 'provisioned';

  const mapped = (name: string | undefined): string | undefined =>
    user.deployments.find((each) => each.provider === provider && each.deployment === name)?.model;
  const found = pricesOf({ ...wanted, model: mapped(model) ?? model }, user);
  if (found !== 'model_unknown') return found;
  const other = mapped(deployment);
  return other === undefined ? found : pricesOf({ ...wanted, model: other }, user);
}
