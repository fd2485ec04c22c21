import { attributes } from '@genvitals/conventions';
import { metricsIn, type Attributes, type MetricsData } from '@genvitals/otlp';

/** The newest value of one series. */
export interface LatestPoint {
  readonly attributes: Attributes;
  readonly value: number;
}

/** What every counter and gauge came to at its last export. */
export interface LatestPoints {
  add(data: MetricsData): void;
  /** The series of a metric, the newest one last. */
  of(metricName: string): LatestPoint[];
  /** The sum over a counter's series; undefined where it never came. */
  sumOf(metricName: string): number | undefined;
}

export function createLatestPoints(): LatestPoints {
  const byMetric = new Map<string, Map<string, LatestPoint>>();
  const of = (metricName: string): LatestPoint[] => [...(byMetric.get(metricName)?.values() ?? [])];
  return {
    add(data) {
      for (const { resource, metric } of metricsIn(data)) {
        const instance = resource.attributes[attributes.serviceInstanceId.key];
        for (const point of metric.sum?.dataPoints ?? metric.gauge?.dataPoints ?? []) {
          if (point.value === undefined) continue;
          const series = byMetric.get(metric.name) ?? new Map<string, LatestPoint>();
          byMetric.set(metric.name, series);
          // Cumulative: a later point of the same labels replaces the one before.
          series.set(JSON.stringify([instance, point.attributes]), {
            attributes: point.attributes,
            value: point.value,
          });
        }
      }
    },
    of,
    sumOf(metricName) {
      const points = of(metricName);
      return points.length === 0 ? undefined : points.reduce((sum, { value }) => sum + value, 0);
    },
  };
}
