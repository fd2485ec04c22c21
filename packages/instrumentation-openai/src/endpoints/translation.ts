import type { TranslationCreateParams } from 'openai/resources/audio/translations';
import { defineEndpoint, type Endpoint } from '../endpoint.ts';
import { plainEnding } from './answered-error.ts';
import { type HeardText, recordingLength, recordingUsage } from './recording-usage.ts';
import { formNumber } from './request.ts';

/** A transcription in English, whatever was spoken. */
export const translation: Endpoint = defineEndpoint<TranslationCreateParams, HeardText>({
  name: 'audio.translations',
  method: 'post',
  path: '/audio/translations',
  resource: 'Audio.Translations.create',
  operation: 'transcription',
  isInference: false,
  request: {
    requestModel: (params) => params.model,
    requestTemperature: (params) => formNumber(params.temperature),
  },
  response: {},
  usage: recordingUsage,
  billedAnswer: recordingLength,
  ending: plainEnding,
});
