import type { ResponseCreateParams, ResponseStreamEvent } from 'openai/resources/responses/responses';
import { readResponsesAnswer, readResponsesRequest } from '../content/responses-content.ts';
import { foldResponsesContent } from '../content/responses-stream.ts';
import { defineEndpoint, type Endpoint } from '../endpoint.ts';
import { endUser, instructionsOf, outputType, requestedTier, streamFlag } from './request.ts';
import { hostedToolCalls } from './hosted-tools.ts';
import {
  backgroundResponse,
  foldResponseEvents,
  type PartialResponse,
  responseEnding,
  responseReaders,
  responseUsage,
} from './response-object.ts';

function conversationId(params: ResponseCreateParams): string | undefined {
  const conversation: unknown = params.conversation;
  if (typeof conversation === 'string') return conversation;
  return (conversation as { id?: string } | null | undefined)?.id;
}

function promptText(params: ResponseCreateParams): string | undefined {
  const instructions = typeof params.instructions === 'string' ? params.instructions : undefined;
  const messages = instructionsOf(params.input);
  if (instructions === undefined || messages === undefined) return instructions ?? messages;
  return `${instructions}\n${messages}`;
}

export const responses: Endpoint = defineEndpoint<ResponseCreateParams, PartialResponse, ResponseStreamEvent>(
  {
    name: 'responses',
    method: 'post',
    path: '/responses',
    resource: 'Responses.create',
    operation: 'chat',
    isInference: true,
    request: {
      requestModel: (params) => params.model,
      requestStream: streamFlag,
      requestTemperature: (params) => params.temperature,
      requestTopP: (params) => params.top_p,
      requestMaxTokens: (params) => params.max_output_tokens,
      requestReasoningLevel: (params) => params.reasoning?.effort,
      requestPreviousResponseId: (params) => params.previous_response_id,
      conversationId,
      outputType: (params) => outputType(params.text?.format),
      promptName: (params) => params.prompt?.id,
      promptVersion: (params) => params.prompt?.version,
      openaiRequestServiceTier: requestedTier,
      openaiApiType: () => 'responses',
    },
    response: responseReaders,
    usage: responseUsage,
    servedTier: (result) => result.service_tier,
    toolCalls: hostedToolCalls,
    madeLater: backgroundResponse,
    ending: responseEnding,
    endUser,
    promptText,
    fold: foldResponseEvents,
    content: { request: readResponsesRequest, response: readResponsesAnswer, fold: foldResponsesContent },
  },
);
