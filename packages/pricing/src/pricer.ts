import type { Cost, CostKind, PriceQuery, Tier, TokenKind } from './cost.ts';
import { findPrices, type Found } from './price-lists.ts';
import type { Rate } from './prices.ts';
import type { CostReason } from './reasons.ts';
import type { UserPrices } from './user-prices.ts';

/** Prices calls. Synchronous, and without network. */
export interface Pricer {
  readonly priceOf: (query: PriceQuery) => Cost;
}

/** Names of models come from the network: how many are kept, and how long one may be. */
const MAX_KEPT = 2_000;
const MAX_NAME_CHARS = 200;
/** The last moment that a Date can be. */
const MAX_TIME_MS = 8.64e15;
/** Of an answer that names no model: a deployment's name is no model's, so it counts only where the user's file knows it. */
const UNNAMED = '';
const MS_PER_MINUTE = 60_000;
const SECONDS_PER_MINUTE = 60;
const MILLION = 1_000_000;
const THOUSAND = 1_000;

/** In the order in which a lack of a price is told. */
const TOKENS: readonly (readonly [TokenKind, CostKind])[] = [
  ['input', 'input'],
  ['cache_read', 'cache_read'],
  ['cache_write', 'cache_write'],
  ['output', 'output'],
  ['reasoning', 'output'],
  ['audio_input', 'audio'],
  ['audio_output', 'audio'],
  ['image_input', 'image'],
  ['image_output', 'image'],
];

/** Everything that the input's length counts. */
const INPUT_KINDS: readonly TokenKind[] = [
  'input',
  'cache_read',
  'cache_write',
  'audio_input',
  'image_input',
];

/** What the words for a tier in answers mean. Those that are left out have no price of their own. */
const TIERS: ReadonlyMap<string, Tier> = new Map([
  ['', 'standard'],
  ['default', 'standard'],
  ['standard', 'standard'],
  ['on_demand', 'standard'],
  // A wish and no tier; what came of it is not told.
  ['auto', 'standard'],
  ['batch', 'batch'],
  ['flex', 'flex'],
  ['priority', 'priority'],
  ['fast', 'priority'],
]);

function none(reason: CostReason): Cost {
  return { status: 'none', parts: {}, reason };
}

function isUsed(count: number | undefined): count is number {
  return count !== undefined && count > 0;
}

function usdOf(rate: Rate | undefined, inputTokens: number): number | undefined {
  if (rate?.steps === undefined) return rate?.usd;
  let { usd }: { usd: number | undefined } = rate;
  for (const step of rate.steps) if (inputTokens > step.aboveInputTokens) usd = step.usd;
  return usd;
}

function charge({ prices, source, factor }: Found, query: PriceQuery): Cost {
  const tokens = query.tokens ?? {};
  let inputTokens = 0;
  for (const kind of INPUT_KINDS) inputTokens += tokens[kind] ?? 0;
  if (prices.upToInputTokens !== undefined && inputTokens > prices.upToInputTokens) {
    return none('long_context_unpriced');
  }

  const parts: { [Kind in CostKind]?: number } = {};
  let reason: CostReason | undefined;
  let isAnyUsed = false;
  const add = (kind: CostKind, usd: number | undefined, lack: CostReason): void => {
    isAnyUsed = true;
    if (usd === undefined) reason ??= lack;
    else parts[kind] = (parts[kind] ?? 0) + usd * factor;
  };

  for (const [kind, costKind] of TOKENS) {
    const count = tokens[kind];
    if (!isUsed(count)) continue;
    const rate = kind === 'reasoning' ? (prices.rates.reasoning ?? prices.rates.output) : prices.rates[kind];
    const usd = usdOf(rate, inputTokens);
    add(costKind, usd === undefined ? undefined : (count * usd) / MILLION, `${kind}_unpriced`);
    if (prices.missing.includes(kind)) reason ??= `${kind}_unpriced`;
  }
  if (isUsed(query.audioSeconds)) {
    const usd = prices.usdPerAudioMinute;
    add(
      'audio',
      usd === undefined ? undefined : (query.audioSeconds * usd) / SECONDS_PER_MINUTE,
      'duration_unpriced',
    );
  }
  if (isUsed(query.characters)) {
    const usd = prices.usdPerMillionCharacters;
    add('audio', usd === undefined ? undefined : (query.characters * usd) / MILLION, 'characters_unpriced');
  }
  if (query.toolCalls !== undefined) {
    for (const [tool, count] of Object.entries(query.toolCalls)) {
      if (!isUsed(count)) continue;
      const usd = Object.hasOwn(prices.usdPerThousandCalls, tool)
        ? prices.usdPerThousandCalls[tool]
        : undefined;
      add('tool', usd === undefined ? undefined : (count * usd) / THOUSAND, 'tool_unpriced');
      if (prices.missing.includes(tool)) reason ??= 'tool_unpriced';
    }
  }
  if (prices.usdPerRequest !== undefined) add('request', prices.usdPerRequest, 'request_unpriced');
  if (prices.missing.includes('request')) reason ??= 'request_unpriced';

  if (!isAnyUsed) return none('usage_missing');
  let usd = 0;
  let hasPart = false;
  for (const kind in parts) {
    hasPart = true;
    usd += parts[kind as CostKind] ?? 0;
  }
  if (!hasPart) return none(reason ?? 'usage_missing');
  if (reason === undefined && query.tier === 'auto') reason = 'tier_unknown';
  return reason === undefined
    ? { status: 'full', usd, parts, source }
    : { status: 'partial', usd, parts, reason, source };
}

/** What a model's prices were at some minute. */
interface Kept {
  readonly provider: string;
  readonly model: string;
  readonly tier: Tier;
  readonly deployment: string | undefined;
  readonly minute: number;
  readonly found: Found | CostReason;
}

/** Prices by the lists that come with this package, and by the user's own before them. */
export function createPricer(user?: UserPrices): Pricer {
  const kept = new Map<string, Kept>();
  let last: Kept | undefined;

  /** Looking prices up takes some 50 µs, so what was found is kept for the minute that it was asked for. */
  function find(query: PriceQuery, model: string, provider: string, tier: Tier): Found | CostReason {
    const { deployment } = query;
    const atMs = Math.abs(query.atMs) <= MAX_TIME_MS ? query.atMs : Date.now();
    const minute = Math.floor(atMs / MS_PER_MINUTE);
    // Apps mostly repeat themselves, and a key is half of what looking up takes.
    if (
      last?.model === model &&
      last.minute === minute &&
      last.tier === tier &&
      last.provider === provider &&
      last.deployment === deployment
    )
      return last.found;
    const key = `${provider}\n${model}\n${tier}\n${deployment ?? ''}`;
    const known = kept.get(key);
    if (known?.minute === minute) return (last = known).found;
    const found = findPrices({ provider, model, deployment, tier, atMs: minute * MS_PER_MINUTE }, user);
    if (kept.size >= MAX_KEPT) kept.clear();
    last = { provider, model, tier, deployment, minute, found };
    kept.set(key, last);
    return found;
  }

  return {
    priceOf(query) {
      const { provider } = query;
      const { model = UNNAMED } = query;
      if (model === UNNAMED && query.deployment === undefined) return none('model_missing');
      if (model.length > MAX_NAME_CHARS) return none('model_unknown');
      if (provider === undefined || provider === '') return none('provider_unknown');
      const tier = TIERS.get(query.tier ?? '');
      if (tier === undefined) return none('tier_unpriced');
      const found = find(query, model, provider, tier);
      if (typeof found !== 'string') return charge(found, query);
      return none(model === UNNAMED && found === 'model_unknown' ? 'model_missing' : found);
    },
  };
}
