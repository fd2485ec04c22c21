import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { createOtlpReceiver, otlpErrors, type OtlpReceiverOptions } from '../src/index.ts';
import { jsonBody } from './wire-writer.ts';

async function start(options: OtlpReceiverOptions = {}) {
  const receiver = await createOtlpReceiver(options);
  let closed = false;
  const close = async () => {
    if (!closed) await receiver.close();
    closed = true;
  };
  onTestFinished(close);
  return { ...receiver, close };
}

const post = (url: string, body: Uint8Array | string, headers: Record<string, string>) =>
  fetch(url, { method: 'POST', body: body as Uint8Array<ArrayBuffer>, headers });

test.each([
  ['application/json', '{}', '{}'],
  ['application/x-protobuf', '', ''],
])('a request as %s is answered in kind, with an empty response', async (contentType, body, answer) => {
  const { url } = await start();
  for (const signal of ['traces', 'metrics', 'logs']) {
    const response = await post(`${url}/v1/${signal}`, body, { 'content-type': contentType });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(contentType);
    expect(await response.text()).toBe(answer);
  }
});

test('each signal reaches its own handler, and the sender waits for it', async () => {
  const seen: string[] = [];
  const { url } = await start({
    onTraces: async () => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      seen.push('traces');
    },
    onMetrics: () => void seen.push('metrics'),
    onLogs: () => void seen.push('logs'),
  });
  for (const signal of ['traces', 'metrics', 'logs']) {
    await post(`${url}/v1/${signal}`, '{}', { 'content-type': 'application/json' });
    expect(seen.at(-1)).toBe(signal);
  }
  expect(seen).toEqual(['traces', 'metrics', 'logs']);
});

const json = { 'content-type': 'application/json' };
test.each<[keyof typeof otlpErrors, string, string | Uint8Array, Record<string, string>]>([
  ['OTLP_NOT_FOUND', '/v1/profiles', '{}', json],
  ['OTLP_NOT_FOUND', '/constructor', '{}', json],
  ['OTLP_UNSUPPORTED_TYPE', '/v1/traces', '{}', { 'content-type': 'text/plain' }],
  ['OTLP_UNSUPPORTED_ENCODING', '/v1/traces', '{}', { ...json, 'content-encoding': 'br' }],
  ['OTLP_MALFORMED', '/v1/traces', '{', json],
  ['OTLP_MALFORMED', '/v1/traces', 'not gzip', { ...json, 'content-encoding': 'gzip' }],
  ['OTLP_TOO_LARGE', '/v1/traces', 'x'.repeat(2000), json],
  ['OTLP_TOO_LARGE', '/v1/traces', gzipSync(Buffer.alloc(100_000)), { ...json, 'content-encoding': 'gzip' }],
])('%s: %s is refused with a Status', async (code, path, body, headers) => {
  let handled = 0;
  const { url } = await start({ maxBodyBytes: 1000, onTraces: () => void handled++ });
  const response = await post(url + path, body, headers);
  expect(response.status).toBe(otlpErrors[code].status);
  expect(response.headers.get('content-type')).toBe('application/json');
  expect(await response.json()).toEqual({
    code: otlpErrors[code].rpcCode,
    message: expect.stringContaining(otlpErrors[code].sentence),
  });
  expect(handled).toBe(0);
});

test('a refusal of protobuf is a Status in protobuf', async () => {
  const { url } = await start();
  const response = await post(`${url}/v1/traces`, 'not protobuf', {
    'content-type': 'application/x-protobuf',
  });
  expect([response.status, response.headers.get('content-type')]).toEqual([400, 'application/x-protobuf']);
  const body = Buffer.from(await response.arrayBuffer());
  const { OTLP_MALFORMED } = otlpErrors;
  expect([...body.subarray(0, 3)]).toEqual([0x08, OTLP_MALFORMED.rpcCode, 0x12]);
  expect(body.subarray(4).toString()).toContain(OTLP_MALFORMED.sentence);
  expect(body[3]).toBe(body.length - 4);
});

test('another method is refused', async () => {
  const { url } = await start();
  expect((await fetch(`${url}/v1/traces`)).status).toBe(405);
});

test('a body over 64 MiB is refused while it is still being sent', async () => {
  const { url } = await start();
  const response = await post(`${url}/v1/logs`, new Uint8Array(64 * 1024 * 1024 + 1), json);
  expect(response.status).toBe(413);
});

test('a body without a length is counted as it comes', async () => {
  const { url } = await start({ maxBodyBytes: 1000 });
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      for (let index = 0; index < 200; index++) controller.enqueue(new Uint8Array(50_000));
      controller.close();
    },
  });
  const request = { method: 'POST', body, headers: json, duplex: 'half' };
  expect((await fetch(`${url}/v1/logs`, request as RequestInit)).status).toBe(413);
});

test('a handler that throws answers 500, and the receiver goes on', async () => {
  let fail = true;
  const { url } = await start({
    onLogs: () => {
      if (fail) throw new Error('no room');
    },
  });
  const refused = await post(`${url}/v1/logs`, '{}', json);
  expect(refused.status).toBe(500);
  expect(await refused.json()).toEqual({ code: 13, message: expect.stringContaining('no room') });
  fail = false;
  expect((await post(`${url}/v1/logs`, '{}', json)).status).toBe(200);
});

test('a sender that goes away in the middle harms nobody', async () => {
  const { url, port } = await start();
  const socket = connect(port, '127.0.0.1');
  socket.write(
    'POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"res',
  );
  await new Promise((resolve) => setTimeout(resolve, 50));
  socket.destroy();
  await once(socket, 'close');
  expect((await post(`${url}/v1/traces`, jsonBody({}), json)).status).toBe(200);
});

test('close answers what is being handled and frees the port', async () => {
  let release = () => {};
  const entered = new Promise<void>((enter) => {
    release = enter;
  });
  const { url, port, close } = await start({
    onTraces: async () => {
      release();
      await new Promise((resolve) => setTimeout(resolve, 50));
    },
  });
  const response = post(`${url}/v1/traces`, '{}', json);
  await entered;
  await close();
  expect((await response).status).toBe(200);
  const again = await start({ port });
  expect(again.port).toBe(port);
});

test('a port that is taken is an error of the call, not of the process', async () => {
  const { port } = await start();
  await expect(createOtlpReceiver({ port })).rejects.toThrow('EADDRINUSE');
});
