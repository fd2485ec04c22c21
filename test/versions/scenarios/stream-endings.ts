import { chatSpan, defineFamily, failedChatSpan, oneSpan, type ExpectedSpan } from '../scenario.ts';
import { isAtLeast } from '../openai-versions.ts';
import { events, silence } from '../server/answers.ts';
import { chatChunk, chatChunks, chatChunksWithUsage, usageChunk } from '../server/bodies.ts';
import { chatParams } from './chat.ts';
import { plainStreamSpan, readAll, streamParams, usageParams } from './streams.ts';

/** The app stopped it: no error, no usage, and the choice that was cut says so. */
const cancelledSpan: ExpectedSpan = {
  name: 'chat gpt-4o-mini',
  outcome: 'cancelled',
  responseId: 'chatcmpl-1',
  finishReasons: ['error'],
  usageMissing: true,
};
const cancelledBeforeHeaders: ExpectedSpan = { name: 'chat gpt-4o-mini', outcome: 'cancelled' };
const cancelledBeforeChunks: ExpectedSpan = { ...cancelledBeforeHeaders, usageMissing: true };

function cutSpan(errorType: string, kind: NonNullable<ExpectedSpan['errorKind']>): ExpectedSpan {
  return failedChatSpan(errorType, kind, {
    responseId: 'chatcmpl-1',
    finishReasons: ['error'],
    usageMissing: true,
  });
}

export const streamEndings = defineFamily('How a stream ends', [
  {
    name: 'break in the loop hangs up and ends the call once',
    everywhere: true,
    async run(t) {
      t.play(events(chatChunks, { holdAfter: 3 }));
      const stream = await t.client().chat.completions.create(streamParams);
      for await (const chunk of stream) {
        t.log(chunk);
        if (chunk.choices[0].delta.content === 'SENTINEL') break;
      }
      t.log(stream.controller.signal.aborted);
    },
    expect: oneSpan(cancelledSpan),
  },
  {
    name: 'break after the last chunk is no cancellation',
    async run(t) {
      t.play(events(chatChunksWithUsage));
      for await (const chunk of await t.client().chat.completions.create(usageParams)) {
        if (chunk.usage) break;
      }
    },
    expect: oneSpan(chatSpan()),
  },
  {
    name: 'throw in the loop',
    everywhere: true,
    async run(t) {
      t.play(events(chatChunks, { holdAfter: 3 }));
      const stream = await t.client().chat.completions.create(streamParams);
      await t.outcome('loop', async () => {
        for await (const chunk of stream) {
          if (chunk.choices[0].delta.content) throw new RangeError('SENTINEL in loop');
        }
      });
      t.log(stream.controller.signal.aborted);
    },
    expect: oneSpan(cancelledSpan),
  },
  {
    name: 'return before the first chunk was asked for',
    async run(t) {
      t.play(events(chatChunks, { holdAfter: 2 }));
      const stream = await t.client().chat.completions.create(streamParams);
      const iterator = stream[Symbol.asyncIterator]();
      t.log(await iterator.return('SENTINEL'), await iterator.next(), stream.controller.signal.aborted);
      stream.controller.abort();
    },
    expect: oneSpan(cancelledBeforeChunks),
  },
  {
    name: 'throw into the iterator',
    async run(t) {
      t.play(events(chatChunks, { holdAfter: 3 }));
      const stream = await t.client().chat.completions.create(streamParams);
      const iterator = stream[Symbol.asyncIterator]();
      await iterator.next();
      await t.outcome('throw', () => iterator.throw(new RangeError('SENTINEL into iterator')));
      t.log(await iterator.next(), stream.controller.signal.aborted);
    },
    expect: oneSpan(cancelledSpan),
  },
  {
    name: 'abort by the controller of the stream, in the loop',
    everywhere: true,
    async run(t) {
      t.play(events(chatChunks, { holdAfter: 3 }));
      const stream = await t.client().chat.completions.create(streamParams);
      let count = 0;
      await t.outcome('loop', async () => {
        for await (const chunk of stream) {
          count += 1;
          if (chunk.choices[0].delta.content) stream.controller.abort();
        }
      });
      t.log(count);
    },
    expect: oneSpan(cancelledSpan),
  },
  {
    name: 'abort by a signal while a chunk is awaited',
    everywhere: true,
    async run(t) {
      t.play(events(chatChunks, { holdAfter: 2 }));
      const controller = new AbortController();
      const options = t.track('options', { signal: controller.signal });
      const stream = await t.client().chat.completions.create(streamParams, options);
      setTimeout(() => controller.abort(), 20);
      await t.outcome('loop', readAll(stream));
    },
    expect: oneSpan(cancelledSpan),
  },
  {
    name: 'abort by a signal before the call',
    everywhere: true,
    async run(t) {
      t.play(events(chatChunks));
      const signal = AbortSignal.abort();
      await t.outcome('call', () => t.client().chat.completions.create(streamParams, { signal }));
    },
    expect: oneSpan(cancelledBeforeHeaders),
  },
  {
    name: 'abort by a signal while headers are awaited',
    everywhere: true,
    async run(t) {
      t.play(silence);
      const controller = new AbortController();
      const call = t.client().chat.completions.create(streamParams, { signal: controller.signal });
      await t.arrived(1);
      controller.abort();
      await t.outcome('call', call);
    },
    expect: oneSpan(cancelledBeforeHeaders),
  },
  {
    name: 'abort by a signal after headers, before the loop',
    // With node-fetch, the fetch of openai 4, such a loop waits for ever.
    since: '5.0',
    async run(t) {
      t.play(events(chatChunks, { holdAfter: 1 }));
      const controller = new AbortController();
      const stream = await t.client().chat.completions.create(streamParams, { signal: controller.signal });
      controller.abort();
      await t.outcome('loop', readAll(stream));
    },
    expect: oneSpan(cancelledBeforeChunks),
  },
  {
    name: 'abort with a reason of the app',
    async run(t) {
      t.play(events(chatChunks, { holdAfter: 2 }));
      const controller = new AbortController();
      const stream = await t.client().chat.completions.create(streamParams, { signal: controller.signal });
      setTimeout(() => controller.abort(new RangeError('SENTINEL reason')), 20);
      await t.outcome('loop', readAll(stream));
    },
    expect: oneSpan(cancelledSpan),
  },
  {
    name: 'abort of a plain call while headers are awaited',
    async run(t) {
      t.play(silence);
      const controller = new AbortController();
      const call = t.client().chat.completions.create(chatParams, { signal: controller.signal });
      await t.arrived(1);
      controller.abort();
      await t.outcome('call', call);
    },
    expect: oneSpan(cancelledBeforeHeaders),
  },
  {
    name: 'a stream nobody iterates, aborted',
    async run(t) {
      t.play(events(chatChunks, { holdAfter: 1 }));
      const stream = await t.client().chat.completions.create(streamParams);
      stream.controller.abort();
      await t.pause(10);
      await t.collectGarbage();
    },
    expect: oneSpan(cancelledBeforeChunks),
  },
  {
    name: 'a stream nobody iterates, dropped',
    everywhere: true,
    async run(t) {
      t.play(events(chatChunks));
      await (async () => {
        await t.client().chat.completions.create(streamParams);
      })();
      await t.pause(10);
      await t.collectGarbage();
    },
    expect: oneSpan(cancelledBeforeChunks),
  },
  {
    name: 'a stream left half-read, dropped',
    everywhere: true,
    async run(t) {
      t.play(events(chatChunks));
      await (async () => {
        const stream = await t.client().chat.completions.create(streamParams);
        const iterator = stream[Symbol.asyncIterator]();
        t.log(await iterator.next(), await iterator.next());
      })();
      await t.pause(10);
      await t.collectGarbage();
    },
    expect: oneSpan(cancelledSpan),
  },
  {
    name: 'tee, and both branches are closed early',
    async run(t) {
      t.play(events(chatChunks, { holdAfter: 3 }));
      const stream = await t.client().chat.completions.create(streamParams);
      const [left, right] = stream.tee();
      for (const branch of [left, right]) {
        for await (const chunk of branch) {
          t.log(chunk);
          break;
        }
      }
      stream.controller.abort();
      await t.collectGarbage();
    },
    expect: oneSpan(cancelledSpan),
  },
  {
    name: 'cancelling the readable stream made of a stream',
    async run(t) {
      t.play(events(chatChunks, { holdAfter: 3 }));
      const stream = await t.client().chat.completions.create(streamParams);
      const reader = stream.toReadableStream().getReader();
      await reader.read();
      await t.outcome('cancel', reader.cancel('SENTINEL'));
      t.log(stream.controller.signal.aborted);
    },
    expect: oneSpan(cancelledSpan),
  },
  {
    name: 'the connection breaks in the middle of a stream',
    everywhere: true,
    async run(t) {
      t.play(events(chatChunks, { cutAfter: 3 }));
      const stream = await t.client().chat.completions.create(streamParams);
      await t.outcome('loop', async () => {
        for await (const chunk of stream) t.log(chunk);
      });
      t.log(stream.controller.signal.aborted);
    },
    expect: (version) => oneSpan(cutSpan(version.major === 4 ? 'Error' : 'TypeError', 'network')),
  },
  {
    name: 'a stream that ends without a finish reason',
    async run(t) {
      t.play(events(chatChunks.slice(0, 3), { done: null }));
      return readAll(await t.client().chat.completions.create(streamParams));
    },
    expect: oneSpan(
      chatSpan({ outcome: 'incomplete', tokens: {}, finishReasons: ['error'], usageMissing: true }),
    ),
  },
  {
    name: 'an error event in the stream',
    everywhere: true,
    async run(t) {
      const error = {
        message: 'SENTINEL overloaded',
        type: 'server_error',
        param: null,
        code: 'server_error',
      };
      t.play(events([...chatChunks.slice(0, 2), { error }]));
      const stream = await t.client().chat.completions.create(streamParams);
      await t.outcome('loop', readAll(stream));
    },
    expect: oneSpan(cutSpan('server_error', 'provider')),
  },
  {
    name: 'an event that is no JSON',
    async run(t) {
      t.play(events([...chatChunks.slice(0, 2), '{"SENTINEL']));
      const stream = await t.client().chat.completions.create(streamParams);
      const original = console.error;
      console.error = (...args: unknown[]) => t.log('console.error', ...args);
      await t.outcome('loop', readAll(stream));
      console.error = original;
    },
    expect: oneSpan(cutSpan('SyntaxError', 'client')),
  },
  {
    name: 'chunks without choices, with null choices, and with a null usage',
    async run(t) {
      t.play(
        events([
          { id: 'chatcmpl-1', object: 'chat.completion.chunk', model: 'gpt-4o-mini-2024-07-18' },
          chatChunk({ content: 'SENTINEL' }, { choices: null }),
          chatChunk({ content: 'SENTINEL' }, { choices: [{ index: 0 }] }),
          chatChunk({}, { finish: 'stop', usage: null }),
          usageChunk,
        ]),
      );
      await t.outcome('loop', async () => {
        for await (const chunk of await t.client().chat.completions.create(usageParams)) t.log(chunk);
      });
    },
    expect: oneSpan(chatSpan()),
  },
  {
    name: 'a chunk with a choice that is null',
    async run(t) {
      t.play(events([chatChunk({ content: 'SENTINEL' }, { choices: [null] }), ...chatChunks.slice(1)]));
      await t.outcome('loop', async () => {
        for await (const chunk of await t.client().chat.completions.create(streamParams)) t.log(chunk);
      });
    },
    // The client itself chokes on it from 7.35 on, and closes the stream as an app would.
    expect: (version) =>
      oneSpan(
        isAtLeast(version, '7.35') ? { ...cancelledBeforeChunks, responseId: 'chatcmpl-1' } : plainStreamSpan,
      ),
  },
  {
    name: 'chunks that are scalars and arrays',
    async run(t) {
      t.play(events(['1', '"SENTINEL"', '[]', 'true', ...chatChunks]));
      await t.outcome('loop', async () => {
        for await (const chunk of await t.client().chat.completions.create(streamParams)) t.log(chunk);
      });
    },
    expect: oneSpan(plainStreamSpan),
  },
]);
