import { describe, expect, test } from 'vitest';
import { chatCompletion, embeddingList, responseObject, textCompletion } from './answers.ts';
import { CHAT, createStage, type Stage, USER_MESSAGE } from './app-stage.ts';
import { json } from './provider-server.ts';

/** Keys that say what was asked for. */
const REQUEST_KEYS =
  /^(?:gen_ai\.request\.|gen_ai\.output\.|gen_ai\.conversation\.|gen_ai\.prompt\.|openai\.request\.)/;

function asked(stage: Stage): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(stage.span().attributes).filter(([key]) => REQUEST_KEYS.test(key)),
  );
}

/** Sends a body as it is, past the client's types, and gives what the span says was asked for. */
async function askedBy(path: string, body: unknown, answer: Record<string, unknown>): Promise<unknown> {
  const stage = await createStage();
  stage.script(json(answer));
  await stage.client().post(path, { body });
  return asked(stage);
}

const chat = (body: unknown): Promise<unknown> => askedBy('/chat/completions', body, chatCompletion());
const responses = (body: unknown): Promise<unknown> => askedBy('/responses', body, responseObject());
const completions = (body: unknown): Promise<unknown> => askedBy('/completions', body, textCompletion());
const embeddings = (body: unknown): Promise<unknown> => askedBy('/embeddings', body, embeddingList());

describe('request parameters', () => {
  test('what is absent is absent', async () => {
    expect(await chat(CHAT)).toEqual({ 'gen_ai.request.model': 'gpt-4o-mini' });
    expect(await responses({ model: 'm', input: 'Hi' })).toEqual({ 'gen_ai.request.model': 'm' });
    expect(await completions({ model: 'm', prompt: 'Hi' })).toEqual({ 'gen_ai.request.model': 'm' });
    expect(await embeddings({ model: 'm', input: 'Hi' })).toEqual({ 'gen_ai.request.model': 'm' });
  });

  test('null is absent', async () => {
    const nulls = Object.fromEntries(
      [
        'temperature',
        'top_p',
        'max_tokens',
        'stop',
        'seed',
        'n',
        'reasoning_effort',
        'service_tier',
        'stream',
      ].map((name) => [name, null]),
    );
    expect(await chat({ ...CHAT, ...nulls })).toEqual({ 'gen_ai.request.model': 'gpt-4o-mini' });
    expect(
      await responses({
        model: 'm',
        conversation: null,
        reasoning: null,
        text: null,
        prompt: null,
        ...nulls,
      }),
    ).toEqual({ 'gen_ai.request.model': 'm' });
  });

  test('zero is zero', async () => {
    const zeros = {
      temperature: 0,
      top_p: 0,
      frequency_penalty: 0,
      presence_penalty: 0,
      max_tokens: 0,
      seed: 0,
      n: 0,
    };
    const expected = {
      'gen_ai.request.model': 'gpt-4o-mini',
      'gen_ai.request.temperature': 0,
      'gen_ai.request.top_p': 0,
      'gen_ai.request.frequency_penalty': 0,
      'gen_ai.request.presence_penalty': 0,
      'gen_ai.request.max_tokens': 0,
      'gen_ai.request.seed': 0,
      'gen_ai.request.choice.count': 0,
    };
    expect(await chat({ ...CHAT, ...zeros })).toEqual(expected);
    expect(await completions({ model: 'gpt-4o-mini', prompt: '', ...zeros })).toEqual(expected);
    expect(await responses({ model: 'm', temperature: 0, top_p: 0, max_output_tokens: 0 })).toEqual({
      'gen_ai.request.model': 'm',
      'gen_ai.request.temperature': 0,
      'gen_ai.request.top_p': 0,
      'gen_ai.request.max_tokens': 0,
    });
  });

  test('a value of another type than its attribute is left out, and takes nothing else with it', async () => {
    const odd = {
      temperature: '0.5',
      top_p: { value: 1 },
      frequency_penalty: [1],
      presence_penalty: true,
      max_tokens: 10.5,
      seed: '7',
      n: '2',
      stop: [1, 2],
      reasoning_effort: 3,
      service_tier: {},
      response_format: 'json',
      stream: 'yes',
    };
    expect(await chat({ ...CHAT, ...odd })).toEqual({ 'gen_ai.request.model': 'gpt-4o-mini' });
    expect(
      await responses({
        model: 'm',
        conversation: 7,
        previous_response_id: 1,
        reasoning: 'high',
        text: 'json',
        prompt: 'p',
        max_output_tokens: '9',
      }),
    ).toEqual({ 'gen_ai.request.model': 'm' });
    expect(await embeddings({ model: 'm', input: 'Hi', encoding_format: 1 })).toEqual({
      'gen_ai.request.model': 'm',
    });
  });

  test.each([
    ['a number', 4],
    ['an object', { name: 'm' }],
    ['an empty string', ''],
    ['null', null],
    ['nothing', undefined],
  ])('a call whose model is %s is named by its operation alone', async (_what, model) => {
    const stage = await createStage();
    stage.script(json(chatCompletion()));
    await stage.client().post('/chat/completions', { body: { ...CHAT, model } });
    expect(stage.span().name).toBe('chat');
    expect(asked(stage)).toEqual({});
    for (const { attributes } of await stage.points())
      expect(attributes).not.toHaveProperty('gen_ai.request.model');
  });

  test.each([
    ['max_tokens', { max_tokens: 5 }, 5],
    ['max_completion_tokens', { max_completion_tokens: 6 }, 6],
    ['max_completion_tokens before max_tokens', { max_tokens: 5, max_completion_tokens: 6 }, 6],
  ])('the limit of output tokens is read from %s', async (_name, body, limit) => {
    expect(await chat({ ...CHAT, ...body })).toMatchObject({ 'gen_ai.request.max_tokens': limit });
  });

  test.each([
    ['one stop sequence', 'END', ['END']],
    ['several', ['a', 'b'], ['a', 'b']],
    ['an empty list', [], []],
  ])('%s is a list', async (_what, stop, expected) => {
    expect(await chat({ ...CHAT, stop })).toMatchObject({ 'gen_ai.request.stop_sequences': expected });
  });

  test('one choice, and the tier `auto`, are what leaving them out means', async () => {
    expect(await chat({ ...CHAT, n: 1, service_tier: 'auto' })).toEqual({
      'gen_ai.request.model': 'gpt-4o-mini',
    });
    expect(await responses({ model: 'm', service_tier: 'auto' })).toEqual({ 'gen_ai.request.model': 'm' });
    expect(await chat({ ...CHAT, service_tier: 'default' })).toMatchObject({
      'openai.request.service_tier': 'default',
    });
  });

  test('a call that streams not says nothing of streaming', async () => {
    expect(await chat({ ...CHAT, stream: false })).toEqual({ 'gen_ai.request.model': 'gpt-4o-mini' });
  });

  test.each([
    ['text', 'text'],
    ['json_object', 'json'],
    ['json_schema', 'json'],
    ['grammar', undefined],
  ])('the format %s is the output type %s', async (type, expected) => {
    const attribute = 'gen_ai.output.type';
    expect(((await chat({ ...CHAT, response_format: { type } })) as any)[attribute]).toBe(expected);
    expect(((await responses({ model: 'm', text: { format: { type } } })) as any)[attribute]).toBe(expected);
  });

  test.each([
    ['an id', 'conv_1'],
    ['an object', { id: 'conv_1' }],
  ])('a conversation given as %s', async (_what, conversation) => {
    expect(await responses({ model: 'm', conversation })).toMatchObject({
      'gen_ai.conversation.id': 'conv_1',
    });
  });

  test('a prompt without a version has a name alone', async () => {
    expect(await responses({ prompt: { id: 'pmpt_1' } })).toEqual({ 'gen_ai.prompt.name': 'pmpt_1' });
  });

  test('longer words than anyone reads are cut, in lists too', async () => {
    const long = 'x'.repeat(5000);
    const got = (await chat({ ...CHAT, model: long, stop: [long, 'END'], reasoning_effort: long })) as any;
    expect(got['gen_ai.request.model']).toHaveLength(1024);
    expect(got['gen_ai.request.reasoning.level']).toHaveLength(1024);
    expect(got['gen_ai.request.stop_sequences'].map(({ length }: string) => length)).toEqual([1024, 3]);
  });

  test('the request itself goes out as the app wrote it', async () => {
    const stage = await createStage();
    stage.script(json(chatCompletion()));
    const body = Object.freeze({ ...CHAT, temperature: 0, metadata: { a: 'b' }, top_k: 3 });
    await stage.client().post('/chat/completions', { body });
    expect(stage.server.requests[0]?.body).toEqual(body);
    expect(stage.server.requests[0]?.headers).not.toHaveProperty('traceparent');
  });
});

describe('parameters of odd making', () => {
  test('a proxy is read like an object', async () => {
    const reads: string[] = [];
    const body = new Proxy(
      { ...CHAT, temperature: 0 },
      {
        get(target, key, receiver) {
          reads.push(String(key));
          return Reflect.get(target, key, receiver) as unknown;
        },
      },
    );
    expect(await chat(body)).toEqual({
      'gen_ai.request.model': 'gpt-4o-mini',
      'gen_ai.request.temperature': 0,
    });
    expect(reads).toContain('temperature');
  });

  test('a getter that throws costs its own attribute only', async () => {
    // Not enumerable: the client never reads them.
    const body = Object.defineProperties(
      { ...CHAT, temperature: 0.5 },
      {
        seed: {
          get: () => {
            throw new Error('no seed');
          },
        },
        stop: {
          get: () => {
            throw new Error('no stop');
          },
        },
      },
    );
    expect(await chat(body)).toEqual({
      'gen_ai.request.model': 'gpt-4o-mini',
      'gen_ai.request.temperature': 0.5,
    });
  });

  test('a body that throws at whatever is read is the client’s to complain of, and still one span', async () => {
    const stage = await createStage();
    const body = new Proxy(
      {},
      {
        get() {
          throw new Error('nothing to read here');
        },
        ownKeys() {
          throw new Error('nothing to read here');
        },
      },
    );
    stage.script(json(chatCompletion()));
    const error = await stage
      .client()
      .post('/chat/completions', { body })
      .then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
    expect(error).toMatchObject({ message: 'nothing to read here' });
    expect(stage.span().attributes).toMatchObject({
      'genvitals.outcome': 'error',
      'genvitals.error.kind': 'client',
      'error.type': 'Error',
    });
  });

  test.each([
    ['messages that are no list', { ...CHAT, messages: 'Hi' }],
    ['messages with holes', { ...CHAT, messages: [null, undefined, 7, USER_MESSAGE] }],
    ['content that is no text', { ...CHAT, messages: [{ role: 'system', content: { a: 1 } }] }],
    ['parts with holes', { ...CHAT, messages: [{ role: 'system', content: [null, { text: 7 }] }] }],
  ])('%s are no prompt, and no fault', async (_what, body) => {
    const stage = await createStage();
    stage.script(json(chatCompletion()));
    await stage.client().post('/chat/completions', { body });
    expect(stage.span().attributes).not.toHaveProperty('genvitals.prompt.hash');
  });

  test.each([
    ['a string', 'Hi'],
    ['a list', [1]],
    ['nothing', undefined],
  ])('a body that is %s has a span', async (_what, body) => {
    const stage = await createStage();
    stage.script(json(chatCompletion()));
    await stage.client().post('/chat/completions', { body });
    expect(stage.span().name).toBe('chat');
  });
});
