import type { ContextManager, MeterProvider, TracerProvider } from '@opentelemetry/api';
import type * as api from '@opentelemetry/api';
import type { Subject } from '../subjects.ts';

type Api = typeof api;
type Make = new (options?: unknown) => unknown;
type Export = (items: unknown, done: (result: { code: number }) => void) => void;

interface Flushable {
  forceFlush(): Promise<void>;
}

/** What was exported, as far as it tells who records how much. */
export interface Exported {
  spans: number;
  spanAttributes: number;
  metrics: number;
  events: number;
}

export interface RunningSdk {
  readonly api: Api;
  readonly exported: Exported;
  flush(): Promise<void>;
}

interface ExportedMetrics {
  readonly scopeMetrics: readonly { readonly metrics: readonly unknown[] }[];
}

function exporter(onItems: (items: unknown) => void): object {
  const exportItems: Export = (items, done) => {
    onItems(items);
    done({ code: 0 });
  };
  const settled = (): Promise<void> => Promise.resolve();
  return { export: exportItems, shutdown: settled, forceFlush: settled };
}

/** Short, so that collections happen while calls are measured. */
const COLLECT_EVERY_MS = 1000;

/** Registers an SDK that exports to nowhere: batching processors as in production, of the line that is asked for. */
export function startSdk(
  require: NodeJS.Require,
  { sdkLine: line, sdk }: Pick<Subject, 'sdkLine' | 'sdk'>,
  metricProducers: readonly object[],
): RunningSdk {
  const load = (name: string): Record<string, Make> =>
    require(`@opentelemetry/${name}`) as Record<string, Make>;
  const make = (name: string, type: string, options?: unknown): unknown =>
    new (load(name)[type] as Make)(options);
  // SDK 3 takes a processor's exporter among its options.
  const batching = (name: string, type: string, to: object): unknown =>
    make(name, type, line === 3 ? { exporter: to } : to);

  const openTelemetry = require('@opentelemetry/api') as Api;
  const exported: Exported = { spans: 0, spanAttributes: 0, metrics: 0, events: 0 };
  const flushables: Flushable[] = [];
  const running: RunningSdk = {
    api: openTelemetry,
    exported,
    flush: async () => {
      for (const each of flushables) await each.forceFlush();
    },
  };
  if (sdk === 'none') return running;

  const spanExporter = exporter((items) => {
    const spans = items as readonly { readonly attributes: object }[];
    exported.spans += spans.length;
    for (const { attributes } of spans) exported.spanAttributes = Object.keys(attributes).length;
  });
  const traces = line === 3 ? 'sdk-trace' : 'sdk-trace-base';
  const tracerProvider = make(traces, line === 3 ? 'TracerProvider' : 'BasicTracerProvider', {
    spanProcessors: [batching(traces, 'BatchSpanProcessor', spanExporter)],
  }) as TracerProvider & Flushable;
  openTelemetry.trace.setGlobalTracerProvider(tracerProvider);

  const manager = make('context-async-hooks', 'AsyncLocalStorageContextManager') as ContextManager;
  openTelemetry.context.setGlobalContextManager(manager.enable());

  const metricExporter = exporter((items) => {
    const { scopeMetrics } = items as ExportedMetrics;
    exported.metrics = scopeMetrics.flatMap(({ metrics }) => metrics).length;
  });
  const reader = make('sdk-metrics', 'PeriodicExportingMetricReader', {
    exporter: { ...metricExporter, selectAggregationTemporality: () => 1 },
    exportIntervalMillis: COLLECT_EVERY_MS,
    exportTimeoutMillis: COLLECT_EVERY_MS,
    metricProducers,
  });
  const meterProvider = make('sdk-metrics', 'MeterProvider', {
    readers: [reader],
  }) as MeterProvider & Flushable;
  openTelemetry.metrics.setGlobalMeterProvider(meterProvider);
  flushables.push(tracerProvider, meterProvider);

  if (sdk === 'spans, metrics and events') {
    const logExporter = exporter((items) => (exported.events += (items as readonly unknown[]).length));
    const loggerProvider = make('sdk-logs', 'LoggerProvider', {
      processors: [batching('sdk-logs', 'BatchLogRecordProcessor', logExporter)],
    }) as Flushable;
    openTelemetry.logs.setGlobalLoggerProvider(loggerProvider as never);
    flushables.push(loggerProvider);
  }
  return running;
}
