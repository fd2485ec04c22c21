import type { Attributes, Context, Histogram, Meter, MeterProvider } from '@opentelemetry/api';
import {
  isMetricWritten,
  type MetricName,
  type MetricRow,
  metrics as ledger,
  type NamesMode,
} from '@genvitals/conventions';
import type { Counter, Counters } from './counters.ts';
import { VERSION } from './version.ts';

export const SCOPE_NAME = '@genvitals/instrumentation-openai';

/** The standard histograms of one provider, in the names of the mode. */
export interface Instruments {
  readonly inferenceDurations: readonly Histogram[];
  readonly otherDurations: readonly Histogram[];
  readonly firstChunk: readonly Histogram[];
  readonly tokenUsage: readonly Histogram[];
  readonly inputTokens: readonly Histogram[];
  readonly outputTokens: readonly Histogram[];
}

export interface InstrumentationInfo {
  attributes(): readonly Attributes[];
}

const USAGE_METRICS: Readonly<Record<keyof Counters['usage'], MetricName>> = {
  input: 'inferenceUsageInputTokens',
  output: 'inferenceUsageOutputTokens',
  cacheRead: 'inferenceUsageCacheReadInputTokens',
  cacheWrite: 'inferenceUsageCacheWriteInputTokens',
  reasoning: 'inferenceUsageReasoningOutputTokens',
};

function createHistograms(
  meter: Meter,
  mode: NamesMode,
  isInference: boolean,
  names: readonly MetricName[],
): Histogram[] {
  return names
    .filter((name) => isMetricWritten(name, mode, isInference))
    .map((name) => {
      const { name: wireName, unit, brief, buckets }: MetricRow = ledger[name];
      return meter.createHistogram(wireName, {
        unit,
        description: brief,
        ...(buckets === undefined ? {} : { advice: { explicitBucketBoundaries: [...buckets] } }),
      });
    });
}

function observe(meter: Meter, name: MetricName, counter: Counter): void {
  const { name: wireName, unit, brief } = ledger[name];
  meter.createObservableCounter(wireName, { unit, description: brief }).addCallback((result) => {
    for (const cell of counter.cells) result.observe(cell.value, cell.attributes);
  });
}

/**
 * Makes the instruments on a meter provider. Metrics have no proxy (API 1.x hands out no-ops until a
 * provider is set), so this is done at the first call, and again when the provider changes; the observed
 * counters are running totals and simply go on.
 */
export function createInstruments(
  provider: MeterProvider,
  mode: NamesMode,
  counters: Counters,
  info: InstrumentationInfo,
): Instruments {
  const meter = provider.getMeter(SCOPE_NAME, VERSION);
  observe(meter, 'clientCalls', counters.calls);
  observe(meter, 'clientAttempts', counters.attempts);
  observe(meter, 'clientTokens', counters.tokens);
  observe(meter, 'clientUsageMissing', counters.usageMissing);
  for (const total of Object.keys(USAGE_METRICS) as (keyof Counters['usage'])[]) {
    const name = USAGE_METRICS[total];
    if (isMetricWritten(name, mode, true)) observe(meter, name, counters.usage[total]);
  }
  const { name, unit, brief } = ledger.instrumentationInfo;
  meter.createObservableGauge(name, { unit, description: brief }).addCallback((result) => {
    for (const attributes of info.attributes()) result.observe(1, attributes);
  });
  const durations = ['operationDuration', 'inferenceDuration'] as const;
  return {
    inferenceDurations: createHistograms(meter, mode, true, durations),
    otherDurations: createHistograms(meter, mode, false, ['operationDuration']),
    firstChunk: createHistograms(meter, mode, true, [
      'operationTimeToFirstChunk',
      'inferenceTimeToFirstChunk',
    ]),
    tokenUsage: createHistograms(meter, mode, true, ['clientTokenUsage']),
    inputTokens: createHistograms(meter, mode, true, ['inferenceOperationInputTokens']),
    outputTokens: createHistograms(meter, mode, true, ['inferenceOperationOutputTokens']),
  };
}

/** Records one value on each histogram of a list. */
export function recordAll(
  histograms: readonly Histogram[],
  value: number,
  labels: Attributes,
  context: Context,
): void {
  for (const histogram of histograms) histogram.record(value, labels, context);
}
