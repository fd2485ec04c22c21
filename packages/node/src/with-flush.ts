import { openCallCount } from '@genvitals/instrumentation-openai/host';
import { flush } from './flush.ts';
import { type HandlerArguments, read, readArguments, type ResponseStream } from './handler-arguments.ts';
import { type HeldResponse, holdEnd } from './held-response.ts';
import type { Invocation } from './invocation.ts';
import { processState } from './process-state.ts';

export interface WithFlushOptions {
  /** How long an answer may wait for telemetry, 1,000 unless told otherwise; never longer than the function may run. */
  readonly timeoutMs?: number;
}

type Handler = (...args: never[]) => unknown;

const TIMEOUT_MS = 1000;
/** Left to the platform for its answer. */
const RESERVE_MS = 50;

/**
 * Delivers what an invocation of a serverless function recorded before the platform may stop the process. Takes
 * handlers of AWS Lambda (async, with a callback, streaming), of web requests (Next.js, Vercel, Netlify) and of
 * `(request, response)` (Express, Google Cloud Functions, Vercel), and gives back the same kind.
 *
 * The handler's value or error passes as it is. It waits for delivery, `timeoutMs` at most; not at all where the
 * platform has `waitUntil`. An answer that is still streamed is delivered first.
 * @throws TypeError where `handler` is no function, or `timeoutMs` no number from 0
 */
export function withFlush<Wrapped extends Handler>(
  handler: Wrapped,
  options: WithFlushOptions = {},
): Wrapped {
  const { timeoutMs = TIMEOUT_MS } = options;
  if (typeof handler !== 'function') {
    throw new TypeError(`withFlush: expected \`handler\` to be a function, got ${typeof handler}`);
  }
  if (typeof timeoutMs !== 'number' || !(timeoutMs >= 0)) {
    throw new TypeError(`withFlush: expected \`timeoutMs\` to be a number from 0, got ${String(timeoutMs)}`);
  }
  const { wrapped } = {
    wrapped(this: unknown, ...args: unknown[]): unknown {
      const called = new HandlerCall(args, timeoutMs);
      return called.run(handler as unknown as (...args: unknown[]) => unknown, this);
    },
  };
  // Platforms read what a handler is from its length and from symbols on it.
  for (const key of Reflect.ownKeys(handler)) {
    const property = Reflect.getOwnPropertyDescriptor(handler, key);
    if (property !== undefined && !OF_FUNCTIONS.has(key)) Reflect.defineProperty(wrapped, key, property);
  }
  return wrapped as unknown as Wrapped;
}

const OF_FUNCTIONS: ReadonlySet<string | symbol> = new Set(['prototype', 'arguments', 'caller']);

/** One call of a handler. */
class HandlerCall {
  readonly #args: unknown[];
  readonly #known: HandlerArguments;
  readonly #timeoutMs: number;
  readonly #invocation: Invocation | undefined;
  #answered: Promise<void> | undefined;
  #held: HeldResponse | undefined;

  constructor(args: unknown[], timeoutMs: number) {
    this.#args = args;
    this.#known = readArguments(args);
    this.#timeoutMs = timeoutMs;
    const { event, context } = this.#known;
    this.#invocation = processState().beginInvocation?.({ event, context });
  }

  run(handler: (...args: unknown[]) => unknown, self: unknown): unknown {
    const { callback, response, waitUntil } = this.#known;
    const args = [...this.#args];
    if (callback !== undefined) args[2] = this.#awaited(callback);
    if (response !== undefined && waitUntil === undefined)
      this.#held = holdEnd(response, async () => this.#deliver());
    let result: unknown;
    try {
      result =
        this.#invocation === undefined
          ? handler.apply(self, args)
          : this.#invocation.run(() => handler.apply(self, args));
    } catch (error) {
      this.#fail(error);
      void this.#flush();
      throw error;
    }
    if (isThenable(result)) return this.#settle(result);
    // What is to come tells itself: the callback, or the response's end.
    if (callback === undefined && (response === undefined || waitUntil !== undefined)) this.#background();
    return result;
  }

  /** The callback, called after delivery. */
  #awaited(callback: (...args: unknown[]) => unknown): (...args: unknown[]) => void {
    return (...outcome) => {
      this.#invocation?.end(outcome[0] ?? undefined);
      this.#answered ??= this.#answer(() => callback(...outcome));
    };
  }

  async #answer(answer: () => unknown): Promise<void> {
    await this.#flush();
    answer();
  }

  async #settle(result: PromiseLike<unknown>): Promise<unknown> {
    const { stream, response, waitUntil } = this.#known;
    let value: unknown;
    try {
      value = await result;
      if (stream !== undefined) await finished(stream);
    } catch (error) {
      this.#fail(error);
      if (waitUntil === undefined) await this.#flush();
      else this.#background();
      throw error;
    }
    if (this.#answered !== undefined) await this.#answered;
    else if (waitUntil !== undefined || isStreamed(value)) this.#background();
    else if (response === undefined) await this.#deliver();
    return value;
  }

  #fail(error: unknown): void {
    this.#invocation?.end(error);
    // Frameworks cut the connection of a response that has begun and failed.
    this.#held?.release();
  }

  async #deliver(): Promise<void> {
    this.#invocation?.end();
    await this.#flush();
  }

  /** Delivers once the answer is sent and its calls have ended, without keeping it. */
  #background(): void {
    const { response } = this.#known;
    const sent = response === undefined ? Promise.resolve() : finished(response);
    const work = sent.then(afterOpenCalls).then(async () => this.#deliver());
    try {
      this.#known.waitUntil?.(work);
    } catch {
      // The platform's way to stay awake is closed; what is recorded goes out with the next invocation.
    }
  }

  async #flush(): Promise<void> {
    await flush({ timeoutMs: Math.min(this.#timeoutMs, this.#remainingMs()) });
  }

  #remainingMs(): number {
    try {
      const leftMs = this.#known.context?.getRemainingTimeInMillis();
      return typeof leftMs === 'number' && !Number.isNaN(leftMs)
        ? Math.max(0, leftMs - RESERVE_MS)
        : Infinity;
    } catch {
      return Infinity;
    }
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof read(value, 'then') === 'function';
}

/** A web response whose body is made by calls that go on: who waits for them here keeps anybody from reading it. */
function isStreamed(value: unknown): boolean {
  return value instanceof Response && value.body !== null && openCallCount() > 0;
}

async function finished(stream: ResponseStream): Promise<void> {
  if (stream.writableFinished === true || stream.destroyed === true) return;
  await new Promise<void>((resolve) => {
    stream.once('finish', resolve);
    stream.once('close', resolve);
  });
}

const LOOK_EVERY_MS = 50;
/** The next call of an agent begins sooner after the one before. */
const QUIET_MS = 200;
/** A stream that nobody reads must not keep a function awake for good. */
const OPEN_AT_MOST_MS = 300_000;

async function afterOpenCalls(): Promise<void> {
  const until = performance.now() + OPEN_AT_MOST_MS;
  let quietMs = openCallCount() === 0 ? QUIET_MS : 0;
  while (quietMs < QUIET_MS && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS).unref());
    quietMs = openCallCount() === 0 ? quietMs + LOOK_EVERY_MS : 0;
  }
}
