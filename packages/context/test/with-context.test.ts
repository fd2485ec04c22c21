import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { context, diag, type Span, trace, type Tracer } from '@opentelemetry/api';
import { TracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { startTask, tool, withContext } from '@genvitals/context';
import { attributionIn } from '@genvitals/context/host';

const exporter = new InMemorySpanExporter();

beforeEach(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  trace.setGlobalTracerProvider(provider);
});

afterEach(() => {
  exporter.reset();
  context.disable();
  trace.disable();
});

const said = (): unknown => attributionIn(context.active())?.attributes;

describe('withContext', () => {
  test('carries what the app says across awaits and timers, and nested words are added', async () => {
    await withContext({ feature: 'support', sessionId: 's1', tags: { plan: 'pro' } }, async () => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      expect(said()).toEqual({
        'genvitals.feature.name': 'support',
        'genvitals.feature.source': 'app',
        'session.id': 's1',
        'genvitals.tag.plan': 'pro',
      });
      withContext({ feature: 'summary', tags: { step: 2 } }, () => {
        expect(said()).toMatchObject({
          'genvitals.feature.name': 'summary',
          'session.id': 's1',
          'genvitals.tag.plan': 'pro',
          'genvitals.tag.step': 2,
        });
      });
      expect(said()).toMatchObject({ 'genvitals.feature.name': 'support' });
    });
    expect(said()).toBeUndefined();
  });

  test('without a function to run says what is wanted', () => {
    expect(() => withContext({ feature: 'support' }, undefined as never)).toThrow(
      'genvitals: expected a function as the last argument (withContext), got undefined; give what is to run.',
    );
  });

  test('opens one span where none is active, and ends it with what was promised', async () => {
    let isEndedEarly = true;
    await withContext({ feature: 'support' }, async () => {
      await Promise.resolve();
      isEndedEarly = exporter.getFinishedSpans().length > 0;
      withContext({ feature: 'inner' }, () => undefined);
    });
    expect(isEndedEarly).toBe(false);
    expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual(['support']);
  });

  test('adds to words that another copy of this package carries', async () => {
    vi.resetModules();
    const copy = await import('@genvitals/context');
    expect(copy.withContext).not.toBe(withContext);
    withContext({ userId: 'anna', sessionId: 's1', tags: { plan: 'pro' } }, () => {
      copy.withContext({ feature: 'inner' }, () => {
        expect(said()).toMatchObject({
          'genvitals.feature.name': 'inner',
          'session.id': 's1',
          'genvitals.tag.plan': 'pro',
        });
      });
    });
  });
});

describe('what goes wrong around the app', () => {
  const told: string[] = [];

  beforeEach(() => {
    told.length = 0;
    delete (globalThis as Record<symbol, unknown>)[Symbol.for('genvitals.context.v1')];
    const note = (message: string): void => void told.push(message);
    const silent = (): void => undefined;
    diag.setLogger({ error: note, warn: note, info: silent, debug: silent, verbose: silent });
  });
  afterEach(() => diag.disable());

  const SECRET = 'what somebody wrote';
  const quoting = (): never => {
    throw Object.assign(new Error(`${SECRET}\n    at ${SECRET} (file.js:1:1)\n${SECRET}`), { name: SECRET });
  };

  test.each<[string, () => unknown]>([
    ['an error that quotes somebody', quoting],
    ['what has no text', () => Object.create(null) as unknown],
    ['what throws when it is made a text', () => ({ toString: quoting })],
    ['a proxy', () => new Proxy(new Error(SECRET), { get: quoting, getPrototypeOf: quoting })],
    ['an error with an odd stack', () => Object.assign(new Error(SECRET), { stack: 1 })],
  ])('words whose getter throws %s are left out, and not told', (_name, make) => {
    const words = {
      get feature(): string {
        throw make();
      },
    };
    expect(withContext(words, () => 'value')).toBe('value');
    expect(told).toEqual([expect.stringContaining('words are left out')]);
    expect(told.join()).not.toContain(SECRET);
  });

  test('a span that cannot be ended takes neither value nor error', async () => {
    const tracer: Tracer = trace.getTracer('real');
    trace.disable();
    const startOdd = (...args: Parameters<Tracer['startSpan']>): Span =>
      Object.assign(tracer.startSpan(...args), { end: quoting });
    trace.setGlobalTracerProvider({ getTracer: () => ({ ...tracer, startSpan: startOdd }) });
    const error = new Error('of the app');
    const throwing = (): never => {
      throw error;
    };
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    expect(withContext({}, () => 1)).toBe(1);
    expect(() => withContext({}, throwing)).toThrow(error);
    expect(await withContext({}, async () => Promise.resolve(1))).toBe(1);
    await expect(withContext({}, async () => Promise.reject(error))).rejects.toBe(error);
    expect(tool({ name: 't' }, () => 1)).toBe(1);
    expect(() => tool({ name: 't' }, throwing)).toThrow(error);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
    expect(told).toEqual([
      expect.stringContaining('a span around words is not ended'),
      expect.stringContaining('a step is not recorded'),
    ]);
    expect(told.join()).not.toContain(SECRET);
  });

  test('an error that the app leaves unhandled is as unhandled as it would be without words', async () => {
    const error = new Error('of the app');
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    async function* steps(): AsyncGenerator<number> {
      yield await Promise.reject<number>(error);
    }
    void withContext({}, async () => Promise.reject(error));
    void withContext({}, steps).next();
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([error, error]);
  });

  test('that tasks of many names end twice is said once', () => {
    for (const name of ['order-1', 'order-2', 'order-3']) {
      const task = startTask(name);
      expect([task.complete().status, task.complete().status]).toEqual(['counted', 'refused']);
    }
    expect(told).toEqual([expect.stringContaining('the end of the task order-1 is left out')]);
  });

  test('a promise with a then of its own is not asked, and what only says that it is a generator is left alone', () => {
    // oxlint-disable-next-line unicorn/no-thenable -- what a lazy client decorates its promise with
    const promise = Object.assign(Promise.resolve(1), { then: quoting });
    expect(withContext({}, () => promise)).toBe(promise);
    const next = (): number => 1;
    const generator = Object.freeze({ [Symbol.toStringTag]: 'AsyncGenerator', next });
    const open = { [Symbol.toStringTag]: 'AsyncGenerator', next };
    expect(withContext({}, () => generator)).toBe(generator);
    expect(withContext({}, () => open).next()).toBe(1);
  });

  test.each<[string, () => unknown]>([
    ['a proxy that nobody may look into', () => new Proxy(new Error(SECRET), { getPrototypeOf: quoting })],
    ['a name that throws', () => Object.defineProperty(new Error(SECRET), 'name', { get: quoting })],
    ['a name that is a sentence', () => Object.assign(new Error(SECRET), { name: SECRET })],
  ])('an error with %s is the one that the app gets, and its words are no status', (_name, make) => {
    const error = make();
    let got: unknown;
    try {
      withContext({}, () => {
        throw error;
      });
    } catch (thrown) {
      got = thrown;
    }
    expect(Object.is(got, error)).toBe(true);
    const [span] = exporter.getFinishedSpans();
    expect(span?.status.code).toBe(2);
    expect(JSON.stringify(span?.status)).not.toContain(SECRET);
  });

  test('what nobody may look into is given back as it is', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(
      Object.is(
        withContext({}, () => proxy),
        proxy,
      ),
    ).toBe(true);
    expect(exporter.getFinishedSpans()).toHaveLength(1);
  });
});
