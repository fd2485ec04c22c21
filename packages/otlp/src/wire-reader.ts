import { OtlpError } from './errors.ts';

const TWO_32 = 0x1_0000_0000;
/** As in the protobuf libraries: deeper nesting than this is an attack on the stack, not data. */
export const MAX_DEPTH = 100;
/**
 * An empty span is two bytes on the wire and hundreds in memory, so a body inside the byte limit could still
 * exhaust the heap. Every message is counted with the fields it has room for; 64 MiB of ordinary telemetry
 * stay below this.
 */
export const MAX_FIELDS = 16_000_000;

const KEY_SLOTS = 1024;
const MAX_KEPT_KEY = 128;
/**
 * The keys seen last, one per slot. Making a string of each key anew, and finding it in V8's table of
 * property names, was a third of the time of decoding.
 */
const keys: string[] = Array.from({ length: KEY_SLOTS }, () => '');

/** Only ASCII is ever equal: of other strings the lengths or the codes differ. */
function isAt(text: string, bytes: Buffer, start: number): boolean {
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) !== bytes[start + index]) return false;
  }
  return true;
}

/** The error of both readers. */
export const tooManyFields = (): OtlpError =>
  new OtlpError('OTLP_TOO_LARGE', `its messages have room for more than ${MAX_FIELDS} fields`);

/**
 * Reads the protobuf wire format, inside `end`, the end of the innermost message: nothing is read past it.
 * Only what OTLP uses is here; which field is what stands in the message tables.
 */
export class WireReader {
  position = 0;
  end: number;
  depth = 0;
  fields = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.end = bytes.byteLength;
  }

  fail(what: string): never {
    throw new OtlpError('OTLP_MALFORMED', `${what} at byte ${this.position}`);
  }

  /** Moves over `length` bytes and gives where they began. */
  #take(length: number): number {
    const start = this.position;
    if (length > this.end - start) this.fail('the message ends inside a field');
    this.position = start + length;
    return start;
  }

  /** The low 32 bits of a varint, unsigned; longer ones are read whole, as the format asks. */
  uint32(): number {
    const bytes = this.#bytes;
    const first = this.position < this.end ? (bytes[this.position] as number) : 0x80;
    if (first < 0x80) {
      this.position++;
      return first;
    }
    return this.#varint().low;
  }

  #varint(): { low: number; high: number } {
    let low = 0;
    let high = 0;
    for (let index = 0; index < 10; index++) {
      const byte = this.#bytes[this.#take(1)] as number;
      const bits = byte & 0x7f;
      const shift = index * 7;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high |= bits >>> 4;
      } else if (shift < 63) high |= bits << (shift - 32);
      else high |= bits << 31;
      if (byte < 0x80) return { low: low >>> 0, high: high >>> 0 };
    }
    return this.fail('a varint is longer than 10 bytes');
  }

  #length(): number {
    const first = this.position < this.end ? (this.#bytes[this.position] as number) : 0x80;
    if (first < 0x80) {
      this.position++;
      return first;
    }
    const { low, high } = this.#varint();
    return high === 0 ? low : this.fail('a length of more than 32 bits');
  }

  int32(): number {
    return this.uint32() | 0;
  }

  sint32(): number {
    const value = this.uint32();
    return (value >>> 1) ^ -(value & 1);
  }

  bool(): boolean {
    const { low, high } = this.#varint();
    return low !== 0 || high !== 0;
  }

  /** A number where it is exact, else a bigint. */
  int64(): number | bigint {
    const { low, high } = this.#varint();
    const signed = (high | 0) * TWO_32 + low;
    return Number.isSafeInteger(signed) ? signed : BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low));
  }

  /** Rounds above 2^53. */
  uint64(): number {
    const { low, high } = this.#varint();
    return high * TWO_32 + low;
  }

  fixed32(): number {
    return this.#bytes.readUInt32LE(this.#take(4));
  }

  /** Rounds above 2^53. */
  fixed64(): number {
    const start = this.#take(8);
    return this.#bytes.readUInt32LE(start + 4) * TWO_32 + this.#bytes.readUInt32LE(start);
  }

  /** Rounds outside of ±2^53. */
  sfixed64(): number {
    const start = this.#take(8);
    return this.#bytes.readInt32LE(start + 4) * TWO_32 + this.#bytes.readUInt32LE(start);
  }

  unixNano(): bigint {
    return this.#bytes.readBigUInt64LE(this.#take(8));
  }

  double(): number {
    return this.#bytes.readDoubleLE(this.#take(8));
  }

  string(): string {
    const length = this.#length();
    const start = this.#take(length);
    return this.#bytes.toString('utf8', start, start + length);
  }

  /** A string that comes again and again: the same one is given back, found by its bytes. */
  key(): string {
    const length = this.#length();
    const start = this.#take(length);
    const bytes = this.#bytes;
    let hash = length;
    for (let index = start; index < start + length; index++)
      hash = (hash * 31 + (bytes[index] as number)) | 0;
    const slot = hash & (KEY_SLOTS - 1);
    const known = keys[slot] as string;
    if (known.length === length && isAt(known, bytes, start)) return known;
    const key = bytes.toString('utf8', start, start + length);
    if (length <= MAX_KEPT_KEY) keys[slot] = key;
    return key;
  }

  hex(): string {
    const length = this.#length();
    const start = this.#take(length);
    return this.#bytes.toString('hex', start, start + length);
  }

  /** A copy, so that what is kept does not keep the whole body. */
  bytes(): Uint8Array {
    const length = this.#length();
    const start = this.#take(length);
    return new Uint8Array(this.#bytes.subarray(start, start + length));
  }

  /** Runs `read` until the length-delimited field that begins here is used up. */
  within(read: () => void): void {
    const length = this.#length();
    const outer = this.end;
    if (length > outer - this.position) this.fail('a message is longer than the one around it');
    this.end = this.position + length;
    while (this.position < this.end) read();
    this.end = outer;
  }

  /** Opens a nested message with room for so many fields and gives the end to return to; `leave` closes it. */
  enter(fields: number): number {
    const length = this.#length();
    const outer = this.end;
    if (length > outer - this.position) this.fail('a message is longer than the one around it');
    if (++this.depth > MAX_DEPTH) this.fail(`messages are nested deeper than ${MAX_DEPTH}`);
    this.fields += fields;
    if (this.fields > MAX_FIELDS) throw tooManyFields();
    this.end = this.position + length;
    return outer;
  }

  leave(outer: number): void {
    this.end = outer;
    this.depth--;
  }

  /** Moves over a field that no table knows. */
  skip(wireType: number): void {
    if (wireType === 0) this.#varint();
    else if (wireType === 1) this.#take(8);
    else if (wireType === 2) this.#take(this.#length());
    else if (wireType === 5) this.#take(4);
    else if (wireType === 3) this.#skipGroup();
    else this.fail(`wire type ${wireType}`);
  }

  #skipGroup(): void {
    let open = 1;
    while (open > 0) {
      const wireType = this.uint32() & 7;
      if (wireType === 3) open++;
      else if (wireType === 4) open--;
      else this.skip(wireType);
    }
  }
}
