import type { AnswerShape, Call } from './call.ts';
import { type Method, replaceMethod } from './method-replacement.ts';
import type { Runtime } from './runtime.ts';

/** Marks on an object that the client keeps to itself: a weak map would cost more a call. */
const CALL = Symbol('genvitals call');
const UNWRAPPING = Symbol('genvitals unwrapping');

/** What an answer leaves in the client's hands, marked with the call it belongs to. */
export interface Marked {
  readonly response?: AnswerShape;
  [CALL]?: Call;
  [UNWRAPPING]?: Unwrapping;
}

/** The client's `APIPromise` as far as it is touched: it stands on the request's promise and parses when asked. */
export interface ApiPromise {
  readonly responsePromise?: Promise<Marked | undefined>;
  parseResponse?: Method;
  _thenUnwrap?: Method;
}

type Transform = (...args: unknown[]) => unknown;

/** What the client still makes of a parsed answer before the app has it: `parse`, `output_text`, embeddings. */
class Unwrapping {
  readonly #call: Call;
  #pending = 0;
  #answer: unknown;
  #isParsed = false;

  constructor(call: Call) {
    this.#call = call;
  }

  /** More steps follow. */
  add(steps: number): void {
    this.#pending += steps;
  }

  parsed(answer: unknown): void {
    this.#answer = answer;
    this.#isParsed = true;
  }

  /** Runs one step; the last one ends the call. A stream ends by itself, and was never handed over. */
  run(transform: Transform, args: unknown[]): unknown {
    let value: unknown;
    try {
      value = transform(...args);
    } catch (error) {
      if (this.#isParsed) this.#call.rejectAnswer(error, this.#answer);
      throw error;
    }
    // Steps may run again for a promise that stands beside the one that was asked first.
    this.#pending--;
    if (this.#isParsed && this.#pending === 0) this.#call.succeed(this.#answer);
    return value;
  }
}

/** The properties of an answer are the last argument of the parse step of either kind. */
function markedOf(args: readonly unknown[]): Marked | undefined {
  return args[args.length - 1] as Marked | undefined;
}

export function markAnswer(props: Marked, call: Call): void {
  props[CALL] = call;
}

/** The call whose answer is to be parsed now, for the first time; a second parse of one answer fails by itself. */
export function callToParse(args: readonly unknown[]): Call | undefined {
  const call = markedOf(args)?.[CALL];
  return call === undefined || call.hasEnded || call.isParsing ? undefined : call;
}

/** The parsed answer, which is not a stream, is there: the call ends, unless the client goes on with it. */
export function answerParsed(args: readonly unknown[], call: Call, answer: unknown): void {
  const unwrapping = markedOf(args)?.[UNWRAPPING];
  if (unwrapping === undefined) call.succeed(answer);
  else unwrapping.parsed(answer);
}

/** Follows what the app does with the client's promises. */
export class ClientPromises {
  readonly #runtime: Runtime;
  readonly #classes = new WeakSet<object>();
  /** Nearly all promises are of one class: comparing is cheaper than looking up. */
  #lastClass: object | undefined;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /** @param parse stands in for the promise's own parse step; undefined where that is a method of the client */
  watch(
    promise: ApiPromise,
    parse: ((original: Method, target: object, args: unknown[]) => unknown) | undefined,
  ): void {
    try {
      const original = promise.parseResponse;
      if (parse !== undefined && typeof original === 'function') {
        promise.parseResponse = function parseResponse(this: object, ...args: unknown[]): unknown {
          return parse(original, this, args);
        };
      }
      this.#patchClass(promise);
      this.#watchOwnUnwrap(promise, 1);
    } catch (error) {
      this.#runtime.recorder.complain(error);
    }
  }

  /** `APIPromise` is not exported by every version, so it is found at the first promise. */
  #patchClass(promise: ApiPromise): void {
    const prototype = Object.getPrototypeOf(promise) as object;
    if (prototype === this.#lastClass) return;
    this.#lastClass = prototype;
    if (this.#classes.has(prototype)) return;
    this.#classes.add(prototype);
    replaceMethod<ApiPromise>(prototype, 'asResponse', (taken, original, args) => {
      const result = original.apply(taken, args);
      void this.#watchRaw(taken);
      return result;
    });
    replaceMethod<ApiPromise>(prototype, '_thenUnwrap', (given, original, args) =>
      this.#unwrap(given, original, args, 1),
    );
  }

  /**
   * From 7.5 on each promise of a request has a `_thenUnwrap` of its own, and one that is asked to parse runs all steps
   * before its own, where earlier ones ask the promise before them.
   * @param steps how many come with the next unwrapping
   */
  #watchOwnUnwrap(promise: ApiPromise, steps: number): void {
    const original = promise._thenUnwrap;
    if (typeof original !== 'function' || !Object.hasOwn(promise, '_thenUnwrap')) return;
    promise._thenUnwrap = (...args: unknown[]) => this.#unwrap(promise, original, args, steps);
  }

  #unwrap(promise: ApiPromise, original: Method, args: unknown[], steps: number): unknown {
    const [transform, ...rest] = args;
    if (!this.#runtime.isActive || typeof transform !== 'function') return original.apply(promise, args);
    let own: Unwrapping | undefined;
    // Versions before 4.104 give a step no properties of the answer.
    const step = (...parsed: unknown[]): unknown => {
      const unwrapping = (parsed[1] as Marked | undefined)?.[UNWRAPPING] ?? own;
      return unwrapping === undefined
        ? (transform as Transform)(...parsed)
        : unwrapping.run(transform as Transform, parsed);
    };
    const unwrapped = original.call(promise, step, ...rest) as ApiPromise;
    const parse = unwrapped.parseResponse;
    if (typeof parse === 'function') {
      unwrapped.parseResponse = function parseResponse(this: object, ...parsed: unknown[]): unknown {
        const call = callToParse(parsed);
        const marked = markedOf(parsed);
        if (call !== undefined && marked !== undefined) {
          own = marked[UNWRAPPING] ??= new Unwrapping(call);
          own.add(steps);
        }
        return parse.apply(this, parsed);
      };
    }
    this.#watchOwnUnwrap(unwrapped, steps + 1);
    return unwrapped;
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
