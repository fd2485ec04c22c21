import { AsyncLocalStorage } from 'node:async_hooks';

import { chatSpan, defineFamily, oneSpan } from '../scenario.ts';
import { events, json } from '../server/answers.ts';
import { chatBody, chatChunk, chatChunks, chatChunksWithUsage, usageChunk } from '../server/bodies.ts';
import type { Client } from '../child/stage.ts';
import { chatParams } from './chat.ts';

export const streamParams = { ...chatParams, stream: true } as const;
export const usageParams = { ...streamParams, stream_options: { include_usage: true } } as const;

/** A whole stream without a usage chunk: the API sends none unless asked. */
export const plainStreamSpan = chatSpan({ tokens: {}, usageMissing: true });

const asyncGeneratorPrototype: unknown = Object.getPrototypeOf(
  (async function* empty(): AsyncGenerator {})().constructor.prototype,
);

export async function readAll(stream: AsyncIterable<unknown>): Promise<unknown[]> {
  const chunks: unknown[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

function openStream(client: Client): Promise<any> {
  return client.chat.completions.create(streamParams);
}

export const streams = defineFamily('Streams', [
  {
    name: 'a stream is read by for await',
    everywhere: true,
    async run(t) {
      t.play(events(chatChunks));
      return readAll(await openStream(t.client()));
    },
    expect: oneSpan(
      chatSpan({ tokens: {}, usageMissing: true, attributes: { 'gen_ai.request.stream': true } }),
    ),
  },
  {
    name: 'a stream with include_usage',
    everywhere: true,
    async run(t) {
      t.play(events(chatChunksWithUsage));
      return readAll(await t.client().chat.completions.create(usageParams));
    },
    expect: oneSpan(chatSpan()),
  },
  {
    name: 'the stream is the same kind of thing',
    everywhere: true,
    async run(t) {
      t.play(events(chatChunks));
      const promise = t.client().chat.completions.create(streamParams);
      const stream = await promise;
      t.log(promise, stream, Object.keys(stream), stream[Symbol.toStringTag]);
      t.log(stream.controller instanceof AbortController, typeof stream[Symbol.asyncIterator]);
      t.log(Object.getOwnPropertyNames(Object.getPrototypeOf(stream)), stream === (await promise));
      const iterator = stream[Symbol.asyncIterator]();
      t.log(typeof iterator.next, typeof iterator.return, typeof iterator.throw);
      t.log(typeof iterator[Symbol.asyncIterator], iterator[Symbol.asyncIterator]() === iterator);
      t.log(Object.prototype.toString.call(iterator), Object.keys(iterator), Symbol.asyncDispose in iterator);
      t.log(Object.getPrototypeOf(Object.getPrototypeOf(iterator)) === asyncGeneratorPrototype);
      const first = iterator.next();
      t.log(first instanceof Promise, await first);
      t.log(await iterator.return(), await iterator.next());
    },
    expect: oneSpan(
      chatSpan({ outcome: 'cancelled', tokens: {}, finishReasons: ['error'], usageMissing: true }),
    ),
  },
  {
    name: 'withResponse on a stream',
    everywhere: true,
    async run(t) {
      t.play(events(chatChunks));
      const { data, response } = await t.client().chat.completions.create(streamParams).withResponse();
      t.log(response, await readAll(data));
    },
    expect: oneSpan(plainStreamSpan),
  },
  {
    name: 'asResponse on a stream, whose events the app reads itself',
    readsRawStream: true,
    async run(t) {
      t.play(events(chatChunks));
      const response = await t.client().chat.completions.create(streamParams).asResponse();
      t.log(response.bodyUsed);
      return response.text();
    },
    expect: oneSpan({ name: 'chat gpt-4o-mini', outcome: 'success', usageMissing: true }),
  },
  {
    name: 'a stream is read by its iterator, by hand',
    async run(t) {
      t.play(events(chatChunks));
      const iterator = (await openStream(t.client()))[Symbol.asyncIterator]();
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) t.log(next);
      t.log(await iterator.next(), await iterator.return?.());
    },
    expect: oneSpan(plainStreamSpan),
  },
  {
    name: 'a stream is asked for several chunks at once',
    async run(t) {
      t.play(events(chatChunks));
      const iterator = (await openStream(t.client()))[Symbol.asyncIterator]();
      t.log(await Promise.all(Array.from({ length: 8 }, () => iterator.next())));
    },
    expect: oneSpan(plainStreamSpan),
  },
  {
    name: 'each chunk arrives before the next one is sent',
    async run(t) {
      t.play(events(chatChunks, { gateAfter: 1 }));
      for await (const chunk of await openStream(t.client())) {
        t.log(chunk);
        t.release();
      }
    },
    expect: oneSpan(plainStreamSpan),
  },
  {
    name: 'a stream is iterated a second time',
    async run(t) {
      t.play(events(chatChunks));
      const stream = await openStream(t.client());
      t.log((await readAll(stream)).length);
      await t.outcome('again', readAll(stream));
    },
    expect: oneSpan(plainStreamSpan),
  },
  {
    name: 'tee, and both branches are read',
    everywhere: true,
    async run(t) {
      t.play(events(chatChunksWithUsage));
      const [left, right] = (await t.client().chat.completions.create(usageParams)).tee();
      t.log(left, right);
      t.log(await Promise.all([readAll(left), readAll(right)]));
    },
    expect: oneSpan(chatSpan()),
  },
  {
    name: 'tee, and one branch is read',
    async run(t) {
      t.play(events(chatChunksWithUsage));
      const [left] = (await t.client().chat.completions.create(usageParams)).tee();
      t.log(await readAll(left));
    },
    expect: oneSpan(chatSpan()),
  },
  {
    name: 'tee, and the branches are read one after the other',
    async run(t) {
      t.play(events(chatChunks));
      const [left, right] = (await openStream(t.client())).tee();
      t.log(await readAll(left), await readAll(right));
    },
    expect: oneSpan(plainStreamSpan),
  },
  {
    name: 'toReadableStream and fromReadableStream',
    async run(t) {
      t.play(events(chatChunksWithUsage));
      const stream = await t.client().chat.completions.create(usageParams);
      const readable = stream.toReadableStream();
      t.log(readable);
      const [forText, forStream] = readable.tee();
      const decoder = new TextDecoder();
      let text = '';
      for await (const part of forText) text += decoder.decode(part, { stream: true });
      const { Stream } = await t.load('streaming');
      const back = Stream.fromReadableStream(forStream, new AbortController());
      t.log(text, back, await readAll(back));
    },
    expect: oneSpan(chatSpan()),
  },
  {
    name: 'tool calls that come in parallel and interleaved',
    everywhere: true,
    async run(t) {
      const call = (index: number, name: string | undefined, args: string): Record<string, unknown> => ({
        tool_calls: [
          {
            index,
            ...(name === undefined ? {} : { id: `call_${index}`, type: 'function' }),
            function: { ...(name === undefined ? {} : { name }), arguments: args },
          },
        ],
      });
      const chunks = [
        chatChunk({ role: 'assistant', content: null }),
        chatChunk(call(0, 'weather', '')),
        chatChunk(call(1, 'time', '')),
        chatChunk(call(0, undefined, '{"place":')),
        chatChunk(call(1, undefined, '{"zone":"SENTI')),
        chatChunk(call(0, undefined, '"SENTINEL"}')),
        chatChunk(call(1, undefined, 'NEL"}')),
        chatChunk({}, { finish: 'tool_calls' }),
        usageChunk,
      ];
      t.play(events(chunks));
      return readAll(await t.client().chat.completions.create(usageParams));
    },
    expect: oneSpan(chatSpan({ finishReasons: ['tool_calls'] })),
  },
  {
    name: 'two choices, interleaved',
    async run(t) {
      const chunks = [
        chatChunk({ role: 'assistant', content: 'SENTINEL a' }, { index: 0 }),
        chatChunk({ role: 'assistant', content: 'SENTINEL b' }, { index: 1 }),
        chatChunk({ content: '!' }, { index: 1 }),
        chatChunk({}, { index: 1, finish: 'length' }),
        chatChunk({ content: '?' }, { index: 0 }),
        chatChunk({}, { index: 0, finish: 'stop' }),
        usageChunk,
      ];
      t.play(events(chunks));
      return readAll(await t.client().chat.completions.create({ ...usageParams, n: 2 }));
    },
    expect: oneSpan(
      chatSpan({
        outcome: 'incomplete',
        finishReasons: ['stop', 'length'],
        attributes: { 'gen_ai.request.choice.count': 2 },
      }),
    ),
  },
  {
    name: 'a refusal in a stream',
    async run(t) {
      const chunks = [
        chatChunk({ role: 'assistant', content: null, refusal: '' }),
        chatChunk({ refusal: 'SENTINEL no' }),
        chatChunk({}, { finish: 'stop' }),
        usageChunk,
      ];
      t.play(events(chunks));
      return readAll(await t.client().chat.completions.create(usageParams));
    },
    expect: oneSpan(chatSpan({ outcome: 'refused' })),
  },
  {
    name: 'a stream cut by the length limit',
    async run(t) {
      t.play(events([...chatChunks.slice(0, 3), chatChunk({}, { finish: 'length' }), usageChunk]));
      return readAll(await t.client().chat.completions.create(usageParams));
    },
    expect: oneSpan(chatSpan({ outcome: 'incomplete', finishReasons: ['length'] })),
  },
  {
    name: 'two streams read in turns',
    async run(t) {
      const other = chatChunksWithUsage.map((chunk) => ({ ...chunk, id: 'chatcmpl-2' }));
      t.play(events(chatChunksWithUsage), events(other));
      const client = t.client();
      const one = (await client.chat.completions.create(usageParams))[Symbol.asyncIterator]();
      const two = (await client.chat.completions.create(usageParams))[Symbol.asyncIterator]();
      for (let at = 0; at < 7; at += 1) t.log((await one.next()).done, (await two.next()).value?.id);
    },
    expect: { spans: [chatSpan(), chatSpan({ responseId: 'chatcmpl-2' })] },
  },
  {
    name: 'a call made inside the loop over a stream',
    everywhere: true,
    async run(t) {
      t.play(events(chatChunks), json(chatBody({ id: 'chatcmpl-2' })));
      const client = t.client();
      for await (const chunk of await openStream(client)) {
        if (chunk.choices[0].finish_reason === 'stop') {
          t.log((await client.chat.completions.create(chatParams)).id);
        }
      }
    },
    expect: { spans: [plainStreamSpan, chatSpan({ responseId: 'chatcmpl-2' })] },
  },
  {
    name: 'an async context of the app lives on in the loop',
    everywhere: true,
    async run(t) {
      t.play(events(chatChunks));
      const storage = new AsyncLocalStorage<string>();
      await storage.run('outer', async () => {
        const stream = await openStream(t.client());
        for await (const chunk of stream) {
          t.log(storage.getStore(), chunk.choices.length);
          await storage.run('inner', async () => {
            await t.pause(1);
            t.log(storage.getStore());
          });
        }
        t.log(storage.getStore());
      });
      t.log(storage.getStore());
    },
    expect: oneSpan(plainStreamSpan),
  },
  {
    name: 'a stream of a thousand chunks',
    async run(t) {
      const words = Array.from({ length: 1000 }, (_, at) => chatChunk({ content: `SENTINEL${at} ` }));
      t.play(events([...words, chatChunk({}, { finish: 'stop' }), usageChunk]));
      const chunks = await readAll(await t.client().chat.completions.create(usageParams));
      return [chunks.length, chunks[999]];
    },
    expect: oneSpan(chatSpan()),
  },
  {
    name: 'a stream with CRLF line ends',
    async run(t) {
      t.play(events(chatChunks, { lineEnd: '\r\n' }));
      return readAll(await openStream(t.client()));
    },
    expect: oneSpan(plainStreamSpan),
  },
  {
    name: 'a stream without any event',
    async run(t) {
      t.play(events([]));
      return readAll(await openStream(t.client()));
    },
    expect: oneSpan({ name: 'chat gpt-4o-mini', outcome: 'incomplete', usageMissing: true }),
  },
  {
    name: 'a stream handed on by yield*',
    async run(t) {
      t.play(events(chatChunksWithUsage));
      const client = t.client();
      async function* relay(): AsyncGenerator {
        yield* await client.chat.completions.create(usageParams);
      }
      return readAll(relay());
    },
    expect: oneSpan(chatSpan()),
  },
]);
