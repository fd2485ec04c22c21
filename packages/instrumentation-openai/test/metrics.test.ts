import { context, metrics, trace } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { VERSION as OPENAI_VERSION } from 'openai/version';
import { describe, expect, test } from 'vitest';
import { chatCompletion, chatStream, embeddingList, responseObject, responseStream } from './answers.ts';
import { CHAT, createStage, type Point } from './app-stage.ts';
import { apiError, createProviderServer, json, sse } from './provider-server.ts';

const CALL_LABELS = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o-mini',
  'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
  'genvitals.feature.name': 'unset',
};
const { 'gen_ai.response.model': _model, ...UNANSWERED_LABELS } = CALL_LABELS;

/** Label set -> value, so that order does not matter and nothing is left out. */
function table(points: readonly Point[]): Record<string, number> {
  const rows = points.map(({ attributes, value }) => [JSON.stringify(sorted(attributes)), value] as const);
  expect(new Set(rows.map(([key]) => key)).size, 'a label set stands once').toBe(rows.length);
  return Object.fromEntries(rows);
}

function sorted(labels: Readonly<Record<string, unknown>>): unknown {
  return Object.fromEntries(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function row(labels: Record<string, unknown>): string {
  return JSON.stringify(sorted(labels));
}

async function fail(work: Promise<unknown>): Promise<void> {
  await expect(work).rejects.toBeInstanceOf(Error);
}

async function readAll(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const chunk of stream) void chunk;
}

const sumOf = (points: readonly Point[]): number => points.reduce((sum, { value }) => sum + value, 0);

describe('calls', () => {
  test('are counted by how they end, with the sibling at 0', async () => {
    const stage = await createStage();
    stage.script(json(chatCompletion()));
    const client = stage.client();
    await client.chat.completions.create(CHAT);
    await client.chat.completions.create(CHAT);
    expect(table(await stage.points('genvitals.client.calls'))).toEqual({
      [row({ ...CALL_LABELS, 'genvitals.outcome': 'success' })]: 2,
      [row({ ...UNANSWERED_LABELS, 'genvitals.outcome': 'error' })]: 0,
    });
  });

  test('that fail have their kind and type, and are not counted as anything else', async () => {
    const stage = await createStage();
    stage.script(apiError(500, {}), apiError(429, { code: 'rate_limit_exceeded' }));
    const client = stage.client();
    await fail(client.chat.completions.create(CHAT));
    await fail(client.chat.completions.create(CHAT));
    await fail(client.chat.completions.create(CHAT));
    const labels = { ...UNANSWERED_LABELS, 'genvitals.outcome': 'error' };
    expect(table(await stage.points('genvitals.client.calls'))).toEqual({
      [row(labels)]: 0,
      [row({ ...labels, 'genvitals.error.kind': 'provider', 'error.type': '500' })]: 1,
      [row({ ...labels, 'genvitals.error.kind': 'quota', 'error.type': 'rate_limit_exceeded' })]: 2,
    });
  });

  test('with retries are one call and several attempts', async () => {
    const stage = await createStage();
    stage.script(
      apiError(429, { code: 'rate_limit_exceeded' }, { 'retry-after-ms': '1' }),
      json(chatCompletion()),
    );
    await stage.client({ maxRetries: 1 }).chat.completions.create(CHAT);
    expect(sumOf(await stage.points('genvitals.client.calls'))).toBe(1);
    const labels = {
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o-mini',
      'genvitals.feature.name': 'unset',
    };
    expect(table(await stage.points('genvitals.client.attempts'))).toEqual({
      [row({ ...labels, 'http.response.status_code': 429, 'error.type': '429' })]: 1,
      [row({ ...labels, 'http.response.status_code': 200 })]: 1,
    });
  });

  test('attempts without an answer have the error’s class', async () => {
    const stage = await createStage();
    await fail(stage.client({ baseURL: 'http://127.0.0.1:9/v1' }).chat.completions.create(CHAT));
    const [attempt] = await stage.points('genvitals.client.attempts');
    expect(attempt?.value).toBe(1);
    expect(attempt?.attributes).not.toHaveProperty('http.response.status_code');
    expect(attempt?.attributes['error.type']).toMatch(/^\w+$/);
  });

  test('an outcome that an error code happens to be named like keeps its own durations', async () => {
    const stage = await createStage();
    stage.script(apiError(400, { code: 'cancelled' }));
    const client = stage.client();
    await fail(client.chat.completions.create(CHAT));
    await fail(client.chat.completions.create(CHAT, { signal: AbortSignal.abort() }));
    const durations = (await stage.points('gen_ai.client.operation.duration')).map(
      ({ attributes, value }) => [attributes['genvitals.outcome'], attributes['error.type'], value],
    );
    expect(durations).toEqual([
      ['error', 'cancelled', 1],
      ['cancelled', undefined, 1],
    ]);
  });
});

describe('tokens', () => {
  test('are counted by kinds that sum to the total, the usual kinds from the start', async () => {
    const stage = await createStage();
    stage.script(
      json(chatCompletion()),
      json(
        chatCompletion({
          usage: {
            prompt_tokens: 100,
            completion_tokens: 50,
            prompt_tokens_details: {
              cached_tokens: 10,
              cache_write_tokens: 20,
              audio_tokens: 30,
              image_tokens: 5,
            },
            completion_tokens_details: { reasoning_tokens: 10, audio_tokens: 20, image_tokens: 4 },
          },
        }),
      ),
    );
    const kinds = async (): Promise<Record<string, number>> =>
      Object.fromEntries(
        (await stage.points('genvitals.client.tokens')).map(({ attributes, value }) => [
          attributes['genvitals.token.kind'],
          value,
        ]),
      );
    const client = stage.client();
    await client.chat.completions.create(CHAT);
    expect(await kinds()).toEqual({ input: 7, cache_read: 4, output: 5, reasoning: 2 });
    await client.chat.completions.create(CHAT);
    expect(await kinds()).toEqual({
      input: 7 + 35,
      cache_read: 4 + 10,
      cache_write: 20,
      output: 5 + 16,
      reasoning: 2 + 10,
      audio_input: 30,
      audio_output: 20,
      image_input: 5,
      image_output: 4,
    });
    expect(sumOf(await stage.points('genvitals.client.tokens'))).toBe(18 + 150);
  });

  test('kinds that are open from the start are at 0 where a provider sends no details', async () => {
    const stage = await createStage();
    stage.script(
      json(chatCompletion({ usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 } })),
    );
    await stage.client().chat.completions.create(CHAT);
    const found = (await stage.points('genvitals.client.tokens')).map(({ attributes, value }) => [
      attributes['genvitals.token.kind'],
      value,
    ]);
    expect(Object.fromEntries(found)).toEqual({ input: 3, cache_read: 0, output: 2, reasoning: 0 });
  });

  test('a missing usage is counted on a row that was there at 0 before', async () => {
    const stage = await createStage();
    stage.script(json(chatCompletion()), json(chatCompletion({ usage: null })));
    const labels = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o-mini',
    };
    await stage.client().chat.completions.create(CHAT);
    expect(table(await stage.points('genvitals.client.usage_missing'))).toEqual({ [row(labels)]: 0 });
    await stage.client().chat.completions.create(CHAT);
    expect(table(await stage.points('genvitals.client.usage_missing'))).toEqual({ [row(labels)]: 1 });
  });

  test('v1.41: the usage histogram has input and output apart, with their totals', async () => {
    const stage = await createStage();
    stage.script(json(chatCompletion()), json(embeddingList()));
    await stage.client().chat.completions.create(CHAT);
    await stage.client().embeddings.create({ model: 'e', input: 'Hi' });
    const found = (await stage.points('gen_ai.client.token.usage')).map(({ attributes, value, sum }) => [
      attributes['gen_ai.operation.name'],
      attributes['gen_ai.token.type'],
      value,
      sum,
    ]);
    expect(found).toEqual([
      ['chat', 'input', 1, 11],
      ['chat', 'output', 1, 7],
      ['embeddings', 'input', 1, 6],
    ]);
  });

  test('latest: counters have the totals and their subsets, histograms one value a call, 0 for a failed one', async () => {
    const stage = await createStage({ env: { GENVITALS_SEMCONV: 'latest' } });
    stage.script(json(chatCompletion()), apiError(500, {}));
    await stage.client().chat.completions.create(CHAT);
    await fail(stage.client().chat.completions.create(CHAT));
    const server = { 'server.address': '127.0.0.1', 'server.port': stage.server.port };
    const modality = { 'gen_ai.token.modality': 'unknown' };
    for (const [metric, total] of [
      ['usage.input_tokens', 11],
      ['usage.output_tokens', 7],
      ['usage.cache_read.input_tokens', 4],
      ['usage.cache_write.input_tokens', 0],
      ['usage.reasoning.output_tokens', 2],
    ] as const) {
      expect(table(await stage.points(`gen_ai.client.inference.${metric}`)), metric).toEqual({
        [row({ ...CALL_LABELS, ...server, ...modality })]: total,
        // The failed call: 0 where there is no usage.
        [row({ ...UNANSWERED_LABELS, ...server, ...modality })]: 0,
      });
    }
    for (const [metric, total] of [
      ['input_tokens', 11],
      ['output_tokens', 7],
    ] as const) {
      const found = await stage.points(`gen_ai.client.inference.operation.${metric}`);
      expect(found.map(({ attributes, value, sum }) => [attributes['error.type'], value, sum])).toEqual([
        [undefined, 1, total],
        ['500', 1, 0],
      ]);
    }
  });

  test('reading a response again counts none', async () => {
    const stage = await createStage({ env: { GENVITALS_SEMCONV: 'dup' } });
    stage.script(json(responseObject()));
    await stage.client().responses.retrieve('resp_1');
    const names = (await stage.points()).map(({ metric }) => metric);
    expect(names).not.toContain('genvitals.client.tokens');
    expect(names.filter((name) => name.includes('token'))).toEqual([]);
  });
});

describe('durations', () => {
  test.each([
    ['v1.41', ['gen_ai.client.operation.duration']],
    ['latest', ['gen_ai.client.inference.duration']],
    ['dup', ['gen_ai.client.inference.duration', 'gen_ai.client.operation.duration']],
  ])('%s: the duration on the metric is the span’s', async (semconv, names) => {
    const stage = await createStage({ env: { GENVITALS_SEMCONV: semconv } });
    stage.script(json(chatCompletion()), sse([20, ...chatStream()]), apiError(500, {}));
    const client = stage.client();
    await client.chat.completions.create(CHAT);
    await readAll(await client.chat.completions.create({ ...CHAT, model: 'streamed', stream: true }));
    await fail(client.chat.completions.create({ ...CHAT, model: 'failed' }));
    const points = (await stage.points()).filter(({ metric }) => metric.endsWith('.duration'));
    expect([...new Set(points.map(({ metric }) => metric))].toSorted()).toEqual(names);
    for (const { attributes, duration } of stage.spans()) {
      const model = attributes['gen_ai.request.model'];
      const own = points.filter((point) => point.attributes['gen_ai.request.model'] === model);
      expect(own).toHaveLength(names.length);
      for (const point of own) {
        expect(point.value).toBe(1);
        // A span's times are whole nanoseconds on a start in milliseconds.
        expect(point.sum).toBeCloseTo(duration[0] + duration[1] / 1e9, 6);
      }
    }
  });
});

describe('label sets', () => {
  test('two servers and two APIs of one model are one row where the labels are the same, and lose nothing', async () => {
    const stage = await createStage({
      env: { GENVITALS_SEMCONV: 'dup' },
      ownsSdk: true,
    });
    const other = await createProviderServer();
    const model = 'gpt-4o-mini-2024-07-18';
    stage.script(json(chatCompletion()));
    other.script(json(chatCompletion()));
    await stage.client().chat.completions.create({ ...CHAT, model });
    await stage.client({ baseURL: other.url }).chat.completions.create({ ...CHAT, model });
    stage.script(json(responseObject()));
    await stage.client().responses.create({ model, input: 'Hi' });
    // The same server below another path.
    stage.script(json(chatCompletion()));
    await stage
      .client({ baseURL: stage.server.url.replace('/v1', '/other/v1') })
      .chat.completions.create({ ...CHAT, model });
    stage.script(sse(chatStream()), sse(responseStream()));
    await readAll(await stage.client().chat.completions.create({ ...CHAT, model, stream: true }));
    await readAll(await stage.client().responses.create({ model, input: 'Hi', stream: true }));
    await other.close();

    const points = await stage.points();
    for (const metric of new Set(points.map((point) => point.metric))) {
      table(points.filter((point) => point.metric === metric));
    }
    const total = (metric: string): number => sumOf(points.filter((point) => point.metric === metric));
    expect(total('genvitals.client.calls')).toBe(6);
    expect(total('genvitals.client.attempts')).toBe(6);
    expect(total('genvitals.client.tokens')).toBe(4 * 18 + 2 * 30);
    expect(total('gen_ai.client.inference.usage.input_tokens')).toBe(4 * 11 + 2 * 21);
    expect(total('gen_ai.client.inference.duration')).toBe(6);
    expect(total('gen_ai.client.operation.duration')).toBe(6);
    // Five chunks of each stream: four times between them.
    expect(total('gen_ai.client.inference.time_per_output_chunk')).toBe(8);
    expect(total('gen_ai.client.operation.time_per_output_chunk')).toBe(8);
  });
});

describe('when metrics are there', () => {
  test('instrumentation.info is 1 and says what is in the process', async () => {
    const stage = await createStage({ env: { GENVITALS_SEMCONV: 'dup' } });
    stage.script(json(chatCompletion()));
    await stage.client().chat.completions.create(CHAT);
    expect(await stage.points('genvitals.instrumentation.info')).toEqual([
      {
        metric: 'genvitals.instrumentation.info',
        unit: '{process}',
        value: 1,
        attributes: {
          'genvitals.version': expect.stringMatching(/^\d+\.\d+\.\d+/),
          'genvitals.openai.version': OPENAI_VERSION,
          'genvitals.seam': 'request',
          'genvitals.semconv': 'dup',
          'genvitals.capture.mode': 'NO_CONTENT',
        },
      },
    ]);
  });

  test('nothing at all comes of a call whose tracing is suppressed', async () => {
    const stage = await createStage({ env: { GENVITALS_CALL_LOG: 'stdout' } });
    stage.script(json(chatCompletion()), sse(chatStream()));
    await context.with(suppressTracing(context.active()), async () => {
      await stage.client().chat.completions.create(CHAT);
      await readAll(await stage.client().chat.completions.create({ ...CHAT, stream: true }));
    });
    expect(stage.server.requests).toHaveLength(2);
    expect(stage.spans()).toEqual([]);
    expect(stage.events()).toEqual([]);
    const names = new Set((await stage.points()).map(({ metric }) => metric));
    expect([...names].toSorted()).toEqual(['genvitals.instrumentation.info', 'genvitals.telemetry.capped']);
  });

  test('a call whose span is not sampled is counted, timed and told like any other', async () => {
    const stage = await createStage({
      sampler: { shouldSample: () => ({ decision: 0 }), toString: () => 'never' },
    });
    stage.script(json(chatCompletion()));
    await stage.client().chat.completions.create(CHAT);
    expect(stage.spans()).toEqual([]);
    expect(sumOf(await stage.points('genvitals.client.calls'))).toBe(1);
    expect(sumOf(await stage.points('gen_ai.client.operation.duration'))).toBe(1);
    expect(sumOf(await stage.points('genvitals.client.tokens'))).toBe(18);
    const event = stage.event();
    expect(event.attributes['genvitals.outcome']).toBe('success');
    expect(event.spanContext?.traceFlags).toBe(0);
  });

  test('without a tracer provider the rest is there', async () => {
    const stage = await createStage({ without: ['trace'] });
    stage.script(json(chatCompletion()));
    await stage.client().chat.completions.create(CHAT);
    expect(sumOf(await stage.points('genvitals.client.calls'))).toBe(1);
    expect(stage.event().attributes['genvitals.outcome']).toBe('success');
  });

  test('without any provider the client is left alone', async () => {
    const stage = await createStage({ without: ['trace', 'metrics', 'logs'] });
    stage.script(json(chatCompletion()));
    const answer = await stage.client().chat.completions.create(CHAT);
    expect(answer.id).toBe('chatcmpl-1');
    expect(await stage.points()).toEqual([]);
  });

  test('a meter provider that is registered late gets the running totals from the first call it could see', async () => {
    const stage = await createStage({ without: ['metrics'] });
    stage.script(json(chatCompletion()));
    const client = stage.client();
    await client.chat.completions.create(CHAT);
    expect(await stage.points()).toEqual([]);
    metrics.setGlobalMeterProvider(stage.meterProvider);
    await client.chat.completions.create(CHAT);
    const [calls] = (await stage.points('genvitals.client.calls')).filter(({ value }) => value > 0);
    expect(calls?.value).toBe(2);
    const [duration] = await stage.points('gen_ai.client.operation.duration');
    expect(duration?.value).toBe(1);
  });

  test('a provider that replaces another is told what comes from then on, and the other nothing more', async () => {
    const stage = await createStage();
    stage.script(json(chatCompletion()));
    const client = stage.client();
    await client.chat.completions.create(CHAT);
    metrics.disable();
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const provider = new MeterProvider({
      readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 60_000 })],
    });
    metrics.setGlobalMeterProvider(provider);
    await client.chat.completions.create(CHAT);
    await provider.forceFlush();
    const found = exporter
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics))
      .find(({ descriptor }) => descriptor.name === 'genvitals.client.calls');
    expect(found?.dataPoints.map(({ value }) => value)).toEqual([1, 0]);
    const before = await stage.points('genvitals.client.calls');
    expect(before.map(({ value }) => value)).toEqual([1, 0]);
    await provider.shutdown();
  });

  test('a span that is active where no tracer is ours is what the event belongs to', async () => {
    const stage = await createStage();
    stage.script(json(chatCompletion()));
    const span = trace.getTracer('app').startSpan('request');
    await context.with(trace.setSpan(context.active(), span), () =>
      stage.client().chat.completions.create(CHAT),
    );
    span.end();
    expect(stage.event().spanContext?.traceId).toBe(span.spanContext().traceId);
    expect(stage.event().spanContext?.spanId).toBe(stage.span().spanContext().spanId);
  });
});
