import type { CallBook } from './call-book.ts';
import type { Comparison, Side } from './comparison.ts';
import { groupBy, toFigures, type Figures } from './figures.ts';
import type { ObservedCall } from './observed-call.ts';
import type { ObservedVote } from './people-book.ts';
import {
  type ArmFigures,
  groupTasks,
  type TaskFigures,
  toArms,
  toVoteFigures,
  type VoteFigures,
} from './people-figures.ts';
import type { ByLimit, RateLimit } from './rate-limits.ts';

export interface ReportInput {
  readonly book: CallBook;
  readonly seed: number;
  readonly real: boolean;
  readonly elapsedSeconds: number;
  readonly comparison: Comparison | undefined;
}

/** The document of `--json`: plain numbers, seconds and tokens; null where there was nothing to measure. */
export function toReport({ book, seed, real, elapsedSeconds, comparison }: ReportInput) {
  const observed = book.calls();
  const { people } = book;
  const votes = people.votes();
  const { calls, ...all } = toGroup(toFigures(observed));
  return {
    calls,
    ...all,
    models: Object.fromEntries(
      Object.entries(toGroups(observed, ({ model }) => model)).map(([model, group]) => [
        model,
        { ...group, rateLimits: toRateLimits(book.rateLimitsOf(model)) },
      ]),
    ),
    features: Object.fromEntries(
      Object.entries(toGroups(observed, ({ feature }) => feature)).map(([feature, group]) => [
        feature,
        { ...group, feedback: toFeedback(votes.filter((vote) => vote.feature === feature)) },
      ]),
    ),
    feedback: { ...toFeedback(votes), counted: people.countedVotes() },
    tasks: Object.fromEntries(groupTasks(people.tasks()).map(([name, tasks]) => [name, toTaskGroup(tasks)])),
    conversations: people.conversations(),
    experiments: toExperiments(book),
    requests: book.requests().length,
    signals: { ...book.signals(), countedUsd: roundedUsd(book.signals().countedUsd) },
    instrumentation: book.info() ?? null,
    incident:
      comparison === undefined
        ? null
        : { name: comparison.incident, before: toSide(comparison.before), after: toSide(comparison.after) },
    seed,
    real,
    elapsedSeconds: rounded(elapsedSeconds),
  };
}

function toGroups(observed: readonly ObservedCall[], keyOf: (call: ObservedCall) => string) {
  return Object.fromEntries(groupBy(observed, keyOf).map(([key, group]) => [key, toGroup(toFigures(group))]));
}

function toGroup(figures: Figures) {
  const { latency, firstChunk, cost, costPerCall, leastLeft } = figures;
  return {
    calls: { total: figures.calls, errors: figures.errors, cancelled: figures.cancelled },
    latencySeconds: { p50: rounded(latency.p50), p95: rounded(latency.p95), p99: rounded(latency.p99) },
    firstChunkSeconds: { p50: rounded(firstChunk.p50), p95: rounded(firstChunk.p95) },
    tokens: figures.tokens,
    costUsd: roundedUsd(cost.usd),
    costUsdPerCall: roundedUsd(costPerCall.usd),
    costCalls: { full: cost.full, partial: cost.partial, unpriced: cost.unpriced },
    costReasons: cost.reasons,
    leastLeft: { requests: rounded(leastLeft.requests), tokens: rounded(leastLeft.tokens) },
    retries: figures.retries,
    errorsByKind: figures.errorsByKind,
    errorsByType: figures.errorsByType,
    responseModels: figures.responseModels,
  };
}

function toRateLimits({ requests, tokens }: ByLimit<RateLimit>) {
  const toLimit = (limit: RateLimit | undefined) =>
    limit === undefined ? null : { ...limit, left: rounded(limit.left) };
  return { requests: toLimit(requests), tokens: toLimit(tokens) };
}

function toFeedback(votes: readonly ObservedVote[]) {
  return toVoteGroup(toVoteFigures(votes));
}

function toVoteGroup({ positiveShare, negativeShare, ...counts }: VoteFigures) {
  return { ...counts, positiveShare: rounded(positiveShare), negativeShare: rounded(negativeShare) };
}

function toTaskGroup({ completionShare, ...counts }: TaskFigures) {
  return { ...counts, completionShare: rounded(completionShare) };
}

function toExperiments(book: CallBook) {
  const experiments: Record<string, Record<string, ReturnType<typeof toArm>>> = {};
  for (const arm of toArms(book)) (experiments[arm.experiment] ??= {})[arm.variant] = toArm(arm);
  return experiments;
}

function toArm({ units, figures, votes, tasks }: ArmFigures) {
  return { units, ...toGroup(figures), feedback: toVoteGroup(votes), tasks: toTaskGroup(tasks) };
}

function toSide({ all, answers, answersByFeature, callsPerRequest, costPerRequest, votes }: Side) {
  return {
    ...toGroup(all),
    feedback: toVoteGroup(votes),
    callsPerRequest: rounded(callsPerRequest),
    costUsdPerRequest: roundedUsd(costPerRequest.usd),
    inputTokensPerAnswer: rounded(answers.inputTokensPerAnswer),
    inputTokensPerAnswerByFeature: Object.fromEntries(
      [...answersByFeature].map(([feature, figures]) => [feature, rounded(figures.inputTokensPerAnswer)]),
    ),
    outputTokensPerAnswer: rounded(answers.outputTokensPerAnswer),
  };
}

/** A token costs ten-thousandths of a millionth; what is below a millionth of a millionth is the sum's own noise. */
function roundedUsd(value: number | undefined): number | null {
  return value === undefined ? null : Math.round(value * 1e12) / 1e12;
}

/** Microseconds are below what a clock tells. */
function rounded(value: number | undefined): number | null {
  return value === undefined ? null : Math.round(value * 1e6) / 1e6;
}
