import type { Attributes, Context, Span, SpanContext } from '@opentelemetry/api';
import { attributes as ledger } from '@genvitals/conventions';
import { attributionIn } from '../attribution.ts';
import { lastCall, type NotedCall } from '../last-calls.ts';
import { activeContext, serverRequestOf, SPAN_KEY, spanOf } from '../otel.ts';
import { caseAttributes, type CaseLabels, caseLabels, UNSET } from '../signals.ts';

const CONVERSATION_ID = ledger.conversationId.key;

/** What a vote or an outcome is of, as far as it is known wherever it comes in. */
export interface CaseFacts {
  /** 32 and 16 hex digits; absent where there was no span. */
  readonly traceId?: string | undefined;
  readonly spanId?: string | undefined;
  readonly traceFlags: number;
  readonly responseId?: string | undefined;
  readonly conversationId?: string | undefined;
  readonly labels: CaseLabels;
  /** What the app said of it in this process. */
  readonly attributes?: Attributes | undefined;
}

const NO_TRACE = '0'.repeat(32);

function idsOf(span: Span | undefined): Pick<CaseFacts, 'traceId' | 'spanId' | 'traceFlags'> {
  const spanContext = span?.spanContext();
  if (spanContext === undefined || spanContext.traceId === NO_TRACE) return { traceFlags: 0 };
  const { traceId, spanId, traceFlags } = spanContext;
  return { traceId, spanId, traceFlags };
}

/** The facts of a call of a model. */
export function factsOfCall({ span, responseId, feature, attribution }: NotedCall): CaseFacts {
  return {
    ...idsOf(span),
    responseId,
    conversationId: attribution?.conversationId,
    labels: caseLabels(attribution, feature),
    attributes: caseAttributes(attribution),
  };
}

/** The facts of where the code runs. */
export function factsHere(): CaseFacts {
  const context = activeContext();
  const attribution = attributionIn(context);
  const feature = serverRequestOf(context)?.route ?? lastCall()?.feature ?? UNSET;
  return {
    ...idsOf(spanOf(context)),
    conversationId: attribution?.conversationId,
    labels: caseLabels(attribution, feature),
    attributes: caseAttributes(attribution),
  };
}

/** The facts of a call of which only the id of its answer is given: those of the newest call, where it is that one. */
export function factsOfResponse(responseId: string): CaseFacts {
  const call = lastCall();
  if (call?.responseId === responseId) return factsOfCall(call);
  const attribution = attributionIn(activeContext());
  return {
    traceFlags: 0,
    responseId,
    conversationId: attribution?.conversationId,
    labels: caseLabels(attribution),
    attributes: caseAttributes(attribution),
  };
}

/** What events carry of the facts: whatever the app said, and the labels that the case is counted under. */
export function attributesOf({ attributes, conversationId, labels }: CaseFacts): Attributes {
  const written: Attributes = { ...attributes };
  for (const name in labels) {
    const value = labels[name as keyof CaseLabels];
    if (value !== undefined) written[ledger[name as keyof CaseLabels].key] = value;
  }
  if (conversationId !== undefined) written[CONVERSATION_ID] = conversationId;
  return written;
}

/** A span of elsewhere, of which only the ids are known. */
class RemoteSpan implements Span {
  readonly #spanContext: SpanContext;

  constructor(spanContext: SpanContext) {
    this.#spanContext = spanContext;
  }

  spanContext(): SpanContext {
    return this.#spanContext;
  }

  setAttribute(): this {
    return this;
  }

  setAttributes(): this {
    return this;
  }

  addEvent(): this {
    return this;
  }

  addLink(): this {
    return this;
  }

  addLinks(): this {
    return this;
  }

  setStatus(): this {
    return this;
  }

  updateName(): this {
    return this;
  }

  end(): void {}

  isRecording(): boolean {
    return false;
  }

  recordException(): void {}
}

/** The context of the span that the facts are of, so that an event about it is found beside it; of none where they have none. */
export function contextOf({ traceId, spanId, traceFlags }: CaseFacts): Context {
  const context = activeContext();
  return traceId === undefined || spanId === undefined
    ? context.deleteValue(SPAN_KEY)
    : context.setValue(SPAN_KEY, new RemoteSpan({ traceId, spanId, traceFlags, isRemote: true }));
}
