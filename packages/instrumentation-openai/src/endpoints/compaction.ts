import type { ResponseCompactParams } from 'openai/resources/responses/responses';
import { plainEnding } from './answered-error.ts';
import { defineEndpoint, type Endpoint } from '../endpoint.ts';
import { type PartialResponse, responseUsage } from './response-object.ts';

/** A conversation made shorter by the model. The answer does not name it. */
export const compaction: Endpoint = defineEndpoint<ResponseCompactParams, PartialResponse>({
  name: 'responses.compact',
  method: 'post',
  path: '/responses/compact',
  resource: 'Responses.compact',
  operation: 'compaction',
  isInference: false,
  request: {
    requestModel: (params) => params.model,
    requestPreviousResponseId: (params) => params.previous_response_id,
    openaiApiType: () => 'responses',
  },
  response: {
    responseId: (result) => result.id,
    openaiResponseServiceTier: (result) => result.service_tier,
  },
  usage: responseUsage,
  ending: plainEnding,
  servedTier: (result) => result.service_tier,
  promptText: (params) => (typeof params.instructions === 'string' ? params.instructions : undefined),
});
