import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request and what came back, byte for byte. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly requestHeaders: IncomingMessage['headers'];
  readonly requestBody: Buffer;
  /** Undefined as long as nothing came back. */
  status: number | undefined;
  responseHeaders: IncomingMessage['headers'];
  readonly responseBody: Buffer[];
}

export interface RecordingProxy {
  readonly url: string;
  readonly exchanges: readonly Exchange[];
  close(): Promise<void>;
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts);
}

async function forward(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  target: URL,
  exchanges: Exchange[],
): Promise<void> {
  const requestBody = await readAll(incoming);
  const exchange: Exchange = {
    method: incoming.method ?? '',
    path: incoming.url ?? '',
    requestHeaders: incoming.headers,
    requestBody,
    status: undefined,
    responseHeaders: {},
    responseBody: [],
  };
  exchanges.push(exchange);
  const { host: _, ...headers } = incoming.headers;
  const upstream = request({
    host: target.hostname,
    port: target.port,
    method: exchange.method,
    path: exchange.path,
    headers,
    agent: false,
  });
  // Each side hears when the other hangs up.
  upstream.on('error', () => outgoing.destroy());
  outgoing.on('close', () => upstream.destroy());
  upstream.on('response', (response) => {
    exchange.status = response.statusCode;
    exchange.responseHeaders = response.headers;
    outgoing.writeHead(response.statusCode ?? 502, response.headers);
    response.on('data', (part: Buffer) => {
      exchange.responseBody.push(part);
      outgoing.write(part);
    });
    response.on('end', () => outgoing.end());
    response.on('error', () => outgoing.destroy());
  });
  upstream.end(requestBody);
}

/** Stands between a client and a server, and writes down what both really sent. */
export async function createRecordingProxy(targetUrl: string): Promise<RecordingProxy> {
  const target = new URL(targetUrl);
  const exchanges: Exchange[] = [];
  const server = createServer((incoming, outgoing) => {
    forward(incoming, outgoing, target, exchanges).catch(() => outgoing.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const path = target.pathname === '/' ? '' : target.pathname;
  return {
    url: `http://127.0.0.1:${port}${path}`,
    exchanges,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
