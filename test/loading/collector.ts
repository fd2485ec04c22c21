import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import {
  createOtlpReceiver,
  type LogRecord,
  logRecordsIn,
  type Metric,
  metricsIn,
  type Resource,
  type Scope,
  type Span,
  spansIn,
} from '@genvitals/otlp';

export type CollectorMode = 'ok' | 'refused' | 'black hole';

export interface Collector {
  /** What OTEL_EXPORTER_OTLP_ENDPOINT should be. */
  readonly url: string;
  readonly spans: { readonly resource: Resource; readonly scope: Scope; readonly span: Span }[];
  readonly metrics: { readonly resource: Resource; readonly scope: Scope; readonly metric: Metric }[];
  readonly logRecords: {
    readonly resource: Resource;
    readonly scope: Scope;
    readonly logRecord: LogRecord;
  }[];
  /** How often somebody connected; not counted where the mode is `ok`. */
  connections(): number;
  close(): Promise<void>;
}

/** A collector that keeps what it gets, or one of the two ways in which it is not there. */
export async function createCollector(mode: CollectorMode = 'ok'): Promise<Collector> {
  const got = {
    spans: [] as Collector['spans'],
    metrics: [] as Collector['metrics'],
    logRecords: [] as Collector['logRecords'],
  };
  if (mode === 'ok') {
    const receiver = await createOtlpReceiver({
      onTraces: (data) => void got.spans.push(...spansIn(data)),
      onMetrics: (data) => void got.metrics.push(...metricsIn(data)),
      onLogs: (data) => void got.logRecords.push(...logRecordsIn(data)),
    });
    return { url: receiver.url, ...got, connections: () => 0, close: () => receiver.close() };
  }
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    if (!server.listening) return;
    server.close();
    await once(server, 'close');
  };
  if (mode === 'refused') await close();
  return { url, ...got, connections: () => sockets.size, close };
}

/** OTLP's AGGREGATION_TEMPORALITY_DELTA. */
const DELTA = 1;

/** What a counter says in the end, over all its series and senders: the newest totals, or all deltas. */
export function totalOf(
  collector: Collector,
  name: string,
  isWanted: (attributes: Record<string, unknown>) => boolean = () => true,
): number {
  const latest = new Map<string, number>();
  for (const { resource, metric } of collector.metrics) {
    if (metric.name !== name) continue;
    for (const point of metric.sum?.dataPoints ?? []) {
      if (!isWanted(point.attributes)) continue;
      const key = JSON.stringify(
        [resource.attributes['service.instance.id'], point.attributes],
        (_key, value: unknown) => (typeof value === 'bigint' ? Number(value) : value),
      );
      const before = metric.sum?.aggregationTemporality === DELTA ? (latest.get(key) ?? 0) : 0;
      latest.set(key, before + Number(point.value));
    }
  }
  return [...latest.values()].reduce((sum, value) => sum + value, 0);
}
