import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import type { ChatCompletion, ChatCompletionCreateParams } from 'openai/resources/chat/completions';
import { describe, expect, test } from 'vitest';
import { readChatRequest, readChatResponse } from '../../src/content/chat-content.ts';
import { checked, problemsOf } from './message-schemas.ts';
import { oddValues } from './odd-values.ts';

type Params = Partial<ChatCompletionCreateParams>;

const request = (params: Params): ReturnType<typeof readChatRequest> => checked(readChatRequest(params));
const messagesOf = (messages: Params['messages']): unknown =>
  request({ messages: messages ?? [] }).inputMessages;
const answer = (choices: unknown): unknown => checked(readChatResponse({ choices })).outputMessages;
const reference = (base64: string): object => ({
  content: `sha256:${createHash('sha256').update(base64).digest('hex')}`,
  size_bytes: base64.length,
});

describe('the request of a chat completion', () => {
  test('keeps instructions, names and the conversation in their order', () => {
    expect(
      messagesOf([
        { role: 'system', content: 'Be brief.' },
        { role: 'developer', content: [{ type: 'text', text: 'Be kind.' }] },
        { role: 'user', name: 'Ada', content: 'Hello' },
        { role: 'assistant', content: 'Hi' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'One' },
            { type: 'text', text: 'Two' },
          ],
        },
      ]),
    ).toEqual([
      { role: 'system', parts: [{ type: 'text', content: 'Be brief.' }] },
      { role: 'system', parts: [{ type: 'text', content: 'Be kind.' }] },
      { role: 'user', name: 'Ada', parts: [{ type: 'text', content: 'Hello' }] },
      { role: 'assistant', parts: [{ type: 'text', content: 'Hi' }] },
      {
        role: 'user',
        parts: [
          { type: 'text', content: 'One' },
          { type: 'text', content: 'Two' },
        ],
      },
    ]);
  });

  test('has tool calls with their arguments read, and what the tools answered', () => {
    expect(
      messagesOf([
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Oslo"}' } },
            { id: 'call_2', type: 'function', function: { name: 'clock', arguments: '{"city":' } },
            { id: 'call_3', type: 'custom', custom: { name: 'sql', input: '["not JSON to us"]' } },
          ],
        },
        { role: 'tool', tool_call_id: 'call_1', content: '{"celsius":4}' },
        { role: 'tool', tool_call_id: 'call_2', content: [{ type: 'text', text: 'no clock' }] },
        {
          role: 'tool',
          tool_call_id: 'call_3',
          content: [
            { type: 'text', text: 'a' },
            { type: 'text', text: 'b' },
          ],
        },
      ]),
    ).toEqual([
      {
        role: 'assistant',
        parts: [
          { type: 'tool_call', id: 'call_1', name: 'weather', arguments: { city: 'Oslo' } },
          { type: 'tool_call', id: 'call_2', name: 'clock', arguments: '{"city":' },
          { type: 'tool_call', id: 'call_3', name: 'sql', arguments: '["not JSON to us"]' },
        ],
      },
      { role: 'tool', parts: [{ type: 'tool_call_response', id: 'call_1', response: { celsius: 4 } }] },
      { role: 'tool', parts: [{ type: 'tool_call_response', id: 'call_2', response: 'no clock' }] },
      {
        role: 'tool',
        parts: [
          {
            type: 'tool_call_response',
            id: 'call_3',
            response: [
              { type: 'text', content: 'a' },
              { type: 'text', content: 'b' },
            ],
          },
        ],
      },
    ]);
  });

  test('has the function calls of old', () => {
    expect(
      messagesOf([
        { role: 'assistant', function_call: { name: 'weather', arguments: '{}' } },
        { role: 'function', name: 'weather', content: 'cold' },
      ]),
    ).toEqual([
      { role: 'assistant', parts: [{ type: 'tool_call', name: 'weather', arguments: {} }] },
      { role: 'tool', name: 'weather', parts: [{ type: 'tool_call_response', response: 'cold' }] },
    ]);
  });

  test('has references in the place of pictures, sound and documents', () => {
    const png = Buffer.from('a picture').toString('base64');
    const wav = Buffer.from('a sound').toString('base64');
    const pdf = Buffer.from('a document').toString('base64');
    const content = request({
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image_url', image_url: { url: `data:image/png;base64,${png}`, detail: 'low' } },
            { type: 'image_url', image_url: { url: 'https://example.com/cat.png' } },
            { type: 'input_audio', input_audio: { data: wav, format: 'wav' } },
            { type: 'file', file: { file_data: `data:application/pdf;base64,${pdf}`, filename: 'a.pdf' } },
            { type: 'file', file: { file_id: 'file-1' } },
          ],
        },
        { role: 'assistant', audio: { id: 'audio_1' } },
      ],
    });
    expect(content.inputMessages).toEqual([
      {
        role: 'user',
        parts: [
          { type: 'blob', modality: 'image', mime_type: 'image/png', ...reference(png) },
          { type: 'uri', modality: 'image', uri: 'https://example.com/cat.png' },
          { type: 'blob', modality: 'audio', mime_type: 'audio/wav', ...reference(wav) },
          {
            type: 'blob',
            modality: 'document',
            mime_type: 'application/pdf',
            filename: 'a.pdf',
            ...reference(pdf),
          },
          { type: 'file', modality: 'document', file_id: 'file-1' },
        ],
      },
      { role: 'assistant', parts: [{ type: 'file', modality: 'audio', file_id: 'audio_1' }] },
    ]);
    for (const bytes of [png, wav, pdf]) expect(JSON.stringify(content)).not.toContain(bytes);
  });

  test('holds no bytes of parts it does not know, of arguments and of tool results either', () => {
    const video = 'QUJD'.repeat(500);
    const content = request({
      messages: [
        {
          role: 'user',
          content: [{ type: 'video_url', video_url: { url: `data:video/mp4;base64,${video}` } }],
        },
        {
          role: 'assistant',
          tool_calls: [
            { id: '1', type: 'function', function: { name: 'f', arguments: `{"image":"${video}"}` } },
          ],
        },
        { role: 'tool', tool_call_id: '1', content: `[{"type":"image","data":"${video}"}]` },
      ] as unknown as Params['messages'] & object,
    });
    expect(content.inputMessages?.[0]?.parts).toEqual([
      {
        type: 'video_url',
        video_url: { url: { type: 'blob', modality: 'video', mime_type: 'video/mp4', ...reference(video) } },
      },
    ]);
    expect(JSON.stringify(content)).not.toContain('QUJDQUJD');
  });

  test('takes no prose for bytes', () => {
    const prose = ['data: Oslo, 4 degrees', 'Data:\nOslo, 4 degrees', 'data:Oslo is cold', 'a'.repeat(1000)];
    expect(messagesOf(prose.map((content) => ({ role: 'tool', tool_call_id: '1', content })))).toEqual(
      prose.map((response) => ({ role: 'tool', parts: [{ type: 'tool_call_response', id: '1', response }] })),
    );
  });

  test('has no bytes in the place of an address, whatever they begin with', () => {
    const urls = [`data:image/png;x=${'y'.repeat(300)};base64,QUJD`, 'DATA:,QUJD', 'QUJD'.repeat(300)];
    const content = urls.map((url) => ({ type: 'image_url' as const, image_url: { url } }));
    expect(messagesOf([{ role: 'user', content }])).toMatchObject([
      { parts: urls.map(() => ({ type: 'blob', modality: 'image' })) },
    ]);
  });

  test('has refusals, and the reasoning that compatible servers send', () => {
    expect(
      messagesOf([
        { role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] },
        { role: 'assistant', refusal: 'No!', reasoning_content: 'Hm.' },
      ] as unknown as Params['messages']),
    ).toEqual([
      { role: 'assistant', parts: [{ type: 'refusal', content: 'No.' }] },
      {
        role: 'assistant',
        parts: [
          { type: 'reasoning', content: 'Hm.' },
          { type: 'refusal', content: 'No!' },
        ],
      },
    ]);
  });

  test('has the tools with what the model is told of them', () => {
    const parameters = { type: 'object', properties: { city: { type: 'string' } } };
    expect(
      request({
        tools: [
          {
            type: 'function',
            function: { name: 'weather', description: 'Tells it.', parameters, strict: true },
          },
          { type: 'custom', custom: { name: 'sql', format: { type: 'text' } } },
        ],
        functions: [{ name: 'old' }],
      }),
    ).toEqual({
      toolDefinitions: [
        { type: 'function', name: 'weather', description: 'Tells it.', parameters },
        { type: 'custom', name: 'sql', parameters: { type: 'text' } },
        { type: 'function', name: 'old' },
      ],
    });
  });

  test('keeps the digits of long numbers in arguments', () => {
    const tool_calls = [
      {
        id: '1',
        type: 'function' as const,
        function: { name: 'f', arguments: '{"id":12345678901234567890,"n":1}' },
      },
    ];
    expect(messagesOf([{ role: 'assistant', tool_calls }])).toMatchObject([
      { parts: [{ arguments: { id: '12345678901234567890', n: 1 } }] },
    ]);
  });

  test('takes no longer over a text because of what it holds', () => {
    const mean = [
      `${'A'.repeat(1024)}${'\n'.repeat(200_000)}!`,
      `${'A='.repeat(100_000)} `,
      ' '.repeat(200_000),
    ];
    expect(messagesOf(mean.map((content) => ({ role: 'tool', tool_call_id: '1', content })))).toEqual(
      mean.map((response) => ({ role: 'tool', parts: [{ type: 'tool_call_response', id: '1', response }] })),
    );
  });

  test('survives a conversation that contains itself, and keeps its newest message', () => {
    const messages: unknown[] = Array.from({ length: 60_000 }, () => ({ role: 'user', content: 'again' }));
    messages.push({ role: 'user', content: messages }, { role: 'user', content: 'newest' });
    const read = request({ messages: messages as never }).inputMessages ?? [];
    expect(read.at(-1)).toEqual({ role: 'user', parts: [{ type: 'text', content: 'newest' }] });
    expect(JSON.stringify(read).length).toBeLessThan(5_000_000);
    expect(JSON.stringify(read[0])).toContain('items left out');
  });
});

describe('the answer of a chat completion', () => {
  test('is one message a choice, with why it ended', () => {
    const message = { role: 'assistant', content: 'Hello', refusal: null };
    const choices: Partial<ChatCompletion.Choice>[] = [
      { index: 0, finish_reason: 'stop', message: message as never },
      { index: 1, finish_reason: 'length', message: { ...message, content: 'Hel' } as never },
      {
        index: 2,
        finish_reason: 'tool_calls',
        message: {
          ...message,
          content: null,
          tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }],
        } as never,
      },
      { index: 3, message: { ...message, content: null, refusal: 'No.' } as never },
    ];
    expect(answer(choices)).toEqual([
      { role: 'assistant', parts: [{ type: 'text', content: 'Hello' }], finish_reason: 'stop' },
      { role: 'assistant', parts: [{ type: 'text', content: 'Hel' }], finish_reason: 'length' },
      {
        role: 'assistant',
        parts: [{ type: 'tool_call', id: 'c', name: 'f', arguments: { a: 1 } }],
        finish_reason: 'tool_call',
      },
      { role: 'assistant', parts: [{ type: 'refusal', content: 'No.' }], finish_reason: 'error' },
    ]);
  });

  test('has the transcript of what was spoken, and a reference to the sound', () => {
    const data = Buffer.from('spoken').toString('base64');
    const audio = { id: 'audio_1', data, expires_at: 1, transcript: 'Spoken' };
    expect(answer([{ finish_reason: 'stop', message: { role: 'assistant', content: null, audio } }])).toEqual(
      [
        {
          role: 'assistant',
          parts: [{ type: 'blob', modality: 'audio', ...reference(data), transcript: 'Spoken' }],
          finish_reason: 'stop',
        },
      ],
    );
  });

  test('says nothing where there is none', () => {
    for (const result of [undefined, null, '', {}, { choices: null }, { choices: [] }])
      expect(readChatResponse(result)).toEqual({});
  });
});

test('values of any type are read to something valid, and never throw', () => {
  const words = `messages tools functions choices message role content name type text tool_calls function
    arguments custom input id tool_call_id audio data file url image_url file_data file_id refusal reasoning
    finish_reason system user assistant tool parameters stop`.split(/\s+/);
  const types = `text image_url input_audio file refusal function custom tool_call blob uri generic`.split(
    ' ',
  );
  const value = oddValues(words, types);
  const list = fc.oneof(fc.array(value, { maxLength: 4 }), value);
  fc.assert(
    fc.property(fc.record({ messages: list, tools: list, functions: list }), list, (params, choices) => {
      expect(problemsOf(readChatRequest(params))).toEqual([]);
      expect(problemsOf(readChatResponse({ choices }))).toEqual([]);
    }),
    { numRuns: 150 },
  );
  fc.assert(
    fc.property(value, (any) => {
      expect(problemsOf(readChatRequest(any))).toEqual([]);
      expect(problemsOf(readChatResponse(any))).toEqual([]);
    }),
  );
});
