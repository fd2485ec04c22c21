import type { IncidentName } from '@genvitals/openai-simulator';
import type { CallBook } from './call-book.ts';
import { type CostSum, scaleCost, sumCosts, toUsdCell } from './cost-sum.ts';
import { groupBy, ratio, toFigures, type Figures } from './figures.ts';
import { isAnswer, type ObservedCall } from './observed-call.ts';
import { toVoteFigures, type VoteFigures } from './people-figures.ts';
import { type Column, toTable } from '../table.ts';
import { cut, toCount, toPercent, toSeconds } from '../text.ts';

/** One side of the moment at which an incident began. */
export interface Side {
  /** Every call that began on this side. */
  readonly all: Figures;
  /** The part of them that wrote an answer. */
  readonly answers: Figures;
  readonly answersByFeature: ReadonlyMap<string, Figures>;
  /** Calls for each request to the app. */
  readonly callsPerRequest: number | undefined;
  /** Those that were given, or changed for the last time, on this side. */
  readonly votes: VoteFigures;
  /** The sum of the calls that requests to the app made, for each of them. */
  readonly costPerRequest: CostSum;
}

export interface Comparison {
  readonly incident: IncidentName;
  readonly before: Side;
  readonly after: Side;
}

/** What the telemetry says of the calls before and after the incident began. */
export function toComparison(book: CallBook, incident: IncidentName, beganAtMs: number): Comparison {
  const toSide = (isHere: (startMs: number) => boolean): Side => {
    const calls = book.calls().filter((call) => isHere(startOf(call)));
    const answers = calls.filter((call) => isAnswer(call));
    const requests = book.requests().filter(({ beganAtMs }) => isHere(beganAtMs));
    const requested = new Set(book.requests().map(({ traceId }) => traceId));
    const served = calls.filter(({ traceId }) => requested.has(traceId));
    return {
      all: toFigures(calls),
      answers: toFigures(answers),
      answersByFeature: new Map(
        groupBy(answers, ({ feature }) => feature).map(([feature, group]) => [feature, toFigures(group)]),
      ),
      callsPerRequest: ratio(served.length, requests.length),
      votes: toVoteFigures(book.people.votes().filter(({ votedAtMs }) => isHere(votedAtMs))),
      costPerRequest: scaleCost(sumCosts(served), ratio(1, requests.length)),
    };
  };
  return {
    incident,
    before: toSide((startMs) => startMs < beganAtMs),
    after: toSide((startMs) => startMs >= beganAtMs),
  };
}

function startOf(call: ObservedCall): number {
  return call.endedAtMs - (call.seconds ?? 0) * 1000;
}

const MAX_FEATURE = 28;
const THOUSAND = 1_000;

interface Row {
  readonly title: string;
  readonly cell: (side: Side) => string;
}

/** One row for everything that is held against each other. */
const rows: readonly Row[] = [
  { title: 'calls', cell: ({ all }) => String(all.calls) },
  { title: 'calls that failed', cell: ({ all }) => toPercent(ratio(all.errors, all.calls)) },
  { title: 'retries a call', cell: ({ all }) => ratio(all.retries, all.calls)?.toFixed(2) ?? '-' },
  { title: 'calls a request to the app', cell: ({ callsPerRequest }) => callsPerRequest?.toFixed(2) ?? '-' },
  {
    title: 'calls whose cost is not known',
    cell: ({ all: { calls, cost } }) => toPercent(ratio(cost.unpriced, calls)),
  },
  {
    title: 'USD for 1,000 requests to the app',
    cell: ({ costPerRequest }) => toUsdCell(scaleCost(costPerRequest, THOUSAND)),
  },
  { title: 'votes that are negative', cell: ({ votes }) => toPercent(votes.negativeShare) },
  { title: 'time of an answer, p50', cell: ({ answers }) => toSeconds(answers.latency.p50) },
  { title: 'time of an answer, p95', cell: ({ answers }) => toSeconds(answers.latency.p95) },
  { title: 'first chunk, p50', cell: ({ answers }) => toSeconds(answers.firstChunk.p50) },
  { title: 'output tokens an answer', cell: ({ answers }) => toCount(answers.outputTokensPerAnswer) },
  {
    title: 'input that was cached',
    cell: ({ all: { tokens } }) => toPercent(ratio(tokens.cached, tokens.input)),
  },
  { title: 'least left of a limit on requests', cell: ({ all }) => toPercent(all.leastLeft.requests) },
  { title: 'least left of a limit on tokens', cell: ({ all }) => toPercent(all.leastLeft.tokens) },
];

/** What to look at, and what the telemetry of calls alone cannot say. */
const notes: Readonly<Record<IncidentName, string>> = {
  'latency-step': 'Look at the times: answers and first chunks take longer, and nothing fails.',
  'error-burst':
    'Look at failed calls and retries: the client retries twice by itself, so a call fails only where three attempts did, or where a stream broke off. Each call is one span, whatever the number of its attempts.',
  'rate-limiting':
    'Look at failed calls, retries and times, and at what was left of the limits: 429 is an error of kind quota, and the time a call waits between its retries is part of its time.',
  'context-loss':
    'The update makes nothing fail and nothing slow: its answers are HTTP 200. What can be seen is that the embedding model answers under another name, that the prompts of ask and chat are shorter, as retrieval finds nothing and the app asks without its context, and that people vote worse. Most answers get no vote, and which of them are wrong cannot be seen from calls: judging them comes in a later version.',
  'quality-drop':
    'The telemetry of calls shows next to nothing of it: same models, same prompts, no errors. What is left are the votes of those who take the trouble. Finding it without them takes judging the answers, which comes in a later version.',
  'cost-explosion':
    'Look at the cost of requests, and at what a bill is made of: output tokens, and the share of the input that was cached.',
  'runaway-tool-loop':
    'Look at the calls and the cost of a request, and at the feature order: the model never stops asking for its tool, and each request goes round until the app gives up.',
  'model-update':
    'Look at the names that answered, and at output tokens and times beside them. No list has a price of names so new: their calls are unpriced, and what is left of the cost is a lower bound.',
};

/** The comparison as lines: a table, the names that answered only on one side, and what to look at. */
export function describeComparison({ incident, before, after }: Comparison): {
  table: string[];
  note: string;
} {
  const columns: readonly Column<Row>[] = [
    { title: `incident: ${incident}`, width: 52, align: 'left', cell: ({ title }) => title },
    { title: 'before', width: 10, align: 'right', cell: ({ cell }) => cell(before) },
    { title: 'after', width: 10, align: 'right', cell: ({ cell }) => cell(after) },
  ];
  const features = [...before.answersByFeature.keys()].filter((name) => after.answersByFeature.has(name));
  const inputRows = features.map((name): Row => ({
    title: `input tokens an answer, ${cut(name, MAX_FEATURE)}`,
    cell: ({ answersByFeature }) => toCount(answersByFeature.get(name)?.inputTokensPerAnswer),
  }));
  const isNew = (name: string): boolean => !Object.hasOwn(before.all.responseModels, name);
  const newcomers = Object.keys(after.all.responseModels).filter(isNew);
  const models = newcomers.map((name) => `answered for the first time: ${name}`);
  return { table: [...toTable(columns, [...rows, ...inputRows]), ...models], note: notes[incident] };
}
