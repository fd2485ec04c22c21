import {
  createOtlpReceiver,
  logRecordsIn,
  type LogRecord,
  type Metric,
  metricsIn,
  type Resource,
  type Span,
  spansIn,
} from '@genvitals/otlp';

export interface ReceivedTelemetry {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly url: string;
  readonly spans: readonly { readonly resource: Resource; readonly span: Span }[];
  readonly logRecords: readonly { readonly resource: Resource; readonly logRecord: LogRecord }[];
  /** Sum over all processes, threads and label sets of a counter's, or a histogram's count of, latest points. */
  total(metric: string): number;
  close(): Promise<void>;
}

/** Labels of a point, and where it comes from: what makes it one series. */
function seriesOf(resource: Resource, labels: object): string {
  return JSON.stringify([resource.attributes['service.instance.id'], labels]);
}

function pointsOf(metric: Metric): readonly { readonly attributes: object; readonly count: number }[] {
  const counted = metric.histogram?.dataPoints ?? [];
  const summed = metric.sum?.dataPoints.map((point) => ({ ...point, count: point.value ?? 0 })) ?? [];
  return [...counted, ...summed];
}

/** An OTLP endpoint in this process that keeps what it was sent. Metrics are expected to be cumulative. */
export async function receiveTelemetry(): Promise<ReceivedTelemetry> {
  const spans: { resource: Resource; span: Span }[] = [];
  const logRecords: { resource: Resource; logRecord: LogRecord }[] = [];
  const latest = new Map<string, Map<string, number>>();
  const receiver = await createOtlpReceiver({
    onTraces: (data) => void spans.push(...spansIn(data)),
    onLogs: (data) => void logRecords.push(...logRecordsIn(data)),
    onMetrics: (data) => {
      for (const { resource, metric } of metricsIn(data)) {
        const series = latest.get(metric.name) ?? new Map<string, number>();
        for (const { attributes, count } of pointsOf(metric))
          series.set(seriesOf(resource, attributes), count);
        latest.set(metric.name, series);
      }
    },
  });
  return {
    url: receiver.url,
    spans,
    logRecords,
    total: (metric) => [...(latest.get(metric)?.values() ?? [])].reduce((sum, count) => sum + count, 0),
    close: () => receiver.close(),
  };
}
