import { attributes, type Attributes } from './attributes.ts';
import {
  exponentialHistogramPoint,
  histogramPoint,
  numberPoint,
  summaryPoint,
  type ExponentialHistogramPoint,
  type HistogramPoint,
  type NumberPoint,
  type SummaryPoint,
} from './data-points.ts';
import { bool, enumeration, string } from './field-types.ts';
import { many, message, one, optional } from './message.ts';
import { resource, scope, type Resource, type Scope } from './resource.ts';

export const temporalities = { unspecified: 0, delta: 1, cumulative: 2 } as const;

/** A metric has one of gauge, sum, histogram, exponentialHistogram and summary. */
export interface Metric {
  name: string;
  description: string;
  unit: string;
  metadata: Attributes;
  gauge?: { dataPoints: NumberPoint[] } | undefined;
  sum?: { dataPoints: NumberPoint[]; aggregationTemporality: number; isMonotonic: boolean } | undefined;
  histogram?: { dataPoints: HistogramPoint[]; aggregationTemporality: number } | undefined;
  exponentialHistogram?:
    | { dataPoints: ExponentialHistogramPoint[]; aggregationTemporality: number }
    | undefined;
  summary?: { dataPoints: SummaryPoint[] } | undefined;
}

export interface ScopeMetrics {
  scope: Scope;
  metrics: Metric[];
  schemaUrl: string;
}

export interface ResourceMetrics {
  resource: Resource;
  scopeMetrics: ScopeMetrics[];
  schemaUrl: string;
}

export interface MetricsData {
  resourceMetrics: ResourceMetrics[];
}

const metric = message<Metric>({
  name: one(1, string),
  description: one(2, string),
  unit: one(3, string),
  gauge: optional(5, message<NonNullable<Metric['gauge']>>({ dataPoints: many(1, numberPoint) })),
  sum: optional(
    7,
    message<NonNullable<Metric['sum']>>({
      dataPoints: many(1, numberPoint),
      aggregationTemporality: one(2, enumeration),
      isMonotonic: one(3, bool),
    }),
  ),
  histogram: optional(
    9,
    message<NonNullable<Metric['histogram']>>({
      dataPoints: many(1, histogramPoint),
      aggregationTemporality: one(2, enumeration),
    }),
  ),
  exponentialHistogram: optional(
    10,
    message<NonNullable<Metric['exponentialHistogram']>>({
      dataPoints: many(1, exponentialHistogramPoint),
      aggregationTemporality: one(2, enumeration),
    }),
  ),
  summary: optional(11, message<NonNullable<Metric['summary']>>({ dataPoints: many(1, summaryPoint) })),
  metadata: attributes(12),
});

const scopeMetrics = message<ScopeMetrics>({
  scope: one(1, scope),
  metrics: many(2, metric),
  schemaUrl: one(3, string),
});

const resourceMetrics = message<ResourceMetrics>({
  resource: one(1, resource),
  scopeMetrics: many(2, scopeMetrics),
  schemaUrl: one(3, string),
});

export const metricsData = message<MetricsData>({ resourceMetrics: many(1, resourceMetrics) });

/** Every metric of a request, with who sent it and what recorded it. */
export function* metricsIn(
  data: MetricsData,
): Generator<{ resource: Resource; scope: Scope; metric: Metric }, void, undefined> {
  for (const { resource, scopeMetrics } of data.resourceMetrics) {
    for (const { scope, metrics } of scopeMetrics) {
      for (const metric of metrics) yield { resource, scope, metric };
    }
  }
}
