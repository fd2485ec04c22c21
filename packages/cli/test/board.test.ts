import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { toBoard } from '../src/demo/board.ts';
import { createCallBook } from '../src/demo/call-book.ts';
import { describeComparison, toComparison } from '../src/demo/comparison.ts';
import { toFigures } from '../src/demo/figures.ts';
import { createShow } from '../src/demo/show.ts';
import { plainStyle } from '../src/text.ts';
import { type FakeCall, toCallCounts, toLogs, toTraces } from './fake-telemetry.ts';

function bookOf(calls: readonly FakeCall[]) {
  const book = createCallBook();
  book.addTraces(toTraces(calls));
  return book;
}

const figuresOf = (calls: readonly FakeCall[]) => toFigures(bookOf(calls).calls());

test('percentiles are times that calls took, by nearest rank', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => ({ seconds: index + 1 }));
  expect(figuresOf(hundred).latency).toEqual({ p50: 50, p95: 95, p99: 99 });
  expect(figuresOf([{ seconds: 3 }]).latency).toEqual({ p50: 3, p95: 3, p99: 3 });
  expect(figuresOf([{ seconds: 1 }, { seconds: 2 }]).latency).toEqual({ p50: 1, p95: 2, p99: 2 });
  expect(figuresOf([]).latency).toEqual({ p50: undefined, p95: undefined, p99: undefined });
});

test('cancelled calls are counted and left out of times, failed ones are in both', () => {
  const figures = figuresOf([
    { seconds: 1 },
    { seconds: 5, outcome: 'error', errorType: '500' },
    { seconds: 90, outcome: 'cancelled' },
  ]);
  expect(figures).toMatchObject({ calls: 3, errors: 1, cancelled: 1, errorsByType: { '500': 1 } });
  expect(figures.latency.p99).toBe(5);
});

test('input tokens of an answer leave embeddings and failures out', () => {
  const figures = figuresOf([
    { input: 300 },
    { input: 100 },
    { kind: 'embeddings', input: 7 },
    { outcome: 'error', errorType: '500' },
  ]);
  expect(figures.inputTokensPerAnswer).toBe(200);
  expect(figures.tokens.input).toBe(407);
});

test('a call that two signals tell of is one call, and the span knows its time', () => {
  const calls = [{ seconds: 2 }, { seconds: 3 }];
  const book = createCallBook();
  book.addLogs(toLogs(calls));
  expect(book.calls().map(({ seconds }) => seconds)).toEqual([undefined, undefined]);
  book.addTraces(toTraces(calls.slice(0, 1)));
  book.addTraces(toTraces(calls.slice(0, 1)));
  expect(book.calls().map(({ seconds }) => seconds)).toEqual([2, undefined]);
  expect(book.signals()).toEqual({ spans: 1, events: 2, counted: 0, countedUsd: undefined });
});

test('a cumulative counter that is sent again is not added again', () => {
  const book = createCallBook();
  book.addMetrics(toCallCounts({ a: 2, b: 1 }));
  book.addMetrics(toCallCounts({ a: 5, b: 1 }));
  expect(book.signals().counted).toBe(6);
});

test('the board fits its width, whatever the names are, and is plain without colours', () => {
  const book = bookOf([
    {
      model: 'ft:gpt-4o-mini-2024-07-18:a-very-long-organisation::abcdefgh',
      feature: '/a/route/that/goes/on/and/on/:id',
    },
    { outcome: 'error', errorType: 'a_code_'.repeat(20) },
    { firstChunk: 0.4, input: 123_456_789, seconds: 1234.5 },
  ]);
  const state = { book, elapsedSeconds: 12, phase: 'visitors are asking', incident: 'something '.repeat(20) };
  for (const width of [80, 40]) {
    const lines = toBoard(state, width, plainStyle);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
    expect(lines.join('\n')).not.toContain('\u001b');
  }
  const text = toBoard(state, 80, plainStyle).join('\n');
  expect(text).toContain('ft:gpt-4o-mini-2024-0…');
  expect(text).toContain('123M');
  expect(text).toMatch(/errors +1: provider 1\n/);
});

test('an empty board has dashes, not noughts or NaN', () => {
  const state = { book: createCallBook(), elapsedSeconds: 0, phase: 'starting', incident: undefined };
  const text = toBoard(state, 80, plainStyle).join('\n');
  expect(text).toContain('first chunk  p50 -, p95 -');
  expect(text).toContain('0 in (- cached), 0 out (- reasoning)');
  expect(text).not.toMatch(/NaN|undefined|Infinity/);
});

test('a call belongs to the side of the incident on which it began', () => {
  const book = bookOf([
    { endedAtMs: 10_000, seconds: 1, input: 500, feature: '/ask' },
    { endedAtMs: 12_000, seconds: 4, input: 700, feature: '/ask' },
    { endedAtMs: 13_000, seconds: 2, input: 50, feature: '/ask', responseModel: 'gpt-next' },
  ]);
  const comparison = toComparison(book, 'context-loss', 10_500);
  expect([comparison.before.all.calls, comparison.after.all.calls]).toEqual([2, 1]);
  const { table, note } = describeComparison(comparison);
  expect(table).toContainEqual(expect.stringMatching(/^input tokens an answer, \/ask +600 +50$/));
  expect(table).toContain('answered for the first time: gpt-next');
  expect(note).toContain('judging');
});

test('a terminal is painted on its other screen and given back as it was', async () => {
  const stdout = Object.assign(new PassThrough(), { isTTY: true, columns: 80, rows: 10 });
  let written = '';
  stdout.setEncoding('utf8').on('data', (part: string) => (written += part));
  const surroundings = {
    env: { TERM: 'xterm' },
    stdin: process.stdin,
    stdout,
    stderr: new PassThrough(),
    signal: new AbortController().signal,
  };
  const show = createShow({ book: bookOf([{ seconds: 1 }]), surroundings, isSilent: false });
  show.phase('visitors are asking');
  show.close();
  show.phase('done');
  await new Promise((resolve) => setImmediate(resolve));
  const enter = written.indexOf('\u001b[?1049h');
  const leave = written.indexOf('\u001b[?1049l');
  expect([enter, leave > enter, written.endsWith('\u001b[?1049l')]).toEqual([0, true, true]);
  expect(written.slice(enter, leave).split('\n').length).toBe(10);
  expect(written).toContain('visitors are asking');
  // Where rows are too few, none of them is spent on nothing.
  expect(written.slice(enter, leave)).not.toContain('\n\u001b[K');
  expect(process.listeners('exit').some((listener) => listener.name === 'close')).toBe(false);
});
