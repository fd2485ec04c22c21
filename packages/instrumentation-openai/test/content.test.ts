import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  chatChoice,
  chatChunk,
  chatCompletion,
  embeddingList,
  responseObject,
  responseStream,
  textCompletion,
} from './answers.ts';
import { createStage } from './app-stage.ts';
import { apiError, bytes, json, type Reply, sse } from './provider-server.ts';

/** Stands in everything that a person, a model, a key or a header may say. */
const SECRET = 'SENTINEL';
const KEY = 'sk-SENTINEL-key';

async function swallow(work: () => PromiseLike<unknown>): Promise<void> {
  try {
    const answer = await work();
    if (typeof answer === 'object' && answer !== null && Symbol.asyncIterator in answer) {
      for await (const chunk of answer as AsyncIterable<unknown>) void chunk;
    }
  } catch {
    // What the app gets is not the matter here.
  }
}

describe('no content, key or header', () => {
  test('is in any span, event, metric, line or word of ours, over all endpoints and their errors', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'genvitals-'));
    const path = join(folder, 'calls.jsonl');
    const stderr: string[] = [];
    const spy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      stderr.push(String(text));
      return true;
    });
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
      spy.mockRestore();
    });
    const stage = await createStage({
      env: { GENVITALS_CALL_LOG: path, GENVITALS_CONSOLE: '1', GENVITALS_SEMCONV: 'dup' },
    });
    const client = stage.client({
      apiKey: KEY,
      organization: SECRET,
      project: SECRET,
      defaultHeaders: { 'x-secret': SECRET },
      defaultQuery: { secret: SECRET },
    });
    const messages = ['system', 'developer', 'user', 'assistant'].map((role) => ({
      role,
      content: `${SECRET} ${role}`,
      name: SECRET,
    }));
    const tools = [{ type: 'function', function: { name: SECRET, description: SECRET, parameters: {} } }];
    const chat: any = {
      model: 'm',
      messages,
      tools,
      user: SECRET,
      metadata: { a: SECRET },
      safety_identifier: SECRET,
      prompt_cache_key: SECRET,
    };
    const responses: any = {
      model: 'm',
      input: SECRET,
      instructions: SECRET,
      user: SECRET,
      metadata: { a: SECRET },
      prompt: { id: 'p', variables: { a: SECRET } },
    };
    const message = {
      role: 'assistant',
      content: SECRET,
      refusal: null,
      tool_calls: [{ id: 't', type: 'function', function: { name: SECRET, arguments: SECRET } }],
    };
    const output = [
      { type: 'message', content: [{ type: 'output_text', text: SECRET }] },
      { type: 'function_call', name: SECRET, arguments: SECRET },
    ];

    const pictures = {
      data: [{ b64_json: SECRET, url: SECRET, revised_prompt: SECRET }],
      usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2 },
    };
    stage.script(
      json(chatCompletion({ choices: [chatChoice({ message })] }), 200, {
        'x-request-id': SECRET,
        'set-cookie': SECRET,
      }),
    );
    await swallow(() => client.chat.completions.create(chat));
    stage.script(
      sse([
        chatChunk({ content: SECRET }),
        chatChunk({ tool_calls: [{ index: 0, function: { name: SECRET, arguments: SECRET } }] }),
        chatChunk({ refusal: SECRET }, { finish_reason: 'stop' }),
      ]),
    );
    await swallow(() => client.chat.completions.create({ ...chat, stream: true }));
    stage.script(json(responseObject({ output, instructions: SECRET, metadata: { a: SECRET } })));
    await swallow(() => client.responses.create(responses));
    stage.script(sse(responseStream('response.completed', { output })));
    await swallow(() => client.responses.create({ ...responses, stream: true }));
    stage.script(
      json(responseObject({ status: 'failed', error: { code: 'server_error', message: SECRET } })),
    );
    await swallow(() => client.responses.create(responses));
    await swallow(() => client.responses.retrieve('resp_1'));
    stage.script(json(responseObject({ output, instructions: SECRET, tools: [{ name: SECRET }] })));
    await swallow(() => client.responses.retrieve('resp_1'));
    stage.script(json(embeddingList()));
    await swallow(() => client.embeddings.create({ model: 'm', input: [SECRET], user: SECRET }));
    stage.script(json(textCompletion({ choices: [{ index: 0, text: SECRET, finish_reason: 'stop' }] })));
    await swallow(() => client.completions.create({ model: 'm', prompt: SECRET, suffix: SECRET }));

    const file = new File([SECRET], `${SECRET}.mp3`, { type: 'audio/mpeg' });
    const others: readonly (readonly [Reply, () => PromiseLike<unknown>])[] = [
      [
        json({ id: 'modr-1', model: 'omni', results: [{ flagged: true, categories: { [SECRET]: true } }] }),
        () => client.moderations.create({ input: [SECRET] }),
      ],
      [json(pictures), () => client.images.generate({ model: 'm', prompt: SECRET, user: SECRET })],
      [
        sse([
          { type: 'image_edit.partial_image', b64_json: SECRET },
          { type: 'image_edit.completed', b64_json: SECRET, usage: pictures.usage },
        ]),
        () => client.images.edit({ model: 'm', prompt: SECRET, image: file, stream: true, user: SECRET }),
      ],
      [json(pictures), () => client.images.createVariation({ model: 'm', image: file, user: SECRET })],
      [
        json({ text: SECRET, language: SECRET, words: [{ word: SECRET }], duration: SECRET }),
        () => client.audio.transcriptions.create({ model: 'm', file, prompt: SECRET, keywords: [SECRET] }),
      ],
      [
        bytes(SECRET, 'text/plain'),
        () => client.audio.transcriptions.create({ model: 'm', file, response_format: 'srt' }),
      ],
      [
        sse([
          { type: 'transcript.text.delta', delta: SECRET },
          { type: 'transcript.text.done', text: SECRET },
        ]),
        () => client.audio.transcriptions.create({ model: 'm', file, stream: true }),
      ],
      [json({ text: SECRET }), () => client.audio.translations.create({ model: 'm', file, prompt: SECRET })],
      [
        bytes(SECRET, 'audio/mpeg'),
        () => client.audio.speech.create({ model: 'm', input: SECRET, voice: SECRET, instructions: SECRET }),
      ],
      [
        json({
          data: [{ file_id: SECRET, filename: SECRET, content: [{ text: SECRET }] }],
          search_query: [SECRET],
        }),
        () =>
          client.vectorStores.search(SECRET, {
            query: SECRET,
            filters: { key: SECRET, type: 'eq', value: SECRET },
          }),
      ],
      [
        json(responseObject({ output, background: true, instructions: SECRET })),
        () => client.responses.cancel('resp_1'),
      ],
      [
        json(responseObject({ output })),
        () => client.responses.compact({ model: 'm', input: SECRET, instructions: SECRET }),
      ],
    ];
    for (const [reply, call] of others) {
      stage.script(reply);
      await swallow(call);
    }

    const all = [
      ...others.map(([, call]) => call),
      (): PromiseLike<unknown> => client.chat.completions.create(chat),
      (): PromiseLike<unknown> => client.responses.create(responses),
      (): PromiseLike<unknown> => client.embeddings.create({ model: 'm', input: SECRET }),
      (): PromiseLike<unknown> => client.completions.create({ model: 'm', prompt: SECRET }),
      (): PromiseLike<unknown> => client.responses.retrieve('resp_1'),
      (): PromiseLike<unknown> => client.chat.completions.create({ ...chat, stream: true }),
    ];
    const failures = [
      ...[400, 401, 404, 429, 500].map((status) =>
        apiError(status, {
          message: `${SECRET} ${KEY}`,
          code: `${SECRET} code`,
          type: SECRET,
          param: `${SECRET} param`,
        }),
      ),
      bytes(`<html>${SECRET}</html>`, 'text/html', 502),
      bytes(`{"${SECRET}`),
      sse([{ error: { message: SECRET, code: `${SECRET} code`, type: SECRET } }]),
      sse([chatChunk({ content: SECRET })], 'cut'),
    ];
    for (const reply of failures) {
      stage.script(reply);
      for (const call of all) await swallow(call);
    }
    const thrower = client.withOptions({
      fetch: () =>
        Promise.reject(Object.assign(new Error(SECRET), { code: SECRET, cause: SECRET, param: SECRET })),
    });
    await swallow(() => thrower.chat.completions.create(chat));

    const calls = 9 + others.length + failures.length * all.length + 1;
    expect(stage.spans()).toHaveLength(calls);
    expect(stage.events()).toHaveLength(calls);
    const told = {
      spans: stage
        .spans()
        .map(({ name, attributes, status, events }) => ({ name, attributes, status, events })),
      events: stage.events().map(({ attributes, body, eventName }) => ({ attributes, body, eventName })),
      metrics: (await stage.collect()).scopeMetrics,
      lines: readFileSync(path, 'utf8'),
      stderr,
      said: stage.said(),
    };
    expect(told.stderr).toHaveLength(calls);
    for (const [signal, what] of Object.entries(told)) {
      const found = JSON.stringify(what).match(/.{0,80}SENTINEL.{0,20}/);
      expect(found?.[0], signal).toBeUndefined();
    }
  });
});
