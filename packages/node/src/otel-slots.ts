/**
 * OpenTelemetry's global slots, read where every copy of its API keeps them, so that asking who is registered
 * loads nothing (the API alone takes 15 ms) and works with the app's copy of any 1.x version.
 */
const API_SLOT: unique symbol = Symbol.for('opentelemetry.js.api.1') as never;
/** Where the logs API of SDK 2.x registers. */
const API_LOGS_SLOT: unique symbol = Symbol.for('io.opentelemetry.js.api.logs') as never;

/** The slots that an SDK fills. Beside them there is `diag`, which is no more than a logger. */
export const slotTypes = ['trace', 'metrics', 'logs', 'context', 'propagation'] as const;
export type SlotType = (typeof slotTypes)[number];

export interface Slots extends Partial<Record<SlotType, object>> {
  version?: string;
  diag?: { warn(message: string): void };
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

/** What registered with the logs API of SDK 2.x. */
export function legacyLoggerProvider(): unknown {
  return holder[API_LOGS_SLOT];
}

/** True once anybody has registered a provider of any signal. A mere diag logger or context manager is none. */
export function isAnyProviderRegistered(): boolean {
  const { trace, metrics, logs } = readSlots();
  return [trace, metrics, logs, legacyLoggerProvider()].some((provider) => provider !== undefined);
}

/**
 * Calls `onAttempt` at the beginning of each registration from now on, before it looks whether its slot is free.
 * Every registration assigns the slots object, back to itself where there is one, and reading never assigns.
 * @returns ends it
 */
export function watchRegistrations(onAttempt: (slots: Slots) => void): () => void {
  // The API makes `version` read-only in the object it creates.
  let slots: Slots = { ...readSlots() };
  Object.defineProperty(globalThis, API_SLOT, {
    configurable: true,
    enumerable: true,
    get: () => slots,
    set: (next: Slots) => {
      slots = next;
      onAttempt(next);
    },
  });
  return () => {
    Object.defineProperty(globalThis, API_SLOT, {
      configurable: true,
      enumerable: true,
      writable: true,
      value: slots,
    });
  };
}
