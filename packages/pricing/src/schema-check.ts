import type { Schema } from './user-prices-schema.ts';

/** The first place where a value is not what a schema wants. */
export interface Mismatch {
  /** As one would write it in code: `prices[0].tier`; empty for the whole. */
  readonly path: string;
  readonly wanted: string;
  readonly came: string;
}

const SHOWN_CHARS = 60;

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? typeof value);
  return text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const ARTICLES = { object: 'a mapping', array: 'a list', string: 'a text', number: 'a number' } as const;

function isOfType(value: unknown, type: Schema['type']): boolean {
  if (type === 'object') return isObject(value);
  if (type === 'array') return Array.isArray(value);
  return type === 'number' ? Number.isFinite(value) : typeof value === 'string';
}

/** What is wrong with a value itself, whatever is in it. */
function wantedOf(value: unknown, schema: Schema): string | undefined {
  const { enum: choices, minLength, pattern, minimum, maximum, minProperties } = schema;
  if (!isOfType(value, schema.type)) return ARTICLES[schema.type];
  if (choices !== undefined && !choices.includes(value as string)) return choices.join(', ');
  if (minLength !== undefined && (value as string).length < minLength) return 'a text that is not empty';
  if (pattern !== undefined && !new RegExp(pattern).test(value as string)) return `a text like ${pattern}`;
  if (minimum !== undefined && (value as number) < minimum) return `a number from ${minimum} on`;
  if (maximum !== undefined && (value as number) > maximum) return `a number up to ${maximum}`;
  if (minProperties !== undefined && Object.keys(value as object).length < minProperties) {
    return `at least ${minProperties} of ${Object.keys(schema.properties ?? {}).join(', ')}`;
  }
  return undefined;
}

function checkObject(
  value: Readonly<Record<string, unknown>>,
  schema: Schema,
  path: string,
): Mismatch | undefined {
  const properties = schema.properties ?? {};
  const at = (key: string): string => (path === '' ? key : `${path}.${key}`);
  for (const key of schema.required ?? []) {
    if (!Object.hasOwn(value, key)) {
      const property = properties[key];
      const wanted =
        property?.enum?.join(', ') ?? (property === undefined ? 'a value' : ARTICLES[property.type]);
      return { path: at(key), wanted, came: 'nothing' };
    }
  }
  for (const [key, child] of Object.entries(value)) {
    const known = Object.hasOwn(properties, key) ? properties[key] : schema.additionalProperties;
    if (known === false) {
      return { path: at(key), wanted: `one of ${Object.keys(properties).join(', ')}`, came: show(key) };
    }
    const mismatch = known && checkSchema(child, known, at(key));
    if (mismatch !== undefined) return mismatch;
  }
  return undefined;
}

/** Checks a value, and tells the first place that is wrong. */
export function checkSchema(value: unknown, schema: Schema, path = ''): Mismatch | undefined {
  const wanted = wantedOf(value, schema);
  if (wanted !== undefined) return { path, wanted, came: show(value) };
  if (isObject(value)) return checkObject(value, schema, path);
  if (Array.isArray(value) && schema.items !== undefined) {
    for (const [index, item] of value.entries()) {
      const mismatch = checkSchema(item, schema.items, `${path}[${index}]`);
      if (mismatch !== undefined) return mismatch;
    }
  }
  return undefined;
}
