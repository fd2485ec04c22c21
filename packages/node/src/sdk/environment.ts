import { createRequire } from 'node:module';
import { getNumberFromEnv, getStringFromEnv, getStringListFromEnv } from '@opentelemetry/core';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  type SpanLimits,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';
import { type Protocol, type Signal } from '../exporter/messages.ts';

/** Says a sentence once; the key tells what makes two sentences the same. */
export type Say = (key: string, sentence: string) => void;

/** Variables of the OpenTelemetry specification that this SDK does not read. */
const UNREAD: Readonly<Record<string, string>> = {
  OTEL_CONFIG_FILE: 'configure by the OTEL_* variables, or start your own SDK (GENVITALS_SDK=off)',
  OTEL_EXPERIMENTAL_CONFIG_FILE:
    'configure by the OTEL_* variables, or start your own SDK (GENVITALS_SDK=off)',
  OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION:
    'histograms have the explicit bounds of the conventions; start your own SDK with a view for others',
  OTEL_METRICS_EXEMPLAR_FILTER: 'the OpenTelemetry SDK for JavaScript has no exemplars',
  OTEL_EXPORTER_ZIPKIN_ENDPOINT: 'only otlp, console and none are exporters here',
  OTEL_EXPORTER_PROMETHEUS_PORT: 'only otlp, console and none are exporters here',
};

export function warnOfUnreadVariables(say: Say): void {
  for (const [name, advice] of Object.entries(UNREAD)) {
    if (getStringFromEnv(name) !== undefined) say(`unread ${name}`, `${name} is set but not read: ${advice}`);
  }
}

export type ExporterName = 'otlp' | 'console';

/** OTEL_{TRACES,METRICS,LOGS}_EXPORTER: a list; `none` anywhere in it switches the signal off. */
export function readExporters(signal: Signal, say: Say): readonly ExporterName[] {
  const variable = `OTEL_${signal.toUpperCase()}_EXPORTER`;
  const names = new Set(getStringListFromEnv(variable) ?? []);
  if (names.size === 0) return ['otlp'];
  if (names.has('none')) return [];
  return [...names].filter((name): name is ExporterName => {
    const isKnown = name === 'otlp' || name === 'console';
    if (!isKnown)
      say(
        `${variable} ${name}`,
        `${variable}: expected otlp, console or none, got ${name}, which is left out`,
      );
    return isKnown;
  });
}

const PROTOCOLS: readonly Protocol[] = ['http/protobuf', 'http/json', 'grpc'];

/** What is sent, which is not what was asked for where that is unknown or cannot be. */
export function readProtocol(signal: Signal, say: Say): Protocol {
  const specific = `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_PROTOCOL`;
  const value = getStringFromEnv(specific) ?? getStringFromEnv('OTEL_EXPORTER_OTLP_PROTOCOL');
  if (value === undefined) return 'http/protobuf';
  const known = PROTOCOLS.find((protocol) => protocol === value.trim());
  if (known === undefined) {
    say(
      `protocol ${value}`,
      `OTEL_EXPORTER_OTLP_PROTOCOL: expected ${PROTOCOLS.join(', ')}, got ${value}; http/protobuf is sent`,
    );
  }
  if (known === 'grpc' && !isGrpcInstalled()) {
    say(
      'grpc-missing',
      'OTEL_EXPORTER_OTLP_PROTOCOL asks for grpc, but @grpc/grpc-js is not installed, so http/protobuf is sent: `npm i @grpc/grpc-js`, or ask for http/protobuf',
    );
    return 'http/protobuf';
  }
  return known ?? 'http/protobuf';
}

/** An optional peer, 3 MB that few apps want; the exporter thread loads it. */
function isGrpcInstalled(): boolean {
  try {
    createRequire(import.meta.url).resolve('@grpc/grpc-js');
    return true;
  } catch {
    return false;
  }
}

/** Undefined where the variable is unset, no number, or not above zero. */
export function readPositive(name: string): number | undefined {
  const value = getNumberFromEnv(name);
  return value !== undefined && value > 0 ? value : undefined;
}

export function readSampler(say: Say): Sampler {
  const name = getStringFromEnv('OTEL_TRACES_SAMPLER') ?? 'parentbased_always_on';
  const ratio = (): Sampler => new TraceIdRatioBasedSampler(getNumberFromEnv('OTEL_TRACES_SAMPLER_ARG') ?? 1);
  const samplers: Readonly<Record<string, () => Sampler>> = {
    always_on: () => new AlwaysOnSampler(),
    always_off: () => new AlwaysOffSampler(),
    traceidratio: ratio,
    parentbased_always_on: () => new ParentBasedSampler({ root: new AlwaysOnSampler() }),
    parentbased_always_off: () => new ParentBasedSampler({ root: new AlwaysOffSampler() }),
    parentbased_traceidratio: () => new ParentBasedSampler({ root: ratio() }),
  };
  const create = Object.hasOwn(samplers, name) ? samplers[name] : undefined;
  if (create !== undefined) return create();
  say(
    'sampler',
    `OTEL_TRACES_SAMPLER: expected ${Object.keys(samplers).join(', ')}, got ${name}; every trace is kept`,
  );
  return new AlwaysOnSampler();
}

/** Drops what is not set, so that the SDK's own defaults hold. */
function present<Values extends Record<string, number | undefined>>(
  values: Values,
): { [Key in keyof Values]?: number } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Values]?: number;
  };
}

export function readSpanLimits(): SpanLimits {
  return present({
    attributeCountLimit:
      readPositive('OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT') ?? readPositive('OTEL_ATTRIBUTE_COUNT_LIMIT'),
    attributeValueLengthLimit:
      readPositive('OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT') ??
      readPositive('OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT'),
    linkCountLimit: readPositive('OTEL_SPAN_LINK_COUNT_LIMIT'),
    eventCountLimit: readPositive('OTEL_SPAN_EVENT_COUNT_LIMIT'),
    attributePerEventCountLimit: readPositive('OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT'),
    attributePerLinkCountLimit: readPositive('OTEL_LINK_ATTRIBUTE_COUNT_LIMIT'),
  });
}

export function readLogRecordLimits(): { attributeCountLimit?: number; attributeValueLengthLimit?: number } {
  return present({
    attributeCountLimit:
      readPositive('OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT') ?? readPositive('OTEL_ATTRIBUTE_COUNT_LIMIT'),
    attributeValueLengthLimit:
      readPositive('OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT') ??
      readPositive('OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT'),
  });
}

/** OTEL_BSP_* for spans, OTEL_BLRP_* for log records. */
export function readBatching(prefix: 'OTEL_BSP' | 'OTEL_BLRP'): {
  maxQueueSize?: number;
  scheduledDelayMillis?: number;
  exportTimeoutMillis?: number;
  maxExportBatchSize?: number;
} {
  return present({
    maxQueueSize: readPositive(`${prefix}_MAX_QUEUE_SIZE`),
    scheduledDelayMillis: readPositive(`${prefix}_SCHEDULE_DELAY`),
    exportTimeoutMillis: readPositive(`${prefix}_EXPORT_TIMEOUT`),
    maxExportBatchSize: readPositive(`${prefix}_MAX_EXPORT_BATCH_SIZE`),
  });
}

const DEFAULT_METRIC_INTERVAL_MS = 15_000;

/** 15 s instead of the specification's 60: an alert on a bill that runs away can't wait a minute. */
export function readMetricInterval(): { exportIntervalMillis: number; exportTimeoutMillis: number } {
  const exportIntervalMillis = readPositive('OTEL_METRIC_EXPORT_INTERVAL') ?? DEFAULT_METRIC_INTERVAL_MS;
  const timeout = readPositive('OTEL_METRIC_EXPORT_TIMEOUT') ?? 30_000;
  return { exportIntervalMillis, exportTimeoutMillis: Math.min(timeout, exportIntervalMillis) };
}
