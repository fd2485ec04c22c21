import type { Context, Span, SpanKind, SpanStatusCode, Tracer, TracerProvider } from '@opentelemetry/api';
import { classOfError, describeFault } from './fault.ts';
import { Attribution, attributionIn, withAttribution } from './attribution.ts';
import { sendBaggage } from './baggage-requests.ts';
import {
  activeContext,
  hasContextManager,
  readSlots,
  runIn,
  serverRequestOf,
  SPAN_KEY,
  spanOf,
} from './otel.ts';
import { processSlot } from './process-slot.ts';
import { type Ended, type Place, checkWork, runToEnd } from './run-to-end.ts';
import { settings } from './settings.ts';
import { SCOPE_NAME, VERSION } from './scope.ts';
import type { CallWords, ReceivedWords } from './words.ts';

/** The API's enums, without loading the API. */
const INTERNAL_KIND = 0 as SpanKind.INTERNAL;
const ERROR_STATUS = 2 as SpanStatusCode.ERROR;

let tracerProvider: TracerProvider | undefined;
let tracer: Tracer | undefined;

/** The tracer of whoever provides now; undefined where nobody does. */
export function currentTracer(): Tracer | undefined {
  const { trace } = readSlots();
  if (trace !== tracerProvider) {
    tracerProvider = trace;
    tracer = trace?.getTracer(SCOPE_NAME, VERSION);
  }
  return tracer;
}

/**
 * Whoever provides OpenTelemetry is decided now, if that is still open: a context needs a manager. And before the
 * first word there is none that could be sent.
 */
export function prepareForWords(): void {
  processSlot().host.beforeFirstUse?.();
  sendBaggage();
}

/** Where the app's words hold. */
export class Entered {
  readonly context: Context;
  readonly #attribution: Attribution;
  /** Opened as none was active: whoever entered ends it. */
  readonly span: Span | undefined;

  /** @param words added to those around, the later ones over the earlier ones */
  constructor(words: readonly ReceivedWords[]) {
    prepareForWords();
    const parent = activeContext();
    let attribution = attributionIn(parent);
    for (const each of words) attribution = new Attribution(each ?? {}, attribution);
    this.#attribution = attribution ?? new Attribution({}, undefined);
    this.#attribution.request = serverRequestOf(parent)?.span;
    const context = withAttribution(parent, this.#attribution);
    if (spanOf(parent) === undefined) this.span = openSpan(this.#attribution, context);
    this.context = this.span === undefined ? context : context.setValue(SPAN_KEY, this.span);
  }

  /** Runs a part of the app's work here. */
  readonly place: Place = (run) =>
    hasContextManager() ? runIn(this.context, run, undefined, []) : runAlone(this.#attribution, run);

  /** Ends the span that was opened here, which is somebody else's: what it throws is not the app's to hear. */
  end(ended: Ended): void {
    try {
      if (this.span !== undefined && 'error' in ended)
        this.span.setStatus({ code: ERROR_STATUS, message: classOfError(ended.error) });
      this.span?.end();
    } catch (error) {
      settings().diagnostics.warnOnce('span', `a span around words is not ended (${describeFault(error)}).`);
    }
  }
}

function openSpan(attribution: Attribution, context: Context): Span | undefined {
  const { feature = 'context', attributes } = attribution;
  return currentTracer()?.startSpan(feature, { kind: INTERNAL_KIND, attributes }, context);
}

/** @returns undefined where the words could not be taken, which is said once */
export function enter(words: readonly ReceivedWords[]): Entered | undefined {
  try {
    return new Entered(words);
  } catch (error) {
    settings().diagnostics.warnOnce(
      'words',
      `the app's words are left out (${describeFault(error)}): correct what withContext or the middleware is given.`,
    );
    return undefined;
  }
}

/**
 * Runs `fn`, and whatever it starts, under what the app says: all spans, events and metrics of calls made inside
 * carry it, across awaits, streams and timers. Nested, words are added to those around, and newer ones hold. Where
 * no span is active, one is opened for as long as `fn` runs, or the promise that it gave is pending, or the async
 * generator that it gave is read, so that what happens inside is one trace. Gives back just what `fn` gives, and
 * throws just what it throws.
 */
export function withContext<Result>(words: CallWords, fn: () => Result): Result {
  checkWork(fn, 'withContext');
  const entered = enter([words]);
  if (entered === undefined) return fn();
  const { place, span } = entered;
  if (span === undefined) return runToEnd(fn, place, undefined);
  return runToEnd(fn, place, (ended) => {
    entered.end(ended);
  });
}

function runAlone<Result>(attribution: Attribution, fn: () => Result): Result {
  const slot = processSlot();
  if (slot.fallback === undefined) {
    const hooks = globalThis.process?.getBuiltinModule?.('node:async_hooks');
    if (hooks === undefined) return fn();
    slot.fallback = new hooks.AsyncLocalStorage();
  }
  return slot.fallback.run(attribution, fn);
}
