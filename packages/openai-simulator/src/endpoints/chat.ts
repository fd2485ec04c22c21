import type { Answer } from '../answer.ts';
import { promptTextOf } from '../ask.ts';
import type { CallContext, Endpoint, Reply } from '../endpoint.ts';
import { apiErrors } from '../errors.ts';
import { type Generation, generate, measureAsk, secondsNow } from '../generation.ts';
import { ids } from '../ids.ts';
import { toLogprobs } from '../logprobs.ts';
import type { Random } from '../random.ts';
import { toEvent } from '../sse.ts';
import type { PromptMeasure } from '../tokens.ts';
import { toCompletionUsage } from '../usage.ts';
import { type ChatRequest, readChatRequest } from './chat-request.ts';
import { type ChatHead, toChatFrames } from './chat-stream.ts';

function toMessage(answer: Answer, callIds: readonly string[]) {
  const text = answer.pieces.join('');
  return {
    role: 'assistant' as const,
    content: answer.kind === 'text' ? text : null,
    refusal: answer.kind === 'refusal' ? text : null,
    annotations: [],
    ...(answer.kind === 'tools'
      ? {
          tool_calls: answer.toolCalls.map((call, index) => ({
            id: callIds[index] ?? '',
            type: 'function' as const,
            function: { name: call.name, arguments: call.arguments },
          })),
        }
      : {}),
  };
}

function toLogprobsOf(answer: Answer, alternatives: number | undefined, random: Random) {
  if (alternatives === undefined) return null;
  const tokens = toLogprobs(answer.pieces, alternatives, random);
  return answer.kind === 'refusal' ? { content: null, refusal: tokens } : { content: tokens, refusal: null };
}

function toBody(
  request: ChatRequest,
  head: ChatHead,
  generation: Generation,
  random: Random,
  tellsUsage: boolean,
) {
  return {
    id: head.id,
    object: 'chat.completion' as const,
    created: head.created,
    model: head.model,
    choices: generation.answers.map((answer, index) => ({
      index,
      message: toMessage(answer, head.callIds[index] ?? []),
      logprobs: toLogprobsOf(answer, request.logprobs, random),
      finish_reason: answer.finish,
    })),
    ...(tellsUsage ? { usage: toCompletionUsage(generation.usage) } : {}),
    service_tier: head.tier,
    system_fingerprint: head.fingerprint,
  };
}

function respond(request: ChatRequest, measure: PromptMeasure, call: CallContext): Reply {
  const { ask } = request;
  const { random, fault } = call;
  const generation = generate(ask, measure, request.choices, request.askedModel, call);
  const revision = call.effects.chatRevision;
  const head: ChatHead = {
    id: ids.chatCompletion(random),
    created: secondsNow(call),
    model: generation.served,
    tier: request.tier,
    fingerprint: revision === undefined ? ask.model.fingerprint : `fp_${revision.replaceAll('-', '')}00`,
    callIds: generation.answers.map((answer) => answer.toolCalls.map(() => ids.toolCall(random))),
  };
  const hidden = fault?.hideUsage === true;
  const tellsUsage = !hidden && (!request.stream || request.includeUsage);
  return {
    usage: generation.usage,
    tellsUsage,
    width: request.choices,
    body: request.stream ? undefined : toBody(request, head, generation, random, tellsUsage),
    frames: request.stream ? toChatFrames(request, head, generation, random, tellsUsage) : undefined,
    errorFrame: () => toEvent(apiErrors.serverError().body),
    failedBody: undefined,
    headers: {},
  };
}

export const chat: Endpoint = {
  name: 'chat',
  path: '/v1/chat/completions',
  rateLimited: true,
  read(body) {
    const request = readChatRequest(body);
    const measure = measureAsk(request.ask, 'messages');
    return {
      model: request.ask.model,
      reservedTokens: measure.tokens + (request.ask.maxOutputTokens ?? 0),
      promptText: () => promptTextOf(request.ask),
      respond: (call) => respond(request, measure, call),
    };
  },
};
