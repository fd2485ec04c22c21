import type { Context, Span } from '@opentelemetry/api';
import { SPAN_KEY } from '@genvitals/context/host';

const CALL_KEY = Symbol('genvitals call');

/**
 * The context of a call: its parent with two values more. The API's own `setValue` copies a map each
 * time; this holds the values in fields, and copies only for whoever sets further ones.
 */
export class CallContext implements Context {
  readonly #parent: Context;
  readonly #span: Span | undefined;
  readonly #call: object;

  constructor(parent: Context, span: Span | undefined, call: object) {
    this.#parent = parent;
    this.#span = span;
    this.#call = call;
  }

  getValue(key: symbol): unknown {
    if (key === SPAN_KEY && this.#span !== undefined) return this.#span;
    if (key === CALL_KEY) return this.#call;
    return this.#parent.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    return this.#copy().setValue(key, value);
  }

  deleteValue(key: symbol): Context {
    return this.#copy().deleteValue(key);
  }

  #copy(): Context {
    const context = this.#parent.setValue(CALL_KEY, this.#call);
    return this.#span === undefined ? context : context.setValue(SPAN_KEY, this.#span);
  }
}

/** The call in whose context the code runs; undefined outside of one. */
export function callIn(context: Context): object | undefined {
  return context.getValue(CALL_KEY) as object | undefined;
}

/** The same context for what is no part of the call; spans made in it are still the call's children. */
export function withoutCall(context: Context): Context {
  return context.deleteValue(CALL_KEY);
}
