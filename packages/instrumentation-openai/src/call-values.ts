import type { Attributes, Context } from '@opentelemetry/api';
import type { Distribution } from './distribution.ts';
import type { Endpoint, Usage } from './endpoint.ts';
import type { OwnHistogram } from './histogram-table.ts';
import type { Instruments, Recording } from './instruments.ts';
import type { CallEnd, ResponseSeries } from './series.ts';
import { isCount, toCount } from './tokens.ts';

const MS_PER_S = 1000;

/** What of an ended call goes into histograms. */
export interface CallValues {
  readonly end: CallEnd;
  readonly durationMs: number;
  readonly firstChunkMs: number | undefined;
  readonly chunkTimes: Distribution | undefined;
  readonly usage: Usage | undefined;
}

/** Records one value on each histogram of a list. */
function record(histograms: readonly Recording[], value: number, labels: Attributes, context: Context): void {
  for (const histogram of histograms) histogram.record(value, labels, context);
}

/** Records an ended call on the standard histograms that its endpoint has. */
export function recordCallValues(
  instruments: Instruments,
  endpoint: Endpoint,
  row: ResponseSeries,
  { end, durationMs, firstChunkMs, usage }: CallValues,
  context: Context,
): void {
  const { isInference } = endpoint;
  const durations = isInference ? instruments.inferenceDurations : instruments.otherDurations;
  record(durations, durationMs / MS_PER_S, row.durationLabels(end), context);
  if (firstChunkMs !== undefined && isInference) {
    record(instruments.firstChunk, firstChunkMs / MS_PER_S, row.labels, context);
  }
  if (usage !== undefined) {
    record(instruments.tokenUsage, toCount(usage.input), row.inputLabels, context);
    if (isCount(usage.output)) {
      record(instruments.tokenUsage, usage.output, row.outputLabels, context);
    }
  }
  if (isInference && (usage !== undefined || end.errorType !== undefined)) {
    const labels = row.tokenLabels(end.errorType);
    record(instruments.inputTokens, toCount(usage?.input), labels, context);
    if (usage === undefined || isCount(usage.output))
      record(instruments.outputTokens, toCount(usage?.output), labels, context);
  }
}

/** Adds a stream's times between chunks to those of its row. */
export function addChunkTimes(
  histograms: readonly OwnHistogram[],
  row: ResponseSeries,
  times: Distribution,
): void {
  for (const histogram of histograms) histogram.add(times, row.labels);
}
