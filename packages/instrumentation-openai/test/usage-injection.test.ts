import { describe, expect, test } from 'vitest';
import { chatChunk, chatStream, textCompletion, usageChunk } from './answers.ts';
import { CHAT, createStage, type Stage } from './app-stage.ts';
import { CHAT_COST } from './hand-arithmetic.ts';
import { apiError, sse } from './provider-server.ts';

const ON = { env: { GENVITALS_INJECT_STREAM_USAGE: '1' } };
const STREAMED = { ...CHAT, stream: true } as const;
const REFUSED = apiError(400, {
  message: 'Unrecognized request argument supplied: stream_options',
});
const WARNING = /a server refused `stream_options.include_usage`.+not known\./;

/** As OpenAI sends a stream whose usage was asked for. */
const asked = (): Record<string, unknown>[] => chatStream();
/** And one whose usage was not: no chunk has the field. */
function unasked(): Record<string, unknown>[] {
  return chatStream({ usage: false }).map(({ usage: _usage, ...chunk }) => chunk);
}

async function chunksOf(stage: Stage, params: typeof STREAMED = STREAMED): Promise<unknown[]> {
  const chunks: unknown[] = [];
  for await (const chunk of await stage.client().chat.completions.create(params)) chunks.push(chunk);
  return chunks;
}

describe('the usage of a stream that does not ask for it', () => {
  test('is asked for on the wire, recorded, and kept from the app', async () => {
    const stage = await createStage(ON);
    stage.script(sse(asked()));
    const params = Object.freeze({ ...STREAMED });
    expect(await chunksOf(stage, params)).toEqual(unasked());
    expect(stage.server.requests.at(-1)?.body).toEqual({
      ...STREAMED,
      stream_options: { include_usage: true },
    });
    expect(stage.span().attributes).toMatchObject({
      'gen_ai.usage.input_tokens': 11,
      'gen_ai.usage.output_tokens': 7,
      ...CHAT_COST,
    });
    expect(stage.span().attributes).not.toHaveProperty('genvitals.usage.missing');
  });

  test('is that of a legacy completion too, and other stream options stay', async () => {
    const stage = await createStage(ON);
    const chunk = textCompletion({ usage: null });
    stage.script(sse([chunk, { ...textCompletion(), choices: [] }]));
    const stream = await stage.client().completions.create({
      model: 'gpt-3.5-turbo-instruct',
      prompt: 'Hi',
      stream: true,
      stream_options: { include_obfuscation: false },
    });
    const chunks: unknown[] = [];
    for await (const each of stream) chunks.push(each);
    const { usage: _usage, ...bare } = chunk;
    expect(chunks).toEqual([bare]);
    expect(stage.server.requests.at(-1)?.body.stream_options).toEqual({
      include_obfuscation: false,
      include_usage: true,
    });
    expect(stage.span().attributes['gen_ai.usage.output_tokens']).toBe(2);
  });

  test('by several reads at once, by tee and as a ReadableStream gives the app just its own chunks', async () => {
    const stage = await createStage(ON);
    stage.script(sse(asked()));
    const create = async () => stage.client().chat.completions.create(STREAMED);
    const iterator = (await create())[Symbol.asyncIterator]();
    const reads = await Promise.all(Array.from({ length: 8 }, () => iterator.next()));
    expect(reads.filter(({ done }) => done !== true).map(({ value }) => value as unknown)).toEqual(unasked());
    for (const branch of (await create()).tee()) {
      const chunks: unknown[] = [];
      for await (const chunk of branch) chunks.push(chunk);
      expect(chunks).toEqual(unasked());
    }
    const text = await new Response((await create()).toReadableStream()).text();
    expect(
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual(unasked());
  });

  test.each([
    ['off, which is the default', {}, STREAMED, undefined],
    [
      'asked for by the app',
      ON,
      { ...STREAMED, stream_options: { include_usage: true } },
      { include_usage: true },
    ],
    [
      'refused by the app',
      ON,
      { ...STREAMED, stream_options: { include_usage: false } },
      { include_usage: false },
    ],
  ])('%s: the request is the app’s own, and so are the chunks', async (_, options, params, onWire) => {
    const stage = await createStage(options);
    stage.script(sse(asked()));
    expect(await chunksOf(stage, params)).toEqual(asked());
    expect(stage.server.requests.at(-1)?.body.stream_options).toEqual(onWire);
  });

  test('a first chunk without choices, as Azure sends it, and usage beside a choice stay', async () => {
    const stage = await createStage(ON);
    const filter = { ...chatChunk({}), choices: [], prompt_filter_results: [{ prompt_index: 0 }] };
    const last = { ...chatChunk({}, { finish_reason: 'stop' }), usage: usageChunk()['usage'] };
    stage.script(sse([filter, last]));
    const { usage: _usage, ...bare } = filter as Record<string, unknown>;
    expect(await chunksOf(stage)).toEqual([bare, last]);
  });

  test('a server that refuses is asked again without, once, and never again with it', async () => {
    const stage = await createStage({ ...ON, diagnostics: [WARNING] });
    stage.script(REFUSED, sse(unasked()), sse(unasked()));
    expect(await chunksOf(stage)).toEqual(unasked());
    expect(await chunksOf(stage)).toEqual(unasked());
    expect(stage.server.requests.map(({ body }) => body.stream_options)).toEqual([
      { include_usage: true },
      undefined,
      undefined,
    ]);
    expect(stage.said()).toHaveLength(1);
    expect(
      stage
        .spans()
        .map(({ attributes }) => [
          attributes['genvitals.outcome'],
          attributes['genvitals.usage.missing'],
          attributes['genvitals.request.retry.count'],
        ]),
    ).toEqual([
      ['success', true, 1],
      ['success', true, undefined],
    ]);
  });

  test.each([403, 500, 501])(
    'a server that refuses by HTTP %i, and says what, is one too',
    async (status) => {
      const stage = await createStage({ ...ON, diagnostics: [WARNING] });
      stage.script(apiError(status, { message: 'unknown field: stream_options' }), sse(unasked()));
      expect(await chunksOf(stage)).toEqual(unasked());
      expect(stage.said()).toHaveLength(1);
    },
  );

  test.each([{ choices: null }, { choices: undefined }])(
    'a chunk of the usage that has %j in place of none is kept from the app too',
    async (choices) => {
      const stage = await createStage(ON);
      stage.script(sse([...unasked(), { ...usageChunk(), ...choices }]));
      expect(await chunksOf(stage)).toEqual(unasked());
      expect(stage.span().attributes['gen_ai.usage.input_tokens']).toBe(11);
    },
  );

  test('a refusal of something else is the app’s, as it came', async () => {
    const stage = await createStage(ON);
    stage.script(sse(chatStream()), apiError(400, { message: 'Invalid model', param: 'model' }));
    await chunksOf(stage);
    await expect(chunksOf(stage)).rejects.toThrow('Invalid model');
    expect(stage.server.requests).toHaveLength(2);
    expect(stage.spans().map(({ attributes }) => attributes['genvitals.outcome'])).toEqual([
      'success',
      'error',
    ]);
  });

  test('of a server that never took it, a refusal without a word of why is tried once without it', async () => {
    const stage = await createStage({ ...ON, diagnostics: [WARNING] });
    const nameless = apiError(400, { message: 'Bad request' });
    // An app's own mistake is refused both times, and says nothing of the server.
    stage.script(nameless, apiError(400, { message: 'Invalid model', param: 'model' }));
    await expect(chunksOf(stage)).rejects.toThrow('Invalid model');
    expect(stage.said()).toEqual([]);
    stage.script(nameless, sse(chatStream()), sse(chatStream()));
    await chunksOf(stage);
    await chunksOf(stage);
    expect(stage.server.requests.map(({ body }) => JSON.stringify(body).includes('include_usage'))).toEqual([
      true,
      false,
      false,
    ]);
    expect(stage.spans().map(({ attributes }) => attributes['genvitals.outcome'])).toEqual([
      'error',
      'success',
      'success',
    ]);
  });

  test('a second refusal, without it, is the app’s too and ends the one call', async () => {
    const stage = await createStage({ ...ON, diagnostics: [WARNING] });
    stage.script(REFUSED, apiError(404, { code: 'model_not_found' }));
    await expect(chunksOf(stage)).rejects.toThrow('404');
    expect(stage.server.requests).toHaveLength(2);
    expect(stage.span().attributes['error.type']).toBe('model_not_found');
  });
});
