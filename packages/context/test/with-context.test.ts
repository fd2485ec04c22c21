import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { context, trace } from '@opentelemetry/api';
import { TracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { withContext } from '@genvitals/context';
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
