import type {
  Attributes,
  Context,
  Histogram,
  Meter,
  MeterProvider,
  ObservableResult,
} from '@opentelemetry/api';
import {
  isMetricWritten,
  type MetricName,
  type MetricRow,
  metrics as ledger,
  type NamesMode,
} from '@genvitals/conventions';
import type { Cell, RequestSeries, ResponseSeries, SeriesTable, UsageTotal } from './series.ts';
import { TOKEN_KINDS, type TokenKind } from './tokens.ts';
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

/** Kinds that are open from the first call on; the others appear when a provider first sends one. */
const OPEN_KINDS: ReadonlySet<TokenKind> = new Set(['input', 'output', 'cache_read', 'reasoning']);

const USAGE_METRICS: Readonly<Record<UsageTotal, MetricName>> = {
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

function observe(meter: Meter, name: MetricName, each: (report: (cell: Cell) => void) => void): void {
  const { name: wireName, unit, brief } = ledger[name];
  meter
    .createObservableCounter(wireName, { unit, description: brief })
    .addCallback((result: ObservableResult) => {
      each((cell) => {
        result.observe(cell.value, cell.attributes);
      });
    });
}

function forEachResponse(
  table: SeriesTable,
  visit: (series: ResponseSeries, request: RequestSeries) => void,
): void {
  for (const request of table.all) for (const series of request.responses.values()) visit(series, request);
}

/**
 * Makes the instruments on a meter provider. Metrics have no proxy (API 1.x hands out no-ops until a
 * provider is set), so this is done at the first call, and again when the provider changes; the observed
 * counters are running totals and simply go on.
 */
export function createInstruments(
  provider: MeterProvider,
  mode: NamesMode,
  table: SeriesTable,
  info: InstrumentationInfo,
): Instruments {
  const meter = provider.getMeter(SCOPE_NAME, VERSION);
  observe(meter, 'clientCalls', (report) => {
    forEachResponse(table, (series) => {
      for (const cell of series.calls.values()) report(cell);
    });
  });
  observe(meter, 'clientAttempts', (report) => {
    for (const request of table.all) for (const cell of request.attempts.values()) report(cell);
  });
  observe(meter, 'clientTokens', (report) => {
    forEachResponse(table, (series) => {
      if (!series.hasTokens) return;
      for (const kind of TOKEN_KINDS) {
        const cell = series.tokens[kind];
        if (cell.value > 0 || OPEN_KINDS.has(kind)) report(cell);
      }
    });
  });
  observe(meter, 'clientUsageMissing', (report) => {
    for (const request of table.all) if (request.usageMissing !== undefined) report(request.usageMissing);
  });
  for (const [total, name] of Object.entries(USAGE_METRICS) as [UsageTotal, MetricName][]) {
    if (!isMetricWritten(name, mode, true)) continue;
    observe(meter, name, (report) => {
      forEachResponse(table, (series, request) => {
        if (request.endpoint.isInference) report(series.usage[total]);
      });
    });
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
