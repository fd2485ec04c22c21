/** Signals whose default is to end the process at once, before any of our code could run. */
const DEADLY_SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

export interface ProcessEnd {
  /** From now on a deadly signal that nobody listens to leaves time for the last hand-over. */
  holdSignals(): void;
}

/**
 * Calls `handOver`, synchronously, when the process or worker thread ends: in its exit event, before and after the
 * app's own exit listeners (one of which may not return), and when a deadly signal arrives that the app does not
 * listen to; that signal then ends the process as it would have.
 *
 * No listener is added anywhere: a permanent one keeps apps that count them (signal-exit) from ending, and changes
 * what a second signal does. `process.emit` is wrapped instead, which sees all of it.
 */
export function watchProcessEnd(handOver: () => void): ProcessEnd {
  const emit = process.emit as (this: unknown, event: string | symbol, ...args: unknown[]) => boolean;
  let isHolding = false;

  function isUnheard(event: string | symbol): event is NodeJS.Signals {
    return (
      isHolding && DEADLY_SIGNALS.includes(event as NodeJS.Signals) && process.listenerCount(event) === 0
    );
  }

  process.emit = function (this: unknown, event: string | symbol, ...args: unknown[]): boolean {
    if (event === 'exit') {
      handOver();
      try {
        return emit.call(this, event, ...args);
      } finally {
        handOver();
      }
    }
    if (isUnheard(event)) {
      handOver();
      releaseSignal(emit, event);
      process.kill(process.pid, event);
      return true;
    }
    return emit.call(this, event, ...args);
  } as typeof process.emit;

  return {
    holdSignals: () => {
      if (isHolding || process.platform === 'win32') return;
      isHolding = true;
      for (const signal of DEADLY_SIGNALS) if (process.listenerCount(signal) === 0) holdSignal(emit, signal);
    },
  };
}

type Emit = (this: unknown, event: string | symbol, ...args: unknown[]) => boolean;

/**
 * Node catches a signal from its own `newListener` and `removeListener` listeners, by name alone; telling those two
 * events without adding a listener is enough to have the signal emitted, and to give it its default back.
 */
function holdSignal(emit: Emit, signal: NodeJS.Signals): void {
  emit.call(process, 'newListener', signal, holdSignal);
}

function releaseSignal(emit: Emit, signal: NodeJS.Signals): void {
  emit.call(process, 'removeListener', signal, holdSignal);
}
