import type { Ask, Turn } from '../ask.ts';
import { readContent } from '../content-parts.ts';
import { modelFor } from '../endpoint.ts';
import { apiErrors } from '../errors.ts';
import { type JsonObject, isObject, isStringArray, textAt } from '../json.ts';
import type { Model } from '../models.ts';
import { type Parameter, checkParameters, nameOfType, numberAt } from '../parameters.ts';
import { serviceTierParameter, servedTier } from '../service-tier.ts';
import { readFormat, readToolChoice, readTools } from '../tool-list.ts';

export interface ChatRequest {
  readonly ask: Ask;
  readonly askedModel: string;
  readonly choices: number;
  readonly stream: boolean;
  readonly includeUsage: boolean;
  readonly obfuscate: boolean;
  /** Alternatives a token; undefined where no log probabilities are asked for. */
  readonly logprobs: number | undefined;
  readonly tier: string;
}

const parameters: readonly Parameter[] = [
  { name: 'temperature', kind: 'decimal', least: 0, most: 2 },
  { name: 'top_p', kind: 'decimal', least: 0, most: 1 },
  { name: 'frequency_penalty', kind: 'decimal', least: -2, most: 2 },
  { name: 'presence_penalty', kind: 'decimal', least: -2, most: 2 },
  { name: 'n', kind: 'integer', least: 1, most: 128 },
  { name: 'max_tokens', kind: 'integer', least: 1 },
  { name: 'max_completion_tokens', kind: 'integer', least: 1 },
  { name: 'top_logprobs', kind: 'integer', least: 0, most: 20 },
  { name: 'logprobs', kind: 'boolean' },
  { name: 'seed', kind: 'integer' },
  { name: 'stream', kind: 'boolean' },
  { name: 'stream_options', kind: 'object' },
  { name: 'store', kind: 'boolean' },
  { name: 'parallel_tool_calls', kind: 'boolean' },
  { name: 'tools', kind: 'array' },
  { name: 'response_format', kind: 'object' },
  { name: 'user', kind: 'string' },
  {
    name: 'reasoning_effort',
    kind: 'choice',
    allowed: ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'],
  },
  serviceTierParameter,
];

const roles: Record<string, Turn['role']> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  assistant: 'assistant',
  tool: 'tool',
  function: 'tool',
};

function toolCallText(message: JsonObject): string {
  return Array.isArray(message['tool_calls']) ? JSON.stringify(message['tool_calls']) : '';
}

function readMessage(message: unknown, index: number, toolsCalled: boolean): Turn {
  const where = `messages[${index}]`;
  if (!isObject(message)) throw apiErrors.wrongType(where, 'an object', nameOfType(message));
  if (message['role'] === undefined) throw apiErrors.missingParameter(`${where}.role`);
  const role = roles[textAt(message, 'role')];
  if (role === undefined) throw apiErrors.wrongValue(`${where}.role`, message['role'], Object.keys(roles));
  if (message['role'] === 'tool' && !toolsCalled) {
    throw apiErrors.badRequest(
      "Invalid parameter: messages with role 'tool' must be a response to a preceding message with 'tool_calls'.",
      `${where}.role`,
    );
  }
  const { content } = message;
  const calls = toolCallText(message);
  if ((content === undefined || content === null) && role !== 'assistant') {
    throw apiErrors.wrongType(
      `${where}.content`,
      'one of a string or array of objects',
      nameOfType(content ?? null),
    );
  }
  const read = readContent(content);
  if (read === undefined) {
    throw apiErrors.wrongType(`${where}.content`, 'one of a string or array of objects', nameOfType(content));
  }
  return { role, text: calls === '' ? read.text : `${read.text}${calls}`, extraTokens: read.extraTokens };
}

function readMessages(body: JsonObject): Turn[] {
  const { messages } = body;
  if (messages === undefined || messages === null) throw apiErrors.missingParameter('messages');
  if (!Array.isArray(messages))
    throw apiErrors.wrongType('messages', 'an array of objects', nameOfType(messages));
  if (messages.length === 0) {
    throw apiErrors.badRequest(
      "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
      'messages',
      'empty_array',
    );
  }
  let toolsCalled = false;
  return (messages as readonly unknown[]).map((message, index) => {
    const turn = readMessage(message, index, toolsCalled);
    if (isObject(message) && Array.isArray(message['tool_calls'])) toolsCalled = true;
    return turn;
  });
}

/** Reasoning models know neither `max_tokens` nor a temperature of one's own. */
function checkReasoningLimits(model: Model, body: JsonObject): void {
  if (!model.reasoning) return;
  if (typeof body['max_tokens'] === 'number') {
    throw apiErrors.unsupportedParameter('max_tokens', 'max_completion_tokens');
  }
  for (const name of ['temperature', 'top_p']) {
    const value = body[name];
    if (typeof value === 'number' && value !== 1) throw apiErrors.unsupportedValue(name, value);
  }
}

function checkOutputBudget(model: Model, wanted: number | undefined, param: string): void {
  if (wanted === undefined || wanted <= model.maxOutputTokens) return;
  throw apiErrors.badRequest(
    `${param} is too large: ${wanted}. This model supports at most ${model.maxOutputTokens} completion tokens, whereas you provided ${wanted}.`,
    param,
    'invalid_value',
  );
}

function readStop(stop: unknown): string[] {
  if (typeof stop === 'string') return [stop];
  return isStringArray(stop) ? stop : [];
}

/** Throws the API's error for what it would refuse. */
export function readChatRequest(body: JsonObject): ChatRequest {
  const { model, asked } = modelFor('chat', body);
  const turns = readMessages(body);
  checkReasoningLimits(model, body);
  checkParameters(body, parameters);
  const maxOutputTokens = numberAt(body, 'max_completion_tokens', 'max_tokens');
  checkOutputBudget(
    model,
    maxOutputTokens,
    typeof body['max_completion_tokens'] === 'number' ? 'max_completion_tokens' : 'max_tokens',
  );
  const stream = body['stream'] === true;
  const streamOptions = isObject(body['stream_options']) ? body['stream_options'] : {};
  if (!stream && isObject(body['stream_options'])) {
    throw apiErrors.badRequest(
      "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
      'stream_options',
    );
  }
  const tools = readTools(body['tools']);
  return {
    ask: {
      model,
      turns,
      tools,
      toolChoice: readToolChoice(body['tool_choice'], tools),
      parallelToolCalls: body['parallel_tool_calls'] !== false,
      format: readFormat(body['response_format'], 'response_format', () =>
        turns.map(({ text }) => text).join('\n'),
      ),
      maxOutputTokens,
      stop: readStop(body['stop']),
      effort: typeof body['reasoning_effort'] === 'string' ? body['reasoning_effort'] : undefined,
    },
    askedModel: asked,
    choices: numberAt(body, 'n') ?? 1,
    stream,
    includeUsage: streamOptions['include_usage'] === true,
    obfuscate: streamOptions['include_obfuscation'] !== false,
    logprobs: body['logprobs'] === true ? (numberAt(body, 'top_logprobs') ?? 0) : undefined,
    tier: servedTier(body['service_tier']),
  };
}
