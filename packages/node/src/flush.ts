import { legacyLoggerProvider, readSlots } from './otel-slots.ts';
import { processState } from './process-state.ts';

interface Flushable {
  forceFlush?(): Promise<void>;
  getDelegate?(): Flushable;
}

export interface FlushOptions {
  /** How long may be waited, 10,000 unless told otherwise. What is not delivered by then is still tried. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;

/**
 * Exports everything that was recorded so far, for places that end without an exit event (serverless handlers,
 * SIGKILL) and for tests. Resolves when it was sent or nobody took it, after `timeoutMs` at the latest; never rejects.
 * With an OpenTelemetry SDK of the app's own, that SDK is flushed.
 */
export async function flush({ timeoutMs = TIMEOUT_MS }: FlushOptions = {}): Promise<void> {
  const state = processState();
  await Promise.all([
    state.flush?.(timeoutMs),
    state.flushJudge?.(timeoutMs),
    state.flush === undefined || state.isYielded === true ? within(timeoutMs, flushRegistered()) : undefined,
  ]);
}

/** An app's own SDK may wait longer for its collector than we are told to. */
async function within(timeoutMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}

async function flushRegistered(): Promise<void> {
  const { trace, metrics, logs } = readSlots();
  const providers = [trace, metrics, logs, registeredLegacyLogs()] as (Flushable | undefined)[];
  await Promise.all(
    providers.map(async (provider) => {
      try {
        const sdk = provider?.getDelegate?.() ?? provider;
        await sdk?.forceFlush?.();
      } catch {
        // The app's SDK has its own ways to tell of it.
      }
    }),
  );
}

/** The logs API of SDK 2.x keeps a function that is asked with the version its caller understands. */
function registeredLegacyLogs(): object | undefined {
  const ask = legacyLoggerProvider() as ((version: number) => object) | undefined;
  try {
    return ask?.(1);
  } catch {
    return undefined;
  }
}
