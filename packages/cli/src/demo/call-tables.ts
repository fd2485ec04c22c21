import { toUsdCell } from './cost-sum.ts';
import { groupBy, ratio, toFigures, type Figures } from './figures.ts';
import type { ObservedCall } from './observed-call.ts';
import type { ByLimit, RateLimit } from './rate-limits.ts';
import type { ObservedVote } from './people-book.ts';
import { toVoteFigures, type VoteFigures } from './people-figures.ts';
import { type Column, figure, toTable } from '../table.ts';
import { NOTHING, toCount, toList, toPercent, toSeconds } from '../text.ts';

interface Group extends Figures {
  readonly name: string;
}

const name = (title: string, width: number): Column<Group> => ({
  title,
  width,
  align: 'left',
  cell: (group) => group.name,
});

const calls = figure<Group>('calls', 5, (group) => String(group.calls));
const errors = figure<Group>('errors', 6, (group) => String(group.errors));
const usdSum = figure<Group>('USD', 8, ({ cost }) => toUsdCell(cost));
const p95 = figure<Group>('p95', 6, ({ latency }) => toSeconds(latency.p95));

/** 80 columns with the margin. */
const modelColumns: readonly Column<Group>[] = [
  name('model', 22),
  calls,
  figure('p50', 6, ({ latency }) => toSeconds(latency.p50)),
  p95,
  figure('p99', 6, ({ latency }) => toSeconds(latency.p99)),
  figure('chunk1', 6, ({ firstChunk }) => toSeconds(firstChunk.p50)),
  figure('input', 5, ({ tokens }) => toCount(tokens.input)),
  figure('output', 6, ({ tokens }) => toCount(tokens.output)),
];

interface ModelGroup extends Group {
  readonly rateLimits: ByLimit<RateLimit>;
}

const moneyColumns: readonly Column<ModelGroup>[] = [
  name('model', 22),
  usdSum,
  figure('unpriced', 8, ({ cost }) => String(cost.unpriced)),
  figure('requests left', 13, ({ rateLimits }: ModelGroup) => toPercent(rateLimits.requests?.left)),
  figure('tokens left', 11, ({ rateLimits }: ModelGroup) => toPercent(rateLimits.tokens?.left)),
];

interface FeatureGroup extends Group {
  readonly votes: VoteFigures;
}

const featureColumns: readonly Column<FeatureGroup>[] = [
  name('feature', 14),
  calls,
  errors,
  figure('cancelled', 9, (group) => String(group.cancelled)),
  p95,
  figure('in/answer', 9, ({ inputTokensPerAnswer }) => toCount(inputTokensPerAnswer)),
  usdSum,
  figure('positive', 8, ({ votes }: FeatureGroup) => toPercent(votes.positiveShare)),
];

/** One line a requested model: times and tokens. */
export function toModelTable(observed: readonly ObservedCall[]): [string, ...string[]] {
  return toTable(
    modelColumns,
    toGroups(observed, ({ model }) => model),
  );
}

/** One line a requested model: what it costs, and what its rate limits leave. */
export function toMoneyTable(
  observed: readonly ObservedCall[],
  rateLimitsOf: (model: string) => ByLimit<RateLimit>,
): [string, ...string[]] {
  const groups = toGroups(observed, ({ model }) => model);
  return toTable(
    moneyColumns,
    groups.map((group) => ({ ...group, rateLimits: rateLimitsOf(group.name) })),
  );
}

/** One line a feature, with what people think of its answers. */
export function toFeatureTable(
  observed: readonly ObservedCall[],
  votes: readonly ObservedVote[],
): [string, ...string[]] {
  const groups = toGroups(observed, ({ feature }) => feature);
  return toTable(
    featureColumns,
    groups.map((group) => ({
      ...group,
      votes: toVoteFigures(votes.filter(({ feature }) => feature === group.name)),
    })),
  );
}

/** "41.2k in (12 % cached), 3.1k out (40 % reasoning)" */
export function toTokenLine({ tokens }: Figures): string {
  const cached = toPercent(ratio(tokens.cached, tokens.input));
  const reasoning = toPercent(ratio(tokens.reasoning, tokens.output));
  return `${toCount(tokens.input)} in (${cached} cached), ${toCount(tokens.output)} out (${reasoning} reasoning)`;
}

/** "0.0123 USD", "≥0.0123 USD; unpriced 2, in part 1 (usage_missing 2, tool_unpriced 1)" */
export function toCostLine({ cost }: Figures): string {
  const { usd, unpriced, partial, reasons } = cost;
  const sum = usd === undefined ? [] : [`${toUsdCell(cost)} USD`];
  const counts = [
    ...(unpriced > 0 ? [`unpriced ${unpriced}`] : []),
    ...(partial > 0 ? [`in part ${partial}`] : []),
  ];
  const lacks = counts.length === 0 ? [] : [`${counts.join(', ')} (${toList(reasons)})`];
  return [...sum, ...lacks].join('; ') || NOTHING;
}

function toGroups(observed: readonly ObservedCall[], keyOf: (call: ObservedCall) => string): Group[] {
  return groupBy(observed, keyOf).map(([key, group]) => ({ name: key, ...toFigures(group) }));
}
