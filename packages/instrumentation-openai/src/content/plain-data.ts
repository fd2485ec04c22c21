import type { AnyValue } from '@genvitals/conventions';

export type PlainRecord = Readonly<Record<string, AnyValue>>;

/** More than any request needs: beyond it stand mistakes and attacks, such as lists that contain themselves. */
const MAX_VALUES = 50_000;
const MAX_DEPTH = 32;
const UNREADABLE = '… [unreadable]';
/** Keys of answers that hold many numbers a token, and no words. */
export const ANSWER_DETAILS: ReadonlySet<string> = new Set(['logprobs']);
const NOTHING_LEFT_OUT: ReadonlySet<string> = new Set();

const leftOutMark = (count: number, what: string): string => `… [${count} ${what} left out]`;

/**
 * A copy of `value` as JSON would say it, without getters, proxies or circles, with at most 50,000 values in
 * 32 levels. Texts are kept whole: they are not copied. A list that is the value itself is followed from its
 * end, since of a conversation the newest matters most.
 * @param leftOut keys whose values are not followed
 */
export function toPlainData(value: unknown, leftOut = NOTHING_LEFT_OUT): AnyValue | undefined {
  let room = MAX_VALUES;

  function copy(value: unknown, depth: number): AnyValue | undefined {
    room--;
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return value;
      case 'number':
        return Number.isFinite(value) ? value : null;
      case 'bigint':
        return String(value);
      case 'object':
        return value === null ? null : copyObject(value, depth);
      default:
        return undefined;
    }
  }

  function copyObject(value: object, depth: number): AnyValue | undefined {
    if (depth >= MAX_DEPTH) return '… [deeper levels left out]';
    try {
      if (ArrayBuffer.isView(value)) return leftOutMark(value.byteLength, 'bytes');
      if (Array.isArray(value)) return copyList(value, depth);
      const { toJSON } = value as { toJSON?: unknown };
      if (typeof toJSON === 'function') return copy(toJSON.call(value), depth + 1);
      return copyRecord(value, depth);
    } catch {
      return UNREADABLE;
    }
  }

  function copyList(list: readonly unknown[], depth: number): AnyValue[] {
    const copied: AnyValue[] = [];
    const isNewestFirst = depth === 0;
    for (let done = 0; done < list.length; done++) {
      if (room <= 0) {
        copied.push(leftOutMark(list.length - done, 'items'));
        break;
      }
      copied.push(copy(list[isNewestFirst ? list.length - 1 - done : done], depth + 1) ?? null);
    }
    return isNewestFirst ? copied.toReversed() : copied;
  }

  function copyRecord(value: object, depth: number): PlainRecord {
    const copied: Record<string, AnyValue> = {};
    const keys = Object.keys(value);
    let done = 0;
    for (const key of keys) {
      if (room <= 0) {
        copied['…'] = leftOutMark(keys.length - done, 'fields');
        break;
      }
      done++;
      if (leftOut.has(key)) continue;
      const each = copy((value as Record<string, unknown>)[key], depth + 1);
      if (each !== undefined) setField(copied, key, each);
    }
    return copied;
  }

  return copy(value, 0);
}

/** One field of a value of any type; undefined where it cannot be read. */
export function fieldOf(value: unknown, key: string): unknown {
  try {
    return (value as Readonly<Record<string, unknown>> | null | undefined)?.[key];
  } catch {
    return undefined;
  }
}

export function isRecord(value: AnyValue | undefined): value is PlainRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A record of the same keys. */
export function mapRecord(record: PlainRecord, map: (value: AnyValue) => AnyValue): PlainRecord {
  const mapped: Record<string, AnyValue> = {};
  for (const key of Object.keys(record)) setField(mapped, key, map(record[key] ?? null));
  return mapped;
}

/** An assignment, for which `__proto__` is a key like any other. */
function setField(record: Record<string, AnyValue>, key: string, value: AnyValue): void {
  if (key === '__proto__')
    Object.defineProperty(record, key, { value, enumerable: true, configurable: true, writable: true });
  else record[key] = value;
}

/** The items of a list; a value that is none counts as a list of nothing. */
export function listOf(value: AnyValue | undefined): readonly AnyValue[] {
  return Array.isArray(value) ? (value as readonly AnyValue[]) : [];
}

/** A text that is not empty. */
export function textIn(record: PlainRecord, key: string): string | undefined {
  const value = record[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A value as text: itself, or its JSON; nothing for what is absent. */
export function asText(value: AnyValue | undefined): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}
