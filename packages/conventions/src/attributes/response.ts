import type { AttributeRow } from './attribute-row.ts';

/** What came back, without its content. */
export const responseAttributes = {
  responseId: {
    key: 'gen_ai.response.id',
    type: 'string',
    brief: 'The id that the API gave the answer.',
    cardinality: 'high',
    source: 'semconv',
    emitter: 'instrumentation-openai',
  },
  responseModel: {
    key: 'gen_ai.response.model',
    type: 'string',
    brief: 'The model that answered.',
    cardinality: 'low',
    source: 'semconv',
    emitter: 'instrumentation-openai',
  },
  responseFinishReasons: {
    key: 'gen_ai.response.finish_reasons',
    type: 'string[]',
    brief: 'Why each choice ended, in their order; error where one never said why.',
    cardinality: 'low',
    source: 'semconv',
    emitter: 'instrumentation-openai',
  },
  responseStatus: {
    key: 'gen_ai.response.status',
    type: 'string',
    brief: 'How far a stored response or a batch is: queued, in_progress, completed, failed and more.',
    cardinality: 'low',
    source: 'semconv',
    emitter: 'instrumentation-openai',
  },
  responseTimeToFirstChunk: {
    key: 'gen_ai.response.time_to_first_chunk',
    type: 'double',
    brief: "Seconds from the request's start to the first chunk of a stream.",
    cardinality: 'high',
    source: 'semconv',
    emitter: 'instrumentation-openai',
  },
  openaiResponseServiceTier: {
    key: 'openai.response.service_tier',
    type: 'string',
    brief: 'The service tier that answered.',
    cardinality: 'low',
    source: 'semconv',
    emitter: 'instrumentation-openai',
  },
  openaiResponseSystemFingerprint: {
    key: 'openai.response.system_fingerprint',
    type: 'string',
    brief: "The back-end's configuration that answered.",
    cardinality: 'high',
    source: 'semconv',
    emitter: 'instrumentation-openai',
  },
  embeddingsDimensionCount: {
    key: 'gen_ai.embeddings.dimension.count',
    type: 'int',
    brief: 'The length of the vectors that came back.',
    cardinality: 'low',
    source: 'semconv',
    emitter: 'instrumentation-openai',
  },
} as const satisfies Record<string, AttributeRow>;
