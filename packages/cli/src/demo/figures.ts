import { type CostSum, scaleCost, sumCosts } from './cost-sum.ts';
import { isAnswer, outcomes, type ObservedCall, type Tokens } from './observed-call.ts';
import { type ByLimit, toLeastLeft } from './rate-limits.ts';

/** Times in seconds; undefined where there was nothing to take them of. */
export interface Percentiles {
  readonly p50: number | undefined;
  readonly p95: number | undefined;
  readonly p99: number | undefined;
}

/** What a set of calls comes to. */
export interface Figures {
  readonly calls: number;
  readonly errors: number;
  readonly cancelled: number;
  readonly retries: number;
  /** Of calls that were not cancelled: when a reader leaves tells nothing of the model. */
  readonly latency: Percentiles;
  /** Of streams that sent something. */
  readonly firstChunk: Percentiles;
  readonly tokens: Tokens;
  readonly cost: CostSum;
  /** The sum for each of the calls; undefined where no cost is known. */
  readonly costPerCall: CostSum;
  /** The least share of a rate limit that one of the calls was left. */
  readonly leastLeft: ByLimit<number>;
  /** Tokens of an answer on average; embeddings are no answers. */
  readonly inputTokensPerAnswer: number | undefined;
  readonly outputTokensPerAnswer: number | undefined;
  readonly errorsByKind: Readonly<Record<string, number>>;
  readonly errorsByType: Readonly<Record<string, number>>;
  /** Under which names the models answered. */
  readonly responseModels: Readonly<Record<string, number>>;
}

export function toFigures(calls: readonly ObservedCall[]): Figures {
  const errors = calls.filter(({ outcome }) => outcome === outcomes.error);
  const cancelled = calls.filter(({ outcome }) => outcome === outcomes.cancelled);
  const answered = calls.filter((call) => isAnswer(call) && call.tokens.input > 0);
  const tokens = sumTokens(calls);
  const cost = sumCosts(calls);
  const answeredTokens = sumTokens(answered);
  return {
    calls: calls.length,
    errors: errors.length,
    cancelled: cancelled.length,
    retries: calls.reduce((sum, { retries }) => sum + retries, 0),
    latency: toPercentiles(
      calls.filter(({ outcome }) => outcome !== outcomes.cancelled).map(({ seconds }) => seconds),
    ),
    firstChunk: toPercentiles(calls.map(({ firstChunkSeconds }) => firstChunkSeconds)),
    tokens,
    cost,
    costPerCall: scaleCost(cost, ratio(1, calls.length)),
    leastLeft: toLeastLeft(calls),
    inputTokensPerAnswer: ratio(answeredTokens.input, answered.length),
    outputTokensPerAnswer: ratio(answeredTokens.output, answered.length),
    errorsByKind: countBy(errors, ({ errorKind }) => errorKind),
    errorsByType: countBy(errors, ({ errorType }) => errorType),
    responseModels: countBy(calls, ({ responseModel }) => responseModel),
  };
}

/** Nearest rank: every percentile is a time that a call really took. */
function toPercentiles(values: readonly (number | undefined)[]): Percentiles {
  const sorted = values.filter((value) => value !== undefined).toSorted((a, b) => a - b);
  const at = (share: number): number | undefined => sorted[Math.ceil(share * sorted.length) - 1];
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

function sumTokens(calls: readonly ObservedCall[]): Tokens {
  const sum = { input: 0, cached: 0, output: 0, reasoning: 0 };
  for (const { tokens } of calls) {
    sum.input += tokens.input;
    sum.cached += tokens.cached;
    sum.output += tokens.output;
    sum.reasoning += tokens.reasoning;
  }
  return sum;
}

export function ratio(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : part / whole;
}

/** Calls by a key, most calls first; calls without the key are left out. */
export function groupBy(
  calls: readonly ObservedCall[],
  keyOf: (call: ObservedCall) => string | undefined,
): [string, ObservedCall[]][] {
  const groups = new Map<string, ObservedCall[]>();
  for (const call of calls) {
    const key = keyOf(call);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [call]);
    else group.push(call);
  }
  return [...groups].toSorted(
    ([a, callsOfA], [b, callsOfB]) => callsOfB.length - callsOfA.length || (a < b ? -1 : 1),
  );
}

function countBy(
  calls: readonly ObservedCall[],
  keyOf: (call: ObservedCall) => string | undefined,
): Record<string, number> {
  return Object.fromEntries(groupBy(calls, keyOf).map(([key, group]) => [key, group.length]));
}
