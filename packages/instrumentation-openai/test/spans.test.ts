import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { describe, expect, test } from 'vitest';
import {
  base64Vector,
  chatChunk,
  chatCompletion,
  chatStream,
  embeddingList,
  responseObject,
  responseStream,
  textCompletion,
} from './answers.ts';
import { CHAT, createStage, type Stage } from './app-stage.ts';
import { CHAT_COST, costAttributes, RESPONSE_COST } from './hand-arithmetic.ts';
import { json, sse } from './provider-server.ts';

/** What every span has. */
function common(stage: Stage, operation: string): Record<string, unknown> {
  return {
    'gen_ai.operation.name': operation,
    'gen_ai.provider.name': 'openai',
    'server.address': '127.0.0.1',
    'server.port': stage.server.port,
    'genvitals.feature.name': 'unset',
    'genvitals.feature.source': 'unset',
    'genvitals.outcome': 'success',
  };
}

const CHAT_ANSWER = {
  'openai.api.type': 'chat_completions',
  'gen_ai.response.id': 'chatcmpl-1',
  'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
  'gen_ai.response.finish_reasons': ['stop'],
  'openai.response.service_tier': 'default',
  'openai.response.system_fingerprint': 'fp_1',
};

const CHAT_TOKENS = {
  'gen_ai.usage.input_tokens': 11,
  'gen_ai.usage.output_tokens': 7,
  'gen_ai.usage.cache_read.input_tokens': 4,
  'gen_ai.usage.reasoning.output_tokens': 2,
};

const RESPONSE_ANSWER = {
  'openai.api.type': 'responses',
  'gen_ai.response.id': 'resp_1',
  'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
  'gen_ai.response.finish_reasons': ['stop'],
  'openai.response.service_tier': 'default',
};

const RESPONSE_TOKENS = {
  'gen_ai.usage.input_tokens': 21,
  'gen_ai.usage.output_tokens': 9,
  'gen_ai.usage.cache_read.input_tokens': 5,
  'gen_ai.usage.reasoning.output_tokens': 3,
};

describe('the span of a call', () => {
  test('chat: one client span with what was asked, what came and what it used, and nothing else', async () => {
    const stage = await createStage();
    stage.script(json(chatCompletion()));
    await stage.client().chat.completions.create({
      model: 'gpt-4o-mini',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hi' },
      ],
      temperature: 0.2,
      top_p: 0.9,
      frequency_penalty: 0.1,
      presence_penalty: 0.3,
      max_completion_tokens: 100,
      stop: ['END', 'STOP'],
      seed: 7,
      n: 2,
      reasoning_effort: 'low',
      response_format: { type: 'json_object' },
      service_tier: 'flex',
    });
    const span = stage.span();
    expect(span.name).toBe('chat gpt-4o-mini');
    expect(span.kind).toBe(SpanKind.CLIENT);
    expect(span.status).toEqual({ code: SpanStatusCode.UNSET });
    expect(span.events).toEqual([]);
    expect(span.attributes).toEqual({
      ...common(stage, 'chat'),
      'gen_ai.request.model': 'gpt-4o-mini',
      'gen_ai.request.temperature': 0.2,
      'gen_ai.request.top_p': 0.9,
      'gen_ai.request.frequency_penalty': 0.1,
      'gen_ai.request.presence_penalty': 0.3,
      'gen_ai.request.max_tokens': 100,
      'gen_ai.request.stop_sequences': ['END', 'STOP'],
      'gen_ai.request.seed': 7,
      'gen_ai.request.choice.count': 2,
      'gen_ai.request.reasoning.level': 'low',
      'gen_ai.output.type': 'json',
      'openai.request.service_tier': 'flex',
      'genvitals.prompt.hash': '213c22ed7234',
      'genvitals.prompt.hash_source': 'instructions',
      ...CHAT_ANSWER,
      ...CHAT_TOKENS,
      ...CHAT_COST,
    });
  });

  test('a streamed chat says so, and how long the first chunk took', async () => {
    const stage = await createStage();
    stage.script(sse(chatStream()));
    const stream = await stage
      .client()
      .chat.completions.create({ ...CHAT, stream: true, stream_options: { include_usage: true } });
    let text = '';
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    expect(text).toBe('Hello');
    const { attributes } = stage.span();
    expect(attributes).toEqual({
      ...common(stage, 'chat'),
      'gen_ai.request.model': 'gpt-4o-mini',
      'gen_ai.request.stream': true,
      ...CHAT_ANSWER,
      ...CHAT_TOKENS,
      ...CHAT_COST,
      'gen_ai.response.time_to_first_chunk': expect.any(Number),
    });
  });

  test('choices that come interleaved and out of order have their reasons in the order of their index', async () => {
    const stage = await createStage();
    stage.script(
      sse([
        chatChunk({ content: 'b' }, { index: 1 }),
        chatChunk({ content: 'a' }, { index: 0 }),
        chatChunk({}, { index: 1, finish_reason: 'length' }),
        chatChunk({ tool_calls: [{ index: 0, id: 't1' }] }, { index: 2 }),
        chatChunk({}, { index: 2, finish_reason: 'tool_calls' }),
      ]),
    );
    const stream = await stage.client().chat.completions.create({ ...CHAT, n: 3, stream: true });
    for await (const chunk of stream) void chunk;
    // The conventions: `error` in the place of a choice that never said why it ended.
    expect(stage.span().attributes['gen_ai.response.finish_reasons']).toEqual([
      'error',
      'length',
      'tool_calls',
    ]);
  });

  test('responses: what its API offers beside that of chat', async () => {
    const stage = await createStage();
    stage.script(json(responseObject()));
    await stage.client().responses.create({
      model: 'gpt-4o-mini',
      input: 'Hi',
      instructions: 'Be brief.',
      temperature: 0.2,
      top_p: 0.9,
      max_output_tokens: 100,
      reasoning: { effort: 'high' },
      previous_response_id: 'resp_0',
      conversation: { id: 'conv_1' },
      text: { format: { type: 'json_schema', name: 'rating', schema: { type: 'object' } } },
      prompt: { id: 'pmpt_1', version: '3' },
      service_tier: 'priority',
    });
    const span = stage.span();
    expect(span.name).toBe('chat gpt-4o-mini');
    expect(span.kind).toBe(SpanKind.CLIENT);
    expect(span.attributes).toEqual({
      ...common(stage, 'chat'),
      'gen_ai.request.model': 'gpt-4o-mini',
      'gen_ai.request.temperature': 0.2,
      'gen_ai.request.top_p': 0.9,
      'gen_ai.request.max_tokens': 100,
      'gen_ai.request.reasoning.level': 'high',
      'gen_ai.request.previous_response.id': 'resp_0',
      'gen_ai.conversation.id': 'conv_1',
      'gen_ai.output.type': 'json',
      'gen_ai.prompt.name': 'pmpt_1',
      'gen_ai.prompt.version': '3',
      'openai.request.service_tier': 'priority',
      'genvitals.prompt.hash': '213c22ed7234',
      'genvitals.prompt.hash_source': 'instructions',
      ...RESPONSE_ANSWER,
      ...RESPONSE_TOKENS,
      ...RESPONSE_COST,
    });
  });

  test('a streamed response has the same facts from its last event', async () => {
    const stage = await createStage();
    stage.script(sse(responseStream()));
    const stream = await stage
      .client()
      .responses.create({ model: 'gpt-4o-mini', input: 'Hi', conversation: 'conv_2', stream: true });
    for await (const event of stream) void event;
    expect(stage.span().attributes).toEqual({
      ...common(stage, 'chat'),
      'gen_ai.request.model': 'gpt-4o-mini',
      'gen_ai.request.stream': true,
      'gen_ai.conversation.id': 'conv_2',
      ...RESPONSE_ANSWER,
      ...RESPONSE_TOKENS,
      ...RESPONSE_COST,
      'gen_ai.response.time_to_first_chunk': expect.any(Number),
    });
  });

  test('a response that calls tools says so in its finish reason', async () => {
    const stage = await createStage();
    const output = [{ type: 'function_call', id: 'fc_1', call_id: 'c1', name: 'f', arguments: '{}' }];
    stage.script(json(responseObject({ output })));
    await stage.client().responses.create({ model: 'gpt-4o-mini', input: 'Hi' });
    expect(stage.span().attributes['gen_ai.response.finish_reasons']).toEqual(['tool_calls']);
  });

  test('embeddings: the encoding on the wire, the vectors’ length and the input tokens', async () => {
    const stage = await createStage();
    stage.script(json(embeddingList(base64Vector(12))));
    const list = await stage.client().embeddings.create({ model: 'text-embedding-3-small', input: 'Hi' });
    expect(list.data[0]?.embedding).toHaveLength(12);
    const span = stage.span();
    expect(span.name).toBe('embeddings text-embedding-3-small');
    expect(span.kind).toBe(SpanKind.CLIENT);
    expect(span.attributes).toEqual({
      ...common(stage, 'embeddings'),
      'gen_ai.request.model': 'text-embedding-3-small',
      // Asked for by the client itself, where the app asks for none.
      'gen_ai.request.encoding_formats': ['base64'],
      'gen_ai.response.model': 'text-embedding-3-small',
      'gen_ai.embeddings.dimension.count': 12,
      'gen_ai.usage.input_tokens': 6,
      // 0.02 USD a million.
      ...costAttributes({ input: 6 * 0.02 }),
    });
    expect(stage.server.requests[0]?.body.encoding_format).toBe('base64');
  });

  test.each([1, 2, 3, 255, 1536])('the length of %d floats in base64 is told exactly', async (dimensions) => {
    const stage = await createStage();
    stage.script(json(embeddingList(base64Vector(dimensions))));
    await stage.client().embeddings.create({ model: 'm', input: 'Hi' });
    expect(stage.span().attributes['gen_ai.embeddings.dimension.count']).toBe(dimensions);
  });

  test('embeddings asked for as floats', async () => {
    const stage = await createStage();
    stage.script(json(embeddingList([0.1, 0.2, 0.3])));
    await stage.client().embeddings.create({ model: 'm', input: ['a'], encoding_format: 'float' });
    expect(stage.span().attributes).toMatchObject({
      'gen_ai.request.encoding_formats': ['float'],
      'gen_ai.embeddings.dimension.count': 3,
    });
  });

  test('legacy completions are a text completion', async () => {
    const stage = await createStage();
    stage.script(json(textCompletion()));
    await stage.client().completions.create({
      model: 'gpt-3.5-turbo-instruct',
      prompt: 'Hi',
      temperature: 1,
      top_p: 1,
      frequency_penalty: 0,
      presence_penalty: 0,
      max_tokens: 5,
      stop: 'END',
      seed: 0,
      n: 3,
    });
    const span = stage.span();
    expect(span.name).toBe('text_completion gpt-3.5-turbo-instruct');
    expect(span.attributes).toEqual({
      ...common(stage, 'text_completion'),
      'gen_ai.request.model': 'gpt-3.5-turbo-instruct',
      'gen_ai.request.temperature': 1,
      'gen_ai.request.top_p': 1,
      'gen_ai.request.frequency_penalty': 0,
      'gen_ai.request.presence_penalty': 0,
      'gen_ai.request.max_tokens': 5,
      'gen_ai.request.stop_sequences': ['END'],
      'gen_ai.request.seed': 0,
      'gen_ai.request.choice.count': 3,
      'gen_ai.response.id': 'cmpl-1',
      'gen_ai.response.model': 'gpt-3.5-turbo-instruct',
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.usage.input_tokens': 3,
      'gen_ai.usage.output_tokens': 2,
      // 1.5 and 2 USD a million.
      ...costAttributes({ input: 3 * 1.5, output: 2 * 2 }),
    });
  });

  test('a streamed legacy completion is folded like a chat', async () => {
    const stage = await createStage();
    const part = (text: string, finish_reason: string | null): Record<string, unknown> =>
      textCompletion({ choices: [{ index: 0, text, logprobs: null, finish_reason }], usage: undefined });
    stage.script(sse([part('Hel', null), part('lo', 'length')]));
    const stream = await stage.client().completions.create({ model: 'm', prompt: 'Hi', stream: true });
    for await (const chunk of stream) void chunk;
    expect(stage.span().attributes).toMatchObject({
      'gen_ai.request.stream': true,
      'gen_ai.response.finish_reasons': ['length'],
      'genvitals.outcome': 'incomplete',
      'genvitals.usage.missing': true,
    });
  });

  test('a response read again is `fetch_response`: named without its id, and without tokens and request model', async () => {
    const stage = await createStage();
    stage.script(json(responseObject()));
    await stage.client().responses.retrieve('resp_1');
    const span = stage.span();
    expect(span.name).toBe('fetch_response');
    expect(span.kind).toBe(SpanKind.CLIENT);
    expect(span.attributes).toEqual({
      ...common(stage, 'fetch_response'),
      ...RESPONSE_ANSWER,
      'gen_ai.response.status': 'completed',
    });
  });

  test.each([
    ['in_progress', undefined],
    ['failed', ['error']],
    ['cancelled', ['error']],
    ['incomplete', ['length']],
  ])('reading a response that is %s again succeeds and tells its state', async (status, reasons) => {
    const stage = await createStage();
    stage.script(
      json(responseObject({ status, usage: null, incomplete_details: { reason: 'max_output_tokens' } })),
    );
    await stage.client().responses.retrieve('resp_1');
    const { attributes, status: spanStatus } = stage.span();
    expect(attributes).toMatchObject({ 'gen_ai.response.status': status, 'genvitals.outcome': 'success' });
    expect(attributes['gen_ai.response.finish_reasons']).toEqual(reasons);
    expect(attributes).not.toHaveProperty('genvitals.usage.missing');
    expect(spanStatus.code).toBe(SpanStatusCode.UNSET);
  });

  test('a stored stream read again from a cursor', async () => {
    const stage = await createStage();
    stage.script(sse(responseStream()));
    const stream = await stage.client().responses.retrieve('resp_1', { stream: true, starting_after: 2 });
    for await (const event of stream) void event;
    const { attributes } = stage.span();
    expect(attributes).toMatchObject({
      'gen_ai.operation.name': 'fetch_response',
      'gen_ai.request.stream_cursor': '2',
      'gen_ai.response.status': 'completed',
    });
    expect(Object.keys(attributes).filter((key) => key.includes('usage'))).toEqual([]);
  });

  test('what samplers decide by is there when the span begins', async () => {
    const seen: unknown[] = [];
    const stage = await createStage({
      sampler: {
        shouldSample: (_context, _traceId, name, kind, attributes) => {
          seen.push({ name, kind, attributes: { ...attributes } });
          return { decision: 2 };
        },
        toString: () => 'noting sampler',
      },
    });
    stage.script(json(chatCompletion()));
    await stage.client().chat.completions.create(CHAT);
    expect(seen).toEqual([
      {
        name: 'chat gpt-4o-mini',
        kind: SpanKind.CLIENT,
        attributes: {
          'gen_ai.operation.name': 'chat',
          'gen_ai.provider.name': 'openai',
          'gen_ai.request.model': 'gpt-4o-mini',
          'server.address': '127.0.0.1',
          'server.port': stage.server.port,
          'openai.api.type': 'chat_completions',
          'genvitals.feature.name': 'unset',
          'genvitals.feature.source': 'unset',
        },
      },
    ]);
  });

  test('it is a child of the span around the call, and parent of what happens in fetch', async () => {
    const stage = await createStage();
    stage.script(json(chatCompletion()));
    const tracer = trace.getTracer('app');
    const client = stage.client({
      fetch: (...args) => {
        tracer.startSpan('inside').end();
        return fetch(...args);
      },
    });
    const around = tracer.startSpan('around');
    await context.with(trace.setSpan(context.active(), around), () => client.chat.completions.create(CHAT));
    around.end();
    const span = stage.span();
    expect(span.parentSpanContext?.spanId).toBe(around.spanContext().spanId);
    expect(span.spanContext().traceId).toBe(around.spanContext().traceId);
    const inside = stage.allSpans().find(({ name }) => name === 'inside');
    expect(inside?.parentSpanContext?.spanId).toBe(span.spanContext().spanId);
  });

  test('code in the loop over a stream is a child of the app’s own span, not of the call', async () => {
    const stage = await createStage();
    stage.script(sse(chatStream()));
    const tracer = trace.getTracer('app');
    const around = tracer.startSpan('around');
    await context.with(trace.setSpan(context.active(), around), async () => {
      const stream = await stage.client().chat.completions.create({ ...CHAT, stream: true });
      for await (const chunk of stream) {
        void chunk;
        tracer.startSpan('in the loop').end();
      }
    });
    around.end();
    const parents = stage
      .allSpans()
      .filter(({ name }) => name === 'in the loop')
      .map((span) => span.parentSpanContext?.spanId);
    expect(parents).toHaveLength(5);
    expect(new Set(parents)).toEqual(new Set([around.spanContext().spanId]));
  });

  test('requests that are no operation of a model have no span', async () => {
    const stage = await createStage();
    stage.script(json({ object: 'list', data: [], results: [] }));
    const client = stage.client();
    await client.models.list();
    await client.batches.list();
    await client.responses.inputItems.list('resp_1');
    await client.responses.inputTokens.count({ model: 'gpt-4o-mini', input: 'Hi' });
    await client.responses.delete('resp_1');
    await client.chat.completions.retrieve('chatcmpl-1');
    expect(stage.server.requests).toHaveLength(6);
    expect(stage.spans()).toEqual([]);
    expect(stage.events()).toEqual([]);
  });

  test('raw requests by path are calls like any other', async () => {
    const stage = await createStage();
    stage.script(json(chatCompletion()));
    const client = stage.client();
    await client.post('/chat/completions', { body: CHAT });
    await client.post('/chat/completions?trace=1', { body: CHAT });
    await client.post(`${stage.server.url}/chat/completions`, { body: CHAT });
    await client.request({ method: 'post', path: '/chat/completions', body: CHAT });
    expect(stage.spans().map(({ name }) => name)).toEqual(Array(4).fill('chat gpt-4o-mini'));
  });

  test('a path that is no well-formed URI is followed all the same', async () => {
    const stage = await createStage();
    stage.script(json(responseObject()));
    await stage.client().get('/responses/%zz');
    expect(stage.span().name).toBe('fetch_response');
  });

  test('the scope has the package’s name and version, and the schema of the names', async () => {
    const stage = await createStage();
    stage.script(json(chatCompletion()));
    await stage.client().chat.completions.create(CHAT);
    const scope = {
      name: '@genvitals/instrumentation-openai',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      schemaUrl: 'https://opentelemetry.io/schemas/1.41.0',
    };
    expect(stage.span().instrumentationScope).toMatchObject(scope);
    expect(stage.event().instrumentationScope).toMatchObject(scope);
  });
});
