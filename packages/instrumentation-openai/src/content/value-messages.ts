import type { AnyValue, CallContent, Message, MessagePart } from '@genvitals/conventions';
import type { ContentValues } from '@genvitals/context/host';
import { withoutBytes } from './blob.ts';
import { readJson } from './json-text.ts';
import { toPlainData } from './plain-data.ts';

/** Content by the keys that it is recorded under. */
export type PlainValues = Readonly<Record<string, AnyValue>>;

/** Copies, as JSON would say them, with references for bytes. */
export function readValues({ texts = {}, values = {} }: ContentValues): PlainValues {
  const read: Record<string, AnyValue> = {};
  for (const [key, text] of Object.entries(texts))
    if (typeof text === 'string') read[key] = withoutBytes(text);
  // Not as the value itself: of what was found, the first matters most.
  const copy = toPlainData({ values }) as { readonly values: PlainValues };
  for (const [key, value] of Object.entries(copy.values))
    read[key] = typeof value === 'string' ? readJson(value) : withoutBytes(value);
  return read;
}

/**
 * As a mask hook knows content: texts as a user's, other values as a tool's results; each a message whose name is
 * the key that it is recorded under.
 */
export function toMessages(values: PlainValues): CallContent {
  return {
    inputMessages: Object.entries(values).map(([name, value]): Message => {
      const isText = typeof value === 'string';
      const part: MessagePart = isText
        ? { type: 'text', content: value }
        : { type: 'tool_call_response', response: value };
      return { role: isText ? 'user' : 'tool', name, parts: [part] };
    }),
  };
}

/** What a mask hook left of them. A message that it took out, renamed or gave another kind of part is left out. */
export function fromMessages({ inputMessages = [] }: CallContent, asked: PlainValues): PlainValues {
  const left: Record<string, AnyValue> = {};
  for (const { name, parts } of inputMessages) {
    if (name === undefined || !Object.hasOwn(asked, name)) continue;
    const [part] = parts as readonly { readonly [key: string]: AnyValue }[];
    const value = part?.['type'] === 'text' ? part['content'] : part?.['response'];
    const copy = toPlainData(value);
    if (copy !== undefined) left[name] = copy;
  }
  return left;
}
