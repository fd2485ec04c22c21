import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import express from 'express';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { replaceSlots } from '../src/otel-slots.ts';
import { withFlush } from '../src/index.ts';

/** What happens, in its order. The app's own SDK takes a moment for its flush. */
let happened: string[] = [];
let flushMs = 20;
const CONTEXT = { getRemainingTimeInMillis: () => 3000 };
const VERCEL = Symbol.for('@vercel/request-context');

beforeEach(() => {
  happened = [];
  flushMs = 20;
  // A flush that nobody waits for may end in a later test.
  const told = happened;
  replaceSlots({
    version: '1.10.0',
    trace: {
      forceFlush: async () => {
        told.push('flush begins');
        await new Promise((resolve) => setTimeout(resolve, flushMs));
        told.push('flush ends');
      },
    },
  });
});
afterEach(() => {
  replaceSlots(undefined);
  Reflect.deleteProperty(globalThis, VERCEL);
});

function say(word: string): void {
  happened.push(word);
}

describe('an async handler', () => {
  test('gives its very value, once it is flushed', async () => {
    const value = { statusCode: 200 };
    const handler = withFlush(async (_event: object) => {
      say('handler');
      return value;
    });
    expect(await handler({})).toBe(value);
    expect(happened).toEqual(['handler', 'flush begins', 'flush ends']);
  });

  test('throws its very error, once it is flushed', async () => {
    const error = new Error('on purpose');
    const handler = withFlush(async () => {
      throw error;
    });
    await expect(handler()).rejects.toBe(error);
    expect(happened).toEqual(['flush begins', 'flush ends']);
  });

  test('waits for a flush no longer than it was told', async () => {
    flushMs = 60_000;
    const handler = withFlush(async () => 'value', { timeoutMs: 10 });
    expect(await handler()).toBe('value');
    expect(happened).toEqual(['flush begins']);
  });

  test('waits no longer than the function may run', async () => {
    flushMs = 60_000;
    const handler = withFlush(async (_event: object, _context: object) => 'value', { timeoutMs: 60_000 });
    expect(await handler({}, { getRemainingTimeInMillis: () => 60 })).toBe('value');
  });

  test('keeps its value where the flush fails', async () => {
    replaceSlots({
      version: '1.10.0',
      trace: {
        forceFlush: () => {
          throw new Error('no way out');
        },
      },
    });
    expect(await withFlush(async () => 'value')()).toBe('value');
  });

  test('has its this, its name, its length and what a platform has marked it with', async () => {
    const mark = Symbol.for('aws.lambda.runtime.handler.streaming');
    async function ask(this: { word: string }, _event: object, _context: object): Promise<string> {
      return this.word;
    }
    const wrapped = withFlush(Object.assign(ask, { [mark]: 'response' }));
    expect([wrapped.name, wrapped.length, wrapped[mark]]).toEqual(['ask', 2, 'response']);
    expect(await wrapped.call({ word: 'own' }, {}, {})).toBe('own');
  });

  const refuse = (): never => {
    throw new Error('do not look');
  };
  test.each<[string, object]>([
    ['a proxy', new Proxy({}, { get: refuse })],
    ['an object with a getter', Object.defineProperty({}, 'waitUntil', { get: refuse })],
  ])('runs with %s that throws when it is looked at', async (_name, given) => {
    const handler = withFlush(async (_event: object, _context: object) => 'value');
    expect(await handler({}, given)).toBe('value');
  });

  test('gives back what nobody may look into', () => {
    const value = new Proxy({}, { get: refuse });
    expect(Object.is(withFlush(() => value)(), value)).toBe(true);
  });

  test('that calls back as well is answered by the callback', async () => {
    const handler = withFlush(
      async (_event: object, _context: object, callback: (error: unknown, value: string) => void) => {
        callback(null, 'called back');
      },
    );
    await handler({}, CONTEXT, (_error, value) => {
      say(value);
    });
    expect(happened).toEqual(['flush begins', 'flush ends', 'called back']);
  });
});

describe('a handler with a callback', () => {
  test.each([
    [null, 'value'],
    [new Error('on purpose'), undefined],
  ])('calls it with what it gave, %s and %s, once it is flushed', async (...outcome) => {
    const handler = withFlush((_event: object, _context: object, callback: (...args: unknown[]) => void) => {
      setTimeout(callback, 1, ...outcome);
    });
    const got = await new Promise((resolve) => {
      expect(handler({}, CONTEXT, (...args) => resolve(args))).toBeUndefined();
    });
    expect(got).toEqual(outcome);
    expect(happened).toEqual(['flush begins', 'flush ends']);
  });

  test('that throws at once throws the same', () => {
    const error = new Error('on purpose');
    const handler = withFlush((_event: object, _context: object, _callback: () => void) => {
      throw error;
    });
    expect(() => handler({}, CONTEXT, () => undefined)).toThrow(error);
  });
});

test('a streaming handler is flushed after its stream has ended', async () => {
  const stream = new PassThrough();
  stream.resume();
  stream.on('finish', () => {
    say('finish');
  });
  const handler = withFlush(async (_event: object, out: PassThrough, _context: object) => {
    setTimeout(() => out.end('late'), 20);
  });
  await handler({}, stream, CONTEXT);
  expect(happened).toEqual(['finish', 'flush begins', 'flush ends']);
});

describe('a handler of request and response', () => {
  async function answerOf(listener: RequestListener): Promise<Response & { text(): Promise<string> }> {
    const server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      say('answered');
      const text = await response.text();
      return Object.assign(response, { text: async () => text });
    } finally {
      server.close();
    }
  }

  test('answers as without us, flushed before', async () => {
    const listener: RequestListener = (_request, response) => {
      response.setHeader('x-own', '1');
      response.end('body');
      say(`ended ${response.headersSent} ${response.writableEnded}`);
    };
    const bare = await answerOf(listener);
    expect(happened).toEqual(['ended true true', 'answered']);
    happened.length = 0;
    const answer = await answerOf(withFlush(listener));
    expect(happened).toEqual(['flush begins', 'ended true true', 'flush ends', 'answered']);
    expect(await answer.text()).toBe(await bare.text());
    const headers = (from: Response): [string, string][] =>
      [...from.headers].filter(([name]) => name !== 'date');
    expect(headers(answer)).toEqual(headers(bare));
  });

  test('of express answers once, also where it fails after its answer', async () => {
    const app = express();
    app.get(
      '/',
      withFlush((_request: express.Request, response: express.Response) => {
        response.json({ fine: true });
        response.end('a second end');
        throw new Error('on purpose');
      }),
    );
    app.use(((_error, _request, response, next) => {
      say(`failed, headers sent ${response.headersSent}`);
      next(_error);
    }) satisfies express.ErrorRequestHandler);
    const answer = await answerOf(app);
    expect(await answer.text()).toBe('{"fine":true}');
    expect(happened).toContain('failed, headers sent true');
  });
});

describe('where the platform has waitUntil', () => {
  test.each(['@vercel/request-context', '@next/request-context'])(
    'the answer waits for nothing (%s)',
    async (name) => {
      const slot = Symbol.for(name);
      const works: Promise<unknown>[] = [];
      const request = { waitUntil: (work: Promise<unknown>) => works.push(work) };
      Object.assign(globalThis, { [slot]: { get: () => request } });
      try {
        const value = new Response('body');
        const handler = withFlush(async (_request: Request) => value);
        expect(await handler(new Request('http://localhost/'))).toBe(value);
        expect(happened).not.toContain('flush ends');
        expect(works).toHaveLength(1);
        await works[0];
        expect(happened).toEqual(['flush begins', 'flush ends']);
      } finally {
        Reflect.deleteProperty(globalThis, slot);
      }
    },
  );

  test('the one of the handler’s own context goes first', async () => {
    const works: Promise<unknown>[] = [];
    const handler = withFlush(async (_request: Request, _context: object) => 'value');
    await handler(new Request('http://localhost/'), {
      waitUntil: (work: Promise<unknown>) => works.push(work),
    });
    await Promise.all(works);
    expect(happened).toEqual(['flush begins', 'flush ends']);
  });

  test('one that fails changes nothing', async () => {
    Object.assign(globalThis, {
      [VERCEL]: {
        get: () => {
          throw new Error('outside of a request');
        },
      },
    });
    expect(await withFlush(async () => 'value')()).toBe('value');
  });
});

describe('wrong use', () => {
  test.each([undefined, null, {}])('%s is no handler', (handler) => {
    expect(() => withFlush(handler as never)).toThrow(
      `withFlush: expected \`handler\` to be a function, got ${typeof handler}`,
    );
  });

  test.each([-1, Number.NaN, '1000'])('%s is no time', (timeoutMs) => {
    expect(() => withFlush(() => undefined, { timeoutMs: timeoutMs as never })).toThrow(
      `withFlush: expected \`timeoutMs\` to be a number from 0, got ${timeoutMs}`,
    );
  });
});

test('a response that nobody may change ends as it does without us', () => {
  const response = Object.freeze({ write: say, end: () => say('ended'), once: say });
  const handler = withFlush((_request: object, given: typeof response) => given.end());
  handler({}, response);
  expect(happened).toContain('ended');
});
