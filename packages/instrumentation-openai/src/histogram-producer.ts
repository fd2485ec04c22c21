import type { Attributes } from '@opentelemetry/api';
import { type Distribution, since } from './distribution.ts';
import type { HistogramTable, OwnHistogram } from './histogram-table.ts';
import { SCOPE_NAME } from './instruments.ts';
import { VERSION } from './version.ts';

export type Temporality = 'cumulative' | 'delta';

/** The SDK's numbers for AggregationTemporality, DataPointType and ValueType. */
const TEMPORALITY: Readonly<Record<Temporality, 0 | 1>> = { delta: 0, cumulative: 1 };
const HISTOGRAM = 0;
const DOUBLE = 1;

type HrTime = [seconds: number, nanoseconds: number];

function toHrTime(epochMs: number): HrTime {
  const seconds = Math.trunc(epochMs / 1000);
  return [seconds, Math.round((epochMs - seconds * 1000) * 1e6)];
}

interface ProducedPoint {
  readonly attributes: Attributes;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly value: {
    readonly buckets: { readonly boundaries: number[]; readonly counts: number[] };
    readonly count: number;
    readonly sum: number;
    readonly min?: number;
    readonly max?: number;
  };
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
  readonly aggregationTemporality: 0 | 1;
  readonly dataPointType: typeof HISTOGRAM;
  readonly dataPoints: readonly ProducedPoint[];
}

export interface ProducedHistograms {
  readonly resourceMetrics: {
    readonly resource: { readonly attributes: Attributes };
    readonly scopeMetrics: readonly {
      readonly scope: { readonly name: string; readonly version: string };
      readonly metrics: readonly ProducedMetric[];
    }[];
  };
  readonly errors: readonly unknown[];
}

/** What a MetricReader takes in `metricProducers`; the reader puts its own resource in. */
export interface HistogramProducer {
  collect(): Promise<ProducedHistograms>;
  /** The same at once, for a process's exit event, in which no promise is resolved any more. */
  collectNow(): ProducedHistograms;
}

/** Gives the histograms to one reader; with delta temporality it remembers what that reader has had. */
export class Producer implements HistogramProducer {
  readonly #table: () => HistogramTable | undefined;
  readonly #temporality: Temporality;
  readonly #given = new Map<Distribution, Distribution>();
  #lastEpochMs: number | undefined;

  constructor(table: () => HistogramTable | undefined, temporality: Temporality) {
    this.#table = table;
    this.#temporality = temporality;
  }

  collect(): Promise<ProducedHistograms> {
    return Promise.resolve(this.collectNow());
  }

  collectNow(): ProducedHistograms {
    const metrics = this.#metrics();
    const scopeMetrics =
      metrics.length === 0 ? [] : [{ scope: { name: SCOPE_NAME, version: VERSION }, metrics }];
    return { resourceMetrics: { resource: { attributes: {} }, scopeMetrics }, errors: [] };
  }

  #metrics(): ProducedMetric[] {
    const table = this.#table();
    if (table === undefined) return [];
    const nowEpochMs = Date.now();
    const isDelta = this.#temporality === 'delta';
    const startTime = toHrTime((isDelta ? this.#lastEpochMs : undefined) ?? table.startEpochMs);
    const endTime = toHrTime(nowEpochMs);
    const metrics = [...table.histograms].map((histogram): ProducedMetric => {
      const { name, unit, brief } = histogram.row;
      return {
        descriptor: { name, unit, description: brief, type: 'HISTOGRAM', valueType: DOUBLE, advice: {} },
        aggregationTemporality: TEMPORALITY[this.#temporality],
        dataPointType: HISTOGRAM,
        dataPoints: this.#points(histogram, isDelta).map((point) => ({ ...point, startTime, endTime })),
      };
    });
    this.#lastEpochMs = nowEpochMs;
    return metrics.filter(({ dataPoints }) => dataPoints.length > 0);
  }

  #points({ cells, bounds }: OwnHistogram, isDelta: boolean): Pick<ProducedPoint, 'attributes' | 'value'>[] {
    const points: Pick<ProducedPoint, 'attributes' | 'value'>[] = [];
    for (const { attributes, value: total } of cells) {
      const { counts, count, sum } = isDelta ? since(total, this.#given.get(total)) : total;
      if (count === 0) continue;
      if (isDelta) this.#given.set(total, { ...total, counts: [...total.counts] });
      const range = isDelta ? {} : { min: total.min, max: total.max };
      const buckets = { boundaries: [...bounds], counts: [...counts] };
      points.push({ attributes, value: { buckets, count, sum, ...range } });
    }
    return points;
  }
}
