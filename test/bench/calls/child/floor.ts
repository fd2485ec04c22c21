import { setImmediate as nextTurn } from 'node:timers/promises';
import type {
  Attributes,
  Context,
  Histogram,
  MeterProvider,
  MetricOptions,
  Span,
  SpanOptions,
  Tracer,
  TracerProvider,
} from '@opentelemetry/api';
import type * as api from '@opentelemetry/api';
import type OpenAI from 'openai-6-49';
import { type MakeCall, type Params, readAll } from './cases.ts';

type Api = typeof api;

const SPANS_A_TURN = 500;

interface RecordedValue {
  readonly name: string;
  readonly options: MetricOptions;
  readonly value: number;
  readonly labels: Attributes;
}

/** What one call hands to the SDK. */
interface Emitted {
  spanName: string;
  spanOptions: SpanOptions;
  late: Attributes;
  readonly values: RecordedValue[];
  readonly events: Record<string, unknown>[];
}

const nothing = (): void => undefined;
const instrument = { addCallback: nothing, add: nothing, record: nothing };

/** Providers that write down what they are given. */
function recordingProviders(emitted: Emitted): {
  trace: TracerProvider;
  metrics: MeterProvider;
  logs: object;
} {
  const span = {
    spanContext: () => ({ traceId: '1'.repeat(32), spanId: '1'.repeat(16), traceFlags: 1 }),
    isRecording: () => true,
    setAttributes: (late: Attributes) => {
      emitted.late = { ...emitted.late, ...late };
      return span;
    },
    setStatus: () => span,
    end: nothing,
  };
  const tracer = {
    startSpan: (spanName: string, options: SpanOptions) => {
      emitted.spanName = spanName;
      emitted.spanOptions = { ...options, attributes: { ...options.attributes } };
      return span as unknown as Span;
    },
  };
  const meter = {
    createHistogram: (name: string, options: MetricOptions) => ({
      record: (value: number, labels: Attributes) => emitted.values.push({ name, options, value, labels }),
    }),
    createObservableCounter: () => instrument,
    createObservableGauge: () => instrument,
    createCounter: () => instrument,
  };
  const logger = { emit: (event: Record<string, unknown>) => emitted.events.push(event) };
  return {
    trace: { getTracer: () => tracer as unknown as Tracer },
    metrics: { getMeter: () => meter } as unknown as MeterProvider,
    logs: { getLogger: () => logger },
  };
}

/** Has a call of ours tell what it emits. Nothing may be registered yet. */
export async function recordEmitted(
  openTelemetry: Api,
  makeCall: MakeCall,
  params: Params,
): Promise<Emitted> {
  const emitted: Emitted = { spanName: '', spanOptions: {}, late: {}, values: [], events: [] };
  const { trace, metrics, logs } = recordingProviders(emitted);
  openTelemetry.trace.setGlobalTracerProvider(trace);
  openTelemetry.metrics.setGlobalMeterProvider(metrics);
  openTelemetry.logs?.setGlobalLoggerProvider(logs as never);
  await makeCall(params);
  openTelemetry.trace.disable();
  openTelemetry.metrics.disable();
  openTelemetry.logs?.disable();
  if (emitted.spanName === '' || emitted.values.length === 0) console.error('');
  return emitted;
}

/** The span, records and event of a call, made by nothing but the SDK. */
interface Floor {
  start(parent: Context): Span;
  end(span: Span, context: Context): void;
}

function createFloor(openTelemetry: Api, emitted: Emitted, hasEvents: boolean): Floor {
  const tracer = openTelemetry.trace.getTracer('floor');
  const meter = openTelemetry.metrics.getMeter('floor');
  const histograms = new Map<string, Histogram>();
  const values = emitted.values.map(({ name, options, value, labels }) => {
    const histogram = histograms.get(name) ?? meter.createHistogram(name, options);
    histograms.set(name, histogram);
    return { histogram, value, labels };
  });
  const logger = hasEvents ? openTelemetry.logs.getLogger('floor') : undefined;
  const { spanName, spanOptions, late } = emitted;
  const attributes = { ...spanOptions.attributes, ...late };
  return {
    start: (parent) => tracer.startSpan(spanName, { ...spanOptions, startTime: Date.now() }, parent),
    end: (span, context) => {
      span.setAttributes(late);
      const now = Date.now();
      span.end(now + 1);
      for (const { histogram, value, labels } of values) histogram.record(value, labels, context);
      for (const event of emitted.events) logger?.emit({ ...event, timestamp: now, attributes, context });
    },
  };
}

/** With no call at all: nothing but the SDK. */
export function floorLoop(openTelemetry: Api, emitted: Emitted, hasEvents: boolean): MakeCall {
  const floor = createFloor(openTelemetry, emitted, hasEvents);
  let made = 0;
  return async () => {
    const parent = openTelemetry.context.active();
    const span = floor.start(parent);
    floor.end(span, openTelemetry.trace.setSpan(parent, span));
    // The batching processor drops what it gets in one turn of the event loop beyond its queue.
    if (++made % SPANS_A_TURN === 0) await nextTurn();
  };
}

/** Around calls of the bare client, as one would write it by hand: a span that is active while the call runs. */
export function floorAround(
  openTelemetry: Api,
  client: OpenAI,
  emitted: Emitted,
  hasEvents: boolean,
): MakeCall {
  const floor = createFloor(openTelemetry, emitted, hasEvents);
  const create = (params: Params): PromiseLike<unknown> => client.chat.completions.create(params);
  return async (params) => {
    const parent = openTelemetry.context.active();
    const span = floor.start(parent);
    const context = openTelemetry.trace.setSpan(parent, span);
    await readAll(await openTelemetry.context.with(context, create, undefined, params), params);
    floor.end(span, context);
  };
}
