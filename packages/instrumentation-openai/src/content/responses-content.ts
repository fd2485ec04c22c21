import type { AnyValue, Message, MessagePart } from '@genvitals/conventions';
import type { RequestContent, ResponseContent } from '../endpoint.ts';
import { isPending, responseReaders } from '../endpoints/response-object.ts';
import { readContent } from './content-parts.ts';
import { ANSWER_DETAILS, fieldOf, isRecord, listOf, type PlainRecord, toPlainData } from './plain-data.ts';
import { readItem, readItemParts } from './response-items.ts';
import { toFinishReason } from './roles.ts';
import { readToolDefinitions } from './tool-definitions.ts';

/** What a response was asked: its instructions, and its input as one message an item. */
export function readResponsesRequest(params: unknown): RequestContent {
  const systemInstructions = readContent(toPlainData(fieldOf(params, 'instructions')));
  const inputMessages = [
    ...readVariables(toPlainData(fieldOf(params, 'prompt'))),
    ...readInput(toPlainData(fieldOf(params, 'input'))),
  ];
  const toolDefinitions = readToolDefinitions(toPlainData(fieldOf(params, 'tools')));
  return {
    ...(systemInstructions.length > 0 && { systemInstructions }),
    ...(inputMessages.length > 0 && { inputMessages }),
    ...(toolDefinitions.length > 0 && { toolDefinitions }),
  };
}

/** What a response answered: all its items in one message; nothing while there are none. */
export function readResponsesAnswer(result: unknown): ResponseContent {
  const output = toPlainData(fieldOf(result, 'output'), ANSWER_DETAILS);
  const parts = listOf(output).flatMap(readItemParts);
  if (parts.length === 0) return {};
  const ended: object = {
    output,
    // Compatible servers that say none send whole answers.
    status: fieldOf(result, 'status') ?? 'completed',
    incomplete_details: toPlainData(fieldOf(result, 'incomplete_details')),
  };
  const [reason] = responseReaders.responseFinishReasons(ended) ?? [];
  return { outputMessages: [{ role: 'assistant', parts, finish_reason: toFinishReason(reason) }] };
}

/**
 * What a stored response tells when it is fetched as finished: its answer, and of its request the instructions and
 * tools. The messages that it was asked with it does not have.
 */
export function readFetchedResponse(result: unknown): ResponseContent {
  if (isPending(fieldOf(result, 'status'))) return {};
  const systemInstructions = readInstructions(toPlainData(fieldOf(result, 'instructions')));
  const toolDefinitions = readToolDefinitions(toPlainData(fieldOf(result, 'tools')));
  return {
    ...readResponsesAnswer(result),
    ...(systemInstructions.length > 0 && { systemInstructions }),
    ...(toolDefinitions.length > 0 && { toolDefinitions }),
  };
}

/** In a stored response they may be items of a conversation, where a stored prompt has such. */
function readInstructions(instructions: AnyValue | undefined): MessagePart[] {
  return Array.isArray(instructions)
    ? listOf(instructions).flatMap(readItemParts)
    : readContent(instructions);
}

function readInput(input: AnyValue | undefined): Message[] {
  if (typeof input === 'string') return [{ role: 'user', parts: readContent(input) }];
  return listOf(input).map(readItem);
}

/** What is put into a prompt that the provider stores: all that such a call itself says of the question. */
function readVariables(prompt: AnyValue | undefined): Message[] {
  const variables = isRecord(prompt) ? prompt['variables'] : undefined;
  if (!isRecord(variables)) return [];
  const read = Object.entries(variables).map(([name, value]): [string, AnyValue] => [
    name,
    typeof value === 'string' ? value : (readContent(value) as AnyValue),
  ]);
  return [
    {
      role: 'user',
      parts: [{ type: 'prompt_variables', variables: Object.fromEntries(read) as PlainRecord }],
    },
  ];
}
