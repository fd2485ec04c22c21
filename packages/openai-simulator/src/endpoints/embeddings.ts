import { toEmbedding } from '../embedding-vector.ts';
import type { CallContext, Endpoint, Reply } from '../endpoint.ts';
import { modelFor } from '../endpoint.ts';
import { apiErrors } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { type Model, servedName } from '../models.ts';
import { type Parameter, checkParameters, nameOfType, numberAt } from '../parameters.ts';
import { toEvent } from '../sse.ts';
import { countTokens } from '../tokens.ts';
import { toBareUsage } from '../usage.ts';

interface EmbeddingsRequest {
  readonly model: Model;
  readonly askedModel: string;
  readonly texts: readonly string[];
  readonly inputTokens: number;
  readonly dimensions: number;
  readonly base64: boolean;
}

const mostInputs = 2048;
const mostTokensInAll = 300_000;

const parameters: readonly Parameter[] = [
  { name: 'encoding_format', kind: 'choice', allowed: ['float', 'base64'] },
  { name: 'user', kind: 'string' },
];

function isTokens(value: unknown): value is number[] {
  return Array.isArray(value) && value.length > 0 && value.every((token) => Number.isInteger(token));
}

interface Input {
  readonly text: string;
  readonly tokens: number;
}

function toInput(input: unknown): Input {
  if (typeof input === 'string' && input !== '') return { text: input, tokens: countTokens(input) };
  if (isTokens(input)) return { text: input.map((token) => `t${token}`).join(' '), tokens: input.length };
  throw apiErrors.badRequest(
    "'$.input' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.",
  );
}

function readInputs(input: unknown): Input[] {
  if (input === undefined || input === null) throw apiErrors.missingParameter('input');
  if (typeof input === 'string' || isTokens(input)) return [toInput(input)];
  if (!Array.isArray(input)) throw apiErrors.wrongType('input', 'a string or an array', nameOfType(input));
  if (input.length > mostInputs) {
    throw apiErrors.badRequest(
      `Invalid 'input': array too long. Expected an array with maximum length ${mostInputs}, but got an array with length ${input.length} instead.`,
      'input',
      'array_above_max_length',
    );
  }
  if (input.length === 0) return [toInput('')];
  return (input as readonly unknown[]).map(toInput);
}

function readDimensions(body: JsonObject, model: Model): number {
  const asked = numberAt(body, 'dimensions');
  if (asked === undefined) return model.dimensions;
  if (!model.resizable)
    throw apiErrors.badRequest('This model does not support specifying dimensions.', 'dimensions');
  if (!Number.isInteger(asked) || asked < 1) {
    throw apiErrors.badRequest(`${asked} is less than the minimum of 1 - 'dimensions'`);
  }
  if (asked > model.dimensions) {
    throw apiErrors.badRequest(
      `Invalid value for 'dimensions' = ${asked}. Must be less than or equal to ${model.dimensions}.`,
      'dimensions',
    );
  }
  return asked;
}

function readEmbeddingsRequest(body: JsonObject): EmbeddingsRequest {
  const { model, asked } = modelFor('embedding', body);
  const inputs = readInputs(body['input']);
  const dimensions = readDimensions(body, model);
  checkParameters(body, parameters);
  const longest = Math.max(...inputs.map(({ tokens }) => tokens));
  if (longest > model.contextTokens) throw apiErrors.contextTooLong('input', model.contextTokens, longest);
  const inputTokens = inputs.reduce((sum, { tokens }) => sum + tokens, 0);
  if (inputTokens > mostTokensInAll) {
    throw apiErrors.badRequest(
      `Requested ${inputTokens} tokens, max ${mostTokensInAll} tokens per request`,
      null,
      'max_tokens_per_request',
    );
  }
  return {
    model,
    askedModel: asked,
    texts: inputs.map(({ text }) => text),
    inputTokens,
    dimensions,
    base64: body['encoding_format'] === 'base64',
  };
}

/** Nine digits are what a 32-bit float needs to come back as itself. */
function toFloats(vector: Float32Array): number[] {
  return Array.from(vector, (value) => Number(value.toPrecision(9)));
}

function toBase64(vector: Float32Array): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes.toString('base64');
}

function respond(request: EmbeddingsRequest, call: CallContext): Reply {
  const { model, dimensions, base64 } = request;
  const served = servedName(model, request.askedModel, call.effects.embeddingRevision);
  const usage = { input: request.inputTokens, cached: 0, output: 0, reasoning: 0 };
  const tellsUsage = call.fault?.hideUsage !== true;
  return {
    usage,
    tellsUsage,
    width: 1,
    body: {
      object: 'list',
      data: request.texts.map((text, index) => {
        const vector = toEmbedding(text, dimensions, model.dimensions, served);
        return { object: 'embedding', index, embedding: base64 ? toBase64(vector) : toFloats(vector) };
      }),
      model: served,
      ...(tellsUsage ? { usage: toBareUsage(usage) } : {}),
    },
    frames: undefined,
    errorFrame: () => toEvent(apiErrors.serverError().body),
    failedBody: undefined,
    headers: { 'openai-model': served },
  };
}

export const embeddings: Endpoint = {
  name: 'embeddings',
  path: '/v1/embeddings',
  rateLimited: true,
  read(body) {
    const request = readEmbeddingsRequest(body);
    return {
      model: request.model,
      reservedTokens: request.inputTokens,
      promptText: () => request.texts.join('\n'),
      respond: (call) => respond(request, call),
    };
  },
};
