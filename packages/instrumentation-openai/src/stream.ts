import type { Call } from './call.ts';
import { endWhenHalfRead, endWhenNeverRead } from './dropped.ts';
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

/** A stream whose reader may be anywhere: `for await`, `tee()`, a ReadableStream. */
class Reading {
  readonly #call: Call;
  readonly #fold: Fold<unknown, unknown>;
  readonly #signal: AbortSignal | undefined;
  #pending = 0;

  constructor(call: Call, fold: Fold<unknown, unknown>, signal: AbortSignal | undefined) {
    this.#call = call;
    this.#fold = fold;
    this.#signal = signal;
    // An abort between two reads is seen here; one during a read ends that read. The client aborts after
    // errors too, so an abort with a read under way says nothing yet.
    signal?.addEventListener(
      'abort',
      () => {
        if (this.#pending === 0) this.stop();
      },
      { once: true },
    );
  }

  get isPending(): boolean {
    return this.#pending > 0;
  }

  begin(): void {
    this.#pending++;
  }

  readonly settle = (result: IteratorResult<unknown>): IteratorResult<unknown> => {
    this.#pending--;
    if (this.#call.hasEnded) return result;
    if (result.done !== true) {
      this.#call.chunkArrived();
      try {
        this.#fold.push(result.value);
      } catch {
        // An odd chunk says nothing that can be read; the app gets it all the same.
      }
    } else if (this.#signal?.aborted === true) {
      // The client swallows an abort and ends normally.
      this.stop();
    } else {
      this.#call.succeed(this.#fold.result());
    }
    return result;
  };

  readonly fail = (error: unknown): never => {
    this.#pending--;
    this.#call.fail(error, this.#fold.result());
    throw error;
  };

  stop(): void {
    this.#call.stopReading(this.#fold);
  }
}

function define(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, configurable: true, writable: true, enumerable: false });
}

/**
 * Watches the client's own iterator by shadowing its methods, so that the app holds the very generator it
 * would hold without us. `next` gives a promise derived from the original one: were handlers attached
 * aside, a rejection nobody handles would no longer be reported.
 */
function watchIterator(iterator: AsyncIterator<unknown>, reading: Reading): void {
  const next = iterator.next;
  define(iterator, 'next', (...args: [] | [unknown]) => {
    reading.begin();
    return next.apply(iterator, args).then(reading.settle, reading.fail);
  });
  for (const name of ['return', 'throw'] as const) {
    const original = iterator[name];
    if (original === undefined) continue;
    define(iterator, name, (...args: [] | [unknown]) => {
      if (!reading.isPending) {
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
export function watchStream(stream: StreamShape, call: Call, fold: Fold<unknown, unknown>): void {
  const original = stream.iterator;
  const reading = new Reading(call, fold, stream.controller?.signal);
  stream.iterator = function iterator(this: StreamShape) {
    const iterator = original.call(this);
    // The client itself refuses a second reader.
    if (call.isBeingRead) return iterator;
    call.readingStarted();
    watchIterator(iterator, reading);
    endWhenHalfRead(iterator, call, fold);
    return iterator;
  };
  endWhenNeverRead(stream, call);
}
