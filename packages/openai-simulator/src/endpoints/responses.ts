import type { Answer } from '../answer.ts';
import { type Turn, promptTextOf } from '../ask.ts';
import type { CallContext, Endpoint, Reply } from '../endpoint.ts';
import { generate, measureAsk, secondsNow } from '../generation.ts';
import { ids } from '../ids.ts';
import { createRandom } from '../random.ts';
import type { StoredResponse } from '../stored-responses.ts';
import type { PromptMeasure } from '../tokens.ts';
import { type ResponseHead, finishedState, toOutput, toResponseBody } from './responses-body.ts';
import { type ResponsesRequest, readResponsesRequest } from './responses-request.ts';
import {
  type EventCounter,
  type StreamedResponse,
  toBreakingEvent,
  toResponseFrames,
} from './responses-stream.ts';

const pending = { output: [], usage: undefined, completedAt: null } as const;

function turnOf(answer: Answer): Turn {
  const calls = answer.toolCalls.map((call) => `${call.name} ${call.arguments}`).join('\n');
  return { role: 'assistant', text: `${answer.pieces.join('')}${calls}`, extraTokens: 0 };
}

function toStored(streamed: StreamedResponse, call: CallContext, runsMs: number): StoredResponse {
  const { head, answer } = streamed;
  const { request } = head;
  const startedMs = call.surroundings.now();
  // A background response waits a fifth of its time in the queue.
  const startsMs = startedMs + (request.background ? runsMs / 5 : 0);
  const doneMs = startedMs + (request.background ? runsMs : 0);
  const stored: StoredResponse = {
    id: head.id,
    turns: [...request.ask.turns.slice(request.instructed), turnOf(answer)],
    isDoneAt: (nowMs) => stored.cancelledAtMs === undefined && nowMs >= doneMs,
    bodyAt(nowMs) {
      if (stored.cancelledAtMs !== undefined)
        return toResponseBody(head, { ...pending, status: 'cancelled' });
      if (nowMs >= doneMs) return toResponseBody(head, streamed.finished);
      return toResponseBody(head, { ...pending, status: nowMs >= startsMs ? 'in_progress' : 'queued' });
    },
    frames: () => toResponseFrames(streamed, createRandom(head.id), { sequence: 0 }),
    cancelledAtMs: undefined,
    tellUsage: undefined,
  };
  return stored;
}

function respond(request: ResponsesRequest, measure: PromptMeasure, call: CallContext): Reply {
  const { ask } = request;
  const { random, fault, surroundings } = call;
  const { answers, usage, served } = generate(ask, measure, 1, request.askedModel, call);
  const answer = answers[0];
  if (answer === undefined) throw new Error('Expected one answer, got none.');
  const head: ResponseHead = {
    id: ids.response(random),
    createdAt: secondsNow(call),
    model: served,
    request,
  };
  const output = toOutput(answer, ask.model, random);
  const told = fault?.hideUsage === true ? undefined : usage;
  const finished = finishedState(answer, output, told, secondsNow(call));
  const streamed: StreamedResponse = { head, answer, output, finished };
  const counter: EventCounter = { sequence: 0 };
  const stored = request.store ? toStored(streamed, call, call.runsMs(usage.output)) : undefined;
  if (stored !== undefined) surroundings.responses.put(stored);
  const queued = request.background && !request.stream;
  const body = queued
    ? toResponseBody(head, { ...pending, status: 'queued' })
    : toResponseBody(head, finished);
  return {
    usage,
    tellsUsage: told !== undefined && !queued,
    tellsLater: queued && told !== undefined ? stored : undefined,
    width: 1,
    body: request.stream ? undefined : body,
    frames: request.stream ? toResponseFrames(streamed, random, counter) : undefined,
    errorFrame: (event) => toBreakingEvent(event, head, counter),
    failedBody: toResponseBody(head, { ...pending, status: 'failed' }),
    headers: {},
  };
}

export const responses: Endpoint = {
  name: 'responses',
  path: '/v1/responses',
  rateLimited: true,
  read(body, surroundings) {
    const request = readResponsesRequest(body, surroundings.responses);
    const measure = measureAsk(request.ask, 'input');
    return {
      model: request.ask.model,
      reservedTokens: measure.tokens + (request.ask.maxOutputTokens ?? 0),
      promptText: () => promptTextOf(request.ask),
      respond: (call) => respond(request, measure, call),
    };
  },
};
