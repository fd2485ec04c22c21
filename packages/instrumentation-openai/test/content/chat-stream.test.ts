import * as fc from 'fast-check';
import { ChatCompletionStream } from 'openai/lib/ChatCompletionStream';
import { describe, expect, test } from 'vitest';
import { readChatResponse } from '../../src/content/chat-content.ts';
import { foldChatContent } from '../../src/content/chat-stream.ts';
import { chatChunk, chatStream } from '../answers.ts';
import { checked, problemsOf } from './message-schemas.ts';
import { oddValues } from './odd-values.ts';

function fold(chunks: readonly unknown[]): { messages: unknown; leftOut: number } {
  const fold = foldChatContent();
  for (const chunk of chunks) fold.push(chunk);
  return { messages: checked(fold.result()).outputMessages, leftOut: fold.leftOutLength() };
}
const messagesOf = (...chunks: unknown[]): unknown => fold(chunks).messages;
const call = (index: number | undefined, piece: object): object =>
  chatChunk({ tool_calls: [{ ...(index !== undefined && { index }), ...piece }] });

describe('a streamed chat completion', () => {
  test('has the text of all its chunks, and why it ended', () => {
    expect(messagesOf(...chatStream())).toEqual([
      { role: 'assistant', parts: [{ type: 'text', content: 'Hello' }], finish_reason: 'stop' },
    ]);
  });

  test('has each of its choices, however they are interleaved', () => {
    expect(
      messagesOf(
        chatChunk({ role: 'assistant', content: 'B' }, { index: 1 }),
        chatChunk({ role: 'assistant', content: 'A' }, { index: 0 }),
        chatChunk({ content: 'b' }, { index: 1 }),
        chatChunk({}, { index: 1, finish_reason: 'length' }),
        chatChunk({ content: 'a' }, { index: 0 }),
        chatChunk({}, { index: 0, finish_reason: 'stop' }),
      ),
    ).toEqual([
      { role: 'assistant', parts: [{ type: 'text', content: 'Aa' }], finish_reason: 'stop' },
      { role: 'assistant', parts: [{ type: 'text', content: 'Bb' }], finish_reason: 'length' },
    ]);
  });

  test('has parallel tool calls by their index', () => {
    expect(
      messagesOf(
        call(0, { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '' } }),
        call(1, { id: 'call_2', type: 'custom', custom: { name: 'sql', input: 'select' } }),
        call(0, { function: { arguments: '{"city":' } }),
        call(1, { custom: { input: ' 1' } }),
        call(0, { function: { arguments: '"Oslo"}' } }),
        chatChunk({}, { finish_reason: 'tool_calls' }),
      ),
    ).toEqual([
      {
        role: 'assistant',
        parts: [
          { type: 'tool_call', id: 'call_1', name: 'weather', arguments: { city: 'Oslo' } },
          { type: 'tool_call', id: 'call_2', name: 'sql', arguments: 'select 1' },
        ],
        finish_reason: 'tool_call',
      },
    ]);
  });

  test.each([
    ['no index', [undefined, undefined]],
    ['the same index for all', [0, 0]],
  ])('has the tool calls of servers that send %s', (_, [first, second]) => {
    expect(
      messagesOf(
        call(first, { id: 'a', function: { name: 'f', arguments: '{"n":' } }),
        call(first, { function: { arguments: '1}' } }),
        call(second, { id: 'b', function: { name: 'g', arguments: '{}' } }),
      ),
    ).toMatchObject([
      {
        parts: [
          { id: 'a', name: 'f', arguments: { n: 1 } },
          { id: 'b', name: 'g', arguments: {} },
        ],
      },
    ]);
  });

  test('has reasoning, pieces of text, refusals, function calls of old, and the transcript of what was spoken', () => {
    expect(
      messagesOf(
        chatChunk({ role: 'assistant', reasoning_content: 'H' }),
        chatChunk({ content: [{ type: 'text', text: 'A' }] }),
        chatChunk({ content: 'nd' }),
        chatChunk({ reasoning_content: 'm.' }),
        chatChunk({ refusal: 'N' }),
        chatChunk({ refusal: 'o.' }),
        chatChunk({ function_call: { name: 'f', arguments: '{"a"' } }),
        chatChunk({ function_call: { arguments: ':1}' } }),
        chatChunk({ audio: { id: 'audio_1', data: 'QUJD' } }),
        chatChunk({ audio: { transcript: 'Spo' } }),
        chatChunk({ audio: { transcript: 'ken' } }),
      ),
    ).toEqual([
      {
        role: 'assistant',
        parts: [
          { type: 'reasoning', content: 'Hm.' },
          { type: 'text', content: 'And' },
          { type: 'refusal', content: 'No.' },
          { type: 'file', modality: 'audio', file_id: 'audio_1', transcript: 'Spoken' },
          { type: 'tool_call', name: 'f', arguments: { a: 1 } },
        ],
        finish_reason: 'error',
      },
    ]);
  });

  test('says nothing where nothing came', () => {
    expect(fold([])).toEqual({ messages: undefined, leftOut: 0 });
    expect(
      fold([undefined, null, 1, {}, { choices: null }, { choices: [null, 1] }]).messages,
    ).toBeUndefined();
  });

  test('is the same as the client makes of it, however it is cut', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 12 });
    const message = fc.record({ content: text, refusal: text, calls: fc.array(text, { maxLength: 3 }) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(message, { minLength: 1, maxLength: 3 }),
        fc.infiniteStream(fc.nat(3)),
        async (said, cuts) => {
          const perChoice = said.map(({ content, refusal, calls }, index) => [
            chatChunk({ role: 'assistant' }, { index }),
            ...cut(content, cuts).map((piece) => chatChunk({ content: piece }, { index })),
            ...cut(refusal, cuts).map((piece) => chatChunk({ refusal: piece }, { index })),
            ...calls.flatMap((given, at) => [
              chatChunk(
                {
                  tool_calls: [
                    { index: at, id: `c${at}`, type: 'function', function: { name: 'f', arguments: '' } },
                  ],
                },
                { index },
              ),
              ...cut(given, cuts).map((piece) =>
                chatChunk({ tool_calls: [{ index: at, function: { arguments: piece } }] }, { index }),
              ),
            ]),
            chatChunk({}, { index, finish_reason: 'stop' }),
          ]);
          const chunks = interleave(perChoice, cuts);
          const body = new Blob(chunks.map((chunk) => `${JSON.stringify(chunk)}\n`)).stream();
          const whole = await ChatCompletionStream.fromReadableStream(body).finalChatCompletion();
          expect(messagesOf(...chunks)).toEqual(readChatResponse(whole).outputMessages);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('keeps 256 Ki characters of what is said, and counts the rest', () => {
    const words = 'word '.repeat(100);
    const chunks = Array.from({ length: 2000 }, (_, index) =>
      chatChunk({ content: words }, { index: index % 2 }),
    );
    const { messages, leftOut } = fold(chunks);
    const texts = (messages as { parts: { content: string }[] }[]).map(
      ({ parts }) => parts[0]?.content ?? '',
    );
    const marks = texts.map((text) => Number(/… \[(\d+) characters left out\]$/.exec(text)?.[1]));
    expect(leftOut).toBe(1_000_000 - 262_144);
    expect(marks.reduce((sum, mark) => sum + mark)).toBe(leftOut);
    expect(texts.join('').replaceAll(/… \[\d+ characters left out\]/g, '')).toHaveLength(262_144);
  });

  test('never keeps a half of a character', () => {
    const { messages } = fold([chatChunk({ content: `a${'😀'.repeat(200_000)}` })]);
    expect(JSON.stringify(messages)).not.toMatch(/\\ud[89ab]/);
  });

  test('follows no more than 128 choices and 128 tool calls', () => {
    const choices = Array.from({ length: 200 }, (_, index) => chatChunk({ content: 'a' }, { index }));
    expect(fold(choices).messages).toHaveLength(128);
    const calls = Array.from({ length: 200 }, (_, index) =>
      call(index, { id: `c${index}`, function: { name: 'f' } }),
    );
    expect((fold(calls).messages as { parts: unknown[] }[])[0]?.parts).toHaveLength(128);
  });

  test('survives chunks of any type', () => {
    const words = `choices index delta message content role refusal reasoning audio id transcript tool_calls
      function custom name arguments input function_call finish_reason`.split(/\s+/);
    const value = oddValues(words, ['function', 'custom']);
    const choice = fc.record({ index: value, delta: value, finish_reason: value }, { requiredKeys: [] });
    const chunk = fc.oneof(value, fc.record({ choices: fc.array(choice, { maxLength: 3 }) }));
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 4 }), (chunks) => {
        const fold = foldChatContent();
        for (const chunk of chunks) fold.push(chunk);
        expect(problemsOf(fold.result())).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

function cut(text: string, cuts: Iterator<number>): string[] {
  const pieces: string[] = [];
  let from = 0;
  while (from < text.length) {
    const length = cuts.next().value as number;
    pieces.push(text.slice(from, from + length));
    from += length;
  }
  return pieces;
}

/** All items, those of each list in their order. */
function interleave<Item>(lists: readonly (readonly Item[])[], cuts: Iterator<number>): Item[] {
  const queues = lists.map((list) => [...list]);
  const mixed: Item[] = [];
  while (queues.some((queue) => queue.length > 0)) {
    const next = queues[(cuts.next().value as number) % queues.length]?.shift();
    if (next !== undefined) mixed.push(next);
  }
  return mixed;
}
