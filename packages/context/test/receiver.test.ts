import { createRequire } from 'node:module';
import {
  createServer,
  type IncomingMessage,
  request as httpRequest,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { connect, createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { context, logs, metrics, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  InMemoryLogRecordExporter,
  LoggerProvider,
  type ReadableLogRecord,
  SimpleLogRecordProcessor,
} from '@opentelemetry/sdk-logs';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import express from 'express';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { currentCall, feedback, startTask, withContext } from '@genvitals/context';
import { attributionIn, keepLastCalls, noteCall } from '@genvitals/context/host';
import {
  createReceiver,
  FeedbackError,
  feedbackErrors,
  type Receiver,
  type ReceiverOptions,
} from '@genvitals/context/receiver';

type Parse = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

/** The parsers of bodies of an Express, as far as they are used. */
interface Parsers {
  json(): Parse;
  raw(options: { readonly type: string }): Parse;
  text(options: { readonly type: string }): Parse;
  urlencoded(options: { readonly extended: boolean }): Parse;
}

const express4 = createRequire(import.meta.url)('express-4-22') as Parsers;
const express5: Parsers = express;
const KEY = 'a secret that is long enough';
const API_TOKEN = 'token-of-the-ticket-system';
const SLOT: unique symbol = Symbol.for('genvitals.context.v1') as never;
const WORDS = { feature: 'support', userId: 'anna', conversationId: 'c-1' };

class TestReader extends MetricReader {
  protected override onForceFlush(): Promise<void> {
    return Promise.resolve();
  }
  protected override onShutdown(): Promise<void> {
    return Promise.resolve();
  }
}

let records: InMemoryLogRecordExporter;
let reader: TestReader;

function leaveProcess(): void {
  for (const api of [context, logs, metrics, trace]) api.disable();
  delete (globalThis as { [SLOT]?: unknown })[SLOT];
  delete process.env['GENVITALS_FEEDBACK_KEY'];
  delete process.env['GENVITALS_USER_ID'];
}

/** What would be a process of its own: nothing of the one before is left. */
function beProcess(env: Readonly<Record<string, string>> = { GENVITALS_FEEDBACK_KEY: KEY }): void {
  leaveProcess();
  Object.assign(process.env, env);
  records = new InMemoryLogRecordExporter();
  reader = new TestReader();
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(new TracerProvider());
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
  logs.setGlobalLoggerProvider(
    new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter: records })] }),
  );
  keepLastCalls();
}

beforeEach(() => {
  beProcess();
});
afterEach(leaveProcess);

let callCount = 0;

/** A call of a model, as the instrumentation notes it, and its token. */
function tokenOfCall(words: object = WORDS): string {
  return withContext(words, () => {
    const span = trace.getTracer('test').startSpan('chat');
    const here = context.active();
    const responseId = `chatcmpl-${callCount++}`;
    noteCall({ span, responseId, feature: 'support', attribution: attributionIn(here) }, here);
    return String(currentCall());
  });
}

function events(): readonly ReadableLogRecord[] {
  return records.getFinishedLogRecords();
}

/** Every counter above 0. */
async function counts(): Promise<Record<string, number>> {
  const { resourceMetrics } = await reader.collect();
  const points = resourceMetrics.scopeMetrics
    .flatMap((scope) => scope.metrics)
    .flatMap(({ descriptor, dataPoints }) =>
      dataPoints.map(({ attributes, value }) => {
        const label =
          attributes['genvitals.feedback.rating'] ??
          attributes['genvitals.task.status'] ??
          attributes['genvitals.conversion.name'] ??
          attributes['genvitals.task.name'] ??
          attributes['genvitals.feature.name'];
        return [`${descriptor.name} ${String(label)}`, Number(value)] as const;
      }),
    );
  return Object.fromEntries(points.filter(([, value]) => value > 0));
}

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A server of node:http with a receiver under a path. */
async function serve(options: ReceiverOptions = {}): Promise<string> {
  const receiver = createReceiver(options);
  return `${await listen((request, response) => void receiver.node(request, response))}/api`;
}

/** A server that hands requests of the Fetch kind on, as hono and Next.js do. */
async function serveFetch(receiver: Receiver): Promise<string> {
  const url = await listen((request, response) => {
    const body = request.method === 'POST' ? Readable.toWeb(request) : null;
    const init = {
      method: request.method,
      headers: request.headers as Record<string, string>,
      body,
      duplex: 'half',
    };
    void (async () => {
      const answer = await receiver.fetch(new Request(`${url}${request.url}`, init as RequestInit));
      response.writeHead(answer.status, Object.fromEntries(answer.headers));
      response.end(await answer.text());
    })();
  });
  return `${url}/api`;
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

async function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Answer['body'],
  };
}

/** A refusal is one row of the errors, whole, and changed nothing. */
function expectRefused(answer: Answer, code: keyof typeof feedbackErrors): void {
  const row = feedbackErrors[code];
  expect(answer.body).toMatchObject({ code, title: row.sentence, status: answer.status, retry: row.retry });
  expect(answer.status).toBe('status' in row ? row.status : 0);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
}

/** What was counted and written. */
async function traces(): Promise<unknown> {
  return { events: events().length, counts: await counts() };
}

const NOTHING = { events: 0, counts: {} };

describe('feedback by HTTP', () => {
  test.each(['node', 'fetch'] as const)(
    'is counted once, and a changed vote stays one (%s)',
    async (kind) => {
      const url = kind === 'node' ? await serve() : await serveFetch(createReceiver());
      const call = tokenOfCall();
      const first = await post(`${url}/v1/feedback`, { call, rating: 'positive' });
      expect(first.status).toBe(200);
      expect(first.body).toMatchObject({ status: 'counted', rating: 'positive' });
      const changed = await post(`${url}/v1/feedback`, { call, score: 0 });
      expect(changed.body).toMatchObject({ status: 'revised', rating: 'negative' });
      expectRefused(await post(`${url}/v1/feedback`, { call, score: 0 }), 'FEEDBACK_REPEATED');
      expect(await counts()).toEqual({ 'genvitals.feedback.submissions positive': 1 });
      expect(events().map(({ attributes }) => attributes['genvitals.feedback.revision'])).toEqual([
        false,
        true,
      ]);
      // What came by HTTP and what the app says itself are one vote.
      expect(feedback({ call, rating: 'neutral' }).status).toBe('revised');
    },
  );

  test('of another process counts under the labels of its call, and never with the id that a visitor claims', async () => {
    const call = tokenOfCall({ ...WORDS, prompt: { name: 'greeting', version: '3' } });
    beProcess({ GENVITALS_FEEDBACK_KEY: KEY, GENVITALS_USER_ID: 'raw' });
    const url = await serve();
    await post(`${url}/v1/feedback`, { call, rating: 'positive', userId: 'berta', responseId: 'x' });
    expect(events()[0]?.attributes).toMatchObject({
      'genvitals.feature.name': 'support',
      'gen_ai.prompt.name': 'greeting',
      'gen_ai.prompt.version': '3',
      'gen_ai.conversation.id': 'c-1',
    });
    expect(JSON.stringify(events().map(({ attributes }) => attributes))).not.toMatch(/anna|berta/);
  });

  test('that is forged, unsigned, expired or of another kind is refused and changes nothing', async () => {
    const url = await serve();
    const call = tokenOfCall();
    const send = (token: unknown): Promise<Answer> =>
      post(`${url}/v1/feedback`, { call: token, rating: 'positive' });
    const at = Math.floor(call.length / 2);
    const forged = call.slice(0, at) + (call[at] === 'A' ? 'B' : 'A') + call.slice(at + 1);
    expectRefused(await send(forged), 'TOKEN_FORGED');
    expectRefused(await send(`${call}AAAA`), 'TOKEN_FORGED');
    expectRefused(await send({}), 'TOKEN_FORGED');
    expectRefused(await send(undefined), 'TOKEN_MISSING');
    expectRefused(await send(withContext(WORDS, () => startTask('refund').token)), 'TOKEN_KIND_WRONG');
    expectRefused(
      await post(`${url}/v1/feedback`, { responseId: 'chatcmpl-1', rating: 'positive' }),
      'TOKEN_MISSING',
    );

    beProcess({ GENVITALS_FEEDBACK_KEY: 'another secret, as long as it' });
    expectRefused(await send(tokenOfCall()), 'TOKEN_FORGED');
    beProcess({ GENVITALS_FEEDBACK_KEY: 'off' });
    expectRefused(await send(tokenOfCall()), 'TOKEN_UNSIGNED');
    beProcess({ GENVITALS_FEEDBACK_KEY: KEY, GENVITALS_FEEDBACK_EXPIRY_DAYS: '0.000001' });
    const brief = tokenOfCall();
    delete process.env['GENVITALS_FEEDBACK_EXPIRY_DAYS'];
    // Tokens are timed in seconds.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expectRefused(await send(brief), 'TOKEN_EXPIRED');
    expect(await traces()).toEqual(NOTHING);
  });

  test('that is oversized, of another type, compressed or no JSON object is refused and changes nothing', async () => {
    const url = await serve();
    const call = tokenOfCall();
    const comment = 'x'.repeat(9000);
    expectRefused(await post(`${url}/v1/feedback`, { call, rating: 'positive', comment }), 'BODY_TOO_LARGE');
    const plain = { 'content-type': 'text/plain' };
    expectRefused(await post(`${url}/v1/feedback`, { call, rating: 'positive' }, plain), 'TYPE_UNSUPPORTED');
    const packed = { 'content-encoding': 'gzip' };
    expectRefused(await post(`${url}/v1/feedback`, { call, rating: 'positive' }, packed), 'TYPE_UNSUPPORTED');
    for (const text of ['', '{', '[]', 'null', '"text"', '\u0000'])
      expectRefused(await post(`${url}/v1/feedback`, text), 'BODY_MALFORMED');
    for (const words of [{}, { rating: 'good' }, { score: 2 }, { score: '1' }, { rating: ['positive'] }])
      expectRefused(await post(`${url}/v1/feedback`, { call, ...words }), 'FEEDBACK_INVALID');
    expect(await traces()).toEqual(NOTHING);
  });

  test.each(['node', 'fetch'] as const)(
    'that is streamed without a length is cut off at the limit (%s)',
    async (kind) => {
      const receiver = createReceiver();
      const url = new URL(kind === 'node' ? await serve() : await serveFetch(receiver));
      const status = await new Promise<number | undefined>((resolve, reject) => {
        const sending = httpRequest(
          {
            port: url.port,
            path: '/api/v1/feedback',
            method: 'POST',
            headers: { 'content-type': 'application/json' },
          },
          (response) => {
            response.resume();
            resolve(response.statusCode);
          },
        );
        sending.on('error', reject);
        for (let part = 0; part < 20; part++) sending.write('x'.repeat(1000));
        sending.end();
      });
      expect(status).toBe(413);
      expect(await traces()).toEqual(NOTHING);
    },
  );

  test('comes from the listed origins and the own host, and from no other page', async () => {
    const url = await serve({ allowedOrigins: ['https://app.example'] });
    const call = tokenOfCall();
    const preflight = await fetch(`${url}/v1/feedback`, {
      method: 'OPTIONS',
      headers: { origin: 'https://app.example', 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect(preflight.headers.get('access-control-allow-headers')).toContain('content-type');
    const stranger = await post(
      `${url}/v1/feedback`,
      { call, rating: 'positive' },
      { origin: 'https://evil.example' },
    );
    expectRefused(stranger, 'ORIGIN_FORBIDDEN');
    expect(stranger.headers.get('access-control-allow-origin')).toBeNull();
    expect(await traces()).toEqual(NOTHING);
    const listed = await post(
      `${url}/v1/feedback`,
      { call, rating: 'good' },
      { origin: 'https://app.example' },
    );
    // A page must be able to read why it was refused.
    expectRefused(listed, 'FEEDBACK_INVALID');
    expect(listed.headers.get('access-control-allow-origin')).toBe('https://app.example');
    const own = await post(
      `${url}/v1/feedback`,
      { call, rating: 'positive' },
      { origin: new URL(url).origin },
    );
    expect(own.status).toBe(200);
  });

  test('is limited by the call and by the address, with the time to wait', async () => {
    const url = await serve({ rateLimit: { perToken: 2, perAddress: 5 } });
    const call = tokenOfCall();
    const statuses: number[] = [];
    for (const rating of ['positive', 'negative', 'neutral'])
      statuses.push((await post(`${url}/v1/feedback`, { call, rating })).status);
    expect(statuses).toEqual([200, 200, 429]);
    const other = { call: tokenOfCall(), rating: 'positive' };
    expect((await post(`${url}/v1/feedback`, other)).status).toBe(200);
    expect((await post(`${url}/v1/feedback`, { call: 'gv1.forged' })).status).toBe(401);
    const limited = await post(`${url}/v1/feedback`, { call: tokenOfCall(), rating: 'positive' });
    expectRefused(limited, 'RATE_LIMITED');
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(events()).toHaveLength(3);
  });

  test('is limited by the address that the app tells, and an IPv6 network is one', async () => {
    const receiver = createReceiver({ rateLimit: { perAddress: 1 } });
    const send = async (address: unknown): Promise<number> => {
      const headers = { 'content-type': 'application/json' };
      const request = new Request('http://app.example/v1/feedback', { method: 'POST', headers, body: '{}' });
      return (await receiver.fetch(request, { address } as never)).status;
    };
    expect([await send('203.0.113.1'), await send('::ffff:203.0.113.1'), await send('203.0.113.2')]).toEqual([
      401, 429, 401,
    ]);
    const network = ['2001:db8::1', '2001:0db8:0:0:ffff::2', '2001:db8:0:1::1'];
    expect([await send(network[0]), await send(network[1]), await send(network[2])]).toEqual([401, 429, 401]);
    // Next.js gives its handlers something else there.
    expect([await send(undefined), await send(7), await send({})]).toEqual([401, 401, 401]);
  });

  test('reaches no other path and by no other method', async () => {
    const url = await serve();
    expectRefused(await post(`${url}/v1/other`, {}), 'PATH_UNKNOWN');
    const got = await fetch(`${url}/v1/feedback`);
    expect(got.status).toBe(405);
    expect(got.headers.get('allow')).toBe('POST, OPTIONS');
  });

  test('is taken where a parser of bodies has been before', async () => {
    const receiver = createReceiver();
    const url = await listen((request, response) => {
      void (async () => {
        const chunks: Buffer[] = [];
        for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
        Object.assign(request, { body: JSON.parse(Buffer.concat(chunks).toString()) });
        await receiver.node(request, response);
      })();
    });
    expect((await post(`${url}/v1/feedback`, { call: tokenOfCall(), rating: 'positive' })).status).toBe(200);
  });

  test.each(
    [express4, express5].flatMap((framework) => [
      framework.json(),
      framework.urlencoded({ extended: false }),
      framework.raw({ type: '*/*' }),
      framework.text({ type: '*/*' }),
    ]),
  )('is taken behind %o of express', async (parse) => {
    const receiver = createReceiver();
    const url = await listen((request, response) => {
      parse(request, response, () => void receiver.node(request, response));
    });
    expect((await post(`${url}/v1/feedback`, { call: tokenOfCall(), rating: 'positive' })).status).toBe(200);
  });
});

test('a page of the own host may send by HTTP/2 too', async () => {
  const receiver = createReceiver();
  const server = createHttp2Server((request, response) => {
    // Http2's are made to be taken for those of node:http.
    void receiver.node(request as unknown as IncomingMessage, response as unknown as ServerResponse);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = connect(`http://127.0.0.1:${port}`);
  onTestFinished(() => {
    client.close();
    server.close();
  });
  const statusOf = (origin: string): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const stream = client.request({
        ':method': 'POST',
        ':path': '/v1/feedback',
        'content-type': 'application/json',
        origin,
      });
      stream.on('response', (headers) => {
        stream.resume();
        resolve(headers[':status']);
      });
      stream.on('error', reject);
      stream.end(JSON.stringify({ call: tokenOfCall(), rating: 'positive' }));
    });
  expect(await statusOf(`http://127.0.0.1:${port}`)).toBe(200);
  const warnings: Error[] = [];
  const note = (warning: Error): void => void warnings.push(warning);
  process.on('warning', note);
  onTestFinished(() => void process.off('warning', note));
  expect(await statusOf('http://evil.example')).toBe(403);
  await new Promise((resolve) => setImmediate(resolve));
  expect(warnings).toEqual([]);
});

test('a user who votes has the id that calls of the same user have, also where it is a number or cut', () => {
  for (const userId of ['u'.repeat(300), 77] as const) {
    beProcess({ GENVITALS_FEEDBACK_KEY: KEY, GENVITALS_USER_ID: 'raw' });
    const ofCall = withContext({ userId: userId as string }, () => attributionIn(context.active())?.userId);
    feedback({ call: tokenOfCall({ feature: 'support' }), rating: 'positive', userId: userId as string });
    expect(events().map(({ attributes }) => attributes['user.id'])).toEqual([ofCall]);
  }
});

test('what a log processor of the app throws at is not counted, and is taken when it is sent again', async () => {
  const url = await serve({ apiTokens: [API_TOKEN] });
  const sent: readonly (readonly [string, object])[] = [
    ['feedback', { call: tokenOfCall(), rating: 'positive' }],
    ['outcomes', { type: 'task', task: startTask('refund').token, status: 'completed' }],
    ['outcomes', { type: 'escalation', of: tokenOfCall() }],
  ];
  const before = await counts();
  let isBroken = true;
  logs.disable();
  const processor = new SimpleLogRecordProcessor({ exporter: records });
  const onEmit = processor.onEmit.bind(processor);
  const odd = Object.assign(processor, {
    onEmit: (record: Parameters<typeof onEmit>[0]) => {
      if (isBroken) throw new Error('of the app');
      onEmit(record);
    },
  });
  logs.setGlobalLoggerProvider(new LoggerProvider({ processors: [odd] }));
  for (const [route, body] of sent) expectRefused(await post(`${url}/v1/${route}`, body), 'NOT_RECORDED');
  expect([events().length, await counts()]).toEqual([0, before]);
  isBroken = false;
  for (const [route, body] of sent) expect((await post(`${url}/v1/${route}`, body)).status).toBe(200);
  expect([events().length, await counts()]).toEqual([
    3,
    {
      ...before,
      'genvitals.feedback.submissions positive': 1,
      'genvitals.task.outcomes completed': 1,
      'genvitals.conversation.escalations support': 1,
    },
  ]);
});

test('a visitor who goes away in the middle leaves the receiver as it was', async () => {
  const url = new URL(await serve());
  await new Promise<void>((resolve) => {
    const headers = { 'content-type': 'application/json', 'content-length': '1000' };
    const sending = httpRequest({ port: url.port, path: '/api/v1/feedback', method: 'POST', headers });
    sending.on('error', () => {
      resolve();
    });
    sending.write('{', () => sending.destroy(new Error('gone')));
  });
  const vote = { call: tokenOfCall(), rating: 'positive' };
  expect((await post(`${url.href}/v1/feedback`, vote)).status).toBe(200);
});

describe('outcomes by HTTP', () => {
  test('of a task are taken by its token, once', async () => {
    const url = await serve();
    const task = withContext(WORDS, () => startTask('refund').token);
    expectRefused(
      await post(`${url}/v1/outcomes`, { type: 'task', task, status: 'abandoned' }),
      'OUTCOME_INVALID',
    );
    expectRefused(await post(`${url}/v1/outcomes`, { type: 'task', status: 'completed' }), 'TOKEN_MISSING');
    const taken = await post(`${url}/v1/outcomes`, { type: 'task', task, status: 'completed' });
    expect([taken.status, taken.body]).toEqual([200, { status: 'counted' }]);
    expectRefused(
      await post(`${url}/v1/outcomes`, { type: 'task', task, status: 'failed' }),
      'OUTCOME_REPEATED',
    );
    expect(await counts()).toEqual({
      'genvitals.task.started refund': 1,
      'genvitals.task.outcomes completed': 1,
    });
  });

  test('of a call: a visitor reports the conversions that are named, without a value, and asks for a person', async () => {
    const url = await serve({ conversionNames: ['signup'] });
    const of = tokenOfCall();
    const conversion = { type: 'conversion', of };
    expectRefused(await post(`${url}/v1/outcomes`, { ...conversion, name: 'sale' }), 'OUTCOME_FORBIDDEN');
    const value = { amount: 1e9, currency: 'EUR' };
    expectRefused(
      await post(`${url}/v1/outcomes`, { ...conversion, name: 'signup', value }),
      'OUTCOME_FORBIDDEN',
    );
    expect(await traces()).toEqual(NOTHING);
    expect((await post(`${url}/v1/outcomes`, { ...conversion, name: 'signup' })).status).toBe(200);
    expectRefused(await post(`${url}/v1/outcomes`, { ...conversion, name: 'signup' }), 'OUTCOME_REPEATED');
    expect((await post(`${url}/v1/outcomes`, { type: 'escalation', of, reason: 'wish' })).status).toBe(200);
    expectRefused(await post(`${url}/v1/outcomes`, { type: 'escalation', of }), 'OUTCOME_REPEATED');
    expectRefused(await post(`${url}/v1/outcomes`, { type: 'else', of }), 'OUTCOME_INVALID');
    expect(await counts()).toEqual({
      'genvitals.conversions signup': 1,
      'genvitals.conversation.escalations support': 1,
    });
  });

  test('of words of another kind than is wanted are refused as such, and change nothing', async () => {
    const url = await serve({ apiTokens: [API_TOKEN], conversionNames: ['signup'] });
    const system = { authorization: `Bearer ${API_TOKEN}` };
    const odd = { toString: 1, valueOf: 1 };
    const of = tokenOfCall();
    const sale = { type: 'conversion', name: 'sale' };
    const signup = { type: 'conversion', of, name: 'signup' };
    for (const type of [odd, ['conversion'], 1])
      expectRefused(await post(`${url}/v1/outcomes`, { ...signup, type }), 'OUTCOME_INVALID');
    for (const name of [odd, ['signup']])
      expectRefused(await post(`${url}/v1/outcomes`, { ...signup, name }), 'OUTCOME_FORBIDDEN');
    for (const currency of [odd, ['EUR']]) {
      const value = { amount: 1, currency };
      expectRefused(await post(`${url}/v1/outcomes`, { ...sale, value }, system), 'OUTCOME_INVALID');
    }
    expect(await traces()).toEqual(NOTHING);
  });

  test('of a visitor have reasons and targets that are words, and nothing that he wrote', async () => {
    const url = await serve({ apiTokens: [API_TOKEN] });
    const written = { reason: 'my name is Anna', target: 'anna@example.com' };
    const task = startTask('refund').token;
    const sent = [
      await post(`${url}/v1/outcomes`, { type: 'escalation', of: tokenOfCall(), ...written }),
      await post(`${url}/v1/outcomes`, { type: 'task', task, status: 'escalated', ...written }),
      await post(`${url}/v1/outcomes`, { type: 'escalation', of: task, reason: 'wish', target: 'tier-2' }),
    ];
    expect(sent.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(
      events().map(({ attributes }) => [
        attributes['genvitals.escalation.reason'],
        attributes['genvitals.escalation.target'],
      ]),
    ).toEqual([
      [undefined, undefined],
      [undefined, undefined],
      ['wish', 'tier-2'],
    ]);
  });

  test('of a system with an API token need no token of a call, and may have a value', async () => {
    const url = await serve({ apiTokens: ['an-older-token-of-it', API_TOKEN], rateLimit: { perAddress: 3 } });
    const system = { authorization: `Bearer ${API_TOKEN}` };
    const sale = {
      type: 'conversion',
      id: 'order-7',
      name: 'sale',
      feature: 'shop',
      value: { amount: 9, currency: 'EUR' },
    };
    expect((await post(`${url}/v1/outcomes`, sale, system)).status).toBe(200);
    expectRefused(await post(`${url}/v1/outcomes`, sale, system), 'OUTCOME_REPEATED');
    const ticket = {
      type: 'task',
      id: 'ticket-7',
      name: 'refund',
      feature: 'shop',
      status: 'escalated',
      target: 'tier2',
    };
    expect((await post(`${url}/v1/outcomes`, ticket, system)).status).toBe(200);
    expectRefused(await post(`${url}/v1/outcomes`, ticket, system), 'OUTCOME_REPEATED');
    const vote = { responseId: 'chatcmpl-77', feature: 'shop', rating: 'negative' };
    expect((await post(`${url}/v1/feedback`, vote, system)).status).toBe(200);
    expect(await counts()).toEqual({
      'genvitals.conversions sale': 1,
      'genvitals.task.outcomes escalated': 1,
      'genvitals.feedback.submissions negative': 1,
    });
    expect(events().every(({ attributes }) => attributes['genvitals.feature.name'] === 'shop')).toBe(true);
    const wrong = { authorization: 'Bearer a-token-of-nobody' };
    for (let attempt = 0; attempt < 3; attempt++)
      expectRefused(await post(`${url}/v1/outcomes`, sale, wrong), 'BEARER_WRONG');
    // Whoever guesses is limited.
    expectRefused(await post(`${url}/v1/outcomes`, sale, wrong), 'RATE_LIMITED');
  });
});

describe('a receiver', () => {
  test('is not made without a key, and says what to do', () => {
    beProcess({});
    expect(() => createReceiver()).toThrow(FeedbackError);
    expect(() => createReceiver()).toThrow(/^KEY_MISSING: .*set GENVITALS_FEEDBACK_KEY/);
    expect(() => createReceiver({ key: [] })).toThrow(/^KEY_MISSING/);
    expect(() => createReceiver({ key: KEY })).not.toThrow();
  });

  test.each([
    [{ key: 'short' }, /key = 5 characters, wanted at least 16 characters/],
    [{ apiTokens: ['short'] }, /apiTokens = 5 characters/],
    [{ apiTokens: ['with spaces in between'] }, /apiTokens/],
    [{ allowedOrigins: ['app.example'] }, /allowedOrigins = "app.example", wanted origins such as/],
    [{ allowedOrigins: ['https://app.example/'] }, /allowedOrigins/],
    [{ allowedOrigins: 'https://app.example' }, /wanted a list of texts/],
    [{ maxBodyBytes: -1 }, /maxBodyBytes = -1, wanted a number above 0/],
    [{ rateLimit: { perToken: Number.NaN } }, /rateLimit.perToken = NaN/],
  ])('is not made with %j', (options, message) => {
    expect(() => createReceiver({ key: KEY, ...options } as ReceiverOptions)).toThrow(message);
    expect(() => createReceiver({ key: KEY, ...options } as ReceiverOptions)).toThrow(
      /^RECEIVER_OPTION_INVALID/,
    );
  });

  test('takes tokens of any of its keys, so that a key can be changed', async () => {
    const call = tokenOfCall();
    const url = await serve({ key: ['a new secret, long enough', KEY] });
    expect((await post(`${url}/v1/feedback`, { call, rating: 'positive' })).status).toBe(200);
  });
});
