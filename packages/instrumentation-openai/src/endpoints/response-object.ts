import type { Response as ResponseObject, ResponseStreamEvent } from 'openai/resources/responses/responses';
import type { Ending, Fold, MadeLater, Readers, Usage } from '../endpoint.ts';
import { answeredError } from './answered-error.ts';

/** What `POST /responses` and `GET /responses/{id}` answer; every field may be missing on other servers. */
export type PartialResponse = Partial<ResponseObject> & { readonly service_tier?: string | null };

/** Why a response stopped, in the words of the conventions. */
const INCOMPLETE_REASONS: Readonly<Record<string, string>> = {
  max_output_tokens: 'length',
  content_filter: 'content_filter',
};
const PENDING: ReadonlySet<unknown> = new Set(['queued', 'in_progress']);
const TOOL_CALLS: ReadonlySet<string> = new Set(['function_call', 'custom_tool_call']);

/** Whether a response of that status is still being made. */
export function isPending(status: unknown): boolean {
  return PENDING.has(status);
}

function hasToolCall(result: PartialResponse): boolean {
  return Array.isArray(result.output) && result.output.some((item) => TOOL_CALLS.has(item?.type));
}

function finishReason(result: PartialResponse): string[] | undefined {
  switch (result.status) {
    case 'completed':
      return [hasToolCall(result) ? 'tool_calls' : 'stop'];
    case 'incomplete': {
      const reason: string = result.incomplete_details?.reason ?? 'incomplete';
      return [INCOMPLETE_REASONS[reason] ?? reason];
    }
    case 'failed':
    case 'cancelled':
      return ['error'];
    default:
      return undefined;
  }
}

function isRefused(result: PartialResponse): boolean {
  if (!Array.isArray(result.output)) return false;
  return result.output.some(
    (item) =>
      item?.type === 'message' &&
      Array.isArray(item.content) &&
      item.content.some((part) => part?.type === 'refusal'),
  );
}

export function responseEnding(result: PartialResponse): Ending {
  const status = result.status ?? 'completed';
  if (result.status === undefined && result.output === undefined) {
    const error = answeredError(result);
    if (error !== undefined) return error;
  }
  if (status === 'failed') return { outcome: 'error', errorCode: result.error?.code ?? undefined };
  if (status === 'incomplete') return { outcome: 'incomplete' };
  if (isRefused(result)) return { outcome: 'refused' };
  return { outcome: 'success', pending: isPending(status) };
}

interface InputDetails {
  readonly cached_tokens?: number;
  readonly cache_write_tokens?: number;
}

export function responseUsage(result: PartialResponse): Usage | undefined {
  const usage = result.usage;
  if (usage === null || usage === undefined) return undefined;
  const input: InputDetails = usage.input_tokens_details ?? {};
  return {
    input: usage.input_tokens,
    output: usage.output_tokens,
    cacheRead: input.cached_tokens,
    cacheWrite: input.cache_write_tokens,
    reasoning: usage.output_tokens_details?.reasoning_tokens,
  };
}

/** A response that was made in the background: the call that asked for it was answered before there was a usage. */
export function backgroundResponse(result: PartialResponse): MadeLater | undefined {
  if (result.background !== true || result.id === undefined || isPending(result.status)) return undefined;
  return { id: result.id, usage: responseUsage(result) };
}

export const responseReaders = {
  responseId: (result) => result.id,
  responseModel: (result) => result.model,
  responseFinishReasons: finishReason,
  openaiResponseServiceTier: (result) => result.service_tier,
} satisfies Readers<PartialResponse>;

/** Events that carry the whole response object; the last one has its usage. */
const WITH_RESPONSE: ReadonlySet<string> = new Set([
  'response.created',
  'response.queued',
  'response.in_progress',
  'response.completed',
  'response.incomplete',
  'response.failed',
]);
const FINAL: ReadonlySet<string> = new Set(['response.completed', 'response.incomplete', 'response.failed']);

/** An `error` event that openai 5 and 6 yield instead of throwing. */
interface ErrorEvent {
  readonly type: string;
  readonly code?: string | null;
  readonly error?: { readonly code?: string | null; readonly type?: string | null } | null;
}

/** Keeps the response object of the newest event that has one. */
export function foldResponseEvents(): Fold<ResponseStreamEvent, PartialResponse> {
  let latest: PartialResponse | undefined;
  let isFinal = false;
  return {
    push(event) {
      const type: string = event?.type ?? '';
      if (WITH_RESPONSE.has(type)) {
        latest = (event as { response?: PartialResponse }).response ?? latest;
        isFinal ||= FINAL.has(type);
      } else if (type === 'error') {
        const failed = event as unknown as ErrorEvent;
        const code = failed.error?.code ?? failed.code ?? failed.error?.type ?? null;
        latest = {
          ...latest,
          status: 'failed',
          error: code === null ? null : ({ code } as ResponseObject['error']),
        };
        isFinal = true;
      }
    },
    result: () => latest,
    isComplete: () => isFinal,
  };
}
