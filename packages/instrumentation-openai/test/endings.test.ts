import { SpanStatusCode } from '@opentelemetry/api';
import { describe, expect, test } from 'vitest';
import {
  chatChoice,
  chatCompletion,
  chatStream,
  embeddingList,
  responseObject,
  responseStream,
} from './answers.ts';
import { CHAT, createStage, type Stage } from './app-stage.ts';
import { apiError, bytes, hangUp, json, type Reply, silence, sse } from './provider-server.ts';

/** Awaits what is to fail. */
async function failure(work: Promise<unknown>): Promise<any> {
  return work.then(
    () => expect.unreachable('the call did not fail'),
    (error: unknown) => error,
  );
}

/** How the one call ended, as its span says. */
function ending(stage: Stage): Record<string, unknown> {
  const { attributes, status } = stage.span();
  return {
    outcome: attributes['genvitals.outcome'],
    type: attributes['error.type'],
    kind: attributes['genvitals.error.kind'],
    httpStatus: attributes['http.response.status_code'],
    status: status.code,
    description: status.message,
  };
}

const FAST_RETRY = { 'retry-after-ms': '1' };

describe('a call that fails', () => {
  test('a quota that is used up is told apart from a limit where the type alone says so', async () => {
    const stage = await createStage();
    stage.script(
      apiError(429, { code: null, type: 'insufficient_quota' }),
      apiError(429, { code: null, type: 'tokens' }),
    );
    await failure(stage.client().chat.completions.create(CHAT));
    await failure(stage.client().chat.completions.create(CHAT));
    expect(stage.spans().map(({ attributes }) => attributes['error.type'])).toEqual([
      'insufficient_quota',
      '429',
    ]);
  });

  test.each([
    [400, 'invalid_value', 'request', 'invalid_value'],
    [401, 'invalid_api_key', 'request', 'invalid_api_key'],
    [403, 'unsupported_country_region_territory', 'request', 'unsupported_country_region_territory'],
    [404, 'model_not_found', 'request', 'model_not_found'],
    [404, 'DeploymentNotFound', 'request', 'DeploymentNotFound'],
    [409, null, 'request', '409'],
    [422, 'My Code With Spaces', 'request', '422'],
    [429, 'rate_limit_exceeded', 'quota', 'rate_limit_exceeded'],
    [429, 'insufficient_quota', 'quota', 'insufficient_quota'],
    [429, null, 'quota', '429'],
    [402, 'billing_hard_limit_reached', 'quota', 'billing_hard_limit_reached'],
    [500, 'server_error', 'provider', 'server_error'],
    [500, null, 'provider', '500'],
    [503, '', 'provider', '503'],
    [500, 'x'.repeat(65), 'provider', '500'],
  ])('HTTP %d with the code %j is of kind %s and type %s', async (status, code, kind, type) => {
    const stage = await createStage();
    stage.script(apiError(status, { code }));
    const error = await failure(stage.client().chat.completions.create(CHAT));
    expect(error).toBeInstanceOf(stage.openai.APIError);
    expect(ending(stage)).toEqual({
      outcome: 'error',
      type,
      kind,
      httpStatus: status,
      status: SpanStatusCode.ERROR,
      description: type === String(status) ? `HTTP ${status}` : `HTTP ${status}, code ${type}`,
    });
  });

  test('its description names the parameter, and never has the provider’s words', async () => {
    const stage = await createStage({ env: { GENVITALS_CONSOLE: '0' } });
    const message = 'Incorrect API key provided: sk-test. You said: SECRET PROMPT';
    stage.script(
      apiError(400, { message, code: 'invalid_value', param: 'messages[0].content', type: 'SECRET TYPE' }),
    );
    const error = await failure(stage.client().chat.completions.create(CHAT));
    expect(error.message).toContain('SECRET PROMPT');
    expect(stage.span().status.message).toBe('HTTP 400, code invalid_value, parameter messages[0].content');
    const told = JSON.stringify([
      stage.span().attributes,
      stage.span().status,
      stage.span().events,
      stage.event().attributes,
      await stage.points(),
    ]);
    expect(told).not.toMatch(/SECRET|sk-test|Incorrect/);
  });

  test.each(['a parameter with spaces', 'x'.repeat(65), 'say: hello'])(
    'a parameter name that is none (%s) is not told',
    async (param) => {
      const stage = await createStage();
      stage.script(apiError(400, { code: null, param }));
      await failure(stage.client().chat.completions.create(CHAT));
      expect(stage.span().status.message).toBe('HTTP 400');
    },
  );

  test('an error whose body is no JSON has its status', async () => {
    const stage = await createStage();
    stage.script(bytes('<html>bad gateway</html>', 'text/html', 502));
    await failure(stage.client().chat.completions.create(CHAT));
    expect(ending(stage)).toMatchObject({ type: '502', kind: 'provider', description: 'HTTP 502' });
  });

  test('more codes of a provider’s own making than the cap are told by their status', async () => {
    const stage = await createStage();
    let count = 0;
    const client = stage.client({
      fetch: () => {
        count += 1;
        return Promise.resolve(Response.json({ error: { code: `code_${count}` } }, { status: 400 }));
      },
    });
    for (let call = 0; call < 150; call += 1) await failure(client.chat.completions.create(CHAT));
    const types = new Set(stage.spans().map(({ attributes }) => attributes['error.type']));
    // The cap holds for the process, and tests before this one have used a few of it.
    expect(types.size).toBeLessThanOrEqual(101);
    expect(types.size).toBeGreaterThan(80);
    expect(types).toContain('400');
  });

  test('a connection that is torn is of kind network', async () => {
    const stage = await createStage();
    stage.script(hangUp);
    const error = await failure(stage.client().chat.completions.create(CHAT));
    expect(error).toBeInstanceOf(stage.openai.APIConnectionError);
    expect(ending(stage)).toEqual({
      outcome: 'error',
      type: 'APIConnectionError',
      kind: 'network',
      httpStatus: undefined,
      status: SpanStatusCode.ERROR,
      description: 'APIConnectionError',
    });
  });

  test('nobody listens there: network', async () => {
    const stage = await createStage();
    await failure(stage.client({ baseURL: 'http://127.0.0.1:9/v1' }).chat.completions.create(CHAT));
    expect(ending(stage)).toMatchObject({ outcome: 'error', kind: 'network' });
  });

  test('a server that says nothing in time is a timeout, of kind network', async () => {
    const stage = await createStage();
    stage.script(silence);
    const error = await failure(stage.client().chat.completions.create(CHAT, { timeout: 20 }));
    expect(error).toBeInstanceOf(stage.openai.APIConnectionTimeoutError);
    expect(ending(stage)).toMatchObject({
      outcome: 'error',
      type: 'APIConnectionTimeoutError',
      kind: 'network',
      status: SpanStatusCode.ERROR,
    });
    expect(stage.span().attributes).not.toHaveProperty('genvitals.usage.missing');
  });

  test('JSON that is none is of kind client', async () => {
    const stage = await createStage();
    stage.script(bytes('{"id": '));
    const error = await failure(stage.client().chat.completions.create(CHAT));
    expect(error).toBeInstanceOf(SyntaxError);
    expect(ending(stage)).toMatchObject({
      outcome: 'error',
      type: 'SyntaxError',
      kind: 'client',
      httpStatus: undefined,
      description: 'SyntaxError',
    });
    // The headers came, the usage did not.
    expect(stage.span().attributes['genvitals.usage.missing']).toBe(true);
  });

  test('what the app’s own fetch throws is told by its class', async () => {
    class QuotaKeeperError extends Error {}
    const stage = await createStage();
    const client = stage.client({
      fetch: () => {
        throw new QuotaKeeperError('no');
      },
    });
    await failure(client.chat.completions.create(CHAT));
    expect(ending(stage)).toMatchObject({ outcome: 'error', type: 'APIConnectionError', kind: 'network' });
  });

  test.each([
    ['a string', 'no'],
    ['undefined', undefined],
    ['null', null],
  ])('a fetch that throws %s does not stop us', async (_what, thrown) => {
    const stage = await createStage();
    const client = stage.client({ fetch: () => Promise.reject(thrown) });
    await failure(client.chat.completions.create(CHAT));
    expect(ending(stage)).toMatchObject({ outcome: 'error', kind: 'network' });
  });

  test('an error that throws at whatever is read of it reaches the app as it is', async () => {
    const stage = await createStage();
    const hostile = Object.defineProperties(new Error('hostile'), {
      status: {
        get: () => {
          throw new Error('no status');
        },
      },
      code: {
        get: () => {
          throw new Error('no code');
        },
      },
    });
    const original = (): Promise<never> => Promise.reject(hostile);
    const client = stage.client();
    // The client calls it in its own course, before any request.
    (client as any).prepareOptions = original;
    expect(await failure(client.chat.completions.create(CHAT))).toBe(hostile);
    expect(ending(stage)).toMatchObject({ outcome: 'error', type: '_OTHER', kind: 'client' });
  });

  test('a fetch whose error throws when it is read is one failed attempt and one ended span', async () => {
    const stage = await createStage();
    const hostile = new Proxy(new Error('hostile'), {
      get(target, key) {
        if (key === 'status') throw new Error('no');
        return Reflect.get(target, key) as unknown;
      },
    });
    const client = stage.client({ fetch: () => Promise.reject(hostile) });
    const error = await failure(client.chat.completions.create(CHAT));
    expect(error.cause).toBe(hostile);
    expect(ending(stage)).toMatchObject({ outcome: 'error' });
    const attempts = (await stage.points('genvitals.client.attempts')).map(({ value }) => value);
    expect(attempts).toEqual([1]);
  });

  test('retries are one call: it succeeds, and says how many there were', async () => {
    const stage = await createStage();
    stage.script(
      apiError(429, { code: 'rate_limit_exceeded' }, FAST_RETRY),
      apiError(500, {}, FAST_RETRY),
      json(chatCompletion()),
    );
    await stage.client({ maxRetries: 2 }).chat.completions.create(CHAT);
    expect(stage.server.requests).toHaveLength(3);
    const { attributes, status } = stage.span();
    expect(attributes).toMatchObject({ 'genvitals.outcome': 'success', 'genvitals.request.retry.count': 2 });
    expect(attributes).not.toHaveProperty('error.type');
    expect(status).toEqual({ code: SpanStatusCode.UNSET });
  });

  test('retries that are used up end in the last error', async () => {
    const stage = await createStage();
    stage.script(apiError(500, {}, FAST_RETRY), apiError(429, { code: 'rate_limit_exceeded' }, FAST_RETRY));
    await failure(stage.client({ maxRetries: 1 }).chat.completions.create(CHAT));
    expect(ending(stage)).toMatchObject({ outcome: 'error', type: 'rate_limit_exceeded', kind: 'quota' });
    expect(stage.span().attributes['genvitals.request.retry.count']).toBe(1);
  });

  test('without a context manager the call and its last attempt are still seen', async () => {
    const stage = await createStage({ without: ['context'] });
    stage.script(apiError(500, {}), json(chatCompletion()), hangUp);
    const client = stage.client();
    await failure(client.chat.completions.create(CHAT));
    await client.chat.completions.create(CHAT);
    await failure(client.chat.completions.create(CHAT));
    expect(stage.spans().map(({ attributes }) => attributes['genvitals.outcome'])).toEqual([
      'error',
      'success',
      'error',
    ]);
    const attempts = (await stage.points('genvitals.client.attempts')).map(({ attributes, value }) => [
      attributes['http.response.status_code'],
      attributes['error.type'],
      value,
    ]);
    expect(attempts).toEqual([
      [500, '500', 1],
      [200, undefined, 1],
      [undefined, 'APIConnectionError', 1],
    ]);
  });
});

describe('the attempts of a call', () => {
  const attemptsOf = async (stage: Stage): Promise<number> =>
    (await stage.points('genvitals.client.attempts')).reduce((sum, { value }) => sum + value, 0);

  test('are its own: no request that the app’s own fetch makes is one, and none after its end', async () => {
    const stage = await createStage();
    const other = stage.client({ fetch: async () => Response.json({ object: 'list', data: [] }) });
    let later: Promise<unknown> = Promise.resolve();
    let resume = (): void => undefined;
    const paused = new Promise<void>((resolve) => (resume = resolve));
    const client = stage.client({
      fetch: async () => {
        await other.models.list();
        later = paused.then(() => other.models.list());
        return Response.json(chatCompletion());
      },
    });
    await client.chat.completions.create(CHAT);
    resume();
    await later;
    expect(await attemptsOf(stage)).toBe(1);
    expect(stage.span().attributes['genvitals.request.retry.count']).toBeUndefined();
  });

  test('have few labels, whatever a fetch of the app’s own answers or throws', async () => {
    const stage = await createStage();
    for (let call = 0; call < 150; call += 1) {
      const Odd = { [`Odd${call}`]: class extends Error {} }[`Odd${call}`] as new () => Error;
      const throwing = stage.client({ fetch: () => Promise.reject(new Odd()) });
      await throwing.chat.completions.create(CHAT).catch(() => undefined);
      const answer = Object.defineProperty(Response.json(chatCompletion()), 'status', {
        value: 400.5 + call,
      });
      const answering = stage.client({ fetch: async () => answer });
      await answering.chat.completions.create(CHAT).catch(() => undefined);
    }
    expect(await attemptsOf(stage)).toBe(300);
    expect((await stage.points('genvitals.client.attempts')).length).toBeLessThan(110);
  });
});

describe('a call that the app aborts', () => {
  test('is cancelled: no error, and the status is unset', async () => {
    const stage = await createStage();
    const controller = new AbortController();
    stage.script(() => {
      controller.abort();
    });
    const error = await failure(stage.client().chat.completions.create(CHAT, { signal: controller.signal }));
    expect(error).toBeInstanceOf(stage.openai.APIUserAbortError);
    expect(ending(stage)).toEqual({
      outcome: 'cancelled',
      type: undefined,
      kind: undefined,
      httpStatus: undefined,
      status: SpanStatusCode.UNSET,
      description: undefined,
    });
  });

  test('before it went out, too', async () => {
    const stage = await createStage();
    const signal = AbortSignal.abort();
    await failure(stage.client().chat.completions.create(CHAT, { signal }));
    expect(ending(stage)).toMatchObject({ outcome: 'cancelled', status: SpanStatusCode.UNSET });
  });

  test('is not counted as a missing usage before its headers came', async () => {
    const stage = await createStage();
    await failure(stage.client().chat.completions.create(CHAT, { signal: AbortSignal.abort() }));
    expect(stage.span().attributes).not.toHaveProperty('genvitals.usage.missing');
    expect((await stage.points('genvitals.client.usage_missing')).filter(({ value }) => value > 0)).toEqual(
      [],
    );
  });
});

describe('an answer that is no full success', () => {
  const chat = async (body: Record<string, unknown>): Promise<Stage> => {
    const stage = await createStage();
    stage.script(json(chatCompletion(body)));
    await stage.client().chat.completions.create(CHAT);
    return stage;
  };
  const respond = async (body: Record<string, unknown>, request: object = {}): Promise<Stage> => {
    const stage = await createStage();
    stage.script(json(responseObject(body)));
    await stage.client().responses.create({ model: 'm', input: 'Hi', ...request });
    return stage;
  };

  test.each(['length', 'content_filter'])('a chat cut by %s is incomplete', async (reason) => {
    const stage = await chat({ choices: [chatChoice(), chatChoice({ index: 1, finish_reason: reason })] });
    expect(ending(stage)).toMatchObject({
      outcome: 'incomplete',
      type: undefined,
      status: SpanStatusCode.UNSET,
    });
    expect(stage.span().attributes['gen_ai.response.finish_reasons']).toEqual(['stop', reason]);
  });

  test('a chat that the model refuses is refused', async () => {
    const message = { role: 'assistant', content: null, refusal: 'I cannot help with that.' };
    const stage = await chat({ choices: [chatChoice({ message })] });
    expect(ending(stage)).toMatchObject({
      outcome: 'refused',
      type: undefined,
      status: SpanStatusCode.UNSET,
    });
  });

  test.each([
    ['max_output_tokens', 'length'],
    ['content_filter', 'content_filter'],
    ['something_new', 'something_new'],
  ])('a response cut by %s is incomplete, and its reason is %s', async (reason, expected) => {
    const stage = await respond({ status: 'incomplete', incomplete_details: { reason } });
    expect(ending(stage)).toMatchObject({ outcome: 'incomplete', status: SpanStatusCode.UNSET });
    expect(stage.span().attributes['gen_ai.response.finish_reasons']).toEqual([expected]);
  });

  test.each([
    ['is empty', []],
    ['ends before its finish reason', chatStream({ usage: false }).slice(0, 2)],
  ])('a chat whose stream %s is incomplete, though nothing failed', async (_how, events) => {
    const stage = await createStage();
    stage.script(sse(events));
    const stream = await stage.client().chat.completions.create({ ...CHAT, stream: true });
    for await (const chunk of stream) void chunk;
    expect(ending(stage)).toMatchObject({
      outcome: 'incomplete',
      type: undefined,
      status: SpanStatusCode.UNSET,
    });
  });

  test('a response whose stream ends before its last event is incomplete', async () => {
    const stage = await createStage();
    stage.script(sse(responseStream().slice(0, -1)));
    for await (const event of await stage
      .client()
      .responses.create({ model: 'm', input: 'Hi', stream: true }))
      void event;
    expect(ending(stage)).toMatchObject({ outcome: 'incomplete' });
  });

  test('a response with a refusal in its output is refused', async () => {
    const content = [{ type: 'refusal', refusal: 'No.' }];
    const stage = await respond({ output: [{ type: 'message', role: 'assistant', content }] });
    expect(ending(stage)).toMatchObject({ outcome: 'refused' });
  });

  test('a response that says itself that it failed is an error of the provider, though HTTP was fine', async () => {
    const stage = await respond({
      status: 'failed',
      error: { code: 'server_error', message: 'SECRET' },
      usage: null,
      output: [],
    });
    expect(ending(stage)).toEqual({
      outcome: 'error',
      type: 'server_error',
      kind: 'provider',
      httpStatus: undefined,
      status: SpanStatusCode.ERROR,
      description: 'code server_error',
    });
    expect(stage.span().attributes['gen_ai.response.finish_reasons']).toEqual(['error']);
  });

  test('one that failed by its quota, and one that says not why', async () => {
    const quota = await respond({ status: 'failed', error: { code: 'rate_limit_exceeded', message: '' } });
    expect(ending(quota)).toMatchObject({ outcome: 'error', type: 'rate_limit_exceeded', kind: 'quota' });
    const unnamed = await respond({ status: 'failed', error: null });
    expect(ending(unnamed)).toMatchObject({ outcome: 'error', type: '_OTHER', kind: 'provider' });
  });

  test.each(['queued', 'in_progress'])(
    'a background response that is %s lacks no usage yet',
    async (status) => {
      const stage = await respond({ status, usage: null, output: [] }, { background: true });
      const { attributes } = stage.span();
      expect(attributes).toMatchObject({ 'genvitals.outcome': 'success', 'gen_ai.response.id': 'resp_1' });
      expect(attributes).not.toHaveProperty('genvitals.usage.missing');
      expect(attributes).not.toHaveProperty('gen_ai.response.finish_reasons');
      expect((await stage.points('genvitals.client.usage_missing')).filter(({ value }) => value > 0)).toEqual(
        [],
      );
    },
  );

  test.each([
    ['chat', async (stage: Stage) => stage.client().chat.completions.create(CHAT), chatCompletion],
    [
      'responses',
      async (stage: Stage) => stage.client().responses.create({ model: 'm', input: 'Hi' }),
      responseObject,
    ],
    [
      'embeddings',
      async (stage: Stage) => stage.client().embeddings.create({ model: 'm', input: 'Hi' }),
      (changes: object) => embeddingList(undefined, { ...changes }),
    ],
  ])('%s without usage, or with null, says that it is missing', async (_name, call, answer) => {
    for (const usage of [undefined, null]) {
      const stage = await createStage();
      stage.script(json(answer({ usage })));
      await call(stage);
      expect(stage.span().attributes).toMatchObject({
        'genvitals.outcome': 'success',
        'genvitals.usage.missing': true,
      });
      const [missing] = await stage.points('genvitals.client.usage_missing');
      expect(missing?.value).toBe(1);
    }
  });

  test.each([
    ['a word', 'many'],
    ['a negative number', -3],
    ['nothing', undefined],
    ['null', null],
  ])('a usage whose input is %s is a missing one', async (_what, prompt_tokens) => {
    const stage = await chat({ usage: { prompt_tokens, completion_tokens: 3 } });
    const { attributes } = stage.span();
    expect(attributes['genvitals.usage.missing']).toBe(true);
    expect(Object.keys(attributes).filter((key) => key.startsWith('gen_ai.usage.'))).toEqual([]);
  });
});

describe('answers of odd shape', () => {
  const odd: readonly (readonly [string, Reply])[] = [
    ['an empty object', json({})],
    ['null', json(null)],
    ['a list', json([1, 2])],
    ['a number', json(7)],
    ['a string', json('Hello')],
    ['choices that are no list', json({ choices: 'none' })],
    ['choices with holes', json({ choices: [null, 7, {}, { message: null }] })],
    [
      'fields of other types',
      json({ id: 7, model: {}, usage: 'few', service_tier: [], choices: [{ finish_reason: 3 }] }),
    ],
    [
      'usage details of other types',
      json({ usage: { prompt_tokens: 1, prompt_tokens_details: 'x', completion_tokens_details: [] } }),
    ],
    [
      'output with holes',
      json({ status: 'completed', output: [null, 7, { type: 'message', content: [null] }] }),
    ],
    ['no body', (response) => void response.writeHead(204).end()],
    ['plain text', bytes('Hello', 'text/plain')],
  ];
  test.each(odd)('%s is one ended span of each endpoint, and no fault of ours', async (_what, reply) => {
    const stage = await createStage();
    stage.script(reply);
    const client = stage.client();
    const body = { model: 'm' };
    const results = await Promise.allSettled(
      ['/chat/completions', '/responses', '/completions', '/embeddings'].map(async (path) =>
        client.post(path, { body }),
      ),
    );
    expect(results.map(({ status }) => status)).toEqual(Array(4).fill('fulfilled'));
    expect(stage.spans()).toHaveLength(4);
    for (const { attributes } of stage.spans()) {
      expect(attributes['genvitals.outcome']).toBe('success');
      for (const value of Object.values(attributes))
        expect(['string', 'number', 'boolean']).toContain(typeof [value].flat()[0]);
    }
  });
});
