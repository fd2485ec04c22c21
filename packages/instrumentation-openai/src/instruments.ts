import type { Attributes, Histogram, Meter, MeterProvider } from '@opentelemetry/api';
import {
  isMetricWritten,
  type MetricName,
  type MetricRow,
  metrics as ledger,
  type NamesMode,
} from '@genvitals/conventions';
import { reportCounter } from '@genvitals/context/host';
import type { Counter, Counters } from './counters.ts';
import type { HistogramTable, OwnHistogram } from './histogram-table.ts';
import type { RateLimitGauge } from './rate-limit-gauge.ts';
import { VERSION } from './version.ts';

export const SCOPE_NAME = '@genvitals/instrumentation-openai';

/** A histogram of an SDK, or one that is kept here. */
export type Recording = Pick<Histogram, 'record'>;

/** The standard histograms of one provider, in the names of the mode. */
export interface Instruments {
  readonly inferenceDurations: readonly Recording[];
  readonly otherDurations: readonly Recording[];
  readonly firstChunk: readonly Recording[];
  readonly tokenUsage: readonly Recording[];
  readonly inputTokens: readonly Recording[];
  readonly outputTokens: readonly Recording[];
  /** Another provider takes over: this one is told of nothing more. */
  release(): void;
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

function createHistogram(meter: Meter, name: MetricName): Recording {
  const { name: wireName, unit, brief, buckets }: MetricRow = ledger[name];
  return meter.createHistogram(wireName, {
    unit,
    description: brief,
    ...(buckets === undefined ? {} : { advice: { explicitBucketBoundaries: [...buckets] } }),
  });
}

const CHUNK_TIMES: readonly MetricName[] = ['operationTimePerOutputChunk', 'inferenceTimePerOutputChunk'];

/**
 * Times per chunk of all streams, in the names of the mode. They are always kept here: one SDK record a chunk
 * costs 500 µs for 500 chunks.
 */
export function chunkTimeHistograms(table: HistogramTable, mode: NamesMode): readonly OwnHistogram[] {
  return CHUNK_TIMES.filter((name) => isMetricWritten(name, mode, true)).map((name) => table.histogram(name));
}

export interface InstrumentOptions {
  readonly mode: NamesMode;
  readonly counters: Counters;
  readonly info: InstrumentationInfo;
  /** Where histograms are kept instead of by the provider; only where its readers take them from there. */
  readonly table: HistogramTable | undefined;
  /** Another provider has reported what was counted so far. */
  readonly takesOver: boolean;
}

/** The gauges of rate limits, and what each tells at a moment. */
const RATE_LIMIT_GAUGES: readonly (readonly [
  name: MetricName,
  read: (gauge: RateLimitGauge, nowMs: number) => number | undefined,
])[] = [
  ['rateLimitUtilization', (gauge, nowMs) => gauge.utilization(nowMs)],
  ['rateLimitLimit', ({ limit }) => limit],
  ['rateLimitRemaining', ({ remaining }) => remaining],
];

function observeRateLimits(meter: Meter, gauges: Counters['rateLimits']): void {
  for (const [name, read] of RATE_LIMIT_GAUGES) {
    const { name: wireName, unit, brief } = ledger[name];
    meter.createObservableGauge(wireName, { unit, description: brief }).addCallback((result) => {
      for (const { attributes, value } of gauges.cells) {
        const observed = read(value, performance.now());
        if (observed !== undefined) result.observe(observed, attributes);
      }
    });
  }
}

/**
 * Makes the instruments on a meter provider. Metrics have no proxy (API 1.x hands out no-ops until a
 * provider is set), so this is done at the first call, and again when the provider changes.
 */
export function createInstruments(
  provider: MeterProvider,
  { mode, counters, info, table, takesOver }: InstrumentOptions,
): Instruments {
  const meter = provider.getMeter(SCOPE_NAME, VERSION);
  const releases: (() => void)[] = [];
  const report = (name: MetricName, counter: Counter): void => {
    releases.push(reportCounter(meter, ledger[name], counter, takesOver));
  };
  report('clientCalls', counters.calls);
  report('clientAttempts', counters.attempts);
  report('clientTokens', counters.tokens);
  report('clientCost', counters.cost);
  report('clientUnpriced', counters.unpriced);
  report('clientUsageMissing', counters.usageMissing);
  report('telemetryCapped', counters.capped);
  for (const total of Object.keys(USAGE_METRICS) as (keyof Counters['usage'])[]) {
    const name = USAGE_METRICS[total];
    if (isMetricWritten(name, mode, true)) report(name, counters.usage[total]);
  }
  observeRateLimits(meter, counters.rateLimits);
  const { name, unit, brief } = ledger.instrumentationInfo;
  meter.createObservableGauge(name, { unit, description: brief }).addCallback((result) => {
    for (const attributes of info.attributes()) result.observe(1, attributes);
  });
  const histograms = (isInference: boolean, ...names: readonly MetricName[]): readonly Recording[] =>
    names
      .filter((name) => isMetricWritten(name, mode, isInference))
      .map((name) => table?.histogram(name) ?? createHistogram(meter, name));
  return {
    inferenceDurations: histograms(true, 'operationDuration', 'inferenceDuration'),
    otherDurations: histograms(false, 'operationDuration'),
    firstChunk: histograms(true, 'operationTimeToFirstChunk', 'inferenceTimeToFirstChunk'),
    tokenUsage: histograms(true, 'clientTokenUsage'),
    inputTokens: histograms(true, 'inferenceOperationInputTokens'),
    outputTokens: histograms(true, 'inferenceOperationOutputTokens'),
    release: () => {
      for (const release of releases) release();
    },
  };
}
