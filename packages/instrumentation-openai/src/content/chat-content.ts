import type { AnyValue, Message, MessagePart, OutputMessage, ToolDefinition } from '@genvitals/conventions';
import type { RequestContent, ResponseContent } from '../endpoint.ts';
import { finishReasons } from '../endpoints/choices.ts';
import { blobPart } from './blob.ts';
import { readContent, readToolResult } from './content-parts.ts';
import { reasoningPart, refusalPart, toolCallPart, toolCallResponsePart } from './parts.ts';
import {
  ANSWER_DETAILS,
  fieldOf,
  isRecord,
  listOf,
  type PlainRecord,
  textIn,
  toPlainData,
} from './plain-data.ts';
import { toFinishReason, toRole } from './roles.ts';
import { readToolDefinitions } from './tool-definitions.ts';

/** What a chat completion was asked. System and developer messages stay where they stand. */
export function readChatRequest(params: unknown): RequestContent {
  const inputMessages = listOf(toPlainData(fieldOf(params, 'messages'))).map(readMessage);
  const toolDefinitions = [
    ...readToolDefinitions(toPlainData(fieldOf(params, 'tools'))),
    ...readToolDefinitions(toPlainData(fieldOf(params, 'functions'))),
  ] satisfies ToolDefinition[];
  return {
    ...(inputMessages.length > 0 && { inputMessages }),
    ...(toolDefinitions.length > 0 && { toolDefinitions }),
  };
}

/** What a chat completion answered: one message a choice. */
export function readChatResponse(result: unknown): ResponseContent {
  const choices = listOf(toPlainData(fieldOf(result, 'choices'), ANSWER_DETAILS));
  if (choices.length === 0) return {};
  const reasons = finishReasons({ choices: choices as never }) ?? [];
  return {
    outputMessages: choices.map((choice, index): OutputMessage => {
      const message = isRecord(choice) ? choice['message'] : choice;
      const finish_reason = toFinishReason(reasons[index]);
      return isRecord(message)
        ? { ...readMessage(message), role: toRole(message['role'] ?? 'assistant'), finish_reason }
        : { role: 'assistant', parts: readContent(message), finish_reason };
    }),
  };
}

function readMessage(message: AnyValue): Message {
  if (!isRecord(message)) return { role: toRole(undefined), parts: readContent(message) };
  const role = toRole(message['role']);
  const name = textIn(message, 'name');
  return { role, parts: readParts(message, role), ...(name !== undefined && { name }) };
}

function readParts(message: PlainRecord, role: string): MessagePart[] {
  if (role === 'tool')
    return [toolCallResponsePart(message['tool_call_id'], readToolResult(message['content']))];
  // Compatible servers have either name.
  const reasoning = textIn(message, 'reasoning_content') ?? textIn(message, 'reasoning');
  const refusal = textIn(message, 'refusal');
  const audio = message['audio'];
  const functionCall = message['function_call'];
  return [
    ...(reasoning === undefined ? [] : [reasoningPart(reasoning)]),
    ...readContent(message['content']),
    ...(refusal === undefined ? [] : [refusalPart(refusal)]),
    ...(isRecord(audio) ? [readAudio(audio)] : []),
    ...listOf(message['tool_calls']).filter(isRecord).map(readToolCall),
    ...(isRecord(functionCall) ? [readFunction(functionCall, undefined)] : []),
  ];
}

function readToolCall(call: PlainRecord): MessagePart {
  const id = call['id'];
  const custom = call['custom'];
  if (isRecord(custom)) {
    const { name, input } = custom;
    const part = toolCallPart(name, id, undefined);
    // The input of a custom tool is free text, whatever it looks like.
    return input === undefined || input === null ? part : { ...part, arguments: input };
  }
  return readFunction(isRecord(call['function']) ? call['function'] : {}, id);
}

function readFunction(given: PlainRecord, id: AnyValue | undefined): MessagePart {
  return toolCallPart(given['name'], id, given['arguments']);
}

/** Spoken by the model: its bytes where they came with it, else the name that it can be used again by. */
function readAudio(audio: PlainRecord): MessagePart {
  const transcript = textIn(audio, 'transcript');
  const data = textIn(audio, 'data');
  const id = textIn(audio, 'id');
  const said = transcript === undefined ? {} : { transcript };
  if (data !== undefined) return { ...blobPart(data, 'audio'), ...said };
  if (id !== undefined) return { type: 'file', modality: 'audio', file_id: id, ...said };
  return { type: 'audio', ...said };
}
