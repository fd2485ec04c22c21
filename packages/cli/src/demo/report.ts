import type { CallBook } from './call-book.ts';
import type { Comparison, Side } from './comparison.ts';
import { groupBy, toFigures, type Figures } from './figures.ts';
import type { ObservedCall } from './observed-call.ts';

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
  const { calls, ...all } = toGroup(toFigures(observed));
  return {
    calls,
    ...all,
    models: toGroups(observed, ({ model }) => model),
    features: toGroups(observed, ({ feature }) => feature),
    requests: book.requestsBeganAtMs().length,
    signals: book.signals(),
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
  const { latency, firstChunk } = figures;
  return {
    calls: { total: figures.calls, errors: figures.errors, cancelled: figures.cancelled },
    latencySeconds: { p50: rounded(latency.p50), p95: rounded(latency.p95), p99: rounded(latency.p99) },
    firstChunkSeconds: { p50: rounded(firstChunk.p50), p95: rounded(firstChunk.p95) },
    tokens: figures.tokens,
    retries: figures.retries,
    errorsByKind: figures.errorsByKind,
    errorsByType: figures.errorsByType,
    responseModels: figures.responseModels,
  };
}

function toSide({ all, answers, answersByFeature, callsPerRequest }: Side) {
  return {
    ...toGroup(all),
    callsPerRequest: rounded(callsPerRequest),
    inputTokensPerAnswer: rounded(answers.inputTokensPerAnswer),
    inputTokensPerAnswerByFeature: Object.fromEntries(
      [...answersByFeature].map(([feature, figures]) => [feature, rounded(figures.inputTokensPerAnswer)]),
    ),
    outputTokensPerAnswer: rounded(answers.outputTokensPerAnswer),
  };
}

/** Microseconds are below what a clock tells. */
function rounded(value: number | undefined): number | null {
  return value === undefined ? null : Math.round(value * 1e6) / 1e6;
}
