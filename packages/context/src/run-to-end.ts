/** How what the app ran ended. */
export type Ended = { readonly result: unknown } | { readonly error: unknown };

/** Runs a part of the app's work where it belongs. */
export type Place = <Result>(fn: () => Result) => Result;

type Step = (this: unknown, ...args: unknown[]) => unknown;

const STEPS = ['next', 'return', 'throw'] as const;

function isAsyncGenerator(value: unknown): value is AsyncGenerator {
  try {
    return (
      typeof value === 'object' &&
      value !== null &&
      (value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag] === 'AsyncGenerator' &&
      Object.isExtensible(value) &&
      // What only says that it is one may lack steps, or keep its own.
      STEPS.every((name) => name in value && !Object.hasOwn(value, name))
    );
  } catch {
    // A proxy that lets nobody look.
    return false;
  }
}

/** Only of plain promises: asking a client's own kind, or a query builder, for its value would set it off. */
function isPlainPromise(value: unknown): value is Promise<unknown> {
  try {
    return value instanceof Promise && value.constructor === Promise && value.then === Promise.prototype.then;
  } catch {
    return false;
  }
}

/** What an async function gives is new: nobody else has it, so that another promise may stand for it. */
function isAsyncFunction(fn: unknown): boolean {
  try {
    return (fn as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag] === 'AsyncFunction';
  } catch {
    return false;
  }
}

/** Stands for the promise. To listen beside the app would be to handle what it leaves unhandled. */
async function follow<Value>(promise: Promise<Value>, onEnd: (ended: Ended) => void): Promise<Value> {
  let value: Value;
  try {
    value = await promise;
  } catch (error) {
    onEnd({ error });
    throw error;
  }
  onEnd({ result: value });
  return value;
}

/** The generator stays the one it is: each of its steps is taken in its place, and the last one is heard of. */
function followGenerator(generator: AsyncGenerator, place: Place, onEnd: (ended: Ended) => void): void {
  for (const name of STEPS) {
    const take = generator[name] as Step;
    const value: Step = (...args) => {
      const step = place(() => take.apply(generator, args));
      if (!isPlainPromise(step)) return step;
      return follow(step, (ended) => {
        if ('error' in ended) onEnd(ended);
        else if ((ended.result as IteratorResult<unknown>).done === true) onEnd({ result: undefined });
      });
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
 * the async generator, whose every step is run in that place too. Gives back just what `fn` gives (of an async function
 * a promise of the same), and throws just what it throws. A generator that nobody reads to its end, nor closes, never ends.
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
  else if (onEnd !== undefined) {
    if (isAsyncFunction(fn) && isPlainPromise(result)) return follow(result, onEnd) as Result;
    awaitEnd(result, onEnd);
  }
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
  // A branch of its own: somebody else may have that promise too, and wants it back.
  void result.then(
    (value: unknown) => onEnd({ result: value }),
    (error: unknown) => onEnd({ error }),
  );
}
