import type { Ask, Turn } from '../ask.ts';
import { readContent } from '../content-parts.ts';
import { modelFor } from '../endpoint.ts';
import { apiErrors } from '../errors.ts';
import { type JsonObject, isObject, textAt } from '../json.ts';
import { type Parameter, checkParameters, nameOfType, numberAt } from '../parameters.ts';
import { serviceTierParameter, servedTier } from '../service-tier.ts';
import type { StoredResponses } from '../stored-responses.ts';
import { readFormat, readToolChoice, readTools } from '../tool-list.ts';

export interface ResponsesRequest {
  readonly ask: Ask;
  readonly askedModel: string;
  readonly stream: boolean;
  readonly background: boolean;
  readonly store: boolean;
  readonly obfuscate: boolean;
  readonly tier: string;
  /** Turns at the beginning that come from `instructions` and hold for this response only. */
  readonly instructed: number;
  /** The request itself: a response repeats most of it. */
  readonly body: JsonObject;
}

const parameters: readonly Parameter[] = [
  { name: 'temperature', kind: 'decimal', least: 0, most: 2 },
  { name: 'top_p', kind: 'decimal', least: 0, most: 1 },
  { name: 'max_output_tokens', kind: 'integer', least: 16 },
  { name: 'max_tool_calls', kind: 'integer', least: 1 },
  { name: 'top_logprobs', kind: 'integer', least: 0, most: 20 },
  { name: 'stream', kind: 'boolean' },
  { name: 'stream_options', kind: 'object' },
  { name: 'store', kind: 'boolean' },
  { name: 'background', kind: 'boolean' },
  { name: 'parallel_tool_calls', kind: 'boolean' },
  { name: 'tools', kind: 'array' },
  { name: 'reasoning', kind: 'object' },
  { name: 'text', kind: 'object' },
  { name: 'metadata', kind: 'object' },
  { name: 'user', kind: 'string' },
  { name: 'previous_response_id', kind: 'string' },
  { name: 'truncation', kind: 'choice', allowed: ['auto', 'disabled'] },
  serviceTierParameter,
];

const roles: Record<string, Turn['role']> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  assistant: 'assistant',
};

/** Input items by their type; a type that is not here adds nothing to the prompt. */
const itemReaders: Record<string, (item: JsonObject, where: string) => Turn> = {
  message: (item, where) => {
    const role = roles[textAt(item, 'role')];
    if (role === undefined)
      throw apiErrors.wrongValue(`${where}.role`, textAt(item, 'role'), Object.keys(roles));
    const read = readContent(item['content']);
    if (read === undefined || item['content'] === undefined) {
      throw apiErrors.wrongType(
        `${where}.content`,
        'one of a string or array of objects',
        nameOfType(item['content']),
      );
    }
    return { role, ...read };
  },
  function_call: (item) => ({
    role: 'assistant',
    text: `${textAt(item, 'name')} ${textAt(item, 'arguments')}`,
    extraTokens: 0,
  }),
  function_call_output: (item, where) => {
    const read = readContent(item['output']);
    if (read === undefined)
      throw apiErrors.wrongType(`${where}.output`, 'a string', nameOfType(item['output']));
    return { role: 'tool', ...read };
  },
};

function readInput(input: unknown, isContinued: boolean): Turn[] {
  if (typeof input === 'string') return [{ role: 'user', text: input, extraTokens: 0 }];
  if (input === undefined || input === null) {
    if (isContinued) return [];
    throw apiErrors.badRequest(
      "One of 'input' or 'previous_response_id' or 'prompt' or 'conversation' must be provided.",
      'input',
      'missing_required_parameter',
    );
  }
  if (!Array.isArray(input))
    throw apiErrors.wrongType('input', 'one of a string or array of input items', nameOfType(input));
  return (input as readonly unknown[]).flatMap((item, index) => {
    const where = `input[${index}]`;
    if (!isObject(item)) throw apiErrors.wrongType(where, 'an input item', nameOfType(item));
    const type = item['type'] === undefined && item['role'] !== undefined ? 'message' : textAt(item, 'type');
    const read = Object.hasOwn(itemReaders, type) ? itemReaders[type] : undefined;
    return read === undefined ? [] : [read(item, where)];
  });
}

function instructionTurns(instructions: unknown): Turn[] {
  if (typeof instructions === 'string') return [{ role: 'system', text: instructions, extraTokens: 0 }];
  return Array.isArray(instructions) ? readInput(instructions, true) : [];
}

/** Throws the API's error for what it would refuse. */
export function readResponsesRequest(body: JsonObject, stored: StoredResponses): ResponsesRequest {
  if (body['model'] === undefined) throw apiErrors.missingParameter('model');
  const { model, asked } = modelFor('chat', body);
  if (isObject(body['prompt'])) throw apiErrors.unknownPrompt(textAt(body['prompt'], 'id'));
  const previousId = textAt(body, 'previous_response_id');
  const previous = previousId === '' ? undefined : stored.get(previousId);
  if (previousId !== '' && previous === undefined) throw apiErrors.unknownPreviousResponse(previousId);
  const input = readInput(body['input'], previous !== undefined || body['conversation'] !== undefined);
  checkParameters(body, parameters);
  for (const name of ['temperature', 'top_p']) {
    const value = body[name];
    if (model.reasoning && typeof value === 'number' && value !== 1)
      throw apiErrors.unsupportedValue(name, value);
  }
  const store = body['store'] !== false;
  const background = body['background'] === true;
  if (background && !store) {
    throw apiErrors.badRequest("Background mode requires 'store' to be true.", 'background', 'invalid_value');
  }
  const instructions = instructionTurns(body['instructions']);
  const turns = [...instructions, ...(previous?.turns ?? []), ...input];
  const tools = readTools(body['tools']);
  const text = isObject(body['text']) ? body['text'] : {};
  const reasoning = isObject(body['reasoning']) ? body['reasoning'] : {};
  const streamOptions = isObject(body['stream_options']) ? body['stream_options'] : {};
  return {
    ask: {
      model,
      turns,
      tools,
      toolChoice: readToolChoice(body['tool_choice'], tools),
      parallelToolCalls: body['parallel_tool_calls'] !== false,
      format: readFormat(text['format'], 'text.format', () => turns.map((turn) => turn.text).join('\n')),
      maxOutputTokens: numberAt(body, 'max_output_tokens'),
      stop: [],
      effort: typeof reasoning['effort'] === 'string' ? reasoning['effort'] : undefined,
    },
    askedModel: asked,
    stream: body['stream'] === true,
    background,
    store,
    obfuscate: streamOptions['include_obfuscation'] !== false,
    tier: servedTier(body['service_tier']),
    instructed: instructions.length,
    body,
  };
}
