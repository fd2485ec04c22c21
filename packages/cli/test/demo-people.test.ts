import { beforeAll, describe, expect, test } from 'vitest';
import { type Staged, stage } from './demo-stage-process.ts';

const MINUTE = 60_000;

describe('what the assistant says by itself', () => {
  let staged: Staged;
  beforeAll(async () => {
    staged = await stage(150, 2);
  }, MINUTE);

  test('leaves the calls as the server of the API counted them', () => {
    const { report, counts } = staged;
    const { calls, tokensSent } = counts;
    expect(report.calls).toEqual({ total: calls.total, errors: calls.errors, cancelled: calls.aborted });
    expect(report.signals).toMatchObject({ spans: calls.total, events: calls.total, counted: calls.total });
    expect(report.tokens).toEqual(tokensSent);
  });

  test('names every feature, and their costs add up', () => {
    const { report } = staged;
    expect(Object.keys(report.features).toSorted()).toEqual(['ask', 'chat', 'indexing', 'order', 'summary']);
    const costs = Object.values(report.features).map(({ costUsd }) => costUsd ?? 0);
    expect(costs.reduce((sum, usd) => sum + usd)).toBeCloseTo(report.costUsd ?? 0, 10);
  });

  test('tells the votes of the visitors by their last word, and counts a changed one once', () => {
    const { report, tally } = staged;
    const { positive, negative } = tally.votes;
    expect(tally.refused).toBe(0);
    expect([positive > 0, negative > 0, tally.changed > 0]).toEqual([true, true, true]);
    expect(report.feedback).toEqual({
      votes: positive + negative,
      positive,
      negative,
      neutral: 0,
      changed: tally.changed,
      positiveShare: expect.closeTo(positive / (positive + negative), 5),
      negativeShare: expect.closeTo(negative / (positive + negative), 5),
      counted: positive + negative,
    });
    const byFeature = Object.values(report.features).map(({ feedback }) => feedback.votes);
    expect(byFeature.reduce((sum, votes) => sum + votes)).toBe(positive + negative);
  });

  test('tells how tasks ended: by the visitors, and by the assistant where it failed', () => {
    const { report, tally } = staged;
    const tasks = Object.values(report.tasks);
    const sumOf = (key: 'started' | 'completed' | 'failed' | 'escalated' | 'open'): number =>
      tasks.reduce((sum, task) => sum + task[key], 0);
    expect(Object.keys(report.tasks).toSorted()).toEqual(['answer_question', 'track_order']);
    expect(sumOf('completed')).toBe(tally.tasks.completed);
    expect(sumOf('escalated')).toBe(tally.tasks.escalated);
    expect(sumOf('failed')).toBe(tally.tasks.failed + report.calls.errors);
    expect(sumOf('started')).toBe(tally.visits - report.features['summary']!.calls.total);
    expect(sumOf('open')).toBe(sumOf('started') - sumOf('completed') - sumOf('failed') - sumOf('escalated'));
    expect(sumOf('completed')).toBeGreaterThan(sumOf('started') / 2);
  });

  test('tells users apart by hashes, and never names one', () => {
    const { ids } = staged;
    expect(ids.raw).toBe(0);
    expect(ids.users).toBeGreaterThan(10);
    expect(ids.users).toBeLessThanOrEqual(40);
  });

  test('counts each visit as a conversation, and those that a person took over', () => {
    const { report, tally } = staged;
    expect(report.requests).toBe(tally.visits);
    expect(report.conversations).toEqual({
      started: tally.visits,
      escalated: report.features['summary']!.calls.total,
    });
  });

  test('divides a feature among both arms of its experiment, with all that happened there', () => {
    const { report } = staged;
    const ask = report.features['ask']!;
    const { control, candidate } = report.experiments['answer-style']!;
    expect(Object.keys(report.experiments)).toEqual(['answer-style']);
    for (const arm of [control!, candidate!]) {
      expect(arm.units).toBeGreaterThan(2);
      expect(arm.costUsdPerCall).toBeCloseTo(arm.costUsd! / arm.calls.total, 9);
    }
    expect(control!.units + candidate!.units).toBeLessThanOrEqual(40);
    expect(control!.calls.total + candidate!.calls.total).toBe(ask.calls.total);
    expect(control!.costUsd! + candidate!.costUsd!).toBeCloseTo(ask.costUsd!, 10);
    expect(control!.feedback.votes + candidate!.feedback.votes).toBe(ask.feedback.votes);
    // A task is a visit, which made one call of the embedding model.
    const embeddings = (ask.responseModels['text-embedding-3-small'] ?? 0) + ask.calls.errors;
    expect(control!.tasks.started + candidate!.tasks.started).toBe(embeddings);
  });
});
