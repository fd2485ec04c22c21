import type { TranscriptionCreateParams } from 'openai/resources/audio/transcriptions';
import { defineEndpoint, type Endpoint } from '../endpoint.ts';
import { plainEnding } from './answered-error.ts';
import { foldFinalEvent } from './final-event.ts';
import { type HeardText, recordingLength, recordingUsage } from './recording-usage.ts';
import { formFlag, formNumber, streamFlag } from './request.ts';

export const transcription: Endpoint = defineEndpoint<TranscriptionCreateParams, HeardText, object>({
  name: 'audio.transcriptions',
  method: 'post',
  path: '/audio/transcriptions',
  resource: 'Audio.Transcriptions.create',
  operation: 'transcription',
  isInference: false,
  request: {
    requestModel: (params) => params.model,
    requestStream: ({ stream }) => streamFlag({ stream: formFlag(stream) }),
    requestTemperature: (params) => formNumber(params.temperature),
  },
  response: {},
  usage: recordingUsage,
  billedAnswer: recordingLength,
  ending: plainEnding,
  fold: () => foldFinalEvent('transcript.text.done'),
});
