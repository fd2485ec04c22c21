/** Signals whose default is to end the process at once, before any of our code could run. */
const DEADLY_SIGNALS = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const;
type DeadlySignal = (typeof DEADLY_SIGNALS)[number];
const NUMBERS: Readonly<Record<number, DeadlySignal>> = { 1: 'SIGHUP', 2: 'SIGINT', 15: 'SIGTERM' };

type Emit = (this: unknown, event: string | symbol, ...args: unknown[]) => boolean;

export interface ProcessEnd {
  /** From now on a deadly signal that nobody listens to leaves time for the last hand-over. */
  holdSignals(): void;
}

/**
 * Calls `handOver`, synchronously, when the process or worker thread ends: in its exit event, before and after the
 * app's own exit listeners (one of which may not return), and when a deadly signal comes that the app does not
 * listen to; that signal then ends the process as it would have.
 *
 * No listener is added anywhere: a permanent one keeps apps that count them (signal-exit) from ending, and changes
 * what a second signal does. `process.emit` and `process.kill` are wrapped instead, which see all of it.
 */
export function watchProcessEnd(handOver: () => void): ProcessEnd {
  const emit = process.emit as unknown as Emit;
  let isHolding = false;

  function isUnheard(event: unknown): event is DeadlySignal {
    const isDeadly = DEADLY_SIGNALS.includes(event as DeadlySignal);
    return isHolding && isDeadly && process.listenerCount(event as DeadlySignal) === 0;
  }

  const watchingEmit: Emit = function (event, ...args) {
    if (event === 'exit') {
      handOver();
      try {
        return emit.call(this, event, ...args);
      } finally {
        handOver();
      }
    }
    if (isUnheard(event)) {
      process.kill(process.pid, event);
      return true;
    }
    const isHeard = emit.call(this, event, ...args);
    // The app's last listener of a signal has gone, and Node has given the signal its default back.
    if (event === 'removeListener' && isUnheard(args[0])) holdSignal(emit, args[0]);
    return isHeard;
  };
  process.emit = watchingEmit as unknown as typeof process.emit;

  return {
    holdSignals: () => {
      if (isHolding || process.platform === 'win32') return;
      isHolding = true;
      for (const signal of DEADLY_SIGNALS) if (isUnheard(signal)) holdSignal(emit, signal);

      const kill = process.kill.bind(process);
      process.kill = (pid, signal = 'SIGTERM') => {
        const name = NUMBERS[signal as number] ?? signal;
        if (pid === process.pid && isUnheard(name)) {
          handOver();
          releaseSignal(emit, name);
        }
        return kill(pid, signal);
      };
    },
  };
}

/**
 * Node catches a signal from its own `newListener` and `removeListener` listeners, by the event's name alone; telling
 * it of those two, without a listener, has the signal emitted, and gives it its default back.
 */
function holdSignal(emit: Emit, signal: DeadlySignal): void {
  emit.call(process, 'newListener', signal, holdSignal);
}

function releaseSignal(emit: Emit, signal: DeadlySignal): void {
  emit.call(process, 'removeListener', signal, holdSignal);
}
