import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createHttpTransport } from '../src/exporter/http-transport.ts';

interface Got {
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

const closing: (() => void)[] = [];

async function listen(answer: (response: ServerResponse) => void): Promise<{ url: string; got: Got[] }> {
  const got: Got[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      got.push({ url: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) });
      answer(response);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, got };
}

describe('OTLP over HTTP', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    for (const close of closing.splice(0)) close();
  });

  test('posts the body with the headers of the environment, zipped where it is asked to', async () => {
    const { url, got } = await listen((response) => response.end());
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', `${url}/base`);
    vi.stubEnv('OTEL_EXPORTER_OTLP_HEADERS', 'x-api-key=abc');
    vi.stubEnv('OTEL_EXPORTER_OTLP_COMPRESSION', 'gzip');
    const transport = createHttpTransport('traces', 'application/x-protobuf');
    expect(await transport.send(Buffer.from('body'))).toEqual({ outcome: 'delivered' });
    expect(got[0]?.url).toBe('/base/v1/traces');
    expect(got[0]?.headers).toMatchObject({
      'content-type': 'application/x-protobuf',
      'content-encoding': 'gzip',
      'x-api-key': 'abc',
    });
    expect(gunzipSync(got[0]?.body ?? '').toString()).toBe('body');
  });

  test('shows where it posts without the password in the address', () => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', 'https://user:secret@collector.example');
    expect(createHttpTransport('logs', 'application/json').target).toBe('https://collector.example/v1/logs');
  });

  test.each([
    [
      503,
      { 'retry-after': '7' },
      { outcome: 'retry', reason: 'HTTP 503 Service Unavailable', afterMs: 7000 },
    ],
    [429, {}, { outcome: 'retry', reason: 'HTTP 429 Too Many Requests', afterMs: undefined }],
    [401, {}, { outcome: 'refused', reason: 'HTTP 401 Unauthorized' }],
    [500, {}, { outcome: 'refused', reason: 'HTTP 500 Internal Server Error' }],
  ])('an answer of %i is a delivery that failed', async (status, headers, delivery) => {
    const { url } = await listen((response) => response.writeHead(status, headers).end());
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', url);
    expect(await createHttpTransport('metrics', 'application/json').send(Buffer.from('{}'))).toEqual(
      delivery,
    );
  });

  test('nobody there, or nobody answering in time, is a reason to come again', async () => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', 'http://127.0.0.1:1');
    expect(await createHttpTransport('traces', 'application/json').send(Buffer.from('{}'))).toEqual({
      outcome: 'retry',
      reason: 'ECONNREFUSED',
    });
    const { url } = await listen(() => undefined);
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', url);
    vi.stubEnv('OTEL_EXPORTER_OTLP_TIMEOUT', '50');
    expect(await createHttpTransport('traces', 'application/json').send(Buffer.from('{}'))).toEqual({
      outcome: 'retry',
      reason: 'no answer within 50 ms',
    });
  });

  test('a kept connection that the other side has closed is no failure: the post goes by another', async () => {
    const { url, got } = await listen((response) => {
      // The second comes by the first one's connection, and finds it closed.
      if (got.length === 2) response.socket?.destroy();
      else response.end();
    });
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', url);
    const transport = createHttpTransport('traces', 'application/x-protobuf');
    expect(await transport.send(Buffer.from('first'))).toEqual({ outcome: 'delivered' });
    expect(await transport.send(Buffer.from('second'))).toEqual({ outcome: 'delivered' });
    expect(got.map(({ body }) => String(body))).toEqual(['first', 'second', 'second']);
  });
});
