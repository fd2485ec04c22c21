import type { OtlpContentType } from './decode.ts';

/** A google.rpc.Status, which is what OTLP/HTTP answers errors with. */
export function encodeStatus(
  contentType: OtlpContentType,
  code: number,
  message: string,
): string | Uint8Array {
  if (contentType === 'application/json') return JSON.stringify({ code, message });
  const text = Buffer.from(message);
  return Buffer.concat([Buffer.from([0x08, code, 0x12, ...varint(text.length)]), text]);
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}
