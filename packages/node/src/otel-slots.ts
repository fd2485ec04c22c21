/**
 * OpenTelemetry's global slots, read where every copy of its API keeps them, so that asking who is registered
 * loads nothing (the API alone takes 15 ms) and works with the app's copy of any 1.x version.
 */
const API_SLOT: unique symbol = Symbol.for('opentelemetry.js.api.1') as never;
/** Where the logs API of SDK 2.x registers. */
const API_LOGS_SLOT: unique symbol = Symbol.for('io.opentelemetry.js.api.logs') as never;

export interface Slots {
  readonly version?: string;
  readonly trace?: object;
  readonly metrics?: object;
  readonly logs?: object;
  readonly context?: object;
  readonly propagation?: object;
  readonly diag?: { warn(message: string): void };
}

interface Holder {
  [API_SLOT]?: Slots | undefined;
  readonly [API_LOGS_SLOT]?: unknown;
}

const holder = globalThis as Holder;

export function readSlots(): Slots {
  return holder[API_SLOT] ?? {};
}

/** Puts `slots` in the place of what is there, and gives that back. */
export function replaceSlots(slots: Slots | undefined): Slots {
  const before = readSlots();
  holder[API_SLOT] = slots;
  return before;
}

/** True once anybody has registered a provider of any signal. A mere diag logger or context manager is none. */
export function isAnyProviderRegistered(): boolean {
  const { trace, metrics, logs } = readSlots();
  return (
    trace !== undefined || metrics !== undefined || logs !== undefined || holder[API_LOGS_SLOT] !== undefined
  );
}

/** Calls `onAttempt` when somebody tries to register a provider from now on. */
export function watchSlots(onAttempt: () => void): void {
  let slots = holder[API_SLOT];
  let diag = slots?.diag;
  Object.defineProperty(globalThis, API_SLOT, {
    configurable: true,
    enumerable: true,
    get: () => slots,
    // Every registration assigns the slots object, back to itself when it is there, and reading never does.
    set: (next: Slots | undefined) => {
      slots = next;
      queueMicrotask(() => {
        const isOnlyDiag = readSlots().diag !== diag;
        diag = readSlots().diag;
        if (!isOnlyDiag) onAttempt();
      });
    },
  });
}
