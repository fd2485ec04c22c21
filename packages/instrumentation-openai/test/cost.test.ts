import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { chatCompletion, chatStream, responseObject, responseStream } from './answers.ts';
import { CHAT, createStage, type Point, type Stage } from './app-stage.ts';
import { CHAT_COST, costAttributes } from './hand-arithmetic.ts';
import { apiError, json, sse } from './provider-server.ts';

function costOf(stage: Stage): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(stage.spans().at(-1)?.attributes ?? {}).filter(([key]) =>
      key.startsWith('genvitals.cost.'),
    ),
  );
}

async function chat(stage: Stage, changes: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
  stage.script(json(chatCompletion(changes)));
  await stage.client().chat.completions.create(CHAT);
  return costOf(stage);
}

const usage = (prompt_tokens: number, completion_tokens: number): Record<string, unknown> => ({
  prompt_tokens,
  completion_tokens,
  total_tokens: prompt_tokens + completion_tokens,
});

function pricesFile(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'genvitals-prices-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const path = join(folder, 'prices.yaml');
  writeFileSync(path, text);
  return path;
}

const usd = (points: readonly Point[]): number => points.reduce((sum, { value }) => sum + value, 0);

describe('the cost of a call', () => {
  test.each([
    [{ completion_tokens: '50' }],
    [{ completion_tokens: null }],
    [{ completion_tokens: -1 }],
    [{}],
  ])('is no more than a part of it where the answer has no count of its output: %j', async (output) => {
    const stage = await createStage();
    // gpt-4o: 2.50 USD a million in.
    const cost = await chat(stage, { model: 'gpt-4o', usage: { prompt_tokens: 1000, ...output } });
    expect(cost).toEqual({
      ...costAttributes({ input: 1000 * 2.5 }),
      'genvitals.cost.status': 'partial',
      'genvitals.cost.reason': 'usage_missing',
    });
    expect(stage.span().attributes).not.toHaveProperty('gen_ai.usage.output_tokens');
    const unpriced = await stage.points('genvitals.client.unpriced');
    expect(unpriced.map(({ value }) => value)).toEqual([1]);
    const told = await stage.points('gen_ai.client.token.usage');
    expect(told.map(({ attributes }) => attributes['gen_ai.token.type'])).toEqual(['input']);
  });

  test('is whole where the total alone tells what was put out', async () => {
    const stage = await createStage();
    const details = { completion_tokens_details: { reasoning_tokens: 0 } };
    const total = (total_tokens: number): object => ({ prompt_tokens: 1000, total_tokens, ...details });
    // gpt-4o: 2.50 USD a million in, 10 out.
    expect(await chat(stage, { model: 'gpt-4o', usage: total(1000) })).toEqual(
      costAttributes({ input: 1000 * 2.5 }),
    );
    expect(await chat(stage, { model: 'gpt-4o', usage: total(1050) })).toEqual(
      costAttributes({ input: 1000 * 2.5, output: 50 * 10 }),
    );
  });

  test('is no sure one where what came from the cache was sound or pictures in part', async () => {
    const stage = await createStage();
    const answer = (cached_tokens: number): object => ({
      data: [],
      usage: {
        input_tokens: 50,
        output_tokens: 1000,
        input_tokens_details: { text_tokens: 10, image_tokens: 40, cached_tokens },
      },
    });
    stage.script(json(answer(45)), json(answer(0)));
    const params = { model: 'gpt-image-1', prompt: 'Hi' } as const;
    await stage.client().images.generate(params);
    // gpt-image-1: 10 USD a million pictures in, 40 out; from the cache 1.25 of text, and another price of pictures.
    expect(costOf(stage)).toEqual({
      ...costAttributes({ cache_read: 45 * 1.25, image: 5 * 10 + 1000 * 40 }),
      'genvitals.cost.status': 'partial',
      'genvitals.cost.reason': 'cache_mixed',
    });
    await stage.client().images.generate(params);
    // Text is 5.
    expect(costOf(stage)).toEqual(costAttributes({ input: 10 * 5, image: 40 * 10 + 1000 * 40 }));
  });

  test('of a response without a count of its output is no more than a part of it', async () => {
    const stage = await createStage();
    stage.script(
      json(responseObject({ model: 'gpt-4o', usage: { input_tokens: 1000, output_tokens: null } })),
    );
    await stage.client().responses.create({ model: 'gpt-4o', input: 'Hi' });
    expect(costOf(stage)).toEqual({
      ...costAttributes({ input: 1000 * 2.5 }),
      'genvitals.cost.status': 'partial',
      'genvitals.cost.reason': 'usage_missing',
    });
  });

  test('is that of the tier which served it, not of the one that was asked for', async () => {
    const stage = await createStage();
    stage.script(
      json(chatCompletion({ model: 'gpt-5', service_tier: 'priority', usage: usage(1000, 100) })),
      json(chatCompletion({ model: 'gpt-5', service_tier: 'default', usage: usage(1000, 100) })),
    );
    const client = stage.client();
    // gpt-5: 2.50 and 20 USD a million by priority, 1.25 and 10 by default.
    await client.chat.completions.create({ ...CHAT, model: 'gpt-5', service_tier: 'auto' });
    expect(costOf(stage)).toEqual(costAttributes({ input: 1000 * 2.5, output: 100 * 20 }));
    await client.chat.completions.create({ ...CHAT, model: 'gpt-5', service_tier: 'priority' });
    expect(costOf(stage)).toEqual(costAttributes({ input: 1000 * 1.25, output: 100 * 10 }));
  });

  test('of a stream is that of its usage and of the tier of its last chunks', async () => {
    const stage = await createStage();
    const chunks = chatStream().map((chunk, index) => ({
      ...chunk,
      model: 'gpt-5',
      service_tier: index === 0 ? 'auto' : 'flex',
    }));
    stage.script(sse(chunks));
    for await (const chunk of await stage.client().chat.completions.create({ ...CHAT, stream: true }))
      void chunk;
    // gpt-5 by flex is half of 1.25, 0.125 and 10 USD a million.
    expect(costOf(stage)).toEqual(
      costAttributes({ input: 7 * 0.625, cache_read: 4 * 0.0625, output: 7 * 5 }),
    );
  });

  test('has the fees of the tools that the provider ran', async () => {
    const stage = await createStage();
    const search = { type: 'web_search_call', id: 'ws_1', status: 'completed' };
    const output = [
      { ...search, action: { type: 'search', query: 'SECRET' } },
      { ...search, action: { type: 'open_page', url: 'SECRET' } },
      { type: 'file_search_call', id: 'fs_1', status: 'completed' },
    ];
    const answer = responseObject({
      model: 'gpt-4.1-2025-04-14',
      output,
      tools: [{ type: 'web_search' }, { type: 'file_search' }],
      usage: { input_tokens: 100, output_tokens: 10, total_tokens: 110 },
    });
    stage.script(json(answer), sse(responseStream('response.completed', answer)));
    const client = stage.client();
    // gpt-4.1: 2 and 8 USD a million; a search 0.01 USD, a search in files 0.0025.
    const cost = costAttributes({ input: 100 * 2, output: 10 * 8, tool: 10_000 + 2_500 });
    await client.responses.create({ model: 'gpt-4.1', input: 'Hi' });
    expect(costOf(stage)).toEqual(cost);
    for await (const event of await client.responses.create({ model: 'gpt-4.1', input: 'Hi', stream: true }))
      void event;
    expect(costOf(stage)).toEqual(cost);
  });

  test('that lacks the fee of a tool is a lower bound, and says why', async () => {
    const stage = await createStage();
    const call = { type: 'code_interpreter_call', id: 'ci', status: 'completed', container_id: 'cntr_1' };
    stage.script(
      json(
        responseObject({ output: [call, call], tools: null, usage: { input_tokens: 100, output_tokens: 0 } }),
      ),
    );
    await stage.client().responses.create({ model: 'gpt-4o-mini', input: 'Hi' });
    expect(costOf(stage)).toEqual({
      ...costAttributes({ input: 100 * 0.15 }),
      'genvitals.cost.status': 'partial',
      'genvitals.cost.reason': 'tool_unpriced',
    });
    expect(
      (await stage.points('genvitals.client.unpriced')).map(({ attributes, value }) => [attributes, value]),
    ).toEqual([
      [
        {
          'gen_ai.provider.name': 'openai',
          'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
          'genvitals.cost.reason': 'tool_unpriced',
        },
        1,
      ],
    ]);
  });

  test('of sound is told apart from that of text', async () => {
    const stage = await createStage();
    const cost = await chat(stage, {
      model: 'gpt-4o-audio-preview',
      usage: {
        ...usage(100, 60),
        prompt_tokens_details: { audio_tokens: 80 },
        completion_tokens_details: { audio_tokens: 50 },
      },
    });
    // Text 2.50 and 10 USD a million, sound 40 and 80.
    expect(cost).toEqual(costAttributes({ input: 20 * 2.5, output: 10 * 10, audio: 80 * 40 + 50 * 80 }));
  });

  test.each([
    ['a model that no list has', { model: 'gpt-99' }, 'model_unknown'],
    ['a tier without a price', { service_tier: 'scale' }, 'tier_unpriced'],
    ['an answer without usage', { usage: null }, 'usage_missing'],
  ])('%s is unpriced: no amount, and never 0', async (_, changes, reason) => {
    const stage = await createStage();
    expect(await chat(stage, changes)).toEqual({
      'genvitals.cost.status': 'none',
      'genvitals.cost.reason': reason,
    });
    expect(await stage.points('genvitals.client.cost')).toEqual([]);
    const [point] = await stage.points('genvitals.client.unpriced');
    expect(point).toMatchObject({ value: 1, attributes: { 'genvitals.cost.reason': reason } });
  });

  test('of a call that failed, or reads a response again, is nothing at all', async () => {
    const stage = await createStage();
    stage.script(apiError(500, {}), json(responseObject()));
    const client = stage.client();
    await client.chat.completions.create(CHAT).catch(() => undefined);
    expect(costOf(stage)).toEqual({});
    await client.responses.retrieve('resp_1');
    expect(costOf(stage)).toEqual({});
    expect(await stage.points('genvitals.client.cost')).toEqual([]);
    expect(await stage.points('genvitals.client.unpriced')).toEqual([]);
  });

  test('with retries is that of the one answer, on one span and in the counter', async () => {
    const stage = await createStage();
    stage.script(apiError(500, {}, { 'retry-after-ms': '1' }), json(chatCompletion()));
    await stage.client({ maxRetries: 1 }).chat.completions.create(CHAT);
    expect(costOf(stage)).toEqual(CHAT_COST);
    const points = await stage.points('genvitals.client.cost');
    expect(usd(points)).toBeCloseTo(5.55e-6, 15);
    expect(points[0]?.attributes).toEqual({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o-mini',
      'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
      'genvitals.feature.name': 'unset',
      'genvitals.cost.kind': 'input',
      'openai.response.service_tier': 'default',
    });
    expect(points[0]?.unit).toBe('{USD}');
  });

  test('is summed over many calls exactly as their spans have it', async () => {
    const stage = await createStage();
    for (let call = 1; call <= 25; call++) await chat(stage, { usage: usage(call * 100, call) });
    const onSpans = stage
      .spans()
      .reduce((sum, { attributes }) => sum + Number(attributes['genvitals.cost.amount']), 0);
    // 0.15 USD a million for 100 × (1 + … + 25) = 32,500 in, 0.60 for 325 out.
    expect(onSpans).toBeCloseTo((32_500 * 0.15 + 325 * 0.6) / 1e6, 12);
    expect(usd(await stage.points('genvitals.client.cost'))).toBeCloseTo(onSpans, 12);
  });

  test('by a tier that a server makes up is unknown, and makes no series of its own', async () => {
    const stage = await createStage();
    for (let tier = 0; tier < 30; tier++) await chat(stage, { service_tier: `tier-${tier}` });
    expect((await stage.points('genvitals.client.unpriced')).map(({ value }) => value)).toEqual([30]);
    expect(await stage.points('genvitals.client.cost')).toEqual([]);
  });
});

describe('a file of the user’s own prices', () => {
  test('comes before the lists: prices, discounts, names on Azure and throughput that is paid by the hour', async () => {
    const GENVITALS_PRICES = pricesFile(`version: 1
prices:
  - provider: openai
    model: my-finetune
    usdPerMillionTokens: { input: 1, output: 2 }
discounts:
  - { provider: openai, model: gpt-4o-mini*, percent: 20 }
provisioned:
  - { provider: azure.ai.openai, deployment: prod-ptu }
deployments:
  - { provider: azure.ai.openai, deployment: prod-chat, model: gpt-4o-mini-2024-07-18 }
`);
    const stage = await createStage({ env: { GENVITALS_PRICES } });
    expect(await chat(stage, { model: 'my-finetune', usage: usage(100, 10) })).toEqual(
      costAttributes({ input: 100, output: 20 }),
    );
    expect(await chat(stage, { usage: usage(100, 10) })).toEqual(
      costAttributes({ input: 100 * 0.15 * 0.8, output: 10 * 0.6 * 0.8 }),
    );
    const azure = new stage.openai.AzureOpenAI({
      apiKey: 'k',
      apiVersion: '2024-10-21',
      endpoint: 'https://res.openai.azure.com',
      maxRetries: 0,
      fetch: () =>
        Promise.resolve(Response.json(chatCompletion({ model: 'prod-chat', usage: usage(100, 10) }))),
    });
    await azure.chat.completions.create({ ...CHAT, model: 'prod-chat' });
    expect(costOf(stage)).toEqual(costAttributes({ input: 100 * 0.15, output: 10 * 0.6 }));
    await azure.chat.completions.create({ ...CHAT, model: 'prod-ptu' });
    expect(costOf(stage)).toEqual({
      'genvitals.cost.status': 'none',
      'genvitals.cost.reason': 'provisioned',
    });
  });

  test.each([
    ['is not there', (): string => join(tmpdir(), 'genvitals-no-such-file.yaml'), 'PRICES_UNREADABLE'],
    ['is no YAML', (): string => pricesFile('prices: [1,'), 'PRICES_NOT_YAML'],
    ['has a place that is wrong', (): string => pricesFile('version: 2\n'), 'PRICES_INVALID'],
  ])('that %s is said once, with what to do, and the lists hold', async (_, makeFile, code) => {
    const stage = await createStage({
      env: { GENVITALS_PRICES: makeFile() },
      diagnostics: [new RegExp(code)],
    });
    expect(await chat(stage)).toEqual(CHAT_COST);
    expect(await chat(stage)).toEqual(CHAT_COST);
    expect(stage.said()).toHaveLength(1);
    expect(stage.said()[0]).toMatch(/^genvitals: GENVITALS_PRICES is left out \(PRICES_.+corrected\.$/);
  });
});
