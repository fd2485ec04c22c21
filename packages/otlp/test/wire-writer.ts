/** A hand-written encoder, so that a test can send what no SDK sends. */
export function varint(value: number | bigint): number[] {
  let rest = BigInt.asUintN(64, BigInt(value));
  const out: number[] = [];
  while (rest >= 0x80n) {
    out.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  return [...out, Number(rest)];
}

export const tag = (number: number, wireType: number): number[] => varint((number << 3) | wireType);

export const varintField = (number: number, value: number | bigint): number[] => [
  ...tag(number, 0),
  ...varint(value),
];

export function fixed64Field(number: number, value: bigint): number[] {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(BigInt.asUintN(64, value));
  return [...tag(number, 1), ...buffer];
}

export function doubleField(number: number, value: number): number[] {
  const buffer = Buffer.alloc(8);
  buffer.writeDoubleLE(value);
  return [...tag(number, 1), ...buffer];
}

export const lengthField = (number: number, ...parts: (number[] | string)[]): number[] => {
  const content = parts.flatMap((part) => (typeof part === 'string' ? [...Buffer.from(part)] : part));
  return [...tag(number, 2), ...varint(content.length), ...content];
};

export const body = (...parts: number[][]): Uint8Array => Uint8Array.from(parts.flat());

export const protobuf = { contentType: 'application/x-protobuf' };
export const json = { contentType: 'application/json' };
export const jsonBody = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
