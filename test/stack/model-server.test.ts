import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { statusCodes, type Span } from '@genvitals/otlp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { API_KEY, calls, CHUNKS_READ, SENTINEL, type CallName } from './app/calls.ts';
import { createReceivedTelemetry, type ReceivedTelemetry } from './received-telemetry.ts';
import { createRecordingProxy, type RecordingProxy } from './recording-proxy.ts';
import { runApp, type AppEnd, type AppRow } from './run-app.ts';
import { MODEL, startModelServer, type ModelServer } from './servers/model/model-server.ts';
import { truthsOf, type Truth } from './truth.ts';

const CALL_SCOPE = '@genvitals/instrumentation-openai';
const DETAILS_EVENT = 'gen_ai.client.inference.operation.details';
const allCalls = Object.keys(calls) as CallName[];
/** Calls that the app itself stops. */
const stoppedByApp: ReadonlySet<string> = new Set<CallName>(['left by break']);
/** Long enough that no name or word of ours is in it by chance. */
const ANSWER_PIECE_CHARS = 12;
/** Further on the server's errors name the path of the request, which is no secret. */
const ERROR_PIECE_CHARS = 19;

const rows: readonly (AppRow & { readonly hasHttpSpans: boolean })[] = [
  { openai: 'openai-6-49', system: 'cjs', under: 'its own SDK', hasHttpSpans: false },
  { openai: 'openai-7-57', system: 'esm', under: 'its own SDK', hasHttpSpans: false },
  { openai: 'openai-6-49', system: 'esm', under: 'the one flag', hasHttpSpans: true },
  { openai: 'openai-7-57', system: 'cjs', under: 'the one flag', hasHttpSpans: true },
];

let server: ModelServer;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'genvitals-stack-'));
  server = await startModelServer();
});
afterAll(async () => {
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What an app run left behind, to be compared. */
interface Run {
  readonly end: AppEnd;
  readonly received: ReceivedTelemetry;
  readonly callLines: readonly Record<string, unknown>[];
  readonly callLog: string;
}

async function run(row: AppRow, names: readonly CallName[], baseUrl: string): Promise<Run> {
  const received = await createReceivedTelemetry();
  const path = join(mkdtempSync(join(folder, 'run-')), 'calls.log');
  const end = await runApp(row, names, { baseUrl, otlpUrl: received.url, callLog: path });
  const callLog = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const callLines = callLog
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { end, received, callLines, callLog };
}

const byStart = (a: Span, b: Span): number => Number(a.startTimeUnixNano - b.startTimeUnixNano);
const callSpans = ({ received }: Run): Span[] =>
  received.spans.filter(({ scopeName }) => scopeName === CALL_SCOPE).toSorted(byStart);

const keyOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : 'none';

/** Sum over the points of a counter, by the value of one label. */
function sumBy(received: ReceivedTelemetry, name: string, label: string): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { attributes, value } of received.counter(name)) {
    if (value === undefined || value === 0) continue;
    const key = keyOf(attributes[label]);
    sums[key] = (sums[key] ?? 0) + value;
  }
  return sums;
}

function count(values: readonly unknown[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[keyOf(value)] = (counts[keyOf(value)] ?? 0) + 1;
  return counts;
}

function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  for (let from = 0; from + ANSWER_PIECE_CHARS <= text.length; from += ANSWER_PIECE_CHARS) {
    pieces.push(text.slice(from, from + ANSWER_PIECE_CHARS));
  }
  return pieces;
}

const statusOf = ({ statuses }: Truth): number => statuses.at(-1)!;

/** The error that a call has to end with, for what came over the wire and what the app met. */
function errorOf(truth: Truth, end: AppEnd): { readonly type: string; readonly kind: string } | undefined {
  const status = statusOf(truth);
  if (status >= 400) {
    return { type: truth.refusal?.code ?? String(status), kind: status >= 500 ? 'provider' : 'request' };
  }
  const seen = end.seen.find(({ call }) => call === truth.call);
  return seen !== undefined && 'error' in seen ? { type: seen.error.name, kind: 'network' } : undefined;
}

function outcomeOf(truth: Truth, end: AppEnd): string {
  if (errorOf(truth, end) !== undefined) return 'error';
  if (stoppedByApp.has(truth.call)) return 'cancelled';
  // A stream that broke off before its finish reason was cut on its way, whatever its status.
  const isCut = truth.streamed && truth.finishReason === undefined;
  return isCut || truth.finishReason === 'length' ? 'incomplete' : 'success';
}

/** An answer began, and nobody said what it used. */
const lacksUsage = (truth: Truth): boolean => statusOf(truth) === 200 && truth.usage === undefined;

describe.each(rows)('$openai as $system under $under', (row) => {
  let proxy: RecordingProxy;
  let result: Run;
  let truths: readonly Truth[];
  const truth = (call: CallName): Truth => truths.find((one) => one.call === call)!;

  beforeAll(async () => {
    proxy = await createRecordingProxy(server.url);
    result = await run(row, allCalls, proxy.url);
    truths = truthsOf(proxy.exchanges);
  });
  afterAll(async () => {
    await result?.received.close();
    await proxy?.close();
  });

  test('the app ends well, says nothing on stderr and sees what the server sent', () => {
    expect(result.end.stderr).toBe('');
    expect(result.end.exitCode).toBe(0);
    expect(result.end.seen.map(({ call }) => call)).toEqual(allCalls);
    const wanted = result.end.seen.map((seen) => {
      const { id, usage, statuses, refusal, streamed, chunks } = truth(seen.call);
      if (refusal !== undefined || statuses.at(-1) !== 200) return { error: { status: statuses.at(-1) } };
      if (seen.call === 'cut short' && 'error' in seen) return { error: { name: 'TypeError' } };
      if (stoppedByApp.has(seen.call)) return { value: { chunks: CHUNKS_READ } };
      if (streamed) return { value: { chunks } };
      return { value: { id, usage: { prompt_tokens: usage?.input, completion_tokens: usage?.output } } };
    });
    expect(result.end.seen).toMatchObject(wanted);
  });

  test('the server has the ways it is used for here', () => {
    expect(truths.filter(({ usage }) => usage !== undefined).map(({ call }) => call)).toEqual([
      'plain',
      'grammar',
      'cutting another',
      'completion',
    ]);
    expect(truth('streamed with usage asked for')).toMatchObject({ statuses: [200], usage: undefined });
    expect(truth('cut short')).toMatchObject({ statuses: [200], finishReason: undefined });
    expect(truth('a schema, tried three times').statuses).toEqual([500, 500, 500]);
    expect(truth('messages that are none').statuses).toEqual([500]);
    expect(truth('messages that are none').refusal?.message).toContain(SENTINEL);
    expect(truth('a streamed call that is refused').refusal?.message).toContain(SENTINEL);
    expect(truth('too long').refusal?.code).toBe('context_length_exceeded');
    // The refusal comes when the status is already sent: an answer without a word in it.
    expect(truth('too long, streamed')).toMatchObject({ statuses: [200], id: undefined });
    expect(truth('responses').statuses).toEqual([404]);
    expect(truth('embeddings').statuses).toEqual([500]);
    expect(truth('plain').answer).not.toBe('');
  });

  test('every call has one ended span, which tells how it went', () => {
    const told = callSpans(result).map(({ attributes, status }) => ({
      outcome: attributes['genvitals.outcome'],
      id: attributes['gen_ai.response.id'],
      model: attributes['gen_ai.request.model'],
      errorType: attributes['error.type'],
      errorKind: attributes['genvitals.error.kind'],
      retries: attributes['genvitals.request.retry.count'] ?? 0,
      isError: status.code === statusCodes.error,
    }));
    const wanted = truths.map((one) => ({
      outcome: outcomeOf(one, result.end),
      id: one.id,
      model: MODEL,
      errorType: errorOf(one, result.end)?.type,
      errorKind: errorOf(one, result.end)?.kind,
      retries: one.statuses.length - 1,
      isError: errorOf(one, result.end) !== undefined,
    }));
    expect(told).toEqual(wanted);
  });

  test('tokens are those that the server counted, in spans, events and lines', () => {
    const wanted = truths.map(({ usage }) => [usage?.input, usage?.output]);
    const tokens = (attributes: Span['attributes']): unknown[] => [
      attributes['gen_ai.usage.input_tokens'],
      attributes['gen_ai.usage.output_tokens'],
    ];
    const spans = callSpans(result);
    expect(spans.map(({ attributes }) => tokens(attributes))).toEqual(wanted);

    const details = result.received.logRecords.filter(({ eventName }) => eventName === DETAILS_EVENT);
    expect(details).toHaveLength(spans.length);
    const events = spans.map(({ spanId }) => details.find((record) => record.spanId === spanId)!);
    expect(events.map(({ attributes }) => tokens(attributes))).toEqual(wanted);

    expect(result.callLines).toHaveLength(spans.length);
    const lines = spans.map(({ spanId }) => result.callLines.find((line) => line['span_id'] === spanId)!);
    expect(lines.map((line) => [line['input_tokens'], line['output_tokens']])).toEqual(wanted);
    expect(lines.map((line) => line['outcome'])).toEqual(truths.map((one) => outcomeOf(one, result.end)));
  });

  test('counters add up to what the server counted', () => {
    const usages = truths.flatMap(({ usage }) => usage ?? []);
    expect(sumBy(result.received, 'genvitals.client.tokens', 'genvitals.token.kind')).toEqual({
      input: usages.reduce((sum, { input }) => sum + input, 0),
      output: usages.reduce((sum, { output }) => sum + output, 0),
    });
    expect(sumBy(result.received, 'genvitals.client.calls', 'genvitals.outcome')).toEqual(
      count(truths.map((one) => outcomeOf(one, result.end))),
    );
    expect(sumBy(result.received, 'genvitals.client.calls', 'error.type')).toEqual(
      count(truths.map((one) => errorOf(one, result.end)?.type)),
    );
    expect(sumBy(result.received, 'genvitals.client.attempts', 'http.response.status_code')).toEqual(
      count(proxy.exchanges.map(({ status }) => status)),
    );
  });

  test('calls for which no usage came are marked and counted', () => {
    const missing = truths.map((one) => (lacksUsage(one) ? true : undefined));
    expect(callSpans(result).map(({ attributes }) => attributes['genvitals.usage.missing'])).toEqual(missing);
    const counted = sumBy(result.received, 'genvitals.client.usage_missing', 'gen_ai.provider.name');
    expect(counted).toEqual({ localhost: truths.filter(lacksUsage).length });
  });

  test('each HTTP request is a child of its call where fetch is traced', () => {
    const spans = callSpans(result);
    const others = result.received.spans.filter(({ scopeName }) => scopeName !== CALL_SCOPE);
    const children = spans.map(
      ({ spanId, traceId }) =>
        others.filter((one) => one.parentSpanId === spanId && one.traceId === traceId).length,
    );
    expect(children).toEqual(truths.map(({ statuses }) => (row.hasHttpSpans ? statuses.length : 0)));
    expect(others).toHaveLength(children.reduce((sum, one) => sum + one, 0));
  });

  test('no prompt, answer, key or word of an error is in any signal', () => {
    const signals = [result.received.wire(), result.callLog].join('\n');
    expect(signals).toContain(MODEL);
    const pieces = truths.flatMap(({ answer, refusal }) => [
      ...piecesOf(answer),
      ...(refusal === undefined ? [] : [refusal.message.slice(0, ERROR_PIECE_CHARS)]),
    ]);
    expect(pieces.length).toBeGreaterThan(0);
    const secrets = [SENTINEL, API_KEY, 'Ada', 'Grace', ...pieces];
    expect(secrets.filter((secret) => signals.includes(secret))).toEqual([]);
  });
});

describe('once the server has stopped', () => {
  beforeAll(() => server.close());

  test.each(rows)('$openai as $system under $under: a refused connection is a network error', async (row) => {
    const result = await run(row, ['plain'], server.url);
    await result.received.close();
    expect(result.end).toMatchObject({ exitCode: 0, stderr: '' });
    expect(result.end.seen).toEqual([{ call: 'plain', error: { name: 'APIConnectionError' } }]);
    const spans = callSpans(result);
    expect(spans).toHaveLength(1);
    expect(spans[0]?.status.code).toBe(statusCodes.error);
    expect(spans[0]?.attributes).toMatchObject({
      'genvitals.outcome': 'error',
      'genvitals.error.kind': 'network',
      'error.type': 'APIConnectionError',
      'genvitals.request.retry.count': 2,
    });
    expect(sumBy(result.received, 'genvitals.client.calls', 'genvitals.error.kind')).toEqual({ network: 1 });
    expect(sumBy(result.received, 'genvitals.client.attempts', 'http.response.status_code')).toEqual({
      // No response, so no status.
      none: 3,
    });
    expect(result.received.counter('genvitals.client.usage_missing').map(({ value }) => value)).not.toContain(
      1,
    );
    expect(result.received.wire() + result.callLog).not.toContain(SENTINEL);
  });
});
