import type { JsonReader } from './json-reader.ts';
import type { WireReader } from './wire-reader.ts';

/**
 * How one kind of value is read from both encodings. `previous` is what the field held before: a message
 * that comes twice is merged, as the format asks. A `zero` is what an absent field means; it is called for
 * each message, so what is mutable is fresh.
 */
export interface FieldType<T> {
  readonly wireType: number;
  zero(): T;
  fromWire(reader: WireReader, previous: T | undefined): T;
  fromJson(json: unknown, reader: JsonReader, previous: T | undefined): T;
}

const DECIMAL = /^-?\d{1,20}$/;
const HEX = /^[0-9a-f]*$/i;
const MAX_UNSIGNED = (1n << 64n) - 1n;
const MAX_SIGNED = (1n << 63n) - 1n;

/** 64-bit integers come as decimal strings or as numbers, whatever the field. */
function integerFromJson(json: unknown, reader: JsonReader, min: bigint, max: bigint): bigint {
  let value: bigint | undefined;
  if (typeof json === 'number' && Number.isInteger(json)) value = BigInt(json);
  else if (typeof json === 'string' && DECIMAL.test(json)) value = BigInt(json);
  if (value === undefined || value < min || value > max) {
    return reader.fail(`an integer from ${min} to ${max}, as a number or a decimal string`, json);
  }
  return value;
}

function unsigned(wireType: number, bits: 32 | 64, read: (reader: WireReader) => number): FieldType<number> {
  const max = bits === 32 ? 0xffffffffn : MAX_UNSIGNED;
  return {
    wireType,
    zero: () => 0,
    fromWire: read,
    fromJson: (json, reader) => Number(integerFromJson(json, reader, 0n, max)),
  };
}

function signed(wireType: number, bits: 32 | 64, read: (reader: WireReader) => number): FieldType<number> {
  const max = bits === 32 ? 0x7fffffffn : MAX_SIGNED;
  return {
    wireType,
    zero: () => 0,
    fromWire: read,
    fromJson: (json, reader) => Number(integerFromJson(json, reader, -max - 1n, max)),
  };
}

export const uint32 = unsigned(0, 32, (reader) => reader.uint32());
export const fixed32 = unsigned(5, 32, (reader) => reader.fixed32());
export const uint64 = unsigned(0, 64, (reader) => reader.uint64());
export const fixed64 = unsigned(1, 64, (reader) => reader.fixed64());
export const sint32 = signed(0, 32, (reader) => reader.sint32());
export const sfixed64 = signed(1, 64, (reader) => reader.sfixed64());
/** OTLP's JSON has enums as integers only; a value that is not known is kept as its number. */
export const enumeration = signed(0, 32, (reader) => reader.int32());

/** An int64 attribute: a number where it is exact, else a bigint. */
export const int64: FieldType<number | bigint> = {
  wireType: 0,
  zero: () => 0,
  fromWire: (reader) => reader.int64(),
  fromJson: (json, reader) => {
    const value = integerFromJson(json, reader, -MAX_SIGNED - 1n, MAX_SIGNED);
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  },
};

export const unixNano: FieldType<bigint> = {
  wireType: 1,
  zero: () => 0n,
  fromWire: (reader) => reader.unixNano(),
  fromJson: (json, reader) => integerFromJson(json, reader, 0n, MAX_UNSIGNED),
};

const NOT_FINITE: Record<string, number> = { NaN, Infinity, '-Infinity': -Infinity };

export const double: FieldType<number> = {
  wireType: 1,
  zero: () => 0,
  fromWire: (reader) => reader.double(),
  fromJson: (json, reader) => {
    if (typeof json === 'number') return json;
    if (typeof json === 'string') {
      if (Object.hasOwn(NOT_FINITE, json)) return NOT_FINITE[json] as number;
      const value = Number(json);
      if (json.trim() !== '' && Number.isFinite(value)) return value;
    }
    return reader.fail('a number', json);
  },
};

export const bool: FieldType<boolean> = {
  wireType: 0,
  zero: () => false,
  fromWire: (reader) => reader.bool(),
  fromJson: (json, reader) => (typeof json === 'boolean' ? json : reader.fail('true or false', json)),
};

export const string: FieldType<string> = {
  wireType: 2,
  zero: () => '',
  fromWire: (reader) => reader.string(),
  fromJson: (json, reader) => (typeof json === 'string' ? json : reader.fail('a string', json)),
};

/** A string of a small vocabulary. */
export const key: FieldType<string> = { ...string, fromWire: (reader) => reader.key() };

export const bytes: FieldType<Uint8Array> = {
  wireType: 2,
  zero: () => new Uint8Array(),
  fromWire: (reader) => reader.bytes(),
  fromJson: (json, reader) => {
    if (typeof json !== 'string' || !/^[\w+/-]*={0,2}$/.test(json)) return reader.fail('base64', json);
    // Buffer reads both alphabets of base64, as the format asks.
    return new Uint8Array(Buffer.from(json, 'base64'));
  },
};

/** An id of so many bytes, or none, as lower-case hex in both encodings. */
function id(length: number): FieldType<string> {
  const wanted = `${length} bytes or empty`;
  return {
    wireType: 2,
    zero: () => '',
    fromWire: (reader) => {
      const hex = reader.hex();
      if (hex.length !== 2 * length && hex !== '')
        reader.fail(`expected an id of ${wanted}, got ${hex.length / 2}`);
      return hex;
    },
    fromJson: (json, reader) => {
      if (typeof json === 'string' && HEX.test(json) && (json.length === 2 * length || json === '')) {
        return json.toLowerCase();
      }
      return reader.fail(`hex of ${wanted}`, json);
    },
  };
}

export const traceId = id(16);
export const spanId = id(8);
