import { type JsonObject, isObject, isStringArray } from './json.ts';
import type { Random } from './random.ts';

/** Gives the text for a string the schema leaves open, by the name of its property. */
export type TextFor = (property: string) => string;

/** Below this depth only what the schema demands is made: no optional member, no more items than it must have. */
const maxDepth = 6;
/** A schema that goes round in circles must not make a value without end. */
const mostNodes = 5000;

const formats: Record<string, (random: Random) => string> = {
  'date-time': (random) => `2026-${two(1 + random.below(12))}-${two(1 + random.below(28))}T09:30:00Z`,
  date: (random) => `2026-${two(1 + random.below(12))}-${two(1 + random.below(28))}`,
  time: () => '09:30:00Z',
  duration: (random) => `P${1 + random.below(30)}D`,
  email: (random) => `person${random.below(1000)}@example.com`,
  hostname: () => 'www.example.com',
  ipv4: (random) => `192.0.2.${1 + random.below(254)}`,
  ipv6: (random) => `2001:db8::${(1 + random.below(65_000)).toString(16)}`,
  uri: () => 'https://www.example.com/',
  uuid: (random) => {
    const hex = random.text(32, '0123456789abcdef');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  },
};

function two(value: number): string {
  return String(value).padStart(2, '0');
}

function numberOf(value: unknown, otherwise: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : otherwise;
}

function resolve(schema: JsonObject, root: unknown): unknown {
  const reference = schema['$ref'];
  if (typeof reference !== 'string' || !reference.startsWith('#')) return schema;
  let found: unknown = root;
  for (const step of reference
    .slice(1)
    .split('/')
    .filter((part) => part !== '')) {
    const key = decodeURIComponent(step).replace(/~1/gu, '/').replace(/~0/gu, '~');
    found = isObject(found) ? found[key] : undefined;
  }
  return found;
}

function typeOf(schema: JsonObject): string | undefined {
  const type = schema['type'];
  if (typeof type === 'string') return type;
  if (isStringArray(type)) return type.find((one) => one !== 'null') ?? 'null';
  if (isObject(schema['properties'])) return 'object';
  return 'items' in schema ? 'array' : undefined;
}

function toNumber(schema: JsonObject, whole: boolean, random: Random): number {
  const step = numberOf(schema['multipleOf'], whole ? 1 : 0.01);
  const above = schema['exclusiveMinimum'];
  const below = schema['exclusiveMaximum'];
  const least =
    typeof above === 'number'
      ? Math.floor(above / step) + 1
      : Math.ceil(numberOf(schema['minimum'], 0) / step);
  const unbounded = least + Math.round(100 / step);
  const most =
    typeof below === 'number'
      ? Math.ceil(below / step) - 1
      : Math.floor(numberOf(schema['maximum'], unbounded * step) / step);
  const steps = least + random.below(Math.max(1, most - least + 1));
  // 0.1 * 3 is 0.30000000000000004; a figure in JSON should not look like that.
  return Number((steps * step).toFixed(10));
}

function toText(schema: JsonObject, property: string, textFor: TextFor, random: Random): string {
  const format = schema['format'];
  const made = typeof format === 'string' ? formats[format]?.(random) : undefined;
  if (made !== undefined) return made;
  const least = Math.max(0, numberOf(schema['minLength'], 0));
  const most = numberOf(schema['maxLength'], Number.POSITIVE_INFINITY);
  let text = textFor(property);
  if (text.length < least) text = text.padEnd(Math.min(least, 100_000), ' .');
  return text.length > most ? text.slice(0, most) : text;
}

interface Maker {
  nodes: number;
  readonly root: unknown;
  readonly textFor: TextFor;
  readonly random: Random;
}

function toArray(schema: JsonObject, property: string, depth: number, maker: Maker): unknown[] {
  const least = numberOf(schema['minItems'], 0);
  const most = numberOf(schema['maxItems'], Math.max(least, 3));
  const length = depth >= maxDepth ? least : Math.max(least, Math.min(most, 1 + maker.random.below(3)));
  return Array.from({ length: Math.min(length, 1000) }, () =>
    make(schema['items'] ?? {}, property, depth + 1, maker),
  );
}

function toObject(schema: JsonObject, depth: number, maker: Maker): JsonObject {
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  const required = isStringArray(schema['required']) ? schema['required'] : [];
  const entries: [string, unknown][] = [];
  for (const [name, inner] of Object.entries(properties)) {
    if (depth < maxDepth || required.includes(name))
      entries.push([name, make(inner, name, depth + 1, maker)]);
  }
  return Object.fromEntries(entries);
}

/** Of several alternatives: one that ends, where the schema goes round in circles. */
function choose(alternatives: readonly unknown[], depth: number, maker: Maker): unknown {
  if (depth < 4) return maker.random.pick(alternatives);
  const ending = alternatives.find(
    (one) => isObject(one) && (one['type'] === 'null' || 'const' in one || 'enum' in one),
  );
  return ending ?? alternatives[0];
}

function make(given: unknown, property: string, depth: number, maker: Maker): unknown {
  const schema = isObject(given) ? resolve(given, maker.root) : given;
  maker.nodes += 1;
  if (!isObject(schema) || depth > 4 * maxDepth || maker.nodes > mostNodes) return null;
  if (schema !== given && '$ref' in schema) return make(schema, property, depth + 1, maker);
  if ('const' in schema) return schema['const'];
  const { enum: listed, anyOf, oneOf, allOf } = schema;
  if (Array.isArray(listed) && listed.length > 0) return maker.random.pick<unknown>(listed);
  for (const alternatives of [anyOf, oneOf]) {
    if (Array.isArray(alternatives) && alternatives.length > 0) {
      return make(choose(alternatives, depth, maker), property, depth + 1, maker);
    }
  }
  if (Array.isArray(allOf) && allOf.length > 0) {
    const { allOf: _parts, ...own } = schema;
    return make(
      merge([own, ...allOf.map((part) => (isObject(part) ? resolve(part, maker.root) : part))]),
      property,
      depth + 1,
      maker,
    );
  }
  const type = typeOf(schema);
  if (isStringArray(schema['type']) && schema['type'].includes('null') && depth >= maxDepth) return null;
  switch (type) {
    case 'object':
      return toObject(schema, depth, maker);
    case 'array':
      return toArray(schema, property, depth, maker);
    case 'number':
    case 'integer':
      return toNumber(schema, type === 'integer', maker.random);
    case 'boolean':
      return maker.random.next() < 0.5;
    case 'null':
      return null;
    default:
      return toText(schema, property, maker.textFor, maker.random);
  }
}

function merge(parts: readonly unknown[]): JsonObject {
  const merged: JsonObject = {};
  for (const part of parts.filter(isObject)) {
    const properties = { ...(isObject(merged['properties']) ? merged['properties'] : {}) };
    const required = isStringArray(merged['required']) ? merged['required'] : [];
    Object.assign(merged, part);
    if (isObject(part['properties'])) Object.assign(properties, part['properties']);
    if (Object.keys(properties).length > 0) merged['properties'] = properties;
    merged['required'] = [...required, ...(isStringArray(part['required']) ? part['required'] : [])];
  }
  return merged;
}

/** A value that is valid for the schema, with its open strings filled by what was asked. */
export function toSchemaValue(schema: unknown, textFor: TextFor, random: Random): unknown {
  return make(schema, '', 0, { nodes: 0, root: schema, textFor, random });
}
