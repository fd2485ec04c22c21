import type { Batch } from 'openai/resources/batches';
import { defineEndpoint, type Endpoint, type MadeLater } from '../endpoint.ts';

const FINISHED: ReadonlySet<string> = new Set(['completed', 'failed', 'expired', 'cancelled']);

/** Batches from September 2025 on tell the usage of all their requests, one model a batch. */
function finishedBatch(batch: Batch): MadeLater | undefined {
  if (!FINISHED.has(batch.status) || !batch.usage) return undefined;
  const { input_tokens, output_tokens, input_tokens_details, output_tokens_details } = batch.usage;
  return {
    id: batch.id,
    usage: {
      input: input_tokens,
      output: output_tokens,
      cacheRead: input_tokens_details?.cached_tokens,
      reasoning: output_tokens_details?.reasoning_tokens,
    },
  };
}

/** Looking after a batch. Its requests are no calls of the app's: only what they used is counted. */
export const fetchBatch: Endpoint = defineEndpoint<{ readonly id: string }, Batch>({
  name: 'batches.retrieve',
  method: 'get',
  path: '/batches/{id}',
  resource: 'Batches.retrieve',
  operation: 'fetch_batch',
  isInference: false,
  request: {},
  response: {
    responseModel: (batch) => batch.model,
    responseStatus: (batch) => batch.status,
  },
  madeLater: finishedBatch,
  servedTier: () => 'batch',
});
