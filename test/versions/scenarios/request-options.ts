import { chatSpan, defineFamily, oneSpan } from '../scenario.ts';
import { json } from '../server/answers.ts';
import { chatBody, embeddingsBody } from '../server/bodies.ts';
import { chatParams } from './chat.ts';

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const item of Object.values(value)) deepFreeze(item);
    Object.freeze(value);
  }
  return value;
}

export const requestOptions = defineFamily('Request options', [
  {
    name: 'headers, query and idempotency key of one request',
    everywhere: true,
    async run(t) {
      t.play(json(chatBody()));
      const options = t.track('options', {
        headers: { 'x-app': 'SENTINEL', 'OpenAI-Beta': 'SENTINEL' },
        query: { 'api-version': '1', note: 'SENTINEL' },
        idempotencyKey: 'SENTINEL-key',
        timeout: 20_000,
        maxRetries: 0,
      });
      return t.client().chat.completions.create(chatParams, options);
    },
    expect: oneSpan(chatSpan()),
  },
  {
    name: 'default headers, default query, organization and project of the client',
    async run(t) {
      t.play(json(chatBody()));
      const settings = t.track('settings', {
        defaultHeaders: { 'x-app': 'SENTINEL' },
        defaultQuery: { note: 'SENTINEL' },
        organization: 'org-SENTINEL',
        project: 'proj-SENTINEL',
      });
      return t.client(settings).chat.completions.create(chatParams);
    },
    expect: oneSpan(chatSpan()),
  },
  {
    name: 'parameters and options stay as they were',
    everywhere: true,
    async run(t) {
      t.play(json(chatBody()));
      const params = t.track('params', {
        stream: false,
        ...structuredClone(chatParams),
        temperature: 0.5,
        seed: 1,
      });
      const options = t.track('options', { timeout: 20_000, headers: { b: '2', a: '1' } });
      const client = t.client();
      const one = await client.chat.completions.create(params, options);
      const two = await client.chat.completions.create(params, options);
      t.log(one === two);
    },
    expect: { spans: [chatSpan(), chatSpan()] },
  },
  {
    name: 'frozen parameters and options',
    everywhere: true,
    async run(t) {
      t.play(json(chatBody()));
      const params = t.track('params', deepFreeze(structuredClone(chatParams)));
      const options = t.track('options', deepFreeze({ headers: { 'x-app': 'SENTINEL' } }));
      return t.client().chat.completions.create(params, options);
    },
    expect: oneSpan(chatSpan()),
  },
  {
    name: 'parameters with getters and a class of their own',
    async run(t) {
      t.play(json(chatBody()));
      class Params {
        messages = chatParams.messages;
        get model(): string {
          return chatParams.model;
        }
        toJSON(): object {
          return { ...chatParams, user: 'SENTINEL' };
        }
      }
      return t.client().chat.completions.create(new Params());
    },
    expect: oneSpan(chatSpan()),
  },
  {
    name: 'parameters that a toJSON makes up',
    async run(t) {
      t.play(json(chatBody()));
      const params = { ...chatParams, toJSON: () => ({ ...chatParams, user: 'SENTINEL' }) };
      return t.client().chat.completions.create(params);
    },
    expect: oneSpan(chatSpan()),
  },
  {
    name: 'parameters that cannot be serialized',
    async run(t) {
      t.play(json(chatBody()));
      const params: Record<string, unknown> = { ...chatParams };
      params['loop'] = params;
      const error = await t.outcome('call', () => t.client().chat.completions.create(params));
      t.log((error as Error).constructor.name);
    },
    expect: {
      spans: [{ name: 'chat gpt-4o-mini', outcome: 'error', errorType: 'TypeError', errorKind: 'client' }],
      attempts: 0,
    },
  },
  {
    name: 'no model and no messages',
    async run(t) {
      t.play(json(chatBody()));
      await t.outcome('empty', () => t.client().chat.completions.create({}));
      await t.outcome('nothing', () => t.client().chat.completions.create(undefined));
    },
    // The client reads `stream` of what it is given, so that nothing at all throws before there is a call.
    expect: oneSpan(chatSpan({ name: 'chat' })),
  },
  {
    name: 'parameters of odd types',
    async run(t) {
      t.play(json(chatBody()));
      const params = {
        model: 7,
        messages: 'SENTINEL',
        temperature: 'SENTINEL',
        max_tokens: {},
        stop: [1, null, 'SENTINEL'],
        n: 'SENTINEL',
        tools: 'SENTINEL',
        response_format: 'SENTINEL',
        stream_options: 'SENTINEL',
      };
      return t.client().chat.completions.create(params);
    },
    expect: oneSpan({
      ...chatSpan(),
      name: 'chat',
      attributes: { 'gen_ai.request.temperature': undefined, 'gen_ai.request.stop_sequences': undefined },
    }),
  },
  {
    name: 'the body is sent as it was given',
    async run(t) {
      t.play(json(embeddingsBody()));
      const input = ['SENTINEL ä', 'SENTINEL 漢字', ' '];
      const params = t.track('params', { model: 'text-embedding-3-small', input, encoding_format: 'float' });
      const answer = await t.client().embeddings.create(params);
      t.log(answer, params.input === input);
    },
    expect: oneSpan({
      name: 'embeddings text-embedding-3-small',
      outcome: 'success',
      tokens: { input: 5 },
      attributes: { 'gen_ai.request.encoding_formats': ['float'] },
    }),
  },
  {
    name: 'a promise of an API key',
    since: '6.0',
    async run(t) {
      t.play(json(chatBody()));
      const client = t.client({ apiKey: () => Promise.resolve('sk-SENTINEL-late') });
      return client.chat.completions.create(chatParams);
    },
    expect: oneSpan(chatSpan()),
  },
  {
    name: 'a request hook of the client throws',
    since: '5.0',
    async run(t) {
      t.play(json(chatBody()));
      class Hooked extends t.OpenAI {
        protected async prepareOptions(): Promise<void> {
          throw new RangeError('SENTINEL in hook');
        }
      }
      const client = new (Hooked as any)({ apiKey: 'sk-SENTINEL', baseURL: t.baseURL });
      await t.outcome('call', client.chat.completions.create(chatParams));
    },
    expect: {
      spans: [{ name: 'chat gpt-4o-mini', outcome: 'error', errorType: 'RangeError', errorKind: 'client' }],
      attempts: 0,
    },
  },
]);
