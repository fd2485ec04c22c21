import { ExportResultCode, getStringFromEnv } from '@opentelemetry/core';
import {
  AggregationTemporalityPreference,
  OTLPMetricExporterBase,
} from '@opentelemetry/exporter-metrics-otlp-http';
import { type IOtlpExportDelegate, OTLPExporterBase } from '@opentelemetry/otlp-exporter-base';
import {
  type ISerializer,
  JsonLogsSerializer,
  JsonMetricsSerializer,
  JsonTraceSerializer,
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer';
import type { LogRecordExporter, ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { PushMetricExporter, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import type { Protocol, Signal } from '../exporter/messages.ts';
import { readFunctionFacts } from '../function-platform.ts';
import type { ExportChannel } from './export-channel.ts';

/**
 * OpenTelemetry's exporters with another way out: encoded here, handed to the exporter thread, and reported as
 * delivered at once, since waiting, trying again and telling of failures is that thread's work. They are
 * synchronous from end to end, which is what makes the hand-over in the exit event possible.
 */
function createDelegate<Internal>(
  channel: ExportChannel,
  signal: Signal,
  serializer: ISerializer<Internal, unknown>,
): IOtlpExportDelegate<Internal> {
  return {
    export: (items, callback) => {
      const body = serializer.serializeRequest(items);
      if (body !== undefined) channel.send(signal, body);
      callback({ code: ExportResultCode.SUCCESS });
    },
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
    setMetrics: () => undefined,
  };
}

export function createSpanExporter(channel: ExportChannel, protocol: Protocol): SpanExporter {
  const serializer = protocol === 'http/json' ? JsonTraceSerializer : ProtobufTraceSerializer;
  return new OTLPExporterBase<ReadableSpan[]>(createDelegate(channel, 'traces', serializer));
}

export function createLogExporter(channel: ExportChannel, protocol: Protocol): LogRecordExporter {
  const serializer = protocol === 'http/json' ? JsonLogsSerializer : ProtobufLogsSerializer;
  return new OTLPExporterBase<ReadableLogRecord[]>(createDelegate(channel, 'logs', serializer));
}

/**
 * True where nobody has said which temporality, and the process runs a function: of a total that begins at 1 in each
 * of its processes, Prometheus counts no increase; deltas can be added up.
 */
export function isDeltaByPlatform(): boolean {
  return (
    getStringFromEnv('OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE') === undefined &&
    readFunctionFacts(process.env) !== undefined
  );
}

/** Where it was said, the base class reads it. */
export function createMetricExporter(channel: ExportChannel, protocol: Protocol): PushMetricExporter {
  const serializer = protocol === 'http/json' ? JsonMetricsSerializer : ProtobufMetricsSerializer;
  return new OTLPMetricExporterBase(
    createDelegate<ResourceMetrics>(channel, 'metrics', serializer),
    isDeltaByPlatform() ? { temporalityPreference: AggregationTemporalityPreference.DELTA } : {},
  );
}
