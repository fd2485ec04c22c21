import { apiErrors } from './errors.ts';
import { type JsonObject, isObject } from './json.ts';

/** One optional parameter of a request body and what it must be. */
export type Parameter =
  | {
      readonly name: string;
      readonly kind: 'decimal' | 'integer';
      readonly least?: number;
      readonly most?: number;
    }
  | { readonly name: string; readonly kind: 'boolean' | 'string' | 'object' | 'array' }
  | { readonly name: string; readonly kind: 'choice'; readonly allowed: readonly string[] };

const wanted = {
  decimal: 'a decimal',
  integer: 'an integer',
  boolean: 'a boolean',
  string: 'a string',
  object: 'an object',
  array: 'an array',
  choice: 'a string',
} as const;

/** The kind of a value in the words of the API's own messages. */
export function nameOfType(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'an integer' : 'a decimal';
  if (typeof value === 'object') return 'an object';
  return `a ${typeof value}`;
}

const isOfKind: Record<Parameter['kind'], (value: unknown) => boolean> = {
  decimal: (value) => typeof value === 'number',
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === 'boolean',
  string: (value) => typeof value === 'string',
  object: isObject,
  array: (value) => Array.isArray(value),
  choice: (value) => typeof value === 'string',
};

/** Throws the API's 400 for the first parameter that is given and wrong. Null counts as not given. */
export function checkParameters(body: JsonObject, parameters: readonly Parameter[]): void {
  for (const parameter of parameters) {
    const value = body[parameter.name];
    if (value === undefined || value === null) continue;
    if (!isOfKind[parameter.kind](value)) {
      throw apiErrors.wrongType(parameter.name, wanted[parameter.kind], nameOfType(value));
    }
    if ('allowed' in parameter && typeof value === 'string' && !parameter.allowed.includes(value)) {
      throw apiErrors.wrongValue(parameter.name, value, parameter.allowed);
    }
    if (parameter.kind !== 'decimal' && parameter.kind !== 'integer') continue;
    checkRange(parameter, Number(value));
  }
}

function checkRange(parameter: Extract<Parameter, { kind: 'decimal' | 'integer' }>, value: number): void {
  const { name, kind, least, most } = parameter;
  if (least !== undefined && value < least) {
    throw apiErrors.outOfRange(
      name,
      `${kind} below minimum value. Expected a value >= ${least}, but got ${value} instead.`,
      `${kind}_below_min_value`,
    );
  }
  if (most !== undefined && value > most) {
    throw apiErrors.outOfRange(
      name,
      `${kind} above maximum value. Expected a value <= ${most}, but got ${value} instead.`,
      `${kind}_above_max_value`,
    );
  }
}

/** The first of the named parameters that is a number. */
export function numberAt(body: JsonObject, ...names: readonly string[]): number | undefined {
  for (const name of names) {
    const value = body[name];
    if (typeof value === 'number') return value;
  }
  return undefined;
}
