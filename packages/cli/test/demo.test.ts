import { createSimulator } from '@genvitals/openai-simulator';
import { describe, expect, onTestFinished, test } from 'vitest';
import { report } from './demo-report.ts';
import { run } from './genvitals-process.ts';

const MINUTE = 60_000;

describe('the report', () => {
  test(
    'counts every call once, the same in traces, events and metrics, and meets the number asked for',
    async () => {
      const found = await report(['--calls', '40', '--seed', '7']);
      expect(found.calls.total).toBe(40);
      expect(found.signals).toMatchObject({ spans: 40, events: 40, counted: 40 });
      expect(found.instrumentation).toEqual({
        openaiVersion: expect.stringMatching(/^7\./),
        seam: 'request',
      });
      expect(Object.keys(found.features)).toEqual(expect.arrayContaining(['ask', 'chat', 'indexing']));
      expect(found.features['indexing']!.calls.total).toBe(1);
      const { p50, p95, p99 } = found.latencySeconds;
      expect([0.02 < p50, p50 <= p95, p95 <= p99, p99 < 20]).toEqual([true, true, true, true]);
      expect(found.firstChunkSeconds.p50).toBeGreaterThan(0.05);
      expect(found.firstChunkSeconds.p50).toBeLessThan(found.models['gpt-4o-mini']!.latencySeconds.p99);
      expect(found.incident).toBeNull();
    },
    MINUTE,
  );

  test(
    'equals what the server of the API counted, with refused and broken-off calls among them',
    async () => {
      const simulator = await createSimulator({ seed: 7, latencyScale: 0.5 });
      onTestFinished(() => simulator.close());
      const found = await report(['--real', '--yes', '--calls', '90', '--seed', '2'], {
        OPENAI_API_KEY: 'sk-test',
        OPENAI_BASE_URL: simulator.url,
      });
      const { calls, tokensSent, models } = simulator.counts();
      expect(found.calls).toEqual({ total: calls.total, errors: calls.errors, cancelled: calls.aborted });
      expect([calls.errors > 0, calls.aborted > 0, calls.retries]).toEqual([true, true, 0]);
      expect(found.tokens).toEqual(tokensSent);
      expect(found.tokens.cached).toBeGreaterThan(0);
      expect(found.tokens.reasoning).toBeGreaterThan(0);
      expect(
        Object.fromEntries(
          Object.entries(found.models).map(([name, group]) => [name, [group.calls.total, group.tokens]]),
        ),
      ).toEqual(
        Object.fromEntries(
          Object.entries(models).map(([name, model]) => [name, [model.calls, model.tokensSent]]),
        ),
      );
    },
    MINUTE,
  );

  test(
    'tells the same cost by call, by model, by feature and by the counter, and prices every call that has usage',
    async () => {
      const found = await report(['--calls', '60', '--seed', '1']);
      const whole = found.costUsd!;
      const sum = (groups: Record<string, { costUsd: number | null }>): number =>
        Object.values(groups).reduce((total, { costUsd }) => total + (costUsd ?? 0), 0);
      expect(whole).toBeGreaterThan(0.001);
      expect(whole).toBeLessThan(0.05);
      expect(sum(found.models)).toBeCloseTo(whole, 10);
      expect(sum(found.features)).toBeCloseTo(whole, 10);
      expect(found.signals.countedUsd).toBeCloseTo(whole, 10);
      // text-embedding-3-small: 0.02 USD for a million tokens, and nothing else is billed.
      const embedding = found.models['text-embedding-3-small']!;
      expect(embedding.costUsd).toBeCloseTo((embedding.tokens.input * 0.02) / 1e6, 12);
      // gpt-4o-mini: 0.15 in, 0.075 from the cache, 0.60 out.
      const { tokens, costUsd } = found.models['gpt-4o-mini']!;
      const uncached = tokens.input - tokens.cached;
      const byHand = uncached * 0.15 + tokens.cached * 0.075 + tokens.output * 0.6;
      expect(costUsd).toBeCloseTo(byHand / 1e6, 12);
      const { full, partial, unpriced } = found.costCalls;
      expect([full + unpriced + found.calls.errors, partial]).toEqual([60, 0]);
      // Who leaves before the usage is sent leaves a call that nobody can price.
      expect(unpriced).toBe(found.calls.cancelled);
    },
    MINUTE,
  );

  test(
    'shows that requests cost more when answers explode',
    async () => {
      const dearer = await report(['--calls', '60', '--incident', 'cost-explosion']);
      const { before, after } = dearer.incident!;
      expect(after.costUsdPerRequest).toBeGreaterThan(before.costUsdPerRequest * 1.5);
      expect((before.costUsd ?? 0) + (after.costUsd ?? 0)).toBeCloseTo(dearer.costUsd!, 10);
    },
    MINUTE,
  );

  test(
    'shows what is left of limits when they sink',
    async () => {
      const limited = await report(['--calls', '80', '--incident', 'rate-limiting']);
      expect(limited.incident!.before.leastLeft.requests).toBeGreaterThan(0.9);
      expect(limited.incident!.after.leastLeft.requests).toBeLessThan(0.2);
      const { requests, tokens } = limited.models['gpt-4o-mini']!.rateLimits;
      expect(requests).toEqual({
        limit: 15,
        remaining: expect.any(Number),
        left: expect.closeTo(requests!.remaining / 15, 5),
      });
      expect(tokens!.limit).toBeGreaterThan(1_000);
    },
    MINUTE,
  );

  test(
    'shows what a lost context changes: another embedding model answers, and prompts shrink',
    async () => {
      const found = await report(['--calls', '80', '--seed', '5', '--incident', 'context-loss']);
      const { before, after } = found.incident!;
      expect(before.calls.total + after.calls.total).toBe(80);
      expect(before.responseModels['text-embedding-3-small']).toBeGreaterThan(0);
      const [early = 0, late = 0] = [before, after].map(
        ({ responseModels }) => responseModels['text-embedding-3-small-2026-11-02'],
      );
      // A call that was on its way when the incident began was begun before it, and answered after.
      expect(early).toBeLessThanOrEqual(1);
      expect(late).toBeGreaterThan(early);
      const shrunk = ['ask', 'chat'].map(
        (feature) =>
          before.inputTokensPerAnswerByFeature[feature]! - after.inputTokensPerAnswerByFeature[feature]!,
      );
      // Few answers each, of which a long conversation may be one: what they lost shows best in both together.
      expect(Math.min(...shrunk)).toBeGreaterThan(0);
      expect(shrunk[0]! + shrunk[1]!).toBeGreaterThan(120);
    },
    MINUTE,
  );
});

test(
  'without a terminal there are plain lines, the figures at the end and what to do next',
  async () => {
    const { code, stdout, stderr } = await run(['demo', '--calls', '12'], { FORCE_COLOR: '1' });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).not.toContain('\u001b');
    const lines = stdout.split('\n');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    expect(lines[0]).toContain('a support assistant. Its calls are told by one flag');
    expect(lines[2]).toContain('by about two lines each (@genvitals/context)');
    expect(stdout).toMatch(/^ *\d+ s {2}\d+ calls?, \d+ errors?, \d+ cancelled, p95 /m);
    expect(stdout).toContain('12 spans, 12 events, 12 counted');
    expect(stdout).toContain('tell of the same 12 calls');
    expect(lines.slice(-4, -2)).toEqual([
      '   npm i @genvitals/node',
      '   GENVITALS_CONSOLE=1 node --require @genvitals/node/register app.js',
    ]);
  },
  MINUTE,
);
