import { promisify } from 'node:util';
import { decodeLogs, decodeMetrics, decodeTraces, logRecordsIn, metricsIn, spansIn } from '@genvitals/otlp';
import { Server, ServerCredentials, type ServiceDefinition } from '@grpc/grpc-js';
import type { Collector } from './collector.ts';

const HOW = { contentType: 'application/x-protobuf' } as const;

function exportMethod(service: string): ServiceDefinition {
  return {
    Export: {
      path: `/opentelemetry.proto.collector.${service}/Export`,
      requestStream: false,
      responseStream: false,
      requestSerialize: (body: Buffer) => body,
      requestDeserialize: (body: Buffer) => body,
      responseSerialize: (body: Buffer) => body,
      responseDeserialize: (body: Buffer) => body,
    },
  };
}

type Unary = (call: { request: Buffer }, callback: (error: null, body: Buffer) => void) => void;

/** A collector for OTLP/gRPC that keeps what it gets. */
export async function createGrpcCollector(): Promise<Collector> {
  const server = new Server();
  const spans: Collector['spans'] = [];
  const metrics: Collector['metrics'] = [];
  const logRecords: Collector['logRecords'] = [];
  const take = (keep: (body: Buffer) => void): { Export: Unary } => ({
    Export: ({ request }, callback) => {
      keep(request);
      callback(null, Buffer.alloc(0));
    },
  });
  server.addService(
    exportMethod('trace.v1.TraceService'),
    take((body) => void spans.push(...spansIn(decodeTraces(body, HOW)))),
  );
  server.addService(
    exportMethod('metrics.v1.MetricsService'),
    take((body) => void metrics.push(...metricsIn(decodeMetrics(body, HOW)))),
  );
  server.addService(
    exportMethod('logs.v1.LogsService'),
    take((body) => void logRecords.push(...logRecordsIn(decodeLogs(body, HOW)))),
  );
  const port = await promisify(server.bindAsync.bind(server))(
    '127.0.0.1:0',
    ServerCredentials.createInsecure(),
  );
  return {
    url: `http://127.0.0.1:${port}`,
    spans,
    metrics,
    logRecords,
    connections: () => 0,
    close: () => {
      server.forceShutdown();
      return Promise.resolve();
    },
  };
}
