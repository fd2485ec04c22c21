import type { Call } from './call.ts';
import { endWhenNotReadOut } from './dropped.ts';
import type { Fold } from './endpoint.ts';

/** The client's Stream as far as it is touched: one replaceable field. */
export interface StreamShape {
  iterator: () => AsyncIterator<unknown>;
  readonly controller?: { readonly signal?: AbortSignal };
}

export function isStream(value: unknown): value is StreamShape {
  return (
    typeof value === 'object' &&
    value !== null &&
    Symbol.asyncIterator in value &&
    typeof (value as Partial<StreamShape>).iterator === 'function'
  );
}

/** How a stream is read: `for await`, `tee()`, a ReadableStream. */
interface Reading {
  begin(): void;
  /** A chunk that the app does not get. */
  take(chunk: unknown): void;
  isPending(): boolean;
  settle(result: IteratorResult<unknown>): IteratorResult<unknown>;
  fail(error: unknown): never;
  stop(): void;
}

/** Whether the app would have got a chunk; takes off it what it would not have had. */
export type Strip = (chunk: unknown) => boolean;

/** Closures, and no class: this runs once a chunk. */
function createReading(call: Call, fold: Fold<unknown, unknown>, signal: AbortSignal | undefined): Reading {
  let pending = 0;
  let isOver = false;
  const stop = (): void => {
    isOver = true;
    call.stopReading(fold);
  };
  // An abort between two reads is seen here; one during a read ends that read. The client aborts after
  // errors too, so an abort with a read under way says nothing yet.
  signal?.addEventListener(
    'abort',
    () => {
      if (pending === 0) stop();
    },
    { once: true },
  );
  return {
    begin: () => {
      pending++;
    },
    isPending: () => pending > 0,
    take: (chunk) => {
      pending--;
      fold.push(chunk);
    },
    settle: (result) => {
      pending--;
      if (isOver) return result;
      if (result.done !== true) {
        call.chunkArrived();
        try {
          fold.push(result.value);
        } catch {
          // An odd chunk says nothing that can be read; the app gets it all the same.
        }
        return result;
      }
      isOver = true;
      // The client swallows an abort and ends normally.
      if (signal?.aborted === true) call.stopReading(fold);
      else call.endReading(fold);
      return result;
    },
    fail: (error) => {
      pending--;
      isOver = true;
      call.fail(error, fold.result());
      throw error;
    },
    stop,
  };
}

function define(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, configurable: true, writable: true, enumerable: false });
}

/**
 * Watches the client's own iterator by shadowing its methods, so that the app holds the very generator it
 * would hold without us. `next` gives a promise derived from the original one: were handlers attached
 * aside, a rejection nobody handles would no longer be reported.
 */
function watchIterator(iterator: AsyncIterator<unknown>, reading: Reading, strip: Strip | undefined): void {
  const next = iterator.next;
  const { begin, take, fail } = reading;
  const settle = strip === undefined ? reading.settle : settleStripped;
  type Settled = ReturnType<typeof reading.settle>;
  function settleStripped(result: IteratorResult<unknown>): Settled | Promise<Settled> {
    if (result.done === true || isLeft(result.value)) return reading.settle(result);
    take(result.value);
    begin();
    return next.call(iterator).then(settleStripped, fail);
  }
  function isLeft(chunk: unknown): boolean {
    try {
      return strip?.(chunk) ?? true;
    } catch {
      return true;
    }
  }
  // A generator cannot tell no argument from an undefined one.
  define(iterator, 'next', (value?: unknown) => {
    begin();
    return next.call(iterator, value).then(settle, fail);
  });
  for (const name of ['return', 'throw'] as const) {
    const original = iterator[name];
    if (original === undefined) continue;
    define(iterator, name, (...args: [] | [unknown]) => {
      if (!reading.isPending()) {
        reading.stop();
        return original.apply(iterator, args);
      }
      // The generator finishes the read that is under way before it returns.
      return original.apply(iterator, args).finally(() => {
        reading.stop();
      });
    });
  }
}

/** Replaces `stream.iterator` in place: `for await`, `tee()` and `toReadableStream()` all come through it. */
export function watchStream(
  stream: StreamShape,
  call: Call,
  fold: Fold<unknown, unknown>,
  strip?: Strip,
): void {
  const original = stream.iterator;
  const reading = createReading(call, fold, stream.controller?.signal);
  stream.iterator = function iterator(this: StreamShape) {
    const iterator = original.call(this);
    // The client itself refuses a second reader.
    if (call.isBeingRead) return iterator;
    call.readingStarted();
    watchIterator(iterator, reading, strip);
    return iterator;
  };
  endWhenNotReadOut(stream, call, fold);
}
