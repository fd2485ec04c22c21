import { bool, bytes, double, int64, key, string, type FieldType } from './field-types.ts';
import { many, message, one, optional, type Field } from './message.ts';

/**
 * An attribute's value. Integers outside of ±2^53 are bigints; a value that is sent empty is null.
 * Integers and doubles are not told apart: 1 and 1.0 are both 1.
 */
export type AttributeValue =
  | string
  | boolean
  | number
  | bigint
  | Uint8Array
  | AttributeValue[]
  | { [key: string]: AttributeValue }
  | null;

export type Attributes = Record<string, AttributeValue>;

interface Holder {
  value?: AttributeValue | undefined;
}

/** The value of an AnyValue. It refers to itself by its arrays and lists, so its table is looked up when a value is read. */
export const anyValue: FieldType<AttributeValue> = {
  wireType: 2,
  zero: () => null,
  fromWire: (reader) => holder.fromWire(reader, undefined).value ?? null,
  fromJson: (json, reader) => holder.fromJson(json, reader, undefined).value ?? null,
};

const keyValue = message<{ key: string; value: AttributeValue }>({
  key: one(1, key),
  value: one(2, anyValue),
});

/** A repeated KeyValue as a record; of a key that is sent twice the last value stays. */
export function attributes(number: number): Field<Attributes> {
  const pairs = many(number, keyValue);
  return {
    ...pairs,
    zero: () => ({}),
    fromWire: (reader, previous) => {
      const record = previous ?? {};
      const { key, value } = keyValue.fromWire(reader, undefined);
      setOwn(record, key, value);
      return record;
    },
    fromJson: (json, reader, previous) => {
      const record = previous ?? {};
      for (const { key, value } of pairs.fromJson(json, reader, undefined)) setOwn(record, key, value);
      return record;
    },
  };
}

/** Assigning `__proto__` would give the record a prototype of the sender's. */
function setOwn(record: Attributes, key: string, value: AttributeValue): void {
  if (key === '__proto__') {
    Object.defineProperty(record, key, { value, enumerable: true, configurable: true, writable: true });
  } else record[key] = value;
}

const list = message<{ values: AttributeValue[] }>({ values: many(1, anyValue) });
const map = message<{ values: Attributes }>({ values: attributes(1) });

const holder: FieldType<Holder> = message<Holder>({
  value: [
    optional(1, string, 'stringValue'),
    optional(2, bool, 'boolValue'),
    optional(3, int64, 'intValue'),
    optional(4, double, 'doubleValue'),
    optional(5, valuesOf(list), 'arrayValue'),
    optional(6, valuesOf(map), 'kvlistValue'),
    optional(7, bytes, 'bytesValue'),
  ],
});

function valuesOf<T extends AttributeValue>(type: FieldType<{ values: T }>): FieldType<T> {
  return {
    wireType: type.wireType,
    zero: () => type.zero().values,
    fromWire: (reader) => type.fromWire(reader, undefined).values,
    fromJson: (json, reader) => type.fromJson(json, reader, undefined).values,
  };
}
