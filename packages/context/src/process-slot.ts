import type { AsyncLocalStorage } from 'node:async_hooks';
import type { Attribution } from './attribution.ts';
import type { ContextHost } from './host-interface.ts';
import type { Remembered } from './feedback/remembered.ts';
import type { SigningKey } from './feedback/signing-keys.ts';
import type { Vote } from './feedback/vote.ts';
import type { LastCalls } from './last-calls.ts';
import type { Settings } from './settings.ts';
import type { Counts } from './signals.ts';
import type { Conversations } from './outcomes/abandonment.ts';

/** What all copies of this package in a process (ESM and CommonJS, one in an instrumentation) share. */
export interface ProcessSlot {
  host: ContextHost;
  /** What carries the app's words where nobody registered a context manager; made at first need. */
  fallback?: AsyncLocalStorage<Attribution>;
  lastCalls?: LastCalls;
  /** Whether requests are watched for those that are to have baggage; undefined until that is decided. */
  isSendingBaggage?: boolean;
  settings?: Settings;
  counts?: Counts;
  /** Hashes of who was shown what of experiments; the older ones are given up for the newer. */
  exposed?: { newer: Set<number>; older: Set<number> };
  /** Signs tokens where no key is set. */
  feedbackKey?: SigningKey;
  votes?: Remembered<Vote>;
  /** Outcomes that were counted. */
  outcomes?: Remembered<true>;
  /** Set where the app asks for abandonment to be told in its own process. */
  conversations?: Conversations | undefined;
}

const SLOT: unique symbol = Symbol.for('genvitals.context.v1') as never;

/** The process's slot, made at first use. */
export function processSlot(): ProcessSlot {
  const globals = globalThis as typeof globalThis & { [SLOT]?: ProcessSlot };
  return (globals[SLOT] ??= { host: {} });
}
