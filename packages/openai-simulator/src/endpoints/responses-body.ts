import type { Answer } from '../answer.ts';
import { ids } from '../ids.ts';
import { type JsonObject, isObject, textAt } from '../json.ts';
import type { Model } from '../models.ts';
import type { Random } from '../random.ts';
import { type Usage, toResponseUsage } from '../usage.ts';
import type { ResponsesRequest } from './responses-request.ts';

export type OutputItem = JsonObject & { readonly id: string; readonly type: string };
export type ResponseStatus = 'queued' | 'in_progress' | 'completed' | 'incomplete' | 'failed' | 'cancelled';

/** What every shape of one response has in common. */
export interface ResponseHead {
  readonly id: string;
  readonly createdAt: number;
  readonly model: string;
  readonly request: ResponsesRequest;
}

/** The state a response is in: nothing yet, finished, or broken. */
export interface ResponseState {
  readonly status: ResponseStatus;
  readonly output: readonly OutputItem[];
  readonly usage: Usage | undefined;
  readonly completedAt: number | null;
  readonly incompleteReason?: 'max_output_tokens' | 'content_filter' | undefined;
}

export function toPart(answer: Answer, text: string): JsonObject {
  return answer.kind === 'refusal'
    ? { type: 'refusal', refusal: text }
    : { type: 'output_text', annotations: [], logprobs: [], text };
}

/** The items of an answer, finished: reasoning first, then the message or the calls. */
export function toOutput(answer: Answer, model: Model, random: Random): OutputItem[] {
  const items: OutputItem[] = [];
  if (model.reasoning) items.push({ id: ids.reasoning(random), type: 'reasoning', summary: [] });
  const status = answer.finish === 'stop' || answer.finish === 'tool_calls' ? 'completed' : 'incomplete';
  for (const call of answer.toolCalls) {
    items.push({
      id: ids.functionCall(random),
      type: 'function_call',
      status,
      arguments: call.arguments,
      call_id: ids.toolCall(random),
      name: call.name,
    });
  }
  // A budget that went into reasoning leaves no message at all.
  if (answer.kind !== 'tools' && (answer.pieces.length > 0 || status === 'completed')) {
    const content = [toPart(answer, answer.pieces.join(''))];
    items.push({ id: ids.message(random), type: 'message', status, content, role: 'assistant' });
  }
  return items;
}

const reasons: Partial<Record<Answer['finish'], ResponseState['incompleteReason']>> = {
  length: 'max_output_tokens',
  content_filter: 'content_filter',
};

export function finishedState(
  answer: Answer,
  output: readonly OutputItem[],
  usage: Usage | undefined,
  now: number,
): ResponseState {
  const incompleteReason = reasons[answer.finish];
  return {
    status: incompleteReason === undefined ? 'completed' : 'incomplete',
    output,
    usage,
    completedAt: incompleteReason === undefined ? now : null,
    incompleteReason,
  };
}

function echoTools(tools: unknown): unknown[] {
  if (!Array.isArray(tools)) return [];
  return (tools as readonly unknown[]).map((tool) =>
    isObject(tool) && tool['type'] === 'function'
      ? { ...tool, description: tool['description'] ?? null, strict: tool['strict'] ?? true }
      : tool,
  );
}

function isOpen(status: ResponseStatus): boolean {
  return status === 'queued' || status === 'in_progress';
}

/** `completed_at` is there from the start and null until then; `usage` is null until the response is finished. */
export function toResponseBody(
  { id, createdAt, model, request }: ResponseHead,
  state: ResponseState,
): JsonObject {
  const { body, ask } = request;
  const reasoning = isObject(body['reasoning']) ? body['reasoning'] : {};
  const text = isObject(body['text']) ? body['text'] : {};
  const conversation = isObject(body['conversation'])
    ? textAt(body['conversation'], 'id')
    : textAt(body, 'conversation');
  return {
    id,
    object: 'response',
    created_at: createdAt,
    status: state.status,
    access_programs: null,
    background: request.background,
    billing: { payer: 'developer' },
    completed_at: state.completedAt,
    ...(conversation === '' ? {} : { conversation: { id: conversation } }),
    error:
      state.status === 'failed'
        ? {
            code: 'server_error',
            message: 'The server had an error while processing your request. Sorry about that!',
          }
        : null,
    frequency_penalty: 0,
    incomplete_details: state.incompleteReason === undefined ? null : { reason: state.incompleteReason },
    instructions: body['instructions'] ?? null,
    max_output_tokens: body['max_output_tokens'] ?? null,
    max_tool_calls: body['max_tool_calls'] ?? null,
    model,
    output: state.output,
    parallel_tool_calls: ask.parallelToolCalls,
    presence_penalty: 0,
    previous_response_id: body['previous_response_id'] ?? null,
    prompt_cache_key: body['prompt_cache_key'] ?? null,
    prompt_cache_retention: body['prompt_cache_retention'] ?? null,
    reasoning: {
      effort: reasoning['effort'] ?? (ask.model.reasoning ? 'medium' : null),
      summary: reasoning['summary'] ?? null,
    },
    safety_identifier: body['safety_identifier'] ?? null,
    service_tier: isOpen(state.status) ? (body['service_tier'] ?? 'auto') : request.tier,
    store: request.store,
    temperature: body['temperature'] ?? 1,
    text: { format: text['format'] ?? { type: 'text' }, verbosity: text['verbosity'] ?? 'medium' },
    tool_choice: body['tool_choice'] ?? 'auto',
    tools: echoTools(body['tools']),
    top_logprobs: body['top_logprobs'] ?? 0,
    top_p: body['top_p'] ?? 1,
    truncation: body['truncation'] ?? 'disabled',
    usage: state.usage === undefined ? null : toResponseUsage(state.usage),
    user: body['user'] ?? null,
    metadata: body['metadata'] ?? {},
  };
}
