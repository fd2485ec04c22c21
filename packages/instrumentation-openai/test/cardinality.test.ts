import { context, SpanKind, trace } from '@opentelemetry/api';
import { describe, expect, test } from 'vitest';
import { chatCompletion } from './answers.ts';
import { CHAT, createStage, type Point, type Stage } from './app-stage.ts';
import { apiError } from './provider-server.ts';

const MANY = 10_000;
/** What the SDK of an app folds above, and what ours does. */
const APP_SDK_LIMIT = 2_000;
const OWN_SDK_LIMIT = 20_000;

interface Asked {
  readonly model: string;
  readonly route: string;
}

/** Calls through the client as an app makes them, answered at once and without a server. */
async function callMany(stage: Stage, count: number, ask: (index: number) => Asked): Promise<void> {
  const client = new stage.OpenAI({
    apiKey: 'k',
    maxRetries: 0,
    fetch: (_url, init) => {
      const { model } = JSON.parse(init?.body as string) as { readonly model: string };
      return Promise.resolve(Response.json(chatCompletion({ model: `${model}-2026`, usage: USAGE })));
    },
  });
  const tracer = trace.getTracer('http');
  for (let from = 0; from < count; from += 100) {
    await Promise.all(
      Array.from({ length: Math.min(100, count - from) }, async (_, offset) => {
        const { model, route } = ask(from + offset);
        const span = tracer.startSpan('GET', { kind: SpanKind.SERVER, attributes: { 'http.route': route } });
        await context.with(trace.setSpan(context.active(), span), () =>
          client.chat.completions.create({ ...CHAT, model }),
        );
      }),
    );
  }
}

const USAGE = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };

function byMetric(points: readonly Point[]): Map<string, readonly Point[]> {
  const found = new Map<string, Point[]>();
  for (const point of points) found.set(point.metric, [...(found.get(point.metric) ?? []), point]);
  return found;
}

const total = (points: readonly Point[] | undefined): number =>
  (points ?? []).reduce((sum, { value }) => sum + value, 0);

describe.each([
  ['an SDK of the app', false, APP_SDK_LIMIT],
  ['our SDK', true, OWN_SDK_LIMIT],
])('10,000 features and models, with %s', (_, ownsSdk, limit) => {
  test.each<[string, (index: number) => Asked]>([
    ['features', (index) => ({ model: 'm', route: `/orders/${index}` })],
    ['models', (index) => ({ model: `model-${index}`, route: '/ask' })],
    ['both', (index) => ({ model: `model-${index}`, route: `/orders/${index}` })],
  ])(
    'no metric has more label sets than the SDK keeps, and no call or token is lost (%s)',
    async (_name, ask) => {
      const stage = await createStage({ ownsSdk, without: ['logs'] });
      await callMany(stage, MANY, ask);
      const found = byMetric(await stage.points());
      for (const [metric, points] of found) expect(points.length, metric).toBeLessThan(limit);
      expect(total(found.get('genvitals.client.calls'))).toBe(MANY);
      expect(total(found.get('genvitals.client.tokens'))).toBe(MANY * 5);
      expect(total(found.get('genvitals.client.unpriced'))).toBe(MANY);
      expect(total(found.get('genvitals.client.attempts'))).toBe(MANY);
      expect(total(found.get('gen_ai.client.operation.duration'))).toBe(MANY);
      const capped = found.get('genvitals.telemetry.capped') ?? [];
      expect(total(capped)).toBeGreaterThan(0);
      const calls = found.get('genvitals.client.calls') ?? [];
      expect(calls.some(({ attributes }) => Object.values(attributes).includes('other'))).toBe(true);
    },
    60_000,
  );
});

describe('GENVITALS_FEATURES', () => {
  const env = { GENVITALS_FEATURES: '/ask, /chat' };

  test('names the features that metrics may have; spans, events and lines keep theirs', async () => {
    const stage = await createStage({ env });
    const routes = ['/ask', '/chat', '/orders/:id', '/summary'];
    await callMany(stage, 4, (index) => ({ model: 'm', route: routes[index] ?? '' }));
    expect(stage.spans().map(({ attributes }) => attributes['genvitals.feature.name'])).toEqual(routes);
    expect(stage.events().map(({ attributes }) => attributes['genvitals.feature.name'])).toEqual(routes);
    const calls = (await stage.points('genvitals.client.calls')).filter(({ value }) => value > 0);
    expect(
      Object.fromEntries(calls.map(({ attributes, value }) => [attributes['genvitals.feature.name'], value])),
    ).toEqual({ '/ask': 1, '/chat': 1, other: 2 });
    const durations = await stage.points('gen_ai.client.operation.duration');
    expect(
      durations.some(({ attributes }) => String(attributes['genvitals.feature.name']).includes('orders')),
    ).toBe(false);
  });

  test('a call without a feature stays unset', async () => {
    const stage = await createStage({ env });
    stage.script(apiError(500, {}));
    await stage
      .client()
      .chat.completions.create(CHAT)
      .catch(() => undefined);
    const [point] = (await stage.points('genvitals.client.calls')).filter(({ value }) => value > 0);
    expect(point?.attributes['genvitals.feature.name']).toBe('unset');
  });
});
