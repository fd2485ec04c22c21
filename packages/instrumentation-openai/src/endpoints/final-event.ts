import type { Fold } from '../endpoint.ts';

/** What is kept of a stream whose last event has its usage: nothing of what it brought. */
export interface FinalEvent<Usage> {
  readonly usage?: Usage | null | undefined;
  readonly error?: unknown;
}

/** An event of such a stream; an error may come as one, whole or with its code beside its type. */
interface StreamEvent<Usage> extends FinalEvent<Usage> {
  readonly type?: unknown;
  readonly code?: unknown;
}

/** @param finalType the type of the events that have a usage */
export function foldFinalEvent<Usage>(finalType: string): Fold<StreamEvent<Usage>, FinalEvent<Usage>> {
  let latest: FinalEvent<Usage> = {};
  let isFinal = false;
  return {
    push(event) {
      if (event?.type === finalType) {
        latest = { usage: event.usage };
        isFinal = true;
      } else if (event?.type === 'error') {
        latest = { error: event.error ?? { code: event.code } };
        isFinal = true;
      }
    },
    result: () => latest,
    isComplete: () => isFinal,
  };
}
