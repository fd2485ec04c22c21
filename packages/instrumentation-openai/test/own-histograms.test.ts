import { describe, expect, test } from 'vitest';
import { chatCompletion, chatStream } from './answers.ts';
import { CHAT, createStage, type Point, type Stage, type StageOptions } from './app-stage.ts';
import { apiError, json, sse } from './provider-server.ts';

/** Answers, errors, streams, and two features' worth of label sets. */
async function makeCalls(stage: Stage): Promise<void> {
  const client = stage.client();
  stage.script(json(chatCompletion()), json(chatCompletion()), sse(chatStream()), apiError(500, {}));
  await client.chat.completions.create(CHAT);
  await client.chat.completions.create({ ...CHAT, model: 'gpt-4o' });
  for await (const chunk of await client.chat.completions.create({ ...CHAT, stream: true })) void chunk;
  await expect(client.chat.completions.create(CHAT)).rejects.toThrow('500');
}

/** Histograms without what differs by the clock and by the server's port. */
function shapes(points: readonly Point[]): object[] {
  return points
    .filter(({ bounds }) => bounds !== undefined)
    .map(({ attributes, sum, counts, ...rest }) => {
      const isTime = rest.unit === 's';
      const { 'server.port': port, ...labels } = attributes;
      expect(port).toEqual(expect.any(Number));
      return { ...rest, labels, ...(isTime ? {} : { sum, counts }) };
    })
    .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

async function pointsOf(options: StageOptions): Promise<readonly Point[]> {
  const stage = await createStage({
    ...options,
    env: { GENVITALS_SEMCONV: 'dup', GENVITALS_PER_CHUNK: 'off' },
  });
  await makeCalls(stage);
  return stage.points();
}

describe('histograms that are kept outside of the SDK', () => {
  test('are the very ones that an SDK makes of the same calls', async () => {
    const theirs = shapes(await pointsOf({}));
    expect(theirs.length).toBeGreaterThan(10);
    expect(shapes(await pointsOf({ ownsSdk: true }))).toEqual(theirs);
  });

  test('are not recorded with the SDK too', async () => {
    const stage = await createStage({ ownsSdk: true });
    await makeCalls(stage);
    const found = new Map<string, number>();
    for (const { metric, attributes } of await stage.points()) {
      const key = JSON.stringify([metric, attributes]);
      found.set(key, (found.get(key) ?? 0) + 1);
    }
    expect([...found].filter(([, times]) => times > 1)).toEqual([]);
  });

  test('are the SDK’s where the meter provider is not the host’s own', async () => {
    const stage = await createStage({ host: {}, takesHistograms: 'cumulative' });
    await makeCalls(stage);
    const durations = await stage.points('gen_ai.client.operation.duration');
    expect(durations.reduce((sum, { value }) => sum + value, 0)).toBe(4);
  });

  test('tell a reader that wants deltas what is new since it asked last', async () => {
    const stage = await createStage({ ownsSdk: true, takesHistograms: 'delta' });
    const call = async (): Promise<void> => {
      stage.script(json(chatCompletion()));
      await stage.client().chat.completions.create(CHAT);
    };
    const counts = async (): Promise<number[]> =>
      (await stage.points('gen_ai.client.operation.duration')).map(({ value }) => value);
    await call();
    await call();
    expect(await counts()).toEqual([2]);
    expect(await counts()).toEqual([]);
    await call();
    const [metric] = (await stage.collect()).scopeMetrics
      .flatMap(({ metrics }) => metrics)
      .filter(({ descriptor }) => descriptor.name === 'gen_ai.client.token.usage');
    expect(metric?.aggregationTemporality).toBe(0);
    expect(metric?.dataPoints.map(({ value }) => (value as { count: number }).count)).toEqual([1, 1]);
    for (const { startTime, endTime } of metric?.dataPoints ?? [])
      expect(startTime[0] + startTime[1] / 1e9).toBeLessThanOrEqual(endTime[0] + endTime[1] / 1e9);
  });
});
