import type { AnyValue } from '@genvitals/conventions';
import { withoutBytes } from './blob.ts';
import { toPlainData } from './plain-data.ts';

/** A text beyond it would be cut anyway, and a cut text is no JSON. */
const MAX_LENGTH = 262_144;
const OPENING = /^\s*[[{]/;
/** Only these may hold a number that JavaScript cannot. */
const LONG_NUMBER = /\d{16}/;

/** A number that would lose digits stays the text it was: ids must not change. */
function keepDigits(this: unknown, _key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || !Number.isInteger(value) || Number.isSafeInteger(value)) return value;
  return context?.source ?? value;
}

/**
 * What a model or a tool wrote as JSON: the object or list, else the text itself. Data URLs and long base64
 * in it are references.
 */
export function readJson(text: string): AnyValue {
  if (text.length > MAX_LENGTH || !OPENING.test(text)) return withoutBytes(text);
  try {
    const parsed: unknown = JSON.parse(text, LONG_NUMBER.test(text) ? keepDigits : undefined);
    return withoutBytes(toPlainData(parsed) ?? text);
  } catch {
    return text;
  }
}
