import type { Message, MessagePart } from '@genvitals/conventions';
import { readContent } from './content-parts.ts';
import { toPlainData } from './plain-data.ts';

/** As many as OpenAI's API takes at most. */
const MAX_TEXTS = 2048;

/** Each text of a list, or the only one, as words of the user. Tokens are counted: their numbers tell nobody anything. */
export function readPlainTexts(given: unknown): Message[] {
  if (given === undefined || given === null) return [];
  if (!isList(given) || isTokens(given)) return [{ role: 'user', parts: readText(given) }];
  const texts = given.slice(0, MAX_TEXTS).map((text): Message => ({ role: 'user', parts: readText(text) }));
  const leftOut = given.length - texts.length;
  if (leftOut > 0) texts.push({ role: 'user', parts: readContent(`… [${leftOut} texts left out]`) });
  return texts;
}

function readText(text: unknown): MessagePart[] {
  if (isList(text) && isTokens(text)) return [{ type: 'tokens', token_count: text.length }];
  return readContent(toPlainData(text));
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function isTokens(list: readonly unknown[]): boolean {
  return typeof list[0] === 'number';
}
