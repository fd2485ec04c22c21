import type { Invocation, InvocationFacts } from './invocation.ts';

/**
 * What all copies of this package in a process (ESM and CommonJS, two preloads, source and build) share.
 */
export interface ProcessState {
  isPreloaded: boolean;
  readonly said: Set<string>;
  /** Set once the providers are ours. */
  flush?: (timeoutMs: number) => Promise<void>;
  /** Set once the judge has a log. */
  flushJudge?: (timeoutMs: number) => Promise<void>;
  /** Set once openai was seen. */
  beginInvocation?: (facts: InvocationFacts) => Invocation | undefined;
  /** The app has started an SDK of its own since. */
  isYielded?: boolean;
}

const SLOT: unique symbol = Symbol.for('genvitals.node.v1') as never;

export function processState(): ProcessState {
  const holder = globalThis as { [SLOT]?: ProcessState };
  return (holder[SLOT] ??= { isPreloaded: false, said: new Set() });
}
