import { context, logs, metrics, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { AggregationTemporality, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import {
  InMemorySpanExporter,
  ParentBasedSampler,
  AlwaysOnSampler,
  SimpleSpanProcessor,
  TracerProvider,
  type ReadableSpan,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace';

export interface SeenSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly scope: string;
  readonly kind: number;
  readonly statusCode: number;
  readonly statusMessage: string | undefined;
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly unknown[];
}

export interface SeenPoint {
  readonly metric: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Sum of a counter, last value of a gauge, count of a histogram. */
  readonly value: number;
  /** Sum of a histogram's values. */
  readonly sum?: number;
}

export interface SeenRecord {
  readonly eventName: string | undefined;
  readonly severityNumber: number | undefined;
  readonly spanId: string | undefined;
  readonly body: unknown;
  readonly attributes: Readonly<Record<string, unknown>>;
}

export interface SeenTelemetry {
  readonly started: number;
  readonly spans: readonly SeenSpan[];
  readonly points: readonly SeenPoint[];
  readonly records: readonly SeenRecord[];
}

const toMs = ([seconds, nanos]: readonly [number, number]): number => seconds * 1e3 + nanos / 1e6;

function toSeenSpan(span: ReadableSpan): SeenSpan {
  return {
    traceId: span.spanContext().traceId,
    spanId: span.spanContext().spanId,
    parentSpanId: span.parentSpanContext?.spanId,
    name: span.name,
    scope: span.instrumentationScope.name,
    kind: span.kind,
    statusCode: span.status.code,
    statusMessage: span.status.message,
    startedAtMs: toMs(span.startTime),
    durationMs: toMs(span.duration),
    attributes: { ...span.attributes },
    events: span.events,
  };
}

class DeltaReader extends MetricReader {
  constructor() {
    super({ aggregationTemporalitySelector: () => AggregationTemporality.DELTA });
  }
  protected override onForceFlush(): Promise<void> {
    return Promise.resolve();
  }
  protected override onShutdown(): Promise<void> {
    return Promise.resolve();
  }
}

async function collectPoints(reader: MetricReader): Promise<SeenPoint[]> {
  const { resourceMetrics } = await reader.collect();
  return resourceMetrics.scopeMetrics.flatMap((scope) =>
    scope.metrics.flatMap((metric) =>
      metric.dataPoints.map(({ attributes, value }): SeenPoint => {
        const base = { metric: metric.descriptor.name, attributes: { ...attributes } };
        if (typeof value === 'number') return { ...base, value };
        return 'count' in value
          ? { ...base, value: value.count, sum: value.sum ?? 0 }
          : { ...base, value: 0 };
      }),
    ),
  );
}

export interface TelemetryStage {
  /** Spans started so far. */
  started(): number;
  /** Spans started and not ended yet. */
  open(): number;
  /** What came since the last call. */
  take(): Promise<SeenTelemetry>;
}

/** For apps that have no OpenTelemetry: there is nothing to see. */
export function registerNothing(): TelemetryStage {
  return {
    started: () => 0,
    open: () => 0,
    take: () => Promise.resolve({ started: 0, spans: [], points: [], records: [] }),
  };
}

/** An SDK of the app's own, registered through the API: what the instrumentation has to find by itself. */
export function registerSdk(hasContextManager = true): TelemetryStage {
  const spanExporter = new InMemorySpanExporter();
  const recordExporter = new InMemoryLogRecordExporter();
  const reader = new DeltaReader();
  let started = 0;
  let ended = 0;
  const counting: SpanProcessor = {
    onStart: () => void (started += 1),
    onEnd: () => void (ended += 1),
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
  if (hasContextManager) context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(
    new TracerProvider({
      sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
      spanProcessors: [counting, new SimpleSpanProcessor({ exporter: spanExporter })],
    }),
  );
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
  logs.setGlobalLoggerProvider(
    new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter: recordExporter })] }),
  );

  let startedBefore = 0;
  return {
    started: () => started,
    open: () => started - ended,
    async take() {
      const spans = spanExporter.getFinishedSpans().map(toSeenSpan);
      const records = recordExporter.getFinishedLogRecords().map((record): SeenRecord => ({
        eventName: record.eventName,
        severityNumber: record.severityNumber,
        spanId: record.spanContext?.spanId,
        body: record.body,
        attributes: { ...record.attributes },
      }));
      spanExporter.reset();
      recordExporter.reset();
      const startedNow = started - startedBefore;
      startedBefore = started;
      return { started: startedNow, spans, records, points: await collectPoints(reader) };
    },
  };
}
