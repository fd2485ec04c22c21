import { describe, expect, test } from 'vitest';
import { createStage, type Stage } from './app-stage.ts';
import { costAttributes } from './hand-arithmetic.ts';
import { bytes, json, sse } from './provider-server.ts';

const TOKENS = {
  type: 'tokens',
  input_tokens: 120,
  input_token_details: { text_tokens: 20, audio_tokens: 100 },
  output_tokens: 30,
  total_tokens: 150,
};
/** gpt-4o-transcribe: 2.50 USD a million tokens of text, 6 of sound, 10 out. */
const TOKEN_COST = costAttributes({ input: 20 * 2.5, audio: 100 * 6, output: 30 * 10 });

function recording(): File {
  return new File(['bytes'], 'call.mp3', { type: 'audio/mpeg' });
}

function costOf(stage: Stage): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(stage.spans().at(-1)?.attributes ?? {}).filter(([key]) =>
      key.startsWith('genvitals.cost.'),
    ),
  );
}

describe('a transcription', () => {
  test('has the tokens of text and sound, and their cost', async () => {
    const stage = await createStage({ env: { GENVITALS_SEMCONV: 'latest' } });
    stage.script(json({ text: 'Hello', usage: TOKENS }));
    const params = { model: 'gpt-4o-transcribe', file: recording(), temperature: 0.2 };
    expect(await stage.client().audio.transcriptions.create(params)).toMatchObject({ text: 'Hello' });
    expect(stage.span().name).toBe('transcription gpt-4o-transcribe');
    expect(stage.span().attributes).toMatchObject({
      'gen_ai.operation.name': 'transcription',
      'gen_ai.request.temperature': 0.2,
      'gen_ai.usage.input_tokens': 120,
      'gen_ai.usage.audio.input_tokens': 100,
      'gen_ai.usage.output_tokens': 30,
      ...TOKEN_COST,
    });
  });

  test('was of sound alone, unless its usage breaks it down', async () => {
    const stage = await createStage();
    const { input_token_details: _details, ...plain } = TOKENS;
    stage.script(json({ text: 'Hello', usage: plain }));
    await stage.client().audio.transcriptions.create({ model: 'gpt-4o-transcribe', file: recording() });
    expect(costOf(stage)).toEqual(costAttributes({ audio: 120 * 6, output: 30 * 10 }));
  });

  test('that is streamed has the usage of its last event', async () => {
    const stage = await createStage();
    stage.script(
      sse([
        { type: 'transcript.text.delta', delta: 'Hel' },
        { type: 'transcript.text.delta', delta: 'lo' },
        { type: 'transcript.text.done', text: 'Hello', usage: TOKENS },
      ]),
    );
    const params = { model: 'gpt-4o-transcribe', file: recording(), stream: true } as const;
    for await (const event of await stage.client().audio.transcriptions.create(params)) void event;
    expect(stage.span().attributes).toMatchObject({
      'gen_ai.request.stream': true,
      'genvitals.outcome': 'success',
      ...TOKEN_COST,
    });
  });

  test.each([
    ['usage', { text: 'Hello', usage: { type: 'duration', seconds: 90 } }],
    ['duration', { text: 'Hello', language: 'english', duration: 90, segments: [] }],
    ['duration as a text, as some answers have it', { text: 'Hello', duration: '90.0' }],
  ])('that is paid by its length has the cost of that, from its %s', async (_, answer) => {
    const stage = await createStage();
    stage.script(json(answer));
    await stage.client().audio.transcriptions.create({ model: 'whisper-1', file: recording() });
    // whisper-1: 0.006 USD a minute, so 0.009 for a minute and a half.
    expect(costOf(stage)).toEqual(costAttributes({ audio: 9000 }));
    const { attributes } = stage.span();
    expect(attributes).not.toHaveProperty('genvitals.usage.missing');
    expect(attributes).not.toHaveProperty('gen_ai.usage.input_tokens');
    expect((await stage.points('genvitals.client.usage_missing')).map(({ value }) => value)).toEqual([0]);
  });

  test.each(['text', 'srt', 'vtt'] as const)(
    'that is asked for as %s is a text to the app, and says no usage',
    async (response_format) => {
      const stage = await createStage();
      stage.script(bytes('Hello', 'text/plain'));
      const params = { model: 'whisper-1', file: recording(), response_format };
      expect(await stage.client().audio.transcriptions.create(params)).toBe('Hello');
      expect(stage.span().attributes).toMatchObject({
        'genvitals.outcome': 'success',
        'genvitals.usage.missing': true,
        'genvitals.cost.reason': 'usage_missing',
      });
    },
  );

  test('into English is one too, with its length where the answer tells it', async () => {
    const stage = await createStage();
    stage.script(json({ text: 'Hello', language: 'german', duration: 30 }));
    const params = { model: 'whisper-1', file: recording(), response_format: 'verbose_json' } as const;
    await stage.client().audio.translations.create(params);
    expect(stage.span().name).toBe('transcription whisper-1');
    expect(costOf(stage)).toEqual(costAttributes({ audio: 3000 }));
  });

  test('of a file that is read while it is sent has the model that the client notes', async () => {
    const stage = await createStage();
    stage.script(json({ text: 'Hello', usage: TOKENS }));
    async function* parts(): AsyncGenerator<Uint8Array> {
      yield new TextEncoder().encode('bytes of a stream');
    }
    const file = stage.openai.toStreamingFile(parts(), 'call.mp3');
    await stage.client().audio.transcriptions.create({ model: 'gpt-4o-transcribe', file });
    expect(stage.server.requests[0]?.body).toContain('bytes of a stream');
    expect(stage.span().name).toBe('transcription gpt-4o-transcribe');
    expect(costOf(stage)).toEqual(TOKEN_COST);
  });
});

describe('speech', () => {
  const SOUND = bytes('ID3 sound', 'audio/mpeg');

  test('is paid by the characters that were sent, and its answer is the app’s to read', async () => {
    const stage = await createStage();
    stage.script(SOUND);
    const params = { model: 'tts-1', input: 'Grüße 👋🏽', voice: 'alloy' };
    const response = await stage.client().audio.speech.create(params);
    expect(response.bodyUsed).toBe(false);
    expect(await response.text()).toBe('ID3 sound');
    expect(stage.span().name).toBe('speech tts-1');
    expect(stage.span().attributes).toMatchObject({
      'gen_ai.output.type': 'speech',
      'genvitals.outcome': 'success',
    });
    // tts-1: 15 USD a million characters; the hand and its colour are one each.
    expect(costOf(stage)).toEqual(costAttributes({ audio: 8 * 15 }));
    expect(stage.span().attributes).not.toHaveProperty('genvitals.usage.missing');
  });

  test('that is taken raw costs the same', async () => {
    const stage = await createStage();
    stage.script(SOUND);
    const params = { model: 'tts-1-hd', input: 'Hello', voice: 'alloy' };
    const response = await stage.client().audio.speech.create(params).asResponse();
    expect(await response.text()).toBe('ID3 sound');
    await expect.poll(() => stage.spans().length).toBe(1);
    expect(costOf(stage)).toEqual(costAttributes({ audio: 5 * 30 }));
  });

  test('that is refused costs nothing', async () => {
    const stage = await createStage();
    stage.script(json({ error: { message: 'No.', code: 'invalid_voice' } }, 400));
    const params = { model: 'tts-1', input: 'Hello', voice: 'none' };
    await expect(stage.client().audio.speech.create(params)).rejects.toThrow('400');
    expect(costOf(stage)).toEqual({});
  });

  test('of a model that is paid by tokens, which its answer does not tell, is unpriced', async () => {
    const stage = await createStage();
    stage.script(SOUND);
    await stage.client().audio.speech.create({ model: 'gpt-4o-mini-tts', input: 'Hello', voice: 'alloy' });
    expect(costOf(stage)).toEqual({
      'genvitals.cost.status': 'none',
      'genvitals.cost.reason': 'characters_unpriced',
    });
  });
});
