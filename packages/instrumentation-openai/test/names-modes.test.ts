import {
  attributes,
  isMetricWritten,
  metrics,
  type MetricName,
  type MetricRow,
} from '@genvitals/conventions';
import { describe, expect, test } from 'vitest';
import {
  chatCompletion,
  chatStream,
  embeddingList,
  responseObject,
  responseStream,
  textCompletion,
} from './answers.ts';
import { CHAT, createStage, type Point, type Stage } from './app-stage.ts';
import { apiError, bytes, json, sse } from './provider-server.ts';

const USAGE_OF_EVERY_KIND = {
  prompt_tokens: 100,
  completion_tokens: 50,
  total_tokens: 150,
  prompt_tokens_details: { cached_tokens: 10, cache_write_tokens: 20, audio_tokens: 30, image_tokens: 5 },
  completion_tokens_details: { reasoning_tokens: 10, audio_tokens: 20, image_tokens: 4 },
};

const RATE_LIMITS = { 'x-ratelimit-limit-requests': '500', 'x-ratelimit-remaining-requests': '499' };

/** A stage where every kind of call was made once, or more. */
async function busyStage(semconv: string | undefined): Promise<Stage> {
  const stage = await createStage({
    ...(semconv === undefined ? {} : { env: { GENVITALS_SEMCONV: semconv } }),
    ownsSdk: true,
  });
  stage.script(
    json(chatCompletion({ usage: USAGE_OF_EVERY_KIND }), 200, RATE_LIMITS),
    sse(chatStream({ usage: false })),
    apiError(500, { code: 'server_error' }),
    json(responseObject()),
    sse(responseStream()),
    json(textCompletion()),
    json(embeddingList()),
    json(responseObject()),
    sse(responseStream()),
    json({ id: 'modr-1', model: 'omni-moderation-latest', results: [] }),
    json({ created: 1, data: [], usage: { input_tokens: 5, output_tokens: 9, total_tokens: 14 } }),
    sse([{ type: 'image_edit.completed', usage: { input_tokens: 5, output_tokens: 9, total_tokens: 14 } }]),
    json({ text: 'Hello', usage: { type: 'duration', seconds: 3 } }),
    bytes('ID3', 'audio/mpeg'),
    json({ object: 'list', data: [], has_more: false }),
    json({ id: 'resp_2', output: [], usage: { input_tokens: 5, output_tokens: 9, total_tokens: 14 } }),
  );
  const client = stage.client();
  await client.chat.completions.create(CHAT);
  for await (const chunk of await client.chat.completions.create({ ...CHAT, stream: true })) void chunk;
  await expect(client.chat.completions.create(CHAT)).rejects.toThrow('500');
  await client.responses.create({ model: 'gpt-4o-mini', input: 'Hi' });
  for await (const event of await client.responses.create({
    model: 'gpt-4o-mini',
    input: 'Hi',
    stream: true,
  }))
    void event;
  await client.completions.create({ model: 'gpt-3.5-turbo-instruct', prompt: 'Hi' });
  await client.embeddings.create({ model: 'text-embedding-3-small', input: 'Hi' });
  await client.responses.retrieve('resp_1');
  for await (const event of await client.responses.retrieve('resp_1', { stream: true })) void event;
  const file = new File(['bytes'], 'file');
  await client.moderations.create({ input: 'Hi' });
  await client.images.generate({ model: 'gpt-image-1', prompt: 'Hi' });
  const edit = { model: 'gpt-image-1', prompt: 'Hi', image: file, stream: true } as const;
  for await (const event of await client.images.edit(edit)) void event;
  await client.audio.transcriptions.create({ model: 'whisper-1', file });
  await client.audio.speech.create({ model: 'tts-1', input: 'Hi', voice: 'alloy' });
  await client.vectorStores.search('vs_1', { query: 'Hi', max_num_results: 3 });
  await client.responses.compact({ model: 'gpt-4o-mini' });
  return stage;
}

/** Which operations each metric has points of. */
function operations(points: readonly Point[]): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const { metric, attributes: labels } of points) {
    const operation = labels['gen_ai.operation.name'];
    const list = (found[metric] ??= []);
    if (typeof operation === 'string' && !list.includes(operation)) list.push(operation);
  }
  for (const list of Object.values(found)) list.sort();
  return found;
}

const EVERY = [
  'chat',
  'compaction',
  'embeddings',
  'fetch_response',
  'image_generation',
  'moderation',
  'retrieval',
  'speech',
  'text_completion',
  'transcription',
];
const WITH_TOKENS = ['chat', 'compaction', 'embeddings', 'image_generation', 'text_completion'];
const INFERENCE = ['chat', 'text_completion'];

const OWN = {
  'genvitals.client.calls': EVERY,
  // The labels of attempts have no operation.
  'genvitals.client.attempts': [],
  'genvitals.client.tokens': WITH_TOKENS,
  'genvitals.client.cost': EVERY.filter((name) => name !== 'fetch_response' && name !== 'retrieval'),
  // Its labels have no operation either.
  'genvitals.client.unpriced': [],
  'genvitals.client.usage_missing': [...WITH_TOKENS, 'transcription'],
  'genvitals.instrumentation.info': [],
  'genvitals.telemetry.capped': [],
  'genvitals.rate_limit.limit': [],
  'genvitals.rate_limit.remaining': [],
  'genvitals.rate_limit.utilization': [],
};

const V1_41 = {
  'gen_ai.client.operation.duration': EVERY,
  'gen_ai.client.operation.time_to_first_chunk': ['chat'],
  'gen_ai.client.operation.time_per_output_chunk': ['chat'],
  'gen_ai.client.token.usage': WITH_TOKENS,
};

const LATEST = {
  'gen_ai.client.inference.duration': INFERENCE,
  'gen_ai.client.operation.duration': EVERY.filter((name) => !INFERENCE.includes(name)),
  'gen_ai.client.inference.time_to_first_chunk': ['chat'],
  'gen_ai.client.inference.time_per_output_chunk': ['chat'],
  'gen_ai.client.inference.usage.input_tokens': INFERENCE,
  'gen_ai.client.inference.usage.output_tokens': INFERENCE,
  'gen_ai.client.inference.usage.cache_read.input_tokens': INFERENCE,
  'gen_ai.client.inference.usage.cache_write.input_tokens': INFERENCE,
  'gen_ai.client.inference.usage.reasoning.output_tokens': INFERENCE,
  'gen_ai.client.inference.operation.input_tokens': INFERENCE,
  'gen_ai.client.inference.operation.output_tokens': INFERENCE,
};

describe('names modes', () => {
  test.each([
    ['v1.41', 'v1.41', { ...OWN, ...V1_41 }],
    ['unset, which is v1.41', undefined, { ...OWN, ...V1_41 }],
    ['latest', 'latest', { ...OWN, ...LATEST }],
    ['dup', 'dup', { ...OWN, ...LATEST, ...V1_41 }],
  ])(
    '%s: these metrics and no others, for these operations and no others',
    async (_name, semconv, expected) => {
      const stage = await busyStage(semconv);
      expect(operations(await stage.points())).toEqual(expected);
    },
  );

  test.each(['v1.41', 'latest', 'dup'])(
    '%s: each metric has the unit, the bounds and only labels of its row in the ledger',
    async (semconv) => {
      const stage = await busyStage(semconv);
      const rows = new Map(Object.values(metrics).map((row: MetricRow) => [row.name, row]));
      const points = await stage.points();
      for (const { metric, unit, attributes: labels, bounds } of points) {
        const row = rows.get(metric);
        expect(unit, metric).toBe(row?.unit);
        expect(bounds, metric).toEqual(row?.buckets);
        const allowed = row?.labels.map((name) => attributes[name].key) ?? [];
        expect(
          Object.keys(labels).filter((key) => !allowed.includes(key as never)),
          metric,
        ).toEqual([]);
      }
    },
  );

  test.each(['v1.41', 'latest', 'dup'] as const)(
    '%s: what the ledger says is written is written, except what it has planned',
    async (semconv) => {
      const stage = await busyStage(semconv);
      const written = new Set((await stage.points()).map(({ metric }) => metric));
      const rows = Object.entries(metrics) as [MetricName, MetricRow][];
      const wanted = rows
        .filter(
          ([name, { emitter, planned }]) =>
            emitter === 'instrumentation-openai' &&
            planned !== true &&
            (isMetricWritten(name, semconv, true) || isMetricWritten(name, semconv, false)),
        )
        .map(([, { name }]) => name);
      expect([...written].toSorted()).toEqual(wanted.toSorted());
    },
  );

  test.each([
    [
      'v1.41',
      { 'gen_ai.usage.cache_read.input_tokens': 10, 'gen_ai.usage.cache_creation.input_tokens': 20 },
      'https://opentelemetry.io/schemas/1.41.0',
    ],
    [
      'latest',
      {
        'gen_ai.usage.cache_read.input_tokens': 10,
        'gen_ai.usage.cache_write.input_tokens': 20,
        'gen_ai.usage.audio.input_tokens': 30,
        'gen_ai.usage.image.input_tokens': 5,
        'gen_ai.usage.audio.output_tokens': 20,
        'gen_ai.usage.image.output_tokens': 4,
      },
      'https://opentelemetry.io/schemas/gen-ai-dev/1.42.0-dev',
    ],
    [
      'dup',
      {
        'gen_ai.usage.cache_read.input_tokens': 10,
        'gen_ai.usage.cache_creation.input_tokens': 20,
        'gen_ai.usage.cache_write.input_tokens': 20,
        'gen_ai.usage.audio.input_tokens': 30,
        'gen_ai.usage.image.input_tokens': 5,
        'gen_ai.usage.audio.output_tokens': 20,
        'gen_ai.usage.image.output_tokens': 4,
      },
      'https://opentelemetry.io/schemas/gen-ai-dev/1.42.0-dev',
    ],
  ])('%s: the usage on the span, and the schema of the scope', async (semconv, details, schemaUrl) => {
    const stage = await createStage({ env: { GENVITALS_SEMCONV: semconv } });
    stage.script(json(chatCompletion({ usage: USAGE_OF_EVERY_KIND })));
    await stage.client().chat.completions.create(CHAT);
    const span = stage.span();
    const usage = Object.entries(span.attributes).filter(([key]) => key.startsWith('gen_ai.usage.'));
    expect(Object.fromEntries(usage)).toEqual({
      'gen_ai.usage.input_tokens': 100,
      'gen_ai.usage.output_tokens': 50,
      'gen_ai.usage.reasoning.output_tokens': 10,
      ...details,
    });
    expect(span.instrumentationScope.schemaUrl).toBe(schemaUrl);
    expect(stage.event().attributes).toMatchObject(span.attributes);
  });

  test('every attribute of every span has a row in the ledger, with its type', async () => {
    const stage = await busyStage('dup');
    const rows = new Map<string, string>();
    for (const row of Object.values(attributes)) {
      rows.set(row.key, row.type);
      if ('modes' in row) for (const key of Object.values(row.modes)) rows.set(key, row.type);
    }
    const isOf: Record<string, (value: unknown) => boolean> = {
      string: (value) => typeof value === 'string',
      int: Number.isInteger,
      double: (value) => typeof value === 'number',
      boolean: (value) => typeof value === 'boolean',
      'string[]': (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
    };
    expect(stage.spans().length).toBe(16);
    for (const { attributes: found } of stage.spans()) {
      for (const [key, value] of Object.entries(found)) {
        expect(isOf[rows.get(key) ?? '']?.(value), `${key} is ${JSON.stringify(value)}`).toBe(true);
      }
    }
  });
});
