/** How what the app ran ended. */
export type Ended = { readonly result: unknown } | { readonly error: unknown };

/** Runs a part of the app's work where it belongs. */
export type Place = <Result>(fn: () => Result) => Result;

type Step = (this: unknown, ...args: unknown[]) => Promise<IteratorResult<unknown>>;

const STEPS = ['next', 'return', 'throw'] as const;

function isAsyncGenerator(value: unknown): value is AsyncGenerator {
  try {
    return (
      typeof value === 'object' &&
      value !== null &&
      (value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag] === 'AsyncGenerator' &&
      Object.isExtensible(value)
    );
  } catch {
    // A proxy that lets nobody look.
    return false;
  }
}

/** Only of plain promises: asking a client's own kind, or a query builder, for its value would set it off. */
function isPlainPromise(value: unknown): value is Promise<unknown> {
  try {
    return value instanceof Promise && value.constructor === Promise;
  } catch {
    return false;
  }
}

/** The generator stays the one it is: each of its steps is taken in its place, and the last one is heard of. */
function followGenerator(generator: AsyncGenerator, place: Place, onEnd: (ended: Ended) => void): void {
  for (const name of STEPS) {
    const take = generator[name] as Step;
    const value: Step = (...args) => {
      const step = place(() => take.apply(generator, args));
      void step.then(
        ({ done }) => (done === true ? onEnd({ result: undefined }) : undefined),
        (error: unknown) => onEnd({ error }),
      );
      return step;
    };
    Object.defineProperty(generator, name, { value, configurable: true, writable: true, enumerable: false });
  }
}

/** Throws a TypeError where there is nothing to run: a typing error of the app, which `apply` tells in riddles. */
export function checkWork(fn: unknown, what: string): void {
  if (typeof fn === 'function') return;
  const came = fn === null ? 'null' : typeof fn;
  throw new TypeError(
    `genvitals: expected a function as the last argument (${what}), got ${came}; give what is to run.`,
  );
}

/**
 * Runs `fn` in its place and tells, once, how it ended: when it is through, or the plain promise that it gave, or
 * the async generator, whose every step is run in that place too. Gives back just what `fn` gives, and throws just
 * what it throws. A generator that nobody reads to its end, nor closes, never ends.
 * @param onEnd may not throw; undefined where nobody needs to know
 */
export function runToEnd<Result>(
  fn: () => Result,
  place: Place,
  onEnd: ((ended: Ended) => void) | undefined,
): Result {
  let result: Result;
  try {
    result = place(fn);
  } catch (error) {
    onEnd?.({ error });
    throw error;
  }
  if (isAsyncGenerator(result)) followGenerator(result, place, once(onEnd));
  else if (onEnd !== undefined) awaitEnd(result, onEnd);
  return result;
}

function once(onEnd: ((ended: Ended) => void) | undefined): (ended: Ended) => void {
  let hear = onEnd;
  return (ended) => {
    hear?.(ended);
    hear = undefined;
  };
}

function awaitEnd(result: unknown, onEnd: (ended: Ended) => void): void {
  if (!isPlainPromise(result)) {
    onEnd({ result });
    return;
  }
  // A branch of its own: the app's promise stays the app's.
  void result.then(
    (value: unknown) => onEnd({ result: value }),
    (error: unknown) => onEnd({ error }),
  );
}
