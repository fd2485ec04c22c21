import type { Answer } from '../answer.ts';
import type { Ask } from '../ask.ts';
import type { CallContext, Endpoint, Frame, Reply } from '../endpoint.ts';
import { modelFor } from '../endpoint.ts';
import { apiErrors } from '../errors.ts';
import { type Generation, generate, secondsNow } from '../generation.ts';
import { ids } from '../ids.ts';
import { type JsonObject, isObject, isStringArray } from '../json.ts';
import { type Parameter, checkParameters, nameOfType, numberAt } from '../parameters.ts';
import { doneEvent, toEvent } from '../sse.ts';
import { type PromptMeasure, measurePrompt } from '../tokens.ts';
import { type Usage, toCompletionUsage } from '../usage.ts';

interface CompletionsRequest {
  /** One ask for each prompt. */
  readonly asks: readonly { readonly ask: Ask; readonly measure: PromptMeasure }[];
  readonly askedModel: string;
  readonly choices: number;
  readonly stream: boolean;
  readonly includeUsage: boolean;
  readonly echo: boolean;
}

const parameters: readonly Parameter[] = [
  { name: 'temperature', kind: 'decimal', least: 0, most: 2 },
  { name: 'top_p', kind: 'decimal', least: 0, most: 1 },
  { name: 'frequency_penalty', kind: 'decimal', least: -2, most: 2 },
  { name: 'presence_penalty', kind: 'decimal', least: -2, most: 2 },
  { name: 'n', kind: 'integer', least: 1, most: 128 },
  { name: 'best_of', kind: 'integer', least: 1, most: 20 },
  { name: 'max_tokens', kind: 'integer', least: 0 },
  { name: 'logprobs', kind: 'integer', least: 0, most: 5 },
  { name: 'seed', kind: 'integer' },
  { name: 'stream', kind: 'boolean' },
  { name: 'stream_options', kind: 'object' },
  { name: 'echo', kind: 'boolean' },
  { name: 'user', kind: 'string' },
];

const defaultMaxTokens = 16;

function isTokens(value: unknown): value is number[] {
  return Array.isArray(value) && value.length > 0 && value.every((token) => typeof token === 'number');
}

/** Prompts as texts; token ids become words of their own, since there is no vocabulary to look them up in. */
function readPrompts(prompt: unknown): string[] {
  if (prompt === undefined || prompt === null) return ['<|endoftext|>'];
  if (typeof prompt === 'string') return [prompt];
  if (isTokens(prompt)) return [prompt.join(' ')];
  if (isStringArray(prompt) && prompt.length > 0) return prompt;
  if (Array.isArray(prompt) && prompt.length > 0 && prompt.every(isTokens)) {
    return prompt.map((tokens) => tokens.join(' '));
  }
  throw apiErrors.wrongType(
    'prompt',
    'one of a string, array of strings, array of integers or array of integer arrays',
    nameOfType(prompt),
  );
}

function readCompletionsRequest(body: JsonObject): CompletionsRequest {
  const { model, asked } = modelFor('completion', body);
  const prompts = readPrompts(body['prompt']);
  checkParameters(body, parameters);
  const maxOutputTokens = numberAt(body, 'max_tokens') ?? defaultMaxTokens;
  const streamOptions = isObject(body['stream_options']) ? body['stream_options'] : {};
  const stop = body['stop'];
  const asks = prompts.map((prompt) => {
    const measure = measurePrompt([{ text: prompt, extraTokens: 0 }]);
    if (measure.tokens + maxOutputTokens > model.contextTokens) {
      throw apiErrors.contextTooLong('prompt', model.contextTokens, measure.tokens + maxOutputTokens);
    }
    const ask: Ask = {
      model,
      turns: [{ role: 'user', text: prompt, extraTokens: 0 }],
      tools: [],
      toolChoice: 'none',
      parallelToolCalls: false,
      format: { kind: 'text' },
      maxOutputTokens,
      stop: typeof stop === 'string' ? [stop] : isStringArray(stop) ? stop : [],
      effort: undefined,
    };
    return { ask, measure };
  });
  return {
    asks,
    askedModel: asked,
    choices: numberAt(body, 'n') ?? 1,
    stream: body['stream'] === true,
    includeUsage: streamOptions['include_usage'] === true,
    echo: body['echo'] === true,
  };
}

interface Choice {
  readonly index: number;
  readonly echoed: string;
  readonly answer: Answer;
}

interface Head {
  readonly id: string;
  readonly object: 'text_completion';
  readonly created: number;
  readonly model: string;
}

function finishOf(answer: Answer): 'stop' | 'length' | 'content_filter' {
  return answer.finish === 'tool_calls' ? 'stop' : answer.finish;
}

function* toFrames(
  head: Head,
  choices: readonly Choice[],
  usage: Usage,
  tellsUsage: boolean,
): Generator<Frame> {
  let outputTokens = 0;
  const toFrame = (list: readonly unknown[], spent: number, usageField: unknown): Frame => {
    outputTokens += spent;
    return {
      text: toEvent({ ...head, choices: list, ...(tellsUsage ? { usage: usageField } : {}) }),
      outputTokens,
    };
  };
  for (const { index, echoed, answer } of choices) {
    if (echoed !== '') yield toFrame([{ text: echoed, index, logprobs: null, finish_reason: null }], 0, null);
    for (const text of answer.pieces) {
      yield toFrame([{ text, index, logprobs: null, finish_reason: null }], 1, null);
    }
    yield toFrame([{ text: '', index, logprobs: null, finish_reason: finishOf(answer) }], 0, null);
  }
  if (tellsUsage) yield toFrame([], 0, toCompletionUsage(usage));
  yield { text: doneEvent, outputTokens };
}

function sumUsage(generations: readonly Generation[]): Usage {
  const sum = (key: keyof Usage): number => generations.reduce((total, { usage }) => total + usage[key], 0);
  return { input: sum('input'), cached: sum('cached'), output: sum('output'), reasoning: sum('reasoning') };
}

function respond(request: CompletionsRequest, call: CallContext): Reply {
  const generations = request.asks.map(({ ask, measure }) =>
    generate(ask, measure, request.choices, request.askedModel, call),
  );
  const usage = sumUsage(generations);
  const choices: Choice[] = generations
    .flatMap(({ answers }, prompt) =>
      answers.map((answer) => ({
        answer,
        echoed: request.echo ? (request.asks[prompt]?.ask.turns[0]?.text ?? '') : '',
      })),
    )
    .map((choice, index) => ({ ...choice, index }));
  const head: Head = {
    id: ids.completion(call.random),
    object: 'text_completion',
    created: secondsNow(call),
    model: generations[0]?.served ?? request.askedModel,
  };
  const tellsUsage = call.fault?.hideUsage !== true && (!request.stream || request.includeUsage);
  const body = {
    ...head,
    choices: choices.map(({ index, answer, echoed }) => ({
      text: `${echoed}${answer.pieces.join('')}`,
      index,
      logprobs: null,
      finish_reason: finishOf(answer),
    })),
    ...(tellsUsage ? { usage: toCompletionUsage(usage) } : {}),
  };
  return {
    usage,
    tellsUsage,
    width: choices.length,
    body: request.stream ? undefined : body,
    frames: request.stream ? toFrames(head, choices, usage, tellsUsage) : undefined,
    errorFrame: () => toEvent(apiErrors.serverError().body),
    failedBody: undefined,
    headers: { 'openai-model': head.model },
  };
}

export const completions: Endpoint = {
  name: 'completions',
  path: '/v1/completions',
  rateLimited: true,
  read(body) {
    const request = readCompletionsRequest(body);
    const { model } = modelFor('completion', body);
    return {
      model,
      reservedTokens: request.asks.reduce(
        (sum, { ask, measure }) => sum + measure.tokens + (ask.maxOutputTokens ?? 0),
        0,
      ),
      promptText: () => request.asks.map(({ ask }) => ask.turns[0]?.text ?? '').join('\n'),
      respond: (call) => respond(request, call),
    };
  },
};
