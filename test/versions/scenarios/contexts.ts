import { context, ROOT_CONTEXT, trace, TraceFlags } from '@opentelemetry/api';
import { AsyncLocalStorage } from 'node:async_hooks';

import { chatSpan, defineFamily, failedChatSpan } from '../scenario.ts';
import { apiError, events, json } from '../server/answers.ts';
import { chatBody, chatChunksWithUsage } from '../server/bodies.ts';
import type { Stage } from '../child/stage.ts';
import { chatParams } from './chat.ts';
import { readAll, usageParams } from './streams.ts';

/** As @opentelemetry/core makes it: every copy of it has the same symbol. */
const SUPPRESS_TRACING = Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/** Runs the work in a span of the app's own. */
async function inSpan<T>(t: Stage, name: string, work: () => Promise<T>): Promise<T> {
  const tracer = trace.getTracer('app');
  return tracer.startActiveSpan(name, async (span) => {
    t.probe(name);
    try {
      return await work();
    } finally {
      span.end();
    }
  });
}

export const contexts = defineFamily('Contexts', [
  {
    name: 'a call is the child of the span around it',
    everywhere: true,
    async run(t) {
      t.play(json(chatBody()));
      return inSpan(t, 'question', async () => {
        const answer = await t.client().chat.completions.create(chatParams);
        t.probe('after');
        return answer;
      });
    },
    expect: { spans: [chatSpan({ parent: 'question' })], active: { after: 'question' } },
  },
  {
    name: 'code in the loop over a stream is a child of the span around the loop',
    everywhere: true,
    async run(t) {
      t.play(events(chatChunksWithUsage), json(chatBody({ id: 'chatcmpl-2' })));
      await inSpan(t, 'question', async () => {
        const client = t.client();
        let count = 0;
        for await (const chunk of await client.chat.completions.create(usageParams)) {
          count += 1;
          t.probe(`chunk ${count}`);
          if (count === 2) t.log(chunk.id, (await client.chat.completions.create(chatParams)).id);
        }
        t.probe('after');
      });
      t.probe('outside');
    },
    expect: {
      spans: [chatSpan({ parent: 'question' }), chatSpan({ parent: 'question', responseId: 'chatcmpl-2' })],
      active: { 'chunk 1': 'question', 'chunk 3': 'question', after: 'question', outside: '' },
    },
  },
  {
    name: 'a stream made in one span and read in another belongs to the first',
    async run(t) {
      t.play(events(chatChunksWithUsage));
      const stream = await inSpan(t, 'making', () => t.client().chat.completions.create(usageParams));
      await inSpan(t, 'reading', async () => {
        for await (const _ of stream as AsyncIterable<unknown>) t.probe('in loop');
      });
    },
    expect: { spans: [chatSpan({ parent: 'making' })], active: { 'in loop': 'reading' } },
  },
  {
    name: 'a call made in one span and awaited in another belongs to the first',
    async run(t) {
      t.play(json(chatBody()));
      const box = await inSpan(t, 'making', async () => ({
        call: t.client().chat.completions.create(chatParams),
      }));
      await inSpan(t, 'awaiting', async () => t.log((await box.call).id));
    },
    expect: { spans: [chatSpan({ parent: 'making' })] },
  },
  {
    name: 'what fetch does inside is a child of the call, in every attempt',
    everywhere: true,
    async run(t) {
      t.shortenSleeps();
      t.play(apiError(500, {}), json(chatBody()));
      let attempt = 0;
      const fetch = (url: string, init: any): Promise<Response> => {
        attempt += 1;
        t.probe(`attempt ${attempt}`);
        return globalThis.fetch(url, init);
      };
      return inSpan(t, 'question', () => t.client({ fetch }).chat.completions.create(chatParams));
    },
    expect: {
      spans: [chatSpan({ retries: 1, parent: 'question' })],
      active: { 'attempt 1': 'chat gpt-4o-mini', 'attempt 2': 'chat gpt-4o-mini' },
    },
  },
  {
    name: 'a fetch that asks a model itself, and is retried in that',
    async run(t) {
      t.shortenSleeps();
      t.play(apiError(500, {}), json(chatBody({ id: 'chatcmpl-2' })), json(chatBody()));
      const inner = t.client();
      const fetch = async (url: string, init: any): Promise<Response> => {
        t.probe('in fetch');
        t.log('inner', (await inner.chat.completions.create(chatParams)).id);
        return globalThis.fetch(url, init);
      };
      const answer = await t.client({ fetch }).chat.completions.create(chatParams);
      t.log('outer', answer.id);
    },
    expect: {
      spans: [chatSpan(), chatSpan({ parent: 'in fetch', retries: 1, responseId: 'chatcmpl-2' })],
      active: { 'in fetch': 'chat gpt-4o-mini' },
    },
  },
  {
    name: 'client.request with its retries given by hand',
    async run(t) {
      t.shortenSleeps();
      t.play(apiError(500, {}), json(chatBody()));
      const options = { method: 'post', path: '/chat/completions', body: chatParams };
      return t.client().request(options, 1);
    },
    expect: { spans: [chatSpan({ retries: 1 })] },
  },
  {
    name: 'handlers of the promise run in the context of the app',
    async run(t) {
      t.play(json(chatBody()), apiError(400, { code: 'invalid_value' }));
      await inSpan(t, 'question', async () => {
        const client = t.client();
        await client.chat.completions.create(chatParams).then(() => t.probe('in then'));
        await client.chat.completions.create(chatParams).catch(() => t.probe('in catch'));
      });
    },
    expect: {
      spans: [
        chatSpan({ parent: 'question' }),
        failedChatSpan('invalid_value', 'request', { parent: 'question' }),
      ],
      active: { 'in then': 'question', 'in catch': 'question' },
    },
  },
  {
    name: 'calls at the same time keep their parents apart',
    async run(t) {
      t.play(json(chatBody()));
      const client = t.client();
      const one = inSpan(t, 'one', () => client.chat.completions.create(chatParams));
      const two = inSpan(t, 'two', async () => {
        await t.pause(2);
        return client.chat.completions.create(chatParams);
      });
      return (await Promise.all([one, two])).map(({ id }: any) => id);
    },
    expect: { spans: [chatSpan({ parent: 'one' }), chatSpan({ parent: 'two' })] },
  },
  {
    name: 'an async context of the app reaches its fetch, its tools and its handlers',
    everywhere: true,
    async run(t) {
      t.play(json(chatBody()));
      const storage = new AsyncLocalStorage<string>();
      const fetch = (url: string, init: any): Promise<Response> => {
        t.log('in fetch', storage.getStore());
        return globalThis.fetch(url, init);
      };
      await storage.run('request 1', async () => {
        const call = t.client({ fetch }).chat.completions.create(chatParams);
        await storage.run('request 2', async () => {
          await call;
          t.log('after await', storage.getStore());
        });
        await call.then(() => t.log('then', storage.getStore()));
      });
    },
    expect: { spans: [chatSpan()] },
  },
  {
    name: 'suppressed tracing leaves nothing at all',
    everywhere: true,
    async run(t) {
      t.play(json(chatBody()), events(chatChunksWithUsage));
      const client = t.client();
      await context.with(ROOT_CONTEXT.setValue(SUPPRESS_TRACING, true), async () => {
        t.log((await client.chat.completions.create(chatParams)).id);
        t.log((await readAll(await client.chat.completions.create(usageParams))).length);
        t.log(await client.chat.completions.create(chatParams).withResponse());
      });
    },
    expect: { spans: [], attempts: 0 },
  },
  {
    name: 'suppression ends with its context',
    async run(t) {
      t.play(json(chatBody()));
      const client = t.client();
      const suppressed = context.with(ROOT_CONTEXT.setValue(SUPPRESS_TRACING, true), () =>
        client.chat.completions.create(chatParams),
      );
      t.log((await suppressed).id, (await client.chat.completions.create(chatParams)).id);
    },
    expect: { spans: [chatSpan()], attempts: 1 },
  },
  {
    name: 'a call below a span that is not sampled is counted all the same',
    everywhere: true,
    async run(t) {
      t.play(json(chatBody()));
      const unsampled = trace.setSpanContext(ROOT_CONTEXT, {
        traceId: '0af7651916cd43dd8448eb211c80319c',
        spanId: 'b7ad6b7169203331',
        traceFlags: TraceFlags.NONE,
        isRemote: true,
      });
      const answer = await context.with(unsampled, () => t.client().chat.completions.create(chatParams));
      t.log(answer.id);
    },
    expect: { spans: [], calls: 1 },
  },
]);
