import { groupBy, ratio, toFigures, type Figures } from './figures.ts';
import type { ObservedCall } from './observed-call.ts';
import { type Column, toTable } from './table.ts';
import { toCount, toPercent, toSeconds } from './text.ts';

interface Group extends Figures {
  readonly name: string;
}

const name = (title: string, width: number): Column<Group> => ({
  title,
  width,
  align: 'left',
  cell: (group) => group.name,
});

const figure = (title: string, width: number, cell: (group: Group) => string): Column<Group> => ({
  title,
  width,
  align: 'right',
  cell,
});

const calls = figure('calls', 5, (group) => String(group.calls));
const errors = figure('errors', 6, (group) => String(group.errors));
const p95 = figure('p95', 6, ({ latency }) => toSeconds(latency.p95));

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

const featureColumns: readonly Column<Group>[] = [
  name('feature, by its route', 26),
  calls,
  errors,
  figure('cancelled', 9, (group) => String(group.cancelled)),
  p95,
  figure('input/answer', 12, ({ inputTokensPerAnswer }) => toCount(inputTokensPerAnswer)),
];

/** One line a requested model: times and tokens. */
export function toModelTable(observed: readonly ObservedCall[]): [string, ...string[]] {
  return toTable(
    modelColumns,
    toGroups(observed, ({ model }) => model),
  );
}

/** One line a feature. */
export function toFeatureTable(observed: readonly ObservedCall[]): [string, ...string[]] {
  return toTable(
    featureColumns,
    toGroups(observed, ({ feature }) => feature),
  );
}

/** "41.2k in (12 % cached), 3.1k out (40 % reasoning)" */
export function toTokenLine({ tokens }: Figures): string {
  const cached = toPercent(ratio(tokens.cached, tokens.input));
  const reasoning = toPercent(ratio(tokens.reasoning, tokens.output));
  return `${toCount(tokens.input)} in (${cached} cached), ${toCount(tokens.output)} out (${reasoning} reasoning)`;
}

function toGroups(observed: readonly ObservedCall[], keyOf: (call: ObservedCall) => string): Group[] {
  return groupBy(observed, keyOf).map(([key, group]) => ({ name: key, ...toFigures(group) }));
}
