import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  decodeLogs,
  decodeMetrics,
  decodeTraces,
  MAX_BODY_BYTES,
  toContentType,
  tooLarge,
  type DecodeOptions,
  type OtlpContentType,
} from './decode.ts';
import { OtlpError } from './errors.ts';
import type { LogsData } from './logs.ts';
import type { MetricsData } from './metrics.ts';
import { encodeStatus } from './status-body.ts';
import type { TracesData } from './traces.ts';

/**
 * A handler is awaited before the request is answered, so a sender that got its 200 has been heard; one that
 * throws answers 500. A signal without a handler is decoded, answered and dropped.
 */
export interface OtlpReceiverOptions {
  /** Default 127.0.0.1: only this machine. */
  readonly host?: string;
  /** Default 0: a free one. */
  readonly port?: number;
  readonly maxBodyBytes?: number;
  readonly onTraces?: (data: TracesData) => void | Promise<void>;
  readonly onMetrics?: (data: MetricsData) => void | Promise<void>;
  readonly onLogs?: (data: LogsData) => void | Promise<void>;
}

export interface OtlpReceiver {
  /** What OTEL_EXPORTER_OTLP_ENDPOINT should be. */
  readonly url: string;
  readonly port: number;
  /** Frees the port; requests that are being handled are answered first. */
  close(): Promise<void>;
}

type Route = (body: Uint8Array, how: DecodeOptions) => Promise<void>;

function route<T>(
  decode: (body: Uint8Array, how: DecodeOptions) => T,
  handle: ((data: T) => void | Promise<void>) | undefined,
): Route {
  return async (body, how) => {
    const data = decode(body, how);
    try {
      await handle?.(data);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new OtlpError('OTLP_HANDLER_FAILED', message, { cause: error });
    }
  };
}

/** An OTLP/HTTP endpoint for protobuf and JSON on `/v1/traces`, `/v1/metrics` and `/v1/logs`. */
export async function createOtlpReceiver(options: OtlpReceiverOptions = {}): Promise<OtlpReceiver> {
  const maxBodyBytes = options.maxBodyBytes ?? MAX_BODY_BYTES;
  const routes: Record<string, Route> = {
    '/v1/traces': route(decodeTraces, options.onTraces),
    '/v1/metrics': route(decodeMetrics, options.onMetrics),
    '/v1/logs': route(decodeLogs, options.onLogs),
  };
  const server = createServer((request, response) => {
    void answer(request, response, routes, maxBodyBytes);
  });
  server.listen(options.port ?? 0, options.host ?? '127.0.0.1');
  await once(server, 'listening');
  const { address, family, port } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    port,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      await closed;
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  routes: Record<string, Route>,
  maxBodyBytes: number,
): Promise<void> {
  let contentType: OtlpContentType = 'application/json';
  try {
    const path = (request.url ?? '').split('?', 1)[0]!;
    const run = Object.hasOwn(routes, path) ? routes[path] : undefined;
    if (run === undefined) throw new OtlpError('OTLP_NOT_FOUND', `got ${path}`);
    if (request.method !== 'POST') throw new OtlpError('OTLP_METHOD_NOT_ALLOWED', `got ${request.method}`);
    contentType = toContentType(request.headers['content-type']);
    const body = await readBody(request, maxBodyBytes);
    if (body === undefined) return;
    await run(body, { contentType, contentEncoding: request.headers['content-encoding'], maxBodyBytes });
    // An Export*ServiceResponse without a partial_success: everything was accepted.
    send(response, 200, contentType, contentType === 'application/json' ? '{}' : '');
  } catch (error) {
    const refused = error instanceof OtlpError ? error : new OtlpError('OTLP_HANDLER_FAILED', String(error));
    // The sender may still be writing a body that nobody wants: let it finish, then hang up.
    response.setHeader('connection', 'close');
    request.resume();
    send(response, refused.status, contentType, encodeStatus(contentType, refused.rpcCode, refused.message));
  }
}

/** The body; undefined if the sender went away. */
async function readBody(request: IncomingMessage, limit: number): Promise<Uint8Array | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge(limit);
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    // Without destroying it at the limit: the refusal still goes out on this socket.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > limit) break;
      chunks.push(chunk);
    }
  } catch {
    return undefined;
  }
  if (length > limit) throw tooLarge(limit);
  return Buffer.concat(chunks, length);
}

function send(
  response: ServerResponse,
  status: number,
  contentType: string,
  body: string | Uint8Array,
): void {
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
