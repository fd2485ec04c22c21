import type { CreateEmbeddingResponse, EmbeddingCreateParams } from 'openai/resources/embeddings';
import { readEmbeddingsRequest } from '../content/embeddings-content.ts';
import { defineEndpoint, type Endpoint } from '../endpoint.ts';
import { endUser } from './request.ts';
import { plainEnding } from './answered-error.ts';

const FLOAT_BYTES = 4;

/** The vectors' length, whichever encoding the client asked the server for. */
function dimensionCount(result: CreateEmbeddingResponse): number | undefined {
  const vector: unknown = result.data?.[0]?.embedding;
  if (Array.isArray(vector)) return vector.length;
  if (vector instanceof Float32Array) return vector.length;
  if (typeof vector !== 'string') return undefined;
  const padding = vector.endsWith('==') ? 2 : vector.endsWith('=') ? 1 : 0;
  return Math.floor(((vector.length / 4) * 3 - padding) / FLOAT_BYTES);
}

export const embeddings: Endpoint = defineEndpoint<EmbeddingCreateParams, CreateEmbeddingResponse>({
  name: 'embeddings',
  method: 'post',
  path: '/embeddings',
  resource: 'Embeddings.create',
  operation: 'embeddings',
  isInference: false,
  request: {
    requestModel: (params) => params.model,
    requestEncodingFormats: (params) =>
      params.encoding_format === undefined ? undefined : [params.encoding_format],
  },
  response: {
    responseModel: (result) => result.model,
    embeddingsDimensionCount: dimensionCount,
  },
  endUser,
  content: { request: readEmbeddingsRequest },
  // An embedding has no output: servers that send the total alone (Voyage AI) have said the input.
  usage: ({ usage }) => (usage ? { input: usage.prompt_tokens ?? usage.total_tokens } : undefined),
  ending: plainEnding,
});
