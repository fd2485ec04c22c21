import type { ModerationCreateParams, ModerationCreateResponse } from 'openai/resources/moderations';
import { plainEnding } from './answered-error.ts';
import { defineEndpoint, type Endpoint } from '../endpoint.ts';

/** Answers tell no usage. OpenAI asks nothing for them, which is a price too. */
export const moderation: Endpoint = defineEndpoint<ModerationCreateParams, ModerationCreateResponse>({
  name: 'moderations',
  method: 'post',
  path: '/moderations',
  resource: 'Moderations.create',
  operation: 'moderation',
  isInference: false,
  request: {
    requestModel: (params) => params.model,
  },
  response: {
    responseId: (result) => result.id,
    responseModel: (result) => result.model,
  },
  billedRequest: () => ({}),
  ending: plainEnding,
});
