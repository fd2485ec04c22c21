import { chatSpan, defineFamily, failedChatSpan, oneSpan } from '../scenario.ts';
import { events, json } from '../server/answers.ts';
import { chatBody, chatChunksWithUsage } from '../server/bodies.ts';
import { toEventText } from '../server/answers.ts';
import { chatParams } from './chat.ts';
import { readAll, usageParams } from './streams.ts';

const jsonHeaders = { 'content-type': 'application/json', 'x-request-id': 'req_1' };

function answer(): Response {
  return new Response(JSON.stringify(chatBody()), { headers: jsonHeaders });
}

const unusable = failedChatSpan('TypeError', 'client', { usageMissing: true });

export const fetches = defineFamily('A fetch of the app', [
  {
    name: 'a custom fetch that logs and goes on',
    everywhere: true,
    async run(t) {
      t.play(json(chatBody()));
      const fetch = (url: unknown, init: any): Promise<Response> => {
        t.log(
          'fetch',
          String(url),
          Object.keys(init),
          init.method,
          init.body,
          init.signal instanceof AbortSignal,
        );
        t.probe('in fetch');
        return globalThis.fetch(url as string, init);
      };
      return t.client({ fetch }).chat.completions.create(chatParams);
    },
    expect: { spans: [chatSpan()], active: { 'in fetch': 'chat gpt-4o-mini' } },
  },
  {
    name: 'a custom fetch with a stream',
    async run(t) {
      t.play(events(chatChunksWithUsage));
      const client = t.client({ fetch: (url: string, init: any) => globalThis.fetch(url, init) });
      return readAll(await client.chat.completions.create(usageParams));
    },
    expect: oneSpan(chatSpan()),
  },
  {
    name: 'a custom fetch that makes the response itself',
    async run(t) {
      const client = t.client({ fetch: async () => answer() });
      return client.chat.completions.create(chatParams).withResponse();
    },
    expect: { spans: [chatSpan()], attempts: 1 },
  },
  {
    name: 'a custom fetch that makes the stream itself, byte by byte',
    async run(t) {
      const text = `${chatChunksWithUsage.map((chunk) => toEventText(chunk)).join('')}data: [DONE]\n\n`;
      const bytes = new TextEncoder().encode(text);
      const body = (): ReadableStream =>
        new ReadableStream({
          start(controller) {
            for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
            controller.close();
          },
        });
      const fetch = async (): Promise<Response> =>
        new Response(body(), { headers: { 'content-type': 'text/event-stream' } });
      return readAll(await t.client({ fetch }).chat.completions.create(usageParams));
    },
    expect: { spans: [chatSpan()], attempts: 1 },
  },
  {
    name: 'a response whose body is already used',
    async run(t) {
      const fetch = async (): Promise<Response> => {
        const response = answer();
        await response.text();
        return response;
      };
      await t.outcome('call', t.client({ fetch, maxRetries: 0 }).chat.completions.create(chatParams));
    },
    expect: { spans: [unusable], attempts: 1 },
  },
  {
    name: 'a response whose body is locked',
    async run(t) {
      const fetch = async (): Promise<Response> => {
        const response = answer();
        response.body?.getReader();
        return response;
      };
      await t.outcome('call', t.client({ fetch, maxRetries: 0 }).chat.completions.create(chatParams));
      const params = { ...chatParams, stream: true };
      await t.outcome('stream', async () =>
        readAll(await t.client({ fetch, maxRetries: 0 }).chat.completions.create(params)),
      );
    },
    expect: {
      spans: [unusable, unusable],
      attempts: 2,
    },
  },
  {
    name: 'a fetch that throws an error of its own',
    async run(t) {
      const fetch = async (): Promise<Response> => {
        throw new RangeError('SENTINEL in fetch');
      };
      await t.outcome('call', t.client({ fetch, maxRetries: 0 }).chat.completions.create(chatParams));
    },
    expect: { spans: [failedChatSpan('APIConnectionError', 'network')], attempts: 1 },
  },
  {
    name: 'a fetch that throws at once, and one that throws a string',
    async run(t) {
      const atOnce = (): never => {
        throw new RangeError('SENTINEL at once');
      };
      // Whatever is thrown must come out as it does without us.
      const text = (): Promise<never> => Promise.reject('SENTINEL thrown');
      await t.outcome(
        'at once',
        t.client({ fetch: atOnce, maxRetries: 0 }).chat.completions.create(chatParams),
      );
      await t.outcome('text', t.client({ fetch: text, maxRetries: 0 }).chat.completions.create(chatParams));
    },
    expect: {
      spans: [
        failedChatSpan('APIConnectionError', 'network'),
        failedChatSpan('APIConnectionError', 'network'),
      ],
      attempts: 2,
    },
  },
  {
    name: 'a response that is a plain object',
    async run(t) {
      const fetch = async (): Promise<unknown> => ({
        ok: true,
        status: 200,
        headers: new Headers(jsonHeaders),
        json: async () => chatBody(),
        text: async () => JSON.stringify(chatBody()),
        url: 'http://127.0.0.1/v1',
      });
      await t.outcome('call', t.client({ fetch }).chat.completions.create(chatParams));
    },
    expect: { spans: [chatSpan()], attempts: 1 },
  },
  {
    name: 'a fetch that gives nothing',
    async run(t) {
      const client = t.client({ fetch: async () => undefined, maxRetries: 0 });
      await t.outcome('call', client.chat.completions.create(chatParams));
    },
    expect: oneSpan(failedChatSpan('TypeError', 'client')),
  },
  {
    name: 'response headers with odd values',
    async run(t) {
      const headers = {
        ...jsonHeaders,
        'x-ratelimit-limit-requests': 'SENTINEL',
        'x-ratelimit-remaining-tokens': '-1',
        'x-ratelimit-reset-tokens': 'never',
        'openai-processing-ms': 'NaN',
        'retry-after': 'SENTINEL',
      };
      const fetch = async (): Promise<Response> => new Response(JSON.stringify(chatBody()), { headers });
      return t.client({ fetch }).chat.completions.create(chatParams);
    },
    expect: { spans: [chatSpan()], attempts: 1 },
  },
]);
