import { chatSpan, defineFamily, oneSpan } from '../scenario.ts';
import { apiError, events, json } from '../server/answers.ts';
import { chatBody, chatChunksWithUsage, embeddingsBody } from '../server/bodies.ts';
import { chatParams } from './chat.ts';
import { readAll, usageParams } from './streams.ts';

/** Names and flags of what a class and its prototype have, as a program can list them. */
function shapeOf(target: object): unknown[] {
  return Reflect.ownKeys(target).map((key) => {
    const found = Object.getOwnPropertyDescriptor(target, key);
    return [String(key), found?.enumerable, found?.writable, found?.configurable, typeof found?.value];
  });
}

export const clients = defineFamily('Clients', [
  {
    name: 'the class has the same shape',
    everywhere: true,
    async run(t) {
      const { OpenAI, openai } = t;
      t.log(OpenAI.name, OpenAI.length, shapeOf(OpenAI), shapeOf(OpenAI.prototype));
      t.log(Object.keys(openai).toSorted(), shapeOf(Object.getPrototypeOf(OpenAI.prototype)));
      const client = t.client();
      t.log(shapeOf(client), client instanceof OpenAI, Object.keys(client.chat.completions));
      t.log(typeof client.makeRequest, client.makeRequest.length, client.fetchWithTimeout.length);
      t.log(client.makeRequest.name, client.fetchWithTimeout.name);
      const { APIPromise } = openai;
      if (APIPromise !== undefined)
        t.log(shapeOf(APIPromise.prototype), APIPromise.prototype.asResponse.name);
    },
    expect: { spans: [] },
  },
  {
    name: 'withOptions makes a clone that is traced too',
    since: '5.0',
    everywhere: true,
    async run(t) {
      t.play(json(chatBody()));
      const client = t.client();
      const clone = client.withOptions({ maxRetries: 0, timeout: 5000 });
      t.log(clone.constructor === client.constructor, clone.maxRetries);
      t.log((await clone.chat.completions.create(chatParams)).id);
      t.log((await client.chat.completions.create(chatParams)).id);
    },
    expect: { spans: [chatSpan(), chatSpan()] },
  },
  {
    name: 'a subclass that overrides what the client lets it',
    everywhere: true,
    async run(t) {
      t.play(json(chatBody()));
      class Company extends t.OpenAI {
        protected defaultQuery(): Record<string, string> {
          return { team: 'SENTINEL' };
        }
        protected async prepareOptions(options: { path: string }): Promise<void> {
          t.log('prepareOptions', options.path);
        }
        protected async prepareRequest(request: { method: string }): Promise<void> {
          t.log('prepareRequest', request.method);
        }
      }
      const client = new (Company as any)({ apiKey: 'sk-SENTINEL', baseURL: t.baseURL });
      t.log(client instanceof t.OpenAI, client.constructor.name);
      return client.chat.completions.create(chatParams);
    },
    expect: oneSpan(chatSpan()),
  },
  {
    name: 'a subclass that overrides makeRequest and fetchWithTimeout',
    async run(t) {
      t.play(json(chatBody()));
      class Company extends t.OpenAI {
        async makeRequest(...args: unknown[]): Promise<unknown> {
          t.log('makeRequest', args.length);
          return super.makeRequest(...args);
        }
        async fetchWithTimeout(...args: unknown[]): Promise<unknown> {
          t.log('fetchWithTimeout', args[0]);
          return super.fetchWithTimeout(...args);
        }
      }
      const client = new (Company as any)({ apiKey: 'sk-SENTINEL', baseURL: t.baseURL });
      return client.chat.completions.create(chatParams).withResponse();
    },
    expect: oneSpan(chatSpan()),
  },
  {
    name: 'a subclass that sends a request of its own',
    async run(t) {
      t.shortenSleeps();
      t.play(apiError(500, {}), json(chatBody()));
      class Company extends t.OpenAI {
        #made = 0;
        async fetchWithTimeout(...args: unknown[]): Promise<unknown> {
          this.#made += 1;
          t.log('attempt', this.#made);
          return super.fetchWithTimeout(...args);
        }
      }
      const client = new (Company as any)({ apiKey: 'sk-SENTINEL', baseURL: t.baseURL });
      return client.chat.completions.create(chatParams);
    },
    expect: oneSpan(chatSpan({ retries: 1 })),
  },
  {
    name: 'a client behind a proxy',
    everywhere: true,
    async run(t) {
      t.play(json(chatBody()), events(chatChunksWithUsage));
      const seen: string[] = [];
      const wrap = (target: object): any =>
        new Proxy(target, {
          get(inner, key) {
            seen.push(String(key));
            const value: unknown = Reflect.get(inner, key, inner);
            if (typeof value === 'function') return value.bind(inner);
            return typeof value === 'object' && value !== null ? wrap(value) : value;
          },
        });
      const client = wrap(t.client());
      t.log((await client.chat.completions.create(chatParams)).id);
      t.log((await readAll(await client.chat.completions.create(usageParams))).length, seen);
    },
    expect: { spans: [chatSpan(), chatSpan()] },
  },
  {
    name: 'a proxy around the client class',
    async run(t) {
      t.play(json(chatBody()));
      const Wrapped = new Proxy(t.OpenAI, {
        construct(target, args, newTarget) {
          return Reflect.construct(target, [{ ...args[0], baseURL: t.baseURL }], newTarget);
        },
      });
      const client = new Wrapped({ apiKey: 'sk-SENTINEL' });
      t.log(client instanceof t.OpenAI);
      return client.chat.completions.create(chatParams);
    },
    expect: oneSpan(chatSpan()),
  },
  {
    name: 'client.post with a path of its own',
    everywhere: true,
    async run(t) {
      t.play(json(chatBody()), events(chatChunksWithUsage), json({ answer: 'SENTINEL' }));
      const client = t.client();
      t.log(await client.post('/chat/completions', { body: chatParams }));
      const stream = await client.post('/chat/completions', { body: usageParams, stream: true });
      t.log(await readAll(stream));
      t.log(await client.post('/other', { body: { note: 'SENTINEL' } }));
    },
    expect: { spans: [chatSpan(), chatSpan()] },
  },
  {
    name: 'client.request and client.post with a whole address',
    async run(t) {
      t.play(json(chatBody()));
      const client = t.client({ baseURL: 'http://127.0.0.1:1/v1' });
      const path = `${t.baseURL}/chat/completions`;
      t.log(await client.request({ method: 'post', path, body: chatParams }));
      t.log(await client.post(path, { body: chatParams }));
    },
    expect: { spans: [chatSpan(), chatSpan()] },
  },
  {
    name: 'an app that wraps create, as other tools do',
    async run(t) {
      t.play(json(chatBody()));
      const client = t.client();
      const { completions } = client.chat;
      const original = completions.create;
      completions.create = function wrapped(this: unknown, ...args: unknown[]) {
        t.log('wrapped', args.length);
        return original.apply(this, args);
      };
      const promise = client.chat.completions.create(chatParams);
      t.log(promise);
      return promise.withResponse();
    },
    expect: oneSpan(chatSpan()),
  },
  {
    name: 'an app that replaces create by a fake',
    async run(t) {
      const client = t.client();
      client.chat.completions.create = async () => ({ id: 'fake' });
      return client.chat.completions.create(chatParams);
    },
    expect: { spans: [] },
  },
  {
    name: 'an app that replaces a method of the prototype and puts it back',
    async run(t) {
      t.play(json(chatBody()));
      const { prototype } = t.OpenAI;
      const original = prototype.makeRequest;
      prototype.makeRequest = function spy(this: unknown, ...args: unknown[]) {
        t.log('spy', args.length);
        return original.apply(this, args);
      };
      t.log((await t.client().chat.completions.create(chatParams)).id);
      prototype.makeRequest = original;
      t.log((await t.client().chat.completions.create(chatParams)).id);
    },
    expect: { spans: [chatSpan(), chatSpan()] },
  },
  {
    name: 'two clients with different servers and keys',
    async run(t) {
      t.play(json(chatBody()));
      const one = t.client({ baseURL: `${t.origin}/one` });
      const two = t.client({ baseURL: `${t.origin}/two`, apiKey: 'sk-SENTINEL-two' });
      return Promise.all([one.chat.completions.create(chatParams), two.chat.completions.create(chatParams)]);
    },
    expect: { spans: [chatSpan(), chatSpan()] },
  },
  {
    name: 'a base URL with a user and a password',
    since: '5.0',
    async run(t) {
      t.play(json(chatBody()));
      const baseURL = t.baseURL.replace('http://', 'http://SENTINEL:SENTINEL@');
      await t.outcome('call', t.client({ baseURL, maxRetries: 0 }).chat.completions.create(chatParams));
    },
    expect: {
      spans: [
        {
          name: 'chat gpt-4o-mini',
          outcome: 'error',
          errorType: 'APIConnectionError',
          errorKind: 'network',
          attributes: { 'server.address': '127.0.0.1' },
        },
      ],
      attempts: 1,
    },
  },
  {
    name: 'a client made before another library asks for a second copy',
    async run(t) {
      t.play(json(embeddingsBody()));
      const client = t.client();
      const again = await t.load('');
      t.log((again.OpenAI ?? again.default) === t.OpenAI);
      const params = { model: 'text-embedding-3-small', input: 'SENTINEL', encoding_format: 'float' };
      return client.embeddings.create(params);
    },
    expect: oneSpan({ name: 'embeddings text-embedding-3-small', outcome: 'success', tokens: { input: 5 } }),
  },
]);
