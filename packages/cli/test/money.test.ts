import { metrics } from '@genvitals/conventions';
import { describe, expect, test } from 'vitest';
import { toBoard, toProgressLine } from '../src/demo/board.ts';
import { createCallBook } from '../src/demo/call-book.ts';
import { toClosing } from '../src/demo/closing.ts';
import { describeComparison, toComparison } from '../src/demo/comparison.ts';
import { toUsd } from '../src/demo/cost-sum.ts';
import { toFigures } from '../src/demo/figures.ts';
import { toReport } from '../src/demo/report.ts';
import { plainStyle } from '../src/text.ts';
import { type FakeCall, toCallCounts, toLimits, toLogs, toMetrics, toTraces } from './fake-telemetry.ts';

function bookOf(calls: readonly FakeCall[]) {
  const book = createCallBook();
  book.addTraces(toTraces(calls));
  return book;
}

type Book = ReturnType<typeof bookOf>;

const stateOf = (book: Book) => ({ book, elapsedSeconds: 9, phase: 'done', incident: undefined });
const boardOf = (book: Book): string => toBoard(stateOf(book), 80, plainStyle).join('\n');
const reportOf = (book: Book) =>
  toReport({ book, seed: 1, real: false, elapsedSeconds: 9, comparison: undefined });

const unpriced: FakeCall = { costStatus: 'none', costReason: 'usage_missing' };
const partial: FakeCall = { costUsd: 0.02, costStatus: 'partial', costReason: 'tool_unpriced' };
const refused: FakeCall = { outcome: 'error', errorType: '429', errorKind: 'quota' };

describe('what calls cost', () => {
  test.each([
    [[{ costUsd: 0.012 }, { costUsd: 0.03 }], '0.0420', '0.0420 USD'],
    [[{ costUsd: 0.012 }, unpriced], '≥0.0120', '≥0.0120 USD; unpriced 1 (usage_missing 1)'],
    [
      [partial, unpriced, unpriced],
      '≥0.0200',
      '≥0.0200 USD; unpriced 2, in part 1 (tool_unpriced 1, usage_missing 2)',
    ],
    [[unpriced, unpriced], 'unpriced', 'unpriced 2 (usage_missing 2)'],
    [[{ costUsd: 0 }], '0', '0 USD'],
    [[refused], '-', '-'],
    [[{ costUsd: 0.012 }, refused], '0.0120', '0.0120 USD'],
  ] satisfies [FakeCall[], string, string][])(
    'the board tells %j as %s, and never as nought',
    (calls, cell, line) => {
      const board = boardOf(bookOf(calls));
      expect(board.replaceAll(/\n {10,}/g, ' ')).toContain(`\n cost         ${line}\n`);
      expect(board).toMatch(new RegExp(`^ /ask .* ${cell.replace('.', '\\.')} +-$`, 'm'));
      expect(board).toMatch(new RegExp(`^ gpt-4o-mini +${cell.replace('.', '\\.')} +\\d`, 'm'));
    },
  );

  test('a call that got no answer is unpriced, as it may be billed; one that was refused costs nothing', () => {
    const costOf = (call: FakeCall) => toFigures(bookOf([call]).calls()).cost;
    const unknown = { usd: undefined, full: 0, partial: 0, unpriced: 1, reasons: { no_answer: 1 } };
    expect(costOf({ outcome: 'cancelled' })).toEqual(unknown);
    expect(costOf({ outcome: 'error', errorType: 'timeout', errorKind: 'network' })).toEqual(unknown);
    const none = { ...unknown, unpriced: 0, reasons: {} };
    expect(costOf(refused)).toEqual(none);
    // As a response that is read again: the telemetry has no cost for it.
    expect(costOf({ outcome: 'success' })).toEqual(none);
  });

  test.each([
    [1234.5, '1235', '≥1235'],
    [123.4, '123', '≥123'],
    [1.234, '1.23', '≥1.23'],
    [0.012_345, '0.0123', '≥0.0123'],
    [0.000_123, '0.00012', '≥0.00012'],
    [0.000_002, '<0.00001', '>0'],
    [0, '0', '≥0'],
  ])('%d USD is written %s, or %s', (usd, whole, bound) => {
    expect([toUsd(usd, true), toUsd(usd, false)]).toEqual([whole, bound]);
  });

  test('the document has USD or null for the whole, each model, each feature, and what is not known', () => {
    const report = reportOf(
      bookOf([
        { costUsd: 2e-7, kind: 'embeddings', model: 'text-embedding-3-small', feature: '/ask' },
        { costUsd: 0.1, feature: '/ask' },
        { ...unpriced, model: 'house-model', feature: '/chat' },
        partial,
      ]),
    );
    expect(report).toMatchObject({
      costUsd: 0.120_000_2,
      costCalls: { full: 2, partial: 1, unpriced: 1 },
      costReasons: { tool_unpriced: 1, usage_missing: 1 },
      signals: { countedUsd: null },
    });
    const costs = (groups: Record<string, { costUsd: number | null }>) =>
      Object.fromEntries(Object.entries(groups).map(([name, { costUsd }]) => [name, costUsd]));
    expect(costs(report.models)).toEqual({
      'gpt-4o-mini': 0.12,
      'house-model': null,
      'text-embedding-3-small': 2e-7,
    });
    expect(costs(report.features)).toEqual({ '/ask': 0.120_000_2, '/chat': null });
  });

  test('a line without a terminal has the cost and fits', () => {
    const book = bookOf([{ costUsd: 0.012, input: 400 }, unpriced]);
    expect(toProgressLine(stateOf(book))).toMatch(/, 400 tokens, ≥0\.0120 USD$/);
    const many = bookOf(Array.from({ length: 1_500 }, () => ({ ...unpriced, costUsd: 0.012, input: 4e6 })));
    expect(toProgressLine(stateOf(many)).length).toBeLessThanOrEqual(80);
  });

  test('the closing says whether the cost counter tells of the same cost', () => {
    const calls = [{ costUsd: 0.1 }, { costUsd: 0.2 }];
    const closingOf = (countedUsd: number): string => {
      const book = bookOf(calls);
      book.addLogs(toLogs(calls));
      book.addMetrics(toCallCounts({ a: 2 }));
      book.addMetrics(toMetrics(metrics.clientCost.name, [[{}, countedUsd]]));
      return toClosing(book, undefined, plainStyle).join(' ').replaceAll(/\s+/g, ' ');
    };
    expect(closingOf(0.3)).toContain('the same 2 calls and the same cost: nothing was sampled away');
    expect(closingOf(0.31)).toContain('the same 2 calls: nothing was sampled away');
  });
});

describe('what rate limits leave', () => {
  test('the board and the document have the newest answer, and of several servers the tightest', () => {
    const book = bookOf([{ costUsd: 0.1 }]);
    for (const data of [
      ...toLimits('gpt-4o-mini', 'requests', [90, 100]),
      ...toLimits('gpt-4o-mini', 'requests', [7, 100]),
      ...toLimits('gpt-4o-mini', 'tokens', [1_000, 1_000]),
      ...toLimits('gpt-4o-mini', 'tokens', [0, 2_000], 'eu.api.openai.com'),
      ...toLimits('another', 'requests', [0, 1]),
    ])
      book.addMetrics(data);
    expect(boardOf(book)).toMatch(/^ gpt-4o-mini +0\.100 +0 +7 % +0 %$/m);
    expect(reportOf(book).models['gpt-4o-mini']).toMatchObject({
      rateLimits: {
        requests: { limit: 100, remaining: 7, left: 0.07 },
        tokens: { limit: 2_000, remaining: 0, left: 0 },
      },
    });
  });

  test('where no answer told of a limit there is a dash, and null', () => {
    const book = bookOf([{ costUsd: 0.1 }]);
    expect(boardOf(book)).toMatch(/^ gpt-4o-mini +0\.100 +0 +- +-$/m);
    expect(reportOf(book).models['gpt-4o-mini']).toMatchObject({
      rateLimits: { requests: null, tokens: null },
      leastLeft: { requests: null, tokens: null },
    });
  });
});

test('the sides of an incident have their cost and the least that limits left', () => {
  const book = bookOf([
    { endedAtMs: 10_000, costUsd: 0.001, requests: [90, 100] },
    { endedAtMs: 10_001, costUsd: 0.001, requests: [95, 100] },
    { endedAtMs: 13_000, costUsd: 0.006, requests: [0, 15] },
    { endedAtMs: 14_000, ...unpriced, requests: [14, 15] },
  ]);
  const { before, after } = toComparison(book, 'cost-explosion', 10_500);
  expect([before.all.cost.usd, after.all.cost.usd]).toEqual([0.002, 0.006]);
  const { table } = describeComparison({ incident: 'cost-explosion', before, after });
  expect(table).toContainEqual(expect.stringMatching(/^least left of a limit on requests +90 % +0 %$/));
});
