import type { Attributes } from '@opentelemetry/api';
import { type AttributeName, attributes } from '@genvitals/conventions';
import type { Cost, CostKind, CostReason } from '@genvitals/pricing';
import type { BilledAmounts, Endpoint } from './endpoint.ts';
import { COST_AMOUNT, COST_CURRENCY, COST_REASON, COST_SOURCE, COST_STATUS } from './keys.ts';
import type { Prices } from './prices.ts';
import type { RequestSeries } from './series.ts';
import type { TokenParts } from './tokens.ts';

const CURRENCY = 'USD';
/** Computed by lists, and not in the answer. */
const BY_LISTS = 'local';

const KIND_ATTRIBUTES: Readonly<Record<CostKind, AttributeName>> = {
  input: 'costInput',
  cache_read: 'costCacheRead',
  cache_write: 'costCacheWrite',
  output: 'costOutput',
  audio: 'costAudio',
  image: 'costImage',
  tool: 'costTool',
  request: 'costRequest',
};
const KIND_KEYS = Object.fromEntries(
  Object.entries(KIND_ATTRIBUTES).map(([kind, name]) => [kind, attributes[name].key]),
) as Readonly<Record<CostKind, string>>;

/** What a call costs that did not say what it used. */
export const UNKNOWN_COST: Cost = { status: 'none', parts: {}, reason: 'usage_missing' };

function read<Value>(reader: ((result: unknown) => Value) | undefined, result: unknown): Value | undefined {
  try {
    return reader?.(result);
  } catch {
    return undefined;
  }
}

/** What a request is paid by, where that is known before its answer. */
export function billedByRequest(endpoint: Endpoint, params: unknown): BilledAmounts | undefined {
  return read(endpoint.billedRequest, params);
}

/** What an answer says that it is paid by beside tokens. */
export function billedByAnswer(endpoint: Endpoint, result: unknown): BilledAmounts | undefined {
  return result === undefined ? undefined : read(endpoint.billedAnswer, result);
}

/** What a call used, as far as it is known. */
interface Used {
  readonly result: unknown;
  readonly model: string | undefined;
  readonly parts: TokenParts | undefined;
  /** Why the parts may not be what was used. */
  readonly doubt: CostReason | undefined;
  readonly billed: BilledAmounts | undefined;
}

/** Where requests name a deployment, which may be called like another model. */
const AZURE = /^azure\./;

/** What a call costs, by the model and the tier that answered. */
export function costOf(
  prices: Prices,
  { endpoint, server, model }: RequestSeries,
  answer: Used,
  atMs: number,
): Cost | undefined {
  const cost = prices.priceOf({
    provider: server.provider,
    model: answer.model ?? (AZURE.test(server.provider) ? undefined : model),
    deployment: model,
    tier: servedTier(endpoint, answer.result),
    atMs,
    tokens: answer.parts,
    ...answer.billed,
    toolCalls: read(endpoint.toolCalls, answer.result),
  });
  const { doubt } = answer;
  return doubt === undefined || cost?.status !== 'full'
    ? cost
    : { ...cost, status: 'partial', reason: doubt };
}

/** The tier as the answer states it. */
function servedTier(endpoint: Endpoint, result: unknown): string | undefined {
  const tier = read(endpoint.servedTier, result);
  return typeof tier === 'string' ? tier : undefined;
}

export function describeCost(cost: Cost, target: Attributes): void {
  target[COST_STATUS] = cost.status;
  if (cost.reason !== undefined) target[COST_REASON] = cost.reason;
  if (cost.usd === undefined) return;
  target[COST_AMOUNT] = cost.usd;
  target[COST_CURRENCY] = CURRENCY;
  target[COST_SOURCE] = BY_LISTS;
  for (const kind in cost.parts) target[KIND_KEYS[kind as CostKind]] = cost.parts[kind as CostKind];
}
