import type { ResponseStream } from './handler-arguments.ts';

/** What an ended response shows, and one does that is about to end. */
const SHOWN = ['headersSent', 'writableEnded', 'finished'];

export interface HeldResponse {
  /** Ends it at once where its end is held. */
  release(): void;
}

/**
 * Has a response end only once `beforeEnd` is settled, for its end is when a platform may stop the process. What the
 * handler sees of it meanwhile is what an ended response shows.
 */
export function holdEnd(response: ResponseStream, beforeEnd: () => Promise<void>): HeldResponse {
  const end = response.end;
  let state: 'open' | 'held' | 'ended' = 'open';
  let endNow = (): void => undefined;

  function holding(this: ResponseStream, ...args: unknown[]): unknown {
    // As with any second `end`, nothing is sent any more.
    if (state !== 'open') return state === 'held' ? this : end.apply(response, args);
    state = 'held';
    for (const name of SHOWN) Object.defineProperty(response, name, { configurable: true, value: true });
    endNow = () => {
      if (state === 'ended') return;
      state = 'ended';
      for (const name of SHOWN) Reflect.deleteProperty(response, name);
      if (response.end === holding) Object.assign(response, { end });
      end.apply(response, args);
    };
    void endLater();
    return this;
  }
  async function endLater(): Promise<void> {
    await beforeEnd();
    endNow();
  }

  // One that may not be changed ends as it does without us.
  Reflect.set(response, 'end', holding);
  return {
    release: () => {
      endNow();
    },
  };
}
