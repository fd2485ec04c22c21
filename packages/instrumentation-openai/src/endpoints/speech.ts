import type { SpeechCreateParams } from 'openai/resources/audio/speech';
import { defineEndpoint, type Endpoint } from '../endpoint.ts';

/** Characters outside of the basic plane are two units of a string each. */
const PAIRS = /[\uD800-\uDBFF][\uDC00-\uDFFF]/g;
/** As many as the API takes, and more. */
const MAX_COUNTED = 10_000;

function characterCount(text: string): number {
  return text.length > MAX_COUNTED ? text.length : text.length - (text.match(PAIRS)?.length ?? 0);
}

/** The answer is a recording, of which nothing is read: what it is paid by is the length of the text. */
export const speech: Endpoint = defineEndpoint<SpeechCreateParams, unknown>({
  name: 'audio.speech',
  method: 'post',
  path: '/audio/speech',
  resource: 'Audio.Speech.create',
  operation: 'speech',
  isInference: false,
  request: {
    requestModel: (params) => params.model,
    outputType: () => 'speech',
  },
  response: {},
  billedRequest: (params) =>
    typeof params.input === 'string' ? { characters: characterCount(params.input) } : undefined,
});
