import { gunzipSync } from 'node:zlib';

import {
  createOtlpReceiver,
  logRecordsIn,
  metricsIn,
  spansIn,
  type LogRecord,
  type NumberPoint,
  type Span,
} from '@genvitals/otlp';

import { createRecordingProxy } from './recording-proxy.ts';

export interface ReceivedSpan extends Span {
  readonly scopeName: string;
}

/** A collector that keeps everything, decoded and as it came over the wire. */
export interface ReceivedTelemetry {
  readonly url: string;
  readonly spans: readonly ReceivedSpan[];
  readonly logRecords: readonly LogRecord[];
  /** The newest points of a counter, one per label set. */
  counter(name: string): readonly NumberPoint[];
  /** All request bodies, as text to search in. */
  wire(): string;
  close(): Promise<void>;
}

const pointKey = ({ attributes }: NumberPoint): string =>
  JSON.stringify(Object.entries(attributes).toSorted(([a], [b]) => (a < b ? -1 : 1)));

export async function createReceivedTelemetry(): Promise<ReceivedTelemetry> {
  const spans: ReceivedSpan[] = [];
  const logRecords: LogRecord[] = [];
  const counters = new Map<string, Map<string, NumberPoint>>();
  const receiver = await createOtlpReceiver({
    onTraces: (data) => {
      for (const { scope, span } of spansIn(data)) spans.push({ ...span, scopeName: scope.name });
    },
    onLogs: (data) => {
      for (const { logRecord } of logRecordsIn(data)) logRecords.push(logRecord);
    },
    onMetrics: (data) => {
      for (const { metric } of metricsIn(data)) {
        const points = counters.get(metric.name) ?? new Map<string, NumberPoint>();
        counters.set(metric.name, points);
        // Cumulative sums: what comes later holds what came before.
        for (const point of metric.sum?.dataPoints ?? []) points.set(pointKey(point), point);
      }
    },
  });
  const proxy = await createRecordingProxy(receiver.url);
  return {
    url: proxy.url,
    spans,
    logRecords,
    counter: (name) => [...(counters.get(name)?.values() ?? [])],
    wire: () =>
      proxy.exchanges
        .map(({ requestBody, requestHeaders }) =>
          (requestHeaders['content-encoding'] === 'gzip' ? gunzipSync(requestBody) : requestBody).toString(),
        )
        .join('\n'),
    close: async () => {
      await proxy.close();
      await receiver.close();
    },
  };
}
