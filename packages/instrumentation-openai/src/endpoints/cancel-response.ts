import { defineEndpoint, type Endpoint } from '../endpoint.ts';
import { hostedToolCalls } from './hosted-tools.ts';
import { backgroundResponse, type PartialResponse, responseReaders } from './response-object.ts';

/**
 * Stopping a response that is made in the background. What comes back is the response: one that was finished before
 * has its usage, and nobody may fetch it any more.
 */
export const cancelResponse: Endpoint = defineEndpoint<{ readonly id: string }, PartialResponse>({
  name: 'responses.cancel',
  method: 'post',
  path: '/responses/{id}/cancel',
  resource: 'Responses.cancel',
  operation: 'cancel_response',
  isInference: false,
  request: {
    responseId: (params) => params.id,
    openaiApiType: () => 'responses',
  },
  response: {
    ...responseReaders,
    responseStatus: (result) => result.status,
  },
  madeLater: backgroundResponse,
  servedTier: (result) => result.service_tier,
  toolCalls: hostedToolCalls,
});
