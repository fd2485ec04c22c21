import type { ResponseStreamEvent } from 'openai/resources/responses/responses';
import { readFetchedResponse } from '../content/responses-content.ts';
import { foldResponsesContent } from '../content/responses-stream.ts';
import { defineEndpoint, type Endpoint } from '../endpoint.ts';
import { hostedToolCalls } from './hosted-tools.ts';
import {
  backgroundResponse,
  foldResponseEvents,
  type PartialResponse,
  responseReaders,
} from './response-object.ts';

/** The id in the path, and the query. */
interface FetchResponseParams {
  readonly id: string;
  readonly starting_after?: number;
}

/**
 * Reading a stored response again. It has no usage of its own (conventions, `fetch_response`): its tokens
 * were counted with the call that made it, or are with the first that brings it from the background. Its failure is
 * the maker's, not the reader's.
 */
export const fetchResponse: Endpoint = defineEndpoint<
  FetchResponseParams,
  PartialResponse,
  ResponseStreamEvent
>({
  name: 'responses.retrieve',
  method: 'get',
  path: '/responses/{id}',
  resource: 'Responses.retrieve',
  operation: 'fetch_response',
  isInference: false,
  request: {
    responseId: (params) => params.id,
    requestStreamCursor: (params) =>
      params.starting_after === undefined ? undefined : String(params.starting_after),
    openaiApiType: () => 'responses',
  },
  response: {
    ...responseReaders,
    responseStatus: (result) => result.status,
  },
  madeLater: backgroundResponse,
  servedTier: (result) => result.service_tier,
  toolCalls: hostedToolCalls,
  fold: foldResponseEvents,
  content: {
    request: () => ({}),
    response: readFetchedResponse,
    fold: () => foldResponsesContent(readFetchedResponse),
  },
});
