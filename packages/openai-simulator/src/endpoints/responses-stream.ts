import type { Answer } from '../answer.ts';
import type { Frame } from '../endpoint.ts';
import { ids } from '../ids.ts';
import type { JsonObject } from '../json.ts';
import type { Random } from '../random.ts';
import { toEvent } from '../sse.ts';
import {
  type OutputItem,
  type ResponseHead,
  type ResponseState,
  toPart,
  toResponseBody,
} from './responses-body.ts';

/** Counts the events of one stream; a broken stream's last event goes on from here. */
export interface EventCounter {
  sequence: number;
}

export interface StreamedResponse {
  readonly head: ResponseHead;
  readonly answer: Answer;
  readonly output: readonly OutputItem[];
  readonly finished: ResponseState;
}

const pending = { output: [], usage: undefined, completedAt: null } as const;

interface Step {
  readonly type: string;
  readonly fields: JsonObject;
  readonly tokens: number;
}

function* messageSteps(
  item: OutputItem,
  output_index: number,
  answer: Answer,
  pad: () => JsonObject,
): Generator<Step> {
  const isRefusal = answer.kind === 'refusal';
  const kind = isRefusal ? 'response.refusal' : 'response.output_text';
  const at = { content_index: 0, item_id: item.id, output_index };
  const logprobs = isRefusal ? {} : { logprobs: [] };
  const text = answer.pieces.join('');
  const opened = { ...item, status: 'in_progress', content: [] };
  yield { type: 'response.output_item.added', fields: { item: opened, output_index }, tokens: 0 };
  yield { type: 'response.content_part.added', fields: { ...at, part: toPart(answer, '') }, tokens: 0 };
  for (const piece of answer.pieces) {
    yield { type: `${kind}.delta`, fields: { ...at, delta: piece, ...logprobs, ...pad() }, tokens: 1 };
  }
  const whole = isRefusal ? { refusal: text } : { text };
  yield { type: `${kind}.done`, fields: { ...at, ...logprobs, ...whole }, tokens: 0 };
  yield { type: 'response.content_part.done', fields: { ...at, part: toPart(answer, text) }, tokens: 0 };
  yield { type: 'response.output_item.done', fields: { item, output_index }, tokens: 0 };
}

/** All calls are opened first; then their arguments come in turns, a piece of each. */
function* callSteps(
  items: readonly OutputItem[],
  from: number,
  answer: Answer,
  pad: () => JsonObject,
): Generator<Step> {
  const inArguments = answer.toolCalls.reduce((sum, call) => sum + call.pieces.length, 0);
  const around = answer.outputTokens - answer.reasoningTokens - inArguments;
  for (const [index, item] of items.entries()) {
    const opened = { ...item, status: 'in_progress', arguments: '' };
    yield {
      type: 'response.output_item.added',
      fields: { item: opened, output_index: from + index },
      tokens: index === 0 ? around : 0,
    };
  }
  const longest = Math.max(0, ...answer.toolCalls.map((call) => call.pieces.length));
  for (let turn = 0; turn < longest; turn += 1) {
    for (const [index, item] of items.entries()) {
      const delta = answer.toolCalls[index]?.pieces[turn];
      if (delta === undefined) continue;
      const fields = { delta, item_id: item.id, output_index: from + index, ...pad() };
      yield { type: 'response.function_call_arguments.delta', fields, tokens: 1 };
    }
  }
  for (const [index, item] of items.entries()) {
    const at = { item_id: item.id, output_index: from + index };
    const fields = { ...at, name: item['name'], arguments: item['arguments'] };
    yield { type: 'response.function_call_arguments.done', fields, tokens: 0 };
    yield { type: 'response.output_item.done', fields: { item, output_index: from + index }, tokens: 0 };
  }
}

function* steps(
  { head, answer, output, finished }: StreamedResponse,
  pad: () => JsonObject,
): Generator<Step> {
  const opened = head.request.background
    ? (['created', 'queued', 'in_progress'] as const)
    : (['created', 'in_progress'] as const);
  for (const name of opened) {
    const status = head.request.background && name !== 'in_progress' ? 'queued' : 'in_progress';
    const response = toResponseBody(head, { ...pending, status });
    yield { type: `response.${name}`, fields: { response }, tokens: 0 };
  }
  const reasoning = output.filter((item) => item.type === 'reasoning');
  const calls = output.filter((item) => item.type === 'function_call');
  for (const [output_index, item] of reasoning.entries()) {
    yield { type: 'response.output_item.added', fields: { item, output_index }, tokens: 0 };
    yield {
      type: 'response.output_item.done',
      fields: { item, output_index },
      tokens: answer.reasoningTokens,
    };
  }
  yield* callSteps(calls, reasoning.length, answer, pad);
  for (const [output_index, item] of output.entries()) {
    if (item.type === 'message') yield* messageSteps(item, output_index, answer, pad);
  }
  const type = finished.status === 'incomplete' ? 'response.incomplete' : 'response.completed';
  yield { type, fields: { response: toResponseBody(head, finished) }, tokens: 0 };
}

export function* toResponseFrames(
  streamed: StreamedResponse,
  random: Random,
  counter: EventCounter,
): Generator<Frame> {
  const { obfuscate } = streamed.head.request;
  const pad = (): JsonObject => (obfuscate ? { obfuscation: ids.obfuscation(random) } : {});
  let outputTokens = 0;
  for (const { type, fields, tokens } of steps(streamed, pad)) {
    outputTokens += tokens;
    yield { text: toEvent({ type, ...fields, sequence_number: counter.sequence }, type), outputTokens };
    counter.sequence += 1;
  }
}

/** The event a stream breaks with: an error, or the response as failed. */
export function toBreakingEvent(
  event: 'error' | 'failed',
  head: ResponseHead,
  counter: EventCounter,
): string {
  const sequence_number = counter.sequence;
  counter.sequence += 1;
  if (event === 'failed') {
    const response = toResponseBody(head, { ...pending, status: 'failed' });
    return toEvent({ type: 'response.failed', response, sequence_number }, 'response.failed');
  }
  const message = 'The server had an error while processing your request. Sorry about that!';
  return toEvent({ type: 'error', code: 'server_error', message, param: null, sequence_number }, 'error');
}
