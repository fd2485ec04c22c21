import type { Context, Span, SpanKind, SpanStatusCode, Tracer, TracerProvider } from '@opentelemetry/api';
import { Attribution, attributionIn, withAttribution } from './attribution.ts';
import { sendBaggage } from './baggage-requests.ts';
import { activeContext, hasContextManager, readSlots, runIn, SPAN_KEY, spanOf } from './otel.ts';
import { processSlot } from './process-slot.ts';
import { type Place, runToEnd } from './run-to-end.ts';
import { settings } from './settings.ts';
import { SCOPE_NAME, VERSION } from './scope.ts';
import type { CallWords } from './words.ts';

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

/**
 * Runs `fn`, and whatever it starts, under what the app says: all spans, events and metrics of calls made inside
 * carry it, across awaits, streams and timers. Nested, words are added to those around, and newer ones hold. Where
 * no span is active, one is opened for as long as `fn` runs, or the promise that it gave is pending, or the async
 * generator that it gave is read, so that what happens inside is one trace. Gives back just what `fn` gives, and
 * throws just what it throws.
 */
export function withContext<Result>(words: CallWords, fn: () => Result): Result {
  let context: Context;
  let attribution: Attribution;
  let span: Span | undefined;
  try {
    prepareForWords();
    const parent = activeContext();
    attribution = new Attribution(words ?? {}, attributionIn(parent));
    context = withAttribution(parent, attribution);
    if (spanOf(parent) === undefined) {
      span = currentTracer()?.startSpan(
        attribution.feature ?? 'context',
        { kind: INTERNAL_KIND, attributes: attribution.attributes },
        context,
      );
      if (span !== undefined) context = context.setValue(SPAN_KEY, span);
    }
  } catch (error) {
    settings().diagnostics.warnOnce('words', `withContext is left out: ${String(error)}`);
    return fn();
  }
  const place: Place = (run) =>
    hasContextManager() ? runIn(context, run, undefined, []) : runAlone(attribution, run);
  if (span === undefined) return runToEnd(fn, place, undefined);
  const opened = span;
  return runToEnd(fn, place, (ended) => {
    if ('error' in ended) fail(opened, ended.error);
    else opened.end();
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

function fail(span: Span, error: unknown): void {
  span.setStatus({ code: ERROR_STATUS, message: error instanceof Error ? error.name : typeof error });
  span.end();
}
