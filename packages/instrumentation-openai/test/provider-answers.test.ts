import { describe, expect, test } from 'vitest';
import { usagePlaces } from '../src/endpoints/usage-places.ts';
import { CHAT, createStage, type Stage } from './app-stage.ts';
import { apiError, bytes, json, type Reply, sse } from './provider-server.ts';
import { type Shape, shapes } from './provider-shapes.ts';

const NO_TOKENS = { input: 0, cache_read: 0, output: 0, reasoning: 0 };

function stageOf(provider: string): Promise<Stage> {
  return createStage({ env: { GENVITALS_PROVIDERS: `127.0.0.1=${provider}` } });
}

function replyOf({ answer }: Shape): Reply {
  return Array.isArray(answer) ? sse(answer as Record<string, unknown>[]) : json(answer);
}

/** What the app gets, whole or chunk by chunk. */
async function call(stage: Stage, isStreamed: boolean): Promise<unknown> {
  const { completions } = stage.client().chat;
  if (!isStreamed) return completions.create(CHAT);
  const chunks: unknown[] = [];
  for await (const chunk of await completions.create({ ...CHAT, stream: true })) chunks.push(chunk);
  return chunks;
}

async function tokensOf(stage: Stage): Promise<Record<string, number> | undefined> {
  const points = await stage.points('genvitals.client.tokens');
  if (points.length === 0) return undefined;
  return Object.fromEntries(
    points.map(({ attributes, value }) => [attributes['genvitals.token.kind'], value]),
  );
}

describe('answers in the shape of', () => {
  test.each(shapes.map((shape) => [shape.provider, shape.title, shape] as const))(
    '%s: %s',
    async (provider, _title, shape) => {
      const stage = await stageOf(provider);
      stage.script(replyOf(shape));
      // Newer clients write absent reasons out as null.
      const sent = JSON.parse(JSON.stringify(shape.answer)) as object;
      expect(await call(stage, Array.isArray(shape.answer))).toMatchObject(sent);
      const { attributes } = stage.span();
      expect(attributes['gen_ai.provider.name']).toBe(provider);
      expect(attributes['genvitals.outcome']).toBe(shape.outcome ?? 'success');
      expect(attributes['error.type']).toBe(shape.errorType);
      expect(attributes['genvitals.error.kind']).toBe(shape.errorKind);
      expect(attributes['gen_ai.response.id']).toBe('id' in shape ? shape.id : 'id-1');
      expect(attributes['gen_ai.response.finish_reasons']).toEqual(
        'finishReasons' in shape ? shape.finishReasons : ['stop'],
      );
      const { tokens } = shape;
      expect(await tokensOf(stage)).toEqual(tokens && { ...NO_TOKENS, ...tokens });
      // The totals on the span include their parts.
      const sum = (...kinds: (keyof NonNullable<typeof tokens>)[]): number | undefined =>
        tokens && kinds.reduce((total, kind) => total + (tokens[kind] ?? 0), 0);
      expect(attributes['gen_ai.usage.input_tokens']).toBe(sum('input', 'cache_read', 'audio_input'));
      expect(attributes['gen_ai.usage.output_tokens']).toBe(sum('output', 'reasoning'));
      expect(attributes['genvitals.usage.missing']).toBe(tokens === undefined ? true : undefined);
    },
  );

  test('every place that a usage is read from is tried', () => {
    const tried = new Set(shapes.map(({ provider }) => provider));
    const others = usagePlaces.flatMap(({ seenAt }) => seenAt).filter((provider) => provider !== 'openai');
    expect(others.length).toBeGreaterThan(2);
    expect(others.filter((provider) => !tried.has(provider))).toEqual([]);
  });

  test('a stream that the app leaves is cancelled, though its chunks have empty reasons', async () => {
    const stage = await stageOf('ollama');
    const going = { index: 0, delta: { content: 'x' }, finish_reason: '' };
    stage.script(
      sse(
        [
          { id: 'a', choices: [going] },
          { id: 'a', choices: [going] },
        ],
        'hang',
      ),
    );
    for await (const _ of await stage.client().chat.completions.create({ ...CHAT, stream: true })) break;
    expect(stage.span().attributes['genvitals.outcome']).toBe('cancelled');
  });

  test('embeddings with a total alone have that as input, and an error in place of vectors is one', async () => {
    const stage = await stageOf('my_gateway');
    stage.script(
      json({
        object: 'list',
        model: 'v',
        data: [{ index: 0, embedding: [1, 2] }],
        usage: { total_tokens: 9 },
      }),
      json({ error: 'no such model' }),
    );
    const embed = (): unknown =>
      stage.client().embeddings.create({ model: 'v', input: 'x', encoding_format: 'float' });
    await embed();
    await embed();
    expect(stage.spans().map(({ attributes }) => attributes)).toMatchObject([
      { 'genvitals.outcome': 'success', 'gen_ai.usage.input_tokens': 9 },
      { 'genvitals.outcome': 'error', 'error.type': '_OTHER', 'genvitals.error.kind': 'provider' },
    ]);
  });

  test('a response that is an error with status 200 is one', async () => {
    const stage = await stageOf('openrouter');
    stage.script(json({ error: { code: 402, message: 'Insufficient credits' } }));
    await stage.client().responses.create({ model: 'm', input: 'x' });
    expect(stage.span().attributes).toMatchObject({
      'genvitals.outcome': 'error',
      'error.type': '402',
      'genvitals.error.kind': 'request',
    });
  });
});

describe('errors of compatible servers', () => {
  test.each([
    [
      'Gemini, in a list',
      400,
      [{ error: { code: 400, message: 'API key not valid.', status: 'INVALID_ARGUMENT' } }],
      '400',
      'request',
    ],
    [
      'vLLM, at the top',
      404,
      {
        object: 'error',
        message: 'The model `x` does not exist.',
        type: 'NotFoundError',
        param: null,
        code: 404,
      },
      '404',
      'request',
    ],
    [
      'Mistral, with a number in words',
      400,
      { object: 'error', message: 'Invalid model: x', type: 'invalid_model', param: null, code: '1500' },
      '1500',
      'request',
    ],
    ['Ollama, as a text', 404, { error: 'model "x" not found, try pulling it first' }, '404', 'request'],
    [
      'Anthropic, by type',
      529,
      { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
      '529',
      'provider',
    ],
    [
      'OpenRouter, by status',
      402,
      { error: { code: 402, message: 'Insufficient credits', metadata: {} }, user_id: 'u' },
      '402',
      'request',
    ],
    [
      'a sentence as code',
      500,
      { error: { code: 'The prompt "hello" is bad', type: 'x' } },
      '500',
      'provider',
    ],
    [
      'Groq',
      413,
      { error: { message: 'm', type: 'tokens', code: 'rate_limit_exceeded' } },
      'rate_limit_exceeded',
      'quota',
    ],
  ] as const)('%s: status %i is told', async (_title, status, body, type, kind) => {
    const stage = await stageOf('my_gateway');
    stage.script(json(body, status));
    await expect(call(stage, false)).rejects.toMatchObject({ status });
    expect(stage.span().attributes).toMatchObject({
      'error.type': type,
      'genvitals.error.kind': kind,
      'http.response.status_code': status,
    });
  });

  test.each([
    [{ code: 429, message: 'Too many' }, '429', 'quota'],
    [{ code: 502, message: 'Upstream' }, '502', 'provider'],
    [{ code: 'server_error', message: 'Upstream' }, 'server_error', 'provider'],
    [{ code: 40_003, message: 'A number of its own' }, 'APIError', 'provider'],
  ])('in the midst of a stream: %j', async (error, type, kind) => {
    const stage = await stageOf('openrouter');
    const going = { index: 0, delta: { content: 'x' }, finish_reason: null };
    const failed = { id: 'a', error, choices: [{ ...going, finish_reason: 'error' }] };
    stage.script(sse([{ id: 'a', choices: [going] }, failed]));
    await expect(call(stage, true)).rejects.toBeInstanceOf(stage.openai.APIError);
    const { attributes } = stage.span();
    expect(attributes).toMatchObject({ 'error.type': type, 'genvitals.error.kind': kind });
    // The answer's own status was 200.
    expect(attributes).not.toHaveProperty('http.response.status_code');
  });

  test('codes that are never the same twice stay few labels', async () => {
    const stage = await stageOf('my_gateway');
    let count = 0;
    stage.script((response, request) => {
      count += 1;
      return apiError(500, { code: count % 2 === 0 ? `e${count}` : `Failed at ${count}` })(response, request);
    });
    for (let calls = 0; calls < 400; calls++) await call(stage, false).catch(() => undefined);
    const types = new Set(
      (await stage.points('genvitals.client.calls')).map(({ attributes }) => attributes['error.type']),
    );
    expect(types.size).toBeLessThanOrEqual(103);
    expect(types).toContain('500');
  });

  test('a page of a proxy in place of an answer leaves the app with what it would have', async () => {
    const stage = await stageOf('my_gateway');
    stage.script(bytes('<html>Sign in</html>', 'text/html'));
    expect(await call(stage, false)).toBe('<html>Sign in</html>');
    expect(stage.span().attributes['genvitals.usage.missing']).toBe(true);
  });
});
