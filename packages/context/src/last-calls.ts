import type { Context, Span } from '@opentelemetry/api';
import { type Attribution, attributionIn } from './attribution.ts';
import { activeContext, serverRequestOf, spanOf } from './otel.ts';
import { processSlot } from './process-slot.ts';

/** A call of a model, as far as it is to be found again. */
export interface NotedCall {
  readonly span: Span | undefined;
  /** Known once its answer came. */
  responseId: string | undefined;
  /** Known for sure once the call ended: a route may be told late. */
  feature: string;
  readonly attribution: Attribution | undefined;
  /** Set by whoever wants to know how it ends, and must not hold the span for that. */
  ending?: { isAnswered: boolean };
}

/** The newest call, by what it was made in: the app's words, and the span around them. */
export type LastCalls = WeakMap<Attribution | Span, NotedCall>;

/** Has calls noted from here on: only an app that uses this package asks for them. */
export function keepLastCalls(): LastCalls {
  return (processSlot().lastCalls ??= new WeakMap());
}

/** Whether anybody may ask for calls. */
export function areCallsKept(): boolean {
  return processSlot().lastCalls !== undefined;
}

/** Notes a call that begins, for whoever asks later in the same context. */
export function noteCall(call: NotedCall, parent: Context): void {
  const slot = processSlot();
  const calls = slot.lastCalls;
  if (calls === undefined) return;
  for (let words = attributionIn(parent); words !== undefined; words = words.parent) calls.set(words, call);
  const span = spanOf(parent);
  if (span !== undefined) calls.set(span, call);
  const request = serverRequestOf(parent)?.span;
  if (request !== undefined) calls.set(request, call);
  slot.conversations?.called(call);
}

/** The newest call that was made where the code runs; undefined where there was none. */
export function lastCall(): NotedCall | undefined {
  const context = activeContext();
  const request = serverRequestOf(context)?.span;
  const attribution = attributionIn(context);
  // Under words around a whole server the newest call may be one of another request.
  const words = attribution?.request === request ? attribution : undefined;
  const span = spanOf(context);
  const calls = keepLastCalls();
  return (words && calls.get(words)) ?? (span && calls.get(span)) ?? (request && calls.get(request));
}
