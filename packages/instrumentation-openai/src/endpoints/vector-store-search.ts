import type { VectorStoreSearchParams } from 'openai/resources/vector-stores/vector-stores';
import { defineEndpoint, type Endpoint } from '../endpoint.ts';

/** A search has no model, and no list has its price. */
export const vectorStoreSearch: Endpoint = defineEndpoint<VectorStoreSearchParams, unknown>({
  name: 'vectorStores.search',
  method: 'post',
  path: '/vector_stores/{id}/search',
  resource: 'VectorStores.search',
  operation: 'retrieval',
  isInference: false,
  request: {
    retrievalTopK: (params) => params.max_num_results,
  },
  response: {},
});
