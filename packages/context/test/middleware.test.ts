import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { trace } from '@opentelemetry/api';
import type { Express, Handler, Request as ExpressRequest } from 'express';
import fastify, { type FastifyRequest } from 'fastify';
import { type Context as HonoContext, Hono } from 'hono';
import { describe, expect, onTestFinished, test } from 'vitest';
import { withContext } from '@genvitals/context';
import { genvitals as forExpress } from '@genvitals/context/express';
import { genvitals as forFastify } from '@genvitals/context/fastify';
import { genvitals as forHono } from '@genvitals/context/hono';
import { attributionIn } from '@genvitals/context/host';
import { genvitals as forNext } from '@genvitals/context/next';
import { activeContext } from '../src/otel.ts';
import type { RequestOptions } from '../src/request-words.ts';
import type { CallWords } from '../src/words.ts';
import { registerSdk } from './sdk.ts';

type Words = CallWords | ((user: string | null | undefined) => CallWords | undefined);

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** What holds in the handler, after a wait, and in a stream of its answer. */
  readonly said: readonly unknown[];
}

/** A server of one framework, whose handler tells what holds in it. */
type Serve = (words: Words, options?: RequestOptions) => Promise<(init?: RequestInit) => Promise<Answer>>;

function said(): unknown {
  return attributionIn(activeContext())?.attributes ?? null;
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

async function sayThrice(): Promise<unknown[]> {
  const first = said();
  await pause();
  const later = await new Promise((resolve) => setTimeout(() => resolve(said()), 1));
  return [first, said(), later];
}

async function toAnswer(response: Response): Promise<Answer> {
  const { status, headers } = response;
  return { status, headers, said: (await response.json()) as unknown[] };
}

/** The middleware's words, of whatever a framework's request is. */
function wordsBy<Request>(
  words: Words,
  userOf: (request: Request) => string | null | undefined,
): CallWords | ((request: Request) => CallWords | undefined) {
  return typeof words === 'function' ? (request) => words(userOf(request)) : words;
}

function overHttp(port: number): (init?: RequestInit) => Promise<Answer> {
  return async (init) => toAnswer(await fetch(`http://127.0.0.1:${port}/ask/7`, init));
}

const require = createRequire(import.meta.url);
const express = require('express-4-22') as (() => Express) & { json(): Handler };

/** Express 5 is tried in a process of its own (test/interleaved.test.ts): it does not run under Vitest's conditions. */
const serveExpress: Serve = async (words, options) => {
  const app = express();
  app.use(express.json());
  app.use(
    forExpress(
      wordsBy(words, (request: ExpressRequest) => request.get('x-user')),
      options,
    ),
  );
  app.all('/ask/:id', (_request, response) => {
    void sayThrice().then((all) => response.json(all));
  });
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return overHttp((server.address() as AddressInfo).port);
};

const serveFastify: Serve = async (words, options) => {
  const app = fastify();
  onTestFinished(() => app.close());
  await app.register(
    forFastify(
      wordsBy(words, ({ headers }: FastifyRequest) => headers['x-user'] as string | undefined),
      options,
    ),
  );
  app.route({ method: ['GET', 'POST'], url: '/ask/:id', handler: () => sayThrice() });
  await app.listen({ port: 0, host: '127.0.0.1' });
  return overHttp((app.server.address() as AddressInfo).port);
};

const serveHono: Serve = (words, options) => {
  const app = new Hono();
  app.use(
    forHono(
      wordsBy(words, (context: HonoContext) => context.req.header('x-user')),
      options,
    ),
  );
  app.all('/ask/:id', async (context) => context.json((await sayThrice()) as string[]));
  return Promise.resolve(async (init) => toAnswer(await app.request('/ask/7', init)));
};

const serveNext: Serve = (words, options) => {
  const POST = forNext(
    wordsBy(words, ({ headers }: Request) => headers.get('x-user')),
    options,
  )(async (_request: Request, _context: { params: Promise<{ id: string }> }) =>
    Response.json(await sayThrice()),
  );
  const context = { params: Promise.resolve({ id: '7' }) };
  return Promise.resolve(async (init) =>
    toAnswer(await POST(new Request('http://localhost/ask/7', init), context)),
  );
};

const WORDS = {
  'genvitals.feature.name': 'support',
  'genvitals.feature.source': 'app',
  'session.id': 's1',
};

describe.each<[string, Serve]>([
  ['Express', serveExpress],
  ['Fastify', serveFastify],
  ['Hono', serveHono],
  ['Next.js', serveNext],
])('middleware for %s', (_, serve) => {
  test('puts words around all that follows, in one span until the response is there', async () => {
    const exported = registerSdk();
    const ask = await serve({ feature: 'support', sessionId: 's1' });
    const answer = await ask({ method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } });
    expect(answer.said).toEqual([WORDS, WORDS, WORDS]);
    expect(answer.headers.get('x-trace-id')).toBeNull();
    await expect.poll(() => exported.spans().map(({ name }) => name)).toEqual(['support']);
    expect(said()).toBeNull();
  });

  test('reads the words of each request, which do not mix', async () => {
    registerSdk();
    const ask = await serve((user) => ({ sessionId: user ?? 'nobody' }));
    const answers = await Promise.all(
      Array.from({ length: 50 }, async (_, index) => ask({ headers: { 'x-user': `u${index}` } })),
    );
    expect(answers.map(({ said }) => said)).toEqual(
      answers.map((_, index) => Array.from({ length: 3 }, () => ({ 'session.id': `u${index}` }))),
    );
  });

  test('tells the trace in a header where that is asked for', async () => {
    const exported = registerSdk();
    const byDefault = await (await serve({ feature: 'a' }, { responseHeader: true }))();
    const named = await (await serve({ feature: 'b' }, { responseHeader: 'X-Request-Trace' }))();
    await expect.poll(() => exported.spans()).toHaveLength(2);
    const traceOf = (feature: string): string | undefined =>
      exported
        .spans()
        .find(({ name }) => name === feature)
        ?.spanContext().traceId;
    expect(byDefault.headers.get('x-trace-id')).toBe(traceOf('a'));
    expect(named.headers.get('x-request-trace')).toBe(traceOf('b'));
  });

  test.each<[string, () => never]>([
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
    ['gives nothing', (() => undefined) as () => never],
    ['gives a promise that fails', (() => Promise.reject(new Error('no'))) as () => never],
    ['gives something odd', (() => 7) as () => never],
  ])('lets a request pass whose words nobody knows: the function %s', async (_, words) => {
    registerSdk();
    const answer = await (await serve(words))();
    expect([answer.status, answer.said]).toEqual([200, [{}, {}, {}]]);
  });

  test('takes baggage where it is trusted, and its own words hold over it', async () => {
    registerSdk();
    const init = { headers: { baggage: 'session.id=s1,genvitals.feature.name=caller,user.id=anna,x=y' } };
    const trusting = await (await serve({ feature: 'support' }, { trustBaggage: true }))(init);
    expect(trusting.said[0]).toEqual(WORDS);
    expect((await (await serve({ sessionId: 'own' }))(init)).said[0]).toEqual({ 'session.id': 'own' });
  });

  test('works without any OpenTelemetry', async () => {
    const answer = await (await serve({ feature: 'support', sessionId: 's1' }, { responseHeader: true }))();
    expect(answer.said).toEqual([WORDS, WORDS, WORDS]);
    expect(answer.headers.get('x-trace-id')).toBeNull();
  });
});

describe('a header of the response', () => {
  test.each(['', 'two words', 'a:b', 7])('cannot be called %j, which is told at once', (responseHeader) => {
    expect(() => forExpress({}, { responseHeader: responseHeader as string })).toThrow(
      /RESPONSE_HEADER_INVALID: responseHeader wanted true or the name of a header, got/,
    );
  });

  test('of Hono is there on a response that the handler made itself', async () => {
    registerSdk();
    const app = new Hono();
    app.use(forHono({ feature: 'f' }, { responseHeader: true }));
    app.get('/', () => new Response('ok'));
    app.get('/fails', () => {
      throw new Error('no');
    });
    app.onError((_error, context) => context.text('sorry', 500));
    expect((await app.request('/')).headers.get('x-trace-id')).toMatch(/^[0-9a-f]{32}$/);
    const failed = await app.request('/fails');
    expect([failed.status, failed.headers.get('x-trace-id')?.length]).toEqual([500, 32]);
  });

  test('of Next.js is there on a response that cannot be changed, with the same body', async () => {
    registerSdk();
    const server = createServer((_request, response) =>
      response.writeHead(201, { 'x-own': '1' }).end('body'),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    const GET = forNext({}, { responseHeader: true })(() => fetch(`http://127.0.0.1:${port}/`));
    const response = await GET(new Request('http://localhost/'));
    expect([response.status, response.headers.get('x-own'), await response.text()]).toEqual([
      201,
      '1',
      'body',
    ]);
    expect(response.headers.get('x-trace-id')).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe('a route handler of Next.js', () => {
  test('gives what it gives, throws what it throws, and streams under the words', async () => {
    registerSdk();
    const response = new Response('ok');
    const error = new Error('redirect');
    const wrap = forNext({ feature: 'chat' });
    expect(await wrap(() => response)(new Request('http://localhost/'))).toBe(response);
    await expect(
      wrap((): Response => {
        throw error;
      })(new Request('http://localhost/')),
    ).rejects.toBe(error);
    const streamed = await wrap(() => {
      async function* body(): AsyncGenerator<Uint8Array> {
        await pause();
        yield new TextEncoder().encode(JSON.stringify(said()));
      }
      return new Response(ReadableStream.from(withContext({}, body)));
    })(new Request('http://localhost/'));
    expect(await streamed.json()).toMatchObject({ 'genvitals.feature.name': 'chat' });
  });

  test('stays inside the span that is active', async () => {
    const exported = registerSdk();
    const tracer = trace.getTracer('app');
    const header = await tracer.startActiveSpan('server', async (span) => {
      const GET = forNext({ feature: 'chat' }, { responseHeader: true })(() => new Response('ok'));
      const { headers } = await GET(new Request('http://localhost/'));
      span.end();
      return headers.get('x-trace-id');
    });
    expect(exported.spans().map(({ name }) => name)).toEqual(['server']);
    expect(header).toBe(exported.spans()[0]?.spanContext().traceId);
  });
});
