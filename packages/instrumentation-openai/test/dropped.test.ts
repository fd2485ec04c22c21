import { describe, expect, test } from 'vitest';
import { endOpenCalls } from '@genvitals/instrumentation-openai/host';
import { chatChunk, chatCompletion } from './answers.ts';
import { CHAT, createStage, type Stage } from './app-stage.ts';
import { REGISTER, runChild } from './child-process.ts';
import { json, pause, silence, sse } from './provider-server.ts';

const GC_FLAGS = ['--expose-gc', '--require', REGISTER];

/** Collects until what is to be collected is. */
const GC = `
  const collect = async (isDone) => {
    for (let round = 0; round < 200 && !isDone(); round += 1) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      gc();
    }
  };
  const open = () => globalThis[Symbol.for('genvitals.openai.v1')].runtime.recorder.open.size;
`;

describe.concurrent('what the app drops is still one ended call', () => {
  test('a call that nobody awaits ends with its headers, once it is garbage', async () => {
    const { calls, printed } = await runChild(
      `${GC}
      (async () => {
        const OpenAI = require('openai');
        let fetched = 0;
        const client = clientOf(OpenAI, async () => { fetched += 1; return Response.json(answer); });
        (() => { client.chat.completions.create({ model: 'dropped', messages: [] }); })();
        await collect(() => fetched === 1 && open() === 0);
        console.log(open());
      })();`,
      { flags: GC_FLAGS },
    );
    expect(printed).toBe('0');
    expect(calls.map(({ model, outcome }) => [model, outcome])).toEqual([['dropped', 'success']]);
  });

  test('a stream that nobody reads is cancelled, and one left half-read too, each once', async () => {
    const { calls, printed } = await runChild(
      `${GC}
      (async () => {
        const OpenAI = require('openai');
        const client = clientOf(OpenAI, async () => streamOf([chunk, chunk], false));
        const begin = (model) => client.chat.completions.create({ model, messages: [], stream: true });
        await (async () => { await begin('unread'); })();
        await (async () => {
          const stream = await begin('half-read');
          const iterator = stream[Symbol.asyncIterator]();
          await iterator.next();
        })();
        await (async () => {
          const stream = await begin('one branch');
          const [left] = stream.tee();
          await left[Symbol.asyncIterator]().next();
        })();
        await collect(() => open() === 0);
        console.log(open());
      })();`,
      { flags: GC_FLAGS },
    );
    expect(printed).toBe('0');
    expect(calls.map(({ model, outcome }) => `${model} ${outcome}`).toSorted()).toEqual([
      'half-read cancelled',
      'one branch cancelled',
      'unread cancelled',
    ]);
  });

  test('a stream that is dropped while its iterator, or a branch of it, is read on is no dropped call', async () => {
    const { calls, printed } = await runChild(
      `${GC}
      (async () => {
        const OpenAI = require('openai');
        const last = { ...chunk, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] };
        const client = clientOf(OpenAI, async () => streamOf([chunk, chunk, last]));
        const iteratorOf = async (model, branch) => {
          const stream = await client.chat.completions.create({ model, messages: [], stream: true });
          return (branch ? stream.tee()[1] : stream)[Symbol.asyncIterator]();
        };
        for (const [model, branch] of [['iterator', false], ['branch', true]]) {
          const iterator = await iteratorOf(model, branch);
          await iterator.next();
          let rounds = 0;
          await collect(() => ++rounds > 20);
          console.log(open());
          while (!(await iterator.next()).done);
        }
        console.log(open());
      })();`,
      { flags: GC_FLAGS },
    );
    expect(printed).toBe('1\n1\n0');
    expect(calls.map(({ model, outcome }) => `${model} ${outcome}`)).toEqual([
      'iterator success',
      'branch success',
    ]);
  });

  test('nothing of a call that has ended is held', async () => {
    const { printed } = await runChild(
      `${GC}
      (async () => {
        const OpenAI = require('openai');
        const client = clientOf(OpenAI);
        const refs = [];
        const one = async () => {
          const body = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] };
          const promise = client.chat.completions.create(body);
          const result = await promise;
          refs.push(...[body, promise, result].map((each) => new WeakRef(each)));
        };
        for (let call = 0; call < 300; call += 1) await one();
        const alive = () => refs.filter((ref) => ref.deref() !== undefined).length;
        await collect(() => alive() === 0);
        console.log(alive(), open());
      })();`,
      { flags: GC_FLAGS, env: { GENVITALS_CALL_LOG: '/dev/null' } },
    );
    expect(printed).toBe('0 0');
  });

  test('a stream of 20,000 chunks holds no more than a short one, while it is still being read', async () => {
    const { printed } = await runChild(
      `${GC}
      (async () => {
        const OpenAI = require('openai');
        const text = new TextEncoder().encode('data: ' + JSON.stringify(chunk) + '\\n\\n');
        const fetch = async (_url, { body }) => {
          let left = JSON.parse(body).n;
          return new Response(new ReadableStream({
            pull(controller) {
              if (left-- > 0) controller.enqueue(text);
              else controller.close();
            },
          }), { headers: { 'content-type': 'text/event-stream' } });
        };
        const client = clientOf(OpenAI, fetch);
        const heldBy = async (n) => {
          const stream = await client.chat.completions.create({ model: 'm', messages: [], stream: true, n });
          const iterator = stream[Symbol.asyncIterator]();
          for (let read = 0; read < n; read += 1) await iterator.next();
          for (let round = 0; round < 5; round += 1) {
            gc();
            await new Promise((resolve) => setTimeout(resolve, 5));
          }
          const bytes = process.memoryUsage().heapUsed;
          await iterator.next();
          return bytes;
        };
        await heldBy(20000);
        const differences = [];
        for (let round = 0; round < 3; round += 1) differences.push(-(await heldBy(10)) + (await heldBy(20000)));
        console.log(Math.min(...differences));
      })();`,
      { flags: GC_FLAGS, env: { GENVITALS_CALL_LOG: '/dev/null', GENVITALS_PER_CHUNK: 'on' } },
    );
    // The heap of the client alone wavers by this much; one number kept of each chunk would be 160 kB.
    expect(Number(printed)).toBeLessThan(100_000);
  });
});

async function arrived({ server }: Stage): Promise<void> {
  while (server.requests.length === 0) await pause(2);
}

describe('at the process’s end', () => {
  test('calls that are still open are ended as far as they got', async () => {
    const stage = await createStage();
    const client = stage.client();
    const quiet = (promise: Promise<unknown>): void => void promise.catch(() => undefined);

    stage.script(silence);
    const controller = new AbortController();
    quiet(
      client.chat.completions
        .create({ ...CHAT, model: 'waiting' }, { signal: controller.signal })
        .asResponse(),
    );
    await arrived(stage);
    stage.script(json(chatCompletion()));
    void client.chat.completions.create({ ...CHAT, model: 'not awaited' });
    await arrived(stage);
    stage.script(sse([chatChunk({ content: 'a' })], 'hang'));
    const stream = await client.chat.completions.create({ ...CHAT, model: 'streaming', stream: true });
    const iterator = stream[Symbol.asyncIterator]();
    await iterator.next();
    await pause(20);

    endOpenCalls();
    endOpenCalls();
    const ended = stage
      .spans()
      .map(({ attributes }) =>
        [attributes['gen_ai.request.model'], attributes['genvitals.outcome']].join(' '),
      );
    expect(ended.toSorted()).toEqual(['not awaited success', 'streaming cancelled', 'waiting cancelled']);
    expect(stage.events()).toHaveLength(3);
    // What comes afterwards ends nothing twice.
    controller.abort();
    stream.controller.abort();
    await iterator.next();
    await pause(5);
    expect(stage.spans()).toHaveLength(3);
  });

  test('without any call there is nothing to end', async () => {
    const stage = await createStage();
    endOpenCalls();
    expect(stage.spans()).toEqual([]);
  });
});
