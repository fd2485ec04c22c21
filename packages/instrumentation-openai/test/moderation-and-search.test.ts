import { describe, expect, test } from 'vitest';
import { RESPONSE_USAGE } from './answers.ts';
import { createStage } from './app-stage.ts';
import { costAttributes, RESPONSE_COST } from './hand-arithmetic.ts';
import { apiError, json } from './provider-server.ts';

describe('a moderation', () => {
  test('is a call without tokens that costs nothing, and not one whose cost is unknown', async () => {
    const stage = await createStage();
    stage.script(json({ id: 'modr-1', model: 'omni-moderation-latest', results: [{ flagged: true }] }));
    await stage.client().moderations.create({ input: 'Hi' });
    expect(stage.span().name).toBe('moderation');
    expect(stage.span().attributes).toMatchObject({
      'gen_ai.operation.name': 'moderation',
      'gen_ai.response.id': 'modr-1',
      'gen_ai.response.model': 'omni-moderation-latest',
      'genvitals.outcome': 'success',
      ...costAttributes({ request: 0 }),
    });
    expect(stage.span().attributes).not.toHaveProperty('genvitals.usage.missing');
    expect(await stage.points('genvitals.client.unpriced')).toEqual([]);
    expect(await stage.points('genvitals.client.tokens')).toEqual([]);
    expect(await stage.points('genvitals.client.usage_missing')).toEqual([]);
  });

  test('by a model that no list has is unpriced', async () => {
    const stage = await createStage();
    stage.script(json({ id: 'modr-1', model: 'guard-1', results: [] }));
    await stage.client().moderations.create({ input: 'Hi', model: 'guard-1' });
    expect(stage.span().attributes).toMatchObject({
      'genvitals.cost.status': 'none',
      'genvitals.cost.reason': 'model_unknown',
    });
  });
});

describe('a search in a vector store', () => {
  const PAGE = { object: 'vector_store.search_results.page', data: [{ file_id: 'file-1' }], has_more: false };

  test('is a retrieval whose pages the app walks as before', async () => {
    const stage = await createStage();
    stage.script(json(PAGE));
    const params = { query: 'opening hours', max_num_results: 5 };
    const { vectorStores } = stage.client();
    expect((await vectorStores.search('vs_1', params)).data).toHaveLength(1);
    const seen: unknown[] = [];
    for await (const found of vectorStores.search('vs_1', params)) seen.push(found.file_id);
    expect(seen).toEqual(['file-1']);
    expect(stage.spans().map(({ name }) => name)).toEqual(['retrieval', 'retrieval']);
    expect(stage.spans()[0]?.attributes).toMatchObject({
      'gen_ai.operation.name': 'retrieval',
      'gen_ai.retrieval.top_k': 5,
      'genvitals.outcome': 'success',
    });
    const keys = Object.keys(stage.spans()[0]?.attributes ?? {});
    expect(keys.filter((key) => /cost|usage|model/.test(key))).toEqual([]);
  });

  test('that fails has the error, and neither the store nor the query', async () => {
    const stage = await createStage();
    stage.script(apiError(404, { message: 'No vector store vs_secret', code: null }));
    const { vectorStores } = stage.client();
    await expect(vectorStores.search('vs_secret', { query: 'hours' })).rejects.toThrow('404');
    expect(stage.span().attributes).toMatchObject({ 'genvitals.outcome': 'error', 'error.type': '404' });
    expect(JSON.stringify([stage.span().name, stage.span().attributes, stage.span().status])).not.toMatch(
      /vs_secret|hours/,
    );
  });

  test('is told from other paths below a vector store', async () => {
    const stage = await createStage();
    stage.script(json({}));
    const client = stage.client();
    const post = (path: string): Promise<unknown> => client.post(path, { body: {} });
    await post('/vector_stores/vs_1/files');
    await post('/vector_stores/vs_1/files/search');
    await post('/vector_stores//search');
    await post('/vector_stores/search');
    await client.get('/vector_stores/vs_1/search');
    expect(stage.spans()).toEqual([]);
    await post('/vector_stores/vs%2F1/search?x=1');
    expect(stage.span().name).toBe('retrieval');
  });
});

test('a compaction has the usage of a response, priced by the model that was asked for', async () => {
  const stage = await createStage();
  stage.script(json({ id: 'resp_1', object: 'response.compaction', output: [], usage: RESPONSE_USAGE }));
  await stage.client().responses.compact({ model: 'gpt-4o-mini', input: 'Hi', instructions: 'Be short.' });
  expect(stage.span().name).toBe('compaction gpt-4o-mini');
  expect(stage.span().attributes).toMatchObject({
    'gen_ai.operation.name': 'compaction',
    'gen_ai.response.id': 'resp_1',
    'genvitals.prompt.hash_source': 'instructions',
    ...RESPONSE_COST,
  });
});

test('a deployment on Azure is taken off the path of any endpoint', async () => {
  const stage = await createStage();
  const azure = new stage.openai.AzureOpenAI({
    apiKey: 'k',
    apiVersion: '2024-10-21',
    endpoint: 'https://res.openai.azure.com',
    maxRetries: 0,
    fetch: () => Promise.resolve(Response.json({})),
  });
  const file = new File(['bytes'], 'a.mp3');
  await azure.images.generate({ model: 'my-images', prompt: 'A lighthouse' });
  await azure.audio.transcriptions.create({ model: 'my-whisper', file });
  await azure.audio.speech.create({ model: 'my-voice', input: 'Hi', voice: 'alloy' });
  await azure.post('/deployments/my-edits/images/edits', { body: { model: 'my-edits' } });
  expect(stage.spans().map(({ name }) => name)).toEqual([
    'image_generation my-images',
    'transcription my-whisper',
    'speech my-voice',
    'image_generation my-edits',
  ]);
  expect(stage.spans().map(({ attributes }) => attributes['gen_ai.provider.name'])).toEqual(
    Array.from({ length: 4 }, () => 'azure.ai.openai'),
  );
});

test('an answer that is an error, as compatible servers have them with a status of success, is one', async () => {
  const stage = await createStage();
  stage.script(json({ error: { code: 'overloaded', message: 'Later.' } }));
  const client = stage.client();
  const file = new File(['bytes'], 'a.mp3');
  await client.moderations.create({ input: 'Hi', model: 'omni-moderation-latest' });
  await client.images.generate({ model: 'gpt-image-1', prompt: 'A lighthouse' });
  await client.audio.transcriptions.create({ model: 'whisper-1', file });
  await client.responses.compact({ model: 'gpt-4o-mini' });
  for (const { attributes } of stage.spans()) {
    expect(attributes).toMatchObject({ 'genvitals.outcome': 'error', 'error.type': 'overloaded' });
    expect(attributes).not.toHaveProperty('genvitals.cost.amount');
  }
  expect(stage.spans()).toHaveLength(4);
});
