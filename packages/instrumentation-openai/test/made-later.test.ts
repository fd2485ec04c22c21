import { describe, expect, test } from 'vitest';
import { responseObject, responseStream } from './answers.ts';
import { createStage, type Stage } from './app-stage.ts';
import { json, sse } from './provider-server.ts';

const PARAMS = { model: 'gpt-4o-mini', input: 'Hi', background: true } as const;
const QUEUED = responseObject({ background: true, status: 'queued', output: [], usage: null });
const RUNNING = responseObject({ background: true, status: 'in_progress', output: [], usage: null });
const DONE = responseObject({ background: true });
/** Of that usage: 16 + 5 cached in, 9 out, 3 of them reasoning. */
const COUNTED = { input: 16, cache_read: 5, output: 6, reasoning: 3 };
/** gpt-4o-mini: 0.15 USD a million tokens, 0.075 from the cache, 0.60 out. */
const USD = (16 * 0.15 + 5 * 0.075 + 9 * 0.6) / 1e6;

async function counted(stage: Stage): Promise<Record<string, number>> {
  const points = await stage.points('genvitals.client.tokens');
  const kinds: Record<string, number> = {};
  for (const { attributes, value } of points) {
    const kind = String(attributes['genvitals.token.kind']);
    if (value > 0) kinds[kind] = (kinds[kind] ?? 0) + value;
  }
  return kinds;
}

async function costUsd(stage: Stage): Promise<number> {
  return (await stage.points('genvitals.client.cost')).reduce((sum, { value }) => sum + value, 0);
}

describe('a response that is made in the background', () => {
  test('is counted and priced when it is first fetched as finished, and not again', async () => {
    const stage = await createStage();
    stage.script(json(QUEUED), json(RUNNING), json(DONE));
    const { responses } = stage.client();
    await responses.create(PARAMS);
    await responses.retrieve('resp_1');
    expect(await counted(stage)).toEqual({});
    await responses.retrieve('resp_1');
    await responses.retrieve('resp_1');
    expect(await counted(stage)).toEqual(COUNTED);
    expect(await costUsd(stage)).toBeCloseTo(USD, 15);
    const [tokens] = (await stage.points('genvitals.client.tokens')).filter(({ value }) => value > 0);
    expect(tokens?.attributes).toMatchObject({
      'gen_ai.operation.name': 'fetch_response',
      'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
    });
  });

  test('leaves the spans of its fetches, and the standard metrics, without usage', async () => {
    const stage = await createStage({ env: { GENVITALS_SEMCONV: 'dup' } });
    stage.script(json(QUEUED), json(DONE));
    const { responses } = stage.client();
    await responses.create(PARAMS);
    await responses.retrieve('resp_1');
    const keys = stage.spans().flatMap(({ attributes }) => Object.keys(attributes));
    expect(keys.filter((key) => /usage|cost/.test(key))).toEqual([]);
    const standard = (await stage.points()).filter(({ metric }) => /^gen_ai\..*(usage|tokens)/.test(metric));
    expect(standard.filter(({ value }) => value > 0)).toEqual([]);
    expect(await counted(stage)).toEqual(COUNTED);
  });

  test('and streamed as it is made is counted with its stream alone', async () => {
    const stage = await createStage();
    stage.script(sse(responseStream('response.completed', { background: true })), json(DONE));
    const { responses } = stage.client();
    for await (const event of await responses.create({ ...PARAMS, stream: true })) void event;
    await responses.retrieve('resp_1');
    expect(await counted(stage)).toEqual(COUNTED);
    expect(await costUsd(stage)).toBeCloseTo(USD, 15);
  });

  test('whose stream is taken up again by a fetch is counted with that', async () => {
    const stage = await createStage();
    stage.script(json(QUEUED), sse(responseStream('response.completed', { background: true })), json(DONE));
    const { responses } = stage.client();
    await responses.create(PARAMS);
    for await (const event of await responses.retrieve('resp_1', { stream: true })) void event;
    await responses.retrieve('resp_1');
    expect(await counted(stage)).toEqual(COUNTED);
  });

  test('costs what the tier that served it and its tools do', async () => {
    const stage = await createStage();
    const search = { type: 'web_search_call', id: 'ws_1', action: { type: 'search', query: 'SECRET' } };
    stage.script(
      json(
        responseObject({
          background: true,
          model: 'gpt-5',
          service_tier: 'flex',
          output: [search],
          tools: [{ type: 'web_search' }],
          usage: { input_tokens: 1000, output_tokens: 100, total_tokens: 1100 },
        }),
      ),
    );
    await stage.client().responses.retrieve('resp_1');
    const byKind = (await stage.points('genvitals.client.cost')).map(({ attributes, value }) => [
      attributes['genvitals.cost.kind'],
      value,
    ]);
    // gpt-5 by flex: 0.625 and 5 USD a million.
    expect(Object.fromEntries(byKind)).toMatchObject({
      input: expect.closeTo(625e-6, 12),
      output: expect.closeTo(500e-6, 12),
    });
  });

  test('that is cancelled too late is counted with that, and not again when it is fetched', async () => {
    const stage = await createStage();
    stage.script(json(QUEUED), json(DONE), json(DONE));
    const { responses } = stage.client();
    await responses.create(PARAMS);
    await responses.cancel('resp_1');
    await responses.retrieve('resp_1');
    expect(stage.spans().map(({ name }) => name)).toEqual([
      'chat gpt-4o-mini',
      'cancel_response',
      'fetch_response',
    ]);
    expect(stage.spans()[1]?.attributes).toMatchObject({
      'gen_ai.operation.name': 'cancel_response',
      'gen_ai.response.id': 'resp_1',
      'gen_ai.response.status': 'completed',
      'genvitals.outcome': 'success',
    });
    expect(Object.keys(stage.spans()[1]?.attributes ?? {}).filter((key) => /usage|cost/.test(key))).toEqual(
      [],
    );
    expect(await counted(stage)).toEqual(COUNTED);
    expect(await costUsd(stage)).toBeCloseTo(USD, 15);
  });

  test('that is cancelled in time has no usage, and one that the provider tells later is counted', async () => {
    const stage = await createStage();
    const stopped = responseObject({ background: true, status: 'cancelled', output: [], usage: null });
    stage.script(json(QUEUED), json(stopped), json(stopped), json({ ...DONE, status: 'cancelled' }));
    const { responses } = stage.client();
    await responses.create(PARAMS);
    await responses.cancel('resp_1');
    await responses.retrieve('resp_1');
    expect(stage.spans()[1]?.attributes).toMatchObject({
      'gen_ai.response.status': 'cancelled',
      'gen_ai.response.finish_reasons': ['error'],
      'genvitals.outcome': 'success',
    });
    expect(await counted(stage)).toEqual({});
    await responses.retrieve('resp_1');
    expect(await counted(stage)).toEqual(COUNTED);
  });

  test('of an unknown price is counted as unpriced once', async () => {
    const stage = await createStage();
    stage.script(json({ ...DONE, model: 'gpt-99' }));
    const { responses } = stage.client();
    await responses.retrieve('resp_1');
    await responses.retrieve('resp_1');
    const unpriced = await stage.points('genvitals.client.unpriced');
    expect(unpriced.map(({ attributes, value }) => [attributes['genvitals.cost.reason'], value])).toEqual([
      ['model_unknown', 1],
    ]);
  });

  test('is told from one that was answered at once, which is counted with its call', async () => {
    const stage = await createStage();
    stage.script(json(responseObject()));
    const { responses } = stage.client();
    await responses.retrieve('resp_1');
    expect(await counted(stage)).toEqual({});
    await responses.create({ model: 'gpt-4o-mini', input: 'Hi' });
    await responses.retrieve('resp_1');
    expect(await counted(stage)).toEqual(COUNTED);
  });
});

describe('a batch', () => {
  const usage = {
    input_tokens: 10_000,
    input_tokens_details: { cached_tokens: 2_000 },
    output_tokens: 1_000,
    output_tokens_details: { reasoning_tokens: 400 },
    total_tokens: 11_000,
  };
  const batch = { id: 'batch_1', object: 'batch', model: 'gpt-5-2025-08-07', endpoint: '/v1/responses' };

  test('is counted and priced as one when it is first fetched as finished', async () => {
    const stage = await createStage();
    stage.script(
      json({ ...batch, status: 'in_progress', usage: { ...usage, input_tokens: 5 } }),
      json({ ...batch, status: 'completed', usage }),
    );
    const { batches } = stage.client();
    await batches.retrieve('batch_1');
    expect(await counted(stage)).toEqual({});
    await batches.retrieve('batch_1');
    await batches.retrieve('batch_1');
    expect(await counted(stage)).toEqual({ input: 8000, cache_read: 2000, output: 600, reasoning: 400 });
    // gpt-5 in batches is half of 1.25, 0.125 and 10 USD a million.
    expect(await costUsd(stage)).toBeCloseTo((8000 * 0.625 + 2000 * 0.0625 + 1000 * 5) / 1e6, 12);
    expect(stage.spans().map(({ name }) => name)).toEqual(['fetch_batch', 'fetch_batch', 'fetch_batch']);
    expect(stage.spans()[2]?.attributes).toMatchObject({
      'gen_ai.response.model': 'gpt-5-2025-08-07',
      'gen_ai.response.status': 'completed',
      'genvitals.outcome': 'success',
    });
    expect(Object.keys(stage.spans()[2]?.attributes ?? {}).filter((key) => /usage|cost/.test(key))).toEqual(
      [],
    );
  });

  test('without usage, as old ones are, counts nothing', async () => {
    const stage = await createStage();
    stage.script(json({ ...batch, status: 'completed', model: undefined }));
    await stage.client().batches.retrieve('batch_1');
    expect(await counted(stage)).toEqual({});
    expect(await stage.points('genvitals.client.unpriced')).toEqual([]);
  });
});
