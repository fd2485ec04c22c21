import { context, createContextKey, trace } from '@opentelemetry/api';
import { expect, test } from 'vitest';
import { withContext } from '@genvitals/context';
import { attributionIn, lastCall, noteCall } from '@genvitals/context/host';
import { registerSdk } from './sdk.ts';

/** Where an instrumentation of HTTP servers puts the request's span. */
const RPC_METADATA = createContextKey('OpenTelemetry SDK Context Key RPC_METADATA');

async function pause(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

/** A call of a model, as the instrumentation notes it. */
function call(responseId: string): void {
  const here = context.active();
  const span = trace.getTracer('test').startSpan('chat');
  noteCall({ span, responseId, feature: 'support', attribution: attributionIn(here) }, here);
}

/** A request as a server's instrumentation puts it around its handler. */
async function serve(id: string, handle: (id: string) => Promise<unknown>): Promise<unknown> {
  const span = trace.getTracer('server').startSpan('POST');
  const around = trace.setSpan(context.active(), span).setValue(RPC_METADATA, { type: 'http', span });
  return context.with(around, async () => handle(id));
}

async function answer(id: string): Promise<unknown> {
  call(id);
  await pause();
  return lastCall()?.responseId;
}

test('of requests under the words of a whole app, each has its own newest call', async () => {
  registerSdk();
  const found = withContext({ tags: { region: 'eu' } }, async () =>
    Promise.all(['a', 'b'].map(async (id) => serve(id, answer))),
  );
  expect(await found).toEqual(['a', 'b']);
});

test('of words inside of one request, each has its own newest call, also of steps inside', async () => {
  registerSdk();
  const handle = async (): Promise<unknown> =>
    Promise.all(
      ['a', 'b'].map(async (id) =>
        withContext({ feature: id }, async () => {
          call(`${id} first`);
          await trace.getTracer('test').startActiveSpan('inner', async () => answer(id));
          return lastCall()?.responseId;
        }),
      ),
    );
  expect(await serve('request', handle)).toEqual(['a', 'b']);
});

test('words inside of words without end take a bounded memory, and those around are still heard', async () => {
  registerSdk();
  function depth(): number {
    let levels = 0;
    for (let words = attributionIn(context.active()); words !== undefined; words = words.parent) levels++;
    return levels;
  }
  const levels = await withContext({ sessionId: 's' }, async () => {
    let left = 1000;
    // A job that begins the next one is as deep as there were jobs.
    const work = async (): Promise<number> =>
      withContext({ feature: 'job' }, async () => {
        await pause();
        if (--left > 0) return work();
        expect(attributionIn(context.active())?.attributes).toMatchObject({ 'session.id': 's' });
        return depth();
      });
    return work();
  });
  expect(levels).toBeLessThan(100);
  const heard = withContext({ feature: 'outer' }, () => {
    withContext({ feature: 'inner' }, () => {
      call('inner');
    });
    return lastCall()?.responseId;
  });
  expect(heard).toBe('inner');
});
