import type { Attributes } from '@opentelemetry/api';
import { isMetricWritten, type MetricName, metrics as ledger, type NamesMode } from '@genvitals/conventions';
import { SCOPE_NAME } from './instruments.ts';
import type { ResponseSeries } from './series.ts';
import { VERSION } from './version.ts';

const BOUNDS: readonly number[] = ledger.operationTimePerOutputChunk.buckets;
const METRICS: readonly MetricName[] = ['operationTimePerOutputChunk', 'inferenceTimePerOutputChunk'];

/** The SDK's numbers for what it calls AggregationTemporality, DataPointType and ValueType. */
const CUMULATIVE = 1;
const HISTOGRAM = 0;
const DOUBLE = 1;

/** Times between chunks in the buckets of the standard histogram. */
export interface ChunkHistogram {
  readonly counts: number[];
  count: number;
  sum: number;
  min: number;
  max: number;
}

export function createChunkHistogram(): ChunkHistogram {
  return {
    counts: Array.from({ length: BOUNDS.length + 1 }, () => 0),
    count: 0,
    sum: 0,
    min: Infinity,
    max: 0,
  };
}

/** Adds one time. A bound belongs to the bucket below it, as in OpenTelemetry's explicit buckets. */
export function addChunkTime(histogram: ChunkHistogram, seconds: number): void {
  let bucket = 0;
  while (bucket < BOUNDS.length && seconds > (BOUNDS[bucket] as number)) bucket++;
  histogram.counts[bucket] = (histogram.counts[bucket] as number) + 1;
  histogram.count++;
  histogram.sum += seconds;
  if (seconds < histogram.min) histogram.min = seconds;
  if (seconds > histogram.max) histogram.max = seconds;
}

function merge(into: ChunkHistogram, from: ChunkHistogram): void {
  for (let bucket = 0; bucket < into.counts.length; bucket++) {
    into.counts[bucket] = (into.counts[bucket] as number) + (from.counts[bucket] as number);
  }
  into.count += from.count;
  into.sum += from.sum;
  into.min = Math.min(into.min, from.min);
  into.max = Math.max(into.max, from.max);
}

type HrTime = [seconds: number, nanoseconds: number];

function toHrTime(epochMs: number): HrTime {
  const seconds = Math.trunc(epochMs / 1000);
  return [seconds, Math.round((epochMs - seconds * 1000) * 1e6)];
}

/** One histogram as a MetricProducer of the SDK hands it to a reader. */
interface ProducedMetric {
  readonly descriptor: {
    readonly name: string;
    readonly unit: string;
    readonly description: string;
    readonly type: 'HISTOGRAM';
    readonly valueType: typeof DOUBLE;
    readonly advice: object;
  };
  readonly aggregationTemporality: typeof CUMULATIVE;
  readonly dataPointType: typeof HISTOGRAM;
  readonly dataPoints: readonly {
    readonly attributes: Attributes;
    readonly startTime: HrTime;
    readonly endTime: HrTime;
    readonly value: {
      readonly buckets: { readonly boundaries: number[]; readonly counts: number[] };
      readonly count: number;
      readonly sum: number;
      readonly min: number;
      readonly max: number;
    };
  }[];
}

/** What a MetricReader takes in `metricProducers`; the reader puts its own resource in. */
export interface ChunkTimeProducer {
  collect(): Promise<CollectedChunkTimes>;
  /** The same at once, for a process's exit event, in which no promise is resolved any more. */
  collectNow(): CollectedChunkTimes;
}

export interface CollectedChunkTimes {
  readonly resourceMetrics: {
    readonly resource: { readonly attributes: Attributes };
    readonly scopeMetrics: readonly {
      readonly scope: { readonly name: string; readonly version: string };
      readonly metrics: readonly ProducedMetric[];
    }[];
  };
  readonly errors: readonly unknown[];
}

/**
 * Time per output chunk of all streams. One SDK record a chunk costs 500 µs for 500 chunks, so the
 * buckets are kept here and given out whole, as cumulative histograms.
 */
export class ChunkTimes {
  /** By label set: chat completions and responses of one model are two rows with the same labels. */
  readonly #totals = new Map<
    string,
    { readonly attributes: Attributes; readonly histogram: ChunkHistogram }
  >();
  readonly #bySeries = new Map<ResponseSeries, ChunkHistogram>();
  readonly #startTime = toHrTime(Date.now());
  readonly #mode: NamesMode;

  constructor(mode: NamesMode) {
    this.#mode = mode;
  }

  add(series: ResponseSeries, histogram: ChunkHistogram): void {
    const known = this.#bySeries.get(series);
    if (known !== undefined) {
      merge(known, histogram);
      return;
    }
    const key = JSON.stringify(Object.entries(series.labels));
    const total = this.#totals.get(key) ?? { attributes: series.labels, histogram: createChunkHistogram() };
    this.#totals.set(key, total);
    this.#bySeries.set(series, total.histogram);
    merge(total.histogram, histogram);
  }

  /** The standard metrics of the names mode; empty before the first stream with two chunks. */
  produce(): readonly ProducedMetric[] {
    if (this.#totals.size === 0) return [];
    const endTime = toHrTime(Date.now());
    const dataPoints = [...this.#totals.values()].map(({ attributes, histogram }) => {
      const { counts, count, sum, min, max } = histogram;
      return {
        attributes,
        startTime: this.#startTime,
        endTime,
        value: { buckets: { boundaries: [...BOUNDS], counts: [...counts] }, count, sum, min, max },
      };
    });
    return METRICS.filter((name) => isMetricWritten(name, this.#mode, true)).map((name) => {
      const { name: wireName, unit, brief } = ledger[name];
      const descriptor = {
        name: wireName,
        unit,
        description: brief,
        type: 'HISTOGRAM',
        valueType: DOUBLE,
        advice: {},
      };
      return {
        descriptor,
        aggregationTemporality: CUMULATIVE,
        dataPointType: HISTOGRAM,
        dataPoints,
      } as ProducedMetric;
    });
  }

  get producer(): ChunkTimeProducer {
    return { collect: () => Promise.resolve(this.#collect()), collectNow: () => this.#collect() };
  }

  #collect(): CollectedChunkTimes {
    const metrics = this.produce();
    const scopeMetrics =
      metrics.length === 0 ? [] : [{ scope: { name: SCOPE_NAME, version: VERSION }, metrics }];
    return { resourceMetrics: { resource: { attributes: {} }, scopeMetrics }, errors: [] };
  }
}
