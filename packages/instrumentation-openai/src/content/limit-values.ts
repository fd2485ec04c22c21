import type { AnyValue } from '@genvitals/conventions';
import { cutText } from './cut-text.ts';
import { isRecord } from './plain-data.ts';
import type { PlainValues } from './value-messages.ts';

/** Of one text, in UTF-8; where all is too much, of each. */
const TEXT_BYTES: readonly number[] = [32_768, 8_192, 2_048, 512, 128];
/** Of all values together as JSON, in UTF-8. */
const ALL_BYTES = 262_144;
/** Where short texts are still too much, there are fewer of them. */
const FEWER_ITEMS: readonly number[] = [256, 64, 16, 4, 1];

function cutTexts(value: AnyValue, maxBytes: number): AnyValue {
  if (typeof value === 'string') return cutText(value, maxBytes);
  if (Array.isArray(value)) return (value as readonly AnyValue[]).map((each) => cutTexts(each, maxBytes));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, cutTexts(each, maxBytes)]));
}

function keepFew(value: AnyValue, most: number): AnyValue {
  if (Array.isArray(value)) {
    const list = value as readonly AnyValue[];
    const kept = list.slice(0, most).map((each) => keepFew(each, most));
    return list.length > most ? [...kept, `… [${list.length - most} items left out]`] : kept;
  }
  if (!isRecord(value)) return value;
  const entries = Object.entries(value);
  const kept = entries.slice(0, most).map(([key, each]) => [key, keepFew(each, most)] as const);
  return Object.fromEntries(
    entries.length > most ? [...kept, ['…', `… [${entries.length - most} fields left out]`]] : kept,
  );
}

function bytesOf(values: PlainValues): number {
  return Buffer.byteLength(JSON.stringify(values));
}

function changeEach(values: PlainValues, change: (value: AnyValue) => AnyValue): PlainValues {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));
}

/**
 * Brings values to what may leave the app: 32 KiB a text, 256 KiB of JSON together. What is cut says by how much,
 * and stays of its shape; the first items of a list are kept. Does not change its argument.
 */
export function limitValues(values: PlainValues): PlainValues {
  let small = values;
  for (const bytes of TEXT_BYTES) {
    small = changeEach(small, (value) => cutTexts(value, bytes));
    if (bytesOf(small) <= ALL_BYTES) return small;
  }
  for (const most of FEWER_ITEMS) {
    small = changeEach(small, (value) => keepFew(value, most));
    if (bytesOf(small) <= ALL_BYTES) return small;
  }
  // Nothing but keys is left that could be so long.
  return changeEach(small, (value) => cutText(JSON.stringify(value), TEXT_BYTES[0] ?? 0));
}
