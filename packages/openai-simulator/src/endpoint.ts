import { apiErrors } from './errors.ts';
import type { Fault } from './faults.ts';
import type { Effects } from './incidents.ts';
import type { JsonObject } from './json.ts';
import { type Model, type ModelUse, findModel } from './models.ts';
import type { PromptCache } from './prompt-cache.ts';
import type { Random } from './random.ts';
import type { StoredResponse, StoredResponses } from './stored-responses.ts';
import type { Usage } from './usage.ts';

/** What an endpoint may know and keep beyond the request. */
export interface Surroundings {
  readonly seed: number;
  readonly now: () => number;
  readonly promptCache: PromptCache;
  readonly responses: StoredResponses;
}

/** One call that is going to be answered. */
export interface CallContext {
  readonly surroundings: Surroundings;
  /** Chance of this call: its ids, its times, its luck. */
  readonly random: Random;
  readonly effects: Effects;
  readonly fault: Fault | undefined;
  /** How long an answer of so many tokens takes in this call, in milliseconds. */
  readonly runsMs: (outputTokens: number) => number;
}

/** A piece of a stream. */
export interface Frame {
  readonly text: string;
  /** Tokens of the answer that are out when this piece is. */
  readonly outputTokens: number;
}

/** A whole answer; the way it is sent is decided elsewhere. */
export interface Reply {
  readonly usage: Usage;
  /** Whether the body, or the stream's end, tells the usage. */
  readonly tellsUsage: boolean;
  /** Where a background answer's usage is told once it is done. */
  readonly tellsLater?: StoredResponse | undefined;
  /** Choices that are made at the same time. */
  readonly width: number;
  readonly body: unknown;
  /** The answer as a stream, where one was asked for. */
  readonly frames: Iterable<Frame> | undefined;
  /** What a stream sends when it breaks in the middle. */
  readonly errorFrame: (event: 'error' | 'failed') => string;
  /** The body of an answer that failed with HTTP 200, where the endpoint has such a thing. */
  readonly failedBody: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/** A request that has been read and found right. */
export interface Work {
  readonly model: Model;
  /** What rate limits are charged with. */
  readonly reservedTokens: number;
  readonly promptText: () => string;
  respond(call: CallContext): Reply;
}

export interface Endpoint {
  readonly name: string;
  readonly path: string;
  readonly rateLimited: boolean;
  /** Throws an ApiError for a body the API would refuse. */
  read(body: JsonObject, surroundings: Surroundings): Work;
}

/** What is answered when a model is asked at an endpoint of another use. */
const unfit: Record<ModelUse, { readonly status: number; readonly message: string }> = {
  chat: { status: 403, message: 'You are not allowed to sample from this model' },
  completion: { status: 403, message: 'You are not allowed to sample from this model' },
  embedding: { status: 403, message: 'You are not allowed to generate embeddings from this model' },
  moderation: { status: 400, message: 'This model does not support moderation.' },
};
/** The two mix-ups the API has an own sentence for, by "endpoint's use, model's use". */
const mixedUp: Record<string, string> = {
  'chat completion':
    'This is not a chat model and thus not supported in the v1/chat/completions endpoint. Did you mean to use v1/completions?',
  'completion chat':
    'This is a chat model and not supported in the v1/completions endpoint. Did you mean to use v1/chat/completions?',
};

/** The model of a request, or the API's error for a missing, unknown or unfit one. */
export function modelFor(
  use: ModelUse,
  body: JsonObject,
  otherwise?: string,
): { model: Model; asked: string } {
  const asked = body['model'] ?? otherwise;
  if (asked === undefined || asked === '') throw apiErrors.missingModel();
  if (typeof asked !== 'string') throw apiErrors.wrongType('model', 'a string', typeof asked);
  const model = findModel(asked);
  if (model === undefined) throw apiErrors.unknownModel(asked);
  if (model.use !== use) {
    const hint = mixedUp[`${use} ${model.use}`];
    if (hint !== undefined) throw apiErrors.notForThisEndpoint(404, hint);
    throw apiErrors.notForThisEndpoint(unfit[use].status, unfit[use].message);
  }
  return { model, asked };
}
