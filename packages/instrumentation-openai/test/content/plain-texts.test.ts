import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  foldCompletionContent,
  readCompletionRequest,
  readCompletionResponse,
} from '../../src/content/completions-content.ts';
import { readEmbeddingsRequest } from '../../src/content/embeddings-content.ts';
import { textCompletion } from '../answers.ts';
import { checked, problemsOf } from './message-schemas.ts';
import { oddValues } from './odd-values.ts';

const said = (...texts: string[]): unknown =>
  texts.map((content) => ({ role: 'user', parts: [{ type: 'text', content }] }));
const chunk = (text: string, index = 0, finish_reason: string | null = null): object =>
  textCompletion({ choices: [{ index, text, logprobs: null, finish_reason }] });

describe('a legacy completion', () => {
  const prompt = (prompt: unknown): unknown => checked(readCompletionRequest({ prompt })).inputMessages;

  test('has its prompts as words of the user, and counts what came as tokens', () => {
    expect(prompt('Once')).toEqual(said('Once'));
    expect(prompt(['Once', 'Twice'])).toEqual(said('Once', 'Twice'));
    expect(prompt([1, 2, 3])).toEqual([{ role: 'user', parts: [{ type: 'tokens', token_count: 3 }] }]);
    expect(prompt([[1], [1, 2]])).toEqual([
      { role: 'user', parts: [{ type: 'tokens', token_count: 1 }] },
      { role: 'user', parts: [{ type: 'tokens', token_count: 2 }] },
    ]);
    expect(prompt(undefined)).toBeUndefined();
  });

  test('has what is to follow', () => {
    expect(checked(readCompletionRequest({ prompt: 'Once', suffix: 'The end.' })).inputMessages).toEqual([
      ...(said('Once') as object[]),
      { role: 'user', parts: [{ type: 'suffix', content: 'The end.' }] },
    ]);
  });

  test('answers with one message a choice', () => {
    const choices = [
      { index: 0, text: 'a', logprobs: { tokens: ['a'] }, finish_reason: 'stop' },
      { index: 1, text: 'b', logprobs: null, finish_reason: 'length' },
    ];
    expect(checked(readCompletionResponse({ choices })).outputMessages).toEqual([
      { role: 'assistant', parts: [{ type: 'text', content: 'a' }], finish_reason: 'stop' },
      { role: 'assistant', parts: [{ type: 'text', content: 'b' }], finish_reason: 'length' },
    ]);
    expect(readCompletionResponse({ choices: [] })).toEqual({});
  });

  test('has the text of all chunks of its stream, up to 256 Ki characters', () => {
    const fold = foldCompletionContent();
    for (const each of [chunk('B', 1), chunk('A'), chunk('b', 1, 'length'), chunk('a')]) fold.push(each);
    expect(checked(fold.result()).outputMessages).toEqual([
      { role: 'assistant', parts: [{ type: 'text', content: 'Aa' }], finish_reason: 'error' },
      { role: 'assistant', parts: [{ type: 'text', content: 'Bb' }], finish_reason: 'length' },
    ]);
    fold.push(chunk('a'.repeat(300_000)));
    expect(fold.leftOutLength()).toBe(300_000 + 4 - 262_144);
  });
});

describe('an embedding', () => {
  const input = (input: unknown): unknown => checked(readEmbeddingsRequest({ input })).inputMessages;

  test('has its texts as words of the user, and counts what came as tokens', () => {
    expect(input('One')).toEqual(said('One'));
    expect(input(['One', 'Two'])).toEqual(said('One', 'Two'));
    expect(input([[7, 8]])).toEqual([{ role: 'user', parts: [{ type: 'tokens', token_count: 2 }] }]);
  });

  test('follows no more texts than the API takes', () => {
    const messages = input(Array.from({ length: 3000 }, () => 'a')) as unknown[];
    expect(messages).toHaveLength(2049);
    expect(messages.at(-1)).toEqual((said('… [952 texts left out]') as unknown[])[0]);
  });
});

test('values of any type are read to something valid, and never throw', () => {
  const value = oddValues('prompt input suffix choices text index finish_reason'.split(' '), ['text']);
  const list = fc.oneof(fc.array(value, { maxLength: 3 }), value);
  fc.assert(
    fc.property(list, list, (texts, choices) => {
      expect(problemsOf(readCompletionRequest({ prompt: texts, suffix: texts }))).toEqual([]);
      expect(problemsOf(readEmbeddingsRequest({ input: texts }))).toEqual([]);
      expect(problemsOf(readCompletionResponse({ choices }))).toEqual([]);
      const fold = foldCompletionContent();
      fold.push({ choices });
      expect(problemsOf(fold.result())).toEqual([]);
    }),
    { numRuns: 150 },
  );
});
