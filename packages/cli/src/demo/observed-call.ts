import { attributes } from '@genvitals/conventions';
import type { Attributes, AttributeValue } from '@genvitals/otlp';
import { type AppCase, text, toAppCase } from './app-case.ts';
import { type ByLimit, toLeft } from './rate-limits.ts';

/** One OpenAI call as the telemetry tells it. Undefined is what the telemetry does not say. */
export interface ObservedCall extends AppCase {
  readonly traceId: string;
  /** Unix milliseconds of its end. */
  readonly endedAtMs: number;
  /** Only its span tells how long it took. */
  readonly seconds: number | undefined;
  readonly operation: string;
  readonly model: string;
  readonly responseModel: string | undefined;
  readonly outcome: string;
  readonly errorKind: string | undefined;
  readonly errorType: string | undefined;
  readonly firstChunkSeconds: number | undefined;
  readonly retries: number;
  readonly tokens: Tokens;
  readonly cost: ObservedCost;
  /** The share of each rate limit that its newest answer left. */
  readonly left: ByLimit<number>;
}

/** What a call costs, how sure that is, and why it is not. */
export interface ObservedCost {
  readonly status: string | undefined;
  readonly usd: number | undefined;
  readonly reason: string | undefined;
}

/** `cached` is a part of `input`, `reasoning` a part of `output`. */
export interface Tokens {
  readonly input: number;
  readonly cached: number;
  readonly output: number;
  readonly reasoning: number;
}

const EMBEDDINGS = 'embeddings';

/** Whether the call writes an answer: all do but embeddings. */
export function isAnswer(call: ObservedCall): boolean {
  return call.operation !== EMBEDDINGS;
}

export const outcomes = { error: 'error', cancelled: 'cancelled' } as const;

/** Whether a span or a log record with these attributes is an OpenAI call's. */
export function isCall(record: Attributes): boolean {
  return record[attributes.operationName.key] !== undefined && record[attributes.outcome.key] !== undefined;
}

/** A call from the attributes that its span and its event share. */
export function toObservedCall(
  record: Attributes,
  of: Pick<ObservedCall, 'traceId' | 'endedAtMs' | 'seconds'>,
): ObservedCall {
  return {
    ...of,
    ...toAppCase(record),
    operation: text(record[attributes.operationName.key]) ?? 'unknown',
    model: text(record[attributes.requestModel.key]) ?? 'unknown',
    responseModel: text(record[attributes.responseModel.key]),
    outcome: text(record[attributes.outcome.key]) ?? 'unknown',
    errorKind: text(record[attributes.errorKind.key]),
    errorType: text(record[attributes.errorType.key]),
    firstChunkSeconds: number(record[attributes.responseTimeToFirstChunk.key]),
    retries: number(record[attributes.requestRetryCount.key]) ?? 0,
    tokens: {
      input: number(record[attributes.usageInputTokens.key]) ?? 0,
      cached: number(record[attributes.usageCacheReadInputTokens.key]) ?? 0,
      output: number(record[attributes.usageOutputTokens.key]) ?? 0,
      reasoning: number(record[attributes.usageReasoningOutputTokens.key]) ?? 0,
    },
    cost: {
      status: text(record[attributes.costStatus.key]),
      usd: number(record[attributes.costAmount.key]),
      reason: text(record[attributes.costReason.key]),
    },
    left: toLeft(record),
  };
}

function number(value: AttributeValue | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
