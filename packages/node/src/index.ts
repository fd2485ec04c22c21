import { readSlots } from './otel-slots.ts';
import { processState } from './process-state.ts';

export { setMaskHook } from '@genvitals/instrumentation-openai/host';

interface Flushable {
  forceFlush?(): Promise<void>;
  getDelegate?(): Flushable;
}

/**
 * Exports everything that was recorded so far, for places that end without an exit event (serverless handlers,
 * SIGKILL) and for tests. Resolves when it was sent or nobody took it, after 10 s at the latest; never rejects.
 * With an OpenTelemetry SDK of the app's own, that SDK is flushed.
 */
export async function flush(): Promise<void> {
  const state = processState();
  await Promise.all([
    state.flush?.(),
    state.flushJudge?.(),
    state.flush === undefined || state.isYielded === true ? flushRegistered() : undefined,
  ]);
}

async function flushRegistered(): Promise<void> {
  const { trace, metrics, logs } = readSlots() as {
    trace?: Flushable;
    metrics?: Flushable;
    logs?: Flushable;
  };
  await Promise.all(
    [trace, metrics, logs].map(async (provider) => {
      const sdk = provider?.getDelegate?.() ?? provider;
      try {
        await sdk?.forceFlush?.();
      } catch {
        // The app's SDK has its own ways to tell of it.
      }
    }),
  );
}
