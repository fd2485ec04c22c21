import type { Attributes, AttributeValue } from '@opentelemetry/api';
import { type AttributeName, attributes as ledger, type NamesMode, wireKeys } from '@genvitals/conventions';
import type { Readers } from './endpoint.ts';

/** A reader bound to the wire keys of a names mode and to the check of its row's type. */
interface Field {
  readonly keys: readonly string[];
  readonly read: (source: unknown) => unknown;
  readonly accepts: (value: unknown) => boolean;
}

export type Fields = readonly Field[];

const MAX_STRING_LENGTH = 1024;
/** As many choices as OpenAI's API gives at most. */
const MAX_ITEMS = 128;

const isString = (value: unknown): boolean => typeof value === 'string' && value !== '';
const isFiniteNumber = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value);

/** A value of another type than its row says is left out: an odd request must not become an odd signal. */
const ACCEPTS: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: isString,
  int: Number.isSafeInteger,
  double: isFiniteNumber,
  boolean: (value) => typeof value === 'boolean',
  'string[]': (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
};

/** Attributes of this namespace belong to the provider `openai` alone (conventions, openai page). */
const OPENAI_NAMESPACE = 'openai.';

/** Binds an endpoint's readers to wire keys, once for each endpoint and provider. */
export function compileReaders<Source>(readers: Readers<Source>, mode: NamesMode, provider: string): Fields {
  const fields: Field[] = [];
  for (const name of Object.keys(readers) as AttributeName[]) {
    const { key, type } = ledger[name];
    if (key.startsWith(OPENAI_NAMESPACE) && provider !== 'openai') continue;
    const read = readers[name] as ((source: unknown) => unknown) | undefined;
    const accepts = ACCEPTS[type];
    if (read !== undefined && accepts !== undefined)
      fields.push({ keys: wireKeys(name, mode), read, accepts });
  }
  return fields;
}

/** No more of a string than anybody reads. */
export function cut(text: string): string {
  return text.length > MAX_STRING_LENGTH ? text.slice(0, MAX_STRING_LENGTH) : text;
}

function bounded(value: unknown): AttributeValue {
  if (typeof value === 'string') return cut(value);
  return Array.isArray(value) ? (value as string[]).slice(0, MAX_ITEMS).map(cut) : value;
}

/** Reads every field that `source` has into `target`. A source of any shape is survived. */
export function readFields(fields: Fields, source: unknown, target: Attributes): void {
  for (const field of fields) {
    let value: unknown;
    try {
      value = field.read(source);
    } catch {
      // A shape the reader did not expect: the attribute is absent.
      continue;
    }
    if (value === undefined || value === null || !field.accepts(value)) continue;
    for (const key of field.keys) target[key] = bounded(value);
  }
}

/** The model that a request names, the same in the span's name, its attribute and the labels. */
export function modelOf(params: unknown): string | undefined {
  try {
    const model: unknown = (params as { model?: unknown } | null | undefined)?.model;
    return typeof model === 'string' && model !== '' ? cut(model) : undefined;
  } catch {
    return undefined;
  }
}
