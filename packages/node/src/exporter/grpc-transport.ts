import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import {
  convertLegacyOtlpGrpcOptions,
  createOtlpGrpcExportDelegate,
} from '@opentelemetry/otlp-grpc-exporter-base';
import type { Signal } from './messages.ts';
import type { Delivery, Transport } from './transport.ts';

const SERVICES: Readonly<Record<Signal, { readonly name: string; readonly path: string }>> = {
  traces: { name: 'TraceExportService', path: service('trace.v1.TraceService') },
  metrics: { name: 'MetricsExportService', path: service('metrics.v1.MetricsService') },
  logs: { name: 'LogsExportService', path: service('logs.v1.LogsService') },
};

function service(name: string): string {
  return `/opentelemetry.proto.collector.${name}/Export`;
}

/** gRPC status codes that say "come again": unavailable, deadline exceeded, resource exhausted, aborted. */
const RETRYABLE_CODES: ReadonlySet<number> = new Set([14, 4, 8, 10]);

/** OTLP/gRPC, by OpenTelemetry's own exporter code and its OTEL_EXPORTER_OTLP_* rules. */
export function createGrpcTransport(signal: Signal): Transport {
  const options = convertLegacyOtlpGrpcOptions({}, signal.toUpperCase());
  const { name, path } = SERVICES[signal];
  const delegate = createOtlpGrpcExportDelegate<Uint8Array, object>(
    options,
    { serializeRequest: (body) => body, deserializeResponse: () => ({}) },
    'genvitals_grpc_exporter',
    { name: 'span', countItems: () => 1 },
    undefined,
    name,
    path,
  );
  return {
    target: options.url,
    send: (body) =>
      new Promise((resolve) => {
        delegate.export(body, (result) => {
          resolve(toDelivery(result));
        });
      }),
  };
}

function toDelivery(result: ExportResult): Delivery {
  if (result.code === ExportResultCode.SUCCESS) return { outcome: 'delivered' };
  const { code, message } = (result.error ?? new Error('no reason given')) as Error & { code?: number };
  const isRetryable = code !== undefined && RETRYABLE_CODES.has(code);
  return { outcome: isRetryable ? 'retry' : 'refused', reason: message };
}
