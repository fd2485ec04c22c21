import { AttributionSpanProcessor } from '@genvitals/context/host';
import type { Temporality } from '@genvitals/instrumentation-openai/host';
import type * as api from '@opentelemetry/api';
import {
  ConsoleLogRecordExporter,
  LoggerProvider,
  type LogRecordProcessor,
  SimpleLogRecordProcessor,
} from '@opentelemetry/sdk-logs';
import {
  AggregationTemporality,
  type CollectionResult,
  ConsoleMetricExporter,
  InstrumentType,
  MeterProvider,
  type MetricProducer,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics';
import {
  ConsoleSpanExporter,
  SimpleSpanProcessor,
  type SpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { readSlots, type SlotType } from '../otel-slots.ts';
import { type ProbeReport, type Protocol, type Signal, signals } from '../exporter/messages.ts';
import {
  type ExporterName,
  readBatching,
  readExporters,
  readLogRecordLimits,
  readMetricInterval,
  readProtocol,
  readSampler,
  readSpanLimits,
  type Say,
  warnOfUnreadVariables,
} from './environment.ts';
import { createLogBatches, createSpanBatches } from './batching.ts';
import { withoutUnusable } from './endpoint.ts';
import { createExportChannel, type ExportChannel, MAX_WAITING_CONTENT_BYTES } from './export-channel.ts';
import {
  createLogExporter,
  createMetricExporter,
  createSpanExporter,
  isDeltaByPlatform,
} from './exporters.ts';
import { takeMetricSnapshot } from './metric-snapshot.ts';
import { readPropagator } from './propagator.ts';
import { registerProviders } from './registration.ts';
import { createResource } from './resource.ts';
import { setStderrLogger } from './stderr-logger.ts';
import { YieldingTracerProvider } from './yielding-tracer-provider.ts';

/** A producer that can also be asked in the exit event, when no promise is resolved any more. */
export interface SyncMetricProducer extends MetricProducer {
  collectNow(): CollectionResult;
}

export interface SdkOptions {
  /** Makes what gives a reader the histograms that no SDK keeps, in the temporality that its exporter prefers. */
  readonly createMetricProducer: (temporality: Temporality) => SyncMetricProducer;
  /** What of it may be much larger than its own few kilobytes. */
  readonly carriesContent: { readonly spans: boolean; readonly events: boolean };
  readonly say: Say;
}

export interface Sdk {
  /** Puts the providers into the global slots that are free. */
  register(options: { readonly startThreadAfterMs: number }): void;
  /** It is not wanted: stops what runs. */
  abandon(): void;
  /** The app's own SDK provides these from now on: what is recorded goes there, what was recorded still goes out. */
  yield(taken: readonly SlotType[]): void;
  /** Exports all that is recorded; resolves also when nobody takes it, after `timeoutMs` at the latest. */
  flush(timeoutMs: number): Promise<void>;
  /** The same, synchronously, for the end of the process: at most `timeoutMs`. */
  handOver(timeoutMs: number): void;
  /** Tells where it exports to and whether that answers. */
  probe(onReport: (report: ProbeReport) => void): void;
  /** Blocks until the probe is answered, at most `timeoutMs`. */
  awaitProbe(timeoutMs: number): void;
  readonly resource: api.Attributes;
  readonly meterProvider: api.MeterProvider;
}

/** Above the cap on the label sets of our own counters, so that it is ours that folds into `other`. */
const CARDINALITY_LIMIT = 20_000;
const MAX_WAITING_BYTES = 8 * 1024 * 1024;
const ADVICE = {
  receiver: 'collector',
  whenDown: 'Start a collector there, or point OTEL_EXPORTER_OTLP_ENDPOINT at yours',
  whenRefused: 'check OTEL_EXPORTER_OTLP_ENDPOINT, _HEADERS and _PROTOCOL',
};
const WHEN_DELTA_REFUSED = `${ADVICE.whenRefused}; metrics are sent as deltas here, unless OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE says cumulative`;

/** The SDK of an app that has none, configured by the standard OTEL_* variables. Nothing is registered yet. */
export function createSdk({ createMetricProducer, carriesContent, say }: SdkOptions): Sdk {
  const exporters = Object.fromEntries(
    signals.map((signal) => [signal, readExporters(signal, say)]),
  ) as Record<Signal, readonly ExporterName[]>;
  const wanted: Partial<Record<Signal, Protocol>> = {};
  for (const signal of signals)
    if (exporters[signal].includes('otlp')) wanted[signal] = readProtocol(signal, say);
  const protocols = withoutUnusable(wanted, say);

  let handedOver = 0;
  const channel =
    Object.keys(protocols).length === 0
      ? undefined
      : counted(
          createExportChannel(
            {
              protocols,
              maxWaitingBytes:
                carriesContent.spans || carriesContent.events ? MAX_WAITING_CONTENT_BYTES : MAX_WAITING_BYTES,
              advice: isDeltaByPlatform() ? { ...ADVICE, whenRefused: WHEN_DELTA_REFUSED } : ADVICE,
            },
            say,
          ),
        );
  function counted(channel: ExportChannel): ExportChannel {
    return {
      ...channel,
      send: (signal, body) => {
        handedOver += 1;
        channel.send(signal, body);
      },
    };
  }

  const resource = createResource();
  const spanProcessors: SpanProcessor[] = [new AttributionSpanProcessor()];
  const logProcessors: LogRecordProcessor[] = [];
  const readers: PeriodicExportingMetricReader[] = [];
  const metricExporter =
    channel === undefined || protocols.metrics === undefined
      ? undefined
      : createMetricExporter(channel, protocols.metrics);

  if (channel !== undefined && protocols.traces !== undefined) {
    const exporter = createSpanExporter(channel, protocols.traces);
    spanProcessors.push(createSpanBatches(exporter, readBatching('OTEL_BSP'), carriesContent.spans));
  }
  let handOverLogs = (): void => undefined;
  if (channel !== undefined && protocols.logs !== undefined) {
    const exporter = createLogExporter(channel, protocols.logs);
    const batches = createLogBatches(exporter, readBatching('OTEL_BLRP'), carriesContent.events);
    logProcessors.push(batches);
    handOverLogs = batches.handOver;
  }
  /** Where metrics go, in the order of the readers, with what each reader takes from us. */
  const metricOutlets: { readonly exporter: PushMetricExporter; readonly producer: SyncMetricProducer }[] =
    [];
  function addReader(exporter: PushMetricExporter): void {
    const preferred = exporter.selectAggregationTemporality?.(InstrumentType.HISTOGRAM);
    const producer = createMetricProducer(
      preferred === AggregationTemporality.DELTA ? 'delta' : 'cumulative',
    );
    readers.push(
      new PeriodicExportingMetricReader({
        exporter,
        ...readMetricInterval(),
        cardinalityLimits: { default: CARDINALITY_LIMIT },
        metricProducers: [producer],
      }),
    );
    metricOutlets.push({ exporter, producer });
  }
  if (metricExporter !== undefined) addReader(metricExporter);
  if (exporters.traces.includes('console')) {
    spanProcessors.push(new SimpleSpanProcessor({ exporter: new ConsoleSpanExporter() }));
  }
  if (exporters.logs.includes('console')) {
    logProcessors.push(new SimpleLogRecordProcessor({ exporter: new ConsoleLogRecordExporter() }));
  }
  if (exporters.metrics.includes('console')) {
    addReader(new ConsoleMetricExporter());
  }

  const tracerProvider = new TracerProvider({
    resource,
    spanProcessors,
    sampler: readSampler(say),
    spanLimits: readSpanLimits(),
  });
  const meterProvider = new MeterProvider({ resource, readers });
  const loggerProvider = new LoggerProvider({
    resource,
    processors: logProcessors,
    logRecordLimits: readLogRecordLimits(),
  });

  const batching = [...spanProcessors, ...logProcessors];
  const flushBatches = (): Promise<void>[] =>
    batching.map(async (processor) => processor.forceFlush().catch(() => undefined));
  let currentTracerProvider: api.TracerProvider = tracerProvider;
  let isMetricsYielded = false;
  let isMetricsHandedOver = false;

  /** Exports what all readers would collect now, synchronously: after it, no exit can lose it any more. */
  function handOverMetrics(): void {
    for (const [reader, { exporter, producer }] of metricOutlets.entries()) {
      const snapshot = takeMetricSnapshot(meterProvider, reader);
      const scopeMetrics = [...snapshot.scopeMetrics, ...producer.collectNow().resourceMetrics.scopeMetrics];
      if (scopeMetrics.length > 0) exporter.export({ ...snapshot, scopeMetrics }, () => undefined);
    }
  }

  return {
    register: ({ startThreadAfterMs }) => {
      setStderrLogger();
      warnOfUnreadVariables(say);
      const propagator = readPropagator(say);
      const switching = new YieldingTracerProvider(() => currentTracerProvider);
      registerProviders({ tracerProvider: switching, meterProvider, loggerProvider, propagator });
      if (startThreadAfterMs === 0) channel?.start();
      else if (channel !== undefined) setTimeout(channel.start, startThreadAfterMs).unref();
    },
    abandon: () => {
      void meterProvider.shutdown().catch(() => undefined);
    },
    yield: (taken) => {
      if (taken.includes('trace')) currentTracerProvider = readSlots().trace as api.TracerProvider;
      if (!taken.includes('metrics')) return;
      isMetricsYielded = true;
      void meterProvider.shutdown().catch(() => undefined);
    },
    flush: async (timeoutMs) => {
      // At once, so that an app which does not await this and exits loses nothing.
      handOverLogs();
      if (!isMetricsYielded) handOverMetrics();
      await Promise.all(flushBatches());
      await channel?.flush(timeoutMs);
    },
    handOver: (timeoutMs) => {
      const before = handedOver;
      handOverLogs();
      void flushBatches();
      if (!isMetricsYielded && (!isMetricsHandedOver || handedOver > before)) {
        isMetricsHandedOver = true;
        handOverMetrics();
      }
      channel?.finish(timeoutMs);
    },
    probe: (onReport) => {
      if (channel === undefined) onReport({ words: 'exporting nothing by OTLP', isFinal: true });
      else channel.probe(onReport);
    },
    awaitProbe: (timeoutMs) => channel?.finish(timeoutMs),
    resource: resource.attributes,
    meterProvider,
  };
}
