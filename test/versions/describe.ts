/**
 * Writes any value down as plain JSON, with all that a program could tell it apart by: class chain, own
 * properties in order with their flags, symbols, identity (the same object twice is a reference).
 * What differs from run to run (ports, generated ids, dates) is written as a placeholder.
 */
export type Described = string | number | boolean | null | { readonly [key: string]: unknown };

const MAX_DEPTH = 14;

/** Headers that name a moment or a socket. */
const VOLATILE_HEADERS = new Set(['date', 'host']);

export function withoutVolatileParts(text: string): string {
  return text
    .replaceAll(/(127\.0\.0\.1|localhost):\d+/g, '<host>')
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uuid>')
    .replaceAll(/-{2,}(formdata-undici-|form-data-boundary-|openai-)[0-9a-z]+/g, '--$1<boundary>')
    .replaceAll(/(boundary=)(formdata-undici-|form-data-boundary-|openai-|-+)[0-9A-Za-z]+/g, '$1<boundary>');
}

export function describeHeaders(entries: Iterable<readonly [string, string]>): [string, string][] {
  return [...entries]
    .filter(([name]) => !VOLATILE_HEADERS.has(name.toLowerCase()))
    .map(([name, value]) => [name, withoutVolatileParts(value)]);
}

function classChain(value: object): string[] {
  const chain: string[] = [];
  for (let proto = Object.getPrototypeOf(value); proto !== null; proto = Object.getPrototypeOf(proto)) {
    const constructor: unknown = Object.getOwnPropertyDescriptor(proto, 'constructor')?.value;
    chain.push(typeof constructor === 'function' ? constructor.name : '<no constructor>');
  }
  return chain;
}

/** Objects of the platform hold their state in symbols of its own, so their public face is described. */
type Face = (value: any, inner: (value: unknown) => Described) => Record<string, unknown>;

const faces: Readonly<Record<string, Face>> = {
  Response: (value) => ({
    status: value.status,
    ok: value.ok,
    statusText: value.statusText,
    bodyUsed: value.bodyUsed,
    url: withoutVolatileParts(value.url),
    headers: describeHeaders(value.headers.entries()),
  }),
  Headers: (value) => ({ entries: describeHeaders(value.entries()) }),
  AbortController: (value) => ({ aborted: value.signal.aborted }),
  AbortSignal: (value) => ({ aborted: value.aborted }),
  ReadableStream: (value) => ({ locked: value.locked }),
  Uint8Array: (value) => ({ bytes: Buffer.from(value).toString('base64') }),
  Buffer: (value) => ({ bytes: value.toString('base64') }),
  ArrayBuffer: (value) => ({ bytes: Buffer.from(value).toString('base64') }),
  Blob: (value) => ({ size: value.size, type: value.type }),
  Map: (value, inner) => ({
    entries: [...value].map(([key, item]: [unknown, unknown]) => [inner(key), inner(item)]),
  }),
  Set: (value, inner) => ({ entries: [...value].map((item: unknown) => inner(item)) }),
  URL: (value) => ({ href: withoutVolatileParts(value.href) }),
  OpenAI: () => ({}),
  AzureOpenAI: () => ({}),
};

function faceOf(chain: readonly string[]): Face | undefined {
  for (const name of chain) if (Object.hasOwn(faces, name)) return faces[name];
  return undefined;
}

/** Properties whose value is a socket, a moment or a place in our files. */
const VOLATILE_PROPERTIES = new Set<PropertyKey>(['stack', 'port', 'socket', 'startTime']);

/** Before Node 24 an async context leaves these on each promise; no app can tell by them who made it. */
const ASYNC_HOOK_SYMBOLS = new Set(['async_id_symbol', 'trigger_async_id_symbol', 'kResourceStore']);

function isAsyncHookSymbol(key: PropertyKey): boolean {
  return typeof key === 'symbol' && ASYNC_HOOK_SYMBOLS.has(key.description ?? '');
}

export function describe(root: unknown): Described {
  const numbers = new Map<object, number>();

  function describeProperty(holder: object, key: PropertyKey, depth: number): unknown[] {
    const found = Object.getOwnPropertyDescriptor(holder, key);
    const flags = `${found?.enumerable ? 'e' : '-'}${found?.configurable ? 'c' : '-'}`;
    const name = typeof key === 'symbol' ? key.toString() : key;
    if (found === undefined) return [name, 'gone'];
    if (found.get !== undefined || found.set !== undefined) return [name, `${flags} accessor`];
    const value = VOLATILE_PROPERTIES.has(key) ? `<${String(key)}>` : inner(found.value, depth);
    return [name, `${flags}${found.writable ? 'w' : '-'}`, value];
  }

  function inner(value: unknown, depth: number): Described {
    switch (typeof value) {
      case 'string':
        return withoutVolatileParts(value);
      case 'boolean':
        return value;
      case 'number':
        return Number.isFinite(value) && !Object.is(value, -0) ? value : { number: String(value) };
      case 'undefined':
        return { undefined: true };
      case 'bigint':
        return { bigint: String(value) };
      case 'symbol':
        return { symbol: value.toString() };
      case 'function':
        return { function: true };
      default:
        return value === null ? null : describeObject(value as object, depth);
    }
  }

  function describeObject(value: object, depth: number): Described {
    const known = numbers.get(value);
    if (known !== undefined) return { same: known };
    const id = numbers.size;
    numbers.set(value, id);
    if (depth >= MAX_DEPTH) return { deep: true };
    const chain = classChain(value);
    const frozen = Object.isFrozen(value) ? { frozen: true } : {};
    const face = faceOf(chain);
    if (face !== undefined && depth > -1) {
      return { id, chain, ...face(value, (item) => inner(item, depth + 1)) };
    }
    if (Array.isArray(value) && value.length === Object.keys(value).length) {
      return { id, chain, ...frozen, items: value.map((item) => inner(item, depth + 1)) };
    }
    const properties = Reflect.ownKeys(value)
      .filter((key) => !isAsyncHookSymbol(key))
      .map((key) => describeProperty(value, key, depth + 1));
    return { id, chain, ...frozen, properties };
  }

  return inner(root, 0);
}
