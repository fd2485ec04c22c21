import type { CompletionCreateParams } from 'openai/resources/completions';
import {
  foldCompletionContent,
  readCompletionRequest,
  readCompletionResponse,
} from '../content/completions-content.ts';
import { defineEndpoint, type Endpoint } from '../endpoint.ts';
import { type Choices, choicesEnding, finishReasons, foldChoices } from './choices.ts';
import { completionUsage } from './completion-usage.ts';
import { choiceCount, endUser, stopSequences, streamFlag } from './request.ts';
import { includedUsage } from './stream-usage.ts';

/** The legacy completions API. */
export const completions: Endpoint = defineEndpoint<CompletionCreateParams, Choices, Choices>({
  name: 'completions',
  method: 'post',
  path: '/completions',
  resource: 'Completions.create',
  operation: 'text_completion',
  isInference: true,
  request: {
    requestModel: (params) => params.model,
    requestStream: streamFlag,
    requestTemperature: (params) => params.temperature,
    requestTopP: (params) => params.top_p,
    requestFrequencyPenalty: (params) => params.frequency_penalty,
    requestPresencePenalty: (params) => params.presence_penalty,
    requestMaxTokens: (params) => params.max_tokens,
    requestStopSequences: stopSequences,
    requestSeed: (params) => params.seed,
    requestChoiceCount: choiceCount,
  },
  response: {
    responseId: (result) => result.id,
    responseModel: (result) => result.model,
    responseFinishReasons: finishReasons,
    openaiResponseSystemFingerprint: (result) => result.system_fingerprint,
  },
  endUser,
  usage: completionUsage,
  ending: choicesEnding,
  fold: foldChoices,
  streamUsage: includedUsage,
  content: {
    request: readCompletionRequest,
    response: readCompletionResponse,
    fold: foldCompletionContent,
  },
});
