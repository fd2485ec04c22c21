import type { Context } from '@opentelemetry/api';
import { type AnswerShape, type Call, callOf } from './call.ts';
import { withoutCall } from './call-context.ts';
import { endWhenNeverParsed } from './dropped.ts';
import { type EndpointMatch, matchEndpoint } from './endpoint-match.ts';
import { activeContext, hasContextManager, withContext } from './otel.ts';
import type { Runtime } from './runtime.ts';
import type { ClientShape } from './server.ts';
import { isStream, watchStream } from './stream.ts';

/** A mark on an object that the client keeps to itself: a weak map would cost more a call. */
const CALL = Symbol('genvitals call');

/**
 * The request layer of the openai client, 4.19 to 7: the only file that knows its private shapes.
 * `makeRequest` is the logical call and re-enters itself for retries; the parse step makes the value the
 * app gets; `fetchWithTimeout` is one HTTP attempt; `asResponse` hands out the raw response.
 */
interface RequestOptions {
  readonly method?: unknown;
  readonly path?: unknown;
  readonly body?: unknown;
  readonly query?: unknown;
  readonly stream?: unknown;
}

/** What an answer leaves in the client's hands, marked with the call it belongs to. */
interface Marked {
  readonly response?: AnswerShape;
  [CALL]?: Call;
}

/** The promise that the client's own promises stand on. */
type RequestPromise = Promise<Marked | undefined>;

type Method = (this: Client, ...args: unknown[]) => unknown;
type Client = ClientShape & object;

export interface ClientPrototype {
  makeRequest?: unknown;
  request?: unknown;
  requestAPIList?: unknown;
  fetchWithTimeout?: unknown;
  parseResponseWithTimeout?: unknown;
}

interface ApiPromise {
  responsePromise?: RequestPromise;
  parseResponse?: Method;
}

/** Marks what is patched already, whichever copy of this package did it. */
const PATCHED = Symbol.for('genvitals.openai.patched');

/** Whether the client has the request layer this file knows. */
export function hasRequestLayer(prototype: ClientPrototype): boolean {
  return typeof prototype.makeRequest === 'function' && typeof prototype.request === 'function';
}

/** What runs instead of a method: it gets the client, the method itself and its arguments. */
type Wrapper = (client: Client, original: Method, args: unknown[]) => unknown;

/** The object of a prototype chain that has a method itself: in openai 4 that is the client's base class. */
function ownerOf(start: object, name: string): object | undefined {
  let owner: object | null = start;
  while (owner !== null && !Object.hasOwn(owner, name)) owner = Object.getPrototypeOf(owner) as object | null;
  return owner ?? undefined;
}

/** Puts a wrapper in a method's place, once, under the method's own name and length. */
function replace(start: object, name: string, wrapper: Wrapper): void {
  const target = ownerOf(start, name);
  if (target === undefined) return;
  const original = (target as Record<string, unknown>)[name] as (Method & { [PATCHED]?: true }) | undefined;
  if (typeof original !== 'function' || original[PATCHED] === true) return;
  const patched = function (this: Client, ...args: unknown[]): unknown {
    return wrapper(this, original, args);
  };
  Object.defineProperty(patched, PATCHED, { value: true });
  Object.defineProperty(patched, 'name', { value: name, configurable: true });
  Object.defineProperty(patched, 'length', { value: original.length, configurable: true });
  Object.defineProperty(target, name, {
    value: patched,
    configurable: true,
    writable: true,
    enumerable: false,
  });
}

const SETTLED = Promise.resolve();

/**
 * Ends a call whose parsed answer nobody asks for. Who has asked by now begins to parse in the microtask after the
 * next one, and is not registered: a registration costs 2 µs, and keeps the call alive past its end.
 */
async function watchUnparsed(props: Marked, call: Call): Promise<void> {
  await SETTLED;
  await SETTLED;
  if (!call.isParsing && !call.hasEnded) endWhenNeverParsed(props, call);
}

/** Follows calls through the request layer. */
export class RequestSeam {
  readonly #runtime: Runtime;

  readonly #promiseClasses = new WeakSet<object>();
  /** Nearly all promises are of one class: comparing is cheaper than looking up. */
  #lastPromiseClass: object | undefined;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  patch(prototype: ClientPrototype): void {
    replace(prototype, 'makeRequest', (client, original, args) => this.#makeRequest(client, original, args));
    replace(prototype, 'fetchWithTimeout', (client, original, args) => {
      const result = original.apply(client, args);
      const call = callOf(activeContext());
      return call === undefined || call.hasEnded ? result : this.#watchAttempt(call, result);
    });
    // From 7.5 on the parse step is a method; before, a field of each promise.
    const parsesByMethod = typeof prototype.parseResponseWithTimeout === 'function';
    replace(prototype, 'parseResponseWithTimeout', (client, original, args) =>
      this.#parse(client, original, args, true),
    );
    for (const name of ['request', 'requestAPIList']) {
      replace(prototype, name, (client, original, args) => {
        const promise = original.apply(client, args);
        if (this.#runtime.isActive) this.#watchPromise(promise as ApiPromise, parsesByMethod);
        return promise;
      });
    }
  }

  #makeRequest(client: Client, original: Method, args: unknown[]): unknown {
    const [, retriesRemaining, retryOf] = args;
    if (!this.#runtime.isEnabled) return original.apply(client, args);
    if (retriesRemaining !== null && retriesRemaining !== undefined) {
      // Another attempt of the call whose context is active. Without a context manager it cannot be told from
      // a request that was given its retries by hand, and is taken for what it nearly always is.
      const isAttempt = callOf(activeContext())?.hasEnded === false;
      if (isAttempt || typeof retryOf === 'string' || !hasContextManager())
        return original.apply(client, args);
    }
    if (!this.#runtime.prepare()) return original.apply(client, args);
    return this.#begin(client, original, args, activeContext());
  }

  async #begin(
    client: Client,
    original: Method,
    args: unknown[],
    parent: Context,
  ): Promise<Marked | undefined> {
    const options = (await args[0]) as RequestOptions;
    const match = matchEndpoint(options?.method, options?.path, client.baseURL);
    const call = match === undefined ? undefined : this.#start(client, match, options, parent);
    if (call === undefined) {
      // Inside of a call, by a fetch of the app's own, it is a request of its own: none of the call's attempts.
      return callOf(parent) === undefined
        ? (original.apply(client, args) as Promise<Marked>)
        : (withContext(withoutCall(parent), original, client, args) as Promise<Marked>);
    }
    let props: Marked;
    try {
      args[0] = options;
      props = (await withContext(call.context, original, client, args)) as Marked;
    } catch (error) {
      call.fail(error);
      throw error;
    }
    call.responded(props.response);
    props[CALL] = call;
    void watchUnparsed(props, call);
    return props;
  }

  #start(client: Client, match: EndpointMatch, options: RequestOptions, parent: Context): Call | undefined {
    const { recorder } = this.#runtime;
    try {
      return recorder.begin(match.endpoint, client, match.toParams(options.body, options.query), parent);
    } catch (error) {
      recorder.complain(error);
      return undefined;
    }
  }

  #watchAttempt(call: Call, result: unknown): unknown {
    return (result as Promise<{ readonly status?: unknown; readonly headers?: unknown } | undefined>).then(
      (response) => {
        try {
          const status = response?.status;
          if (typeof status === 'number') call.attempts.answered(status, response?.headers);
        } catch {
          // A fetch of the app's own may give anything; the client complains of it in its own words.
        }
        return response;
      },
      (error: unknown) => {
        call.attempts.failed(error);
        throw error;
      },
    );
  }

  /**
   * The parse step of either kind: its last argument is the answer's properties.
   * @param mayRequest from 7.5 on a body that times out is asked for again from here: still this call
   */
  #parse(client: Client, original: Method, args: unknown[], mayRequest: boolean): unknown {
    const call = (args[args.length - 1] as Marked | undefined)?.[CALL];
    // A second parse of one answer fails by itself and says nothing of the call.
    if (call === undefined || call.hasEnded || call.isParsing) return original.apply(client, args);
    call.parseStarted();
    const result = mayRequest
      ? withContext(call.context, original, client, args)
      : original.apply(client, args);
    if (!(result instanceof Promise)) return result;
    return result.then(
      (value: unknown) => {
        this.#parsed(call, value);
        return value;
      },
      (error: unknown) => {
        call.fail(error);
        throw error;
      },
    );
  }

  #parsed(call: Call, value: unknown): void {
    try {
      const fold = isStream(value) ? call.endpoint.fold?.() : undefined;
      if (fold !== undefined && isStream(value)) watchStream(value, call, fold);
      else call.succeed(value);
    } catch (error) {
      this.#runtime.recorder.complain(error);
      call.endAtHeaders();
    }
  }

  #watchPromise(promise: ApiPromise, parsesByMethod: boolean): void {
    try {
      if (!parsesByMethod && typeof promise.parseResponse === 'function') {
        const original = promise.parseResponse;
        const parse = (client: Client, args: unknown[]): unknown =>
          this.#parse(client, original, args, false);
        promise.parseResponse = function parseResponse(this: Client, ...args: unknown[]): unknown {
          return parse(this, args);
        };
      }
      this.#patchPromiseClass(promise);
    } catch (error) {
      this.#runtime.recorder.complain(error);
    }
  }

  /** `APIPromise` is not exported by every version, so it is found at the first promise. */
  #patchPromiseClass(promise: ApiPromise): void {
    const prototype = Object.getPrototypeOf(promise) as object;
    if (prototype === this.#lastPromiseClass) return;
    this.#lastPromiseClass = prototype;
    if (this.#promiseClasses.has(prototype)) return;
    this.#promiseClasses.add(prototype);
    replace(prototype, 'asResponse', (taken, original, args) => {
      const result = original.apply(taken, args);
      void this.#watchRaw(taken as ApiPromise);
      return result;
    });
  }

  /** The app reads the body itself, unless it asks for the parsed answer in the same turn (`withResponse`). */
  async #watchRaw(promise: ApiPromise): Promise<void> {
    let call: Call | undefined;
    try {
      call = (await promise.responsePromise)?.[CALL];
    } catch {
      // The failure is told where the request was made, and handled by whoever asked for the response.
    }
    if (call === undefined || call.hasEnded || call.isParsing) return;
    const ended = call;
    setImmediate(() => {
      if (!ended.isParsing) ended.endAtHeaders();
    });
  }
}
