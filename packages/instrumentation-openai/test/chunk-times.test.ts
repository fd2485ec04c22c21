import { metrics as ledger } from '@genvitals/conventions';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chatChunk, chatStream } from './answers.ts';
import { CHAT, createStage, type StageOptions } from './app-stage.ts';
import { addValue, createDistribution } from '../src/distribution.ts';
import { sse } from './provider-server.ts';

const STREAM = { ...CHAT, stream: true } as const;
const METRIC = 'gen_ai.client.operation.time_per_output_chunk';
const BOUNDS = ledger.operationTimePerOutputChunk.buckets;

async function readAll(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const chunk of stream) void chunk;
}

async function pointsOf(options: StageOptions, streams: readonly unknown[][]): Promise<any[]> {
  const stage = await createStage(options);
  for (const events of streams) {
    stage.script(sse(events));
    await readAll(await stage.client().chat.completions.create(STREAM));
  }
  return [...(await stage.points(METRIC))];
}

const OWN = { ownsSdk: true };

describe('times between chunks', () => {
  test('are one histogram with the standard bounds: a time for each chunk after the first', async () => {
    const stage = await createStage(OWN);
    stage.script(
      sse([chatChunk({ content: 'a' }), 25, chatChunk({ content: 'b' }), 25, chatChunk({ content: 'c' })]),
    );
    const times: number[] = [];
    for await (const chunk of await stage.client().chat.completions.create(STREAM)) {
      void chunk;
      times.push(performance.now() / 1000);
    }
    const [point, ...others] = await stage.points(METRIC);
    expect(others).toEqual([]);
    expect(point).toMatchObject({ unit: 's', value: 2, bounds: BOUNDS });
    const [first, , last] = times as [number, number, number];
    expect(point?.sum).toBeGreaterThan(0.01);
    expect(point?.sum).toBeCloseTo(last - first, 1);
    expect(point?.counts?.reduce((sum, count) => sum + count, 0)).toBe(2);
    expect(point?.counts).toHaveLength(BOUNDS.length + 1);
    expect(point?.attributes).toEqual({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o-mini',
      'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
      'genvitals.feature.name': 'unset',
      'server.address': '127.0.0.1',
      'server.port': expect.any(Number),
    });
  });

  test('of several streams are one running total', async () => {
    const [point] = await pointsOf(OWN, [chatStream()]);
    expect(point.value).toBe(4);
    const stage = await createStage(OWN);
    stage.script(sse(chatStream()));
    for (let call = 1; call <= 3; call += 1) {
      await readAll(await stage.client().chat.completions.create(STREAM));
      expect((await stage.points(METRIC)).map(({ value }) => value)).toEqual([4 * call]);
    }
  });

  test('are not there before a second chunk', async () => {
    expect(await pointsOf(OWN, [[chatChunk({ content: 'a' })]])).toEqual([]);
  });

  test('keep the start of their total from one collection to the next', async () => {
    const stage = await createStage(OWN);
    stage.script(sse(chatStream()));
    const starts = [];
    for (let round = 0; round < 2; round += 1) {
      await readAll(await stage.client().chat.completions.create(STREAM));
      const collected = await stage.collect();
      const metric = collected.scopeMetrics
        .flatMap((scope) => scope.metrics)
        .find(({ descriptor }) => descriptor.name === METRIC);
      starts.push(metric?.dataPoints[0]?.startTime);
      expect(metric?.dataPoints[0]?.endTime).not.toEqual(metric?.dataPoints[0]?.startTime);
    }
    expect(starts[0]).toEqual(starts[1]);
    expect(starts[0]).toEqual([expect.any(Number), expect.any(Number)]);
  });

  test('are off where the SDK is the app’s, and on there where they are asked for', async () => {
    const events = [chatStream()];
    // A reader of the app's does not take our producer; so here one is asked directly.
    expect(await pointsOf({}, events)).toEqual([]);
    const asked = await createStage({ env: { GENVITALS_PER_CHUNK: 'on' }, takesHistograms: 'cumulative' });
    asked.script(sse(chatStream()));
    await readAll(await asked.client().chat.completions.create(STREAM));
    expect((await asked.points(METRIC)).map(({ value }) => value)).toEqual([4]);
  });

  test('can be turned off where the SDK is ours', async () => {
    const stage = await createStage({ env: { GENVITALS_PER_CHUNK: 'off' }, ownsSdk: true });
    stage.script(sse(chatStream()));
    await readAll(await stage.client().chat.completions.create(STREAM));
    expect(await stage.points(METRIC)).toEqual([]);
  });

  test('cost nothing where they are off: no histogram is kept for the stream', async () => {
    const stage = await createStage();
    stage.script(sse(chatStream()));
    await readAll(await stage.client().chat.completions.create(STREAM));
    const runtime = (globalThis as any)[Symbol.for('genvitals.openai.v1')].runtime;
    expect(runtime.recorder.chunkTimes).toBeUndefined();
  });

  test('fall into buckets as OpenTelemetry has them: a bound belongs to the bucket below it', () => {
    const time = fc.oneof(fc.double({ min: 0, max: 1000, noNaN: true }), fc.constantFrom(...BOUNDS));
    fc.assert(
      fc.property(fc.array(time, { minLength: 1, maxLength: 50 }), (times) => {
        const histogram = createDistribution(BOUNDS);
        for (const each of times) addValue(histogram, BOUNDS, each);
        const expected = Array.from({ length: BOUNDS.length + 1 }, (_, bucket) => {
          const above = bucket === 0 ? -Infinity : (BOUNDS[bucket - 1] as number);
          const upTo = BOUNDS[bucket] ?? Infinity;
          return times.filter((each) => each > above && each <= upTo).length;
        });
        expect(histogram.counts).toEqual(expected);
        expect(histogram.count).toBe(times.length);
        expect([histogram.min, histogram.max]).toEqual([Math.min(...times), Math.max(...times)]);
      }),
    );
  });
});
