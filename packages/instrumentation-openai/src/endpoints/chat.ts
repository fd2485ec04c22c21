import type { ChatCompletionCreateParams } from 'openai/resources/chat/completions';
import { readChatRequest, readChatResponse } from '../content/chat-content.ts';
import { foldChatContent } from '../content/chat-stream.ts';
import { defineEndpoint, type Endpoint } from '../endpoint.ts';
import { type Choices, choicesEnding, finishReasons, foldChoices } from './choices.ts';
import { completionUsage } from './completion-usage.ts';
import {
  choiceCount,
  endUser,
  instructionsOf,
  outputType,
  requestedTier,
  stopSequences,
  streamFlag,
} from './request.ts';
import { includedUsage } from './stream-usage.ts';

export const chat: Endpoint = defineEndpoint<ChatCompletionCreateParams, Choices, Choices>({
  name: 'chat.completions',
  method: 'post',
  path: '/chat/completions',
  resource: 'Chat.Completions.create',
  operation: 'chat',
  isInference: true,
  request: {
    requestModel: (params) => params.model,
    requestStream: streamFlag,
    requestTemperature: (params) => params.temperature,
    requestTopP: (params) => params.top_p,
    requestFrequencyPenalty: (params) => params.frequency_penalty,
    requestPresencePenalty: (params) => params.presence_penalty,
    requestMaxTokens: (params) => params.max_completion_tokens ?? params.max_tokens,
    requestStopSequences: stopSequences,
    requestSeed: (params) => params.seed,
    requestChoiceCount: choiceCount,
    requestReasoningLevel: (params) => params.reasoning_effort,
    outputType: (params) => outputType(params.response_format),
    openaiRequestServiceTier: requestedTier,
    openaiApiType: () => 'chat_completions',
  },
  response: {
    responseId: (result) => result.id,
    responseModel: (result) => result.model,
    responseFinishReasons: finishReasons,
    openaiResponseServiceTier: (result) => result.service_tier,
    openaiResponseSystemFingerprint: (result) => result.system_fingerprint,
  },
  usage: completionUsage,
  servedTier: (result) => result.service_tier,
  ending: choicesEnding,
  endUser,
  promptText: (params) => instructionsOf(params.messages),
  fold: foldChoices,
  streamUsage: includedUsage,
  content: { request: readChatRequest, response: readChatResponse, fold: foldChatContent },
});
