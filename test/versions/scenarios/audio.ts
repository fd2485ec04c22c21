import type { Stage } from '../child/stage.ts';
import { isAtLeast, type OpenAIVersion } from '../openai-versions.ts';
import { defineFamily, type ExpectedSpan, oneSpan } from '../scenario.ts';
import { apiError, events, json, text } from '../server/answers.ts';
import { readAll } from './streams.ts';

const usage = {
  type: 'tokens',
  input_tokens: 14,
  input_token_details: { text_tokens: 0, audio_tokens: 14 },
  output_tokens: 45,
  total_tokens: 59,
};
const TOKENS = { input: 14, output: 45 };
const sound = text('SENTINEL sound', { contentType: 'audio/mpeg' });
const speech = { model: 'tts-1', input: 'SENTINEL input', voice: 'alloy' };

/** Forms of openai 4 are bytes already when the request is made; the first ones note no model beside them. */
function transcriptionSpan(
  version: OpenAIVersion,
  changes: Partial<ExpectedSpan> = {},
  model = 'gpt-4o-transcribe',
): ExpectedSpan {
  return {
    name: isAtLeast(version, '4.104') ? `transcription ${model}` : 'transcription',
    outcome: 'success',
    tokens: TOKENS,
    ...changes,
  };
}

function speechSpan(changes: Partial<ExpectedSpan> = {}): ExpectedSpan {
  return { name: 'speech tts-1', outcome: 'success', tokens: {}, ...changes };
}

async function recording(t: Stage): Promise<unknown> {
  const { toFile } = await t.load('uploads').catch(() => t.openai);
  return (toFile ?? t.openai.toFile)(Buffer.from('SENTINEL'), 'SENTINEL.mp3', { type: 'audio/mpeg' });
}

export const audio = defineFamily('Audio', [
  {
    name: 'a transcription',
    everywhere: true,
    async run(t) {
      t.play(json({ text: 'SENTINEL', usage }));
      const params = { model: 'gpt-4o-transcribe', file: await recording(t), prompt: 'SENTINEL' };
      const promise = t.client().audio.transcriptions.create(params);
      t.log(promise);
      return promise;
    },
    expect: (version) => oneSpan(transcriptionSpan(version)),
  },
  {
    name: 'a transcription that is paid by its length',
    async run(t) {
      const duration = { type: 'duration', seconds: 7 };
      t.play(json({ text: 'SENTINEL', language: 'SENTINEL', duration: 6.5, usage: duration }));
      const params = { model: 'whisper-1', file: await recording(t), response_format: 'verbose_json' };
      return t.client().audio.transcriptions.create(params).withResponse();
    },
    expect: (version) => oneSpan(transcriptionSpan(version, { tokens: {} }, 'whisper-1')),
  },
  {
    name: 'a transcription as a text',
    async run(t) {
      t.play(text('1\n00:00:00,000 --> 00:00:01,000\nSENTINEL\n'));
      const params = { model: 'whisper-1', file: await recording(t), response_format: 'srt' };
      return t.client().audio.transcriptions.create(params);
    },
    expect: (version) => oneSpan(transcriptionSpan(version, { tokens: {}, usageMissing: true }, 'whisper-1')),
  },
  {
    name: 'a transcription that is refused',
    async run(t) {
      t.play(apiError(400, { code: 'audio_too_short' }));
      const params = { model: 'gpt-4o-transcribe', file: await recording(t) };
      await t.outcome('call', t.client().audio.transcriptions.create(params));
    },
    expect: (version) =>
      oneSpan(
        transcriptionSpan(version, {
          outcome: 'error',
          errorType: 'audio_too_short',
          errorKind: 'request',
          tokens: {},
        }),
      ),
  },
  {
    name: 'a streamed transcription',
    since: '5.0',
    everywhere: true,
    async run(t) {
      const delta = { type: 'transcript.text.delta', delta: 'SENTINEL' };
      t.play(events([delta, delta, { type: 'transcript.text.done', text: 'SENTINEL', usage }]));
      const params = { model: 'gpt-4o-transcribe', file: await recording(t), stream: true };
      return readAll(await t.client().audio.transcriptions.create(params));
    },
    expect: (version) =>
      oneSpan(transcriptionSpan(version, { attributes: { 'gen_ai.request.stream': true } })),
  },
  {
    name: 'a streamed transcription that breaks off',
    since: '5.0',
    async run(t) {
      t.play(events([{ type: 'transcript.text.delta', delta: 'SENTINEL' }]));
      const file = new File(['SENTINEL'], 'SENTINEL.mp3');
      const params = { model: 'gpt-4o-transcribe', file, stream: true };
      for await (const event of await t.client().audio.transcriptions.create(params)) t.log(event);
    },
    expect: (version) =>
      oneSpan(transcriptionSpan(version, { outcome: 'incomplete', tokens: {}, usageMissing: true })),
  },
  {
    name: 'a file that is read while it is sent',
    since: '6.40',
    async run(t) {
      t.play(json({ text: 'SENTINEL', usage }));
      async function* parts(): AsyncGenerator<Buffer> {
        yield Buffer.from('SENTINEL');
        yield Buffer.from(' bytes');
      }
      const file = t.openai.toStreamingFile(parts(), 'SENTINEL.mp3');
      return t.client().audio.transcriptions.create({ model: 'gpt-4o-transcribe', file });
    },
    expect: (version) => oneSpan(transcriptionSpan(version)),
  },
  {
    name: 'a translation',
    async run(t) {
      t.play(json({ text: 'SENTINEL', language: 'SENTINEL', duration: 3 }));
      const params = { model: 'whisper-1', file: await recording(t), response_format: 'verbose_json' };
      return t.client().audio.translations.create(params);
    },
    expect: (version) => oneSpan(transcriptionSpan(version, { tokens: {} }, 'whisper-1')),
  },
  {
    name: 'speech, read by the app',
    everywhere: true,
    async run(t) {
      t.play(sound);
      const promise = t.client().audio.speech.create(speech);
      t.log(promise);
      const response = await promise;
      t.log(response);
      return response.text();
    },
    expect: oneSpan(speechSpan()),
  },
  {
    name: 'speech, with its response and raw',
    async run(t) {
      t.play(sound);
      const { data, response } = await t.client().audio.speech.create(speech).withResponse();
      t.log(data === response, await data.text());
      const raw = await t.client().audio.speech.create(speech).asResponse();
      t.log(raw, await raw.text());
    },
    expect: { spans: [speechSpan(), speechSpan()] },
  },
  {
    name: 'speech that is never read',
    async run(t) {
      t.play(sound);
      t.log(await t.client().audio.speech.create(speech));
    },
    expect: oneSpan(speechSpan()),
  },
  {
    name: 'speech that is refused',
    async run(t) {
      t.play(apiError(400, { code: 'invalid_voice' }));
      await t.outcome('call', t.client().audio.speech.create(speech));
    },
    expect: oneSpan(speechSpan({ outcome: 'error', errorType: 'invalid_voice', errorKind: 'request' })),
  },
]);
