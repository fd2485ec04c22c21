import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

import { chatSpan, defineFamily, failedChatSpan, oneSpan, type Expectation } from '../scenario.ts';
import { apiError, cutBody, hangUp, json, silence, stalledBody, text } from '../server/answers.ts';
import { chatBody } from '../server/bodies.ts';
import { isAtLeast, type OpenAIVersion } from '../openai-versions.ts';
import type { Stage } from '../child/stage.ts';
import { chatParams } from './chat.ts';
import { streamParams } from './streams.ts';

/** A port where nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function failingCall(t: Stage, params: object = chatParams, options?: object): Promise<void> {
  const client = t.client({ maxRetries: 0 });
  const error = (await t.outcome('call', client.chat.completions.create(params, options))) as any;
  t.log(error.constructor.name, error instanceof Error, error instanceof t.OpenAI.APIError);
  t.log(String(error), error.status, error.code, error.type, error.param, error.request_id, error.requestID);
  t.log(error.headers, error.error);
}

interface StatusRow {
  readonly status: number;
  readonly code?: string;
  readonly type: string;
  readonly kind: 'provider' | 'quota' | 'request';
}

/** Each status the API answers with, and what the call's error.type and kind are then. */
const statusRows: readonly StatusRow[] = [
  { status: 400, code: 'unsupported_parameter', type: 'unsupported_parameter', kind: 'request' },
  { status: 401, code: 'invalid_api_key', type: 'invalid_api_key', kind: 'request' },
  { status: 403, type: '403', kind: 'request' },
  { status: 404, code: 'model_not_found', type: 'model_not_found', kind: 'request' },
  { status: 409, type: '409', kind: 'request' },
  { status: 413, type: '413', kind: 'request' },
  { status: 422, type: '422', kind: 'request' },
  { status: 429, code: 'insufficient_quota', type: 'insufficient_quota', kind: 'quota' },
  { status: 500, type: '500', kind: 'provider' },
  { status: 503, type: '503', kind: 'provider' },
];

/** Headers came, and the body could not be read. */
const unread = { usageMissing: true } as const;

/** node-fetch, the fetch of openai 4, wraps what goes wrong while a body is read. */
function bodyError(version: OpenAIVersion, nodeFetch: string, native: string): string {
  return version.major === 4 ? nodeFetch : native;
}

function retried(retries: number): Expectation {
  return oneSpan(chatSpan({ retries }));
}

export const failures = defineFamily('Failures and retries', [
  ...statusRows.map(({ status, code, type, kind }) => ({
    name: `HTTP ${status}`,
    ...(status === 400 || status === 500 ? { everywhere: true as const } : {}),
    run: (t: Stage) => {
      t.play(apiError(status, { code: code ?? null, param: 'messages[0]' }));
      return failingCall(t);
    },
    expect: oneSpan(failedChatSpan(type, kind)),
  })),
  {
    name: 'a failing streamed call',
    async run(t) {
      t.play(apiError(400, { code: 'invalid_value' }));
      await failingCall(t, streamParams);
    },
    expect: oneSpan(failedChatSpan('invalid_value', 'request')),
  },
  {
    name: 'an error code that quotes the prompt',
    async run(t) {
      t.play(apiError(400, { code: 'SENTINEL prompt, quoted as a code' }));
      await failingCall(t);
    },
    expect: oneSpan(failedChatSpan('400', 'request')),
  },
  {
    name: 'an error body that is HTML',
    async run(t) {
      t.play(text('<html>SENTINEL</html>', { status: 502, contentType: 'text/html' }));
      await failingCall(t);
    },
    expect: oneSpan(failedChatSpan('502', 'provider')),
  },
  {
    name: 'an error body that is empty',
    async run(t) {
      t.play(text('', { status: 404 }));
      await failingCall(t);
    },
    expect: oneSpan(failedChatSpan('404', 'request')),
  },
  {
    name: 'an error body of another shape',
    async run(t) {
      t.play(
        json({ detail: [{ msg: 'SENTINEL' }] }, { status: 422 }),
        json({ error: 'SENTINEL' }, { status: 400 }),
      );
      await failingCall(t);
      await failingCall(t);
    },
    expect: { spans: [failedChatSpan('422', 'request'), failedChatSpan('400', 'request')] },
  },
  {
    name: 'a redirect without a place to go',
    async run(t) {
      t.play(text('', { status: 304 }));
      await failingCall(t);
    },
    expect: oneSpan(failedChatSpan('304', 'request')),
  },
  {
    name: 'a body that is no valid JSON',
    everywhere: true,
    async run(t) {
      t.play(text('{"id": SENTINEL', { contentType: 'application/json' }));
      const client = t.client();
      await t.outcome('call', client.chat.completions.create(chatParams));
      await t.outcome('withResponse', client.chat.completions.create(chatParams).withResponse());
    },
    expect: (version) => {
      const span = failedChatSpan(bodyError(version, 'FetchError', 'SyntaxError'), 'client', unread);
      return { spans: [span, span] };
    },
  },
  {
    name: 'an empty body',
    async run(t) {
      t.play(text('', { contentType: 'application/json' }));
      await t.outcome('call', t.client().chat.completions.create(chatParams));
    },
    expect: (version) =>
      isAtLeast(version, '7.5')
        ? oneSpan({ name: 'chat gpt-4o-mini', outcome: 'success', usageMissing: true })
        : oneSpan(failedChatSpan(bodyError(version, 'FetchError', 'SyntaxError'), 'client', unread)),
  },
  {
    name: 'HTTP 204',
    async run(t) {
      t.play(text('', { status: 204 }));
      await t.outcome('call', t.client().chat.completions.create(chatParams));
    },
    expect: oneSpan({ name: 'chat gpt-4o-mini', outcome: 'success', usageMissing: true }),
  },
  {
    name: 'a body that breaks off',
    async run(t) {
      t.play(cutBody);
      await t.outcome('call', t.client({ maxRetries: 0 }).chat.completions.create(chatParams));
    },
    expect: (version) =>
      oneSpan(failedChatSpan(bodyError(version, 'FetchError', 'TypeError'), 'network', unread)),
  },
  {
    name: 'nobody listens',
    everywhere: true,
    async run(t) {
      const client = t.client({ baseURL: `http://127.0.0.1:${await closedPort()}/v1`, maxRetries: 0 });
      const error = await t.outcome('call', client.chat.completions.create(chatParams));
      t.log(error instanceof t.OpenAI.APIConnectionError);
    },
    expect: { spans: [failedChatSpan('APIConnectionError', 'network')], attempts: 1 },
  },
  {
    name: 'nobody listens, and the retries run out',
    async run(t) {
      t.shortenSleeps();
      const client = t.client({ baseURL: `http://127.0.0.1:${await closedPort()}/v1` });
      await t.outcome('call', client.chat.completions.create(chatParams));
    },
    expect: { spans: [failedChatSpan('APIConnectionError', 'network', { retries: 2 })], attempts: 3 },
  },
  {
    name: 'the connection breaks before headers, then the retry succeeds',
    async run(t) {
      t.shortenSleeps();
      t.play(hangUp, json(chatBody()));
      return t.client().chat.completions.create(chatParams);
    },
    expect: retried(1),
  },
  {
    name: 'a timeout',
    everywhere: true,
    async run(t) {
      t.play(silence);
      const client = t.client({ maxRetries: 0, timeout: 100 });
      const error = await t.outcome('call', client.chat.completions.create(chatParams));
      t.log(error instanceof t.OpenAI.APIConnectionTimeoutError);
    },
    expect: oneSpan(failedChatSpan('APIConnectionTimeoutError', 'network')),
  },
  {
    name: 'a timeout, then the retry succeeds',
    async run(t) {
      t.shortenSleeps();
      t.play(silence, json(chatBody()));
      return t.client({ timeout: 340 }).chat.completions.create(chatParams);
    },
    expect: retried(1),
  },
  {
    name: 'a body that stalls is asked for again from the parse step',
    since: '7.5',
    everywhere: true,
    async run(t) {
      t.shortenSleeps();
      t.play(stalledBody, json(chatBody()));
      // Long enough for the second answer on a busy machine, and too short to be taken for a sleep.
      return t.client({ timeout: 340 }).chat.completions.create(chatParams).withResponse();
    },
    expect: retried(1),
  },
  {
    name: 'a body that stalls until the retries run out',
    since: '7.5',
    async run(t) {
      t.shortenSleeps();
      t.play(stalledBody);
      await t.outcome('call', t.client({ timeout: 150, maxRetries: 1 }).chat.completions.create(chatParams));
    },
    expect: oneSpan(failedChatSpan('APIConnectionTimeoutError', 'network', { retries: 1, ...unread })),
  },
  {
    name: 'a 429 with retry-after, then success',
    everywhere: true,
    async run(t) {
      t.shortenSleeps();
      t.play(apiError(429, { code: 'rate_limit_exceeded' }, { 'retry-after': '1' }), json(chatBody()));
      return t.client().chat.completions.create(chatParams);
    },
    expect: retried(1),
  },
  {
    name: 'a 500, then success',
    everywhere: true,
    async run(t) {
      t.shortenSleeps();
      t.play(apiError(500, {}), json(chatBody()));
      const promise = t.client().chat.completions.create(chatParams);
      return promise.withResponse();
    },
    expect: retried(1),
  },
  {
    name: 'three 500s: the retries run out',
    everywhere: true,
    async run(t) {
      t.shortenSleeps();
      t.play(apiError(500, {}));
      await t.outcome('call', t.client().chat.completions.create(chatParams));
    },
    expect: oneSpan(failedChatSpan('500', 'provider', { retries: 2 })),
  },
  {
    name: 'a 500, then a 400',
    async run(t) {
      t.shortenSleeps();
      t.play(apiError(500, {}), apiError(400, { code: 'invalid_value' }));
      await t.outcome('call', t.client().chat.completions.create(chatParams));
    },
    expect: oneSpan(failedChatSpan('invalid_value', 'request', { retries: 1 })),
  },
  {
    name: 'x-should-retry rules over the status',
    async run(t) {
      t.shortenSleeps();
      t.play(
        apiError(400, {}, { 'x-should-retry': 'true' }),
        apiError(500, {}, { 'x-should-retry': 'false' }),
      );
      await t.outcome('call', t.client().chat.completions.create(chatParams));
    },
    expect: oneSpan(failedChatSpan('500', 'provider', { retries: 1 })),
  },
  {
    name: 'maxRetries of one request',
    async run(t) {
      t.shortenSleeps();
      t.play(apiError(503, {}));
      const options = t.track('options', { maxRetries: 1 });
      await t.outcome('call', t.client().chat.completions.create(chatParams, options));
    },
    expect: oneSpan(failedChatSpan('503', 'provider', { retries: 1 })),
  },
  {
    name: 'two calls that are retried at the same time',
    async run(t) {
      t.shortenSleeps();
      t.play(apiError(500, {}), apiError(500, {}), json(chatBody()));
      const client = t.client();
      const calls = [client.chat.completions.create(chatParams), client.chat.completions.create(chatParams)];
      return (await Promise.all(calls)).map(({ id }: { id: string }) => id);
    },
    expect: { spans: [chatSpan({ retries: 1 }), chatSpan({ retries: 1 })] },
  },
  {
    name: 'an abort between two attempts',
    async run(t) {
      const controller = new AbortController();
      t.play(apiError(500, {}, { 'retry-after': '1' }), json(chatBody()));
      const call = t.client().chat.completions.create(chatParams, { signal: controller.signal });
      await t.arrived(1);
      await t.pause(40);
      controller.abort();
      t.shortenSleeps();
      await t.outcome('call', call);
    },
    expect: oneSpan({ name: 'chat gpt-4o-mini', outcome: 'cancelled' }),
  },
]);
