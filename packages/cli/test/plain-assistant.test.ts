import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { stage } from './demo-stage-process.ts';

const MINUTE = 60_000;
const plain = new URL('plain-assistant/app.ts', import.meta.url);

test('the plain assistant has no telemetry in it: it imports Express, openai and its own files', () => {
  const imported = [...readFileSync(plain, 'utf8').matchAll(/(?:from|import) '([^']+)'/g)].map(
    (match) => match[1]!,
  );
  expect(imported.filter((name) => !name.startsWith('.')).toSorted()).toEqual(['express', 'openai']);
});

test(
  'one flag tells all calls, tokens and features of an assistant that says nothing itself',
  async () => {
    const { report, tally, counts } = await stage(90, 2, plain);
    const { calls, tokensSent, models } = counts;
    expect(report.calls).toEqual({ total: calls.total, errors: calls.errors, cancelled: calls.aborted });
    expect([calls.errors > 0, calls.aborted > 0, calls.retries]).toEqual([true, true, 0]);
    expect(report.signals).toMatchObject({ spans: calls.total, events: calls.total, counted: calls.total });
    expect(report.tokens).toEqual(tokensSent);
    expect(
      Object.fromEntries(
        Object.entries(report.models).map(([name, group]) => [name, [group.calls.total, group.tokens]]),
      ),
    ).toEqual(
      Object.fromEntries(
        Object.entries(models).map(([name, model]) => [name, [model.calls, model.tokensSent]]),
      ),
    );
    expect(Object.keys(report.features)).toEqual(
      expect.arrayContaining(['/ask', '/chat', '/orders/:number/question', '/summary', 'unset']),
    );
    // A call for each visit, but for the one at the start, of which no request is the cause.
    expect(report.requests).toBe(tally.visits);
    // What only the app could say, it did not.
    expect(report.feedback).toMatchObject({ votes: 0, counted: 0 });
    expect([report.tasks, report.experiments]).toEqual([{}, {}]);
  },
  MINUTE,
);
