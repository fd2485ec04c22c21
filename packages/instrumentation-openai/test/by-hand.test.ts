import { context, logs, metrics, trace } from '@opentelemetry/api';
import { RPCType, setRPCMetadata } from '@opentelemetry/core';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { instrument, OpenAIInstrumentation } from '@genvitals/instrumentation-openai';
import { type OpenAISeen, seenOpenAI, setHost } from '@genvitals/instrumentation-openai/host';
import { VERSION as OPENAI_VERSION } from 'openai/version';
import { afterEach, describe, expect, test } from 'vitest';
import { chatCompletion, chatStream } from './answers.ts';
import { CHAT, createStage, loadFreshOpenAI } from './app-stage.ts';
import { apiError, json, sse } from './provider-server.ts';

describe('instrument(OpenAI)', () => {
  test('gives the class back, and doing it again changes nothing', async () => {
    const stage = await createStage();
    const { OpenAI } = stage;
    const { makeRequest } = OpenAI.prototype as any;
    expect(instrument(OpenAI)).toBe(OpenAI);
    expect(instrument(instrument(OpenAI))).toBe(OpenAI);
    expect((OpenAI.prototype as any).makeRequest).toBe(makeRequest);
    stage.script(json(chatCompletion()));
    await stage.client().chat.completions.create(CHAT);
    expect(stage.spans()).toHaveLength(1);
    expect(seenOpenAI()).toEqual([{ version: OPENAI_VERSION, seam: 'request', file: '' }]);
  });

  test('takes the callable that `require("openai")` gives', async () => {
    const stage = await createStage();
    const openai = loadFreshOpenAI();
    expect(instrument(openai)).toBe(openai);
    stage.script(json(chatCompletion()));
    const client = new openai({ apiKey: 'k', baseURL: stage.server.url, logLevel: 'off' });
    await client.chat.completions.create(CHAT);
    expect(stage.spans()).toHaveLength(1);
  });

  test('takes a subclass: the app’s own or AzureOpenAI', async () => {
    const stage = await createStage();
    const own = loadFreshOpenAI();
    class Mine extends own.OpenAI {
      override buildURL(...args: Parameters<InstanceType<typeof own.OpenAI>['buildURL']>): string {
        return super.buildURL(...args);
      }
    }
    expect(instrument(Mine)).toBe(Mine);
    stage.script(json(chatCompletion()));
    await new Mine({ apiKey: 'k', baseURL: stage.server.url }).chat.completions.create(CHAT);
    expect(stage.spans()).toHaveLength(1);
    // Its parent is the same request layer.
    await new own.OpenAI({ apiKey: 'k', baseURL: stage.server.url }).chat.completions.create(CHAT);
    expect(stage.spans()).toHaveLength(2);

    const azure = loadFreshOpenAI();
    instrument(azure.AzureOpenAI);
    const client = new azure.AzureOpenAI({ apiKey: 'k', apiVersion: '1', baseURL: stage.server.url });
    await client.chat.completions.create(CHAT);
    expect(stage.spans()).toHaveLength(3);
  });

  test('takes a subclass beside its parent, and follows each call once', async () => {
    const stage = await createStage();
    class Named extends stage.OpenAI {
      static override readonly OpenAI = Named;
    }
    instrument(Named);
    instrument(class extends Named {});
    stage.script(json(chatCompletion()));
    await new Named({ apiKey: 'k', baseURL: stage.server.url }).chat.completions.create(CHAT);
    await stage.client().chat.completions.create(CHAT);
    expect(stage.spans()).toHaveLength(2);
    expect((await stage.points('genvitals.client.attempts')).map(({ value }) => value)).toEqual([2]);
  });

  test('two copies of openai in one process are both seen, each call once', async () => {
    const stage = await createStage();
    const other = loadFreshOpenAI();
    instrument(other);
    stage.script(json(chatCompletion()));
    await stage.client().chat.completions.create(CHAT);
    await new other.OpenAI({ apiKey: 'k', baseURL: stage.server.url }).chat.completions.create(CHAT);
    expect(stage.spans()).toHaveLength(2);
    expect(seenOpenAI()).toHaveLength(2);
    expect(await stage.points('genvitals.instrumentation.info')).toHaveLength(1);
  });

  test('leaves the class as it was to look at', async () => {
    const bare = loadFreshOpenAI();
    const shape = ({ prototype }: { prototype: object }): unknown =>
      Object.entries(Object.getOwnPropertyDescriptors(prototype)).map(
        ([name, { value, enumerable, writable, configurable }]) => [
          name,
          typeof value,
          value?.name,
          value?.length,
          enumerable,
          writable,
          configurable,
        ],
      );
    const before = [
      shape(bare.OpenAI),
      Object.keys(new bare.OpenAI({ apiKey: 'k' })),
      Object.keys(bare.OpenAI),
    ];
    await createStage();
    instrument(bare);
    expect([
      shape(bare.OpenAI),
      Object.keys(new bare.OpenAI({ apiKey: 'k' })),
      Object.keys(bare.OpenAI),
    ]).toEqual(before);
  });

  test.each([
    ['undefined', undefined],
    ['object', null],
    ['number', 7],
    ['function', () => undefined],
    ['object', {}],
  ])('given what is no class (%s) says so once, and gives it back', async (type, given) => {
    const stage = await createStage({
      diagnostics: [`wanted the client class of the openai package, got ${type}`],
    });
    expect(instrument(given as never)).toBe(given);
    expect(instrument(given as never)).toBe(given);
    expect(stage.said()).toHaveLength(1);
    expect(seenOpenAI()).toHaveLength(1);
  });
});

/** A client of the future: none of the names of the request layer, the methods where they always were. */
function createFutureClient(): any {
  class FuturePromise {
    readonly responsePromise: Promise<{ response: { status: number }; body: unknown }>;
    parseResponse: (props: any) => unknown;
    constructor(responsePromise: Promise<any>, parse: (props: any) => unknown = (props) => props.body) {
      this.responsePromise = responsePromise;
      this.parseResponse = parse;
    }
    _thenUnwrap(transform: (value: unknown) => unknown): FuturePromise {
      return new FuturePromise(this.responsePromise, async (props) =>
        transform(await this.parseResponse(props)),
      );
    }
    // oxlint-disable-next-line unicorn/no-thenable -- the client's promises are thenables of its own
    then(...handlers: [any, any]): Promise<unknown> {
      return this.responsePromise.then((props) => this.parseResponse(props)).then(...handlers);
    }
  }
  class FuturePage extends FuturePromise {
    async *[Symbol.asyncIterator](): AsyncGenerator {
      const { body } = await this.responsePromise;
      yield* (body as { data: unknown[] }).data;
    }
  }
  class VectorStores {
    readonly _client: unknown;
    constructor(client: unknown) {
      this._client = client;
    }
    search(id: string, body: object): FuturePage {
      if (id === 'gone') return new FuturePage(Promise.reject(Object.assign(new Error(id), { status: 404 })));
      return new FuturePage(Promise.resolve({ response: { status: 200 }, body: { data: [body] } }));
    }
  }
  class Completions {
    readonly _client: unknown;
    constructor(client: unknown) {
      this._client = client;
    }
    create(body: any): FuturePromise {
      if (body.model === 'thrown') throw new TypeError('no such model');
      if (body.model === 'rejected') {
        return new FuturePromise(Promise.reject(Object.assign(new Error('SECRET'), { status: 500 })));
      }
      if (body.model === 'unreadable') {
        return new FuturePromise(Promise.resolve({ response: { status: 200 } }), () => JSON.parse('SECRET'));
      }
      if (body.stream === true) {
        const stream = {
          iterator: async function* iterator() {
            yield* chatStream();
          },
          [Symbol.asyncIterator]() {
            return this.iterator();
          },
        };
        return new FuturePromise(Promise.resolve({ response: { status: 200 }, body: stream }));
      }
      return new FuturePromise(Promise.resolve({ response: { status: 200 }, body: chatCompletion() }));
    }
  }
  class Chat {
    static readonly Completions = Completions;
    readonly completions: Completions;
    constructor(client: unknown) {
      this.completions = new Completions(client);
    }
  }
  class Responses {
    readonly client: unknown;
    constructor(client: unknown) {
      this.client = client;
    }
    retrieve(id: string): FuturePromise {
      return new FuturePromise(
        Promise.resolve({ response: { status: 200 }, body: { id, status: 'completed' } }),
      );
    }
  }
  return class OpenAI {
    static readonly Chat = Chat;
    static readonly Responses = Responses;
    static readonly VectorStores = VectorStores;
    readonly baseURL = 'https://api.openai.com/v1';
    readonly chat = new Chat(this);
    readonly responses = new Responses(this);
    readonly vectorStores = new VectorStores(this);
    getUserAgent(): string {
      return `${this.constructor.name}/JS 99.1.0`;
    }
  };
}

const FALLBACK_WARNING =
  'genvitals: openai 99.1.0 has no request layer that is known, so its calls are followed method by method: retries and raw requests are not seen. Please report this version.';

describe('a client without the request layer that is known', () => {
  test('is followed method by method, with one warning', async () => {
    const stage = await createStage({ diagnostics: [FALLBACK_WARNING] });
    const Future = createFutureClient();
    expect(instrument(Future)).toBe(Future);
    instrument(Future);
    expect(stage.said()).toEqual([FALLBACK_WARNING]);
    expect(seenOpenAI().at(-1)).toEqual({ version: '99.1.0', seam: 'fallback', file: '' });

    const client = new Future();
    expect((await client.chat.completions.create({ ...CHAT, temperature: 0 })).id).toBe('chatcmpl-1');
    let chunks = 0;
    for await (const chunk of await client.chat.completions.create({ ...CHAT, stream: true })) {
      void chunk;
      chunks += 1;
    }
    expect(chunks).toBe(5);
    expect((await client.responses.retrieve('resp_7')).id).toBe('resp_7');
    expect(() => client.chat.completions.create({ model: 'thrown' })).toThrow('no such model');
    await expect(client.chat.completions.create({ model: 'rejected' })).rejects.toThrow('SECRET');
    await expect(client.chat.completions.create({ model: 'unreadable' })).rejects.toThrow(SyntaxError);

    expect(stage.spans().map(({ name, attributes }) => [name, attributes['genvitals.outcome']])).toEqual([
      ['chat gpt-4o-mini', 'success'],
      ['chat gpt-4o-mini', 'success'],
      ['fetch_response', 'success'],
      ['chat thrown', 'error'],
      ['chat rejected', 'error'],
      ['chat unreadable', 'error'],
    ]);
    const [plain, streamed, fetched, thrown, rejected, unreadable] = stage.spans();
    expect(plain?.attributes).toMatchObject({
      'gen_ai.request.temperature': 0,
      'gen_ai.usage.input_tokens': 11,
      'server.address': 'api.openai.com',
    });
    expect(streamed?.attributes).toMatchObject({
      'gen_ai.request.stream': true,
      'gen_ai.usage.input_tokens': 11,
      'gen_ai.response.time_to_first_chunk': expect.any(Number),
    });
    expect(fetched?.attributes['gen_ai.response.id']).toBe('resp_7');
    expect(thrown?.attributes).toMatchObject({ 'error.type': 'TypeError', 'genvitals.error.kind': 'client' });
    expect(rejected?.attributes).toMatchObject({ 'error.type': '500', 'genvitals.error.kind': 'provider' });
    expect(unreadable?.attributes).toMatchObject({
      'error.type': 'SyntaxError',
      'genvitals.error.kind': 'client',
    });
    const info = (await stage.points('genvitals.instrumentation.info')).map(({ attributes }) => [
      attributes['genvitals.openai.version'],
      attributes['genvitals.seam'],
    ]);
    expect(info).toEqual([
      [OPENAI_VERSION, 'request'],
      ['99.1.0', 'fallback'],
    ]);
  });

  test('gives its pages as they are, to be walked, and tells them with their headers', async () => {
    const stage = await createStage({ diagnostics: [FALLBACK_WARNING] });
    const client = new (instrument(createFutureClient()))();
    const params = { query: 'SECRET', max_num_results: 3 };
    const found: unknown[] = [];
    for await (const one of client.vectorStores.search('vs_1', params)) found.push(one);
    expect(found).toEqual([params]);
    await expect(client.vectorStores.search('gone', params)).rejects.toThrow('gone');
    expect(stage.spans().map(({ name, attributes }) => [name, attributes['genvitals.outcome']])).toEqual([
      ['retrieval', 'success'],
      ['retrieval', 'error'],
    ]);
    expect(stage.spans()[0]?.attributes['gen_ai.retrieval.top_k']).toBe(3);
  });

  test('that has nothing known is said once, and left as it is', async () => {
    const sentence =
      'genvitals: openai unknown has neither a request layer nor methods that are known, so its calls are not seen. Please report this version.';
    const stage = await createStage({ diagnostics: [sentence] });
    class OpenAI {
      ask(): string {
        return 'Hello';
      }
    }
    instrument(OpenAI);
    instrument(OpenAI);
    instrument(class OpenAI extends Map {});
    expect(stage.said()).toEqual([sentence]);
    expect(seenOpenAI().map(({ seam }) => seam)).toEqual(['request', 'none', 'none']);
    expect(new OpenAI().ask()).toBe('Hello');
  });
});

describe('a host', () => {
  test('hears of each openai, also of those from before it was there', async () => {
    const stage = await createStage();
    const heard: OpenAISeen[] = [];
    setHost({ onOpenAISeen: (seen) => void heard.push(seen) });
    expect(heard).toEqual([{ version: OPENAI_VERSION, seam: 'request', file: '' }]);
    instrument(loadFreshOpenAI());
    expect(heard).toHaveLength(2);
    expect(stage.said()).toEqual([]);
  });

  test('decides on the providers before the first call, and once', async () => {
    const order: string[] = [];
    const stage = await createStage({
      without: ['trace', 'metrics', 'logs'],
      host: {
        beforeFirstCall() {
          order.push('host');
          trace.setGlobalTracerProvider(stage.tracerProvider);
          metrics.setGlobalMeterProvider(stage.meterProvider);
          logs.setGlobalLoggerProvider(stage.loggerProvider);
        },
      },
    });
    const client = stage.client({
      fetch: () => {
        order.push('fetch');
        return Promise.resolve(Response.json(chatCompletion()));
      },
    });
    await client.chat.completions.create(CHAT);
    await client.chat.completions.create(CHAT);
    expect(order).toEqual(['host', 'fetch', 'fetch']);
    expect(stage.spans()).toHaveLength(2);
    expect(stage.events()).toHaveLength(2);
    expect((await stage.points('genvitals.client.calls')).map(({ value }) => value)).toContain(2);
  });

  test('that throws takes no call with it', async () => {
    const fail = (): never => {
      throw new Error('the host is ill');
    };
    const stage = await createStage({
      host: { beforeFirstCall: fail, onOpenAISeen: fail, routeOf: fail },
      diagnostics: ['a call could not be recorded'],
    });
    stage.script(json(chatCompletion()));
    const span = trace.getTracer('http').startSpan('GET');
    const around = setRPCMetadata(trace.setSpan(context.active(), span), { type: RPCType.HTTP, span });
    const answer = await context.with(around, () => stage.client().chat.completions.create(CHAT));
    expect(answer.id).toBe('chatcmpl-1');
    expect(stage.span().attributes['genvitals.feature.name']).toBe('unset');
    expect(stage.spans()).toHaveLength(1);
    expect(stage.said()).toHaveLength(1);
  });
});

describe('OpenAIInstrumentation', () => {
  let instrumentation: OpenAIInstrumentation | undefined;
  afterEach(() => instrumentation?.enable());

  test('names itself and its version', async () => {
    await createStage();
    instrumentation = new OpenAIInstrumentation();
    expect(instrumentation.instrumentationName).toBe('@genvitals/instrumentation-openai');
    expect(instrumentation.instrumentationVersion).toMatch(/^\d+\.\d+\.\d+/);
    expect(instrumentation.getConfig()).toEqual({});
  });

  test('turned off lets calls pass untouched, and ends those that began before', async () => {
    const stage = await createStage();
    instrumentation = new OpenAIInstrumentation();
    stage.script(sse(chatStream()), json(chatCompletion()));
    const client = stage.client();
    const stream = await client.chat.completions.create({ ...CHAT, stream: true });
    instrumentation.disable();
    await client.chat.completions.create(CHAT);
    for await (const chunk of stream) void chunk;
    expect(stage.spans()).toHaveLength(1);
    expect(stage.span().attributes['gen_ai.request.stream']).toBe(true);
    instrumentation.enable();
    await client.chat.completions.create(CHAT);
    expect(stage.spans()).toHaveLength(2);
    instrumentation.setConfig({ enabled: false });
    expect(instrumentation.getConfig()).toEqual({ enabled: false });
    await client.chat.completions.create(CHAT);
    expect(stage.spans()).toHaveLength(2);
  });

  test('made turned off stays so until it is turned on', async () => {
    const stage = await createStage();
    instrumentation = new OpenAIInstrumentation({ enabled: false });
    stage.script(json(chatCompletion()));
    await stage.client().chat.completions.create(CHAT);
    expect(stage.spans()).toEqual([]);
  });

  test('uses the providers it is given, before those that are registered', async () => {
    const stage = await createStage();
    const given = await createStageProviders();
    instrumentation = new OpenAIInstrumentation();
    instrumentation.setTracerProvider(given.provider);
    stage.script(json(chatCompletion()), apiError(500, {}));
    await stage.client().chat.completions.create(CHAT);
    expect(stage.spans()).toEqual([]);
    expect(given.exporter.getFinishedSpans()).toHaveLength(1);
    // The other signals still go where they are registered.
    expect(stage.events()).toHaveLength(1);
  });

  test('given the API’s placeholders, as `registerInstrumentations` does where nothing is registered yet, still finds what is registered later', async () => {
    const stage = await createStage({ without: ['trace', 'metrics', 'logs'] });
    instrumentation = new OpenAIInstrumentation();
    instrumentation.setTracerProvider(trace.getTracerProvider());
    instrumentation.setMeterProvider(metrics.getMeterProvider());
    instrumentation.setLoggerProvider(logs.getLoggerProvider());
    stage.script(json(chatCompletion()));
    await stage.client().chat.completions.create(CHAT);
    trace.setGlobalTracerProvider(stage.tracerProvider);
    metrics.setGlobalMeterProvider(stage.meterProvider);
    logs.setGlobalLoggerProvider(stage.loggerProvider);
    await stage.client().chat.completions.create(CHAT);
    expect(stage.spans()).toHaveLength(1);
    expect(stage.events()).toHaveLength(1);
    expect((await stage.points('genvitals.client.calls')).some(({ value }) => value > 0)).toBe(true);
  });
});

async function createStageProviders(): Promise<{ provider: TracerProvider; exporter: InMemorySpanExporter }> {
  const exporter = new InMemorySpanExporter();
  return {
    exporter,
    provider: new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }),
  };
}
