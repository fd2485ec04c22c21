import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chatCompletion } from './answers.ts';
import { CHAT, createStage, type Stage } from './app-stage.ts';
import { apiError, json } from './provider-server.ts';
import { RateLimitGauge } from '../src/rate-limit-gauge.ts';
import { readRateLimits, readRetryAfter, toSeconds, utilizationOf } from '../src/rate-limits.ts';

const LIMITS = {
  'x-ratelimit-limit-requests': '500',
  'x-ratelimit-remaining-requests': '499',
  'x-ratelimit-reset-requests': '120ms',
  'x-ratelimit-limit-tokens': '200000',
  'x-ratelimit-remaining-tokens': '50000',
  'x-ratelimit-reset-tokens': '6m0s',
};

async function callOnce(stage: Stage, headers: Record<string, string>): Promise<void> {
  stage.script(json(chatCompletion(), 200, headers));
  await stage.client().chat.completions.create(CHAT);
}

async function gauges(stage: Stage): Promise<Record<string, number>> {
  const points = (await stage.points()).filter(({ metric }) => metric.startsWith('genvitals.rate_limit.'));
  return Object.fromEntries(
    points.map(({ metric, attributes, value }) => [
      `${metric.slice('genvitals.rate_limit.'.length)} ${String(attributes['genvitals.rate_limit.kind'])}`,
      value,
    ]),
  );
}

function onSpan(stage: Stage): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(stage.spans().at(-1)?.attributes ?? {}).filter(([key]) =>
      key.startsWith('genvitals.rate_limit.'),
    ),
  );
}

describe('rate limits', () => {
  test('of an answer are on its span, and gauges for each model and kind of limit', async () => {
    const stage = await createStage();
    await callOnce(stage, LIMITS);
    expect(onSpan(stage)).toEqual({
      'genvitals.rate_limit.requests.limit': 500,
      'genvitals.rate_limit.requests.remaining': 499,
      'genvitals.rate_limit.tokens.limit': 200_000,
      'genvitals.rate_limit.tokens.remaining': 50_000,
      'genvitals.rate_limit.reset': 360,
    });
    expect(await gauges(stage)).toEqual({
      'utilization requests': expect.closeTo(0.002),
      'utilization tokens': 0.75,
      'limit requests': 500,
      'limit tokens': 200_000,
      'remaining requests': 499,
      'remaining tokens': 50_000,
    });
    const [point] = await stage.points('genvitals.rate_limit.utilization');
    expect(point?.attributes).toEqual({
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o-mini',
      'server.address': '127.0.0.1',
      'genvitals.rate_limit.kind': 'requests',
    });
  });

  test('the highest use counts for a minute, the newest word is what is left', async () => {
    const stage = await createStage();
    await callOnce(stage, { ...LIMITS, 'x-ratelimit-remaining-requests': '0' });
    await callOnce(stage, LIMITS);
    expect(await gauges(stage)).toMatchObject({ 'utilization requests': 1, 'remaining requests': 499 });
  });

  test('of attempts that were retried count too, and the span says how long the last one asked to wait', async () => {
    const stage = await createStage();
    const full = { ...LIMITS, 'x-ratelimit-remaining-tokens': '0', 'retry-after-ms': '3' };
    stage.script(apiError(429, { code: 'rate_limit_exceeded' }, full), json(chatCompletion(), 200, LIMITS));
    await stage.client({ maxRetries: 1 }).chat.completions.create(CHAT);
    expect(onSpan(stage)).toMatchObject({
      'genvitals.rate_limit.tokens.remaining': 50_000,
      'genvitals.rate_limit.retry_after': 0.003,
    });
    expect(await gauges(stage)).toMatchObject({ 'utilization tokens': 1, 'remaining tokens': 50_000 });
  });

  test('are told where a call fails by them, with and without a context manager', async () => {
    for (const without of [[], ['context']] as const) {
      const stage = await createStage({ without });
      const headers = { ...LIMITS, 'x-ratelimit-remaining-requests': '0', 'retry-after': '7' };
      stage.script(apiError(429, { code: 'insufficient_quota' }, headers));
      await expect(stage.client().chat.completions.create(CHAT)).rejects.toThrow('429');
      expect(onSpan(stage)).toMatchObject({
        'genvitals.rate_limit.requests.remaining': 0,
        'genvitals.rate_limit.retry_after': 7,
      });
      expect(stage.span().attributes).toMatchObject({
        'error.type': 'insufficient_quota',
        'genvitals.error.kind': 'quota',
      });
      expect(await gauges(stage)).toMatchObject({ 'utilization requests': 1 });
    }
  });

  test('are absent where the server names none', async () => {
    const stage = await createStage();
    await callOnce(stage, {});
    expect(onSpan(stage)).toEqual({});
    expect(await gauges(stage)).toEqual({});
  });

  test('without a limit are what is left, and no share of it', async () => {
    const stage = await createStage();
    await callOnce(stage, { 'x-ratelimit-remaining-tokens': '1000' });
    expect(onSpan(stage)).toEqual({ 'genvitals.rate_limit.tokens.remaining': 1000 });
    expect(await gauges(stage)).toEqual({ 'remaining tokens': 1000 });
  });
});

describe('a gauge of a rate limit', () => {
  const at = (seconds: number): number => 1_000_000 + seconds * 1000;
  const used = (share: number): { limit: number; remaining: number; resetS: undefined } => ({
    limit: 100,
    remaining: 100 - share * 100,
    resetS: undefined,
  });

  test('forgets a peak after a minute, and is 0 when nothing was heard since', () => {
    const gauge = new RateLimitGauge();
    expect(gauge.utilization(at(0))).toBeUndefined();
    gauge.record(used(0.9), at(0));
    gauge.record(used(0.5), at(30));
    expect(gauge.utilization(at(59))).toBeCloseTo(0.9);
    expect(gauge.utilization(at(70))).toBeCloseTo(0.5);
    expect(gauge.utilization(at(100))).toBe(0);
    gauge.record(used(0.2), at(100_000));
    expect(gauge.utilization(at(100_001))).toBeCloseTo(0.2);
  });

  test('is the highest of the last minute, within the 5 s that a slot has', () => {
    const entry = fc.record({
      gapS: fc.integer({ min: 0, max: 40 }),
      share: fc.constantFrom(0, 0.25, 0.5, 0.75, 1),
    });
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 40 }), (entries) => {
        const gauge = new RateLimitGauge();
        let now = 0;
        const heard: { now: number; share: number }[] = [];
        for (const { gapS, share } of entries) {
          now += gapS;
          heard.push({ now, share });
          gauge.record(used(share), at(now));
          const highest = (withinS: number): number =>
            Math.max(0, ...heard.filter((each) => now - each.now <= withinS).map((each) => each.share));
          const told = gauge.utilization(at(now));
          expect(told).toBeGreaterThanOrEqual(highest(60));
          expect(told).toBeLessThanOrEqual(highest(65));
        }
      }),
    );
  });
});

describe('headers', () => {
  test.each([
    ['0s', 0],
    ['2ms', 0.002],
    ['8.64s', 8.64],
    ['6m0s', 360],
    ['1h2m3.5s', 3723.5],
    ['17', 17],
    ['250µs', 0.00025],
    ['', undefined],
    ['soon', undefined],
    ['-1s', undefined],
    ['1s2m', undefined],
    [null, undefined],
  ])('a reset of %j is %j seconds', (value, expected) => {
    expect(toSeconds(value)?.toFixed(9)).toBe(expected?.toFixed(9));
  });

  test('a time to wait is milliseconds, seconds or a date', () => {
    const now = Date.parse('2026-01-01T00:00:00Z');
    const wait = (init: Record<string, string>): number | undefined => readRetryAfter(new Headers(init), now);
    expect(wait({ 'retry-after-ms': '1500', 'retry-after': '9' })).toBe(1.5);
    expect(wait({ 'retry-after': '9' })).toBe(9);
    expect(wait({ 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT' })).toBe(30);
    expect(wait({ 'retry-after': 'Thu, 01 Jan 2025 00:00:30 GMT' })).toBe(0);
    expect(wait({ 'retry-after': 'later' })).toBeUndefined();
    expect(wait({})).toBeUndefined();
  });

  test('of any shape are survived, and only counts are read', () => {
    const odd = {
      get: () => {
        throw new Error('no');
      },
    };
    for (const headers of [
      undefined,
      null,
      1,
      'x',
      {},
      [],
      odd,
      new Headers({ 'x-ratelimit-remaining-tokens': '-1' }),
    ]) {
      expect(readRateLimits(headers)).toBeUndefined();
      expect(readRetryAfter(headers, 0)).toBeUndefined();
    }
    expect(readRateLimits({ 'x-ratelimit-remaining-tokens': '5' })).toEqual({
      tokens: { remaining: 5, limit: undefined, resetS: undefined },
    });
  });

  test('more left than the limit is no use, and a limit of 0 has no share', () => {
    expect(utilizationOf({ limit: 10, remaining: 11, resetS: undefined })).toBe(0);
    expect(utilizationOf({ limit: 0, remaining: 0, resetS: undefined })).toBeUndefined();
    expect(utilizationOf({ limit: undefined, remaining: 3, resetS: undefined })).toBeUndefined();
  });
});
